// A browser, and what it noticed: what pages wrote to the console, asked of elsewhere, or opened as a dialog.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const axe = fileURLToPath(import.meta.resolve("axe-core"));
const BAD = ["serious", "critical"];
const SIZE = { width: 1400, height: 1000 };

export async function openBrowser(executablePath) {
  return chromium.launch({ executablePath, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
}

/** A page of `browser` whose settled(name) waits until nothing loads any more and keeps a screenshot in `folder`. */
export async function openPage(browser, folder) {
  const context = await browser.newContext({ viewport: SIZE });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const settled = async (name) => {
    await page.waitForFunction(() => !document.querySelector("[aria-busy]") && document.readyState === "complete");
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  return { context, page, settled, texts: (selector) => page.locator(selector).allInnerTexts() };
}

/**
 * Gives a function of an address: what axe finds there that is serious, with the first elements it is of. `signedIn`:
 * a context whose cookies it has.
 */
export async function openAudit(browser, signedIn = null) {
  // axe is put into the page, which the pages' own policy would refuse.
  const context = await browser.newContext({
    bypassCSP: true,
    viewport: SIZE,
    storageState: await signedIn?.storageState(),
  });
  const page = await context.newPage();
  return async (address) => {
    await page.goto(address);
    await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
    await page.waitForLoadState("networkidle");
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const where = (nodes) => nodes.slice(0, 3).map(({ html }) => html.slice(0, 160));
    return violations
      .filter(({ impact }) => BAD.includes(impact))
      .map(({ id, nodes }) => `${id}: ${where(nodes).join(" | ")}`);
  };
}
