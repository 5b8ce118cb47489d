// Alerts in the real program: found in the simulated sea, told at once, acted on, posted to a webhook; the same with the same
// ids and steps after kill -9; nothing of an exercise among the real ones; wrong rules are told with file and line.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { receiver, run, until, vigia, vigiaFast, watch } from "./lib.mjs";

const folder = mkdtempSync(join(tmpdir(), "vigia-alerts-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// Until noon one number is used by two ships, far apart.
const sea = run(["sim", "--hours", "2", "--vessels", "250"], { bin: vigiaFast }).then((made) => {
  assert.equal(made.code, 0, made.err);
  writeFileSync(join(folder, "sea.nmea"), made.out);
  return made.out;
});

const metric = async (server, name) => Number(new RegExp(`^vigia_${name} (\\S+)$`, "m").exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
const post = async (server, path, body) => {
  const answer = await fetch(server.url + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return { status: answer.status, json: await answer.json() };
};
const everything = async (server) => {
  const { alerts } = await server.json("/api/v1/alerts?state=open,acknowledged,confirmed,dismissed,withdrawn,silenced,held&limit=10000");
  const { events } = await server.json("/api/v1/events?limit=10000");
  return JSON.stringify([alerts, events], null, 1);
};

test("alerts are found, told, acted on and posted; kill -9 changes none of them", async (t) => {
  const text = await sea, told = [];
  const hook = createServer((request, answer) => {
    let body = "";
    request.on("data", (b) => (body += b)).on("end", () => { told.push(JSON.parse(body)); answer.end("ok"); });
  });
  await new Promise((done) => hook.listen(0, "127.0.0.1", done));
  const tcp = await receiver();
  t.after(() => { hook.close(); hook.closeAllConnections?.(); return tcp.kill(); });
  const options = ["--data", join(folder, "data"), "--clock", "data", "--alert-webhook", `http://127.0.0.1:${hook.address().port}/x`];
  const feed = `tcp://127.0.0.1:${tcp.port}?name=sea`;
  const open = () => watch(t, [feed], { options, bin: vigiaFast });

  let server = await open();
  await until("the connection", () => tcp.sockets.size === 1);
  const box = { type: "Feature", properties: { name: "Roads", rule: { on: ["inside"], minutes: 10 } }, geometry: { type: "Polygon", coordinates: [[[-81, -3], [-79.5, -3], [-79.5, 0], [-81, 0], [-81, -3]]] } };
  const put = (features) => fetch(`${server.url}/api/v1/areas`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ type: "FeatureCollection", features }) });
  assert.equal((await put([{ ...box, properties: {} }])).status, 400);
  assert.equal((await put([box])).status, 200); // before anybody is there
  tcp.send(text);
  await until("all of it", async () => (await server.feed("sea")).bytes === Buffer.byteLength(text));
  await until("all of it on the disk", async () => (await metric(server, "storage_synced_bytes_total")) >= Buffer.byteLength(text));
  await until("no event waits", async () => (await metric(server, "alerts_queue")) === 0);
  const { alerts } = await server.json("/api/v1/alerts");
  const identity = alerts.find((a) => a.kind === "identity");
  assert.ok(identity, JSON.stringify(alerts.map((a) => a.kind)));
  assert.ok((await server.json("/api/v1/events?kind=area&limit=10000")).events.some((e) => e.text.startsWith("Roads")));
  assert.ok(identity.event.places.length > 0 && identity.event.innocent.length > 0);
  await until("the webhook", () => told.some((n) => n.id === identity.id && n.what === "opened" && n.title));

  await until("counters", async () => (await metric(server, "behaviours_events_total")) > 0 && (await metric(server, "alert_webhook_posted_total")) > 0);
  assert.equal((await post(server, `/api/v1/alerts/${identity.id}`, { action: "dismiss", who: "Ana" })).status, 400);
  const done = await post(server, `/api/v1/alerts/${identity.id}`, { action: "dismiss", who: "Ana", reason: "known double" });
  assert.equal(done.json.state, "dismissed");
  assert.equal((await post(server, "/api/v1/alerts/rules", { rule: "gate", enabled: false, who: "Ana" })).status, 200);
  const before = await everything(server);
  await server.stop("SIGKILL");

  server = await open();
  await until("no event waits", async () => (await metric(server, "alerts_queue")) === 0);
  assert.equal(await everything(server), before);
  assert.equal((await server.json("/api/v1/areas")).features[0].properties.name, "Roads");
  const { rules } = await server.json("/api/v1/alerts/rules");
  assert.equal(rules.find((r) => r.name === "gate").enabled, false);
});

test("an exercise is no part of the sea", async (t) => {
  await sea;
  const server = await watch(t, [`file:${join(folder, "sea.nmea")}?speed=max&exercise=true`], { bin: vigiaFast });
  await until("the end", async () => (await server.feed()).state === "ended");
  await until("events", async () => (await metric(server, "alerts_opened_total")) > 0 && (await metric(server, "alerts_queue")) === 0);
  assert.equal((await server.json("/api/v1/alerts")).total, 0);
  assert.equal((await server.json("/api/v1/events")).count, 0);
  const { alerts } = await server.json("/api/v1/alerts?exercise=true");
  assert.ok(alerts.length > 0 && alerts.every((a) => a.exercise && a.event.exercise));
});

test("wrong rules and a wrong webhook are told with file, line and what was expected", async () => {
  const file = join(folder, "rules.yaml");
  writeFileSync(file, "rules:\n  - name: r\n    kinds: [nonsense]\n");
  const wrong = await run(["watch", "--no-config", "--alert-rules", file, "stdin:"], { bin: vigia });
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /rules\.yaml:3: kinds: expected kinds of events .*, found 'nonsense'/);
  const missing = await run(["watch", "--no-config", "--alert-rules", join(folder, "none.yaml"), "stdin:"], { bin: vigia });
  assert.equal(missing.code, 2);
  assert.match(missing.err, /alert-rules: .*none\.yaml: No such file/);
  const url = await run(["watch", "--no-config", "--alert-webhook", "ftp://x", "stdin:"], { bin: vigia });
  assert.equal(url.code, 2);
  assert.match(url.err, /alert-webhook: expected a URL that begins with http/);
});
