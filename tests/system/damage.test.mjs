// What is damaged in a data folder is told on every way, costs no live picture, and is mended by vigia repair.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { events, positionReport, receiver, run, until, vigia, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-damage-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath ?? f.path, f.name));
const parts = (data) => files(join(data, "archive/positions")).filter((f) => f.endsWith(".parquet")).sort();
const history = async (data) => (await run(["history", "-q", "--data", data])).out.toString();

const whole = join(dir, "whole");
const sea = (await run(["sim", "--hours", "2", "--vessels", "40", "--start", "2026-03-15T10:00"])).out;
const taken = await run(["ingest", "-q", "--data", whole, "-"], { input: sea });
assert.equal(taken.code, 0, taken.err);
const before = await history(whole);

test("a service over a damaged folder lives, says what is damaged, and answers say that they are not whole", async (t) => {
  const data = join(dir, "watched");
  cpSync(whole, data, { recursive: true });
  unlinkSync(parts(data)[0]); // known at the start
  const radio = await receiver();
  t.after(radio.kill);
  const server = await watch(t, [`tcp://127.0.0.1:${radio.port}`], { options: ["--data", data] });
  await until("the feed is there", () => radio.sockets.size);
  radio.send(positionReport({ mmsi: 735057548, lon: -80.5, lat: -1.25 }));
  await until("the live picture", async () => (await server.json("/api/v1/vessels")).vessels.some((v) => v.mmsi === 735057548));
  const told = await server.json("/api/v1/storage");
  assert.equal(told.damages, 1);
  assert.equal(told.damage[0].what, "archive");
  assert.match(told.damage[0].path, /^archive\/positions\/day=2026-03-15\/hour=1\d\/part-/);
  assert.equal(told.repair, `vigia repair --data ${data}`);
  assert.match(server.log, /archive: DAMAGED: archive\/positions.*vigia repair --data/);

  const stream = await events(t, server.url);
  await until("a reader who comes is told", () => stream.some((e) => e.event === "storage" && e.data.damages === 1));
  truncateSync(parts(data)[0], 0); // while it runs: found by a question
  const answer = await fetch(`${server.url}/api/v1/history/density?bbox=-180,-90,180,90&from=2026-03-15T10:00:00Z&to=2026-03-15T12:00:00Z&cell=1`);
  const body = await answer.json();
  assert.deepEqual([answer.status, body.partial, body.unread], [200, true, 2]);
  assert.equal(answer.headers.get("x-vigia-unread-parts"), "2");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("etag"), null);
  await until("it is shown", async () => (await server.json("/api/v1/storage")).damages === 2);
  await until("whoever listens is told", () => stream.some((e) => e.event === "storage" && e.data.damages === 2));
  assert.match(await (await fetch(server.url + "/metrics")).text(), /^vigia_storage_damages 2$/m);
  const busy = await run(["repair", "--data", data]);
  assert.equal(busy.code, 1);
  assert.match(busy.err, /in use/);
});

test("an archive that is gone is no empty one", async (t) => {
  const data = join(dir, "gone");
  cpSync(whole, data, { recursive: true });
  rmSync(join(data, "archive"), { recursive: true });
  const radio = await receiver();
  t.after(radio.kill);
  const server = await watch(t, [`tcp://127.0.0.1:${radio.port}`], { options: ["--data", data] });
  assert.deepEqual((await server.json("/api/v1/storage")).damage.map((d) => [d.what, d.path]), [["archive", "archive"]]);
  for (const question of ["", "/vessels?bbox=-90,-10,-70,10&from=2026-03-15T10:00:00Z"]) {
    const answer = await fetch(`${server.url}/api/v1/history${question}`);
    assert.equal(answer.status, 500);
    assert.match((await answer.json()).error.message, /vigia repair/);
  }
  await server.stop();
  assert.equal((await run(["repair", "--data", data])).code, 0);
  assert.equal(await history(data), before);
});

test("repair brings the rows back as they were, and says what it did", async () => {
  const data = join(dir, "mended");
  cpSync(whole, data, { recursive: true });
  unlinkSync(parts(data)[0]);
  writeFileSync(join(data, "archive/state.json"), Buffer.alloc(100));
  assert.equal((await run(["history", "-q", "--data", data])).code, 1);
  const dry = await run(["repair", "--data", data, "--dry-run", "--json"]);
  assert.equal(dry.code, 0, dry.err);
  const lines = dry.out.toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.deepEqual([lines.at(-1).verdict, lines.at(-1).damages, lines.at(-1).lost], ["mendable", 1, 0]);
  const done = await run(["repair", "--data", data]);
  assert.equal(done.code, 0, done.out + done.err);
  assert.equal(await history(data), before);
  const again = await run(["repair", "--data", data]);
  assert.match(again.out.toString(), /^whole: nothing is wrong/);
});

test("what stands on a damaged journal says what it lacks, once, and names the command", async () => {
  const data = join(dir, "torn");
  cpSync(whole, data, { recursive: true });
  const [segment] = files(join(data, "journal/segments"));
  const bytes = readFileSync(segment);
  const half = bytes.length >> 1;
  writeFileSync(segment, bytes.fill(0, half, half + 2000));
  const lines = await run(["history", "--data", data, "--sentences"]);
  assert.equal(lines.code, 1);
  assert.equal(lines.err.match(/whose sentence can't be shown: the journal is damaged .*'vigia repair --data/g).length, 1);
  const bundle = await run(["evidence", "--data", data, "--from", "2026-03-15", "--to", "2026-03-16", "-o", join(dir, "bundle")]);
  assert.equal(bundle.code, 1);
  assert.match(bundle.err, /the bundle lacks what stood there; 'vigia repair --data/);
  assert.match((await run(["journal", "cat", "--data", data])).err, /damaged.*vigia repair --data/);
  assert.equal((await run(["verify", data])).code, 1);
});

test("what the journal lost, too, is named, and the exit status says so", async () => {
  const data = join(dir, "lost");
  cpSync(whole, data, { recursive: true });
  for (const f of files(join(data, "journal/segments"))) truncateSync(f, 0);
  unlinkSync(parts(data)[0]);
  const done = await run(["repair", "--data", data]);
  assert.equal(done.code, 1);
  assert.match(done.out.toString(), /^lost {4}archive .*rows of positions/m);
  const wrong = await run(["repair"]);
  assert.equal(wrong.code, 2);
  assert.equal((await run(["repair", "--help"])).code, 0);
});

test("a terminal is shown received lines without what it would obey; a file gets them as they came", async (t) => {
  const script = existsSync("/usr/bin/script");
  if (!script) return t.skip("there is no script(1) to make a terminal");
  const data = join(dir, "escapes"), file = join(dir, "lines");
  const line = `\\s:A\x1b[31mB\u202e,c:1773568800*00\\${positionReport({ mmsi: 735057548, lon: -80.5, lat: -1.25 })}`;
  assert.equal((await run(["ingest", "-q", "--data", data, "-"], { input: line })).code, 0);
  for (const words of [["journal", "cat"], ["history", "-q", "--from", "1990-01-01", "--sentences"]]) {
    const all = [...words, "--data", data];
    assert.match((await run(all)).out.toString(), /\x1b\[31mB\u202e/);
    const shown = spawnSync("script", ["-qec", [vigia, ...all].join(" "), file], { encoding: "utf8" });
    assert.match(shown.stdout, /A\ufffd\[31mB\ufffd/);
    assert.doesNotMatch(shown.stdout, /\x1b|\u202e/);
  }
});
