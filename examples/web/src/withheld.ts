import { GUARDS } from "./guards";

type Guards = typeof GUARDS;
type Entry = { group: string; notice: string; broker: { name: string; phone: string; email: string } };

/** A record that can withhold something: ask for `__typename` and for `withheld` beside its fields. */
export type Guarded = { [T in keyof Guards]: { __typename: T; withheld: readonly Entry[] } }[keyof Guards];

/** The guarded fields of a record's type, by their names in the contract, whatever an alias calls them. */
export type FieldOf<R extends Guarded> = keyof Guards[R["__typename"]] & string;

/** The notice to show beside a field, or null where the viewer holds the field's group in full. */
export function noticeFor<R extends Guarded>(record: R, field: FieldOf<R>): Entry | null {
  const group = (GUARDS[record.__typename] as Record<string, string>)[field];
  return record.withheld.find((entry) => entry.group === group) ?? null;
}

/** Whether a field is withheld: null then means nothing, and a list may lack rows. */
export function isWithheld<R extends Guarded>(record: R, field: FieldOf<R>): boolean {
  return noticeFor(record, field) !== null;
}
