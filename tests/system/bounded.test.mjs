// Bounded work: sentences of any times make few files, live and by ingest; an end takes seconds; what is too old goes.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, positionReport, run, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-bounded-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const SENTENCES = 20000;
const FILES = 100;
const STOP_MS = 5000;
const now = Math.floor(Date.UTC(2026, 10, 22, 7) / 1000);

let seed = 1;
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;

/** Sentences with tag blocks; `time` gives seconds since 1970. */
function sentences(count, time) {
  let text = "";
  for (let i = 0; i < count; i++) {
    const tag = `c:${time(i)}`;
    let sum = 0;
    for (const c of tag) sum ^= c.charCodeAt(0);
    const ship = { mmsi: 205000000 + (i % 5000), lon: (i % 300) / 100, lat: (i % 200) / 100 };
    text += `\\${tag}*${sum.toString(16).toUpperCase().padStart(2, "0")}\\${positionReport(ship)}`;
  }
  return text;
}

const anyTime = sentences(SENTENCES, () => now - random(30 * 365 * 86400));
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).length;
const rows = async (folder) =>
  (await run(["history", "-q", "--data", folder, "--from", "1990-01-01"])).out.toString().trim().split("\n").length - 1;

async function stopped(server) {
  const began = performance.now();
  const end = await server.stop();
  assert.equal(end.code, 0, server.log);
  const took = performance.now() - began;
  assert.ok(took <= STOP_MS, `the stop took ${Math.round(took)} ms\n${server.log}`);
}

test("sentences of any times make few files by ingest, and all rows are found", async () => {
  const data = join(dir, "ingest");
  writeFileSync(join(dir, "any.nmea"), anyTime);
  const taken = await run(["ingest", "--data", data, join(dir, "any.nmea")]);
  assert.equal(taken.code, 0, taken.err);
  assert.ok(files(data) <= FILES, `${files(data)} files`);
  assert.equal(await rows(data), SENTENCES);
  assert.equal((await run(["ingest", "--data", data, "--compact"])).code, 0);
  assert.ok(files(data) <= FILES, `${files(data)} files`);
  assert.equal(await rows(data), SENTENCES);
});

test("live they make few files, too, and a stop in the middle of them takes seconds", async (t) => {
  const data = join(dir, "live");
  mkdirSync(data);
  const port = 20000 + Math.floor(Math.random() * 30000);
  const server = await watch(t, [`tcp-listen://127.0.0.1:${port}`], { options: ["--no-config", "--data", data] });
  const socket = await connect(port);
  socket.write(anyTime);
  await until("it is heard", async () => (await server.feed()).messages >= SENTENCES / 4);
  await stopped(server);
  socket.destroy();
  assert.ok(files(data) <= FILES, `${files(data)} files`);
});

test("what is too old goes, oldest first, and storage tells of it, of the disk and of the host's clock", async (t) => {
  const data = join(dir, "kept");
  const hours = 240;
  writeFileSync(join(dir, "days.nmea"), sentences(12000, (i) => now - 3600 * (hours - Math.floor((i * hours) / 12000)) + (i % 50)));
  assert.equal((await run(["ingest", "--data", data, join(dir, "days.nmea")])).code, 0);
  const server = await watch(t, ["-"], { options: ["--no-config", "--data", data, "--keep-days", "3"] });
  const limit = (now - 3.5 * 86400) * 1000;
  const storage = await until("the oldest are gone", async () => {
    const s = await server.json("/api/v1/storage");
    return s.archive_from && Date.parse(s.archive_from) > limit && s;
  });
  assert.ok(Date.parse(storage.retired_until) > limit);
  assert.ok(storage.total_bytes > storage.free_bytes && storage.free_bytes > 0);
  assert.ok(["ok", "low", "critical"].includes(storage.space));
  assert.equal(storage.full_in_s, null);
  assert.equal(storage.damages, 0);
  const history = await server.json("/api/v1/history");
  assert.ok(Date.parse(history.from) > limit, history.from);
  const clock = (await server.json("/api/v1/status")).host_clock;
  assert.deepEqual(Object.keys(clock).sort(), ["error_ms", "jumps", "last_jump", "last_jump_s", "synchronised"]);
  assert.equal(clock.jumps, 0);
  await until("the log tells it, too", () => /went by the rules of retention/.test(server.log)); // a second later, perhaps
  await stopped(server);
});
