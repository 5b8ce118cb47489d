/**
 * How well a contact is known, to scale: the ellipse that holds its position with 90 % probability, and where the course
 * predictor may end, one sigma of speed and course to either side.
 */
import { NO_U16 } from '../stream/frames';
import { E4MIN, Vessels } from '../stream/vessels';
import type { Projector } from './chart';
import { destination, NM_M } from './geo';
import type { PlainWriter, Rgba, StrokeWriter } from './rows';

/** Of a normal distribution in two dimensions 90 % lies within √(−2 ln 0.1) sigmas. */
export const SIGMAS_90 = Math.sqrt(-2 * Math.log(0.1));
const METRES_PER_DEGREE = 111195;
const RAD = Math.PI / 180;
const CORNERS = 40, CORNERS_SMALL = 20, SMALL_PX = 24;
/** A course that is known no better than this says nothing. */
const WIDEST_DEG = 60;
const ARC_STEPS = 6;

/** A closed ring; `orientation` of the first half axis, degrees true. */
export function ellipseRing(lon: number, lat: number, majorM: number, minorM: number, orientation: number, corners = CORNERS): [number, number][] {
  const a = orientation * RAD, east = METRES_PER_DEGREE * Math.cos(lat * RAD);
  const ring: [number, number][] = [];
  for (let i = 0; i <= corners; i++) {
    const along = majorM * Math.cos((i * 2 * Math.PI) / corners), across = minorM * Math.sin((i * 2 * Math.PI) / corners);
    ring.push([lon + (along * Math.sin(a) + across * Math.cos(a)) / east, lat + (along * Math.cos(a) - across * Math.sin(a)) / METRES_PER_DEGREE]);
  }
  return ring;
}

/** Half the longer axis of the 90 % ellipse on the screen; 0: not known. */
export function ellipsePixels(v: Vessels, slot: number, pr: Projector): number {
  if (!v.tracks.has[slot]) return 0;
  return (v.tracks.sigmaMajor[slot] / 10) * SIGMAS_90 / pr.metresPerPixel(v.lat[slot] / E4MIN);
}

/** `fill` null: the line alone. */
export function drawEllipse(v: Vessels, slot: number, pixels: number, width: number, colour: Rgba, fill: Rgba | null, lines: StrokeWriter, fills: PlainWriter): void {
  const lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN, t = v.tracks;
  const ring = ellipseRing(lon, lat, (t.sigmaMajor[slot] / 10) * SIGMAS_90, (t.sigmaMinor[slot] / 10) * SIGMAS_90, t.orientation[slot] / 10,
    pixels > SMALL_PX ? CORNERS : CORNERS_SMALL);
  lines.path(ring, width, colour);
  if (!fill) return;
  for (let i = 1; i < ring.length; i++) {
    fills.vertex(lon, lat, fill);
    fills.vertex(ring[i - 1][0], ring[i - 1][1], fill);
    fills.vertex(ring[i][0], ring[i][1], fill);
  }
}

/** How far the predictor's end spreads on the screen, to the side or along; 0: not known. */
export function spreadPixels(v: Vessels, slot: number, hours: number, pr: Projector): number {
  const t = v.tracks;
  if (!t.has[slot] || t.sigmaCourse[slot] === NO_U16 || t.sigmaSpeed[slot] === NO_U16) return 0;
  const aside = (v.speed(slot) ?? 0) * (t.sigmaCourse[slot] / 10) * RAD, along = t.sigmaSpeed[slot] / 10;
  return (Math.max(aside, along) * hours * NM_M) / pr.metresPerPixel(v.lat[slot] / E4MIN);
}

/** Where she may be at the end of the predictor: the corners of a piece of a ring, its near arc there, its far arc back. Null: not known. */
export function spreadOf(v: Vessels, slot: number, hours: number): { near: [number, number][]; far: [number, number][] } | null {
  const speed = v.speed(slot), course = v.course(slot), t = v.tracks;
  if (speed === null || course === null || !t.has[slot] || t.sigmaCourse[slot] === NO_U16 || t.sigmaSpeed[slot] === NO_U16) return null;
  const aside = t.sigmaCourse[slot] / 10, faster = t.sigmaSpeed[slot] / 10;
  if (aside > WIDEST_DEG || (aside === 0 && faster === 0)) return null;
  const lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
  const near: [number, number][] = [], far: [number, number][] = [];
  for (let i = 0; i <= ARC_STEPS; i++) {
    const towards = course + aside * ((2 * i) / ARC_STEPS - 1);
    near.push(destination(lon, lat, towards, Math.max(0, speed - faster) * hours));
    far.push(destination(lon, lat, towards, (speed + faster) * hours));
  }
  return { near, far };
}

export function drawSpread(v: Vessels, slot: number, hours: number, colour: Rgba, fills: PlainWriter): boolean {
  const spread = spreadOf(v, slot, hours);
  if (!spread) return false;
  const { near, far } = spread, lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
  const wedge: Rgba = [colour[0], colour[1], colour[2], Math.round(colour[3] * 0.45)];
  const corner = ([x, y]: [number, number], c: Rgba) => fills.vertex(x, y, c);
  for (let i = 1; i < near.length; i++) {
    corner([lon, lat], wedge);
    corner(near[i - 1], wedge);
    corner(near[i], wedge);
    for (const at of [near[i - 1], far[i - 1], far[i], near[i - 1], far[i], near[i]]) corner(at, colour);
  }
  return true;
}
