// The service's configuration: files, their order, what is wrong in them, and what every command says when called wrongly.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { positionReport, run, top, until, watch } from "./lib.mjs";

/** A folder with files, gone when the test ends. */
function folder(t, files) {
  const dir = mkdtempSync(join(tmpdir(), "vigia-config-"));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "conf.d"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o644 });
  return dir;
}

test("config check names file, line, setting, what was expected and what was found", async (t) => {
  const dir = folder(t, {
    "vigia.yaml": "title: Manta\nkeep-dys: 3\ntick: 5\n",
    "conf.d/10-feeds.yaml": "feeds:\n  - udp://nowhere\n",
  });
  const file = join(dir, "vigia.yaml");
  const answer = await run(["config", "check", file]);
  assert.equal(answer.code, 1);
  assert.equal(answer.out.toString(), "");
  assert.deepEqual(answer.err.trim().split("\n"), [
    `${file}:2: keep-dys: there is no such setting; did you mean 'keep-days'?`,
    `${file}:3: tick: expected a whole number from 20 to 10000, found '5'`,
    `${dir}/conf.d/10-feeds.yaml:2: feeds: feed 'udp://nowhere': a :PORT is missing`,
    "3 problems",
  ]);
});

test("config check is content with what is right, and with nothing less", async (t) => {
  const dir = folder(t, { "vigia.yaml": "feeds: [udp://:10110]\n", "open.yaml": "listen: 0.0.0.0:80\n" });
  const good = await run(["config", "check", join(dir, "vigia.yaml")]);
  assert.deepEqual([good.code, good.err, good.out.toString()], [0, "", "1 file, 1 feed: nothing is wrong\n"]);
  const open = await run(["config", "check", join(dir, "open.yaml")]);
  assert.equal(open.code, 1);
  assert.match(open.err, /open\.yaml:1: listen: 0\.0\.0\.0:80 can be reached by others/);
  const missing = await run(["config", "check", join(dir, "none.yaml")]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /none\.yaml: No such file/);
});

test("config show tells each value and where it was said; the command line wins", async (t) => {
  const dir = folder(t, {
    "vigia.yaml": "title: first\ntick: 100\nvessels: 7\n",
    "conf.d/20.yaml": "title: second\n",
    "conf.d/10.yaml": "title: never\nfeeds: [a.nmea, b.nmea]\n",
  });
  const file = join(dir, "vigia.yaml");
  const answer = await run(["config", "show", "--config", file, "--tick", "200", "--demo"]);
  assert.equal(answer.code, 0, answer.err);
  const lines = answer.out.toString().split("\n");
  for (const line of [`title: "second" # ${dir}/conf.d/20.yaml:1`, "tick: 200 # command line", `vessels: 7 # ${file}:3`,
    "demo: true # command line", "trail-mib: 256 # default", `feeds: # ${dir}/conf.d/10.yaml:2`, `  - "a.nmea"`])
    assert.ok(lines.includes(line), `${line}\nis not in\n${answer.out}`);
  const feeds = await run(["config", "show", "--config", file, "c.nmea"]);
  assert.match(feeds.out.toString(), /\nfeeds: # command line\n {2}- "c\.nmea"\n$/);
  const none = await run(["config", "show", "--no-config"]);
  assert.match(none.out.toString(), /^# title: # default$/m);
});

test("the page about the configuration is the one that the program makes", async () => {
  const made = await run(["config", "docs"]);
  assert.equal(readFileSync(join(top, "docs/configuration.md"), "utf8"), made.out.toString());
});

test("watch runs from a file alone, and the command line changes it", async (t) => {
  const dir = folder(t, { "log.nmea": positionReport({ mmsi: 735000001, lon: -80, lat: -2 }) });
  writeFileSync(join(dir, "vigia.yaml"),
    `title: Capitanía\ntick: 100\nfeeds:\n  - url: ${join(dir, "log.nmea")}\n    name: Puesto norte\n`, { mode: 0o644 });
  const server = await watch(t, [], { options: ["--config", join(dir, "vigia.yaml"), "--tick", "50"] });
  const feed = await until("the file is read", async () => {
    const f = await server.feed();
    return f?.state === "ended" && f;
  });
  assert.equal(feed.name, "Puesto norte");
  assert.equal((await server.json("/api/v1/status")).title, "Capitanía");
});

test("watch does not start with a wrong file", async (t) => {
  const dir = folder(t, { "vigia.yaml": "listen: 127.0.0.1:0\nfeds: [a]\n" });
  const answer = await run(["watch", "--config", join(dir, "vigia.yaml")]);
  assert.equal(answer.code, 2);
  assert.match(answer.err, /vigia\.yaml:2: feds: there is no such setting/);
});

test("every command has help, and refuses an option that it has not", async () => {
  const help = await run(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.out.toString(), /exit status of every command:\n {2}0 .*\n {2}1 .*\n {2}2 /);
  const commands = [...help.out.toString().matchAll(/^ {2}([a-z]+) {2,}/gm)].map((m) => m[1]);
  assert.ok(commands.length >= 9, commands.join());
  for (const command of commands) {
    const own = await run([command, "--help"]);
    assert.equal(own.code, 0, command);
    assert.match(own.out.toString(), new RegExp(`^usage: vigia ${command}`), command);
    assert.match(own.out.toString(), /exit status: 0/, command);
    assert.match(own.out.toString(), /--help/, command);
    const wrong = await run(command === "config" ? ["config", "show", "--nonsense"] : [command, "--nonsense"]);
    assert.equal(wrong.code, 2, command);
    assert.equal(wrong.out.length, 0, command);
    assert.match(wrong.err, /there is no option '--nonsense'/, command);
  }
  const near = await run(["decode", "--fromat", "csv"]);
  assert.match(near.err, /there is no option '--fromat'; did you mean '--format'\?/);
  const command = await run(["hsitory"]);
  assert.equal(command.code, 2);
  assert.match(command.err, /there is no command 'hsitory'; did you mean 'history'\?/);
  assert.match((await run(["--bogus"])).err, /there is no option '--bogus'/);
});
