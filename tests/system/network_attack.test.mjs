// Attacks over the network and by names, against the real program: what the transport's own tests can't show.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { positionReport, run, until, watch } from "./lib.mjs";

/** What misleads a terminal, a spreadsheet or the eye: C0, DEL, C1, line separators, what turns text around, no width. */
const harmful = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const name = "\u001b]0;x\u0007A\u202eB\u2066C";

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "vigia-attack-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A request with the headers that are given and no others of ours; the local address, if given. */
function ask(url, headers = {}, localAddress) {
  return new Promise((done, fail) => {
    const rq = request(url, { headers, localAddress, agent: false, setHost: !headers.Host }, (answer) => {
      let text = "";
      answer.on("data", (b) => (text += b));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text }));
    });
    rq.on("error", fail);
    rq.end();
  });
}

/** Sockets of a listening port by their state in /proc/net/tcp. */
function sockets(port, state) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/tcp", "utf8").split("\n").map((l) => l.trim().split(/\s+/)).filter((f) => f[1]?.endsWith(local) && f[3] === state).length;
}

test("clients that go together are closed together", async (t) => {
  const server = await watch(t, ["udp://127.0.0.1:0"], { options: ["--loopback-unlimited"] });
  const port = Number(new URL(server.url).port), clients = [];
  for (let i = 0; i < 1024; i++) {
    const socket = createConnection({ port, host: "127.0.0.1" }).on("error", () => {});
    clients.push(socket);
    if (i % 128 === 127) await until("they are connected", () => clients.every((c) => !c.connecting));
  }
  await until("all are accepted: each thread has all that it may have", () => readdirSync(`/proc/${server.child.pid}/fd`).length > 1024);
  t.after(() => server.child.kill("SIGCONT")); // whatever fails: a stopped program doesn't end
  server.child.kill("SIGSTOP"); // it learns of all ends at once: of 512 in each thread
  for (const c of clients) c.destroy();
  await until("all have closed", () => sockets(port, "01") === 0);
  server.child.kill("SIGCONT");
  await until("none is left", () => sockets(port, "08") === 0, 5000);
  assert.equal((await ask(`${server.url}/healthz`)).status, 200);
});

test("an address has a number of connections, and others are served", async (t) => {
  const server = await watch(t, ["udp://127.0.0.1:0"], { options: ["--connections-per-address", "5"] });
  const port = Number(new URL(server.url).port);
  const held = await Promise.all(Array.from({ length: 5 }, () => new Promise((done) => {
    const socket = createConnection({ port, host: "127.0.0.1", localAddress: "127.0.0.2" }, () => done(socket));
  })));
  t.after(() => held.forEach((s) => s.destroy()));
  const over = await ask(`${server.url}/healthz`, {}, "127.0.0.2");
  assert.equal(over.status, 503);
  assert.ok(over.headers["retry-after"]);
  assert.equal((await ask(`${server.url}/healthz`, {}, "127.0.0.3")).status, 200);
  const metrics = (await ask(`${server.url}/metrics`, {}, "127.0.0.3")).text;
  assert.match(metrics, /^vigia_http_connections_over_total 1$/m);
});

test("other sites and other names get nothing, on every address", async (t) => {
  for (const listen of [["--host", "watch.example"], ["--listen", "0.0.0.0:0", "--trust-network", "--host", "a.example", "--host", "watch.example"]]) {
    const server = await watch(t, ["udp://127.0.0.1:0"], { options: listen });
    const url = server.url.replace("0.0.0.0", "127.0.0.1"), at = new URL(url).host;
    for (const path of ["/", "/api/v1/vessels", "/api/v1/stream", "/api/v1/notices", "/metrics", "/healthz", "/api/v1/none"]) {
      assert.equal((await ask(url + path, { Host: "evil.example" })).status, 421, path);
      assert.equal((await ask(url + path, { "Sec-Fetch-Site": "cross-site" })).status, 403, path);
      assert.equal((await ask(url + path, { Origin: "null" })).status, 403, path);
      assert.equal((await ask(url + path, { Origin: "https://evil.example" })).status, 403, path);
    }
    for (const host of [at, `localhost:${new URL(url).port}`, "watch.example", "WATCH.example.:443"])
      assert.equal((await ask(`${url}/healthz`, { Host: host })).status, 200, host);
    assert.match((await ask(`${url}/healthz`, { Host: "evil.example" })).text, /--host/);
    assert.equal((await ask(`${url}/healthz`, { "Sec-Fetch-Site": "same-origin", Origin: `http://${at}` })).status, 200);
  }
});

