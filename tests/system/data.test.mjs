// vigia watch --data: nothing lost, and back where it was. Real processes, kill -9, a disk that is really full.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { events, positionReport, receiver, run, sleep, until, vigiaFast, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-data-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const kills = Number(process.env.VIGIA_KILLS ?? 12);
const fast = existsSync(vigiaFast) ? vigiaFast : undefined; // as many seconds of sea as possible

const ship = (mmsi, lon = -80.5, lat = -1.25) => positionReport({ mmsi, lon, lat, speed: 7.5, course: 90 });
const vessels = async (server) =>
  new Map((await server.json("/api/v1/vessels")).vessels.map(({ heard, ...v }) => [v.mmsi, v]));
const metric = async (server, name) =>
  Number(new RegExp(`^vigia_${name} (.*)$`, "m").exec(await (await fetch(server.url + "/metrics")).text())[1]);
const sea = async (seconds, seed = 1, ...more) =>
  (await run(["sim", "--seed", String(seed), "--hours", String(seconds / 3600), ...more], { bin: fast })).out;
const verify = (folder) => run(["verify", join(folder, "journal")], { bin: fast });
const raw = async (folder, ...more) => (await run(["journal", "cat", "--raw", "--data", folder, ...more], { bin: fast })).out;
const replay = async (folder, threads, clock) =>
  JSON.parse((await run(["journal", "replay", "--data", folder, "--threads", String(threads), "--clock", clock])).out);

/** Every position that the journal tells, as the archive should have it: MMSI and place of its sentence. */
async function archived(folder) {
  const rows = (await run(["history", "-q", "--data", folder], { bin: fast })).out.toString().trim().split("\n");
  const columns = rows.shift().split(",");
  const [mmsi, place] = ["mmsi", "place"].map((c) => columns.indexOf(c));
  return rows.map((r) => r.split(",")).map((r) => `${r[mmsi]} ${r[place]}`);
}

/** The text in lines, at most so many bytes each. */
function* pieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("after an orderly stop picture, trails and counters are back, and what was received is in the journal", async (t) => {
  const folder = join(dir, "orderly");
  const bytes = await sea(900, 1, "--start", String(Math.floor(Date.now() / 1000) - 900)); // of now: nothing has expired
  const manta = await receiver();
  t.after(() => manta.kill());
  const feed = `tcp://127.0.0.1:${manta.port}?name=Manta`;
  let server = await watch(t, [feed], { options: ["--data", folder] });
  await until("connected", () => manta.sockets.size === 1);
  const line = bytes.indexOf("!AIVDM,1,1,,A,1", Math.floor(bytes.length / 2));
  const half = line + 30; // within a sentence, which ends with its connection: what comes over the next one is another's
  manta.send(bytes.subarray(0, half));
  await until("it came", async () => (await server.feed("Manta")).bytes === half);
  await sleep(600); // a tick, so that all of it is shown
  const before = await vessels(server), counts = await server.feed("Manta");
  const withTrail = [...before.values()].filter((v) => v.speed > 5).slice(0, 5).map((v) => v.mmsi);
  const trails = await Promise.all(withTrail.map((m) => server.json(`/api/v1/vessels/${m}`)));
  const reports = await metric(server, "picture_reports_total");
  assert.ok(before.size > 300 && trails.some((v) => v.trail.length > 3), `${before.size} vessels`);
  assert.equal((await server.stop()).code, 0);
  assert.match(server.log, /state: \d+ vessels saved/);

  server = await watch(t, [feed], { options: ["--data", folder] });
  assert.match(server.log, new RegExp(`${before.size} vessels back`));
  assert.deepEqual(await vessels(server), before);
  for (const [i, mmsi] of withTrail.entries()) {
    const again = await server.json(`/api/v1/vessels/${mmsi}`);
    assert.deepEqual(again.trail, trails[i].trail);
    assert.deepEqual(again.reported, trails[i].reported);
  }
  const again = await server.feed("Manta");
  for (const what of ["bytes", "lines", "sentences", "messages"]) assert.equal(again[what], counts[what], what);
  assert.equal(await metric(server, "picture_reports_total"), reports);

  await until("connected again", () => manta.sockets.size === 1);
  manta.send(bytes.subarray(half));
  await until("the rest came", async () => (await server.feed("Manta")).bytes === bytes.length);
  assert.equal((await server.stop()).code, 0);
  assert.deepEqual(await raw(folder), bytes);
  const rows = await archived(folder);
  const decoded = (await run(["decode", "-q", "-"], { input: bytes, bin: fast })).out.toString().trim().split("\n").map((l) => JSON.parse(l));
  const positions = decoded.filter((m) => m.lon != null && m.lat != null && Math.abs(m.lon) <= 180 && Math.abs(m.lat) <= 90);
  const cut = (await run(["decode", "-q", "-"], { input: bytes.subarray(line, bytes.indexOf("\n", line) + 1), bin: fast })).out;
  assert.match(cut.toString(), /"lon":/);
  assert.equal(rows.length, positions.length - 1, "a row for each position but the one that was cut");
  assert.equal(new Set(rows).size, rows.length);
  const verified = await verify(folder);
  assert.equal(verified.code, 0, verified.err);
});

