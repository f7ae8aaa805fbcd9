// What is done in the browser: `node scenarios.mjs URL NAME`. What each of them promises, its test in Python says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { browsing, NAMES } from "./browser.mjs";

const [url, name] = process.argv.slice(2);
const TOKENS = JSON.parse(process.env.TOKENS ?? "{}");
/** Parts of the editor that are its authors' own: their texts and roles are not ours to mend. */
const EDITOR = [".monaco-editor", ".graphiql-container"];
const without = (page) => (page === "query" ? EDITOR : []);

const scenarios = {
  async first_page(visitor) {
    await visitor.at();
    assert.deepEqual(await visitor.texts("thead th[scope=col] small"), [
      "teacher · Practitioner",
      "team-leeds · Directory team",
    ]);
    const row = visitor.page
      .locator("tbody tr", { hasText: "Whereabouts" })
      .first();
    assert.match(await row.locator("td").nth(0).innerText(), /Withheld/);
    assert.match(await row.locator("td").nth(1).innerText(), /Leeds, LS/);
    assert.match(
      await visitor.text("[role=status]"),
      /^\d+ lines differ between Hannah Whitaker and Farah Iqbal\.$/,
    );
    const [teacher, team] = await visitor.texts(".notices");
    assert.match(
      teacher,
      /Details that could locate this child or a carer are not shown to you\.[^]*National contact desk/,
    );
    assert.match(team, /Nothing is withheld\./);
    assert.equal(
      await visitor.page
        .locator("td.withheld:visible")
        .first()
        .evaluate((cell) => cell.getBoundingClientRect().top < innerHeight),
      true,
    );
  },

  async why(visitor, page) {
    await visitor.at();
    const row = page.locator("tbody tr", { hasText: "Whereabouts" }).first();
    const button = row.getByRole("button", { name: "Why Whereabouts" });
    await button.click();
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    const [teacher, team] = await page.locator("tr.reason td").allInnerTexts();
    assert.match(
      teacher,
      /^Withheld\. The record is SHIELDED; standing: .*\.\s+No rule gives it/,
    );
    assert.match(
      team,
      /^Seen\. .* standing: RESPONSIBLE\.[^]*DIRECTORY_TEAM sees IDENTITY/,
    );
    await button.click();
    assert.equal(await page.locator("tr.reason").count(), 0);
  },

  async examples(visitor, page) {
    await visitor.at();
    const names = await page
      .getByLabel("Show me")
      .locator("option")
      .allInnerTexts();
    const people = new Set();
    const told = {};
    for (const [n, each] of names.entries()) {
      if (each.includes("override")) continue;
      await visitor.choose("Show me", `${n}`);
      for (const label of ["View as", "and as"])
        people.add(await page.getByLabel(label, { exact: true }).inputValue());
      told[each] = (await visitor.texts(".notices")).join("\n");
      assert.doesNotMatch(
        told[each],
        /GRAPHQL_|BAD_|INTERNAL|LIMIT_|PURPOSE_/,
        each,
      );
      assert.deepEqual(await visitor.barriers(), [], each);
    }
    assert.equal(people.size, 11, [...people].join());
    assert.match(
      told["The caseload of a health visitor and of a lapsed teacher"],
      /FORBIDDEN: this account has lapsed/,
    );
    assert.match(told["Police with and without an approval"], /Dawn Hesketh/);
  },

  async override(visitor, page) {
    await visitor.at();
    await visitor.choose("Show me", {
      label: "A shielded child, before and after an override",
    });
    const row = page.locator("tbody tr", { hasText: "Whereabouts" }).first();
    assert.deepEqual(
      await page
        .locator("thead th[scope=col]")
        .nth(1)
        .innerText()
        .then((text) => text.split("\n")[0]),
      "Sean O'Connor, before",
    );
    assert.match(await row.locator("td").nth(0).innerText(), /Withheld/);
    assert.match(await row.locator("td").nth(1).innerText(), /Leeds, LS/);
    await row.getByRole("button").click();
    assert.match(
      await page.locator("tr.reason td").nth(1).innerText(),
      /standing: .*OVERRIDING[^]*PROTECTION_OFFICER sees WHEREABOUTS/,
    );
    await page.getByRole("button", { name: "Close the override" }).click();
    await page.waitForFunction(() =>
      document.querySelector("[role=status]").textContent.includes("closed"),
    );
    const now = page.locator("tbody tr", { hasText: "Whereabouts" }).first();
    assert.match(await now.locator("td").nth(0).innerText(), /Withheld/);
  },

  async own_question(visitor, page) {
    await visitor.at();
    await page.getByText("The question, purpose and reason").click();
    await page.getByLabel("Variables (JSON)").fill("{");
    await page.getByRole("button", { name: "Run" }).click();
    await visitor.settled();
    assert.match(
      (await visitor.texts(".notices .fault"))[0],
      /the variables are no JSON/,
    );
    await page.getByLabel("Variables (JSON)").fill("{}");
    await page
      .getByLabel("Query")
      .fill("{ viewer { name purposes organisation { name } } }");
    await page.getByRole("button", { name: "Run" }).click();
    await visitor.settled();
    assert.match(
      await visitor.text(".answers tbody"),
      /Hannah Whitaker[^]*Farah Iqbal/,
    );
    await page.getByLabel("Reason").fill("short");
    await page
      .getByLabel("Query")
      .fill('{ child(directoryNumber: "1") { givenNames } }');
    await page.getByRole("button", { name: "Run" }).click();
    await visitor.settled();
    assert.match(
      (await visitor.texts(".notices .fault"))[0],
      /PURPOSE_REQUIRED/,
    );
    await page.getByLabel("Query").fill("{ child {");
    await page.getByRole("button", { name: "Run" }).click();
    await visitor.settled();
    assert.match(await visitor.text("[role=status]"), /Syntax Error/);
  },

  async alone(visitor, page) {
    await visitor.at();
    await visitor.choose("and as", "");
    assert.deepEqual(await visitor.texts("thead th[scope=col] small"), [
      "teacher · Practitioner",
    ]);
    await visitor.choose("View as", "auditor");
    assert.match(await visitor.text(".notices .fault"), /FORBIDDEN/);
    assert.equal(await page.locator("h1").count(), 1);
  },

  async query(visitor, page) {
    await visitor.at("query");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    const answer = page.locator(".graphiql-response");
    await answer
      .getByText(/"givenNames"/)
      .first()
      .waitFor();
    assert.match(await answer.innerText(), /"data"/);
    await page
      .getByRole("button", { name: "Show Documentation Explorer" })
      .click();
    await page
      .locator(".graphiql-doc-explorer")
      .getByText("Query", { exact: true })
      .first()
      .click();
    await page
      .locator(".graphiql-doc-explorer")
      .getByText("child", { exact: true })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Show History" }).click();
    await page
      .locator(".graphiql-history-items, .graphiql-history")
      .getByText("OneChild")
      .first()
      .waitFor();
    const colours = await page
      .locator(".graphiql-query-editor .view-line span span")
      .evaluateAll(
        (all) => new Set(all.map((each) => getComputedStyle(each).color)).size,
      );
    assert.ok(colours > 2, "the styles of the editor have arrived");
    await page.locator(".graphiql-query-editor .view-line").nth(2).click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("direc", { delay: 40 });
    await page
      .locator(".suggest-widget .monaco-list-row", {
        hasText: "directoryNumber",
      })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("toryNumber");
    await page.getByRole("button", { name: "Compare two people" }).click();
    await page.waitForSelector("td.withheld");
    assert.match(await visitor.text(".answers tbody"), /Directory number/);
  },

  async query_personas(visitor, page) {
    await visitor.at("query");
    for (const [persona, expected] of [
      ["police-new", /"child": null/],
      ["team-leeds", /"town": "\w/],
    ]) {
      await visitor.choose("Ask as", persona);
      await page.getByRole("button", { name: /^Execute query/ }).click();
      await page.waitForFunction(
        (source) =>
          new RegExp(source).test(
            document
              .querySelector(".graphiql-response")
              ?.innerText.replaceAll("\u00a0", " ") ?? "",
          ),
        expected.source,
      );
    }
    assert.deepEqual(
      await page
        .getByLabel("Purpose")
        .locator("option")
        .allInnerTexts()
        .then((all) => all.includes("DATA_QUALITY")),
      true,
    );
  },

  async policy(visitor, page) {
    await visitor.at("policy");
    const all = await page.locator(".matrix tbody tr").count();
    await visitor.choose("Role", "PROTECTION_OFFICER");
    await visitor.choose("Shield", "SHIELDED");
    await visitor.choose("Standing", "OVERRIDING");
    assert.equal(await page.locator(".matrix tbody tr").count(), 1);
    assert.match(
      await visitor.text("[role=status]"),
      new RegExp(`^1 of ${all} rows$`),
    );
    await page.locator(".matrix tbody td a").nth(3).click();
    assert.match(page.url(), /#policy\/override-in-an-emergency$/);
    assert.deepEqual(await visitor.texts(".rules dt.named"), [
      "override-in-an-emergency",
    ]);
    assert.match(
      await visitor.text(".rules dd.named"),
      /PROTECTION_OFFICER sees WHEREABOUTS/,
    );
    assert.equal(
      await page.evaluate(() => document.activeElement?.id),
      "rule-override-in-an-emergency",
    );
    await visitor.choose("Standing", "CONFLICTED");
    await page.locator(".matrix tbody td a").first().click();
    assert.match(
      await visitor.text(".rules dd.named"),
      /Nobody sees anything if the standing is CONFLICTED/,
    );
  },

  async trail(visitor, page) {
    await visitor.at();
    await visitor.at("trail");
    assert.match(await visitor.text(".trail tbody"), /not told/);
    await visitor.choose("View as", "auditor");
    await page.waitForFunction(() =>
      /Hannah Whitaker|Priya Nair/.test(
        document.querySelector(".trail tbody")?.textContent ?? "",
      ),
    );
    const older = page.getByRole("button", { name: "Older" });
    const first = await visitor.text(".trail tbody");
    await older.click();
    await page.waitForFunction(() =>
      document.querySelector("[role=status]").textContent.endsWith("page 2"),
    );
    assert.notEqual(await visitor.text(".trail tbody"), first);
    await page.getByRole("button", { name: "Newer" }).click();
    await page.waitForFunction(() =>
      document.querySelector("[role=status]").textContent.endsWith("page 1"),
    );
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export as CSV" }).click(),
    ]);
    const text = await readFile(await file.path(), "utf8");
    assert.equal(file.suggestedFilename(), "trail.csv");
    assert.match(text, /^id,at,record,kind,viewer,viewerName,role,/);
    assert.ok(text.split("\r\n").length > 20);
    await page.getByLabel("Record").fill("no reference");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForFunction(() =>
      document
        .querySelector("[role=status]")
        .textContent.startsWith("No event"),
    );
  },

  async trace(visitor, page) {
    await visitor.at();
    const trace = await visitor.text(".trace code");
    await page.locator("nav").getByText("Why").click();
    await page.getByLabel("Trace").fill(trace);
    await page.getByRole("button", { name: "Tell me why" }).click();
    await page.waitForSelector(".verdicts");
    assert.match(
      await visitor.text(".verdicts caption"),
      /asked by Practitioner\. The record is SHIELDED/,
    );
    assert.match(
      await page
        .locator(".verdicts tr", { hasText: "Whereabouts" })
        .innerText(),
      /Withheld[^]*yes[^]*No rule gives it/,
    );
    assert.deepEqual(await visitor.barriers(), []);
    await visitor.choose("Read as", "teacher");
    await page.getByRole("button", { name: "Tell me why" }).click();
    await page.waitForSelector("section .fault");
    assert.match(
      await visitor.text("section .fault"),
      /there is no such trace for you/,
    );
    visitor.faults.splice(
      0,
      Infinity,
      ...visitor.faults.filter((each) => !/status of 404/.test(each)),
    );
  },

  async keyboard(visitor, page) {
    await visitor.at();
    const focused = () =>
      page.evaluate(
        () =>
          document.activeElement?.textContent?.trim().slice(0, 40) ||
          document.activeElement?.id,
      );
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Skip to the page");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "page");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^teacher/);
    await page.keyboard.press("ArrowDown");
    await visitor.settled();
    assert.deepEqual(
      (await visitor.texts("thead th[scope=col] small"))[0],
      "health-visitor · Practitioner",
    );
    await page.locator("button.why").first().focus();
    await page.keyboard.press("Space");
    assert.equal(await page.locator("tr.reason").count(), 1);
    assert.notEqual(
      await page
        .locator("button.why")
        .first()
        .evaluate((each) => getComputedStyle(each).outlineStyle),
      "none",
    );
    await page.locator("nav a", { hasText: "Policy" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".matrix");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "page");
    assert.equal(
      await page.locator("nav a[aria-current=page]").innerText(),
      "Policy",
    );
  },

  async barriers(visitor) {
    await visitor.at();
    for (const each of NAMES) {
      await visitor.at(each);
      assert.deepEqual(await visitor.barriers(without(each)), [], each);
    }
  },

  async dark(visitor, page) {
    await visitor.at();
    for (const each of NAMES) {
      await visitor.at(each);
      assert.equal(
        await page.evaluate(() => document.documentElement.dataset.theme),
        "dark",
      );
      assert.deepEqual(await visitor.barriers(without(each)), [], each);
    }
    await page.getByRole("button", { name: "Light" }).click();
    await page.reload();
    assert.equal(
      await page.evaluate(() => document.documentElement.dataset.theme),
      "light",
    );
  },

  async small(visitor) {
    await visitor.at();
    for (const each of NAMES) {
      await visitor.at(each);
      assert.ok(
        (await visitor.overflow()) <= 0,
        `${each} is wider than the screen`,
      );
      if (each === "query") {
        const editor = visitor.page.locator(".graphiql-query-editor").first();
        const { width } = await editor.boundingBox();
        assert.ok(width > 240, `the editor has ${width} pixels`);
      }
      assert.deepEqual(await visitor.barriers(without(each)), [], each);
    }
  },

  async token(visitor, page) {
    await page.goto(visitor.url);
    assert.equal(await visitor.text("h1"), "Who is asking?");
    assert.deepEqual(await visitor.barriers(), []);
    const take = async (token) => {
      await page.getByLabel("Access token").fill(token);
      await page.getByRole("button", { name: "Take it" }).click();
    };
    await take("nonsense");
    await page.waitForFunction(() =>
      document
        .querySelector("[role=status]")
        .textContent.includes("UNAUTHENTICATED"),
    );
    visitor.faults.splice(
      0,
      Infinity,
      ...visitor.faults.filter((each) => !/status of 401/.test(each)),
    );
    await take(TOKENS.teacher);
    await page.getByText("The question, purpose and reason").click();
    await page
      .getByLabel("Variables (JSON)")
      .fill(JSON.stringify({ number: TOKENS.number }));
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForSelector("td.withheld");
    await visitor.settled();
    assert.match(
      await visitor.text(".answers tbody"),
      /<img src=x onerror=alert\(1\)>/,
    );
    assert.equal(await page.locator(".answers img").count(), 0);
    assert.equal(
      await page.locator("button.why").count(),
      0,
      "the viewer is not told why",
    );
    const trace = await visitor.text(".trace code");
    const kept = await page.evaluate(() =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
      ]),
    );
    assert.equal(kept.includes(TOKENS.teacher), false);
    await page.reload();
    assert.equal(await visitor.text("h1"), "Who is asking?");
    await take(TOKENS.auditor);
    await page.locator("nav").getByText("Why").click();
    await page.getByLabel("Trace").fill(trace);
    await page.getByRole("button", { name: "Tell me why" }).click();
    await page.waitForSelector(".verdicts");
    await page.locator("nav").getByText("Trail").click();
    await page.waitForSelector(".trail");
    await page.locator("nav").getByText("Query").click();
    await page.waitForSelector(".graphiql-query-editor .view-line");
    assert.deepEqual(
      await page.evaluate(() =>
        Object.keys({ ...localStorage }).filter((each) =>
          each.startsWith("graphiql"),
        ),
      ),
      [],
    );
  },
};

const OPTIONS = {
  dark: { colorScheme: "dark" },
  small: { viewport: { width: 390, height: 844 } },
};
await browsing(url, scenarios[name], OPTIONS[name]);
