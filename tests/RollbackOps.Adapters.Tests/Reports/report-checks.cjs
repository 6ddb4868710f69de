// Opens reports in a real browser and tells, as JSON, what is to be seen there.
// node report-checks.cjs PEERS CHROMIUM FOLDER
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const [peers, chromium, folder] = process.argv.slice(2);
const playwright = require(path.join(peers, "node_modules", "playwright-core"));
const axe = fs.readFileSync(path.join(peers, "node_modules", "axe-core", "axe.min.js"), "utf8");

const open = async (browser, name, options, told) => {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("request", request => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) told.requests.push(request.url());
    if (request.url().startsWith("file:") && !request.url().split("#")[0].endsWith(`/${name}.html`)) told.requests.push(request.url());
  });
  page.on("pageerror", error => told.errors.push(error.message));
  page.on("console", message => { if (message.type() === "error") told.errors.push(message.text()); });
  page.on("dialog", dialog => { told.dialogs.push(dialog.message()); dialog.dismiss(); });
  await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
  return { context, page };
};

const violations = async page => {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return result.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(" ")).slice(0, 5).join(", ")}`);
};

const painted = page => page.evaluate(() => [...document.querySelectorAll(".plot canvas")].map(canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const colors = new Set();
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 200) colors.add(`${pixels[i]},${pixels[i + 1]},${pixels[i + 2]}`);
  return colors.size;
}));

(async () => {
  const told = { requests: [], errors: [], dialogs: [] };
  const browser = await playwright.chromium.launch({
    executablePath: chromium,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const { context, page } = await open(browser, "whole", { viewport: { width: 1200, height: 900 }, colorScheme: "light" }, told);
    told.version = browser.version();
    await page.keyboard.press("Tab");
    told.firstStop = await page.evaluate(() => document.activeElement.className);
    told.painted = await painted(page);
    told.light = await violations(page);

    const value = page.locator("#chart-rate-value");
    told.idle = await value.textContent();
    const plot = page.locator("#chart-rate");
    await plot.scrollIntoViewIfNeeded();
    const over = await page.locator("#chart-rate .u-over").boundingBox();
    await page.mouse.move(over.x + over.width / 2 - 5, over.y + 60);
    await page.mouse.move(over.x + over.width / 2, over.y + 60);
    await page.waitForFunction(idle => document.getElementById("chart-rate-value").textContent !== idle, told.idle);
    told.hover = await value.textContent();
    // The cursors of all charts go together.
    told.hoverElsewhere = await page.locator("#chart-rps-value").textContent();
    await page.mouse.move(2, 2);

    await plot.focus();
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.getElementById("chart-rate").getAttribute("aria-valuenow") === "0");
    told.home = await plot.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.getElementById("chart-rate").getAttribute("aria-valuenow") === "1");
    told.right = await plot.getAttribute("aria-valuetext");
    told.outline = await plot.evaluate(element => getComputedStyle(element).outlineStyle);

    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    const stops = new Set();
    for (let i = 0; i < 60; i++) {
      stops.add(await page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute("href") || document.activeElement.tagName));
      await page.keyboard.press("Tab");
    }
    told.stops = [...stops];

    await page.locator(".by a").first().click();
    told.tableOpens = await page.locator("#traffic-table").evaluate(element => element.open);
    told.rows = await page.locator("#traffic-table tbody tr").count();

    await page.emulateMedia({ colorScheme: "dark" });
    told.dark = await violations(page);
    told.darkPainted = await painted(page);
    told.darkGround = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    told.printGround = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light", media: null });
    told.pdf = (await page.pdf({ format: "A4" })).length;
    await context.close();

    const phone = await open(browser, "whole", { viewport: { width: 360, height: 740 }, colorScheme: "light" }, told);
    told.phone = await violations(phone.page);
    told.phoneOverflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await phone.context.close();

    const scriptless = await open(browser, "whole", { javaScriptEnabled: false }, told);
    told.scriptless = await scriptless.page.locator("noscript, #traffic-table tbody tr").count();
    await scriptless.context.close();

    for (const name of ["hostile", "failed", "refused"]) {
      const other = await open(browser, name, { viewport: { width: 1200, height: 900 }, colorScheme: "light" }, told);
      told[name] = await violations(other.page);
      told[`${name}Headings`] = await other.page.locator("h2").allTextContents();
      await other.context.close();
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify(told));
})().catch(error => { console.error(error.stack); process.exit(1); });
