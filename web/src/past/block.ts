/** A block of positions as the server sends it (docs/formats/history.md): bytes in, columns out. Pure. */

export const BLOCK_VERSION = 2;
const MAGIC = 0x564748; // VGH, then the version's digit
const VESSEL = 16;
const ROW = 28;

/** What a row is: a position that was believed, or only what was heard of her otherwise. */
export const KIND = { position: 0, state: 1 } as const;

/** Rows by column. Times are milliseconds since 1970. */
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
  flags: Uint8Array; // as in the stream: FLAG of stream/vessels.ts
  cls: Uint8Array;
  kind: Uint8Array; // KIND
  silence: Uint16Array; // minutes that she may be silent and is still shown
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
  /** Vessel i has the rows first[i] … first[i + 1] − 1, in the order of time. */
  first: Int32Array;
  sources: string[];
  /** Parts of the archive that it lacks, for they can't be read. */
  unread?: number;
}

export class BlockError extends Error {}

export class BlockVersionError extends BlockError {
  constructor(readonly version: number) {
    super(`the block has version ${version}, this page reads ${BLOCK_VERSION}`);
  }
}

export function emptyRows(n: number): Rows {
  return {
    time: new Float64Array(n), lon: new Int32Array(n), lat: new Int32Array(n), sog: new Uint16Array(n), cog: new Uint16Array(n), heading: new Uint16Array(n),
    source: new Uint16Array(n), turn: new Int8Array(n), status: new Uint8Array(n), message: new Uint8Array(n), flags: new Uint8Array(n),
    cls: new Uint8Array(n), kind: new Uint8Array(n), silence: new Uint16Array(n),
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
  to.cls[i] = from.cls[j];
  to.kind[i] = from.kind[j];
  to.silence[i] = from.silence[j];
}

export function parseBlock(buffer: ArrayBuffer): Block {
  const view = new DataView(buffer);
  if (buffer.byteLength < 64 || view.getUint32(0, false) >>> 8 !== MAGIC) throw new BlockError('not a block');
  const version = view.getUint16(4, true);
  if (version !== BLOCK_VERSION || view.getUint8(3) !== 0x30 + BLOCK_VERSION) throw new BlockVersionError(version);
  const head = view.getUint16(6, true);
  const base = Number(view.getBigInt64(8, true)) / 1000;
  const vessels = view.getUint32(40, true), rows = view.getUint32(44, true), sourceCount = view.getUint32(48, true), nameBytes = view.getUint32(52, true);
  const columns = head + vessels * VESSEL;
  if (head < 64 || columns + rows * ROW + nameBytes > buffer.byteLength) throw new BlockError('shorter than it says');
  const degrees = (at: number) => view.getInt32(at, true) / 600000;
  const mmsi = new Uint32Array(vessels), first = new Int32Array(vessels + 1);
  for (let i = 0, at = head; i < vessels; i++, at += VESSEL) {
    mmsi[i] = view.getUint32(at, true);
    first[i + 1] = first[i] + view.getUint32(at + 4, true);
  }
  if (first[vessels] !== rows) throw new BlockError('rows of vessels do not add up');
  // All columns begin at multiples of their width, and all machines that run browsers are little-endian.
  const c4 = (n: number) => new Int32Array(buffer, columns + rows * 4 * n, rows);
  const c2 = (n: number) => new Uint16Array(buffer, columns + rows * (12 + 2 * n), rows);
  const c1 = (n: number) => new Uint8Array(buffer, columns + rows * (22 + n), rows);
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
  for (let i = 0, at = columns + rows * ROW; i < sourceCount; i++) {
    const n = view.getUint8(at);
    sources.push(text.decode(new Uint8Array(buffer, at + 1, n)));
    at += 1 + n;
  }
  return {
    base, end: base + view.getUint32(16, true), step: view.getUint32(20, true), final: (view.getUint32(56, true) & 1) === 1,
    west: degrees(24), south: degrees(28), east: degrees(32), north: degrees(36), vessels, rows, mmsi, first, sources,
    time, lon, lat, sog: c2(0), cog: c2(1), heading: c2(2), source: c2(3), silence: c2(4),
    turn: new Int8Array(buffer, columns + rows * 22, rows), status: c1(1), message: c1(2), flags: c1(3), cls: c1(4), kind: c1(5),
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
