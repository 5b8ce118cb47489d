// One way in: what a killed service received is archived by ingest as the service would have archived it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { positionReport, receiver, run, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-intake-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const sum = (body) => [...body].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0");
const tagged = (tag, line) => `\\${tag}*${sum(tag)}\\${line}`;
const ship = (n) => positionReport({ mmsi: 735000000 + n, lon: -80 - n / 100, lat: -1, speed: 7.5, course: 90 });

/** Time, MMSI and source of each row, in order. */
async function rows(folder) {
  const told = await run(["history", "-q", "--format", "csv", "--data", folder]);
  assert.equal(told.code, 0, told.err);
  const lines = told.out.toString().trim().split(/\r?\n/);
  const columns = lines.shift().split(",");
  const [time, mmsi, source, place] = ["time", "mmsi", "source", "place"].map((c) => columns.indexOf(c));
  return lines.map((l) => l.split(",")).map((r) => ({ time: r[time], mmsi: r[mmsi], source: r[source], place: r[place] }))
    .sort((a, b) => Number(a.place) - Number(b.place));
}

/** A service that hears tagged and plain lines in small pieces and is killed before the archive's first commit. */
async function killed(t, folder) {
  const manta = await receiver();
  t.after(() => manta.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${manta.port}?name=Manta`], { options: ["--data", folder] });
  await until("connected", () => manta.sockets.size === 1);
  const now = Math.floor(Date.now() / 1000);
  const text = tagged(`s:stA,c:${now - 30}`, ship(1)) + ship(2) + tagged("s:stB", ship(3)) +
    tagged(`s:stA,c:${now + 86400}`, ship(4)) + ship(5);
  for (let at = 0; at < text.length; at += 50) manta.send(text.slice(at, at + 50));
  await until("it is on the disk", async () => {
    const s = await server.json("/api/v1/storage");
    return s.synced_bytes === text.length && text.length > 0;
  });
  const feed = await server.feed("Manta");
  assert.equal(feed.messages, 5);
  await server.stop("SIGKILL");
  return { now, text };
}

test("killed before the archive's commit: ingest archives the stations behind the feed, with the service's times", async (t) => {
  const folder = join(dir, "stations"), other = join(dir, "other.nmea");
  const { now } = await killed(t, folder);
  writeFileSync(other, tagged(`s:stC,c:${now}`, ship(9)));
  const told = await run(["ingest", "-q", "--data", folder, other]);
  assert.equal(told.code, 0, told.err);
  const list = await rows(folder);
  assert.deepEqual(list.map((r) => `${r.mmsi} ${r.source}`), [
    "735000001 Manta/stA", "735000002 Manta", "735000003 Manta/stB", "735000004 Manta/stA", "735000005 Manta",
    "735000009 other.nmea/stC"]);
  const seconds = list.map((r) => Date.parse(r.time) / 1000);
  assert.equal(seconds[0], now - 30);
  for (const s of seconds.slice(1, 5)) assert.ok(Math.abs(s - now) < 60, `${s} is not about ${now}`); // not a day ahead
});

test("the rows are those that the next service would have written", async (t) => {
  const folder = join(dir, "twice");
  await killed(t, folder);
  const idle = await receiver();
  t.after(() => idle.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${idle.port}?name=Manta`], { options: ["--data", folder] });
  assert.equal((await server.stop()).code, 0);
  const followed = await rows(folder);
  rmSync(join(folder, "archive"), { recursive: true });
  const none = join(dir, "none.nmea");
  writeFileSync(none, "# nothing\n");
  const told = await run(["ingest", "-q", "--data", folder, none]); // archives what the journal has, before the file
  assert.equal(told.code, 1, "nothing of that file could be used");
  assert.match(told.err, /none\.nmea: no line of it/);
  assert.equal(followed.length, 5);
  assert.deepEqual(await rows(folder), followed);
});
