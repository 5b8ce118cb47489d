// The page in headless Chromium, against the real service: the demonstration's world, then 50,000 ships.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { top, until, vigiaFast, watch } from "./lib.mjs";

const page = join(top, "web/dist");

/** The simulator into the service's standard input; its vessels are there before this returns. */
async function simulated(t, vessels, simArgs, watchOptions) {
  const server = await watch(t, ["stdin:?name=sim"], {
    bin: vigiaFast,
    stdin: "pipe",
    options: ["--web", page, ...watchOptions],
  });
  const sim = spawn(vigiaFast, ["sim", "--seed", "1", ...simArgs], { stdio: ["ignore", "pipe", "inherit"] });
  sim.stdout.on("error", () => {});
  sim.stdout.pipe(server.child.stdin).on("error", () => {});
  t.after(() => sim.kill());
  await until(`${vessels} vessels`, async () => (await server.json("/api/v1/status")).vessels >= vessels, 60000);
  return server;
}

async function endToEnd(t, server, shots) {
  const child = spawn(process.execPath, [join(top, "web/tests/e2e.mjs")], {
    env: { ...process.env, VIGIA_URL: server.url, VIGIA_SHOTS: join(process.env.VIGIA_SHOTS ?? join(top, "build/screenshots"), shots) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (b) => (out += b));
  const code = await new Promise((done) => child.on("close", done));
  for (const line of out.trim().split("\n")) t.diagnostic(line);
  assert.equal(code, 0, out);
}

const missing = !existsSync("/usr/bin/chromium") && "Chromium is not installed";

test("the demonstration in a browser", { skip: missing }, async (t) => {
  const server = await simulated(t, 700, ["--speed", "20", "--warm", "60", "--forever"], ["--demo", "--clock", "data"]);
  await endToEnd(t, server, "demo");
});

test("50,000 ships in a browser", { skip: missing }, async (t) => {
  const server = await simulated(t, 50000, ["--scenario", "load", "--vessels", "50000", "--speed", "1", "--forever", "--statics-first"], []);
  await endToEnd(t, server, "load");
});
