// Builds web/dist: one script, one stylesheet, the chart's data. No network, no framework.
//   node build.mjs            production build
//   node build.mjs --watch    rebuild on change
//   node build.mjs --tests    bundle the unit tests into .tests/ (Node 18 cannot strip types by itself)
import * as esbuild from 'esbuild';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { buildChart } from './build-chart.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, 'dist');
const args = new Set(process.argv.slice(2));

if (args.has('--tests')) {
  const out = path.join(here, '.tests');
  rmSync(out, { recursive: true, force: true });
  const entries = readdirSync(path.join(here, 'tests')).filter((f) => f.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: entries.map((f) => path.join(here, 'tests', f)),
    outdir: out, bundle: true, format: 'esm', platform: 'node', target: 'node18',
    outExtension: { '.js': '.mjs' }, logLevel: 'warning',
  });
  process.exit(0);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(path.join(dist, 'data'), { recursive: true });
for (const name of ['index.html', 'favicon.svg']) cpSync(path.join(here, 'src', name), path.join(dist, name));
// MapLibre's CSP build keeps its worker in a file of its own: no blob: script is made from text.
cpSync(path.join(here, 'node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js'), path.join(dist, 'chart-worker.js'));
for (const [name, text] of Object.entries(buildChart())) writeFileSync(path.join(dist, 'data', name), text);

const options = {
  entryPoints: { app: path.join(here, 'src/main.ts'), style: path.join(here, 'src/style/main.css') },
  outdir: dist, bundle: true, format: 'esm', target: 'es2020',
  minify: !args.has('--watch'), sourcemap: args.has('--watch'),
  legalComments: 'linked', logLevel: 'info',
  alias: { 'maplibre-gl': path.join(here, 'node_modules/maplibre-gl/dist/maplibre-gl-csp.js') },
  define: { 'process.env.NODE_ENV': '"production"' },
};
if (args.has('--watch')) await (await esbuild.context(options)).watch();
else {
  await esbuild.build(options);
  pack(dist);
}

/** Beside each text file its packed form, which `vigia watch` sends as it is: nobody packs at a request. */
function pack(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) pack(file);
    else if (/\.(html|js|css|json|geojson|svg|txt|webmanifest)$/.test(entry.name)) {
      const plain = readFileSync(file), packed = gzipSync(plain, { level: 9 });
      if (packed.length < plain.length * 0.95) writeFileSync(`${file}.gz`, packed);
    }
  }
}
