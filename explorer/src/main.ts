/** The explorer: its pages by their names in the address, and what stands around them. */
import "./csp.ts";
import "./style.css";
import { comparePage, compareThis } from "./compare.ts";
import { field, fill, h } from "./dom.ts";
import { policyPage, showRule } from "./policy.ts";
import { begin, bring, type Session } from "./session.ts";
import { showTheme, theme, turnTheme } from "./theme.ts";
import { trailPage } from "./trail.ts";
import { whyPage } from "./why.ts";

const PAGES = { compare: "Side by side", query: "Query", why: "Why", policy: "Policy", trail: "Trail" } as const;
type Name = keyof typeof PAGES;

const place = h("div", { id: "place" });
let leave: (() => void) | undefined;
let shown: Name | undefined;

/** Return the name of the page in the address, and what it says beside. */
function here(): [Name, string | undefined] {
  const [name = "", rest] = location.hash.slice(1).split("/", 2);
  return [Object.hasOwn(PAGES, name) ? (name as Name) : "compare", rest];
}

async function show(session: Session): Promise<void> {
  const [name, rest] = here();
  if (name === shown && name === "policy") {
    showRule(rest);
    return;
  }
  leave?.();
  leave = undefined;
  const moved = shown !== undefined;
  shown = name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${PAGES[name]}: the children's directory`;
  await put(session, name, rest);
  if (moved && !rest) document.getElementById("page")?.focus();
}

async function put(session: Session, name: Name, rest: string | undefined): Promise<void> {
  if (name === "policy") {
    const page = await policyPage(rest);
    if (here()[0] !== name) return;
    fill(place, page);
    showRule(rest);
  } else if (!session.people.length) fill(place, tokenPage(session));
  else if (name === "query") await query(session);
  else if (name === "trail") fill(place, trailPage(session));
  else if (name === "why") fill(place, whyPage(session));
  else fill(place, comparePage(session));
}

async function query(session: Session): Promise<void> {
  const page = h(
    "main",
    { id: "page", tabindex: -1, class: "wide" },
    h("p", { role: "status" }, "Loading the editor …"),
  );
  fill(place, page);
  const { mount } = await import("./query.tsx");
  if (here()[0] !== "query") return;
  leave = mount(page, {
    session,
    compare: (text, variables, names) => {
      compareThis(text, variables, session.demo ? names : ["you", ""]);
      location.hash = "#compare";
    },
  });
}

/** Where this is no demo: whoever asks brings a token, which this page keeps in its memory and nowhere else. */
function tokenPage(session: Session): HTMLElement {
  const token = h("textarea", { rows: 4, required: true, autocomplete: "off", spellcheck: false });
  const status = h("p", { role: "status", class: "fault" });
  async function take(): Promise<void> {
    try {
      await bring(session, token.value.trim().replace(/^Bearer +/i, ""));
      shown = undefined;
      await show(session);
    } catch (cause) {
      status.textContent = (cause as Error).message;
    }
  }
  return h(
    "main",
    { id: "page", tabindex: -1 },
    h("h1", {}, "Who is asking?"),
    h(
      "p",
      { class: "lead" },
      "Bring an access token for this directory. It stays in the memory of this page and is gone when the page is.",
    ),
    h(
      "form",
      { class: "controls", onsubmit: (event: Event) => (event.preventDefault(), void take()) },
      field("Access token", token),
      h("button", { type: "submit", class: "main" }, "Take it"),
    ),
    status,
  );
}

function around(session: Session): void {
  const links = Object.entries(PAGES).map(([name, text]) => h("li", {}, h("a", { href: `#${name}` }, text)));
  const other = () => (theme() === "dark" ? "Light" : "Dark");
  const turn = h(
    "button",
    { type: "button", class: "theme", onclick: () => (turnTheme(), (turn.textContent = other()), again()) },
    other(),
  );
  const again = () => {
    if (shown !== "query") return;
    shown = undefined;
    void show(session);
  };
  fill(
    document.body,
    h(
      "a",
      {
        href: "#page",
        class: "skip",
        onclick: (event: Event) => (event.preventDefault(), document.getElementById("page")?.focus()),
      },
      "Skip to the page",
    ),
    h(
      "header",
      {},
      h("strong", {}, "The children's directory"),
      h("nav", { "aria-label": "Pages" }, h("ul", {}, links)),
      turn,
    ),
    place,
    h(
      "footer",
      {},
      session.demo ? "This is the demo: the children are made up." : "Every look at a record leaves an event.",
      " The contract: ",
      h("a", { href: "/schema.graphql" }, "/schema.graphql"),
    ),
  );
}

async function start(): Promise<void> {
  showTheme();
  const session = await begin();
  around(session);
  addEventListener("hashchange", () => void show(session));
  await show(session);
}

void start().catch((cause: Error) =>
  fill(document.body, h("main", {}, h("h1", {}, "The explorer cannot begin"), h("p", {}, cause.message))),
);
