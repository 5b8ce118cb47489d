// vigia decode as a command-line tool.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { positionReport, recording, run, vigia } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-decode-"));
after(() => rmSync(dir, { recursive: true }));

const good = positionReport({ mmsi: 735000001, lon: -80.5, lat: -1.25, speed: 7.5 });
const objects = (result) => result.out.toString().split("\n").filter(Boolean).map((l) => JSON.parse(l));

test("the recorded corpus is decoded as at least two other decoders agree, on every path and any number of threads", async (t) => {
  const corpus = recording("data/ais/corpus.nmea", t);
  if (!corpus) return;
  const decoded = join(dir, "d.jsonl");
  for (const path of ["plain", "portable", "avx2", "avx512"]) // a processor without one of them takes its best
    for (const threads of [1, 2, 3]) {
      const result = await run(["decode", "--threads", String(threads), corpus], { env: { VIGIA_LINE: path } });
      assert.equal(result.code, 0, result.err);
      writeFileSync(decoded, result.out);
      const words = execFileSync("python3", [recording("tools/check_decode.py"), recording("data/ais/expected.jsonl"), decoded]);
      t.diagnostic(`${path}, ${threads}: ${words.toString().trim()}`);
      assert.match(words.toString(), /missing 0, values \d+, wrong 0\s*$/);
    }
});

test("CSV has the same messages as JSON", async (t) => {
  const corpus = recording("data/ais/corpus.nmea", t);
  if (!corpus) return;
  const json = await run(["decode", "-q", corpus]);
  const csv = await run(["decode", "-q", "--format", "csv", corpus]);
  assert.equal(csv.out.toString().split("\n").length - 2, json.out.toString().split("\n").length - 1);
});

test("plain, gzip, zstd and standard input give the same", async () => {
  const text = good.repeat(1000);
  writeFileSync(join(dir, "plain"), text);
  writeFileSync(join(dir, "gz"), Buffer.concat([gzipSync(text.slice(0, 5000)), gzipSync(text.slice(5000))]));
  const plain = await run(["decode", join(dir, "plain")]);
  assert.equal(objects(plain).length, 1000);
  assert.deepEqual((await run(["decode", join(dir, "gz")])).out, plain.out);
  assert.deepEqual((await run(["decode"], { input: text })).out, plain.out);
  assert.deepEqual((await run(["decode", "-"], { input: gzipSync(text) })).out, plain.out);
});

test("a message has gpsd's keys, and the line it came from", async () => {
  const [m] = objects(await run(["decode"], { input: "rubbish\n" + good }));
  assert.deepEqual(
    [m.type, m.mmsi, m.lon, m.lat, m.speed, m.course, m.heading, m.status, m.line],
    [1, 735000001, -80.5, -1.25, 7.5, null, null, 0, 2],
  );
});

test("rubbish is counted by reason with an example and never stops the run", async () => {
  const noise = randomBytes(3_000_000);
  const input = Buffer.concat([
    Buffer.from(good + good.replace("*", "1*") + good.slice(0, 30) + "\n"),
    Buffer.alloc(1 << 20, "x"),
    Buffer.from("\n"), noise, Buffer.from("\n" + good.trim() + good),
    Buffer.from("!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E\n"),
  ]);
  const result = await run(["decode"], { input });
  assert.equal(result.code, 0);
  assert.ok(objects(result).length >= 3);
  for (const words of ["checksum does not match", "longer than 1024", "fragment never came"])
    assert.ok(result.err.includes(words), `${words} in:\n${result.err}`);
});

test("a missing file, a folder and a damaged archive are one clear sentence and exit 1", async () => {
  for (const [path, word] of [["/nonexistent.nmea", /No such file/i], [dir, /a folder, where a file was expected; name the files in it/]]) {
    const r = await run(["decode", path]);
    assert.equal(r.code, 1);
    assert.match(r.err, word);
    assert.equal(r.err.trim().split("\n").length, 1, r.err);
  }
  const packed = gzipSync(good.repeat(1000));
  writeFileSync(join(dir, "cut.gz"), packed.subarray(0, packed.length - 20));
  const r = await run(["decode", join(dir, "cut.gz")]);
  assert.equal(r.code, 1);
  assert.ok(objects(r).length > 0, "what came before the damage is kept");
});

test("a wrong call exits 2 and names the way to help", async () => {
  for (const args of [["decode", "--nothing"], ["decode", "--format", "xml"], ["decode", "--format"]]) {
    const r = await run(args);
    assert.equal(r.code, 2);
    assert.match(r.err, /--help/);
  }
  assert.equal((await run([])).code, 2);
  assert.equal((await run(["sail"])).code, 2);
});

test("--help and --version answer on standard output", async () => {
  for (const args of [["--help"], ["decode", "--help"], ["watch", "--help"], ["sim", "--help"], ["help", "watch"], ["--version"]]) {
    const r = await run(args);
    assert.equal(r.code, 0, args.join(" "));
    assert.ok(r.out.length > 5);
    assert.equal(r.err, "");
  }
});

test("a reader that goes away ends it quietly", async () => {
  writeFileSync(join(dir, "long"), good.repeat(50000));
  const child = spawn("sh", ["-c", `'${vigia}' decode '${join(dir, "long")}' 2>'${join(dir, "err")}' | head -1`]);
  let out = "";
  child.stdout.on("data", (b) => (out += b));
  const code = await new Promise((done) => child.on("close", done));
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).mmsi, 735000001);
  assert.doesNotMatch(readFileSync(join(dir, "err"), "utf8"), /Sanitizer|output/);
});

test("endless first fragments end like any other input", async () => {
  const sum = (body) => [...body].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0");
  const lines = Array.from({ length: 20000 }, (_, i) => `AIVDM,3,1,${i % 10},${"AB12"[i % 4]},${good.slice(14, 34)}${i % 8},0`);
  const r = await run(["decode"], { input: lines.map((l) => `!${l}*${sum(l)}\n`).join("") });
  assert.equal(r.code, 0);
  assert.match(r.err, /fragment never came/);
});
