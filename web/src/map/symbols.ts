/** From what a vessel says to the symbol that stands for it. */
import { CATEGORIES, categoryOf } from '../app/category';
import { TRACK_FLAG } from '../stream/tracks';
import { CLASS, FLAG, Vessels } from '../stream/vessels';
import { SHAPE } from './glLayers';

const DISTRESS = CATEGORIES.indexOf('distress'), DARK = CATEGORIES.indexOf('dark');

/** Degrees the symbol points to, or −1. Heading first: a drifting ship lies across her course. */
export function pointing(v: Vessels, slot: number): number {
  if (v.heading[slot] < 360) return v.heading[slot];
  const course = v.course(slot);
  // Below 0.3 kn the course of a GNSS receiver is noise.
  return course !== null && !(v.flags[slot] & FLAG.still) ? course : -1;
}

export function shapeOf(v: Vessels, slot: number, direction: number): number {
  const flags = v.flags[slot];
  switch (v.cls[slot]) {
    case CLASS.sart: case CLASS.mob: case CLASS.epirb: return SHAPE.beacon;
    case CLASS.aton: return flags & FLAG.virtual ? SHAPE.hollow : SHAPE.diamond;
    case CLASS.base: return SHAPE.square;
    case CLASS.sar: return SHAPE.plane;
  }
  if (flags & FLAG.distress) return SHAPE.beacon;
  if (v.isAirborne(slot)) return SHAPE.flyer;
  if (v.tracks.flags[slot] & TRACK_FLAG.dark) return direction < 0 || flags & FLAG.still ? SHAPE.darkStill : SHAPE.dark;
  if (v.withoutAis(slot) || v.seen(slot) === 'radar') return direction < 0 || flags & FLAG.still ? SHAPE.radarStill : SHAPE.radar;
  if (flags & FLAG.still) return SHAPE.dot;
  if (direction < 0) return SHAPE.ring;
  return v.cls[slot] === CLASS.a || v.cls[slot] === CLASS.unknown ? SHAPE.hull : SHAPE.dart;
}

/** The forms of who does not speak. */
const HOLLOW: ReadonlySet<number> = new Set([SHAPE.dark, SHAPE.darkStill, SHAPE.radar, SHAPE.radarStill, SHAPE.flyer]);
export function isHollow(shape: number): boolean {
  return HOLLOW.has(shape);
}

const SIZE_OF_SHAPE: number[] = [];
SIZE_OF_SHAPE[SHAPE.hull] = 10;
SIZE_OF_SHAPE[SHAPE.dart] = 8.5;
SIZE_OF_SHAPE[SHAPE.dot] = 6.5;
SIZE_OF_SHAPE[SHAPE.square] = 8;
SIZE_OF_SHAPE[SHAPE.diamond] = 8;
SIZE_OF_SHAPE[SHAPE.hollow] = 8;
SIZE_OF_SHAPE[SHAPE.plane] = 14;
SIZE_OF_SHAPE[SHAPE.beacon] = 15;
SIZE_OF_SHAPE[SHAPE.ring] = 7.5;
SIZE_OF_SHAPE[SHAPE.dark] = 15;
SIZE_OF_SHAPE[SHAPE.darkStill] = 15;
SIZE_OF_SHAPE[SHAPE.radar] = 10;
SIZE_OF_SHAPE[SHAPE.radarStill] = 9;
SIZE_OF_SHAPE[SHAPE.flyer] = 14;
/** Small as the symbols are far out, these must be told from the others: pixels. */
const LEAST_DARK = 18, LEAST_RADAR = 9;

/** Size in tenths of the zoom's symbol size, which is `px`; long ships a little larger. */
export function sizeOf(v: Vessels, slot: number, shape: number, px: number): number {
  if (shape === SHAPE.dark || shape === SHAPE.darkStill) return Math.max(SIZE_OF_SHAPE[shape], (10 * LEAST_DARK) / px);
  if (shape === SHAPE.radar || shape === SHAPE.radarStill) return Math.max(SIZE_OF_SHAPE[shape], (10 * LEAST_RADAR) / px);
  const length = v.length(slot);
  const byLength = shape !== SHAPE.hull && shape !== SHAPE.dot ? 1 : length >= 200 ? 1.2 : length >= 100 ? 1.08 : length > 0 && length < 30 ? 0.86 : 1;
  return SIZE_OF_SHAPE[shape] * byLength;
}

/** Symbol size in pixels at a zoom. Small far out: 50,000 symbols must not become a carpet. */
export function symbolPixels(zoom: number): number {
  const steps = [[2, 5], [4, 7], [6, 9.5], [8, 13], [11, 17], [15, 22]];
  if (zoom <= steps[0][0]) return steps[0][1];
  for (let i = 1; i < steps.length; i++) {
    const [z1, s1] = steps[i], [z0, s0] = steps[i - 1];
    if (zoom <= z1) return s0 + ((s1 - s0) * (zoom - z0)) / (z1 - z0);
  }
  return steps[steps.length - 1][1];
}

/** Drawing order: what must be seen comes last. */
export function rankOf(v: Vessels, slot: number): number {
  const category = categoryOf(v, slot);
  if (category === DISTRESS) return 5;
  if (category === DARK) return 4;
  switch (v.cls[slot]) {
    case CLASS.aton: case CLASS.base: return 0;
    case CLASS.sar: return 4;
  }
  return v.flags[slot] & FLAG.still ? 1 : v.cls[slot] === CLASS.a ? 3 : 2;
}
export const RANKS = 6;
