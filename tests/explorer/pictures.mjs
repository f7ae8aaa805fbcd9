// Takes the pictures of docs/explorer.md: `node pictures.mjs URL FOLDER`.
import { browsing } from "./browser.mjs";

const [url, folder] = process.argv.slice(2);
const taken = (page, name) => page.screenshot({ path: `${folder}/explorer-${name}.png` });

await browsing(
  url,
  async (visitor, page) => {
    await visitor.at();
    await taken(page, "compare");
    await page.locator("tbody tr", { hasText: "Whereabouts" }).first().getByRole("button").click();
    await page.locator("tr.reason").evaluate((row) => row.scrollIntoView({ block: "center" }));
    await taken(page, "why");
    await visitor.at("query");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await page.locator(".graphiql-response").getByText(/"givenNames"/).first().waitFor();
    await visitor.settled();
    await taken(page, "query");
    await visitor.at("policy/responsible-team");
    await page.evaluate(() => scrollTo(0, 0));
    await taken(page, "policy");
  },
  { viewport: { width: 1200, height: 1000 } },
);
await browsing(
  url,
  async (visitor, page) => {
    await visitor.at("trail");
    await visitor.choose("View as", "auditor");
    await taken(page, "trail-dark");
  },
  { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
);
await browsing(
  url,
  async (visitor, page) => {
    await visitor.at();
    await taken(page, "small");
  },
  { viewport: { width: 390, height: 844 } },
);
