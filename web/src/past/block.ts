/** A block of positions as the server sends it (docs/formats/history.md): bytes in, columns out. Pure. */

export const BLOCK_VESSEL = 16;

/** Rows of positions by column. Times are milliseconds since 1970. */
export interface Rows {
  time: Float64Array;
  lon: Int32Array; // 1/10 000 minute
  lat: Int32Array;
  sog: Uint16Array; // 65535: not said; so for cog and heading
  cog: Uint16Array;
  heading: Uint16Array;
  source: Uint16Array;
  turn: Int8Array; // −128: not said
  status: Uint8Array; // 255: not said
  message: Uint8Array;
  flags: Uint8Array; // 1: better than 10 m
}

export interface Block extends Rows {
  base: number; // ms
  end: number; // ms
  step: number; // s
  final: boolean;
  west: number; south: number; east: number; north: number; // degrees
  vessels: number;
  rows: number;
  mmsi: Uint32Array;
  cls: Uint8Array;
  /** Vessel i has the rows first[i] … first[i + 1] − 1, in the order of time. */
  first: Int32Array;
  sources: string[];
}

export class BlockError extends Error {}

export function emptyRows(n: number): Rows {
  return {
    time: new Float64Array(n), lon: new Int32Array(n), lat: new Int32Array(n), sog: new Uint16Array(n), cog: new Uint16Array(n), heading: new Uint16Array(n),
    source: new Uint16Array(n), turn: new Int8Array(n), status: new Uint8Array(n), message: new Uint8Array(n), flags: new Uint8Array(n),
  };
}

export function copyRow(to: Rows, i: number, from: Rows, j: number): void {
  to.time[i] = from.time[j];
  to.lon[i] = from.lon[j];
  to.lat[i] = from.lat[j];
  to.sog[i] = from.sog[j];
  to.cog[i] = from.cog[j];
  to.heading[i] = from.heading[j];
  to.source[i] = from.source[j];
  to.turn[i] = from.turn[j];
  to.status[i] = from.status[j];
  to.message[i] = from.message[j];
  to.flags[i] = from.flags[j];
}

export function parseBlock(buffer: ArrayBuffer): Block {
  const view = new DataView(buffer);
  if (buffer.byteLength < 64 || view.getUint32(0, false) !== 0x56474831 /* VGH1 */) throw new BlockError('not a block');
  if (view.getUint16(4, true) !== 1) throw new BlockError(`version ${view.getUint16(4, true)}`);
  const head = view.getUint16(6, true);
  const base = Number(view.getBigInt64(8, true)) / 1000;
  const vessels = view.getUint32(40, true), rows = view.getUint32(44, true), sourceCount = view.getUint32(48, true), nameBytes = view.getUint32(52, true);
  const columns = head + vessels * BLOCK_VESSEL;
  if (head < 64 || columns + rows * 24 + nameBytes > buffer.byteLength) throw new BlockError('shorter than it says');
  const degrees = (at: number) => view.getInt32(at, true) / 600000;
  const mmsi = new Uint32Array(vessels), cls = new Uint8Array(vessels), first = new Int32Array(vessels + 1);
  for (let i = 0, at = head; i < vessels; i++, at += BLOCK_VESSEL) {
    mmsi[i] = view.getUint32(at, true);
    first[i + 1] = first[i] + view.getUint32(at + 4, true);
    cls[i] = view.getUint8(at + 8);
  }
  if (first[vessels] !== rows) throw new BlockError('rows of vessels do not add up');
  // All columns begin at multiples of their width, and all machines that run browsers are little-endian.
  const c4 = (n: number) => new Int32Array(buffer, columns + rows * 4 * n, rows);
  const c2 = (n: number) => new Uint16Array(buffer, columns + rows * (12 + 2 * n), rows);
  const c1 = (n: number) => new Uint8Array(buffer, columns + rows * (20 + n), rows);
  const [dt, dlon, dlat] = [c4(0), c4(1), c4(2)];
  const time = new Float64Array(rows), lon = new Int32Array(rows), lat = new Int32Array(rows);
  for (let i = 0; i < vessels; i++) {
    let ms = base, x = 0, y = 0;
    for (let r = first[i]; r < first[i + 1]; r++) {
      time[r] = ms += dt[r];
      lon[r] = x += dlon[r];
      lat[r] = y += dlat[r];
    }
  }
  const sources: string[] = [];
  const text = new TextDecoder();
  for (let i = 0, at = columns + rows * 24; i < sourceCount; i++) {
    const n = view.getUint8(at);
    sources.push(text.decode(new Uint8Array(buffer, at + 1, n)));
    at += 1 + n;
  }
  return {
    base, end: base + view.getUint32(16, true), step: view.getUint32(20, true), final: (view.getUint32(56, true) & 1) === 1,
    west: degrees(24), south: degrees(28), east: degrees(32), north: degrees(36), vessels, rows, mmsi, cls, first, sources,
    time, lon, lat, sog: c2(0), cog: c2(1), heading: c2(2), source: c2(3), turn: new Int8Array(buffer, columns + rows * 20, rows), status: c1(1), message: c1(2), flags: c1(3),
  };
}

/** Index of the last row of [from, to) with time ≤ ms; from − 1 if there is none. */
export function lastAt(time: Float64Array, from: number, to: number, ms: number): number {
  let low = from, high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