test("no harmful character leaves by any way", async (t) => {
  const dir = folder(t), data = join(dir, "data"), log = join(dir, "log.json");
  const ships = [
    { class: "AIS", type: 1, mmsi: 366000001, lon: -122.5, lat: 37.5, speed: 1, course: 10, timestamp: "2024-05-01T00:00:00Z", rxtime: "20240501000000" },
    { class: "AIS", type: 5, mmsi: 366000001, shipname: name, callsign: "A\u009bB", destination: "X\u2028Y", timestamp: "2024-05-01T00:00:01Z", rxtime: "20240501000001" },
  ];
  writeFileSync(log, ships.map((s) => JSON.stringify(s)).join("\n") + "\n");
  const table = join(dir, "table.csv");
  writeFileSync(table, `MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,TransceiverClass\n366000002,2024-05-01T00:00:00,37.4,-122.4,1.0,20.0,20,${name},,,70,0,10,3,2,70,A\n`);
  const nmea = join(dir, `n\u001b[2J\u202e.nmea`), sentence = positionReport({ mmsi: 366000003, lon: -122.3, lat: 37.3, speed: 1 }).trim();
  const tag = `s:st\u001b]0;y\u0007\u202eZ,c:1714521600`;
  const sum = [...Buffer.from(tag)].reduce((s, c) => s ^ c, 0).toString(16).toUpperCase().padStart(2, "0");
  writeFileSync(nmea, `\\${tag}*${sum}\\${sentence}\r\n!AIVDM,\u001b[31m,bad*00\r\n`);

  const taken = await run(["ingest", "--no-state", "--data", data, log, table, nmea].filter((a) => a !== "--no-state"));
  assert.equal(taken.code, 0, taken.err);
  const said = [["ingest", taken.err.replace(/\r?\n/g, "").replace(/\r\u001b\[K/g, "")]];
  const decoded = await run(["decode", nmea]);
  said.push(["decode", (decoded.out + decoded.err).replace(/\r?\n/g, "").replaceAll("\r\u001b[K", "")]);
  for (const format of ["csv", "json", "geojson", "gpx", "kml"]) {
    const h = await run(["history", "-q", "--data", data, "--format", format, "--from", "2024-05-01", "--to", "2024-05-01"]);
    if (h.code === 0) said.push([`history ${format}`, h.out.toString().replace(/\r?\n|\t/g, "")]);
    else assert.ok(format === "json", `${format}: ${h.err}`);
  }
  copyFileSync(nmea, join(dir, "live.nmea")); // a feed's URL takes no such name
  const server = await watch(t, [`file:${join(dir, "live.nmea")}?name=f`, `tcp-listen://127.0.0.1:0?name=l`], { options: ["--history", data, "--clock", "data"] }).catch((e) => assert.fail(e));
  await until("its vessel", async () => (await server.json("/api/v1/vessels")).vessels.length > 0);
  for (const path of ["/api/v1/vessels", "/api/v1/vessels?format=csv", "/api/v1/contacts", "/api/v1/feeds", "/api/v1/vessels/366000003", "/metrics",
    "/api/v1/history/vessel?mmsi=366000001&at=2024-05-01T00:00:30Z", "/api/v1/history/export?from=2024-05-01&to=2024-05-01&format=csv",
    "/api/v1/history/region?bbox=-123,37,-122,38&at=2024-05-01T00:00:30Z"]) {
    const answer = await ask(server.url + path);
    assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
    const text = answer.headers["content-type"].includes("json") ? JSON.stringify(JSON.parse(answer.text), (k, v) => (typeof v === "string" ? v.replace(harmful, (c) => `BAD${c.codePointAt(0)}`) : v)) : answer.text;
    assert.doesNotMatch(text, /BAD\d/, path);
    said.push([path, text.replace(/\r?\n/g, "")]);
  }
  said.push(["log", server.log.replace(/\n/g, "")]);
  for (const [what, text] of said) assert.doesNotMatch(text, harmful, `${what}: ${JSON.stringify(harmful.exec(text))} in ${JSON.stringify(text.slice(0, 600))}`);
  const all = said.map(([, text]) => text).join("");
  assert.match(all, /\?\]0;x\?A\?B\?C/); // it is there, with its marks
  assert.match(all, /st(\ufffd|\?)\]0;y(\ufffd|\?)(\ufffd|\?)Z/);
});
