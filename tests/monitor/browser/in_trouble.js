// Signs in at the OpenID provider and looks at the overview while Cassandra is away; tells what it saw as JSON.
// node in_trouble.js BASE_ADDRESS WINDOW CHROMIUM FOLDER_OF_SCREENSHOTS SUBJECT
import { openAudit, openBrowser, openPage } from "./browser.js";

const [, , base, window, executablePath, folder, subject] = process.argv;
const browser = await openBrowser(executablePath);
const { context, page, settled, texts } = await openPage(browser, folder);
const seen = {};

await page.goto(`${base}/?${window}`);
await settled("sign-in");
seen.refused = new URL(page.url()).pathname;
await page.getByRole("link", { name: "Single sign-on" }).click();
await page.locator('input[name="sub"]').fill(subject);
await page.getByRole("button", { name: "Authorize" }).click();
await page.waitForURL((url) => url.href.startsWith(base) && url.pathname === "/");
await settled("cassandra-away");
seen.search = new URL(page.url()).search;
seen.account = await texts(".account a");
seen.notes = await texts(".note");
seen.origins = await texts(".origin");
seen.tiles = await texts(".tile strong");
seen.failed = await texts(".say.failed");

await page.goto(`${base}/?date_from=2020-01-01&date_to=2020-01-02`);
await settled("cassandra-away-history");
seen.history = await texts(".origin");

// What a backfill would load is shown, then confirmed.
await page.getByRole("link", { name: "Staff" }).click();
await page.getByLabel("First day").fill("2026-06-01");
await page.getByLabel("Last day").fill("2026-06-02");
await page.getByLabel("Reason").fill("history of June");
await page.getByRole("button", { name: "See what it would load" }).click();
const yes = page.getByRole("button", { name: "Load 2 days" });
await yes.waitFor();
seen.staff = { proposed: await page.locator(".answer").innerText() };
await settled("staff-proposed");
await yes.click();
seen.staff.started = await page.locator(".say.done").innerText();
await page.getByRole("cell", { name: "started: 7" }).first().waitFor();
await settled("staff-started");
seen.staff.log = await page
  .locator('[data-panel="log"] tbody tr')
  .evaluateAll((rows) => rows.map((row) => [...row.cells].map(({ innerText }) => innerText)));

// A token is made, told once, taken by the interface, and deleted.
await page.getByRole("link", { name: seen.account[0] }).click();
await settled("account-before");
await page.getByLabel("What it is for").fill("<b>nightly</b> plots");
await page.getByRole("button", { name: "Make it" }).click();
const text = await page.locator("code.token").innerText();
await page.getByRole("cell", { name: "nightly" }).first().waitFor();
await settled("account");
const read = async () =>
  (await fetch(`${base}/api/v1/dictionary`, { headers: { Authorization: `Bearer ${text}` } })).status;
const rows = () => texts('[data-panel="tokens"] tbody th');
seen.tokens = { listed: await rows(), read: await read() };
await page.getByRole("button", { name: "Delete <b>nightly</b> plots" }).click();
await page.getByRole("button", { name: "Really delete" }).click();
await page.getByText("You have no tokens.").waitFor();
Object.assign(seen.tokens, { left: await rows(), readAfter: await read(), password: await texts('a[href*="password"]') });

const audited = await openAudit(browser, context);
seen.axe = { account: await audited(`${base}/account/`), staff: await audited(`${base}/staff/`) };

await page.getByRole("button", { name: "Sign out" }).click();
await settled("signed-out");
seen.signedOut = new URL(page.url()).pathname;
seen.axe.login = await (await openAudit(browser))(`${base}/login/`);
await browser.close();
process.stdout.write(JSON.stringify(seen));
