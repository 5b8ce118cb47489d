// Files that people have and that once went wrong: public reports rebuilt, each through the real program.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { recording, run, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-trials-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const trial = (name, t) => recording(`data/trials/${name}`, t);

let folders = 0;
const folder = () => join(dir, `data${folders++}`);

/** Ingests a file and reads it back: exit status, summary, what was said, and rows in the order of their times. */
async function taken(file, options = [], data = folder()) {
  const told = await run(["ingest", "--json", "-d", data, ...options, file]);
  assert.doesNotMatch(told.err, /runtime error|Sanitizer/);
  const csv = (await run(["history", "-q", "-d", data])).out.toString().trim().split("\r\n");
  const keys = csv.shift().split(",");
  const rows = csv.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [keys[i], cell])));
  rows.sort((a, b) => a.time.localeCompare(b.time));
  return { code: told.code, err: told.err, rows, summary: JSON.parse(told.out.toString()) };
}

/** Of each row: file, options, how many rows, times of the first and the last, and where those come from. */
const at = (time) => `2024-11-22T${time}Z`;
const six = [6, at("05:20:00"), at("05:20:50"), "line"];
const dayFirst = ["--time", "DD/MM/YYYY hh:mm:ss"];
const read = [
  // times in lines
  ["opencpn-data-monitor-vdr.csv", [], 6, at("05:20:00.120"), at("05:20:50.120"), "line"],
  ["ais-catcher-jsonl-with-nmea.json", [], 2, at("05:20:00"), at("05:20:10"), "line"],
  ["ais-catcher-screen-text.txt", [], ...six],
  ["time-markers-over-midnight.txt", ["--date", "2024-11-22"], 6, at("23:59:35"), "2024-11-23T00:00:25Z", "neighbour"],
  ["opencpn-nmea-debug-window.txt", ["--date", "2024-11-22"], ...six],
  ["time-python-logging-comma-millis.log", [], 12, at("05:20:00.123"), at("05:21:50.123"), "line"],
  ["time-day-first-slashes.txt", dayFirst, 12, at("05:20:00"), at("05:21:50"), "line"],
  ["time-epoch-microseconds.txt", [], 12, at("05:20:00"), at("05:21:50"), "line"],
  ["time-compact-local-stamp-14-digits.txt", [], 12, at("05:20:00"), at("05:21:50"), "line"],
  ["time-iso-behind-sentence.txt", [], ...six],
  ["time-offset-hours-only.txt", [], 6, at("05:20:00.500"), at("05:20:50.500"), "line"],
  ["line-ends-cr-only.txt", [], ...six],
  ["one-line-with-absurd-time.nmea", [], 61, at("05:20:00"), at("05:29:50"), "tag"],
  // containers
  ["udp-capture.pcap", [], 6, at("05:20:00.250"), at("05:20:50.250"), "line"],
  ["zip-with-nmea-log.zip", [], ...six],
  ["tar-gz-with-nmea-log.tar.gz", [], ...six],
  ["nmea-log-utf16-powershell.txt", [], ...six],
  ["aisdk-2024-03-01.zip", [], 3, "2024-03-01T00:00:00Z", "2024-03-01T00:00:06Z", "line"],
  // JSON logs
  ["gpsd-json-log.json", ["--time", at("05:20:00")], 1, at("05:20:00"), at("05:20:00"), "given"],
  ["aisstream-recording.jsonl", [], 1, at("05:20:00.100"), at("05:20:00.100"), "line"],
  ["signalk-delta.json", [], 1, at("05:20:00"), at("05:20:00"), "line"],
  ["canboat-129038.json", [], 1, at("05:20:00.120"), at("05:20:00.120"), "line"],
  // tables
  ["gfw-training-float-mmsi.csv", [], 1, "2012-01-30T00:20:42Z", "2012-01-30T00:20:42Z", "line"],
  ["amsa-cts.csv", [], 2, at("05:20:00"), at("17:20:10"), "line"],
  ["plain-date-and-time-columns.csv", [], 2, at("05:20:00"), at("05:20:10"), "line"],
  ["dma-decimal-comma-quoted.csv", [], 2, "2015-12-31T23:59:59Z", "2016-01-01T00:00:00Z", "line"],
  ["aishub-csv.csv", [], 1, at("05:20:00"), at("05:20:00"), "line"],
  ["piraeus-ms-epoch.csv", [], 1, "2019-01-01T00:00:00.123Z", "2019-01-01T00:00:00.123Z", "line"],
  ["plain-iso-basic-and-zones.csv", [], 6, at("05:20:00"), at("05:20:40"), "line"],
  ["plain-time-14-digits.csv", [], 2, at("05:20:00"), at("05:20:10"), "line"],
  ["plain-time-epoch-micro-and-nano.csv", [], 2, at("05:20:00"), at("05:20:10"), "line"],
  ["plain-time-excel-serial.csv", [], 2, at("05:20:00"), at("05:20:10"), "line"],
  ["plain-time-of-day-only.csv", ["--date", "2024-11-22"], 1, at("05:20:00"), at("05:20:00"), "line"],
];
for (const [name, options, count, from, to, source] of read)
  test(`${name} is read${options.length ? ` with ${options.join(" ")}` : ""}`, async (t) => {
    const file = trial(name, t);
    if (!file) return;
    const got = await taken(file, options);
    assert.equal(got.code, 0, got.err);
    assert.deepEqual([got.rows.length, got.rows.at(0)?.time, got.rows.at(-1)?.time], [count, from, to]);
    assert.deepEqual([...new Set(got.rows.map((r) => r.time_source))], [source]);
  });