test("a state is of the journal: read again from the beginning it gives the same picture, on one thread or several", async (t) => {
  const folder = join(dir, "same"), log = join(dir, "same.nmea");
  writeFileSync(log, await sea(1200, 4));
  const server = await watch(t, [`file:${log}?speed=max`], { options: ["--data", folder] });
  await until("the log is read", async () => (await server.feed()).state === "ended", 60000);
  assert.equal((await server.stop()).code, 0);
  const hash = /vessels saved, picture ([0-9a-f]{16})/.exec(server.log)[1];
  for (const threads of [1, 2, 5]) {
    const told = await replay(folder, threads, "data");
    assert.equal(told.hash, hash, `${threads} threads`);
    assert.equal(told.damages, 0);
  }
});

test(`killed at ${kills} random moments under load: no acknowledged byte is missing, and the picture comes back`, async (t) => {
  const folder = join(dir, "killed");
  const manta = await receiver();
  t.after(() => manta.kill());
  const feed = `tcp://127.0.0.1:${manta.port}?name=Manta`;
  const sent = []; // what each life was given
  let known = 0;
  for (let life = 0; life < kills; life++) {
    const bytes = await sea(900, 2 + life); // of other ships: what was heard minutes ago would rightly be left out
    const server = await watch(t, [feed], { options: ["--data", folder, "--tick", "50"], bin: fast });
    const back = /(\d+) vessels back/.exec(server.log)?.[1];
    assert.ok(life === 0 || Number(back) >= known, `life ${life}: ${back} of ${known} vessels back\n${server.log}`);
    await until("connected", () => manta.sockets.size === 1);
    let given = 0, going = true;
    const feeding = (async () => {
      const from = Math.floor(Math.random() * (bytes.length / 2));
      for (const piece of pieces(bytes.subarray(from), 1500)) {
        if (!going) break;
        manta.send(piece);
        given += piece.length;
        await sleep(Math.random() * 4);
      }
    })();
    await sleep(100 + Math.random() * 2500);
    const at = (await metric(server, "storage_synced_bytes_total")) || 0;
    await server.stop("SIGKILL");
    going = false;
    await feeding;
    await until("gone", () => manta.sockets.size === 0);
    const kept = await raw(folder);
    const total = sent.reduce((a, b) => a + b, 0);
    assert.ok(kept.length - total >= at, `life ${life}: ${at} bytes acknowledged, ${kept.length - total} kept`);
    assert.ok(kept.length - total <= given);
    sent.push(kept.length - total);
    const life_bytes = kept.subarray(total).toString("latin1"); // what this life added
    known = new Set([...life_bytes.matchAll(/!AIVDM,1,1,[^,]*,[^,]*,[123](.{6})/g)].map((m) => m[1])).size;
    known = Math.floor(known * 0.9); // some of them may not have been believed, or are gone
    const verified = await verify(folder);
    assert.equal(verified.code, 0, `life ${life}: ${verified.err}${verified.out}`);
  }
  // A last life in peace: the archive catches up with all that the journal has, each sentence once.
  const server = await watch(t, [feed], { options: ["--data", folder], bin: fast });
  await server.stop();
  const rows = await archived(folder);
  assert.equal(new Set(rows).size, rows.length, "no row twice");
  const told = await replay(folder, 2, "wall");
  const kept = (await run(["journal", "cat", "--data", folder], { bin: fast })).out;
  const csv = (await run(["decode", "-q", "-f", "csv", "-"], { input: kept, bin: fast })).out;
  let positions = -1; // the header
  for (let at = 0, end; (end = csv.indexOf(10, at)) >= 0; at = end + 1) {
    const [lon, lat] = csv.toString("latin1", at, Math.min(end, at + 300)).split(",").slice(13, 15);
    positions += lon !== "" && lat !== "" ? 1 : 0;
  }
  // `cat` gives whole lines, so a fragment before a cut may find another's rest: a few messages in either count.
  assert.ok(Math.abs(rows.length - positions) <= 2 * kills, `${rows.length} rows, ${positions} positions, ${told.reports} reports`);
});

