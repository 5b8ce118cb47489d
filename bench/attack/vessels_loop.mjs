// 20 clients ask for all vessels again and again; /healthz is asked beside them. Real program, loopback, bounded in time.
//
//   node bench/attack/vessels_loop.mjs [VIGIA] [--vessels 190000] [--clients 20] [--seconds 20] [--limit 200]
//
// Prints one line of JSON; exit status 1 if any /healthz took longer than the limit (milliseconds).
import { spawn } from "node:child_process";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2), top = join(dirname(fileURLToPath(import.meta.url)), "../..");
const option = (name, usual) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? usual : Number(args.splice(at, 2)[1]);
};
const vessels = option("vessels", 190000), clients = option("clients", 20), seconds = option("seconds", 20), limit = option("limit", 200);
const vigia = args[0] ?? process.env.VIGIA_BIN ?? join(top, "build/release/vigia");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const server = spawn(vigia, ["watch", "--no-config", "--listen", "127.0.0.1:0", ...(process.env.VIGIA_OPTIONS ?? "--loopback-unlimited").split(" ").filter(Boolean), "stdin:?name=sim"], { stdio: ["pipe", "ignore", "pipe"] });
let log = "";
server.stderr.on("data", (b) => (log += b));
server.stdin.on("error", () => {});
const sim = spawn(vigia, ["sim", "--seed", "1", "--scenario", "load", "--vessels", String(vessels), "--speed", "1", "--forever", "--statics-first"], { stdio: ["ignore", "pipe", "ignore"] });
sim.stdout.on("error", () => {});
sim.stdout.pipe(server.stdin);
const end = (code) => {
  sim.kill();
  server.kill();
  process.exitCode = code;
};

while (!/listening on http:\/\/[^\s/]+/.test(log)) await sleep(50);
const port = Number(/listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log)[1]);

/** One answer: its bytes are counted and thrown away. */
function ask(path, headers = {}) {
  const begun = performance.now();
  return new Promise((done) => {
    const rq = request({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on("data", (b) => (bytes += b.length));
      answer.on("end", () => done({ status: answer.statusCode, bytes, ms: performance.now() - begun }));
      answer.on("error", () => done({ status: 0, bytes, ms: performance.now() - begun }));
    });
    rq.on("error", () => done({ status: 0, bytes: 0, ms: performance.now() - begun }));
    rq.end();
  });
}

/** The clients run in a process of their own: parsing hundreds of megabytes would delay our own clock. */
if (process.env.VIGIA_LOOP_PORT === undefined) {
  const metric = async (name) => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(new RegExp(`^vigia_${name} (\\S+)`, "m").exec(text)?.[1] ?? NaN);
  };
  const deadline = Date.now() + 180000;
  while ((await metric("vessels")) < vessels && Date.now() < deadline) await sleep(500);
  const there = await metric("vessels");
  const flood = spawn("sh", ["-c", `for i in $(seq ${clients}); do ( end=$(( $(date +%s) + ${seconds} )); while [ $(date +%s) -lt $end ]; do curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' ${process.env.VIGIA_CURL ?? ""} http://127.0.0.1:${port}/api/v1/vessels; done ) & done; wait`], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  flood.stdout.on("data", (b) => (told += b));
  let over = false;
  flood.on("close", () => (over = true));
  const took = [];
  while (!over) {
    const one = await ask("/healthz");
    took.push(one.status === 200 ? one.ms : Infinity);
    await sleep(20);
  }
  took.sort((a, b) => a - b);
  const lines = told.trim().split("\n").map((l) => l.split(" ").map(Number));
  const result = {
    vessels: there, clients, seconds,
    answers: lines.filter((l) => l[0] === 200).length,
    refused: lines.filter((l) => l[0] === 503).length,
    bytes: lines.reduce((sum, l) => sum + (l[1] || 0), 0),
    healthz: { asked: took.length, median_ms: +took[took.length >> 1].toFixed(1), p99_ms: +took[Math.floor(took.length * 0.99)].toFixed(1), worst_ms: +took.at(-1).toFixed(1) },
    limit_ms: limit,
  };
  console.log(JSON.stringify(result));
  end(result.healthz.worst_ms <= limit && there >= vessels ? 0 : 1);
}
