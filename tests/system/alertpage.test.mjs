// A watch at the page of alerts, in headless Chromium against the real service with the demonstration's feed: an alert is opened by
// the keyboard, read in Spanish and English, decided, and stays decided; an area is drawn, edited, exported and imported; evidence
// and a case are exported, and what is a proof is one to `vigia verify`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run, top, until, vigiaFast, watch } from "./lib.mjs";

const missing = !existsSync("/usr/bin/chromium") && "Chromium is not installed";
const FLAGS = ["--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic", "--mute-audio"];
const folder = mkdtempSync(join(tmpdir(), "vigia-alertpage-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The service with the demonstration's sea and a data folder; an hour of it is there, with its alerts. */
async function sea(t) {
  const server = await watch(t, ["stdin:?name=sim"], { bin: vigiaFast, stdin: "pipe", options: ["--web", join(top, "web/dist"), "--demo", "--clock", "data", "--data", join(folder, "data")] });
  const sim = spawn(vigiaFast, ["sim", "--seed", "1", "--speed", "1", "--warm", "60", "--damage", "0.1", "--forever"], { stdio: ["ignore", "pipe", "inherit"] });
  sim.stdout.on("error", () => {});
  sim.stdout.pipe(server.child.stdin).on("error", () => {});
  t.after(() => sim.kill());
  await until("alerts of two kinds", async () => new Set((await server.json("/api/v1/alerts")).alerts.map(({ kind }) => kind)).size > 1, 60000);
  return server;
}

async function browser(t, server) {
  const { chromium } = await import(join(top, "web/node_modules/playwright-core/index.mjs"));
  const chrome = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  t.after(() => chrome.close());
  const context = await chrome.newContext({ viewport: { width: 1280, height: 680 }, locale: "es-EC", timezoneId: "America/Guayaquil", acceptDownloads: true });
  const page = await context.newPage(), faults = [];
  page.setDefaultTimeout(20000);
  page.on("pageerror", (error) => faults.push(error.message));
  // A vessel may leave the picture between the click and the question.
  page.on("console", (m) => m.type() === "error" && !(/404/.test(m.text()) && /\/api\/v1\/(vessels|contacts|history)/.test(m.location().url)) && faults.push(`${m.text()} ${m.location().url}`));
  return { page, faults, open: (hash) => page.goto(`${server.url}/${hash}`) };
}

/** Playwright's own waitForFunction makes code from text, which the page's policy forbids. */
const when = (page, what, probe, arg) => until(what, () => page.evaluate(probe, arg), 20000);
const textOf = (page, selector) => page.locator(selector).first().textContent(); // innerText is empty out of sight
async function download(page, click) {
  const [file] = await Promise.all([page.waitForEvent("download"), click()]);
  const path = join(folder, `${Date.now()}-${file.suggestedFilename().replace(/[^\w.-]/g, "_")}`);
  await file.saveAs(path);
  return { name: file.suggestedFilename(), path, text: readFileSync(path, "utf8") };
}

async function verifies(path) {
  const { code, out, err } = await run(["verify", path], { bin: vigiaFast });
  assert.equal(code, 0, err + out);
}

/** The first that waits, by arrow keys and Enter; what stands together is opened first. */
async function openByKeys(page) {
  await when(page, "focus in the list", () => document.activeElement?.classList.contains("alert-row"));
  for (let i = 0; i < 40; i++) {
    const at = await page.evaluate(() => ({ group: document.activeElement.getAttribute("aria-expanded"), id: document.activeElement.dataset.alert, state: document.activeElement.dataset.state }));
    if (at.id && at.state === "open") {
      await page.keyboard.press("Enter");
      await page.waitForSelector("#alert-why .why-what");
      return at.id;
    }
    await page.keyboard.press(at.group === "false" ? "ArrowRight" : "ArrowDown");
  }
  throw new Error("no alert waits");
}

test("a watch at the page of alerts", { skip: missing, timeout: 180000 }, async (t) => {
  const server = await sea(t), { page, faults, open } = await browser(t, server);
  let id;

  await t.test("an alert opens by the keyboard, with numbers against limits, chart, reception, sentences and why in both languages", async () => {
    await open("#lang=es");
    await page.waitForSelector("#tab-alerts .tab-badge");
    await page.keyboard.press("a");
    id = await openByKeys(page);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.alert), id, "the arrow keys still go along the list");
    const told = await server.json(`/api/v1/alerts/${id}`);
    await page.waitForSelector("#alert-chart canvas");
    const why = await textOf(page, "#alert-why");
    assert.match(why, /UTC/);
    assert.match(why, /Lo que lo decidió: .*umbral/s);
    assert.match(why, /Esto es una pregunta a una persona, no una conclusión sobre nadie/);
    const limits = Object.values(told.event.numbers).filter(({ limit }) => typeof limit === "number" && limit !== 0).length;
    assert.ok(limits > 0, JSON.stringify(told.event.numbers));
    assert.equal(await page.locator("#alert-numbers .bar").count(), limits);
    assert.equal(await page.locator("#alert-innocent li").count(), told.event.innocent.length);
    assert.match(await textOf(page, "#alert-reception"), /Se apoya en \d+ informes/);
    await page.click("#alert-sentences summary");
    assert.equal(await page.locator("#alert-sentences .sentence").count(), told.evidence.sentences.length);
    assert.match(await textOf(page, "#alert-sentences code"), /^[!$\\]/);
    await page.click("#tool-lang");
    await when(page, "English", () => /What decided it: .*threshold/s.test(document.querySelector("#alert-why")?.textContent ?? ""));
    assert.match(await textOf(page, "#alert-why"), /a question to a person, not a finding about anybody/);
    await page.click("#tool-lang");
    await when(page, "Spanish", () => /umbral/.test(document.querySelector("#alert-why")?.textContent ?? ""));
    // Escape closes it, and focus is back where it was.
    await page.focus("#alert-close");
    await page.keyboard.press("Escape");
    await when(page, "the list in focus", (row) => document.querySelector("#alertcard").hidden && document.activeElement?.dataset.alert === row, id);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#alert-why .why-what");
  });

  await t.test("evidence is exported, and is a proof", async () => {
    await until("its places signed", async () => (await server.json(`/api/v1/alerts/${id}`)).evidence.bundle);
    const file = await download(page, () => page.click("#alert-evidence"));
    assert.equal(file.name, `alert-${id}.json`);
    await verifies(file.path);
    // With another sentence in it, it is none.
    writeFileSync(file.path, file.text.replace(/AIVD/, "AIVE"));
    await assert.rejects(verifies(file.path), /bundle/);
  });

  await t.test("it is acknowledged, then dismissed with a reason, and stays so when the page is loaded again", async () => {
    await page.click("#alert-acknowledge");
    await page.fill("#act-who", "Tnte. Vera");
    await page.click("#act-send");
    await page.waitForSelector('#alert-state[data-state="acknowledged"]');
    await page.waitForSelector(`[data-alert="${id}"][data-state="acknowledged"]`);
    await page.click("#alert-dismiss");
    await page.click("#act-send");
    await when(page, "that a reason is asked", () => /motivo/i.test(document.querySelector("#act-fault").textContent));
    await page.selectOption("#act-reason", "known");
    await page.click("#act-send");
    await page.waitForSelector('#alert-state[data-state="dismissed"]');
    await when(page, "it gone from the list", (row) => !document.querySelector(`[data-alert="${row}"]`), id);
    await when(page, "focus in the card, whose button is gone", () => !document.querySelector("#act").open && document.querySelector("#alertcard").contains(document.activeElement));
    assert.match(await textOf(page, "#alert-history"), /Descartada.*Actividad conocida o autorizada.*Tnte\. Vera/s);
    await page.reload();
    await page.waitForSelector('#alert-state[data-state="dismissed"]');
    await page.waitForSelector(".alert-row");
    assert.equal(await page.locator(`[data-alert="${id}"]`).count(), 0);
    await page.selectOption("#alerts-state", "dismissed");
    await page.waitForSelector(`[data-alert="${id}"][data-state="dismissed"]`);
    assert.match(await textOf(page, `[data-alert="${id}"]`), /Descartada.*Tnte\. Vera/s);
    const { alerts } = await server.json("/api/v1/alerts?state=dismissed");
    assert.deepEqual(alerts.map((a) => [a.id, a.owner]), [[id, "Tnte. Vera"]]);
  });

  await t.test("who was too late is told so, and sees what stands there", async () => {
    await page.selectOption("#alerts-state", "active");
    await page.waitForSelector('.alert-row:is([data-state="open"], [aria-expanded])');
    await page.focus(".alert-row");
    const other = await openByKeys(page), act = (action, reason) => fetch(`${server.url}/api/v1/alerts/${other}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ action, who: "Sgop. Mora", reason }) });
    // Somebody else is faster by the time of one request.
    await page.route(`**/api/v1/alerts/${other}`, async (route) => {
      if (route.request().method() === "POST") assert.equal((await act("confirm", "")).status, 200);
      await route.continue();
    });
    await page.click("#alert-acknowledge");
    await when(page, "the word on the other", () => /Otra persona la cambió.*Confirmada como observada, Sgop\. Mora/.test(document.querySelector("#done").textContent));
    await page.waitForSelector('#alert-state[data-state="confirmed"]');
    await page.unroute(`**/api/v1/alerts/${other}`);
    faults.splice(0, faults.length, ...faults.filter((fault) => !/409/.test(fault)));
  });

  await t.test("a case is exported with the alert in it", async () => {
    await page.click("#alert-case");
    await page.click("#alerts-case");
    await page.fill("#case-name", "Caso de prueba ñ");
    await page.fill("#case-notes", "Primera nota");
    await page.fill("#case-who", "Tnte. Vera");
    const file = await download(page, () => page.click("#case-export"));
    assert.equal(file.name, "case-Caso-de-prueba-ñ.html");
    assert.match(file.text, /<html lang="es">.*Primera nota/s);
    assert.match(file.text, / (de|desde las|a las) \d{4}-\d\d-\d\dT/);
    await verifies(file.path);
    await page.keyboard.press("Escape");
  });

  await t.test("an area is drawn, edited, exported, deleted and imported again", async () => {
    const areas = async () => (await server.json("/api/v1/areas")).features;
    await page.keyboard.press("Escape");
    await page.click("#tab-areas");
    await page.waitForSelector("#area-new");
    await page.click("#area-new");
    for (const [x, y] of [[700, 250], [900, 240], [920, 420]]) {
      await page.mouse.move(x, y);
      await page.mouse.click(x, y);
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("#area-name");
    await page.fill("#area-name", "Zona de prueba");
    await page.fill("#area-basis", "Resolución 1");
    await page.click("#area-save");
    await page.waitForSelector('[data-area="Zona de prueba"]');
    assert.equal((await areas())[0].geometry.coordinates[0].length, 4);
    await page.click('[data-area="Zona de prueba"] [aria-label^="Editar"]');
    await page.click('label:has(#area-on-speed)');
    await page.fill("#area-over", "12,5");
    await page.click("#area-save");
    await page.waitForSelector('[data-area="Zona de prueba"] .area-rule:has-text("12.5")');
    const file = await download(page, () => page.click("#areas-export")), saved = await areas();
    assert.deepEqual(JSON.parse(file.text).features, saved);
    assert.deepEqual([saved[0].properties.rule.on, saved[0].properties.rule.over_kn, saved[0].properties.basis], [["enter", "speed"], 12.5, "Resolución 1"]);
    await page.click('[data-area="Zona de prueba"] [aria-label^="Borrar"]');
    await when(page, "it gone", () => !document.querySelector("[data-area]"));
    assert.deepEqual(await areas(), []);
    await page.setInputFiles('.areas-bar input[type=file]', file.path);
    await page.waitForSelector('[data-area="Zona de prueba"]');
    assert.deepEqual(await areas(), saved);
  });

  assert.deepEqual(faults, []);
});
