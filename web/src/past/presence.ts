/**
 * Who is present while a block is played: for each vessel her rows in the block, the last one before it and the first
 * one after it. From these comes where she is at any moment of the block. What she is, and for how long she may be silent,
 * the server says in each row. Pure.
 */
import { NO_POSITION } from '../stream/frames';
import { FLAG } from '../stream/vessels';
import { Block, copyRow, emptyRows, KIND, lastAt, Rows } from './block';

const MINUTE = 60000;
/** Between two positions further apart in time than this no line is drawn and nobody is moved. */
const GAP_MOVING = 6 * MINUTE, GAP_STILL = 30 * MINUTE;
/** Half the world in 1/10 000 minute: such a step crosses the antimeridian. */
const HALF_WORLD = 108000000;

/** One row of each vessel: her state at a moment. A time of NaN: none. */
export interface State { mmsi: Uint32Array; rows: Rows }

export interface Presence {
  block: Block;
  next: Block | null;
  mmsi: Uint32Array;
  /** By vessel: the newest row before the block, and the newest believed position. */
  before: Rows;
  beforeAt: Rows;
  first: Int32Array; // rows in the block
  last: Int32Array; // one behind the last
  after: Int32Array; // first believed position in the next block; −1: none
}

/** `since`: the states at the block's beginning (a region's, or those that the block before ends with), and where each was last seen. */
export function presenceOf(block: Block, since: { state: State; position: State } | null): Presence {
  const index = new Map<number, number>();
  for (let i = 0; i < block.vessels; i++) index.set(block.mmsi[i], i);
  let n = block.vessels;
  if (since) for (let i = 0; i < since.state.mmsi.length; i++) if (!Number.isNaN(since.state.rows.time[i]) && !index.has(since.state.mmsi[i])) index.set(since.state.mmsi[i], n++);
  const mmsi = new Uint32Array(n), before = emptyRows(n), beforeAt = emptyRows(n), first = new Int32Array(n), last = new Int32Array(n);
  before.time.fill(NaN);
  beforeAt.time.fill(NaN);
  mmsi.set(block.mmsi);
  for (let i = 0; i < block.vessels; i++) {
    first[i] = block.first[i];
    last[i] = block.first[i + 1];
  }
  if (since) for (let i = 0; i < since.state.mmsi.length; i++) {
    const to = index.get(since.state.mmsi[i]);
    if (Number.isNaN(since.state.rows.time[i]) || to === undefined) continue;
    mmsi[to] = since.state.mmsi[i];
    copyRow(before, to, since.state.rows, i);
    copyRow(beforeAt, to, since.position.rows, i);
  }
  return { block, next: null, mmsi, before, beforeAt, first, last, after: new Int32Array(n).fill(-1) };
}

/** What a region's block says: the last row of each vessel. */
export function stateOfRegion(region: Block): { state: State; position: State } {
  const state: State = { mmsi: region.mmsi, rows: emptyRows(region.vessels) }, position: State = { mmsi: region.mmsi, rows: emptyRows(region.vessels) };
  position.rows.time.fill(NaN);
  state.rows.time.fill(NaN);
  for (let i = 0; i < region.vessels; i++) {
    const from = region.first[i], to = region.first[i + 1];
    if (to > from) copyRow(state.rows, i, region, to - 1);
    const at = believed(region, from, to - 1);
    if (at >= from) copyRow(position.rows, i, region, at);
  }
  return { state, position };
}

/** What a block leaves to the one after it. */
export function stateAfter(presence: Presence): { state: State; position: State } {
  const { block, mmsi, first, last } = presence;
  const state = emptyRows(mmsi.length), position = emptyRows(mmsi.length);
  for (let i = 0; i < mmsi.length; i++) {
    if (last[i] > first[i]) copyRow(state, i, block, last[i] - 1);
    else copyRow(state, i, presence.before, i);
    const at = believed(block, first[i], last[i] - 1);
    if (at >= first[i]) copyRow(position, i, block, at);
    else copyRow(position, i, presence.beforeAt, i);
  }
  return { state: { mmsi, rows: state }, position: { mmsi, rows: position } };
}

/** The next block's first positions: where those who are present are going. */
export function setNext(presence: Presence, next: Block): void {
  const index = new Map<number, number>();
  for (let i = 0; i < next.vessels; i++) index.set(next.mmsi[i], i);
  presence.next = next;
  for (let i = 0; i < presence.mmsi.length; i++) {
    const at = index.get(presence.mmsi[i]);
    presence.after[i] = at === undefined ? -1 : following(next, next.first[at], next.first[at + 1]);
  }
}

/** Row `at`, or the nearest one before it down to `from`, that is a believed position; from − 1: none. */
function believed(rows: Rows, from: number, at: number): number {
  while (at >= from && rows.kind[at] !== KIND.position) at--;
  return at;
}

/** The first believed position of [at, to); −1: none. */
function following(rows: Rows, at: number, to: number): number {
  while (at < to && rows.kind[at] !== KIND.position) at++;
  return at < to ? at : -1;
}

/** May a vessel be shown on the line between these two positions? */
export function joined(a: Rows, i: number, b: Rows, j: number, step: number): boolean {
  const gap = b.time[j] - a.time[i];
  const most = Math.max(a.flags[i] & FLAG.still ? GAP_STILL : GAP_MOVING, step * 2500);
  return a.kind[i] === KIND.position && b.kind[j] === KIND.position && a.cls[i] === b.cls[j] && gap <= most && Math.abs(b.lon[j] - a.lon[i]) < HALF_WORLD;
}

/** `rows[row]` says what she is, `said[at]` where she was last believed to be. */
export interface Place { rows: Rows; row: number; said: Rows; at: number; lon: number; lat: number }

/** Where vessel i is at a moment: on the line between the position before and the one after. False: not to be shown. */
export function placeAt(presence: Presence, i: number, ms: number, place: Place): boolean {
  const { block, before, beforeAt, next } = presence;
  const first = presence.first[i], last = presence.last[i];
  const row = lastAt(block.time, first, last, ms);
  if (row >= first) {
    place.rows = block;
    place.row = row;
  } else {
    if (!(before.time[i] <= ms)) return false;
    place.rows = before;
    place.row = i;
  }
  if (ms - place.rows.time[place.row] > place.rows.silence[place.row] * MINUTE) return false;
  const inside = believed(block, first, row);
  const a = inside >= first ? block : beforeAt, at = inside >= first ? inside : i;
  // Only a state is known: she stands where that says.
  if (Number.isNaN(a.time[at])) {
    place.said = place.rows;
    place.at = place.row;
    place.lon = place.rows.lon[place.row];
    place.lat = place.rows.lat[place.row];
    return place.lon !== NO_POSITION;
  }
  place.said = a;
  place.at = at;
  place.lon = a.lon[at];
  place.lat = a.lat[at];
  const here = following(block, Math.max(row + 1, first), last);
  const b = here >= 0 ? block : next, to = here >= 0 ? here : presence.after[i];
  // A vessel that is another thing by now is not moved on as what she was.
  if (b && to >= 0 && ms > a.time[at] && b.time[to] > a.time[at] && place.rows.cls[place.row] === a.cls[at] && joined(a, at, b, to, block.step)) {
    const share = (ms - a.time[at]) / (b.time[to] - a.time[at]);
    place.lon = Math.round(a.lon[at] + (b.lon[to] - a.lon[at]) * share);
    place.lat = Math.round(a.lat[at] + (b.lat[to] - a.lat[at]) * share);
  }
  return true;
}
