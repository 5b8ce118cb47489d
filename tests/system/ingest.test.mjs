// vigia ingest and vigia history: recordings into a data folder, and out of it again.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { positionReport, recording, run, sleep, top, vigia, vigiaFast } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-ingest-"));
after(() => rmSync(dir, { recursive: true }));

let folders = 0;
const folder = () => join(dir, `data${folders++}`);

async function ok(args, options) {
  const r = await run(args, options);
  assert.equal(r.code, 0, `${args.join(" ")}\n${r.err}`);
  assert.doesNotMatch(r.err, /runtime error|Sanitizer/);
  return r;
}
const ingest = async (data, files, options = [], more) =>
  JSON.parse((await ok(["ingest", "-q", "--json", "-d", data, ...options, ...files], more)).out);
const history = async (data, options = [], more) => (await ok(["history", "-q", "-d", data, ...options], more)).out;

/** Rows of the CSV, as objects. */
function rows(csv) {
  const [head, ...lines] = csv.toString().trim().split("\r\n");
  const keys = head.split(",");
  return lines.map((line) => {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((c) => c.replace(/,$/, ""));
    return Object.fromEntries(keys.map((k, i) => [k, cells[i]]));
  });
}
/** What doesn't depend on how the journal was cut. */
const content = (csv) =>
  csv.toString().split("\r\n").slice(1).map((l) => l.replace(/,\d+,(([^,]*|"[^"]*"),[a-z]*)$/, ",$1")).sort();

const sum = (body) => [...body].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0");
/** A log in which each sentence has a tag block with its time. */
function tagged(lines, from, step = 1) {
  return lines.map((line, i) => {
    const tag = `c:${from + Math.floor(i * step)}`;
    return `\\${tag}*${sum(tag)}\\${line}`;
  });
}
const T0 = 1763788800; // 2025-11-22T05:20:00Z
const sentences = (n, first = 735000001) =>
  Array.from({ length: n }, (_, i) =>
    positionReport({ mmsi: first + (i % 50), lon: -80 + (i % 997) / 1000, lat: -2 + (i % 811) / 1000, speed: i % 20 }));

const layouts = {
  solent: ["YYYY-MM-DD hh:mm:ss", { Time: "time", MMSI: "mmsi", Latitude_degrees: "latitude", Longitude_degrees: "longitude", COG_degrees: "course", SOG_knots: "speed" }],
  suez: ["DD/MM/YYYY hh:mm", { ID: "mmsi", ais_pos_timestamp: "time", longitude: "longitude", latitude: "latitude" }],
  baltic: ["epoch_ms", { timestamp: "time", msgid: "message", targetType: "class", mmsi: "mmsi", lat: "latitude", long: "longitude", posacc: "accurate", sog: "speed", cog: "course", shipType: "shiptype", dimBow: "to_bow", dimStern: "to_stern", dimPort: "to_port", dimStarboard: "to_starboard", draught: "draught", imo: "imo", name: "name", callsign: "callsign" }],
};
function layout(name) {
  const [time, columns] = layouts[name];
  const path = join(dir, `${name}.yaml`);
  writeFileSync(path, `name: ${name}\ntime: ${time}\ncolumns:\n` +
    Object.entries(columns).map(([c, f]) => `  - {column: ${c}, field: ${f}}\n`).join(""));
  return path;
}

test("the recorded corpus: what decode says is what the archive has, and each row leads to its sentence", async (t) => {
  const corpus = recording("data/ais/corpus.nmea", t);
  if (!corpus) return;
  const data = folder();
  const told = await ingest(data, [corpus]);
  const decoded = (await ok(["decode", "-q", corpus])).out.toString().trim().split("\n").map((l) => JSON.parse(l));
  // What speaks of its sender and has a position: type 17 tells the station's, 27 the ship's.
  const speaks = new Set([1, 2, 3, 4, 9, 11, 17, 18, 19, 21, 27, 28]);
  const positions = decoded.filter((m) => speaks.has(m.type) && m.lon != null && m.lat != null && Math.abs(m.lon) <= 180 && Math.abs(m.lat) <= 90);
  assert.equal(told.messages, decoded.length);
  const csv = await history(data);
  const list = rows(csv);
  assert.equal(list.length, told.positions);
  const key = (m) => `${m.mmsi} ${Number(m.lon).toFixed(4)} ${Number(m.lat).toFixed(4)} ${m.type}`;
  const count = (keys) => keys.reduce((m, k) => m.set(k, (m.get(k) ?? 0) + 1), new Map());
  const here = count(list.map(key)), there = count(positions.map(key));
  const missing = [...there].filter(([k, n]) => (here.get(k) ?? 0) !== n);
  assert.deepEqual(missing.slice(0, 5), []);
  assert.equal(list.length, positions.length);
  // the sentences behind the rows, in the same order
  const lines = (await history(data, ["--sentences"])).toString().trim().split("\n");
  assert.equal(lines.length, list.length);
  const again = (await ok(["decode", "-q"], { input: lines.join("\n") + "\n" })).out.toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.ok(again.length > 0.99 * list.length);
  for (const m of again) assert.equal(String(m.mmsi), list[m.line - 1].mmsi, `line ${m.line}: ${lines[m.line - 1]}`);
  // the journal: whole, and byte for byte
  assert.match((await ok(["verify", join(data, "journal")])).out.toString() + "", /good/);
  const raw = (await ok(["journal", "cat", "--raw", "--data", data])).out;
  assert.equal(createHash("sha256").update(raw).digest("hex"), createHash("sha256").update(readFileSync(corpus)).digest("hex"));
  // and again: nothing
  const second = await ingest(data, [corpus]);
  assert.deepEqual([second.known, second.files, second.positions, second.lines], [1, 0, 0, 0]);
  assert.deepEqual(await history(data), csv);
});

test("a file is known by its content: another name, packed, in a folder; one that grew goes on", async () => {
  const data = folder(), logs = join(dir, "logs");
  mkdirSync(join(logs, "deep"), { recursive: true });
  const lines = tagged(sentences(5000), T0);
  writeFileSync(join(logs, "a.nmea"), lines.slice(0, 3000).join(""));
  assert.equal((await ingest(data, [logs])).positions, 3000);
  writeFileSync(join(logs, "deep", "b.gz"), gzipSync(lines.slice(0, 3000).join("")));
  let told = await ingest(data, [logs]);
  assert.deepEqual([told.known, told.positions], [2, 0]);
  writeFileSync(join(logs, "a.nmea"), lines.join(""));
  told = await ingest(data, [logs]);
  assert.deepEqual([told.known, told.files, told.positions], [1, 1, 2000]);
  const raw = (await ok(["journal", "cat", "--raw", "--data", data])).out.toString();
  assert.equal(raw, lines.join(""));
  // twice in one call
  const other = folder();
  told = await ingest(other, [join(logs, "a.nmea"), join(logs, "a.nmea")]);
  assert.deepEqual([told.known, told.files, told.positions], [1, 1, 5000]);
  assert.equal((await ingest(folder(), ["-"], [], { input: lines.join("") })).positions, 5000);
  if (existsSync("/usr/bin/zstd")) {
    execFileSync("zstd", ["-q", join(logs, "a.nmea"), "-o", join(dir, "a.zst")]);
    assert.equal((await ingest(other, [join(dir, "a.zst")])).known, 1);
  }
});

test("times: of tag blocks, in front, of the line before, or told", async () => {
  const s = sentences(4);
  const data = folder();
  const front = s.map((l, i) => `${T0 + i} ${l}`).join("");
  await ingest(data, ["-"], ["--source", "front"], { input: front });
  await ingest(data, ["-"], ["--source", "none", "--time", "2020-01-01T00:00:00Z"], { input: s.join("") });
  const inherited = tagged(s.slice(0, 1), T0 + 100).concat(tagged(s.slice(1, 2), T0 + 200)).join("").repeat(10) + s[2];
  await ingest(data, ["-"], ["--source", "before"], { input: inherited });
  const all = rows(await history(data));
  const times = (source) => all.filter((r) => r.source === source).map((r) => Date.parse(r.time) / 1000).sort();
  assert.deepEqual(times("front"), [0, 1, 2, 3].map((i) => T0 + i));
  assert.deepEqual(times("none"), Array(4).fill(1577836800));
  assert.deepEqual(times("before"), [...Array(10).fill(T0 + 100), ...Array(11).fill(T0 + 200)]);
  // the journal has the same times
  const cat = (await ok(["journal", "cat", "--times", "--data", data, "--source", "front"])).out.toString();
  assert.match(cat, /^2025-11-22T05:20:00Z 1763788800 !AIVDM/);
});

test("kill -9 at any moment, then again: the same rows, the same bytes", async (t) => {
  const bin = existsSync(vigiaFast) ? vigiaFast : vigia;
  const log = join(dir, "long.nmea"), table = join(dir, "long.csv"), kills = Number(process.env.VIGIA_KILLS ?? 20);
  const fragments = (i) => { // a static report in two parts, far from each other now and then
    const part = (n, payload, fill) => { const b = `AIVDM,2,${n},${i % 10},A,${payload},${fill}`; return `!${b}*${sum(b)}\r\n`; };
    return [part(1, "55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53", 0), part(2, "1CQ1A83PCAH0", 0)];
  };
  const lines = sentences(250000).flatMap((l, i) => (i % 100 ? [l] : [fragments(i)[0], l, fragments(i)[1]]));
  writeFileSync(log, tagged(lines, T0, 0.05).join(""));
  writeFileSync(table, "mmsi,time,lat,lon,sog,name\n" + Array.from({ length: 150000 }, (_, i) =>
    `${735100000 + (i % 300)},${T0 + Math.floor(i / 10)},${(i % 700) / 100 - 3},${(i % 900) / 100 - 85},${i % 30},SHIP ${i % 300}\n`).join(""));
  const plain = folder();
  const options = ["--rows", "65536"];
  const begun = Date.now();
  const whole = await ingest(plain, [log, table], options, { bin });
  const duration = Date.now() - begun;
  const want = content(await history(plain, [], { bin })), data = folder();
  const check = async (data) => {
    const last = await ingest(data, [log, table], options, { bin });
    const got = content(await history(data, [], { bin }));
    assert.equal(got.length, want.length);
    assert.deepEqual(got, want);
    return last;
  };
  let killed = 0, finished = 0, caught = 0;
  for (let i = 0; killed < kills; i++) {
    const child = spawn(bin, ["ingest", "-q", "--json", "-d", data, ...options, "-j", i % 2 ? "1" : "4", log, table], { stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stdout.resume();
    child.stderr.on("data", (b) => (err += b));
    const ended = new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
    await sleep(10 + ((i * 7919) % 97) / 97 * Math.min(duration * 0.3, 400));
    child.kill("SIGKILL");
    const end = await ended;
    if (end.signal) {
      killed++;
      continue;
    }
    assert.equal(end.code, 0, err); // it was done before: look at it, and begin anew
    await check(data);
    rmSync(data, { recursive: true });
    finished++;
  }
  const last = await check(data);
  caught += last.caught_up;
  t.diagnostic(`${killed} times killed, ${finished} times done before that (a run takes ${duration} ms); the last run took ${caught} reports from the journal`);
  assert.equal(whole.positions, want.length - 1);
  const statics = async (d) => (await ok(["history", "-q", "-d", d, "--format", "geojson"], { bin })).out.toString().match(/"name":"[^"]*"/g)?.length;
  assert.equal(await statics(data), await statics(plain));
  for (const [name, path] of [["long.nmea", log], ["long.csv", table]]) {
    const raw = (await ok(["journal", "cat", "--raw", "--data", data, "--source", name], { bin })).out;
    assert.ok(raw.equals(readFileSync(path)), `${name}: the journal has ${raw.length} bytes`);
  }
  await ok(["verify", join(data, "journal")], { bin });
  assert.equal((await ingest(data, [log, table], options, { bin })).known, 2);
  // each row of the last state leads to a sentence of its vessel
  const list = rows(await history(data, ["--to", "2025-11-22T05:25:00Z"], { bin })).filter((r) => r.source === "long.nmea");
  const said = (await history(data, ["--sentences", "--to", "2025-11-22T05:25:00Z"], { bin })).toString().split("\n").filter((l) => l.includes("!AIVDM"));
  const decoded = (await ok(["decode", "-q"], { input: said.join("\n") + "\n", bin })).out.toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.equal(decoded.length, list.length);
  for (const m of decoded) assert.equal(String(m.mmsi), list[m.line - 1].mmsi);
});

test("the five recorded tables", async (t) => {
  const files = { noaa_marinecadastre_20220103: [null, 99999], world_20190701_5min: [null, 42625], solent_20160112: ["solent", 18623], suez_20210320_24: ["suez", 22287], baltic_20180401: ["baltic", 19999] };
  for (const [name, [form, count]] of Object.entries(files)) {
    const path = recording(`data/csv/${name}.csv.gz`, t);
    if (!path) return;
    const data = folder();
    const told = await ingest(data, [path], form ? ["--layout", layout(form)] : []);
    t.diagnostic(`${name}: ${JSON.stringify(told)}`);
    assert.equal(told.positions, count);
    const list = rows(await history(data));
    assert.equal(list.length, count);
    // the raw rows come back, byte for byte
    const raw = (await ok(["journal", "cat", "--raw", "--data", data])).out;
    const text = gunzipSync(readFileSync(path));
    assert.ok(raw.equals(text));
    // each row leads to its line
    const lines = (await history(data, ["--sentences"])).toString().trim().split("\n");
    assert.equal(lines.length, count);
    for (let i = 0; i < count; i += 97) assert.ok(lines[i].includes(list[i].mmsi), `${list[i].mmsi}: ${lines[i]}`);
    assert.equal((await ingest(data, [path], form ? ["--layout", layout(form)] : [])).known, 1);
  }
});

test("history in every form; the antimeridian, boxes, names, times", async () => {
  const data = folder();
  const at = (mmsi, lon, lat, s) => tagged([positionReport({ mmsi, lon, lat, speed: 10 })], T0 + s)[0];
  const text = [at(735000001, 179.9, -10, 0), at(735000001, -179.9, -10.2, 60), at(735000002, -80, -2, 0), at(735000002, -80.1, -2.1, 3600), at(735000003, 10, 50, 5)].join("");
  await ingest(data, ["-"], ["--source", "a, \"b\""], { input: text });
  await ingest(data, ["-"], [], { input: "time,mmsi,lat,lon,name\n2025-11-22T05:20:00Z,735000003,50,10.1,\"A <B> & \"\"C\"\"\"\n" });
  const lines = JSON.parse(await history(data, ["--format", "geojson"]));
  assert.deepEqual(lines.features.map((f) => f.geometry.type), ["MultiLineString", "LineString", "LineString"]);
  assert.deepEqual(lines.features[0].geometry.coordinates, [[[179.9, -10], [180, -10.1]], [[-180, -10.1], [-179.9, -10.2]]]);
  assert.equal(lines.features[0].properties.times[1][1], "2025-11-22T05:21:00Z");
  assert.equal(lines.features[2].properties.name, 'A <B> & "C"');
  const points = JSON.parse(await history(data, ["--format", "geojson", "--points"]));
  assert.equal(points.features.length, 6);
  assert.equal(points.features.find((f) => f.properties.mmsi === 735000001).properties.source, 'a, "b"');
  for (const [form, mark, count] of [["gpx", /<trk>/g, 3], ["kml", /<gx:MultiTrack>/g, 3]]) {
    const xml = (await history(data, ["--format", form])).toString();
    assert.equal(xml.match(mark).length, count);
    assert.match(xml, /A &lt;B&gt; &amp; &quot;C&quot;/);
    execFileSync("python3", ["-c", "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin)"], { input: xml });
  }
  const rowsOf = async (...options) => rows(await history(data, options)).map((r) => r.mmsi);
  assert.deepEqual(await rowsOf("--box", "179,-11,-179,-9"), ["735000001", "735000001"]);
  assert.deepEqual(await rowsOf("--vessel", "735000002", "--to", "2025-11-22T05:30:00Z"), ["735000002"]);
  assert.equal((await rowsOf("--from", "-1h")).length, 0);
  const out = join(dir, "rows.parquet");
  await history(data, ["--format", "parquet", "-o", out]);
  assert.equal(readFileSync(out).subarray(0, 4).toString(), "PAR1");
});

/** DuckDB, if npm can give it; it is no part of the product. */
async function duckdb(t) {
  const home = join(top, "build/duckdb");
  try {
    if (!existsSync(join(home, "node_modules/@duckdb/node-api"))) {
      mkdirSync(home, { recursive: true });
      execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", home, "@duckdb/node-api"], { stdio: "ignore", timeout: 120000 });
    }
    const { DuckDBInstance } = createRequire(join(home, "x.js"))("@duckdb/node-api");
    return await (await DuckDBInstance.create(":memory:")).connect();
  } catch (e) {
    t.skip(`DuckDB can't be had: ${e.message.split("\n")[0]}`);
  }
}

test("DuckDB reads the archive and the export as they lie, and says the same", async (t) => {
  const corpus = recording("data/ais/corpus.nmea", t), noaa = recording("data/csv/noaa_marinecadastre_20220103.csv.gz", t);
  if (!corpus || !noaa) return;
  const db = await duckdb(t);
  if (!db) return;
  const data = folder();
  await ingest(data, [corpus, noaa]);
  const list = rows(await history(data));
  const out = join(dir, "all.parquet");
  await history(data, ["--format", "parquet", "-o", out]);
  const ask = async (sql) => (await db.runAndReadAll(sql)).getRowObjects();
  const total = (key) => list.reduce((s, r) => s + (r[key] === "" ? 0 : Math.round(Number(r[key]) * 1e6)), 0);
  const said = (key) => list.filter((r) => r[key] !== "").length;
  for (const source of [`read_parquet('${data}/archive/positions/**/*.parquet', hive_partitioning = true)`, `'${out}'`]) {
    const [sums] = await ask(`SELECT count(*) AS n, sum(mmsi) AS mmsi, sum(lon) AS lon, sum(lat) AS lat, sum(sog) AS sog, count(sog) AS sogs,
      count(turn) AS turns, sum(place) AS place, sum(epoch_us(time)) AS t FROM ${source}`);
    assert.equal(Number(sums.n), list.length);
    assert.equal(Number(sums.mmsi), list.reduce((s, r) => s + Number(r.mmsi), 0));
    assert.equal(Math.round(Number(sums.lon) * 1e6), total("lon"));
    assert.equal(Math.round(Number(sums.lat) * 1e6), total("lat"));
    assert.equal(Math.round(Number(sums.sog) * 1e6), total("sog"));
    assert.deepEqual([Number(sums.sogs), Number(sums.turns)], [said("sog"), said("turn")]);
    assert.equal(BigInt(sums.place), list.reduce((s, r) => s + BigInt(r.place), 0n));
    for (let i = 0; i < list.length; i += Math.ceil(list.length / 60)) {
      const r = list[i];
      const [row] = await ask(`SELECT mmsi, epoch_us(time) // 1000 AS t, lon::DOUBLE AS lon, lat::DOUBLE AS lat, sog::DOUBLE AS sog, type, source FROM ${source} WHERE place = ${r.place}`);
      assert.deepEqual([String(row.mmsi), Number(row.t), row.lon, row.lat, row.sog ?? "", String(row.type), row.source],
        [r.mmsi, Date.parse(r.time) , Number(r.lon), Number(r.lat), r.sog === "" ? "" : Number(r.sog), r.type, r.source], JSON.stringify(r));
    }
  }
});

test("what can't be read is told, the others go on; a folder in use is refused", async () => {
  const data = folder();
  const good = join(dir, "good.nmea"), cut = join(dir, "cut.gz"), strange = join(dir, "strange.csv"), bad = join(dir, "bad.yaml");
  writeFileSync(good, tagged(sentences(100), T0).join(""));
  const packed = gzipSync(tagged(sentences(20000, 735200000), T0).join(""));
  writeFileSync(cut, packed.subarray(0, packed.length - 30));
  writeFileSync(strange, "a,b,c\n1,2,3\n");
  writeFileSync(bad, "name: x\ncolumns:\n  - {column: a, field: sped}\n");
  const r = await run(["ingest", "--json", "-d", data, join(dir, "none"), strange, cut, good]);
  assert.equal(r.code, 1);
  for (const word of [/none: No such file/i, /strange\.csv: a table of no known layout/, /cut\.gz: .*ends too early/]) assert.match(r.err, word);
  const told = JSON.parse(r.out);
  assert.deepEqual([told.files, told.failed], [1, 3]);
  assert.ok(told.positions > 15000, "what came before the damage is kept");
  const layoutError = await run(["ingest", "-d", data, "--layout", bad, good]);
  assert.equal(layoutError.code, 1);
  assert.match(layoutError.err, /sped|line: 3/);
  // mended, it goes on
  writeFileSync(cut, packed);
  assert.equal((await ingest(data, [cut])).positions + told.positions - 100, 20000);
  const child = spawn(vigia, ["ingest", "-q", "-d", data, "-"], { stdio: ["pipe", "ignore", "pipe"] });
  const ended = new Promise((done) => child.on("close", done));
  await sleep(1500);
  const second = await run(["ingest", "-d", data, good]);
  assert.equal(second.code, 1);
  assert.match(second.err, /in use: another process/);
  child.stdin.end();
  assert.equal(await ended, 0);
});

test("Ctrl-C ends it in order, and the next call goes on", async () => {
  const data = folder(), log = join(dir, "ctrl.nmea");
  writeFileSync(log, tagged(sentences(200000, 735300000), T0, 0.05).join(""));
  const child = spawn(vigia, ["ingest", "-q", "-d", data, log], { stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.on("data", (b) => (err += b));
  const ended = new Promise((done) => child.on("close", done));
  await sleep(400);
  child.kill("SIGINT");
  const code = await ended;
  if (code !== 0) assert.match(err, /interrupted; call it again/);
  await ingest(data, [log]);
  assert.equal(rows(await history(data)).length, 200000);
});

test("a wrong call exits 2 and names the way to help", async () => {
  for (const args of [["ingest"], ["ingest", "-d", "x"], ["ingest", "--nothing"], ["ingest", "-d", "x", "--threads", "0", "f"], ["history"], ["history", "-d", "x", "--format", "shp"], ["history", "-d", "x", "--box", "1,2,3"], ["history", "-d", "x", "--points"], ["history", "-d", "x", "--from", "-2y"]]) {
    const r = await run(args);
    assert.equal(r.code, 2, args.join(" "));
    assert.match(r.err, /--help/);
  }
  for (const command of ["ingest", "history"]) assert.match((await ok([command, "--help"])).out.toString(), /usage: vigia/);
  assert.match((await run(["history", "-d", join(dir, "nowhere")])).err, /there is no archive/);
});
