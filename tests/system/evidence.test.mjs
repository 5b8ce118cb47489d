// Every alert of the demonstration opens with evidence that `vigia verify` accepts, as one alert and as a case; without what it
// rests on it is refused. The sea and its radars are those of ./run, faster.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run, until, vigia, vigiaFast, watch } from "./lib.mjs";

const folder = mkdtempSync(join(tmpdir(), "vigia-evidence-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const DATA_MINUTES = 150, SPEED = 1500;

async function freePort() {
  const socket = createSocket("udp4");
  await new Promise((done) => socket.bind(0, "127.0.0.1", done));
  const { port } = socket.address();
  await new Promise((done) => socket.close(done));
  return port;
}

test("every alert of the demonstration opens with evidence that verifies", async (t) => {
  const radars = [], feeds = [], data = join(folder, "data"), sensors = join(folder, "sensors.yaml");
  for (const name of ["Manta", "Salinas"]) {
    const url = `udp://127.0.0.1:${await freePort()}?name=${name}`;
    radars.push("--radars", `ttm:${name}=${url}`);
    feeds.push(url);
  }
  assert.equal((await run(["sim", "--hours", "0", ...radars, "--sensors-out", sensors], { bin: vigiaFast })).code, 0);
  const options = ["--demo", "--clock", "data", "--data", data];
  let server = await watch(t, ["stdin:?name=Demo", ...feeds], { options: [...options, "--sensors", sensors], bin: vigiaFast, stdin: "pipe" });
  const sim = spawn(vigiaFast, ["sim", "--seed", "1", "--vessels", "300", "--speed", `${SPEED}`, "--warm", "60", "--damage", "0.1", "--forever", ...radars], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => sim.kill());
  server.child.stdin.on("error", () => {}); // it ends first
  sim.stdout.on("error", () => {}).pipe(server.child.stdin);
  const began = await until("the first time", async () => Date.parse((await server.json("/api/v1/status")).time));
  await until("minutes of data", async () => Date.parse((await server.json("/api/v1/status")).time) - began > DATA_MINUTES * 60000);
  sim.kill();
  await server.stop(); // all is signed then

  server = await watch(t, ["stdin:"], { options, bin: vigiaFast });
  const { alerts } = await server.json("/api/v1/alerts?state=open,acknowledged,confirmed,dismissed,withdrawn,silenced,held&limit=10000");
  const { events } = await server.json("/api/v1/events?limit=10000");
  assert.ok(alerts.length >= 3, `${alerts.length} alerts`);
  assert.deepEqual(events.filter(({ places }) => places.length === 0).map(({ kind, id }) => `${kind} ${id}`), []);
  const key = join(data, "journal/key.pub"), file = join(folder, "bundle.json");
  for (const { id, kind } of alerts) {
    const detail = await server.json(`/api/v1/alerts/${id}`), what = `${kind} ${id}: ${JSON.stringify(detail.evidence).slice(0, 300)}`;
    assert.equal(detail.evidence.bundle, true, what);
    assert.ok(detail.evidence.sentences.length > 0 && detail.evidence.sentences.every(({ sentence, time, source }) => sentence && time && source), what);
    assert.ok(Object.keys(detail.reception).length >= 2, what);
    const answer = await fetch(`${server.url}/api/v1/alerts/${id}/evidence`);
    assert.equal(answer.headers.get("content-disposition"), `attachment; filename="alert-${id}.json"`);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    const verified = await run(["verify", file, "--key", key], { bin: vigiaFast });
    assert.equal(verified.code, 0, `${what}\n${verified.out}`);
  }
  const some = alerts.slice(0, 3).map(({ id }) => id);
  const answer = await fetch(`${server.url}/api/v1/cases`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "Demo", notes: "", who: "Ana", language: "es", alerts: some }) });
  assert.equal(answer.status, 200);
  const html = await answer.text(), exhibit = join(folder, "case.html");
  writeFileSync(exhibit, html);
  assert.equal((await run(["verify", exhibit, "--key", key], { bin: vigia })).code, 0);
  writeFileSync(exhibit, html.replace("Ana", "Eva"));
  const changed = await run(["verify", exhibit, "--key", key], { bin: vigia });
  assert.equal(changed.code, 1);
  assert.match(changed.out.toString(), /^exhibit +the document is not the one that was signed/m);
  const explained = await run(["explain", some[0], "--data", data, "--json"], { bin: vigia });
  assert.equal(explained.code, 0, explained.err);
  assert.equal(JSON.parse(explained.out).history.at(-1).what, "exported");
  assert.ok(readFileSync(key, "utf8").startsWith("vigia-journal/"));
});
