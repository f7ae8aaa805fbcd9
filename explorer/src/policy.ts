/** The policy as a table: who sees which group of which record, each cell linked to the sentence that decides it. */
import { law, type Cell, type Law } from "./api.ts";
import { choice, field, fill, h, spoken } from "./dom.ts";

const ANY = "";
const NO_RULE = "no-rule";
const SAYS: Record<string, string> = {
  Y: "seen",
  "Y*": "seen unless former names are sealed",
  own: "only own rows",
  iss: "only what the own organisation issued",
  "-": "withheld",
  "": "no record",
};
const CLASSES: Record<string, string> = {
  Y: "shown",
  "Y*": "shown",
  own: "own",
  iss: "own",
  "-": "withheld",
  "": "absent",
};

const chosen = { role: ANY, shield: ANY, standing: ANY };

export async function policyPage(rule: string | undefined): Promise<HTMLElement> {
  const known = await law();
  const place = h("section", { "aria-label": "Matrix", class: "scrolled", tabindex: 0 });
  const status = h("p", { role: "status", class: "status" });
  function draw(): void {
    const rows = known.rows.filter(
      (row) =>
        (!chosen.role || row.role === chosen.role) &&
        (!chosen.shield || row.shield === chosen.shield) &&
        (!chosen.standing || (row.standing ?? "NONE") === chosen.standing),
    );
    fill(place, matrix(known, rows));
    status.textContent = `${rows.length} of ${known.rows.length} rows`;
  }
  const pick = (name: keyof typeof chosen, label: string, words: readonly string[]) =>
    field(
      label,
      choice([[ANY, "any"], ...words.map((each) => [each, spoken(each)] as const)], chosen[name], (value) => {
        chosen[name] = value;
        draw();
      }),
    );
  draw();
  return h(
    "main",
    { id: "page", tabindex: -1 },
    h("h1", {}, "Who sees what, and by which rule"),
    h(
      "p",
      { class: "lead" },
      "What no rule allows is withheld, and what one rule forbids no other allows. Follow a cell to the sentence that decides it.",
    ),
    h(
      "form",
      { class: "controls", onsubmit: (event: Event) => event.preventDefault() },
      pick("role", "Role", known.roles),
      pick("shield", "Shield", known.shields),
      pick("standing", "Standing", ["NONE", ...known.standings]),
    ),
    status,
    place,
    h("h2", {}, "The rules"),
    h("dl", { class: "rules" }, rules(known, rule)),
    h("h2", {}, "Acts and purposes"),
    held(known),
    h(
      "ul",
      {},
      known.narrowed.map((each) => h("li", {}, each)),
    ),
  );
}

function matrix(known: Law, rows: Law["rows"]): HTMLElement {
  return h(
    "table",
    { class: "matrix" },
    h("caption", {}, "Y seen · Y* seen unless sealed · own: own rows · iss: identifiers issued by the own body · - withheld · · no record"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Viewer"),
        h("th", { scope: "col" }, "Record"),
        known.groups.map((group) => h("th", { scope: "col" }, spoken(group))),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, spoken(row.role), row.standing && h("small", {}, row.standing)),
          h("td", {}, row.shield, row.status !== "LIVE" && h("small", {}, row.status)),
          row.cells.map((cell, at) => h("td", { class: CLASSES[cell.mark] ?? "" }, link(cell, known.groups[at] ?? ""))),
        ),
      ),
    ),
  );
}

function link(cell: Cell, group: string): HTMLElement {
  const rule =
    (cell.mark === "Y" || cell.mark === "own" || cell.mark === "iss" ? cell.gave[0] : (cell.took[0] ?? cell.gave[0])) ??
    NO_RULE;
  const said = `${spoken(group)}: ${SAYS[cell.mark]}, by ${rule}`;
  return h(
    "a",
    { href: `#policy/${rule}`, title: said },
    h("span", { "aria-hidden": "true" }, cell.mark || "·"),
    h("span", { class: "unseen" }, said),
  );
}

function rules(known: Law, named: string | undefined): HTMLElement[] {
  const all = [
    ...Object.entries(known.rules),
    [
      NO_RULE,
      "No rule gives it: what no rule allows is withheld, and a record of which nothing is seen does not exist.",
    ],
  ];
  return all.flatMap(([rule = "", text]) => [
    h("dt", { id: `rule-${rule}`, tabindex: -1, class: rule === named ? "named" : "" }, h("code", {}, rule)),
    h("dd", { class: rule === named ? "named" : "" }, text),
  ]);
}

function held(known: Law): HTMLElement {
  return h(
    "table",
    { class: "answers" },
    h("caption", { class: "unseen" }, "What each role may ask for, and why"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["Role", ...Object.keys(known.held)].map((each) => h("th", { scope: "col" }, spoken(each))),
      ),
    ),
    h(
      "tbody",
      {},
      known.roles.map((role) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, spoken(role)),
          Object.entries(known.held).map(([name, words]) =>
            h("td", { "data-who": spoken(name) }, (words[role] ?? []).map(spoken).join(", ")),
          ),
        ),
      ),
    ),
  );
}

/** Show the rule that the address names, once the page is there. */
export function showRule(rule: string | undefined): void {
  const place = rule ? document.getElementById(`rule-${rule}`) : null;
  for (const each of document.querySelectorAll(".rules .named")) each.classList.remove("named");
  place?.classList.add("named");
  place?.nextElementSibling?.classList.add("named");
  place?.scrollIntoView({ block: "center" });
  place?.focus({ preventScroll: true });
}
