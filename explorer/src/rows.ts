/** Two answers to one document, laid side by side: a row for each thing that either of them says. */
import { spoken } from "./dom.ts";
import type { Step } from "./plan.ts";

/** Types whose rows stand each on a line of its own; whatever else is small is told in one line. */
const RECORDS = new Set(["Child", "ChildSummary", "Contact", "AccessEvent"]);

/** What stands in a cell: a value, that it is withheld, that nothing is stored, or that there is nothing at all. */
export type State = "shown" | "own" | "withheld" | "nothing" | "absent" | "head";

export interface Cell {
  state: State;
  text: string;
}

export interface Row {
  depth: number;
  label: string;
  head: boolean;
  group?: string;
  /** Whether the row is the first of its group, of which one may ask why. */
  asks: boolean;
  /** The ids of the record that the row is of, as either answer has it. */
  record?: string;
  cells: Cell[];
  differs: boolean;
}

/** One notice of an answer, and the desk to ask. */
export interface Notice {
  group: string;
  notice: string;
  desk?: string;
}

interface Side {
  value: unknown;
  withheld: ReadonlySet<string>;
  /** Whether the enclosing record does not exist for this viewer. */
  gone: boolean;
}

interface Place {
  depth: number;
  asks?: boolean;
  group?: string;
  record?: string;
}

const UNSAID = new Set(["__typename", "id", "childId", "cursor", "pageInfo", "withheld"]);
const NAMES: Record<string, string> = {
  phone: "Telephone",
  email: "E-mail",
  contacts: "Carers",
  shielded: "Record",
  education: "School",
  gpPractice: "Practice (GP)",
  agencies: "Bodies to ring",
  own: "Your own work",
  involvements: "Services",
  sensitiveInvolvements: "Sensitive services",
  externalIdentifiers: "Identifiers",
  accessTrail: "Who has looked",
  shield: "Case of the shield",
  lines: "Street",
};

type Thing = Record<string, unknown>;

const isThing = (value: unknown): value is Thing =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Return the rows of `answers` to the document of `steps`; an answer that did not come is undefined. */
export function rowsOf(steps: Step[], answers: (Thing | null | undefined)[]): Row[] {
  const sides = answers.map((value) => ({ value, withheld: new Set<string>(), gone: !value }));
  return [...below(steps, sides, { depth: 0 })];
}

function* below(steps: Step[], sides: Side[], place: Place): Generator<Row> {
  for (const step of steps) {
    if (UNSAID.has(step.field)) continue;
    const next = sides.map((side) => ({ ...side, value: isThing(side.value) ? side.value[step.key] : undefined }));
    const here = { ...place, asks: step.group !== undefined, ...(step.group && { group: step.group }) };
    if (step.field === "edges" || step.field === "node") yield* within(step, next, { ...here, asks: false });
    else yield* one(step, next, here);
  }
}

/** The rows of one field: a line for a value, a heading with lines below it for whatever has fields of its own. */
function* one(step: Step, sides: Side[], place: Place): Generator<Row> {
  const known = sides.some((side) => side.value !== null && side.value !== undefined);
  if (!step.steps.length || !known || small(step)) {
    yield row(
      label(step),
      sides.map((side) => leaf(step, side, place.group)),
      place,
      false,
    );
    return;
  }
  const cells = sides.map((side) =>
    side.value === null || side.value === undefined ? leaf(step, side, place.group) : head(side, place),
  );
  yield row(label(step), cells, { ...place, ...record(sides) }, true);
  yield* within(step, sides, { ...place, depth: place.depth + 1, asks: false });
}

function* within(step: Step, sides: Side[], place: Place): Generator<Row> {
  if (!sides.some((side) => Array.isArray(side.value))) {
    yield* below(step.steps, sides.map(entered), { ...place, ...record(sides) });
    return;
  }
  const lists = sides.map((side) => (Array.isArray(side.value) ? side.value : []) as unknown[]);
  const keys = [...new Set(lists.flatMap((list) => list.map(keyOf)))];
  for (const [n, key] of keys.entries()) {
    const items = sides.map((side, at) => ({ ...side, value: lists[at]?.find((each, i) => keyOf(each, i) === key) }));
    const inner = items.map(entered);
    const node = step.field === "edges" ? step.steps.find((each) => each.field === "node") : step;
    if (node && small(node)) {
      yield row(
        `${n + 1}.`,
        items.map((side) => leaf(node, of(side, step), place.group)),
        place,
        false,
      );
      continue;
    }
    const steps = step.steps;
    if (keys.length > 1 || step.field !== "edges") {
      const cells = items.map((side) =>
        side.value === undefined ? leaf(step, side, place.group) : { state: "head" as const, text: "" },
      );
      yield row(`${n + 1}.`, cells, { ...place, ...record(items) }, true);
      yield* below(steps, inner, { ...place, depth: place.depth + 1, ...record(items) });
    } else yield* below(steps, inner, { ...place, ...record(items) });
  }
}

