// Goes through the pages in a real browser, as a shifter does, and tells what it saw as JSON on stdout.
// node drill_down.js BASE_ADDRESS WINDOW CHROMIUM FOLDER_OF_SCREENSHOTS
import { openAudit, openBrowser, openPage } from "./browser.js";

const [, , base, window, executablePath, folder] = process.argv;

const seen = { console: [], elsewhere: [], dialogs: [], axe: {}, kept: {}, steps: {} };
const browser = await openBrowser(executablePath);
const { context, page, settled: still, texts } = await openPage(browser, folder);
// Panels that show something and offer no export of it.
const settled = async (name) => {
  await still(name);
  seen.kept[name] = await page
    .locator("[data-panel]:has(.panel-body > *)")
    .evaluateAll((panels) => panels.filter((one) => !one.querySelector(".exports")).map((one) => one.dataset.panel));
};
page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.console.push(message.text()));
page.on("pageerror", (error) => seen.console.push(String(error)));
page.on("dialog", (dialog) => {
  seen.dialogs.push(dialog.message());
  dialog.dismiss();
});
page.on("request", (request) => {
  if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) seen.elsewhere.push(request.url());
});

const search = () => Object.fromEntries(new URL(page.url()).searchParams);

// From the overview to the site that fails most, to its top error, to one job.
await page.goto(`${base}/?${window}`);
await settled("overview");
seen.steps.overview = {
  figures: await texts(".tile strong"),
  failed: await texts(".say.failed"),
  origins: await texts(".origin"),
};
seen.steps.firstSite = await page.locator('[data-panel="sites"] .tabulator-row a').first().innerText();
await page.locator('[data-panel="sites"] .tabulator-row a').first().click();
await settled("site");
seen.steps.site = {
  address: search(),
  heading: await page.locator("h1").innerText(),
  messages: await texts('[data-panel="messages"] code'),
  nodes: await texts('[data-panel="nodes"] .tabulator-row a'),
  failed: await texts(".say.failed"),
};
await page.locator('[data-panel="errors"] .tabulator-row a').first().click();
await settled("error");
seen.steps.error = {
  address: search(),
  since: await page.locator("[data-since]").innerText(),
  messages: await texts('[data-panel="messages"] code'),
  failed: await texts(".say.failed"),
};
await page.locator('[data-panel="jobs"] .tabulator-row a[href*="/job/"]').first().click();
await settled("job");
seen.steps.job = {
  address: search(),
  diags: await texts('[data-panel="job-errors"] .diag'),
  columns: await page.locator("table.record tbody tr").count(),
  tries: await texts('[data-panel="tries"] tbody th a[href*="/job/"]'),
  images: await page.locator("main img, main script").count(),
};

// From the error to a site that has it, and to one of its worker nodes: panels of errors stay narrowed by the error.
await page.goBack();
await settled("error-again");
await page.locator('[data-panel="sites"] .tabulator-row a').first().click();
await settled("site-of-error");
const wide = ["errors-time", "errors", "nodes"].map((name) => `[data-panel="${name}"] .wide-of`).join(", ");
seen.steps.siteOfError = { wide: await texts(wide), codes: await texts('[data-panel="errors"] a[href*="/error/"]') };
await page.locator('[data-panel="nodes"] .tabulator-row a').first().click();
await settled("node");
seen.steps.node = {
  address: search(),
  wide: await texts(wide),
  failed: await texts(".say.failed, .say.empty"),
  figures: await texts(".tile strong"),
  jobs: await texts('[data-panel="errors"] .tabulator-row a[href*="/job/"]'),
};

// The user and the request of one of the site's failed jobs, with their tasks.
const { computingsite } = seen.steps.site.address;
const rowsOf = async (question) =>
  (await (await context.request.get(`${base}/api/v1/${question}&${window}`)).json()).rows;
