// The chart under the vessels, cut from Natural Earth (public domain) and the sea-ports list (MIT) at build time.
// GeoJSON and not TopoJSON goes to the browser: MapLibre's worker then fetches and parses it off the main thread.
import { createRequire } from 'node:module';
import { feature, mesh } from 'topojson-client';

const require = createRequire(import.meta.url);

/** 4 decimals are 11 m; the source's own grid is 400 m. */
const round = (c) => (typeof c[0] === 'number' ? [Math.round(c[0] * 1e4) / 1e4, Math.round(c[1] * 1e4) / 1e4] : c.map(round));

const collection = (geometries) =>
  JSON.stringify({ type: 'FeatureCollection', features: geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry })) });

/**
 * Makes a ring's longitudes continuous: Fiji and Chukotka lie on both sides of 180°, and a jump from 180 to −180 would be
 * drawn right across the world. Values beyond ±180 are fine: the tile cutter wraps them. A ring around the pole does not
 * close upon itself and is closed along the chart's lower edge.
 */
function unwrap(ring) {
  const out = [ring[0]];
  let turn = 0;
  for (let i = 1; i < ring.length; i++) {
    const step = ring[i][0] - ring[i - 1][0];
    if (step > 180) turn -= 360;
    else if (step < -180) turn += 360;
    out.push([ring[i][0] + turn, ring[i][1]]);
  }
  if (turn !== 0) {
    const pole = out[0][1] < 0 ? -85.06 : 85.06;
    out.push([out[out.length - 1][0], pole], [out[0][0], pole], out[0]);
  }
  return out;
}

/** One feature per polygon, so that a tile cut early drops whole continents cheaply. */
function polygons(topology, object) {
  const shape = feature(topology, object);
  const all = shape.type === 'FeatureCollection' ? shape.features.map((f) => f.geometry) : [shape.geometry];
  return all.flatMap((g) => (g.type === 'Polygon' ? [g.coordinates] : g.coordinates))
    .map((coordinates) => ({ type: 'Polygon', coordinates: round(coordinates).map(unwrap) }));
}

function borders(topology) {
  const lines = mesh(topology, topology.objects.countries, (a, b) => a !== b);
  return lines.coordinates.map((coordinates) => ({ type: 'LineString', coordinates: round(coordinates) }));
}

/** Is there a coast within about `reach` degrees? The ports list warns that some of its positions are wrong. */
function nearCoast(land, reach) {
  const cells = new Set();
  for (const { coordinates } of land)
    for (const [x, y] of coordinates.flat()) cells.add(`${Math.round(x / reach)},${Math.round(y / reach)}`);
  return ([x, y]) => {
    const i = Math.round(x / reach), j = Math.round(y / reach);
    for (let di = -1; di <= 1; di++) for (let dj = -1; dj <= 1; dj++) if (cells.has(`${i + di},${j + dj}`)) return true;
    return false;
  };
}

// As they are written where they lie; the list has no accents.
const WRITTEN = { ECBHA: 'Bahía de Caráquez', ECPBO: 'Puerto Bolívar' };

function ports(land) {
  const list = require('sea-ports/lib/ports.json');
  const plausible = nearCoast(land, 0.3);
  const seen = new Set();
  const rows = [];
  for (const [code, port] of Object.entries(list)) {
    if (!port.coordinates || !plausible(port.coordinates)) continue;
    const [lon, lat] = port.coordinates.map((v) => Math.round(v * 1e4) / 1e4);
    const key = `${code.slice(0, 2)}${lon.toFixed(1)},${lat.toFixed(1)}${port.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push([WRITTEN[code] ?? port.name, code, lon, lat]);
  }
  return JSON.stringify(rows);
}

export function buildChart() {
  const fine = require('world-atlas/countries-10m.json');
  const coarse = require('world-atlas/countries-50m.json');
  const landFine = polygons(fine, fine.objects.land);
  const landCoarse = polygons(coarse, coarse.objects.land);
  return {
    'land-10m.json': collection(landFine),
    'land-50m.json': collection(landCoarse),
    'borders-10m.json': collection(borders(fine)),
    'borders-50m.json': collection(borders(coarse)),
    'ports.json': ports(landFine),
  };
}
