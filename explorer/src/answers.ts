/** The table of answers: a row for each thing, a column for each person, and on request why it is so. */
import { h, spoken } from "./dom.ts";
import type { Told } from "./asking.ts";
import type { Cell, Row } from "./rows.ts";
import { reasonOf } from "./why.ts";

const MARKS: Record<Cell["state"], string> = {
  shown: "",
  head: "",
  own: "◐",
  withheld: "⊘",
  nothing: "",
  absent: "",
};

/** Return the table of `rows`, which are of the answers of `sides`, in their order. */
export function shown(sides: Told[], rows: Row[]): HTMLElement {
  if (!rows.length) return h("p", {}, "Nobody was answered: what each was told stands below.");
  const body = h("tbody");
  for (const row of rows) body.append(line(sides, row));
  const explained = sides.some((side) => side.trace);
  return h(
    "table",
    { class: `answers of-${sides.length}` },
    h(
      "caption",
      {},
      "Answers side by side. ",
      h(
        "span",
        { class: "key" },
        h("b", { class: "withheld" }, "⊘ withheld"),
        h("b", { class: "own" }, "◐ only own rows"),
        h("b", { class: "differs" }, "differs"),
      ),
    ),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Field"),
        sides.map(column),
        explained && h("th", { scope: "col" }, h("span", { class: "unseen" }, "Why")),
      ),
    ),
    body,
  );
}

function column({ title, persona }: Told): HTMLElement {
  const told = title === persona.person ? title : `${persona.person}, ${title}`;
  return h("th", { scope: "col" }, told, h("small", {}, `${persona.name} · ${spoken(persona.role)}`));
}

function line(sides: Told[], row: Row): HTMLElement {
  const indent = `depth-${Math.min(row.depth, 5)}`;
  const name = h("th", { scope: "row", class: `${indent}${row.head ? " head" : ""}` }, row.label);
  const cells = row.cells.map((cell, at) => value(cell, sides[at] as Told, row.differs && cell.state !== "head"));
  const made = h("tr", { class: row.head ? "head" : row.differs ? "differs" : "" }, name, cells);
  if (sides.some((side) => side.trace))
    made.append(h("td", { class: "ask" }, row.asks ? button(sides, row, made) : null));
  return made;
}

function value(cell: Cell, side: Told, differs: boolean): HTMLElement {
  const mark = MARKS[cell.state];
  const given = { class: `${cell.state}${differs ? " differs" : ""}`, "data-who": side.title };
  return h("td", given, mark && h("span", { "aria-hidden": "true", class: "mark" }, mark), cell.text);
}

/** A button that opens, below the row, by which rule each side was answered so. */
function button(sides: Told[], row: Row, above: HTMLElement): HTMLElement {
  const made = h(
    "button",
    { type: "button", class: "why", "aria-expanded": "false", onclick: toggle },
    "Why",
    h("span", { class: "unseen" }, ` ${row.label}`),
  );
  let below: HTMLElement | undefined;
  function toggle(): void {
    if (below) {
      below.remove();
      below = undefined;
    } else {
      below = h("tr", { class: "reason" }, h("th", { scope: "row" }, spoken(row.group ?? "")));
      for (const side of sides) below.append(h("td", { "data-who": side.title }, reasonOf(side, row)));
      below.append(h("td"));
      above.after(below);
    }
    made.setAttribute("aria-expanded", String(below !== undefined));
  }
  return made;
}
