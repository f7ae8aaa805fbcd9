/** The first page: one question, two people, and what each of them is told. */
import { side, type State, type Told } from "./asking.ts";
import { choice, field, fill, h, type Part } from "./dom.ts";
import { examples, type Example } from "./examples.ts";
import { closed, overridden } from "./override.ts";
import { planOf } from "./plan.ts";
import { noticesOf, rowsOf } from "./rows.ts";
import { access, person, REASON, type Session } from "./session.ts";
import { shown } from "./answers.ts";

const NOBODY = "";

let kept: State | undefined;

/** Have the page begin with this document, as the query page hands it over. */
export function compareThis(query: string, variables: string, names: string[]): void {
  kept = { query, variables, names, purposes: [], reason: REASON, override: false, says: "" };
}

export function comparePage(session: Session): HTMLElement {
  const all = examples(session);
  const state = (kept ??= begun(all[0] as Example, session));
  const page = h("main", { id: "page", tabindex: -1 });
  const result = h("section", { "aria-label": "Answers" });
  const status = h("p", { role: "status", class: "status" });

  let last = 0;
  async function run(ask = () => (state.override ? overridden : asked)(session, state), said = summary): Promise<void> {
    const mine = ++last;
    status.textContent = "Asking …";
    result.setAttribute("aria-busy", "true");
    try {
      const sides = await ask();
      if (mine !== last) return; // another question has been asked since: this is no answer to it
      const rows = rowsOf(
        planOf(state.query),
        sides.map((side) => side.answer?.data),
      );
      fill(result, shown(sides, rows), ...sides.map((side) => people(side)));
      status.textContent = said(sides, rows.filter((each) => each.differs && !each.head).length);
    } catch (cause) {
      if (mine !== last) return;
      fill(result);
      status.textContent = cause instanceof Error ? cause.message : String(cause);
    }
    result.removeAttribute("aria-busy");
  }

  const close = () =>
    run(
      async () => {
        await closed(session, state);
        return await asked(session, state);
      },
      () => "The override is closed: the record is as it was before.",
    );

  function draw(): void {
    fill(
      page,
      h("h1", {}, "What does each of them see?"),
      h(
        "p",
        { class: "lead" },
        state.says || "The same question, asked by two people. Marked is what differs and what is withheld.",
      ),
      controls(session, state, all, { draw, run, close }),
      status,
      result,
    );
    void run();
  }
  draw();
  return page;
}

function begun(example: Example, session: Session): State {
  const { query, variables, left, right, purpose, override = false, says } = example;
  const names = session.demo ? [left, right] : ["you", NOBODY];
  const purposes = [purpose, purpose];
  return { query, variables: JSON.stringify(variables, null, 2), names, purposes, reason: REASON, override, says };
}

interface Doing {
  draw: () => void;
  run: () => Promise<void>;
  close: () => Promise<void>;
}

function controls(session: Session, state: State, all: Example[], { draw, run, close }: Doing): HTMLElement {
  const chosen = all.findIndex((each) => each.query === state.query && each.says === state.says);
  const names = [
    ...all.map((each, n) => [`${n}`, each.name] as const),
    ...(chosen < 0 ? [["-1", "Your own question"] as const] : []),
  ];
  const example = choice(names, `${chosen}`, (value) => {
    const next = all[Number(value)];
    if (next) Object.assign(state, begun(next, session));
    draw();
  });
  const query = h(
    "textarea",
    { rows: 12, spellcheck: false, onchange: () => set({ query: query.value }) },
    state.query,
  );
  const variables = h(
    "textarea",
    { rows: 3, spellcheck: false, onchange: () => set({ variables: variables.value }) },
    state.variables,
  );
  const reason = h("input", { value: state.reason, maxlength: 500, onchange: () => set({ reason: reason.value }) });
  const set = (changed: Partial<State>) => Object.assign(state, changed, { says: "" });
  return h(
    "form",
    { class: "controls", onsubmit: (event: Event) => (event.preventDefault(), void run()) },
    field("Show me", example),
    state.names.map((name, at) => who(session, state, name, at, draw)),
    h(
      "details",
      {},
      h("summary", {}, "The question, purpose and reason"),
      h(
        "div",
        { class: "question" },
        field("Query", query),
        h(
          "div",
          {},
          field("Variables (JSON)", variables),
          field("Reason", reason, "10 to 500 characters, in your own words"),
          purposes(session, state),
        ),
      ),
    ),
    h("button", { type: "submit", class: "main" }, state.override ? "Run, override, run again" : "Run"),
    state.override && h("button", { type: "button", onclick: () => void close() }, "Close the override"),
  );
}

function who(session: Session, state: State, name: string, at: number, draw: () => void): Part {
  if (!session.demo && at) return null;
  const nobody: [string, string][] = at ? [[NOBODY, "nobody"]] : [];
  const people = session.people.map((each) => [each.name, `${each.name} (${each.person})`] as [string, string]);
  const control = choice([...people, ...nobody], name, (value) => {
    state.names[at] = value;
    if (state.override && at === 0) state.names[1] = value;
    state.override &&= state.names[0] === state.names[1];
    state.purposes = [];
    draw();
  });
  return field(at ? "and as" : "View as", control);
}

function purposes(session: Session, state: State): Part[] {
  return state.names.flatMap((name, at) => {
    const persona = name ? person(session, name) : undefined;
    if (!persona) return [];
    const held = access(persona, state.purposes[at]).purpose;
    const control = choice(
      persona.purposes.map((each) => [each, each] as const),
      held,
      (value) => (state.purposes[at] = value),
    );
    return [field(`Purpose of ${persona.name}`, control)];
  });
}

async function asked(session: Session, state: State): Promise<Told[]> {
  const names = state.names.filter((name) => name !== NOBODY);
  return await Promise.all(names.map((name, at) => side(session, state, name, at)));
}

function summary(sides: Told[], differing: number): string {
  const [first, second] = sides;
  if (!second) return first?.fault ?? "Answered.";
  if (differing)
    return `${differing} ${differing === 1 ? "line differs" : "lines differ"} between ${first?.title} and ${second.title}.`;
  return "Both answers are the same.";
}

/** The notices of one side, as the person should meet them. */
function people(side: Told): HTMLElement {
  const notices = noticesOf(side.answer?.data);
  const desk = notices.find((each) => each.desk)?.desk;
  return h(
    "section",
    { class: "notices" },
    h("h2", {}, `What ${side.persona.person} is told${side.title === side.persona.person ? "" : ` ${side.title}`}`),
    side.fault && h("p", { class: "fault" }, side.fault),
    notices.length
      ? h(
          "ul",
          {},
          notices.map((each) => h("li", {}, each.notice)),
        )
      : !side.fault && h("p", {}, "Nothing is withheld."),
    desk && h("p", { class: "desk" }, "Whom to ask instead: ", h("strong", {}, desk)),
    side.answer?.extensions?.trace &&
      h("p", { class: "trace" }, "Trace ", h("code", {}, side.answer.extensions.trace), ", kept for 10 minutes."),
  );
}
