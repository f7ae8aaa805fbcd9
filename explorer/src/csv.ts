/** Rows as a file of comma-separated values (RFC 4180), saved by the browser: nothing is sent anywhere. */
import type { LookFragment } from "./generated/operations.ts";

const COLUMNS = [
  "id",
  "at",
  "record",
  "kind",
  "viewer",
  "viewerName",
  "role",
  "organisation",
  "organisationKind",
  "purpose",
  "reason",
  "disclosed",
  "withheld",
  "override",
] as const;

export function csv(rows: LookFragment[]): string {
  const lines = rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(","));
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

/** What a spreadsheet takes for the beginning of a formula, full width signs included. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** After a semicolon or a tab, one that takes these for the separator begins a cell of its own. */
const WITHIN = /([;\t]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** A text that a spreadsheet would take for a formula is given an apostrophe. */
function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(" ") : value === null || value === undefined ? "" : String(value);
  const safe = (FORMULA.test(text) ? `'${text}` : text).replace(WITHIN, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Have the browser save a text under a name. */
export function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
