// vigia watch: real feeds, a real server, real failures.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, events, positionReport, receiver, recording, run, sleep, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-watch-"));
after(() => rmSync(dir, { recursive: true }));

const ship = (mmsi, lon = -80.5, lat = -1.25, more = {}) => positionReport({ mmsi, lon, lat, speed: 7.5, course: 90, ...more });
const has = (server, mmsi) => async () =>
  (await server.json("/api/v1/vessels")).vessels.find((v) => v.mmsi === mmsi);

test("every vessel that decode finds a valid position for is in the picture", async (t) => {
  const corpus = recording("data/ais/corpus.nmea", t);
  if (!corpus) return;
  const decoded = (await run(["decode", "-q", corpus])).out.toString().split("\n").filter(Boolean).map((l) => JSON.parse(l));
  const placed = decoded.filter((m) => m.lon != null && m.lat != null && Math.abs(m.lon) <= 180 && Math.abs(m.lat) <= 90);
  const want = new Set(placed.map((m) => m.mmsi));
  const server = await watch(t, [`file:${corpus}`]);
  await until("the log is read", async () => (await server.feed()).state === "ended", 60000);
  const missing = await until("all are shown", async () => {
    const shown = new Set((await server.json("/api/v1/vessels")).vessels.filter((v) => v.lon != null).map((v) => v.mmsi));
    const left = [...want].filter((mmsi) => !shown.has(mmsi));
    return left.length === 0 ? "none" : undefined;
  });
  assert.equal(missing, "none");
  assert.ok(want.size > 10000, `${want.size} vessels`);
});

test("a TCP feed that is killed and restored recovers within its back-off", async (t) => {
  const first = await receiver();
  const server = await watch(t, [`tcp://127.0.0.1:${first.port}?name=Manta`]);
  await until("connected", () => first.sockets.size === 1);
  first.send(ship(735000001));
  await until("the ship is shown", has(server, 735000001));
  first.send(ship(735000002).slice(0, 20)); // half a sentence, then the line is cut
  await first.kill();
  await until("down", async () => (await server.feed("Manta")).state !== "live");
  const second = await receiver(first.port);
  t.after(() => second.kill());
  await until("reconnected", () => second.sockets.size === 1, 31000);
  second.send(ship(735000003));
  await until("the next ship is shown", has(server, 735000003));
  const feed = await server.feed("Manta");
  assert.equal(feed.state, "live");
  assert.ok(feed.reconnects >= 1);
  assert.ok(!(await has(server, 735000002)()), "the halves of two connections are not joined");
});

test("a feed that is connected but silent is flagged in feeds, metrics and events, and cleared by the next byte", async (t) => {
  const silent = await receiver();
  t.after(() => silent.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${silent.port}?name=Salinas&stall=1`]);
  const notices = await events(t, server.url);
  await until("stalled", async () => (await server.feed("Salinas")).state === "stalled", 15000);
  assert.match(await (await fetch(server.url + "/metrics")).text(), /vigia_feed_\w*stalled\w*\{feed="Salinas"\} 1|state="stalled"\} 1/);
  await until("told", () => notices.find((n) => n.event === "feed" && n.data.state === "stalled" && n.data.feed === "Salinas"));
  assert.match(server.log, /Salinas: stalled/);
  silent.send(ship(735000004));
  await until("live again", async () => (await server.feed("Salinas")).state === "live");
});

test("many feeds at once: UDP, TCP both ways, a file and standard input, each with its own name and counts", async (t) => {
  const caller = await receiver();
  t.after(() => caller.kill());
  const log = join(dir, "log.nmea");
  writeFileSync(log, ship(735000013));
  const server = await watch(
    t,
    [`udp://127.0.0.1:40110?name=u`, `tcp://127.0.0.1:${caller.port}?name=c`, `tcp-listen://127.0.0.1:40111?name=l`, `file:${log}?name=f`, `stdin:?name=s`],
    { stdin: "pipe" },
  );
  await until("connected", () => caller.sockets.size === 1);
  const udp = createSocket("udp4");
  const sender = await connect(40111);
  t.after(() => (udp.close(), sender.destroy()));
  caller.send(ship(735000010));
  udp.send(ship(735000011), 40110, "127.0.0.1");
  sender.write(ship(735000012));
  server.child.stdin.write(ship(735000014));
  for (const [mmsi, source] of [[735000010, "c"], [735000011, "u"], [735000012, "l"], [735000013, "f"], [735000014, "s"]])
    assert.equal((await until(`ship ${mmsi}`, has(server, mmsi))).source, source);
  for (const name of ["c", "u", "l", "f", "s"])
    await until(`counts of ${name}`, async () => (await server.feed(name)).messages === 1);
});

