/** Where the gateway is, who asks and why; and what each client must have been told at the end. */
export const url = process.env.GATEWAY_URL!;
export const authorization = `Bearer ${process.env.GATEWAY_TOKEN}`;
/** Whether documents are named by their ids, as in production. */
export const trusted = process.env.GATEWAY_TRUSTED === "1";
export const access = { purpose: "COORDINATE_CARE", reason: "Planning support with the family" };

export interface Told {
  /** The family names of the caseload, over all its pages. */
  names: string[];
  pages: number;
  /** The telephone of the shielded child, and what the record says of it. */
  phone: string | null | undefined;
  withheld: string[];
  notice: string;
  broker: string;
  /** Whether the record, opened by its number and by its id, is one thing in the client's cache. */
  same: boolean;
  /** The code of an operation that the account may not ask for. */
  refused: unknown;
  /** The code of a cursor that is none. */
  wrong: unknown;
  /** The problem of a deed that was not done. */
  problem: string | undefined;
}

export function tell(told: object): void {
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

export function notice<T extends { group: string }>(withheld: readonly T[]): T {
  const found = withheld.find((entry) => entry.group === "WHEREABOUTS");
  if (!found) throw new Error("nothing is withheld");
  return found;
}

interface Persisted {
  definitions: readonly { name?: { value: string } }[];
  __meta__?: { hash?: string };
}

/** The name of a document's operation. */
export function nameOf(document: unknown): string {
  return (document as Persisted).definitions.find((each) => each.name)?.name?.value ?? "";
}

/** The ids of persisted documents by the names of their operations, as Codegen's client preset writes them. */
export function idsOf(...documents: unknown[]): Map<string, string> {
  return new Map(
    documents.map((document) => {
      const id = (document as Persisted).__meta__?.hash;
      if (!id) throw new Error("the build has not persisted this document");
      return [nameOf(document), id];
    }),
  );
}
