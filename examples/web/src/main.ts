import { Refused, type Session } from "./ask";
import { card } from "./card";
import { round } from "./round";

const session: Session = {
  url: process.env.GATEWAY_URL ?? "http://127.0.0.1:8000/graphql",
  token: process.env.GATEWAY_TOKEN ?? "",
  access: { purpose: "COORDINATE_CARE", reason: "Planning the visits of next week" },
  trusted: process.env.GATEWAY_TRUSTED === "1",
};

/** The first shielded child of the caseload and the first who is not, as a screen would show them. */
async function main(): Promise<void> {
  const shown = new Set<boolean>();
  for await (const row of round(session, 5)) {
    if (shown.has(row.shielded)) continue;
    shown.add(row.shielded);
    console.log((await card(session, row.directoryNumber))?.join("\n"));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Refused ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
});
