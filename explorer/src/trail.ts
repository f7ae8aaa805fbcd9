/** The trail: who looked at a record, when, why, and which groups were disclosed; for directory teams and auditors. */
import { data, Refused } from "./api.ts";
import { csv, save } from "./csv.ts";
import { choice, field, fill, h, spoken, type Part } from "./dom.ts";
import type { JournalQuery, LookFragment, TrailOfRecordQuery } from "./generated/operations.ts";
import { access, person, REASON, type Session } from "./session.ts";
import documents from "./documents/trail.graphql?raw";

const PAGE = 20;
const MOST = 1000;

interface Found {
  rows: LookFragment[];
  next: string | undefined;
}

interface Asked {
  name: string;
  number: string;
  record: string;
  viewer: string;
  from: string;
  to: string;
  reason: string;
}

export function trailPage(session: Session): HTMLElement {
  const people = session.people.filter((each) => each.acts.includes("READ_TRAIL"));
  const page = h("main", { id: "page", tabindex: -1 });
  const head = [
    h("h1", {}, "Who looked at a record?"),
    h(
      "p",
      { class: "lead" },
      "Every look leaves an event before its answer leaves. A directory team reads the trail of its own records; an auditor all events, by reference and without a child's data.",
    ),
  ];
  if (!people.length) {
    fill(
      page,
      head,
      h("p", { class: "fault" }, "The trail is for directory teams and auditors: bring the token of one."),
    );
    return page;
  }
  const asked: Asked = {
    name: people[0]?.name ?? "",
    number: session.records.shielded ?? "",
    record: "",
    viewer: "",
    from: "",
    to: "",
    reason: REASON,
  };
  const result = h("section", { "aria-label": "Events" });
  const status = h("p", { role: "status", class: "status" });
  const before: (string | undefined)[] = [];

  let last = 0;
  async function look(after?: string): Promise<void> {
    const mine = ++last;
    status.textContent = "Asking …";
    result.setAttribute("aria-busy", "true");
    fill(result);
    try {
      const found = await events(session, asked, PAGE, after);
      if (mine !== last) return; // something else has been asked since
      fill(result, table(found.rows), turning(found.next, after));
      status.textContent = found.rows.length
        ? `${found.rows.length} events, page ${before.length + 1}`
        : "No event is told to this viewer.";
    } catch (cause) {
      if (mine !== last) return;
      fill(result);
      status.textContent = (cause as Error).message;
    }
    result.removeAttribute("aria-busy");
  }

  function turning(next: string | undefined, now: string | undefined): HTMLElement {
    const on = () => (before.push(now), void look(next));
    const back = () => void look(before.pop());
    return h(
      "div",
      { class: "paging" },
      h("button", { type: "button", disabled: !before.length, onclick: back }, "Newer"),
      h("button", { type: "button", disabled: !next, onclick: on }, "Older"),
      h("button", { type: "button", onclick: () => void exported().catch(failed) }, "Export as CSV"),
    );
  }

  const failed = (cause: Error) => (status.textContent = `Nothing is exported: ${cause.message}`);
  async function exported(): Promise<void> {
    const rows: LookFragment[] = [];
    let after: string | undefined;
    do {
      const found: Found = await events(session, asked, 100, after);
      rows.push(...found.rows);
      after = found.next;
    } while (after && rows.length < MOST);
    save("trail.csv", csv(rows));
    status.textContent = `${rows.length} events are in trail.csv${after ? ", the latest: there are more" : ""}.`;
  }

  const again = () => (before.splice(0), void look());
  function draw(): void {
    fill(
      page,
      head,
      form(
        session,
        asked,
        people.map((each) => [each.name, `${each.name} (${each.person})`] as const),
        draw,
        again,
      ),
      status,
      result,
    );
    again();
  }
  draw();
  return page;
}

