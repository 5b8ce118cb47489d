/** Ships to scale, from the antenna's place in the hull (message 5, message 24 B): five corners, three triangles. */
import { E4MIN, Vessels } from '../stream/vessels';
import type { Projector } from './chart';
import type { PlainWriter, Rgba, StrokeWriter } from './rows';

const METRES_PER_DEGREE = 111195;

/** The hull's length on the screen, 0 when the ship has not given her size. */
export function hullPixels(v: Vessels, slot: number, pr: Projector, lat: number): number {
  const o = slot * 4;
  if (v.dims[o + 2] + v.dims[o + 3] === 0 || v.heading[slot] >= 360) return 0;
  return (v.dims[o] + v.dims[o + 1]) / pr.metresPerPixel(lat);
}

/** Corners as [lon, lat], bow first, clockwise. */
export function hullCorners(v: Vessels, slot: number): [number, number][] {
  const o = slot * 4;
  const [bow, stern, port, starboard] = [v.dims[o], v.dims[o + 1], v.dims[o + 2], v.dims[o + 3]];
  const shoulder = bow - (bow + stern) * 0.22;
  const middle = (starboard - port) / 2;
  const a = (v.heading[slot] * Math.PI) / 180;
  const lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
  const east = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  return ([[middle, bow], [starboard, shoulder], [starboard, -stern], [-port, -stern], [-port, shoulder]] as const)
    .map(([x, y]) => [lon + (x * Math.cos(a) + y * Math.sin(a)) / east, lat + (y * Math.cos(a) - x * Math.sin(a)) / METRES_PER_DEGREE]);
}

const CIRCLE = 48, RING_GAP_PX = 5, RING_PX = 1.6;

/** Around the hull, as around the symbol farther out: a radar sees her, too. */
export function ringAround(v: Vessels, slot: number, pr: Projector): [number, number][] {
  const o = slot * 4, lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
  const [bow, stern, port, starboard] = [v.dims[o], v.dims[o + 1], v.dims[o + 2], v.dims[o + 3]];
  const radius = Math.hypot(bow + stern, port + starboard) / 2 + RING_GAP_PX * pr.metresPerPixel(lat);
  const a = (v.heading[slot] * Math.PI) / 180, ahead = (bow - stern) / 2, aside = (starboard - port) / 2;
  const north = METRES_PER_DEGREE, east = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const x = ahead * Math.sin(a) + aside * Math.cos(a), y = ahead * Math.cos(a) - aside * Math.sin(a);
  return Array.from({ length: CIRCLE + 1 }, (_, i) => {
    const turn = (2 * Math.PI * i) / CIRCLE;
    return [lon + (x + radius * Math.sin(turn)) / east, lat + (y + radius * Math.cos(turn)) / north];
  });
}

export function drawHull(v: Vessels, slot: number, colour: Rgba, edge: Rgba, to: PlainWriter, edges: StrokeWriter): void {
  const c = hullCorners(v, slot);
  for (const [i, j, k] of [[0, 1, 4], [1, 2, 4], [2, 3, 4]])
    for (const n of [i, j, k]) to.vertex(c[n][0], c[n][1], colour);
  edges.path([...c, c[0]], 1.2, edge);
}

export function drawRing(v: Vessels, slot: number, pr: Projector, colour: Rgba, edges: StrokeWriter): void {
  edges.path(ringAround(v, slot, pr), RING_PX, colour);
}
