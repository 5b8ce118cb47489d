/** What a chart of an alert shows: distance and speeds of two, speed of one, or who was heard while she was silent. Pure. */
import { distanceNm } from '../map/geo';

export interface Fix { t: number; lon: number; lat: number; speed: number | null }
/** A vessel's track; times in ms, ascending. */
export interface Course { name: string; points: Fix[] }
export interface Line { label: string; values: (number | null)[]; shape: 'line' | 'bars' }
/** `x` in s, as the charts take it. */
export interface ChartData { what: 'distance' | 'speed' | 'silence'; x: number[]; lines: Line[]; binMinutes?: number }

/** Between fixes further apart nothing is said of where she was. */
export const MOST_GAP_MS = 20 * 60000;
const STEPS = 240;
/** Bars of a silence. */
const BINS = 36;

/** Where she was at a moment, between two fixes that are not too far apart. */
export function positionAt(points: readonly Fix[], t: number): { lon: number; lat: number } | null {
  let lo = 0, hi = points.length - 1;
  if (hi < 0 || t < points[0].t || t > points[hi].t) return null;
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if (points[middle].t <= t) lo = middle;
    else hi = middle;
  }
  const a = points[lo], b = points[hi];
  if (b.t - a.t > MOST_GAP_MS) return null;
  const share = b.t > a.t ? (t - a.t) / (b.t - a.t) : 0;
  const turn = ((b.lon - a.lon + 540) % 360) - 180; // the short way, also across the antimeridian
  return { lon: a.lon + turn * share, lat: a.lat + (b.lat - a.lat) * share };
}

/** The moment at which the alert is shown on the chart: of two the closest, else its begin. */
export function momentOf(tracks: readonly Course[], begin: number, end: number): number {
  const [a, b] = tracks;
  if (!a || !b) return begin;
  let best = begin, least = Infinity;
  for (let i = 0; i <= STEPS; i++) {
    const t = begin + ((end - begin) * i) / STEPS, p = positionAt(a.points, t), q = positionAt(b.points, t);
    const nm = p && q ? distanceNm(p.lon, p.lat, q.lon, q.lat) : Infinity;
    if (nm < least) {
      least = nm;
      best = t;
    }
  }
  return best;
}

function grid(from: number, to: number): number[] {
  return Array.from({ length: STEPS + 1 }, (_, i) => from + ((to - from) * i) / STEPS);
}

/** `expected`: messages a minute that the reception would give, where the server says so. */
export function chartsOf(kind: string, tracks: readonly Course[], from: number, to: number, expected: number | null = null): ChartData[] {
  const points = tracks.flatMap((track) => track.points);
  if (points.length < 2) return [];
  const charts: ChartData[] = [];
  if (kind === 'gap' || kind === 'disabling') charts.push(heardOf(tracks[0], from, to, expected));
  if (tracks.length > 1) {
    const times = grid(from, to), [a, b] = tracks;
    const values = times.map((t) => {
      const p = positionAt(a.points, t), q = positionAt(b.points, t);
      return p && q ? distanceNm(p.lon, p.lat, q.lon, q.lat) : null;
    });
    if (values.some((value) => value !== null)) charts.push({ what: 'distance', x: times.map((t) => t / 1000), lines: [{ label: '', values, shape: 'line' }] });
  }
  if (points.some((p) => p.speed !== null)) charts.push(speeds(tracks));
  return charts;
}

function speeds(tracks: readonly Course[]): ChartData {
  // A long silence has a moment of its own without a value, or a line would lead over it.
  const silences = tracks.flatMap(({ points }) => points.flatMap((p, i) => (i > 0 && p.t - points[i - 1].t > MOST_GAP_MS ? [points[i - 1].t + MOST_GAP_MS + 1] : [])));
  const times = [...new Set([...tracks.flatMap((track) => track.points.map((p) => p.t)), ...silences])].sort((a, b) => a - b);
  const lines = tracks.map((track): Line => {
    const at = new Map(track.points.map((p) => [p.t, p.speed]));
    // Others' fixes are no hole in hers (undefined); a long silence is one (null).
    let last = -Infinity;
    const values = times.map((t) => {
      if (at.has(t)) {
        last = t;
        return at.get(t)!;
      }
      return t - last > MOST_GAP_MS ? null : (undefined as unknown as null);
    });
    return { label: track.name, values, shape: 'line' };
  });
  return { what: 'speed', x: times.map((t) => t / 1000), lines };
}

function heardOf(track: Course, from: number, to: number, expected: number | null): ChartData {
  const bin = Math.max(60000, Math.ceil((to - from) / BINS / 60000) * 60000), n = Math.max(1, Math.ceil((to - from) / bin));
  const heard = new Array<number>(n).fill(0);
  for (const { t } of track.points) if (t >= from && t < to) heard[Math.min(n - 1, Math.floor((t - from) / bin))]++;
  const lines: Line[] = [{ label: track.name, values: heard, shape: 'bars' }];
  if (expected !== null) lines.push({ label: '', values: heard.map(() => (expected * bin) / 60000), shape: 'line' });
  return { what: 'silence', x: heard.map((_, i) => (from + (i + 0.5) * bin) / 1000), lines, binMinutes: bin / 60000 };
}
