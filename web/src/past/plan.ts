/** What is asked of the archive for a view and a speed: boxes, blocks and steps that repeat, so that caches can help. Pure. */

export interface Box { west: number; south: number; east: number; north: number }
export interface Plan { box: Box; seconds: number; step: number }

export const STEPS = [0, 10, 30, 60, 120, 300, 600];
export const SPEEDS = [1, 10, 60, 300, 600];

const FINEST = 14, CELLS = 4;

/** Outward to the finest grid of 180/2^k degrees that the box covers with at most four cells each way: the server's rule. */
export function snapBox(b: Box): Box {
  const width = b.east - b.west + (b.west > b.east ? 360 : 0);
  for (let k = FINEST; k >= 0; k--) {
    const s = 180 / 2 ** k;
    const west = Math.floor((b.west + 180) / s) * s - 180;
    let east = Math.max(Math.ceil((b.west + width + 180) / s) * s - 180, west + s);
    let south = Math.floor((b.south + 90) / s) * s - 90;
    const north = Math.min(90, Math.max(Math.ceil((b.north + 90) / s) * s - 90, south + s));
    south = Math.max(-90, south);
    if (east - west > CELLS * s || north - south > CELLS * s) continue;
    if (east - west >= 360) return { west: -180, south, east: 180, north };
    if (east > 180) east -= 360;
    return { west, south, east, north };
  }
  return { west: -180, south: -90, east: 180, north: 90 };
}

const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** The view and a margin, so that a vessel that leaves the block does so out of sight. */
export function viewBox(west: number, south: number, east: number, north: number, margin = 0.15): Box {
  const w = (east - west) * margin, h = (north - south) * margin;
  const s = Math.max(-90, south - h), n = Math.min(90, north + h);
  if (east - west + 2 * w >= 360) return { west: -180, south: s, east: 180, north: n };
  const wrapped = { west: wrap(west - w), south: s, east: wrap(east + w), north: n };
  if (wrapped.east === -180) wrapped.east = 180;
  return wrapped;
}

export const boxText = (b: Box) => [b.west, b.south, b.east, b.north].join(',');

/** Fewer points where a second of watching is many minutes, and where a pixel is many miles. */
export function planFor(box: Box, speed: number): Plan {
  const width = box.east - box.west + (box.west > box.east ? 360 : 0);
  const bySpeed = speed >= 300 ? 60 : speed >= 60 ? 10 : 0;
  const byWidth = width > 60 ? 120 : width > 20 ? 60 : width > 5 ? 30 : width > 1.5 ? 10 : 0;
  return { box, seconds: speed >= 300 ? 3600 : 600, step: Math.max(bySpeed, byWidth) };
}

export function coarser(step: number): number | null {
  return STEPS.find((s) => s > step) ?? null;
}

/** Is the view still inside the plan's box, and not only a small part of it? */
export function holds(plan: Box, view: Box): boolean {
  const width = (b: Box) => b.east - b.west + (b.west > b.east ? 360 : 0);
  if (width(plan) >= 360) return width(view) * 6 > 360 && view.south >= plan.south && view.north <= plan.north;
  const from = (((view.west - plan.west) % 360) + 360) % 360;
  return from + width(view) <= width(plan) && view.south >= plan.south && view.north <= plan.north && width(view) * 6 > width(plan);
}
