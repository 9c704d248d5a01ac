// A browser, and what it noticed: what pages wrote to the console, asked of elsewhere, or opened as a dialog.
import { chromium } from "playwright-core";

export async function openBrowser(executablePath) {
  return chromium.launch({ executablePath, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
}

/** A page of `browser` whose settled(name) waits until nothing loads any more and keeps a screenshot in `folder`. */
export async function openPage(browser, folder) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const settled = async (name) => {
    await page.waitForFunction(() => !document.querySelector("[aria-busy]") && document.readyState === "complete");
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  return { context, page, settled, texts: (selector) => page.locator(selector).allInnerTexts() };
}