test("a full disk: the picture stays live and shows it; freed, the journal goes on and the gap is recorded", async (t) => {
  const disk = join(dir, "small");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], { stdio: "pipe" });
  } catch (e) {
    t.skip(`a small tmpfs can't be mounted here: ${e.message.split("\n")[0]}`);
    return;
  }
  t.after(() => execFileSync("umount", ["-l", disk]));
  const folder = join(disk, "data"), ballast = join(disk, "ballast");
  const manta = await receiver();
  t.after(() => manta.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${manta.port}?name=Manta`], { options: ["--data", folder], bin: fast });
  const notices = await events(t, server.url);
  const storage = () => server.json("/api/v1/storage");
  await until("connected", () => manta.sockets.size === 1);
  manta.send(ship(735000001));
  await until("it is kept", async () => (await storage()).synced_bytes > 0);
  try {
    writeFileSync(ballast, Buffer.alloc(128 << 20)); // stops where the disk ends
  } catch (e) {
    assert.equal(e.code, "ENOSPC");
  }
  manta.send(ship(735000002));
  await until("it is said", async () => (await storage()).state === "failing" && /space/i.test((await storage()).error ?? ""), 20000);
  await until("it is told", () => notices.find((n) => n.event === "storage" && n.data.state === "failing"));
  assert.equal(await metric(server, "storage_failing"), 1);
  assert.match(server.log, /journal: the disk FAILS/);
  // More than memory may hold, so that a gap must come; and the picture is live all the time.
  const noise = Buffer.from(`!AIVDM,1,1,,A,${"1".repeat(200)},0*00\r\n`.repeat(1200));
  for (let i = 0; (await storage()).lost_bytes === 0; i++) {
    assert.ok(i < 400, "memory has a bound");
    for (let k = 0; k < 8; k++) manta.send(randomLines(noise));
    manta.send(ship(735000100 + i));
    await until("a ship in between", async () => (await vessels(server)).has(735000100 + i), 5000);
  }
  rmSync(ballast);
  await until("well again", async () => (await storage()).state === "ok", 30000);
  await until("told again", () => notices.find((n) => n.event === "storage" && n.data.state === "ok"));
  manta.send(ship(735000900));
  await until("it goes on", async () => (await vessels(server)).has(735000900));
  await until("the gap is recorded", async () => (await storage()).gaps > 0);
  assert.equal((await server.stop()).code, 0);
  const log = (await run(["journal", "log", "--data", folder])).out.toString().split("\n").filter(Boolean).map((l) => JSON.parse(l));
  const gap = log.find((l) => l.kind === "gap");
  assert.ok(gap.entries > 0 && gap.bytes > 0 && gap.from <= gap.to, JSON.stringify(gap));
  assert.ok((await raw(folder)).includes(ship(735000900).trim()));
  assert.equal((await verify(folder)).code, 0);
});

/** The same lines, but none like another: nothing that compresses away. */
function randomLines(lines) {
  const out = Buffer.from(lines);
  for (let i = 0; i < out.length; i++) if (out[i] === 49) out[i] = 48 + Math.floor(Math.random() * 40);
  return out;
}

test("a journal that was tampered with is set aside, untouched, and a new one begins", async (t) => {
  const folder = join(dir, "tampered"), log = join(dir, "one.nmea");
  writeFileSync(log, ship(735000001));
  let server = await watch(t, [`file:${log}?speed=max`], { options: ["--data", folder] });
  await until("read", async () => (await server.feed()).state === "ended");
  await server.stop();
  const segment = readdirSync(join(folder, "journal"), { recursive: true }).map((f) => join(folder, "journal", f)).filter((f) => f.endsWith(".vgj"))[0];
  const bytes = readFileSync(segment);
  bytes[32 + 20] ^= 1; // in the head of the first frame: its hash is what was signed
  writeFileSync(segment, bytes);
  server = await watch(t, [`file:${log}?speed=max`], { options: ["--data", folder] });
  assert.match(server.log, /NOT what its last checkpoint signed/);
  await until("read", async () => (await server.feed()).state === "ended");
  assert.equal((await server.json("/api/v1/storage")).set_aside, 1);
  assert.equal((await vessels(server)).size, 1);
  await server.stop();
  const aside = readdirSync(folder).find((f) => f.startsWith("journal.aside-"));
  assert.deepEqual(readFileSync(segment.replace("/journal/", `/${aside}/`)), bytes);
  assert.notEqual((await run(["verify", join(folder, aside)])).code, 0);
  assert.equal((await verify(folder)).code, 0);
});

test("behind a journal that was set aside no old row leads to another ship's sentence", async (t) => {
  const folder = join(dir, "aside"), manta = await receiver();
  t.after(() => manta.kill());
  const session = async (first) => {
    const server = await watch(t, [`tcp://127.0.0.1:${manta.port}?name=Manta`], { options: ["--data", folder] });
    await until("it listens to Manta", () => manta.sockets.size === 1);
    for (let i = 0; i < 20; i++) manta.send(ship(first + i));
    await until("all are there", async () => (await server.feed()).messages >= 20);
    const log = server.log;
    await server.stop();
    await until("it has gone", () => manta.sockets.size === 0);
    return log;
  };
  const history = async (...more) => run(["history", "-q", "--data", folder, ...more]);
  await session(735000001);
  const [segment] = readdirSync(join(folder, "journal/segments"));
  const path = join(folder, "journal/segments", segment);
  writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size / 2)); // signed frames are gone
  assert.match(await session(735000041), /Its frames begin at 1000000/);
  const row = (await history("--vessel", "735000001")).out.toString().trim().split("\r\n");
  assert.equal(row.length, 2);
  const old = await history("--vessel", "735000001", "--sentences");
  assert.equal(old.out.toString(), "");
  assert.match(old.err, /1 position whose sentence is not in the journal any more/);
  const place = row[1].split(",")[row[0].split(",").indexOf("place")];
  assert.equal((await run(["evidence", "--data", folder, "--place", place, "-o", join(folder, "bundle")])).code, 1);
  const fresh = await history("--vessel", "735000041", "--sentences");
  assert.match((await run(["decode", "-q", "-"], { input: fresh.out })).out.toString(), /735000041/);
  assert.equal((await verify(folder)).code, 0);

  // The archive is shown by the data folder's name as by its own.
  for (const archive of [folder, join(folder, "archive")]) {
    const server = await watch(t, [`tcp://127.0.0.1:${manta.port}?name=Manta`], { options: ["--history", archive] });
    const told = await server.json("/api/v1/history");
    assert.ok(told.archive && told.hours.length > 0, JSON.stringify(told));
    await server.stop();
  }
});

test("two at once in one folder: the second is told and goes", async (t) => {
  const folder = join(dir, "two"), manta = await receiver();
  t.after(() => manta.kill());
  await watch(t, [`tcp://127.0.0.1:${manta.port}`], { options: ["--data", folder] });
  const second = await run(["watch", "--listen", "127.0.0.1:0", "--data", folder, `tcp://127.0.0.1:${manta.port}`]);
  assert.equal(second.code, 1);
  assert.match(second.err, /another process/);
});