test("bad input is counted by reason and source with an example, and the rest goes on", async (t) => {
  const radio = await receiver();
  t.after(() => radio.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${radio.port}?name=r`]);
  await until("connected", () => radio.sockets.size === 1);
  radio.send(ship(735000020).replace(/\*../, "*00"));
  radio.send("!AIVDM,1,1,,A\r\n\x00\x01\x02\xff\r\n" + "y".repeat(1 << 20) + "\r\n");
  radio.send(ship(735000021));
  await until("the good ship", has(server, 735000021));
  const refused = Object.fromEntries((await until("counts", async () => {
    const f = await server.feed("r");
    return f.refused.length >= 4 && f;
  })).refused.map((r) => [r.reason, r]));
  for (const reason of ["checksum", "truncated", "binary", "too_long"]) assert.equal(refused[reason]?.count, 1, reason);
  assert.match(refused.checksum.example, /^!AIVDM.*\*00$/);
  assert.ok(!(await has(server, 735000020)()));
});

test("a distress device is told at once, a test as a test, an ordinary ship never", async (t) => {
  const radio = await receiver();
  t.after(() => radio.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${radio.port}?name=r`]);
  await until("connected", () => radio.sockets.size === 1);
  const notices = await events(t, server.url);
  await until("hello", () => notices.find((n) => n.event === "hello"));
  radio.send(ship(735000030, -80.5, -1.25, { status: 14 }));
  radio.send(ship(970123456, -80.9, -2.1, { status: 14, speed: 0 }));
  radio.send(ship(972123456, -80.8, -2.1, { status: 15, speed: 0 }));
  const of = (mmsi) => notices.filter((n) => n.event === "distress" && n.data.mmsi === mmsi).map((n) => n.data);
  await until("active", () => of(970123456).find((d) => d.state === "active" && d.class === "sart"));
  await until("test", () => of(972123456).find((d) => d.state === "test" && d.class === "mob"));
  assert.equal(of(735000030).length, 0);
  assert.equal((await until("in the picture", has(server, 970123456))).distress, "active");
  const late = await events(t, server.url); // somebody who comes later is told too
  await until("told on connecting", () => late.find((n) => n.event === "distress" && n.data.mmsi === 970123456));
});

test("a position that no vessel could reach is held apart", async (t) => {
  const radio = await receiver();
  t.after(() => radio.kill());
  const server = await watch(t, [`tcp://127.0.0.1:${radio.port}?name=r`]);
  await until("connected", () => radio.sockets.size === 1);
  radio.send(ship(735000040, -80.5, -1.25) + ship(735000040, -20, 40));
  const v = await until("held", async () => {
    const one = await server.json("/api/v1/vessels/735000040").catch(() => undefined);
    return one?.held && one;
  });
  assert.deepEqual([v.lon, v.lat, v.held.lon, v.held.lat], [-80.5, -1.25, -20, 40]);
  assert.equal(v.reported.position.source, "r");
  assert.equal(v.reported.position.message, 1);
});

test("what can't start says so in one sentence and exits non-zero", async (t) => {
  const busy = await receiver();
  t.after(() => busy.kill());
  const cases = [
    [["watch", "--listen", `127.0.0.1:${busy.port}`, "-"], 1, /in use/i],
    [["watch", "--listen", "127.0.0.1:99999", "-"], 2, /port 0 to 65535/],
    [["watch", "--listen", "127.0.0.1:0", "/nonexistent.nmea"], 1, /no such file/i],
    [["watch", "--listen", "127.0.0.1:0", `tcp-listen://127.0.0.1:${busy.port}`], 1, /in use/i],
    [["watch", "--listen", "0.0.0.0:0", "-"], 2, /--trust-network/],
    [["watch", "--listen", "[::]:0", "-"], 2, /--trust-network/],
    [["watch"], 2, /feed/],
    [["watch", "udp://127.0.0.1:notaport"], 2, /port/i],
    [["watch", "gopher://x"], 2, /./],
    [["watch", "serial:"], 2, /./],
    [["watch", "--vessels", "0", "-"], 2, /vessels|0/],
    [["watch", "--nothing", "-"], 2, /nothing/],
  ];
  for (const [args, code, words] of cases) {
    const r = await run(args, { timeout: 20000 });
    assert.equal(r.code, code, `${args.join(" ")}: ${r.err}`);
    assert.match(r.err, words, args.join(" "));
    assert.doesNotMatch(r.err, /Sanitizer|runtime error/);
    assert.ok(r.err.trim().split("\n").length <= 2, r.err);
  }
});

test("signals end it in order, with exit 0", async (t) => {
  for (const signal of ["SIGTERM", "SIGINT"]) {
    const server = await watch(t, ["udp://127.0.0.1:0"]);
    const notices = await events(t, server.url); // an open stream must not hold it up
    await until("hello", () => notices.length > 0);
    const begun = Date.now();
    assert.deepEqual(await server.stop(signal), { code: 0, signal: null });
    assert.ok(Date.now() - begun < 15000);
  }
});

test("a log with times of its own is replayed at their pace, and faster on demand", async (t) => {
  const log = join(dir, "timed.nmea");
  const at = 1763788800;
  const line = (s, mmsi) => {
    const tag = `c:${at + s}`;
    const sum = [...tag].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0");
    return `\\${tag}*${sum}\\${ship(mmsi)}`;
  };
  writeFileSync(log, line(0, 735000051) + line(30, 735000052));
  const slow = await watch(t, [log]);
  await until("the first", has(slow, 735000051));
  await sleep(1500);
  assert.ok(!(await has(slow, 735000052)()), "30 s are not over");
  assert.equal((await slow.json("/api/v1/status")).clock, "data");
  const fast = await watch(t, [`file:${log}?speed=20`]);
  const v = await until("the second, twenty times as fast", has(fast, 735000052), 15000);
  assert.equal(v.time, "2025-11-22T05:20:30Z");
});
