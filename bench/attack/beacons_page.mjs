// The page in Chromium before the real server, with 1, 10, 300 and 1,000 beacons: script for each redraw, and is each in its list?
//   CHROMIUM   the browser, /usr/bin/chromium by default
//   BEACONS    that many besides
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bar, position, sleep, top, watch } from "./lib.mjs";

const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium", modules = join(top, "web/node_modules/playwright-core");
if (!existsSync(browserPath) || !existsSync(modules)) {
  console.log("skipped: the page's tests need Chromium and web/node_modules");
  process.exit(0);
}
const { chromium } = createRequire(join(top, "web/package.json"))("playwright-core");
const MOST_MS = 50, FRAMES = 30;
const server = await watch(["--web", join(top, "web/dist"), "stdin:?name=manta"]);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
await page.goto(`${server.url}/#at=-1.2,-81,7&lang=en`);
/** The page forbids eval, so no waitForFunction. */
async function until(probe, arg) {
  while (!(await page.evaluate(probe, arg))) await sleep(200);
}
await until(() => globalThis.__vigia?.link() === "live");
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
const spent = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "ScriptDuration").value * 1000;
await page.evaluate((frames) => globalThis.__vigia.frameTime(frames), FRAMES); // warm
let sent = 0;
for (const n of [1, 10, 300, 1000, ...(process.env.BEACONS ? [Number(process.env.BEACONS)] : [])]) {
  for (; sent < n; sent++) server.child.stdin.write(position({ mmsi: 970200000 + sent, lon: -82 + (sent % 40) / 20, lat: -2.2 + (Math.floor(sent / 40) % 40) / 15, status: 14, speed: 0 }));
  await until((count) => globalThis.__vigia.vesselCount() >= count, n);
  await sleep(2500);
  const before = await spent();
  await page.evaluate((frames) => globalThis.__vigia.frameTime(frames), FRAMES);
  const ms = ((await spent()) - before) / FRAMES;
  const banners = await page.evaluate(() => document.querySelectorAll(".banner-distress").length);
  bar(`page with ${n} beacons`, ms <= MOST_MS && banners === (n > 3 ? 1 : n), `${ms.toFixed(1)} ms of script a redraw, ${banners} banner(s), ${await page.evaluate(() => globalThis.__vigia.vesselCount())} in its list`);
}
await browser.close();
await server.stop();
