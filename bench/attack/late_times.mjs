// 20,000 sentences, each with another time of the last thirty years, live and by `vigia ingest`: how many files does the archive
// have, and how long does it take to stop while it works on them?
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bar, position, readWhole, sleep, tag, vigia, watch, write } from "./lib.mjs";

const COUNT = 20000, MOST_FILES = 100, MOST_SECONDS = 5;
const folder = mkdtempSync(join(tmpdir(), "vigia-late-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const files = (dir) => readdirSync(dir, { recursive: true }).filter((name) => name.endsWith(".parquet") && statSync(join(dir, name)).isFile()).length;

function* lines(step) {
  const now = Math.floor(Date.now() / 1000), span = now - Date.UTC(1996, 0, 1) / 1000;
  for (let i = 0; i < COUNT; i++) yield position({ mmsi: 735000000 + (i % 500), lon: -80 - (i % 100) / 50, lat: -(i % 97) / 40 }, tag(now - ((i * step) % span) - 3600, "manta"));
}
const rows = (data) => Number(execFileSync(vigia, ["history", "-q", "--data", data, "--format", "csv", "--from", "1996-01-01"], { maxBuffer: 1 << 28 }).toString().split("\n").length - 2);

const log = join(folder, "late.nmea");
await write(log, lines(7919 * 6007));
{
  const data = join(folder, "ingested"), from = performance.now();
  const done = spawnSync(vigia, ["ingest", "--data", data, log], { encoding: "utf8" });
  bar("ingest of 20,000 random times", done.status === 0 && files(join(data, "archive")) <= MOST_FILES, `${files(join(data, "archive"))} files, ${rows(data)} rows, ${((performance.now() - from) / 1000).toFixed(1)} s`);
}
{
  const data = join(folder, "live");
  const server = await watch(["--data", data, "--clock", "data", `file:${log}?speed=max`]);
  await readWhole(server);
  await sleep(Number(process.env.LATE_WAIT_MS ?? 3000));
  const { seconds, code } = await server.stop();
  bar("live: files, and the stop", code === 0 && seconds <= MOST_SECONDS && files(join(data, "archive")) <= MOST_FILES, `stopped in ${seconds.toFixed(1)} s, ${files(join(data, "archive"))} files`);
  const again = await watch(["--data", data, "stdin:?name=manta"]);
  await sleep(Number(process.env.LATE_WAIT_MS ?? 3000) * 3);
  const end = await again.stop();
  bar("the next start archives the rest", files(join(data, "archive")) <= MOST_FILES && rows(data) === COUNT, `${rows(data)} rows, ${files(join(data, "archive"))} files, stopped in ${end.seconds.toFixed(1)} s`);
}
