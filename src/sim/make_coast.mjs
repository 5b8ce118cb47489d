// Makes coast.def: the coarse coast of the simulated region and a map of the world's sea, from Natural Earth (public
// domain) as the npm packages world-atlas and topojson-client carry it. Only needed to change the region:
//     cd web && node ../src/sim/make_coast.mjs > ../src/sim/coast.def
import { createRequire } from 'node:module';
const need = createRequire(process.cwd() + '/');
const { feature } = need('topojson-client');

const REGION = [-93, -20, -76, 10]; // west, south, east, north
const FINE = [-93, -4.2, -78, 1.8]; // kept to 0.005° (550 m); the rest to 0.03°

function polygons(file) {
  const topology = need(`world-atlas/${file}`);
  const land = feature(topology, topology.objects.land);
  const all = (land.features ?? [land]).flatMap(({ geometry: g }) => (g.type === 'Polygon' ? [g.coordinates] : g.coordinates));
  // A ring that jumps over the antimeridian (Chukotka, Fiji) goes on beyond 180° instead.
  for (const [ring] of all)
    for (let i = 1; i < ring.length; i++)
      ring[i] = [ring[i][0] + 360 * Math.round((ring[i - 1][0] - ring[i][0]) / 360), ring[i][1]];
  return all;
}

// Sutherland–Hodgman against one edge of the region.
function clip(ring, axis, value, sign) {
  const inside = (p) => sign * (p[axis] - value) >= 0;
  return ring.flatMap((a, i) => {
    const b = ring[(i + 1) % ring.length];
    const kept = inside(a) ? [a] : [];
    if (inside(a) !== inside(b)) {
      const t = (value - a[axis]) / (b[axis] - a[axis]);
      kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    }
    return kept;
  });
}

// Douglas–Peucker.
function simplify(line) {
  const [a, b] = [line[0], line.at(-1)];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]], length = Math.hypot(dx, dy);
  let far = 0, at = 0;
  for (let i = 1; i < line.length - 1; i++) {
    const [x, y] = [line[i][0] - a[0], line[i][1] - a[1]];
    const d = length ? Math.abs(x * dy - y * dx) / length : Math.hypot(x, y);
    if (d > far) [far, at] = [d, i];
  }
  const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const fine = mx > FINE[0] && mx < FINE[2] && my > FINE[1] && my < FINE[3];
  if (far <= (fine ? 0.005 : 0.03)) return [a, b];
  return simplify(line.slice(0, at + 1)).slice(0, -1).concat(simplify(line.slice(at)));
}

const inside = (ring, x, y) => {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
};

console.log(`/* Made by make_coast.mjs from Natural Earth 1:10m and 1:110m (public domain); not for navigation. */`);
const kept = [];
console.log(`#ifdef COAST_RING /* (count, lon, lat, …): 1/1000 degree */`);
for (const [outer] of polygons('land-10m.json')) {
  let ring = outer.slice(0, -1);
  for (const [axis, value, sign] of [[0, REGION[0], 1], [0, REGION[2], -1], [1, REGION[1], 1], [1, REGION[3], -1]])
    ring = clip(ring, axis, value, sign);
  if (ring.length < 3) continue;
  const half = ring.length >> 1;
  ring = simplify(ring.slice(0, half + 1)).slice(0, -1).concat(simplify([...ring.slice(half), ring[0]]).slice(0, -1));
  if (ring.length < 3) continue;
  kept.push(ring);
  const numbers = ring.flatMap((p) => [Math.round(p[0] * 1000), Math.round(p[1] * 1000)]).join(', ');
  console.log(`COAST_RING(${ring.length},\n    ${numbers.replace(/(.{90,105},) /g, '$1\n    ')})`);
}
console.log(`#endif\n#ifdef NEAR_ROW /* the region from the south, quarter degrees: a bit for each from the west, 1: some land */`);
const columns = (REGION[2] - REGION[0]) * 4, rows = (REGION[3] - REGION[1]) * 4;
const near = Array.from({ length: rows }, () => new Array(columns).fill(0));
const mark = (x, y) => {
  const [c, r] = [Math.floor((x - REGION[0]) * 4), Math.floor((y - REGION[1]) * 4)];
  if (r >= 0 && r < rows && c >= 0 && c < columns) near[r][c] = 1;
};
for (const ring of kept)
  ring.forEach((a, i) => {
    const b = ring[(i + 1) % ring.length], steps = Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 0.005);
    for (let k = 0; k <= steps; k++)
      for (const [dx, dy] of [[-0.01, -0.01], [-0.01, 0.01], [0.01, -0.01], [0.01, 0.01]])
        mark(a[0] + ((b[0] - a[0]) * k) / (steps || 1) + dx, a[1] + ((b[1] - a[1]) * k) / (steps || 1) + dy);
  });
for (let r = 0; r < rows; r++) {
  for (let c = 0; c < columns; c++)
    if (kept.some((ring) => inside(ring, REGION[0] + (c + 0.5) / 4, REGION[1] + (r + 0.5) / 4))) near[r][c] = 1;
  console.log(`NEAR_ROW("${near[r].join('').replace(/..../g, (bits) => parseInt(bits, 2).toString(16))}")`);
}
console.log(`#endif\n#ifdef SEA_ROW /* from 90° south, a row each degree: a bit for each degree from 180° west, 1: all sea */`);
const world = polygons('land-110m.json').map((p) => p[0]);
const land = (x, y) => world.some((ring) => [x, x + 360, x - 360].some((turn) => inside(ring, turn, y)));
for (let lat = -90; lat < 90; lat++) {
  let hex = '';
  for (let lon = -180; lon < 180; lon += 4) {
    let nibble = 0;
    for (let i = 0; i < 4; i++) {
      let sea = lat >= -70 && lat < 75;
      for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]]) sea &&= !land(lon + i + dx, lat + dy);
      nibble = nibble * 2 + (sea ? 1 : 0);
    }
    hex += nibble.toString(16);
  }
  console.log(`SEA_ROW("${hex}")`);
}
console.log('#endif');
