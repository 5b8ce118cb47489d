// Fails when files of src/ import each other in a circle; a type counts as much as a value. Also refuses a part that
// imports main.ts or parts.ts: those know the parts, never the other way round.
//   node check-cycles.mjs [directory]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), 'src'));
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?from\s*)?'(\.[^']*)'/g;

function sources(directory) {
  return readdirSync(directory).flatMap((name) => {
    const file = path.join(directory, name);
    return statSync(file).isDirectory() ? sources(file) : file.endsWith('.ts') ? [file] : [];
  });
}

function importsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, to]) => {
    const at = path.resolve(path.dirname(file), to);
    const found = [`${at}.ts`, path.join(at, 'index.ts')].find(existsSync);
    if (!found) throw new Error(`${path.relative(root, file)}: ${to} does not exist`);
    return found;
  });
}

const graph = new Map(sources(root).map((file) => [file, importsOf(file)]));
const name = (file) => path.relative(root, file);
const done = new Set();
const faults = [];

function walk(file, way) {
  const at = way.indexOf(file);
  if (at >= 0) return faults.push(`circle: ${[...way.slice(at), file].map(name).join(' → ')}`);
  if (done.has(file)) return undefined;
  for (const next of graph.get(file)) walk(next, [...way, file]);
  return done.add(file);
}

for (const file of graph.keys()) walk(file, []);
for (const [file, to] of graph) for (const next of to) {
  if (name(next) === 'main.ts' || (name(next) === 'parts.ts' && name(file) !== 'main.ts')) faults.push(`${name(file)} knows ${name(next)}`);
}
for (const fault of faults) console.error(fault);
console.log(`${graph.size} files, ${[...graph.values()].flat().length} imports, ${faults.length} circles`);
process.exit(faults.length ? 1 : 0);
