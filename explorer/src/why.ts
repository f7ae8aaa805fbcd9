/** Why: the verdict on a record, the standing, and the sentence of each rule that decided. */
import { why, type Persona, type Reason, type Trace, type Verdict } from "./api.ts";
import type { Told } from "./asking.ts";
import { choice, field, fill, h, spoken, type Part } from "./dom.ts";
import type { Row } from "./rows.ts";
import { access, person, reader, REASON, type Session } from "./session.ts";

export const OUTCOMES: Record<Reason["outcome"], string> = {
  SEEN: "Seen",
  OWN_ROWS: "Only own rows seen",
  WITHHELD: "Withheld",
  NO_RECORD: "No record",
};

/** Return the trace of an answer, read by somebody who may; nothing where nobody is at hand, or it is not told. */
export async function traced(session: Session, asker: Persona, trace?: string): Promise<Trace | undefined> {
  const other = session.demo && trace ? reader(session, asker.name) : undefined;
  if (!other || !trace) return undefined;
  try {
    return await why(other.token, trace, access(other, "CASE_REVIEW"));
  } catch {
    return undefined;
  }
}

/** Return why one side of a row is as it is. */
export function reasonOf({ trace }: Told, row: Row): Part[] {
  const verdict =
    trace?.records.find((each) => each.id === row.record) ??
    (trace?.records.length === 1 ? trace.records[0] : undefined);
  const reason = verdict?.groups.find((each) => each.group === row.group);
  if (!trace) return ["Nobody may be told."];
  if (!verdict || !reason) return ["The record does not exist for this viewer: of such a record no trace is kept."];
  const below = row.group === "WHEREABOUTS" && row.depth > 1 ? verdict.belowCarers : [];
  return [h("strong", {}, OUTCOMES[reason.outcome]), `. ${standing(verdict)} `, ...sentences(trace, reason, below)];
}

const standing = (verdict: Verdict): string =>
  `The record is ${verdict.shield}; standing: ${verdict.standing.join(", ") || "none"}.`;

function sentences(trace: Trace, reason: Reason, below: string[] = []): Part[] {
  const named = [...reason.gave, ...reason.took, ...below];
  if (!named.length) return [h("q", {}, "No rule gives it: what no rule allows is withheld.")];
  return named.map((rule) => h("q", { title: rule }, trace.rules[rule] ?? rule));
}

/** The page on which a trace is looked up by its id: for auditors, and in the demo for everybody but who asked. */
export function whyPage(session: Session): HTMLElement {
  const people = session.people.map((each) => [each.name, `${each.name} (${each.person})`] as const);
  let name = session.people.find((each) => each.role === "AUDITOR")?.name ?? session.people[0]?.name ?? "";
  const trace = h("input", { required: true, pattern: "[0-9a-f\\-]{36}", title: "36 characters, 0 to 9, a to f and hyphens, as below an answer", autocomplete: "off", spellcheck: false });
  const reason = h("input", { value: REASON, minlength: 10, maxlength: 500 });
  const result = h("section", { "aria-label": "Verdicts", "aria-live": "polite" });
  async function look(): Promise<void> {
    const persona = person(session, name);
    if (!persona) return;
    try {
      fill(
        result,
        verdicts(await why(persona.token, trace.value.trim(), access(persona, "CASE_REVIEW", reason.value))),
      );
    } catch (cause) {
      fill(result, h("p", { class: "fault" }, (cause as Error).message));
    }
  }
  return h(
    "main",
    { id: "page", tabindex: -1 },
    h("h1", {}, "Why was it answered so?"),
    h(
      "p",
      { class: "lead" },
      "Every answer that asks for a trace has an id. For ten minutes it tells by which rules each group of each record was shown or withheld: to auditors, and in the demo to anybody but the person who asked.",
    ),
    h(
      "form",
      { class: "controls", onsubmit: (event: Event) => (event.preventDefault(), void look()) },
      field("Trace", trace, "the id below an answer"),
      field(
        "Read as",
        choice(people, name, (value) => (name = value)),
      ),
      field("Reason", reason),
      h("button", { type: "submit", class: "main" }, "Tell me why"),
    ),
    result,
  );
}

function verdicts(trace: Trace): Part[] {
  if (!trace.records.length)
    return [h("p", {}, `Asked by ${spoken(trace.role)}. The operation touched no record that exists for that viewer.`)];
  return trace.records.map((verdict) =>
    h(
      "table",
      { class: "answers verdicts" },
      h("caption", {}, `Record ${verdict.record.slice(0, 10)}…, asked by ${spoken(trace.role)}. ${standing(verdict)}`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Group", "Verdict", "Asked for", "By which rule"].map((each) => h("th", { scope: "col" }, each)),
        ),
      ),
      h(
        "tbody",
        {},
        verdict.groups.map((reason) => line(trace, verdict, reason)),
      ),
    ),
  );
}

function line(trace: Trace, verdict: Verdict, reason: Reason): HTMLElement {
  const state = reason.outcome === "SEEN" ? "shown" : reason.outcome === "OWN_ROWS" ? "own" : "withheld";
  const below = reason.group === "WHEREABOUTS" ? verdict.belowCarers : [];
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, spoken(reason.group)),
    h("td", { class: state, "data-who": "Verdict" }, OUTCOMES[reason.outcome]),
    h("td", { "data-who": "Asked for" }, reason.asked ? "yes" : "no"),
    h("td", { "data-who": "By which rule" }, sentences(trace, reason, below)),
  );
}
