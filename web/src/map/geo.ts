/** Geometry on the sphere and in Web Mercator. Good to 0.3 % of a distance: for reading a map, not for evidence. */

const RAD = Math.PI / 180;
/** Mean minute of latitude is the nautical mile; earth radius in those. */
export const EARTH_NM = 3440.065;
export const NM_M = 1852;

export function mercatorX(lon: number): number {
  return (lon + 180) / 360;
}

export function mercatorY(lat: number): number {
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * RAD) / 2)) / (2 * Math.PI);
}

export function distanceNm(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const a = Math.sin(((lat2 - lat1) * RAD) / 2) ** 2
    + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * Math.sin(((lon2 - lon1) * RAD) / 2) ** 2;
  return 2 * EARTH_NM * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Initial great-circle bearing, degrees true. */
export function bearing(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const d = (lon2 - lon1) * RAD, p = lat1 * RAD, q = lat2 * RAD;
  const y = Math.sin(d) * Math.cos(q);
  const x = Math.cos(p) * Math.sin(q) - Math.sin(p) * Math.cos(q) * Math.cos(d);
  return (Math.atan2(y, x) / RAD + 360) % 360;
}

/** The point reached from (lon, lat) on a bearing after a distance. Longitude is left unwrapped, so lines stay whole. */
export function destination(lon: number, lat: number, bearingDeg: number, nm: number): [number, number] {
  const d = nm / EARTH_NM, b = bearingDeg * RAD, p = lat * RAD;
  const q = Math.asin(Math.sin(p) * Math.cos(d) + Math.cos(p) * Math.sin(d) * Math.cos(b));
  const dl = Math.atan2(Math.sin(b) * Math.sin(d) * Math.cos(p), Math.cos(d) - Math.sin(p) * Math.sin(q));
  return [lon + dl / RAD, q / RAD];
}

/** A great circle as points close enough to look curved. */
export function greatCircle(lon1: number, lat1: number, lon2: number, lat2: number): [number, number][] {
  const total = distanceNm(lon1, lat1, lon2, lat2);
  const steps = Math.max(1, Math.min(96, Math.ceil(total / 30)));
  const first = bearing(lon1, lat1, lon2, lat2);
  const points: [number, number][] = [];
  for (let i = 0; i < steps; i++) points.push(destination(lon1, lat1, first, (total * i) / steps));
  const last = points[points.length - 1][0];
  points.push([lon2 + 360 * Math.round((last - lon2) / 360), lat2]);
  return points;
}

export function circle(lon: number, lat: number, nm: number, steps = 96): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i <= steps; i++) points.push(destination(lon, lat, (360 * i) / steps, nm));
  return points;
}

/** A step of more than half the world is the antimeridian. */
const HALF = 180;

/** Longitudes that go on past 180°, so that a line across the antimeridian stays whole. */
export function unwrapped(points: readonly { lon: number; lat: number }[]): [number, number][] {
  let turn = 0, before: number | null = null;
  return points.map(({ lon, lat }) => {
    if (before !== null && lon - before > HALF) turn -= 360;
    if (before !== null && lon - before < -HALF) turn += 360;
    before = lon;
    return [lon + turn, lat];
  });
}

/** Nothing afloat is faster; and so much a place may be off, nm. */
const AFLOAT_KN = 80, OFF_NM = 0.5;

/** One number may be on two ships, or a position wrong: what can't have been sailed is no line. Each point goes on from the newest strand that it can be reached from. */
export function strandsOf<P extends { t: number; lon: number; lat: number }>(points: P[]): P[][] {
  const strands: P[][] = [];
  for (const p of points) {
    const from = strands.findIndex((strand) => {
      const last = strand[strand.length - 1];
      return distanceNm(last.lon, last.lat, p.lon, p.lat) <= OFF_NM + (AFLOAT_KN * (p.t - last.t)) / 3600000;
    });
    const strand = from < 0 ? [] : strands.splice(from, 1)[0];
    strand.push(p);
    strands.unshift(strand);
  }
  return strands.reverse();
}
