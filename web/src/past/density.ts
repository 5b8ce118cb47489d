/** Counts on a grid as the server sends them (docs/formats/history.md), summed and coloured. Pure. */
import { HOUR } from './archive';
import { BlockError } from './block';

export const CELLS = [1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001];
/** So many cells across the view: some pixels each. */
const ACROSS = 150;
const CHUNKS = [1, 6, 24, 96, 744].map((hours) => hours * HOUR);
const MOST_CHUNKS = 12;

export interface Grid { west: number; south: number; cell: number; columns: number; rows: number; minutes: number; count: Float64Array }

export function cellFor(width: number): number {
  return CELLS.find((cell) => width / cell >= ACROSS) ?? CELLS[CELLS.length - 1];
}

/** A span as pieces that begin at multiples of their length, so that addresses repeat; [from, to) in ms. */
export function chunksOf(from: number, to: number): [number, number][] {
  const length = CHUNKS.find((c) => (to - from) / c <= MOST_CHUNKS) ?? CHUNKS[CHUNKS.length - 1];
  const chunks: [number, number][] = [];
  for (let at = Math.floor(from / length) * length; at < to; at += length) chunks.push([at, at + length]);
  return chunks;
}

export function parseDensity(buffer: ArrayBuffer): Grid {
  const view = new DataView(buffer);
  if (buffer.byteLength < 64 || view.getUint32(0, false) !== 0x56474431 /* VGD1 */ || view.getUint16(4, true) !== 1) throw new BlockError('not a density');
  const head = view.getUint16(6, true);
  const columns = view.getUint32(36, true), rows = view.getUint32(40, true), cells = view.getUint32(44, true);
  if (head + cells * 8 > buffer.byteLength) throw new BlockError('shorter than it says');
  const count = new Float64Array(columns * rows);
  for (let i = 0, at = head; i < cells; i++, at += 8) count[view.getUint16(at + 2, true) * columns + view.getUint16(at, true)] += view.getUint32(at + 4, true);
  return { west: view.getInt32(24, true) / 600000, south: view.getInt32(28, true) / 600000, cell: view.getInt32(32, true) / 600000, columns, rows,
    minutes: Number(view.getBigUint64(48, true)), count };
}

export function addGrid(to: Grid | null, from: Grid): Grid {
  if (!to || to.columns !== from.columns || to.rows !== from.rows) return { ...from, count: from.count.slice() };
  for (let i = 0; i < from.count.length; i++) to.count[i] += from.count[i];
  to.minutes += from.minutes;
  return to;
}

/** The count that a hundredth of the filled cells pass: one harbour must not make all lanes invisible. */
export function nearlyMost(grid: Grid): number {
  const filled = grid.count.filter((n) => n > 0).sort();
  return filled.length ? Math.max(2, filled[Math.floor((filled.length - 1) * 0.99)]) : 0;
}

type Stop = readonly [at: number, r: number, g: number, b: number, a: number];
/** From few to many. Dark: a glow; light: ink. */
export const RAMPS: Record<'dark' | 'light', readonly Stop[]> = {
  dark: [[0, 60, 30, 120, 0], [0.08, 72, 40, 150, 120], [0.35, 170, 50, 150, 190], [0.6, 238, 100, 70, 215], [0.82, 252, 180, 60, 235], [1, 255, 250, 200, 245]],
  light: [[0, 255, 225, 140, 0], [0.08, 250, 205, 110, 140], [0.35, 240, 140, 60, 190], [0.6, 205, 60, 70, 210], [0.82, 130, 25, 110, 225], [1, 50, 10, 80, 240]],
};

export function rampColour(ramp: readonly Stop[], share: number): [number, number, number, number] {
  const v = Math.min(1, Math.max(0, share));
  let i = 1;
  while (i < ramp.length - 1 && ramp[i][0] < v) i++;
  const a = ramp[i - 1], b = ramp[i], k = (v - a[0]) / (b[0] - a[0]);
  const at = (n: number) => Math.round(a[n] + (b[n] - a[n]) * k);
  return [at(1), at(2), at(3), at(4)];
}

/** Each cell and a little of its neighbours: a lane is a band, not a row of squares. */
export function soften(grid: Grid): Float64Array {
  const { columns, rows, count } = grid;
  const pass = (from: Float64Array, step: number, n: number, lines: number, jump: number) => {
    const to = new Float64Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < n; i++) {
        const at = line * jump + i * step;
        to[at] = from[at] * 0.5 + (i > 0 ? from[at - step] * 0.25 : 0) + (i < n - 1 ? from[at + step] * 0.25 : 0);
      }
    return to;
  };
  return pass(pass(count, 1, columns, rows, columns), columns, rows, columns, 1);
}
