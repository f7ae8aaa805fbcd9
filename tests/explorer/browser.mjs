// A browser that watches: what leaves the origin, breaks the policy or reaches the console as an error is a fault.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.env.EXPLORER_SOURCE}/package.json`);
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PAGES = {
  compare: "td.withheld",
  query: ".graphiql-query-editor .view-line",
  why: "form",
  policy: ".matrix",
  trail: ".trail",
};

/** Open a browser with an empty profile, give it to `use`, and throw where anything went wrong on the way. */
export async function browsing(url, use, options = {}) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const faults = watched(page, new URL(url).origin);
    await use(new Visitor(page, url, faults), page);
    if (faults.length) throw new Error(faults.join("\n"));
  } finally {
    await browser.close();
  }
}

function watched(page, origin) {
  const faults = [];
  page.on("request", (request) => {
    const address = request.url();
    if (
      !address.startsWith(`${origin}/`) &&
      !address.startsWith(`blob:${origin}/`)
    )
      faults.push(`left the origin: ${address}`);
  });
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`thrown: ${error.stack}`));
  page.exposeFunction("violated", (told) =>
    faults.push(`against the policy: ${told}`),
  );
  page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) =>
      globalThis.violated(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      ),
    ),
  );
  return faults;
}

/** Somebody who looks at the pages. */
export class Visitor {
  constructor(page, url, faults) {
    Object.assign(this, { page, url, faults, asked: new Set() });
    page.on("request", (request) => {
      if (request.resourceType() === "fetch") this.asked.add(request);
    });
    for (const end of ["requestfinished", "requestfailed"])
      page.on(end, (request) => this.asked.delete(request));
  }

  /** Go to a page by its name, and wait for what it is there for. */
  async at(place = "compare") {
    const [name] = place.split("/");
    await this.page.goto("about:blank");
    this.asked.clear();
    await this.page.goto(place === "compare" ? this.url : `${this.url}#${place}`);
    await this.page.waitForSelector(PAGES[name]);
    await this.settled();
  }

  /** Wait until the page asks nothing more: what its workers load, and never tell the end of, does not count. */
  async settled() {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await this.page.waitForTimeout(100);
      await this.page.waitForFunction(
        () => !document.querySelector("[aria-busy=true]"),
      );
      if (this.asked.size) quiet = -1;
    }
  }

  /** Choose in a list by the label of it. */
  async choose(label, value) {
    await this.page.getByLabel(label, { exact: true }).selectOption(value);
    await this.settled();
  }

  text(selector) {
    return this.page.locator(selector).first().innerText();
  }

  texts(selector) {
    return this.page.locator(selector).allInnerTexts();
  }

  /** Return what axe finds against WCAG 2.2 AA, a line each, without what stands below `without`. */
  async barriers(without = []) {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async (excluded) => {
      const tags = [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
      ];
      const context = excluded.length ? { exclude: excluded } : document;
      return (await globalThis.axe.run(context, { runOnly: tags })).violations;
    }, without);
    return found.flatMap((each) =>
      each.nodes.map(
        (node) => `${each.id}: ${node.target.join(" ")} (${each.help})`,
      ),
    );
  }

  /** Return by how many pixels the page is wider than the screen. */
  async overflow() {
    return await this.page.evaluate(
      () =>
        document.documentElement.scrollWidth -
        document.documentElement.clientWidth,
    );
  }
}

export const NAMES = Object.keys(PAGES);
