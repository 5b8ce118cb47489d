// Radars, from the socket to the page: TTM on TCP and ASTERIX on UDP multicast, who does not speak in the API and in a
// browser; what an operator does; a journal that gives the same contacts again, on one thread and four, after kill -9.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRequire } from "node:module";
import { receiver, run, sleep, top, until, vigia, vigiaFast, watch } from "./lib.mjs";

const GROUP = "239.255.77.1";
const folder = mkdtempSync(join(tmpdir(), "vigia-radar-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// Salinas speaks TTM, Manta ASTERIX; both see boats that say nothing of themselves. Four minutes of both.
async function recordings(port) {
  const path = (name) => join(folder, name);
  const made = await run(
    ["sim", "--hours", "0.0667", "--start", "-5m", "--dark", "--radars", `ttm:Salinas=${path("ttm.nmea")}`,
      "--radars", `asterix:Manta=${path("manta.ast")}`, "--sensors-out", path("told.yaml")], { bin: vigiaFast });
  assert.equal(made.code, 0, made.err);
  writeFileSync(path("ais.nmea"), made.out);
  const sensors = readFileSync(path("told.yaml"), "utf8");
  const feed = (name, value) => (text) => text.replace(new RegExp(`(name: "${name}"\\n)(?:    feed: .*\\n)?`), `$1    feed: "${value}"\n`);
  writeFileSync(path("sensors.yaml"), feed("Salinas", "ttm")(feed("Manta", "asterix")(sensors)));
  return { ttm: readFileSync(path("ttm.nmea"), "latin1").split(/(?<=\n)/), ast: readFileSync(path("manta.ast")), ais: path("ais.nmea"), sensors: path("sensors.yaml") };
}

/** Blocks of ASTERIX, with the time of day in seconds that their records have (item 140 is everywhere here). */
function* blocks(bytes) {
  for (let at = 0; at + 3 <= bytes.length; ) {
    const len = bytes.readUInt16BE(at + 1);
    yield bytes.subarray(at, at + len);
    at += len;
  }
}

const made = recordings();

async function freePort() {
  const socket = createSocket("udp4");
  await new Promise((done) => socket.bind(0, done));
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Everything, in the order of time as far as needed: the data's clock goes with what comes. */
async function play(server, { ttm, ast }, tcp, port) {
  const out = createSocket("udp4");
  await new Promise((done) => out.bind(0, () => { out.setMulticastInterface("127.0.0.1"); done(); }));
  const list = [...blocks(ast)], parts = 60;
  for (let k = 0; k < parts; k++) {
    tcp.send(ttm.slice(Math.floor((k * ttm.length) / parts), Math.floor(((k + 1) * ttm.length) / parts)).join(""));
    for (const block of list.slice(Math.floor((k * list.length) / parts), Math.floor(((k + 1) * list.length) / parts)))
      await new Promise((done) => out.send(block, port, GROUP, done));
    await sleep(15);
  }
  out.send(Buffer.from("this is no ASTERIX"), port, GROUP);
  tcp.send("$RATTM,99,rubbish*00\r\n\x00\xff\xfe garbage\r\n");
  await sleep(100);
  out.close();
}

const contacts = async (server) => (await server.json("/api/v1/contacts")).contacts;
const dark = async (server) => (await contacts(server)).filter((c) => c.track && c.mmsi === undefined);

async function opened(t, options, port, tcp) {
  const { sensors } = await made;
  return watch(t, [`udp://${GROUP}:${port}?as=asterix&name=asterix&interface=127.0.0.1`, `tcp://127.0.0.1:${tcp.port}?name=ttm`], {
    options: ["--sensors", sensors, "--clock", "data", ...options],
  });
}

test("TTM on TCP and ASTERIX on UDP multicast become contacts, in the API and on the page", async (t) => {
  const tcp = await receiver(), port = await freePort();
  t.after(() => tcp.kill());
  const server = await opened(t, ["--web", join(top, "web/dist")], port, tcp);
  await until("the connection", () => tcp.sockets.size > 0);
  await play(server, await made, tcp, port);
  const list = await until("contacts without an MMSI", async () => { const l = await dark(server); return l.length > 10 && l; });
  const seenBy = new Set(list.flatMap((c) => c.track.seen_by));
  assert.ok(seenBy.has("Manta") && seenBy.has("Salinas"), [...seenBy].join());
  assert.ok(list.some((c) => c.track.sensor_tracks.some((s) => s.sensor === "Salinas" && s.track > 0)), "the radar's own numbers");
  await until("both radars to be live", async () => {
    const { sensors } = await server.json("/api/v1/sensors");
    return ["Manta", "Salinas"].every((name) => sensors.some((s) => s.name === name && s.state === "live" && s.plots > 100 && s.tracks > 3));
  });
  await until("what was rubbish is counted", async () => (await server.json("/api/v1/feeds")).feeds.every((f) => f.refused.some((r) => r.count > 0)));
  if (!existsSync("/usr/bin/chromium")) return t.diagnostic("Chromium is not installed: the page was not looked at");
  const { chromium } = createRequire(join(top, "web/package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
  t.after(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" })).newPage();
  const faults = [];
  page.on("pageerror", (e) => faults.push(e.message));
  const one = list.find((c) => c.track.existence > 0.99) ?? list[0];
  await page.goto(`${server.url}#at=${one.lat},${one.lon},11&contact=${one.id}`);
  await until("her card", async () => /Manta|Salinas/.test(await page.evaluate(() => document.querySelector("#card")?.textContent ?? "")), 60000);
  const card = await page.evaluate(() => document.querySelector("#card").textContent);
  assert.match(card, /No AIS/);
  assert.match(card, /castaways/);
  const shots = process.env.VIGIA_SHOTS ?? join(top, "build/screenshots");
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, "radar.png") });
  assert.deepEqual(faults, []);
});

test("what operators do stands in the journal, is undone, and outlives kill -9", async (t) => {
  const tcp = await receiver(), port = await freePort(), data = join(folder, "kept");
  t.after(() => tcp.kill());
  const whole = await made, half = (a, from, to) => a.slice(Math.floor(a.length * from), Math.floor(a.length * to));
  const part = (from, to) => ({ ttm: half(whole.ttm, from, to), ast: Buffer.concat(half([...blocks(whole.ast)], from, to)) });
  let server = await opened(t, ["--data", data], port, tcp);
  const act = async (body, status = 200) => {
    const answer = await fetch(`${server.url}/api/v1/hand`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ who: "Alf. Mora", why: "seen by the patrol", ...body }) });
    assert.equal(answer.status, status, await answer.clone().text());
    return answer.json();
  };
  await until("the connection", () => tcp.sockets.size > 0);
  await play(server, part(0, 0.6), tcp, port);
  const before = (await until("dark contacts", async () => { const l = await dark(server); return l.length > 5 && l; })).filter((c) => c.track.existence > 0.9);
  const [one, two] = before;
  await act({ action: "name", contact: one.id, name: "Panga blanca" });
  await act({ action: "keep", contact: one.id });
  const dropped = await act({ action: "drop", contact: two.id });
  await act({ action: "classify", contact: one.id, kind: "hostile" }, 400);
  await act({ action: "drop", contact: "00000000000000ff" }, 404);
  const shown = async () => (await contacts(server)).some((c) => c.id === two.id);
  await until("the dropped one is not shown", async () => !(await shown()));
  await act({ action: "undo", undoes: dropped.id });
  await until("it is shown again", shown);
  await until("the journal is on the disk", async () => { const s = await server.json("/api/v1/storage"); return s.bytes > 50000 && s.synced_bytes === s.bytes; });
  await server.stop("SIGKILL");
  server.child.exitCode ??= 0;

  server = await opened(t, ["--data", data], port, tcp);
  const named = await server.json(`/api/v1/contacts/${one.id}`);
  assert.equal(named.name, "Panga blanca");
  assert.equal(named.track.kept, true);
  assert.deepEqual(named.hand.map((a) => [a.action, a.who, a.undone]), [["keep", "Alf. Mora", false], ["name", "Alf. Mora", false]]);
  await until("the connection", () => tcp.sockets.size > 0);
  await play(server, part(0.6, 1), tcp, port);
  await sleep(1500);
  await server.stop();

  const { sensors } = whole, hashes = new Set();
  for (const threads of ["1", "4"]) {
    const again = await run(["journal", "replay", "--data", data, "--clock", "data", "--sensors", sensors, "--threads", threads]);
    assert.equal(again.code, 0, again.err);
    hashes.add(JSON.parse(again.out.toString()).hash);
  }
  assert.equal(hashes.size, 1, "the same on one thread and on four");
});
