/** The query page: GraphiQL as a component, asked as whoever is chosen, with a purpose and a reason. */
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./query.css";
import { GraphiQL } from "graphiql";
import type { Fetcher } from "@graphiql/toolkit";
import { useRef, useState, type JSX } from "react";
import { createRoot } from "react-dom/client";
import { ask } from "./api.ts";
import { examples, type Example } from "./examples.ts";
import { access, person, REASON, type Session } from "./session.ts";
import { theme } from "./theme.ts";

interface Props {
  session: Session;
  compare: (query: string, variables: string, names: string[]) => void;
}

/** A storage of this page's memory: elsewhere than in the demo no question of anybody's is left in the browser. */
function memory() {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

const storage = memory();

/** After how many milliseconds the editor has surely told of an edit: it waits for a tenth of a second itself. */
const TOLD = 150;

function Page({ session, compare }: Props): JSX.Element {
  const all = examples(session);
  const [name, setName] = useState(session.people[0]?.name ?? "");
  const [purpose, setPurpose] = useState<string>();
  const [reason, setReason] = useState(REASON);
  const [chosen, setChosen] = useState(0);
  const persona = person(session, name);
  const given = persona ? access(persona, purpose, reason) : { purpose: "", reason };
  const now = useRef({ token: "", access: given, query: "", variables: "" });
  now.current.token = persona?.token ?? "";
  now.current.access = given;
  // one function for the life of the page: another one has GraphiQL read the whole contract again
  const fetcher = useRef<Fetcher>(async ({ query, operationName, variables }) => {
    const { token, access: stated } = now.current;
    const question = {
      query,
      ...(operationName && { operationName }),
      variables: variables as Record<string, unknown>,
    };
    return (await ask(token, { ...question, access: stated })) as never;
  });
  const example = all[chosen] as Example;
  const variables = JSON.stringify(example.variables, null, 2);
  if (!now.current.query) Object.assign(now.current, { query: example.query, variables });
  const load = (at: number) => {
    const next = all[at] as Example;
    Object.assign(now.current, { query: next.query, variables: JSON.stringify(next.variables, null, 2) });
    setChosen(at);
    if (session.demo) setName(next.left);
    setPurpose(next.purpose);
  };
  const taken = () =>
    compare(now.current.query, now.current.variables, [name, name === "team-leeds" ? "teacher" : "team-leeds"]);
  return (
    <>
      <h1>Ask anything</h1>
      <div className="controls">
        <Choice
          label="Example"
          value={`${chosen}`}
          onChange={(value) => load(Number(value))}
          words={all.map((each, at) => [`${at}`, each.name])}
        />
        <Choice
          label="Ask as"
          value={name}
          onChange={(value) => (setName(value), setPurpose(undefined))}
          words={session.people.map((each) => [each.name, `${each.name} (${each.person})`])}
        />
        <Choice
          label="Purpose"
          value={given.purpose}
          onChange={setPurpose}
          words={(persona?.purposes ?? []).map((each) => [each, each])}
        />
        <div className="field">
          <label htmlFor="query-reason">Reason</label>
          <input id="query-reason" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </div>
        <button type="button" onClick={() => setTimeout(taken, TOLD)}>
          Compare two people
        </button>
      </div>
      <div className="ide">
        <GraphiQL
          key={chosen}
          fetcher={fetcher.current}
          storage={storage}
          initialQuery={example.query}
          initialVariables={variables}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
          forcedTheme={theme()}
          onEditQuery={(text: string) => (now.current.query = text)}
          onEditVariables={(text: string) => (now.current.variables = text)}
        >
          <GraphiQL.Logo>
            <span className="unseen">GraphiQL</span>
          </GraphiQL.Logo>
        </GraphiQL>
      </div>
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  words: readonly (readonly [string, string])[];
}

function Choice({ label, value, onChange, words }: ChoiceProps): JSX.Element {
  const id = `query-${label.toLowerCase().replaceAll(" ", "-")}`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {words.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Put the page into `place`; return what takes it out. */
export function mount(place: HTMLElement, props: Props): () => void {
  const root = createRoot(place);
  root.render(<Page {...props} />);
  return () => root.unmount();
}
