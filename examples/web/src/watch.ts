import type { Session } from "./ask";
import { follow } from "./follow";

/** The next change of the caseload, after the one at the position that is given. */
const session: Session = {
  url: process.env.GATEWAY_URL ?? "http://127.0.0.1:8000/graphql",
  token: process.env.GATEWAY_TOKEN ?? "",
  access: { purpose: "COORDINATE_CARE", reason: "Following the class of this year" },
  trusted: process.env.GATEWAY_TRUSTED === "1",
};

for await (const event of follow(session, process.argv[2])) {
  console.log(JSON.stringify(event));
  process.exit();
}
