/**
 * Who is on stage while a block is played: for each vessel her rows in the block, the last one before it and the first
 * one after it. From these comes where she is at any moment of the block. Pure.
 */
import { CLASS, FLAG } from '../stream/vessels';
import { Block, copyRow, emptyRows, lastAt, Rows } from './block';

const NONE16 = 65535;
const MINUTE = 60000;
/** Between two positions further apart in time than this no line is drawn and nobody is moved. */
const GAP_MOVING = 6 * MINUTE, GAP_STILL = 30 * MINUTE;
/** Knots beyond which two positions are not of one voyage; aircraft fly. */
const FASTEST = 80;

export interface Cast {
  block: Block;
  next: Block | null;
  mmsi: Uint32Array;
  cls: Uint8Array;
  before: Rows; // by vessel; time NaN: none
  first: Int32Array; // rows in the block
  last: Int32Array; // one behind the last
  after: Int32Array; // first row in the next block; −1: none
}

/** `since`: who was where at the block's beginning (a region's state, or what a cast before leaves). */
export function makeCast(block: Block, since: { mmsi: Uint32Array; cls: Uint8Array; rows: Rows; at: (i: number) => number } | null): Cast {
  const index = new Map<number, number>();
  for (let i = 0; i < block.vessels; i++) index.set(block.mmsi[i], i);
  let n = block.vessels;
  if (since) for (let i = 0; i < since.mmsi.length; i++) if (since.at(i) >= 0 && !index.has(since.mmsi[i])) index.set(since.mmsi[i], n++);
  const mmsi = new Uint32Array(n), cls = new Uint8Array(n), before = emptyRows(n), first = new Int32Array(n), last = new Int32Array(n);
  before.time.fill(NaN);
  mmsi.set(block.mmsi);
  cls.set(block.cls);
  for (let i = 0; i < block.vessels; i++) {
    first[i] = block.first[i];
    last[i] = block.first[i + 1];
  }
  if (since) for (let i = 0; i < since.mmsi.length; i++) {
    const at = since.at(i), to = index.get(since.mmsi[i]);
    if (at < 0 || to === undefined) continue;
    if (to >= block.vessels) {
      mmsi[to] = since.mmsi[i];
      cls[to] = since.cls[i];
    }
    copyRow(before, to, since.rows, at);
  }
  return { block, next: null, mmsi, cls, before, first, last, after: new Int32Array(n).fill(-1) };
}

/** The next block's first rows: where those on stage are going. */
export function setNext(cast: Cast, next: Block): void {
  const index = new Map<number, number>();
  for (let i = 0; i < next.vessels; i++) index.set(next.mmsi[i], next.first[i]);
  cast.next = next;
  for (let i = 0; i < cast.mmsi.length; i++) cast.after[i] = index.get(cast.mmsi[i]) ?? -1;
}

/** What a cast leaves to the one after it: everybody's last row, in one table. */
export function leave(cast: Cast): { mmsi: Uint32Array; cls: Uint8Array; rows: Rows; at: (i: number) => number } {
  const rows = emptyRows(cast.mmsi.length);
  for (let i = 0; i < cast.mmsi.length; i++) {
    if (cast.last[i] > cast.first[i]) copyRow(rows, i, cast.block, cast.last[i] - 1);
    else copyRow(rows, i, cast.before, i);
  }
  return { mmsi: cast.mmsi, cls: cast.cls, rows, at: (i) => (Number.isNaN(rows.time[i]) ? -1 : i) };
}

export function isStill(cls: number, rows: Rows, i: number): boolean {
  const sog = rows.sog[i], status = rows.status[i];
  if (cls === CLASS.base || cls === CLASS.aton || sog < 5) return true;
  return (status === 1 || status === 5 || status === 6) && !(sog !== NONE16 && sog >= 20);
}

const isDistress = (cls: number) => cls >= CLASS.sart && cls <= CLASS.epirb;

export function flagsOf(cls: number, rows: Rows, i: number): number {
  const distress = isDistress(cls) ? (rows.status[i] === 15 ? FLAG.test : FLAG.distress) : 0;
  return distress | (isStill(cls, rows, i) ? FLAG.still : 0) | (rows.flags[i] & 1 ? FLAG.accurate : 0);
}

/** How long a vessel stays without a word, in ms: the server's region question says the same. */
export function lifetime(cls: number, rows: Rows, i: number): number {
  if (cls === CLASS.sar) return 15 * MINUTE;
  return rows.message[i] === 27 || isDistress(cls) || isStill(cls, rows, i) ? 60 * MINUTE : 30 * MINUTE;
}

/** Metres a degree, near enough to tell a ship from a mistake. */
function knots(a: Rows, i: number, b: Rows, j: number): number {
  const dlat = (b.lat[j] - a.lat[i]) / 10000, dlon = ((b.lon[j] - a.lon[i]) / 10000) * Math.cos((a.lat[i] / 600000) * (Math.PI / 180));
  const miles = Math.hypot(dlat, dlon);
  return miles < 0.5 ? 0 : miles / (Math.max(1000, b.time[j] - a.time[i]) / 3600000);
}

/** May a vessel be shown on the line between these two rows? */
export function joined(cls: number, a: Rows, i: number, b: Rows, j: number, step: number): boolean {
  const gap = b.time[j] - a.time[i];
  const most = Math.max(isStill(cls, a, i) ? GAP_STILL : GAP_MOVING, step * 2500);
  return gap <= most && Math.abs(b.lon[j] - a.lon[i]) < 108000000 && (cls === CLASS.sar || knots(a, i, b, j) <= FASTEST);
}

export interface Place { rows: Rows; row: number; lon: number; lat: number }

/** Where vessel i is at a moment: on the line between the report before and the one after. False: not to be shown. */
export function placeAt(cast: Cast, i: number, ms: number, place: Place): boolean {
  const { block, before, next } = cast;
  const row = lastAt(block.time, cast.first[i], cast.last[i], ms);
  let a: Rows = block, at = row;
  if (row < cast.first[i]) {
    if (!(before.time[i] <= ms)) return false;
    a = before;
    at = i;
  }
  if (ms - a.time[at] > lifetime(cast.cls[i], a, at)) return false;
  place.rows = a;
  place.row = at;
  place.lon = a.lon[at];
  place.lat = a.lat[at];
  const inside = row + 1 < cast.last[i];
  const b = inside ? block : next, to = inside ? row + 1 : cast.after[i];
  if (b && to >= 0 && ms > a.time[at] && b.time[to] > a.time[at] && joined(cast.cls[i], a, at, b, to, block.step)) {
    const share = (ms - a.time[at]) / (b.time[to] - a.time[at]);
    place.lon = Math.round(a.lon[at] + (b.lon[to] - a.lon[at]) * share);
    place.lat = Math.round(a.lat[at] + (b.lat[to] - a.lat[at]) * share);
  }
  return true;
}
