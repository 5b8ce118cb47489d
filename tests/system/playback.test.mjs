// The past in headless Chromium, against the real service and an archive of the simulated sea: what the page shows is
// compared with what /api/v1/history says.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { run, sleep, top, until, vigia, vigiaFast, watch } from "./lib.mjs";

const BEGIN = Date.parse("2024-11-20T00:00:00Z"); // long ago: what is to come is no past
const HOURS = 5, GAP = 3;
const shots = join(process.env.VIGIA_SHOTS ?? join(top, "build/screenshots"), "playback");
const maker = join(dirname(vigia), "tests/make_archive");
const FLAGS = ["--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic", "--mute-audio"];
const missing = (!existsSync("/usr/bin/chromium") && "Chromium is not installed") || (!existsSync(maker) && `${maker} is not built`);

const iso = (ms) => new Date(ms).toISOString();
const HERE = "-2.4,-80.6,8";

async function makeArchive(t) {
  const dir = mkdtempSync(join(tmpdir(), "vigia-playback-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const made = await run([dir, iso(BEGIN), String(HOURS), "0", String(GAP)], { bin: maker, timeout: 300000 });
  assert.equal(made.code, 0, made.err);
  t.diagnostic(made.out.toString().trim());
  return dir;
}

/** The live sea goes on beside the past. */
async function serve(t, options) {
  const server = await watch(t, ["stdin:?name=sim"], { bin: vigiaFast, stdin: "pipe", options: ["--web", join(top, "web/dist"), "--demo", "--clock", "wall", ...options] });
  const sim = spawn(vigiaFast, ["sim", "--seed", "2", "--speed", "20", "--warm", "10", "--forever"], { stdio: ["ignore", "pipe", "ignore"] });
  sim.stdout.on("error", () => {});
  sim.stdout.pipe(server.child.stdin).on("error", () => {});
  t.after(() => sim.kill());
  return server;
}

async function browse(t, options = {}) {
  const { chromium } = createRequire(join(top, "web/package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", colorScheme: "dark", acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  let allowLoss = false;
  page.on("console", (m) => m.type() === "error" && !(allowLoss && /ERR_|Failed to load/.test(m.text())) && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(`uncaught: ${e.message}`));
  mkdirSync(shots, { recursive: true });
  return {
    page, faults,
    lose: (on) => (allowLoss = on),
    hook: (name, ...args) => page.evaluate(([n, a]) => globalThis.__vigia[n](...a), [name, args]),
    text: (selector) => page.evaluate((s) => document.querySelector(s)?.textContent ?? "", selector),
    shot: (name) => page.screenshot({ path: join(shots, `${name}.png`) }),
  };
}

/** What the moment needs is loaded and drawn. */
const settled = (b) => until("the moment's block", async () => {
  const past = await b.hook("past");
  return past.on && !past.waiting && (await b.hook("idle")) && past;
}, 60000);

test("the past in a browser", { skip: missing, timeout: 600000 }, async (t) => {
  const server = await serve(t, ["--history", await makeArchive(t)]);
  await until("live vessels", async () => (await server.json("/api/v1/status")).vessels > 100, 60000);
  const b = await browse(t);
  const { page, hook, text } = b;
  await page.goto(`${server.url}/#at=${HERE}`);
  await until("the live picture", async () => (await page.evaluate(() => !!globalThis.__vigia)) && (await hook("drawnCount")) > 50, 60000);

  await t.test("H opens it where the archive ends, and it can't be taken for the present", async () => {
    await page.keyboard.press("h");
    const past = await settled(b);
    assert.ok(Math.abs(past.time - (BEGIN + HOURS * 3600000)) < 60000, iso(past.time));
    assert.equal(await text("#past-badge"), "PAST");
    assert.ok(await page.evaluate(() => document.querySelector("#past-live").getBoundingClientRect().right <= innerWidth));
    assert.equal(await page.evaluate(() => document.querySelector(".link").dataset.state), "past");
  });

  await t.test("dragged to a moment, ships are where the archive says", async () => {
    const box = await page.locator("#timeline").boundingBox();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.2, box.y + 20, { steps: 8 });
    await page.mouse.up();
    const dragged = (await settled(b)).time;
    assert.ok(dragged > BEGIN && dragged < BEGIN + 2.6 * 3600000, iso(dragged));
    await page.click("#past-speed-1");
    await hook("seek", BEGIN + 90 * 60000);
    await settled(b);
    const at = (await hook("past")).time;
    const region = await server.json(`/api/v1/history/region?bbox=-81.2,-2.9,-80,-1.9&at=${iso(at)}`);
    assert.ok(region.count > 30, `${region.count} vessels`);
    let far = 0, missed = 0;
    for (const v of region.vessels) {
      const shown = await hook("positionOf", v.mmsi);
      if (!shown) missed++;
      // The page moves a ship on from her last report towards the next: at most what she runs in between.
      else if (Math.hypot((shown[0] - v.lon) * 60, (shown[1] - v.lat) * 60) > 0.05 + (v.speed ?? 0) * 6 / 60) far++;
    }
    assert.equal(missed, 0, `${missed} of ${region.count} are not shown`);
    assert.equal(far, 0, `${far} of ${region.count} are elsewhere`);
    await until("names", async () => (await hook("nameOf", region.vessels.find((v) => v.name).mmsi)) === region.vessels.find((v) => v.name).name);
    await b.shot("moment");
    t.diagnostic(`${region.count} vessels compared at ${iso(at)}`);
  });

  await t.test("a ship's card has the values of then, and who said them", async () => {
    const mmsi = await page.evaluate(() => globalThis.__vigia.onScreen(200).find((m) => globalThis.__vigia.nameOf(m)));
    await hook("select", mmsi);
    const then = await server.json(`/api/v1/history/vessel?mmsi=${mmsi}&at=${iso((await hook("past")).time)}`);
    await until("her name", async () => (await text("#card .card-name")) === then.name);
    await until("who said it", () => page.evaluate(() => /sim/.test(document.querySelector("#card .said")?.textContent ?? "")));
    assert.match(await text("#card h3"), /^Then/);
    // Each value stands with the report that said it.
    for (const [shown, field] of [["card.destination", "destination"], ["card.callsign", "callsign"]]) {
      const said = then.reported[field];
      if (!said) continue;
      assert.equal(await text(`[data-field="${shown}"] .value`), said.value);
      const who = await page.evaluate((name) => document.querySelector(`[data-field="${name}"]`).title, shown);
      assert.ok(who.includes(`${said.time.slice(0, 19).replace("T", " ")}Z · ${said.source}`), who);
    }
    assert.ok(then.reported.position.value.lon < 0, "the archive says where, and who said so");
    await b.shot("card");
    // Of an undated recording (make_archive.c has every fifth vessel as one) the card says so; of others nothing.
    for (const undated of [true, false]) {
      const other = await page.evaluate((u) => globalThis.__vigia.onScreen(200).find((m) => (m % 5 === 0) === u), undated);
      await hook("select", other);
      await until("her report", async () => (await text("#card")).includes(String(other)) && (await text('[data-field="card.positionAge"]')) !== "");
      assert.equal((await server.json(`/api/v1/history/vessel?mmsi=${other}&at=${iso((await hook("past")).time)}`)).time_source, undated ? "file" : "received");
      await until("the note", async () => (/Undated recording/.test(await text("#card")) && /time of the file/.test(await text("#card"))) === undated);
      if (undated) await b.shot("card-undated");
    }
    await page.keyboard.press("Escape");
  });

  await t.test("a filter holds for the past as well", async () => {
    const all = await hook("drawnCount");
    await page.click("#legend [data-category=fishing]");
    const some = await until("fewer", async () => { const n = await hook("drawnCount"); return n < all && n > 0 && n; });
    assert.ok(some < all);
    await page.click("#legend [data-category=fishing]");
    await until("all again", async () => (await hook("drawnCount")) >= all * 0.9);
  });

  await t.test("trails are as long as was chosen", async () => {
    const lines = async (minutes) => {
      await page.selectOption("#past-trail", String(minutes));
      await sleep(1500);
      return (await hook("past")).lines;
    };
    assert.equal(await lines(0), 0);
    const short = await lines(10), long = await lines(60);
    assert.ok(short > 50 && long > short * 1.5, `${short}, ${long}`);
    await b.shot("trails");
    await page.selectOption("#past-trail", "30");
  });

  await t.test("at 600× time and ships move on, block after block", async () => {
    await hook("seek", BEGIN + 40 * 60000);
    await page.click("#past-speed-600");
    await settled(b);
    // Watched inside the page, at each of its frames: asked from outside, a busy machine answers after the hour is over.
    const watched = await page.evaluate(() => {
      const v = globalThis.__vigia, from = v.past().time, ships = v.onScreen(300).map((m) => [m, v.positionOf(m)]);
      const seen = globalThis.__seen = { from, moved: 0, frames: 0 };
      const frame = () => {
        const far = ships.filter(([m, [lon, lat]]) => { const now = v.positionOf(m); return now && Math.hypot(now[0] - lon, now[1] - lat) > 0.02; });
        seen.moved = Math.max(seen.moved, far.length);
        seen.frames++;
        if (v.past().time < from + 75 * 60000) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      return ships.length;
    });
    assert.ok(watched > 30, `${watched} on the screen`);
    await page.keyboard.press("Space");
    assert.equal((await hook("past")).playing, true);
    const { from, moved, frames } = await until("75 minutes of the past", async () => {
      const seen = await page.evaluate(() => globalThis.__seen);
      return (await hook("past")).time > seen.from + 75 * 60000 && seen;
    }, 180000);
    await b.shot("playing-600");
    assert.ok(moved > 10, `${moved} of ${watched} moved from ${iso(from)} on, in ${frames} frames`);
    await page.keyboard.press("Space");
    assert.equal((await hook("past")).playing, false);
    const still = (await hook("past")).time;
    await page.keyboard.press("ArrowLeft");
    assert.equal((await hook("past")).time, still - 3600000);
  });

  await t.test("the density map comes and goes", async () => {
    await page.click("#past-density");
    await until("the density map", async () => (await hook("past")).density === "here", 60000);
    await sleep(500);
    await b.shot("density");
    await page.click("#past-density");
    await until("none", async () => (await hook("past")).density === "off");
  });

  await t.test("what was not recorded is called so", async () => {
    await hook("seek", BEGIN + (GAP + 0.5) * 3600000);
    await until("the words", async () => /Nothing was recorded/.test(await text("#past-note")));
    await b.shot("no-data");
  });

  await t.test("a moment is typed, and the link carries it", async () => {
    await page.fill("#past-jump", "2024-11-20 02:15");
    await page.press("#past-jump", "Enter");
    assert.equal((await hook("past")).time, BEGIN + 135 * 60000);
    await until("the link", () => page.evaluate(() => location.hash.includes("past=2024-11-20T02")));
    await page.reload();
    const past = await settled(b);
    assert.equal(past.time, BEGIN + 135 * 60000);
    await until("vessels", async () => (await hook("drawnCount")) > 50);
  });

  await t.test("the export is what the interface gives", async () => {
    await page.click("#past-export");
    for (const [id, type] of [["#past-save-csv", "csv"], ["#past-save-span-csv", "csv"], ["#past-save-geojson", "geojson"]]) {
      if (await page.evaluate(() => document.querySelector("#past-menu").hidden)) await page.click("#past-export");
      const href = await page.getAttribute(id, "href");
      const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60000 }), page.click(id)]);
      const saved = readFileSync(await download.path(), "utf8");
      assert.equal(saved, await (await fetch(server.url + href)).text());
      assert.ok(saved.length > 1000 && download.suggestedFilename().endsWith(type));
    }
  });

  await t.test("it speaks Spanish, by day, too", async () => {
    await page.click("#tool-lang");
    await until("Spanish", async () => (await text("#past-badge")) === "PASADO");
    while ((await page.evaluate(() => document.documentElement.dataset.theme)) !== "light") await page.click("#tool-theme");
    await sleep(800);
    await b.shot("light-spanish");
    assert.ok(await page.evaluate(() => document.querySelector("#past-live").getBoundingClientRect().right <= innerWidth));
    await page.click("#tool-lang");
  });

  await t.test("a lost network is said, and the past comes back by itself", async () => {
    await page.click("#past-speed-60");
    await settled(b);
    b.lose(true);
    await page.context().setOffline(true);
    await hook("seek", BEGIN + 4 * 3600000 + 25 * 60000); // not loaded before
    await until("the words", async () => /cannot be reached/.test(await text("#past-note")), 30000);
    await page.context().setOffline(false);
    await until("vessels again", async () => !(await hook("past")).waiting && (await hook("drawnCount")) > 50, 60000);
    await until("no complaint", async () => !/cannot be reached/.test(await text("#past-note")), 60000);
    b.lose(false);
  });

  await t.test("back to live, all is live", async () => {
    await page.click("#past-live");
    await until("the live picture", async () => !(await hook("past")).on && (await hook("drawnCount")) > 50 && (await hook("link")) === "live");
    assert.ok(await page.evaluate(() => document.querySelector("#timebar").hidden && !document.body.classList.contains("has-past")));
    assert.notEqual(await page.evaluate(() => document.querySelector(".link").dataset.state), "past");
    await until("a link to the present", async () => !(await page.evaluate(() => location.hash)).includes("past="));
    await b.shot("live-again");
  });

  await t.test("nothing went wrong on the console", () => assert.deepEqual(b.faults, []));

  await t.test("it works on a phone", async () => {
    const p = await browse(t, { viewport: { width: 390, height: 844 }, locale: "es-EC", hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
    await p.page.goto(`${server.url}/#at=${HERE}&past=${iso(BEGIN + 3600000).replace(".000", "")}`);
    await until("the page", () => p.page.evaluate(() => !!globalThis.__vigia));
    await settled(p);
    assert.ok(await p.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const box = await p.page.locator("#past-live").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844, JSON.stringify(box));
    await p.shot("phone");
    assert.deepEqual(p.faults, []);
  });
});

test("without an archive the page says so", { skip: missing, timeout: 120000 }, async (t) => {
  const server = await serve(t, []);
  const b = await browse(t);
  await b.page.goto(`${server.url}/#at=${HERE}`);
  await until("the page", () => b.page.evaluate(() => !!globalThis.__vigia));
  await b.page.click("#tool-past");
  await until("the words", async () => /keeps no archive/.test(await b.text("#past-note")));
  await b.shot("no-archive");
  await b.page.click("#past-live");
  await until("live", async () => !(await b.hook("past")).on);
  assert.deepEqual(b.faults, []);
});
