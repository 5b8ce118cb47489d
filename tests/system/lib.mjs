// What the system tests share: the program as a child process, waiting for conditions, a little HTTP.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const vigia = process.env.VIGIA_BIN ?? join(top, "build/asan/vigia");
export const vigiaFast = process.env.VIGIA_BIN_FAST ?? join(top, "build/release/vigia");
const shared = join(top, "../shared");

/** The path of a recording, or null (and the test says that it skips). */
export function recording(path, t) {
  const full = join(shared, path);
  if (existsSync(full)) return full;
  t?.skip(`${path} is absent: recordings are not part of the project`);
  return null;
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Calls `probe` until it gives something true; throws with its last word after `ms`. */
export async function until(what, probe, ms = 30000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms for: ${what} (last: ${String(last?.message ?? last)})`);
    await sleep(50);
  }
}

/** Runs the program to its end. `input` goes to standard input. */
export function run(args, { input, bin = vigia, timeout = 120000, env = {} } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(bin, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
    const out = [], err = [];
    const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
    child.stdout.on("data", (b) => out.push(b));
    child.stderr.on("data", (b) => err.push(b));
    child.stdin.on("error", () => {}); // it need not read all
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, out: Buffer.concat(out), err: Buffer.concat(err).toString() });
    });
    child.stdin.end(input ?? "");
  });
}

/** `vigia watch` on a free port. Ends with the test; a sanitizer's report or a wrong exit fails the test then. */
export async function watch(t, feeds, { options = [], bin = vigia, stdin = "ignore" } = {}) {
  const child = spawn(bin, ["watch", "--listen", "127.0.0.1:0", ...options, ...feeds], {
    stdio: [stdin, "ignore", "pipe"],
  });
  const server = { child, log: "", url: "" };
  const ended = new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
  child.stderr.on("data", (b) => (server.log += b));
  server.stop = async (signal = "SIGTERM") => {
    child.kill(signal);
    return ended;
  };
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const end = await server.stop();
      if (end.code !== 0) throw new Error(`vigia watch ended with ${JSON.stringify(end)}:\n${server.log}`);
    }
    if (/runtime error|Sanitizer/.test(server.log)) throw new Error(server.log);
  });
  await until("the server listens", () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${server.log}`);
    server.url = /listening on (http:\/\/[^/\s]+)/.exec(server.log)?.[1];
    return server.url;
  });
  server.json = async (path) => {
    const answer = await fetch(server.url + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  server.feed = async (name) => (await server.json("/api/v1/feeds")).feeds.find((f) => !name || f.name === name);
  return server;
}

/** A TCP server that plays a receiver. */
export async function receiver(port = 0) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((done, fail) => server.on("error", fail).listen(port, "127.0.0.1", done));
  return {
    port: server.address().port,
    sockets,
    send: (text) => sockets.forEach((s) => s.write(text)),
    kill: () =>
      new Promise((done) => {
        server.close(done);
        sockets.forEach((s) => s.destroy());
      }),
  };
}

export function connect(port) {
  return new Promise((done, fail) => {
    const socket = createConnection({ port, host: "127.0.0.1" }, () => done(socket)).on("error", fail);
  });
}

/** Server-sent events as they come. */
export async function events(t, url, headers = {}) {
  const abort = new AbortController();
  const list = [];
  const answer = await fetch(url + "/api/v1/notices", { signal: abort.signal, headers });
  (async () => {
    let text = "";
    for await (const chunk of answer.body) {
      text += Buffer.from(chunk).toString();
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const field = (name) => new RegExp(`^${name}: ?(.*)$`, "m").exec(text.slice(0, end))?.[1];
        if (field("data")) list.push({ id: field("id"), event: field("event"), data: JSON.parse(field("data")) });
      }
    }
  })().catch(() => {});
  t.after(() => abort.abort());
  return list;
}

/** One AIS sentence of type 1 from scratch: the tests' own encoder. */
export function positionReport({ mmsi, lon, lat, speed = 0, course = 360, status = 0, heading = 511 }) {
  let bits = "";
  const put = (v, w) => (bits += (BigInt.asUintN(w, BigInt(Math.round(v)))).toString(2).padStart(w, "0"));
  put(1, 6), put(0, 2), put(mmsi, 30), put(status, 4), put(-128, 8), put(speed * 10, 10), put(0, 1);
  put(lon * 600000, 28), put(lat * 600000, 27), put(course * 10, 12), put(heading, 9), put(60, 6), put(0, 25);
  let payload = "";
  for (let i = 0; i < bits.length; i += 6) {
    const v = parseInt(bits.slice(i, i + 6), 2);
    payload += String.fromCharCode(v < 40 ? v + 48 : v + 56);
  }
  const body = `AIVDM,1,1,,A,${payload},0`;
  let sum = 0;
  for (const c of body) sum ^= c.charCodeAt(0);
  return `!${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}