/** What can't be read without help is not taken: exit 1, a sentence that says what is missing, and nothing is filed. */
const refused = [
  ["time-day-first-slashes.txt", /--time 'DD\/MM\/YYYY hh:mm:ss'/],
  ["time-markers-over-midnight.txt", /no date; --date/],
  ["opencpn-nmea-debug-window.txt", /no date; --date/],
  ["plain-time-of-day-only.csv", /without a date: --date/],
  ["headerless-mmsi-time-lat-lon.csv", /no known layout.*--layout/],
  ["noaa-ais-2025.parquet", /metadata is damaged/], // begins and ends as Parquet does, and is none
];
for (const [name, says] of refused)
  test(`${name} is refused, and why`, async (t) => {
    const file = trial(name, t);
    if (!file) return;
    const got = await taken(file);
    assert.equal(got.code, 1);
    assert.match(got.err, says);
    assert.deepEqual([got.rows.length, got.summary.files, got.summary.failed], [0, 0, 1]);
  });

test("download-cut-short.txt.gz: what came whole is taken, the rest is told", async (t) => {
  const file = trial("download-cut-short.txt.gz", t);
  if (!file) return;
  const got = await taken(file);
  assert.equal(got.code, 1);
  assert.match(got.err, /gzip data ends too early/);
  assert.deepEqual([got.rows.length, got.summary.files, got.summary.failed], [255, 0, 1]);
});

test("a file that was refused can be given again with what it lacked, in the same folder", async (t) => {
  const file = trial("time-day-first-slashes.txt", t), data = folder();
  if (!file) return;
  assert.equal((await taken(file, [], data)).code, 1);
  const got = await taken(file, dayFirst, data);
  assert.deepEqual([got.code, got.rows.length, got.rows[0]?.time], [0, 12, at("05:20:00")]);
});

test("a log that was cut within a line gives that line when its rest is there", async (t) => {
  const [part, whole] = ["growing-log-1-cut-in-a-line.txt", "growing-log-2-whole.txt"].map((name) => trial(name, t));
  if (!part || !whole) return;
  const data = folder(), log = join(dir, "growing.txt");
  copyFileSync(part, log);
  const first = await taken(log, [], data);
  assert.deepEqual([first.rows.length, first.summary.unfinished], [5, 1]);
  rmSync(log); // a copy of a recording may be read-only
  copyFileSync(whole, log);
  const got = await taken(log, [], data);
  assert.equal(got.rows.length, 10);
  assert.equal(new Set(got.rows.map((r) => r.time)).size, 10);
});

test("one absurd time moves neither the archive's end nor anything else, and is counted", async (t) => {
  const file = trial("one-line-with-absurd-time.nmea", t);
  if (!file) return;
  const lines = readFileSync(file, "latin1").split(/\r?\n/).filter(Boolean);
  const sum = (text) => [...text].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0");
  for (const stamp of ["20241122052500000000", "99999999999", "1", "-5"]) { // no time, 5138, 1970, before that
    const log = join(dir, `absurd-${stamp}.nmea`), tag = `s:ST1,c:${stamp}`;
    writeFileSync(log, lines.map((l, i) => (i === 30 ? `\\${tag}*${sum(tag)}\\${l.split("\\").at(-1)}` : l)).join("\n") + "\n");
    const got = await taken(log);
    assert.deepEqual([got.code, got.rows.length, got.rows.at(0).time, got.rows.at(-1).time], [0, 61, at("05:20:00"), at("05:29:50")], stamp);
    assert.equal(got.summary.times_out_of_bounds + (got.summary.refused.tag_block?.count ?? 0), 1, stamp);
    assert.equal(got.summary.time_source.neighbour, 1, stamp);
  }
});

test("longitudes from 0 to 360, hemisphere letters, positions as WKT, tenths of a knot", async (t) => {
  const place = async (name, options) => {
    const file = trial(name, t);
    return file && (await taken(file, options)).rows.map((r) => [Number(r.lon), Number(r.lat), Number(r.sog)]);
  };
  const tenths = join(dir, "tenths.yaml");
  writeFileSync(tenths, "name: tenths\ncolumns:\n" + ["time", "mmsi", "lat: latitude", "lon: longitude", "sog: speed, unit: dkn"]
    .map((c) => c.split(": ")).map(([c, f = c, unit]) => `  - {column: ${c}, field: ${f}${unit ? `: ${unit}` : ""}}\n`).join(""));
  const east = await place("csv-lon-0-to-360.csv");
  if (!east) return;
  assert.deepEqual(east.map((r) => r[0]), [179.99, -179.99, -179.97]);
  assert.deepEqual((await place("csv-degrees-with-hemisphere.csv")).map((r) => r.slice(0, 2)), [[-8.72, 42.23], [-8.72, 42.23]]);
  assert.deepEqual((await place("noaa-geometry-wkt-no-lonlat.csv")).map((r) => r.slice(0, 2)), [[-80.1, 25.76]]);
  assert.deepEqual((await place("csv-decimal-knots-times-ten.csv", ["--layout", tenths])).map((r) => r[2]), [6.5, 6.4]);
});

