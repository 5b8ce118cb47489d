// Floods of what is invented, against the real program: who is real stays, and people can still read what is told.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { events, positionReport, receiver, until, watch } from "./lib.mjs";

const dir = mkdtempSync(join(tmpdir(), "vigia-flood-"));
after(() => rmSync(dir, { recursive: true }));

const beacon = (mmsi, more = {}) => positionReport({ mmsi, lon: -80, lat: -2, status: 14, ...more });

/** A sentence with a tag block: its time, and the station that heard it. */
function tagged(sentence, unix_s, station) {
  const tag = `c:${unix_s}${station ? `,s:${station}` : ""}`;
  let sum = 0;
  for (const c of tag) sum ^= c.charCodeAt(0);
  return `\\${tag}*${sum.toString(16).toUpperCase().padStart(2, "0")}\\${sentence}`;
}

test("300 beacons are a dozen lines and events, a quiet feed's call is heard beside them, and all are in the list", async (t) => {
  const loud = await receiver(), quiet = await receiver();
  t.after(() => Promise.all([loud.kill(), quiet.kill()]));
  const server = await watch(t, [`tcp://127.0.0.1:${loud.port}?name=Loud`, `tcp://127.0.0.1:${quiet.port}?name=Quiet`]);
  await until("connected", () => loud.sockets.size === 1 && quiet.sockets.size === 1);
  const told = await events(t, server.url);
  await until("greeted", () => told.length > 0);
  for (let i = 0; i < 300; i++) loud.send(beacon(970000000 + i));
  const group = await until("a group", () => told.find((n) => n.event === "distress_group" && n.data.calling === 300), 20000);
  quiet.send(beacon(970999999, { lon: -79 }));
  const call = await until("the quiet feed's call", () => told.find((n) => n.event === "distress" && n.data.mmsi === 970999999));
  assert.equal(call.data.source, "Quiet");
  assert.deepEqual(Object.keys(group.data), ["time", "since", "active", "test", "ended", "calling", "sources"]);
  const single = (list) => list.filter((n) => n.event === "distress");
  assert.equal(group.data.active + single(told).length - 1, 300);
  assert.deepEqual(group.data.sources, [{ source: "Loud", count: group.data.active }]);
  assert.ok(single(told).length <= 12, `${single(told).length} were told one by one`);
  const lines = server.log.split("\n").filter((line) => /distress/.test(line));
  assert.ok(lines.length <= 20, lines.join("\n"));
  assert.match(server.log, /distress devices, not told one by one since \S+: 2\d\d active, 0 test, 0 ended; 300 call now; most from Loud/);
  await until("all in the list", async () =>
    (await server.json("/api/v1/vessels?class=sart")).vessels.filter((v) => v.distress === "active").length === 301);
  const late = await events(t, server.url); // who comes now is told the newest ten and the whole
  const whole = await until("the whole", () => late.find((n) => n.event === "distress_group"));
  assert.equal(single(late).length, 10);
  assert.ok(whole.data.calling === 301 && late.some((n) => n.event === "left_out" && n.data.distress === 291));
});

test("real ships stay in a full table under invented beacons, ships and stations", async (t) => {
  const from = 1700000000, real = 100, lines = [];
  const ship = (i, s) => positionReport({ mmsi: 735000000 + i, lon: -81 + i * 0.01, lat: -3 + s * 1e-5, speed: 5 });
  for (let s = 0; s <= 660; s += 110) for (let i = 0; i < real; i++) lines.push(tagged(ship(i, s), from + s, "roof"));
  for (let i = 0; i < 2000; i++) lines.push(tagged(beacon(970100000 + i), from + 670 + (i >> 7), "roof"));
  for (let i = 0; i < 2000; i++) {
    const s = from + 690 + (i >> 7), fake = positionReport({ mmsi: 412000000 + i, lon: 10, lat: 10, speed: 9 });
    lines.push(tagged(fake, s, `x${i}`));
  }
  const log = join(dir, "flood.nmea");
  writeFileSync(log, lines.join(""));
  const server = await watch(t, [`file:${log}?name=Manta&speed=max`], { options: ["--vessels", "1000"] });
  await until("the log is read", async () => (await server.feed()).state === "ended", 60000);
  const status = await until("published", async () => {
    const now = await server.json("/api/v1/status");
    return now.turned_away.total >= 3100 && now;
  });
  const shown = (await server.json("/api/v1/vessels")).vessels;
  assert.equal(shown.filter((v) => v.mmsi >= 735000000 && v.mmsi < 735000000 + real).length, real);
  const calling = shown.filter((v) => v.distress === "active").length;
  assert.ok(calling >= 50 && calling <= 51, `${calling} call: a twentieth of the table`);
  const { total, newcomers, established, distress } = status.turned_away;
  assert.ok(total === newcomers + established + distress && distress >= 1900 && established === 0, JSON.stringify(status.turned_away));
  assert.match(await (await fetch(server.url + "/metrics")).text(), /vigia_picture_turned_away_total\{share="distress",known="newcomer"\} \d{4}/);
  await until("the log says it", () => /picture: the table of 1000 contacts is full: \d+ turned away/.test(server.log));
});