/** Whether a thing is told in one line: of no record, and with no group below but that of bodies' places. */
function small(step: Step): boolean {
  if (RECORDS.has(step.type) || step.type.endsWith("Connection") || step.type.endsWith("Edge")) return false;
  return step.steps.every((each) => (!each.group || each.group === "PLACE") && small(each));
}

/** The side of an item of a list: of an edge its node. */
function of(side: Side, step: Step): Side {
  return step.field === "edges" && isThing(side.value) ? { ...side, value: side.value["node"] } : side;
}

/** What is the same thing in two lists: by its id where it has one, else by where it stands. */
function keyOf(value: unknown, at: number): string {
  const thing = isThing(value) && isThing(value["node"]) ? value["node"] : value;
  const id = isThing(thing) ? (thing["id"] ?? thing["childId"] ?? thing["name"]) : undefined;
  return typeof id === "string" ? id : `${at}`;
}

/** A side within a thing: what the thing says is withheld counts from here on. */
function entered(side: Side): Side {
  const { value } = side;
  if (!isThing(value)) return { ...side, gone: side.gone || value === null };
  const told = Array.isArray(value["withheld"]) ? value["withheld"] : [];
  return { ...side, withheld: new Set([...side.withheld, ...told.map((each: Thing) => String(each["group"]))]) };
}

function record(sides: Side[]): { record?: string } {
  for (const { value } of sides) {
    if (
      isThing(value) &&
      Array.isArray(value["withheld"]) &&
      typeof value["id"] === "string" &&
      "givenNames" in value &&
      !("relationship" in value)
    )
      return { record: value["id"] };
  }
  return {};
}

function head(side: Side, place: Place): Cell {
  const own = place.group !== undefined && side.withheld.has(place.group);
  return own ? { state: "own", text: "only your own" } : { state: "head", text: "" };
}

function leaf(step: Step, side: Side, group?: string): Cell {
  const { value } = side;
  if (value === undefined && side.gone) return { state: "absent", text: "" };
  if (value === null || value === undefined) {
    if (group !== undefined && side.withheld.has(group)) return { state: "withheld", text: "Withheld" };
    if (step.type === "Child" && value === null) return { state: "absent", text: "No such record for this viewer" };
    return { state: value === null ? "nothing" : "absent", text: value === null ? "nothing known" : "" };
  }
  if (Array.isArray(value) && !value.length && group !== undefined && side.withheld.has(group))
    return { state: "withheld", text: "Withheld" };
  return { state: "shown", text: written(step, value, side.withheld) };
}

const DATED = new Set(["since", "until", "from", "to", "on", "returning"]);

function written(step: Step, value: unknown, withheld: ReadonlySet<string>): string {
  if (step.field === "shielded") return value ? "shielded" : "open";
  if (Array.isArray(value)) {
    const told = value.map((each) => written(step, each, withheld));
    return told.length ? told.join(step.steps.length ? "; " : ", ") : "none";
  }
  if (isThing(value)) return parts(step, value, withheld);
  if (typeof value === "boolean") return step.field === "own" ? (value ? "your own" : "") : value ? "yes" : "no";
  if (typeof value === "string" && /^[A-Z][A-Z_]+$/.test(value)) return spoken(value);
  return DATED.has(step.field) ? `${label(step).toLowerCase()} ${value}` : String(value);
}

/** A small thing in one line, what is withheld of it included. */
function parts(step: Step, thing: Thing, before: ReadonlySet<string>): string {
  const { withheld } = entered({ value: thing, withheld: before, gone: false });
  const told = step.steps
    .filter((each) => !UNSAID.has(each.field))
    .map((each) => {
      const value = thing[each.key];
      if (value !== null && value !== undefined) return written(each, value, withheld);
      return each.group !== undefined && withheld.has(each.group) ? `${label(each).toLowerCase()} withheld` : "";
    });
  return told.filter(Boolean).join(", ");
}

function row(label: string, cells: Cell[], place: Place, isHead: boolean): Row {
  const told = cells.map((cell) => `${cell.state} ${cell.text}`);
  return { asks: false, ...place, label, head: isHead, cells, differs: new Set(told).size > 1 };
}

const label = (step: Step): string => NAMES[step.key] ?? NAMES[step.field] ?? spoken(step.key);

/** Return the notices of one answer, each group once: what a person is told who reads the record. */
export function noticesOf(value: unknown, found = new Map<string, Notice>()): Notice[] {
  if (Array.isArray(value)) value.forEach((each) => noticesOf(each, found));
  if (isThing(value)) {
    for (const [key, each] of Object.entries(value)) {
      if (key === "withheld" && Array.isArray(each)) each.forEach((told: Thing) => note(told, found));
      else noticesOf(each, found);
    }
  }
  return [...found.values()];
}

function note(told: Thing, found: Map<string, Notice>): void {
  if (typeof told["notice"] !== "string") return;
  const broker = isThing(told["broker"]) ? told["broker"] : undefined;
  const desk = broker && [broker["name"], broker["phone"], broker["email"]].filter(Boolean).join(", ");
  found.set(String(told["group"]), { group: String(told["group"]), notice: told["notice"], ...(desk && { desk }) });
}