test("what was heard before is known again and counted", async (t) => {
  for (const [name, again] of [["receiver-sends-each-sentence-again.txt", 14], ["second-feed-lags-68-seconds.nmea", 8]]) {
    const file = trial(name, t);
    if (!file) return;
    const got = await taken(file);
    assert.deepEqual([got.code, got.rows.length, got.summary.duplicates], [0, 14, again], name);
    const lats = got.rows.map((r) => Number(r.lat));
    assert.deepEqual(lats, [...lats].sort((a, b) => a - b), `${name}: she goes north and never back`);
  }
});

test("impossible dates, sizes and identities are suspect; what is not available is null", async (t) => {
  const decoded = async (name) => {
    const file = trial(name, t);
    return file && (await run(["decode", "-q", file])).out.toString().trim().split("\n").map((l) => JSON.parse(l));
  };
  const stations = await decoded("base-station-impossible-date.nmea");
  if (!stations) return;
  assert.deepEqual(stations.map((m) => m.suspect ?? []), [["time"], [], ["time"]]);
  const whose = (await decoded("identities-of-every-form.nmea")).filter((m) => m.suspect?.includes("mmsi")).map((m) => m.mmsi);
  assert.deepEqual(whose, [12345, 999999, 0, 1, 1073741823]);
  const sizes = (await decoded("voyage-eta-names-draught-zero.nmea")).find((m) => m.mmsi === 224999502);
  assert.ok(sizes.suspect.includes("value"), JSON.stringify(sizes));
  const far = await decoded("long-range-27-not-available-values.nmea");
  assert.deepEqual([far[0].lon, far[0].speed, far[0].course, far[2].speed], [null, null, null, null]);
  assert.deepEqual((await decoded("sar-aircraft-altitude.nmea")).map((m) => m.alt), [null, 4094, 0]);
  const behind = await decoded("time-iso-behind-sentence.txt");
  assert.deepEqual([behind[0].rxtime, behind.at(-1).rxtime], [at("05:20:00"), at("05:20:50")]);
});

test("a ship's type of MarineCadastre's own numbers is a kind", async (t) => {
  const file = trial("noaa-2015-status-words-type-1012.csv", t);
  if (!file) return;
  const data = folder();
  await taken(file, [], data);
  const server = await watch(t, ["tcp-listen://127.0.0.1:0"], { options: ["--no-config", "--history", data] });
  const ship = await server.json("/api/v1/history/vessel?mmsi=366999735&at=1433116900");
  assert.equal(ship.shiptype, 80, JSON.stringify(ship)); // 1024: a tanker
});

/** The vessel as the service shows her when the log has been read. */
async function shown(t, name, mmsi) {
  const file = trial(name, t);
  if (!file) return undefined;
  const server = await watch(t, [`file:${file}?speed=max`], { options: ["--no-config"] });
  await until("the log is read", async () => (await server.feed(basename(file))).state === "ended");
  return until("she is there", () => server.json(`/api/v1/vessels/${mmsi}`));
}

const ships = [
  ["vessel-sends-utc-report-4-then-goes-on.nmea", 227999010, "a", 48.382, 100],
  ["vessel-sends-utc-report-4-and-11.nmea", 227999010, "a", 48.38, 100],
  ["moving-ship-says-type-4-once.nmea", 227999020, "a", 48.2, 100],
  ["ship-said-type-4-then-gap-ten-minutes.nmea", 227999024, "a", 48.2, undefined],
  ["class-a-ship-sends-24a.nmea", 227999011, "a", 48.38, 100],
  ["receiver-sends-each-sentence-again.txt", 228999010, "a", 46.1604, undefined],
  ["second-feed-lags-68-seconds.nmea", 228999010, "a", 46.1604, undefined],
  ["identities-of-every-form.nmea", 12345, "unknown", 42.1, undefined],
  ["voyage-eta-names-draught-zero.nmea", 224999502, "a", undefined, undefined],
];
for (const [name, mmsi, kind, lat, length] of ships)
  test(`${name}, live: what she is and where`, async (t) => {
    const vessel = await shown(t, name, mmsi);
    if (!vessel) return;
    assert.deepEqual([vessel.class, vessel.lat, vessel.length, vessel.held], [kind, lat, length, undefined]);
  });

test("what has no time at all is marked: it has its file's date", async (t) => {
  const file = trial("checksum-lower-case-no-channel.nmea", t);
  if (!file) return;
  const got = await taken(file);
  assert.deepEqual([...new Set(got.rows.map((r) => r.time_source))], ["file"]);
  assert.equal(got.summary.time_source.file, 5);
});