function form(
  session: Session,
  asked: Asked,
  people: readonly (readonly [string, string])[],
  draw: () => void,
  look: () => void,
): HTMLElement {
  const whole = person(session, asked.name)?.role === "AUDITOR";
  const text = (name: keyof Asked, label: string, hint?: string, kind = "text") => {
    const made = h("input", {
      type: kind,
      value: asked[name],
      autocomplete: "off",
      onchange: () => (asked[name] = made.value.trim()),
    });
    return field(label, made, hint);
  };
  return h(
    "form",
    { class: "controls", onsubmit: (event: Event) => (event.preventDefault(), look()) },
    field(
      "View as",
      choice(people, asked.name, (value) => ((asked.name = value), draw())),
    ),
    whole
      ? text("record", "Record", "a reference; empty: all records")
      : text("number", "Directory number", "empty: all of the team's records"),
    text("viewer", "Viewer", "the id of an account; empty: anybody"),
    text("from", "From", undefined, "date"),
    text("to", "To (not included)", undefined, "date"),
    text("reason", "Reason"),
    h("button", { type: "submit", class: "main" }, "Show"),
  );
}

async function events(session: Session, asked: Asked, first: number, after: string | undefined): Promise<Found> {
  const persona = person(session, asked.name);
  if (!persona) throw new Refused("nobody is there to ask as");
  const wanted = access(persona, "CASE_REVIEW", asked.reason);
  const bounded = asked.viewer || asked.from || asked.to;
  if (persona.role !== "AUDITOR" && asked.number && !bounded) {
    const variables = { number: asked.number, first, after };
    const { child } = await data<TrailOfRecordQuery>(persona.token, {
      query: documents,
      operationName: "TrailOfRecord",
      variables,
      access: wanted,
    });
    return page(child?.accessTrail);
  }
  const at = (day: string) => (day ? `${day}T00:00:00+00:00` : undefined);
  const variables = {
    record: asked.record || undefined,
    viewer: asked.viewer || undefined,
    from: at(asked.from),
    to: at(asked.to),
    first,
    after,
  };
  const { accessEvents } = await data<JournalQuery>(persona.token, {
    query: documents,
    operationName: "Journal",
    variables,
    access: wanted,
  });
  return page(accessEvents);
}

function page(found: JournalQuery["accessEvents"] | null | undefined): Found {
  if (!found) return { rows: [], next: undefined };
  const { hasNextPage, endCursor } = found.pageInfo;
  return { rows: found.edges.map((edge) => edge.node), next: (hasNextPage && endCursor) || undefined };
}

function table(rows: LookFragment[]): Part {
  if (!rows.length) return null;
  return h(
    "table",
    { class: "answers trail" },
    h(
      "caption",
      {},
      "Events, the latest first. To a team it is not told who looked at a record that is or was shielded.",
    ),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["When", "Who", "Why", "Record", "Disclosed", "Withheld"].map((each) => h("th", { scope: "col" }, each)),
      ),
    ),
    h("tbody", {}, rows.map(line)),
  );
}

function line(row: LookFragment): HTMLElement {
  const body = row.organisation ?? (row.organisationKind ? spoken(row.organisationKind) : "");
  const groups = (words: readonly string[]) => words.map(spoken).join(", ") || "none";
  return h(
    "tr",
    { class: row.override ? "override" : "" },
    h("th", { scope: "row" }, h("time", { datetime: row.at }, row.at.replace("T", " ").slice(0, 19))),
    h(
      "td",
      { "data-who": "Who" },
      row.viewerName ?? "not told",
      h("small", {}, [spoken(row.role), body].filter(Boolean).join(", ")),
    ),
    h(
      "td",
      { "data-who": "Why" },
      row.purpose ? spoken(row.purpose) : "none",
      row.reason && h("small", {}, row.reason),
      row.override && h("small", { class: "fault" }, "under an override"),
    ),
    h(
      "td",
      { "data-who": "Record" },
      row.record ? h("code", { title: row.record }, `${row.record.slice(0, 8)}…`) : "none",
      h("small", {}, spoken(row.kind)),
    ),
    h("td", { "data-who": "Disclosed" }, groups(row.disclosed)),
    h("td", { "data-who": "Withheld" }, groups(row.withheld)),
  );
}
