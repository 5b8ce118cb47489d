// Natural Earth (public domain) as the npm packages world-atlas and topojson-client carry it, for what makes our tables of coasts.
// Run from web/, where those packages are.
import { createRequire } from 'node:module';
const need = createRequire(process.cwd() + '/');
const { feature } = need('topojson-client');

// All land as polygons: an outer ring, then holes (lakes), each closed. Degrees.
export function polygons(file) {
  const topology = need(`world-atlas/${file}`);
  const land = feature(topology, topology.objects.land);
  return (land.features ?? [land]).flatMap(({ geometry: g }) => (g.type === 'Polygon' ? [g.coordinates] : g.coordinates));
}

// A ring that jumps over the antimeridian (Chukotka, Fiji) goes on beyond 180° instead. Changes it.
export function unwrap(ring) {
  for (let i = 1; i < ring.length; i++) ring[i] = [ring[i][0] + 360 * Math.round((ring[i - 1][0] - ring[i][0]) / 360), ring[i][1]];
  return ring;
}

// Douglas–Peucker. `tolerance(lon, lat)` in degrees, at the middle of a stretch.
export function simplify(line, tolerance) {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  for (const stack = [[0, line.length - 1]]; stack.length; ) {
    const [from, to] = stack.pop();
    const [a, b] = [line[from], line[to]];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]], length = Math.hypot(dx, dy);
    let far = 0, at = 0;
    for (let i = from + 1; i < to; i++) {
      const [x, y] = [line[i][0] - a[0], line[i][1] - a[1]];
      const d = length ? Math.abs(x * dy - y * dx) / length : Math.hypot(x, y);
      if (d > far) [far, at] = [d, i];
    }
    if (far <= tolerance((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)) continue;
    keep[at] = 1;
    stack.push([from, at], [at, to]);
  }
  return line.filter((_, i) => keep[i]);
}
