// Invented contacts against a full picture: of 2,000 ships that had been heard for ten minutes, how many remain?
//   node bench/attack/floods.mjs [NAME]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bar, base, position, positionB, readWhole, tag, watch, write } from "./lib.mjs";

const SHIPS = 2000, START = Math.floor(Date.now() / 1000) - 7200, FLOOD_S = 1200;
const ship = (i, t) => ({ mmsi: 735000000 + i, lon: -90 + (i % 50) / 5 + (t - START) * 2e-5, lat: -5 + Math.floor(i / 50) / 5 });
const spread = (i) => ({ lon: -95 + ((i * 7919) % 20000) / 1000, lat: -10 + ((i * 104729) % 15000) / 1000 });

/** What is invented: how many, each as a sentence. */
const floods = {
  "beacons, another source": { count: 240000, of: (i, t) => position({ mmsi: 970000000 + i, ...spread(i), status: 14, speed: 0 }, tag(t, "sham")) },
  "beacons, the ships' own source": { count: 240000, of: (i, t) => position({ mmsi: 970000000 + i, ...spread(i), status: 14, speed: 0 }, tag(t, "manta")) },
  "beacons, invented stations": { count: 240000, of: (i, t) => position({ mmsi: 970000000 + i, ...spread(i), status: 14, speed: 0 }, tag(t, `x${i % 5000}`)) },
  "tests of beacons": { count: 240000, of: (i, t) => position({ mmsi: 970000000 + i, ...spread(i), status: 15, speed: 0 }, tag(t, "sham")) },
  "ships, another source": { count: 300000, of: (i, t) => position({ mmsi: 412000000 + i, ...spread(i) }, tag(t, "sham")) },
  "ships, the ships' own source": { count: 300000, of: (i, t) => position({ mmsi: 412000000 + i, ...spread(i) }, tag(t, "manta")) },
  "ships, invented stations": { count: 300000, of: (i, t) => position({ mmsi: 412000000 + i, ...spread(i) }, tag(t, `x${i % 5000}`)) },
  "ships of class B": { count: 300000, of: (i, t) => positionB({ mmsi: 412000000 + i, ...spread(i) }, tag(t, "manta")) },
  "base stations": { count: 300000, of: (i, t) => base({ mmsi: 2000000 + i, ...spread(i) }, tag(t, "manta")) },
};

function* lines(flood) {
  for (let t = START; t < START + 720; t += 60) for (let i = 0; i < SHIPS; i++) yield position(ship(i, t), tag(t, "manta"));
  const from = START + 720, each = flood.count / FLOOD_S;
  let said = 0;
  for (let s = 0; s < FLOOD_S; s++) {
    if (s % 180 === 0) for (let i = 0; i < SHIPS; i++) yield position(ship(i, from + s), tag(from + s, "manta"));
    for (; said < Math.min(flood.count, (s + 1) * each); said++) yield flood.of(said, from + s);
  }
}

const folder = mkdtempSync(join(tmpdir(), "vigia-floods-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const [name, flood] of Object.entries(floods)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  const log = join(folder, "log.nmea");
  await write(log, lines(flood));
  const server = await watch(["--clock", "data", `file:${log}?speed=max`]);
  await readWhole(server);
  const status = await server.json("/api/v1/status");
  const { vessels } = await server.json("/api/v1/vessels?limit=200000");
  const remain = vessels.filter((v) => v.mmsi >= 735000000 && v.mmsi < 735000000 + SHIPS).length;
  const again = await fetch(`${server.url}/metrics`).then((a) => a.text());
  const { seconds } = await server.stop();
  bar(`${flood.count} ${name}`, remain >= 0.99 * SHIPS,
    `${remain} of ${SHIPS} ships remain among ${status.vessels}; turned away ${status.turned_away?.total ?? "not told"}; stopped in ${seconds.toFixed(1)} s; sources ${/^vigia_sources (\d+)/m.exec(again)?.[1] ?? "?"}`);
}
