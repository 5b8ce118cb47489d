// A data folder of an earlier release is taken over: the same contacts, and every row where it was.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { positionReport, run, top, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-takeover-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const fixture = (name) => join(top, "tests/fixtures", name);

function unpack(name) {
  const folder = join(dir, name);
  mkdirSync(folder);
  execFileSync("tar", ["-C", folder, "-xzf", fixture("data-folder-1.tar.gz")]);
  return folder;
}

const rows = async (folder) =>
  (await run(["history", "-q", "--data", folder, "--format", "csv"])).out.toString().trim().split("\n");

const same = (now, then) => {
  const at = then.findIndex((row, i) => row !== now[i]);
  assert.equal(now[at], then[at], `row ${at}`);
  assert.equal(now.length, then.length);
};

// Keys that came later, each by a rule of docs/picture.md or an entry of CHANGELOG.md.
const later = ["contact", "status_unconfirmed"];
const old = ({ ...v }) => (later.forEach((k) => delete v[k]), v);

test("a data folder of 0.1.0 gives the same vessels, is verified, archived on, and says in one sentence what is new", async (t) => {
  const folder = unpack("old");
  const before = JSON.parse(gunzipSync(readFileSync(fixture("data-folder-1.vessels.json.gz"))));
  const archived = await rows(folder);
  assert.equal(archived.length, 5040);

  const server = await watch(t, ["tcp-listen://127.0.0.1:0?name=Manta"], { options: ["--data", folder, "--clock", "data"] });
  const now = (await server.json("/api/v1/vessels")).vessels;
  const byMmsi = (list) => new Map(list.map((v) => [v.mmsi, old(v)]));
  assert.deepEqual([...byMmsi(now).keys()].sort(), [...byMmsi(before).keys()].sort());
  for (const [mmsi, v] of byMmsi(before)) {
    const is = byMmsi(now).get(mmsi);
    if (is.lon !== v.lon || is.lat !== v.lat) { // a position of type 27 is a tenth of a minute, and shown so since
      assert.equal((await server.json(`/api/v1/vessels/${mmsi}`)).reported.position.message, 27, `${mmsi}`);
      for (const k of ["lon", "lat"]) assert.ok(Math.abs(is[k] - v[k]) < 0.0006, `${mmsi}: ${k} ${is[k]}, ${v[k]}`);
      [is.lon, is.lat] = [v.lon, v.lat];
    }
    assert.deepEqual(is, v);
  }
  // In one sentence, and that it is no damage.
  assert.equal(server.log.split("\n").filter((l) => /state: .*(another|older|earlier) (version|release|program)/.test(l)).length, 1, server.log);
  assert.equal((await server.json("/api/v1/storage")).damages, 0);

  t.diagnostic(`${now.length} vessels, ${archived.length - 1} rows`);
  assert.equal((await server.stop()).code, 0);
  const verified = await run(["verify", join(folder, "journal")]);
  assert.equal(verified.code, 0, verified.err);
  same(await rows(folder), archived);
});

test("what is received afterwards stands behind what was there", async (t) => {
  const folder = unpack("further");
  const archived = await rows(folder);
  const further = join(dir, "further.nmea");
  writeFileSync(further, `\\c:1773569700*56\\${positionReport({ mmsi: 735099001, lon: -80.5, lat: -1.2, speed: 7, course: 90 })}`);
  const server = await watch(t, [`${further}?speed=max&name=Salinas`], { options: ["--data", folder, "--clock", "data"] });
  await until("she is there", async () => (await server.json("/api/v1/vessels")).vessels.some((v) => v.mmsi === 735099001));
  assert.equal((await server.stop()).code, 0);
  const now = await rows(folder);
  assert.equal(now.length, archived.length + 1);
  assert.ok(now.some((r) => r.startsWith("735099001,") && r.includes(",Salinas,")));
  same(now.filter((r) => !r.startsWith("735099001,")), archived);
  const taken = await run(["ingest", "--data", folder, further]); // the old ledger-less folder takes recordings, too
  assert.equal(taken.code, 0, taken.err);
});
