// What the attacks share: sentences from scratch, and the program as it is shipped.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";

export const top = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
export const vigia = process.env.VIGIA_BIN ?? join(top, "build/release/vigia");
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Bits {
  constructor(bytes) { this.bits = new Uint8Array(bytes); this.n = 0; }
  put(value, width) {
    let v = BigInt.asUintN(width, BigInt(Math.round(value)));
    for (let i = width - 1; i >= 0; i--, v >>= 1n) this.bits[this.n + i] = Number(v & 1n);
    this.n += width;
    return this;
  }
  sentence(tag = "") {
    let payload = "";
    const fill = (6 - (this.n % 6)) % 6;
    for (let i = 0; i < this.n; i += 6) {
      let v = 0;
      for (let k = 0; k < 6; k++) v = v * 2 + this.bits[i + k];
      payload += String.fromCharCode(v < 40 ? v + 48 : v + 56);
    }
    const body = `AIVDM,1,1,,A,${payload},${fill}`;
    return `${tag && `\\${tag}*${sum(tag)}\\`}!${body}*${sum(body)}\r\n`;
  }
}

function sum(text) {
  let s = 0;
  for (let i = 0; i < text.length; i++) s ^= text.charCodeAt(i);
  return s.toString(16).toUpperCase().padStart(2, "0");
}

/** `s:STATION,c:SECONDS` */
export const tag = (seconds, station) => (station ? `s:${station},c:${seconds}` : `c:${seconds}`);

/** Type 1: a ship, or with an MMSI 970… and status 14 a beacon that calls. */
export function position({ mmsi, lon, lat, status = 0, speed = 5 }, tagText) {
  const b = new Bits(180);
  b.put(1, 6).put(0, 2).put(mmsi, 30).put(status, 4).put(-128, 8).put(speed * 10, 10).put(0, 1).put(lon * 600000, 28).put(lat * 600000, 27);
  return b.put(900, 12).put(90, 9).put(60, 6).put(0, 25).sentence(tagText);
}

/** Type 18: class B. */
export function positionB({ mmsi, lon, lat, speed = 5 }, tagText) {
  const b = new Bits(180);
  b.put(18, 6).put(0, 2).put(mmsi, 30).put(0, 8).put(speed * 10, 10).put(0, 1).put(lon * 600000, 28).put(lat * 600000, 27);
  return b.put(900, 12).put(90, 9).put(60, 6).put(0, 29).sentence(tagText);
}

/** Type 4: a base station without a time of its own. */
export function base({ mmsi, lon, lat }, tagText) {
  const b = new Bits(180);
  b.put(4, 6).put(0, 2).put(mmsi, 30).put(0, 14).put(0, 4).put(0, 5).put(24, 5).put(60, 6).put(60, 6).put(0, 1);
  return b.put(lon * 600000, 28).put(lat * 600000, 27).put(1, 4).put(0, 29).sentence(tagText);
}

/** Writes lines to a file as they come, without holding them. */
export async function write(path, lines) {
  const file = createWriteStream(path);
  let chunk = "";
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 1 << 20) continue;
    if (!file.write(chunk)) await once(file, "drain");
    chunk = "";
  }
  file.end(chunk);
  await once(file, "finish");
}

const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** `vigia watch` on a free port. `stop()` gives its exit status and how long that took. */
export async function watch(args, { port = 0 } = {}) {
  const child = spawn(vigia, ["watch", "--no-config", "--listen", `127.0.0.1:${port}`, ...args], { stdio: ["pipe", "ignore", "pipe"] });
  const server = { child, log: "", url: "" };
  const ended = new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
  child.stderr.on("data", (b) => (server.log += b));
  child.stdin.on("error", () => {});
  children.add(child);
  const end = Date.now() + 60000;
  while (!server.url) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`it doesn't listen: ${server.log}`);
    server.url = /listening on (http:\/\/[^/\s]+)/.exec(server.log)?.[1] ?? "";
    await sleep(20);
  }
  server.json = async (path) => (await fetch(server.url + path)).json();
  server.stop = async (signal = "SIGTERM") => {
    const from = performance.now();
    child.kill(signal);
    return { ...(await ended), seconds: (performance.now() - from) / 1000 };
  };
  return server;
}

/** Waits until a recording was read to its end. */
export async function readWhole(server) {
  for (;;) {
    const { feeds } = await server.json("/api/v1/feeds");
    if (feeds.every((feed) => feed.state === "ended")) return feeds;
    await sleep(200);
  }
}

let failed = 0;
/** A line of the table; a bar that isn't met makes the whole exit with 1. */
export function bar(what, met, seen) {
  if (!met) failed++;
  console.log(`${met ? "met    " : "NOT MET"} ${what}: ${seen}`);
}
process.on("exit", (code) => { if (!code && failed) process.exitCode = 1; });