const [{ produsername, reqid }] = (
  await rowsOf(`jobs?${new URLSearchParams({ computingsite, jobstatus: "failed" })}`)
).filter((job) => job.reqid);
const [{ message_group: group }] = await rowsOf("messages?piloterrorcode=1099");
const places = {
  user: `user/?${new URLSearchParams({ produsername })}&`,
  request: `request/?${new URLSearchParams({ reqid })}&`,
};
for (const [name, path] of Object.entries(places)) {
  await page.goto(`${base}/${path}${window}`);
  await settled(name);
  seen.steps[name] = {
    failed: await texts(".say.failed"),
    tasks: await texts('[data-panel="tasks"] .tabulator-row a[href*="/task/"]'),
    errors: await texts('[data-panel="errors"] a[href*="/error/"]'),
    jobs: await texts('[data-panel="jobs"] .tabulator-row a[href*="/job/"]'),
    wide: await texts(".wide-of"),
  };
}

// An answer that has not all rows of its question.
const overTime = /\/api\/v1\/errors\?.*by=hour/;
await page.route(overTime, async (route) => {
  const response = await route.fetch();
  const told = await response.json();
  await route.fulfill({ response, json: { ...told, total: 24312, next: "/api/v1/errors?offset=10000" } });
});
await page.goto(`${base}/errors/?${window}`);
await settled("cut");
seen.steps.cut = await texts('[data-panel="errors-time"] .badge');
await page.unroute(overTime);

// A day of the calendar is chosen without a window that is none of the address.
const searchesOf = (links) => links.evaluateAll((found) => found.map((one) => new URL(one.href).search));
await page.goto(`${base}/coverage/`);
await settled("calendar");
await page.locator("a.day").last().click();
await settled("day");
seen.steps.day = { address: search(), menu: await searchesOf(page.locator("[data-menu] a")) };
await page.goto(`${base}/dictionary/`);
await settled("dictionary");
await page.goto(`${base}/?hours=6`);
await settled("six-hours");
seen.steps.sixHours = {
  calendar: await searchesOf(page.locator('[data-menu] a[href*="/coverage/"]')),
  errors: await searchesOf(page.locator('[data-menu] a[href*="/errors/"]')),
};

// A link that is shared shows the same; sorting goes into it.
await page.goto(`${base}/errors/?${window}`);
await settled("errors");
const head = page.locator('[data-panel="errors"] .tabulator-col[tabulator-field="code"]');
await head.focus();
await page.keyboard.press("Enter");
await page.waitForFunction(() => location.search.includes("errors_sort=code"));
await settled("errors-sorted");
const rows = await texts('[data-panel="errors"] .tabulator-row');
const other = await context.newPage();
await other.goto(page.url());
await other.waitForFunction(() => document.querySelector('[data-panel="errors"] .tabulator-row'));
await other.waitForLoadState("networkidle");
seen.steps.shared = {
  sorted: rows,
  again: await other.locator('[data-panel="errors"] .tabulator-row').allInnerTexts(),
};
await other.close();

// Marking a stretch of the chart narrows the window.
await page.goto(`${base}/?${window}`);
await settled("before-zoom");
const before = await texts(".window-text");
const box = await page.locator('[data-panel="states"] canvas').boundingBox();
await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.6);
await page.mouse.down();
await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.65, { steps: 5 });
await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.7, { steps: 5 });
await Promise.all([page.waitForURL((url) => url.search !== `?${window}`), page.mouse.up()]);
await settled("zoomed");
seen.steps.zoom = { before, after: await texts(".window-text") };

// Every page: nothing broken, and what axe finds of it.
const { pandaid } = seen.steps.job.address;
const pages = {
  sites: "sites/?",
  users: "users/?",
  tasks: "tasks/?",
  jobs: `jobs/?${new URLSearchParams({ computingsite })}&`,
  job: `job/?pandaid=${pandaid}&`,
  dictionary: "dictionary/?",
  coverage: "coverage/?",
  overview: "?",
  site: `site/?${new URLSearchParams({ computingsite })}&`,
  node: `node/?${new URLSearchParams({ computingsite, node: seen.steps.node.address.node })}&`,
  errors: "errors/?",
  error: "error/?piloterrorcode=1099&",
  message: `message/?message_group=${group}&`,
  ...places,
};
const audited = await openAudit(browser);
for (const [name, path] of Object.entries(pages)) seen.axe[name] = await audited(`${base}/${path}${window}`);

// A narrow screen is not wider than it is.
await page.setViewportSize({ width: 390, height: 800 });
await page.goto(`${base}/?${window}`);
await settled("narrow");
seen.steps.narrow = await page.evaluate(() => document.documentElement.scrollWidth);

await browser.close();
process.stdout.write(JSON.stringify(seen));
