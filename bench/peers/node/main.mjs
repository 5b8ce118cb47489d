// ais-stream-decoder over a file: CPU seconds and messages.
import { readFileSync } from "node:fs";
import module from "ais-stream-decoder";

const AisDecoder = module.default ?? module;
const lines = readFileSync(process.argv[2], "latin1").split(/\r?\n/);
const decoder = new AisDecoder({ silent: true });
let messages = 0;
decoder.on("data", () => messages++);
decoder.on("error", () => {});
const begun = process.cpuUsage();
for (const line of lines) {
  try {
    if (!decoder.write(line)) await new Promise((done) => setImmediate(done));
  } catch {
    // a line it can't use
  }
}
await new Promise((done) => setImmediate(done));
const used = process.cpuUsage(begun);
console.log(`ais-stream-decoder ${((used.user + used.system) / 1e6).toFixed(3)} ${messages}`);
process.exit(0);
