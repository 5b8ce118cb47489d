import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHash, writeHash } from '../src/app/hash';
import { createState } from '../src/app/state';
import { Block, BlockError, BlockVersionError, KIND, lastAt, parseBlock } from '../src/past/block';
import { joined, Place, placeAt, presenceOf, setNext, stateAfter, stateOfRegion } from '../src/past/presence';
import { addGrid, cellFor, chunksOf, nearlyMost, parseDensity, rampColour, RAMPS, soften } from '../src/past/density';
import { boxText, coarser, holds, planFor, snapBox, viewBox } from '../src/past/plan';
import { PastVessels } from '../src/past/vessels';
import { trailsSince } from '../src/past/trails';
import { CLASS, FLAG } from '../src/stream/vessels';
import { parseMoment } from '../src/ui/timebar';
import { markText, stepFor } from '../src/ui/timeline';

const T0 = Date.parse('2026-11-20T10:00:00Z');
interface Row { s: number; lon: number; lat: number; sog?: number; status?: number; message?: number; cls?: number; flags?: number; kind?: number; silence?: number }
interface Ship { mmsi: number; rows: Row[] }

/** Written from docs/formats/history.md, not from the parser. */
function encode(ships: Ship[], { base = T0, seconds = 600, step = 0, sources = ['unknown', 'Manta', 'Guayaquil/r01'], version = 2 } = {}): ArrayBuffer {
  const rows = ships.reduce((n, ship) => n + ship.rows.length, 0);
  const names = sources.map((name) => new TextEncoder().encode(name));
  const nameBytes = names.reduce((n, name) => n + 1 + name.length, 0);
  const buffer = new ArrayBuffer(64 + ships.length * 16 + rows * 28 + nameBytes);
  const v = new DataView(buffer), bytes = new Uint8Array(buffer);
  bytes.set(new TextEncoder().encode(`VGH${version}`));
  v.setUint16(4, version, true);
  v.setUint16(6, 64, true);
  v.setBigInt64(8, BigInt(base) * 1000n, true);
  [seconds * 1000, step, -90 * 600000, -5 * 600000, -78.75 * 600000, 5 * 600000, ships.length, rows, sources.length, nameBytes, 1].forEach((value, i) => v.setInt32(16 + i * 4, value, true));
  ships.forEach((ship, i) => {
    v.setUint32(64 + i * 16, ship.mmsi, true);
    v.setUint32(68 + i * 16, ship.rows.length, true);
  });
  let at = 64 + ships.length * 16;
  const column = (width: 1 | 2 | 4, value: (row: Row) => number, differences = false) => {
    for (const ship of ships) {
      let before = 0;
      for (const row of ship.rows) {
        const x = Math.round(value(row));
        if (width === 4) v.setInt32(at, differences ? x - before : x, true);
        else if (width === 2) v.setUint16(at, x, true);
        else v.setUint8(at, x & 255);
        before = x;
        at += width;
      }
    }
  };
  column(4, (r) => r.s * 1000, true);
  column(4, (r) => r.lon * 600000, true);
  column(4, (r) => r.lat * 600000, true);
  column(2, (r) => (r.sog === undefined ? 120 : r.sog));
  column(2, () => 900);
  column(2, () => 65535);
  column(2, () => 1);
  column(2, (r) => r.silence ?? 30);
  column(1, () => -10);
  column(1, (r) => r.status ?? 0);
  column(1, (r) => r.message ?? 1);
  column(1, (r) => r.flags ?? 0);
  column(1, (r) => r.cls ?? CLASS.a);
  column(1, (r) => r.kind ?? KIND.position);
  for (const name of names) {
    v.setUint8(at, name.length);
    bytes.set(name, at + 1);
    at += 1 + name.length;
  }
  assert.equal(at, buffer.byteLength);
  return buffer;
}
const block = (ships: Ship[], options = {}): Block => parseBlock(encode(ships, options));
const place: Place = { rows: null as unknown as Block, row: 0, said: null as unknown as Block, at: 0, lon: 0, lat: 0 };

test('every column of a block arrives as written', () => {
  const b = block([{ mmsi: 7, rows: [{ s: 1, lon: -80, lat: -2 }, { s: 11.5, lon: -79.99, lat: -2.01 }] }, { mmsi: 9, rows: [{ s: 2, lon: 179.9, lat: 60, sog: 0, status: 255, cls: CLASS.b, flags: FLAG.accurate, kind: KIND.state, silence: 1440 }] }]);
  assert.deepEqual([b.base, b.end, b.step, b.final, b.vessels, b.rows], [T0, T0 + 600000, 0, true, 2, 3]);
  assert.deepEqual([...b.time].map((ms) => ms - T0), [1000, 11500, 2000]);
  assert.deepEqual([...b.lon], [-48000000, -47994000, 107940000]);
  assert.deepEqual([...b.lat], [-1200000, -1206000, 36000000]);
  assert.deepEqual([...b.first], [0, 2, 3]);
  assert.deepEqual([b.mmsi[1], b.cls[2], b.sog[2], b.cog[0], b.heading[0], b.turn[1], b.status[2], b.message[0], b.flags[2], b.kind[2], b.silence[2], b.silence[0], b.source[2]], [9, CLASS.b, 0, 900, 65535, -10, 255, 1, FLAG.accurate, KIND.state, 1440, 30, 1]);
  assert.deepEqual(b.sources, ['unknown', 'Manta', 'Guayaquil/r01']);
  assert.equal(b.west, -90);
});

test('a block that is cut short, or another thing, is refused', () => {
  const whole = encode([{ mmsi: 7, rows: [{ s: 1, lon: -80, lat: -2 }] }]);
  for (const length of [0, 63, 80, whole.byteLength - 1]) assert.throws(() => parseBlock(whole.slice(0, length)), BlockError);
  const other = whole.slice(0);
  new Uint8Array(other)[0] = 88;
  assert.throws(() => parseBlock(other), (error) => error instanceof BlockError && !(error instanceof BlockVersionError));
  for (const version of [1, 3]) assert.throws(() => parseBlock(encode([], { version })), (error) => error instanceof BlockVersionError && error.version === version);
});

test('the last row at a moment is found', () => {
  const time = Float64Array.from([1, 5, 5, 9]);
  assert.deepEqual([0, 1, 4, 5, 8, 9, 99].map((ms) => lastAt(time, 0, 4, ms)), [-1, 0, 0, 2, 2, 3, 3]);
  assert.equal(lastAt(time, 2, 2, 5), 1);
});

test('a vessel is on the line between two positions, and across two blocks', () => {
  const p = presenceOf(block([{ mmsi: 7, rows: [{ s: 500, lon: -80, lat: -2 }, { s: 590, lon: -79.995, lat: -2 }] }]), null);
  assert.equal(placeAt(p, 0, T0 + 499000, place), false, 'not heard yet');
  assert.ok(placeAt(p, 0, T0 + 545000, place));
  assert.equal(place.lon, -47998500);
  assert.equal(place.row, 0, 'speed and course are those of the report before');
  setNext(p, block([{ mmsi: 7, rows: [{ s: 5, lon: -70, lat: -2, kind: KIND.state }, { s: 10, lon: -79.993, lat: -2 }] }], { base: T0 + 600000 }));
  assert.ok(placeAt(p, 0, T0 + 600000, place));
  assert.equal(place.lon, -47996400);
});

test('nobody is moved across a long gap, or on as what she was', () => {
  const rows = (to: Partial<Row>, still = 0): Row[] => [{ s: 0, lon: -80, lat: -2, flags: still }, { s: 300, lon: -79.99, lat: -2, ...to }];
  const b = block([{ mmsi: 7, rows: rows({ s: 420 }) }, { mmsi: 8, rows: rows({ cls: CLASS.b }) }, { mmsi: 9, rows: rows({ s: 560 }, FLAG.still) }, { mmsi: 10, rows: rows({}) }]);
  const p = presenceOf(b, null);
  const moved = [0, 1, 2, 3].map((i) => placeAt(p, i, T0 + 50000, place) && place.lon !== -48000000);
  assert.deepEqual(moved, [false, false, true, true]);
  assert.equal(joined(b, 0, b, 1, 300), true, 'a block thinned to five minutes has gaps of five minutes');
});

test('a row that is only a state changes what she is, not where', () => {
  const p = presenceOf(block([{ mmsi: 7, rows: [{ s: 0, lon: -80, lat: -2 }, { s: 100, lon: -75, lat: 3, kind: KIND.state, flags: FLAG.held, sog: 50 }, { s: 200, lon: -79.99, lat: -2 }] }]), null);
  assert.ok(placeAt(p, 0, T0 + 150000, place));
  assert.deepEqual([place.lon, place.lat, place.rows.flags[place.row], place.rows.sog[place.row], place.at], [-47995500, -1200000, FLAG.held, 50, 0]);
});

test('she is shown until her last word and as long as the server says she may be silent', () => {
  const p = presenceOf(block([{ mmsi: 7, rows: [{ s: 0, lon: -80, lat: -2, silence: 15 }] }, { mmsi: 8, rows: [{ s: 0, lon: -80, lat: -2, silence: 15 }, { s: 300, lon: 0, lat: 0, kind: KIND.state, silence: 60 }] }]), null);
  const shown = (i: number, s: number) => placeAt(p, i, T0 + s * 1000, place);
  assert.deepEqual([shown(0, 900), shown(0, 901), shown(1, 901), shown(1, 3900), shown(1, 3901)], [true, false, true, true, false]);
});

test('a block begins with who was there before it, and leaves everyone to the next', () => {
  const region = block([{ mmsi: 5, rows: [{ s: 3000, lon: -81, lat: -1 }] }, { mmsi: 7, rows: [{ s: 3580, lon: -80.002, lat: -2 }, { s: 3590, lon: 0, lat: 0, kind: KIND.state, flags: FLAG.held }] }], { base: T0 - 3600000, seconds: 3600 });
  const p = presenceOf(block([{ mmsi: 7, rows: [{ s: 20, lon: -79.998, lat: -2 }] }]), stateOfRegion(region));
  assert.deepEqual([...p.mmsi], [7, 5]);
  assert.ok(placeAt(p, 0, T0, place));
  assert.deepEqual([place.lon, place.rows.flags[place.row]], [-48000000, FLAG.held], 'half way from the position before, as the state after it says');
  assert.ok(placeAt(p, 1, T0 + 1000, place));
  const next = presenceOf(block([], { base: T0 + 600000 }), stateAfter(p));
  assert.deepEqual([...next.mmsi], [7, 5]);
  assert.ok(placeAt(next, 0, T0 + 601000, place));
  assert.equal(place.lon, -47998800);
});

test('the vessels of a moment keep their slots, get names, and go', () => {
  const v = new PastVessels();
  const presence = presenceOf(block([{ mmsi: 7, rows: [{ s: 0, lon: -80, lat: -2 }] }, { mmsi: 9, rows: [{ s: 300, lon: -81, lat: -2 }] }]), null);
  v.show(presence, null, T0 + 1000);
  assert.equal(v.count, 1);
  const slot = v.find(7);
  v.show(presence, new Map([[7, { mmsi: 7, class: 'a', name: 'MANTA', flag: 'EC', shiptype: 70, draught: 7.1, eta: '11-23T10:05Z', to_bow: 100, to_stern: 20 }]]), T0 + 400000);
  assert.deepEqual([v.count, v.find(7), v.name[slot], v.shiptype[slot], v.draught[slot], v.length(slot)], [2, slot, 'MANTA', 70, 71, 120]);
  assert.deepEqual(v.saidPosition(slot), { lon: -80, lat: -2, time: T0 / 1000, source: 1, message: 1 });
  assert.deepEqual([...v.eta.subarray(slot * 4, slot * 4 + 4)], [11, 23, 10, 5]);
  v.show(presence, null, T0 + 1000);
  assert.deepEqual([v.count, v.find(9)], [1, -1]);
  v.show(presenceOf(block([], { base: T0 + 86400000 }), null), null, T0 + 86400000);
  assert.equal(v.count, 0);
});

test('boxes go outward to a grid and stay there', () => {
  for (const box of [{ west: -81.37, south: -2.81, east: -80.12, north: -1.71 }, { west: 170, south: -20, east: -170, north: -10 }, { west: -180, south: -85, east: 180, north: 85 }, { west: 10, south: 10, east: 10, north: 10 }]) {
    const s = snapBox(box);
    assert.ok(s.south <= box.south && s.north >= box.north && holds({ ...s }, { ...box }) !== undefined);
    assert.equal(boxText(snapBox(s)), boxText(s));
  }
  const s = snapBox({ west: 179.2, south: -20, east: -179.2, north: -19 });
  assert.ok(s.west <= 179.2 && s.east >= -179.2 && s.west > s.east);
  assert.equal(boxText(snapBox({ west: -180, south: -85, east: 180, north: 85 })), '-180,-90,180,90');
});

test('a small pan stays in the plan, a far one and a deep zoom do not', () => {
  const plan = snapBox(viewBox(-82, -4, -79, -1));
  assert.ok(holds(plan, { west: -81.8, south: -4, east: -78.8, north: -1 }));
  assert.ok(!holds(plan, { west: -70, south: -4, east: -67, north: -1 }));
  assert.ok(!holds(plan, { west: -80.1, south: -2.1, east: -80, north: -2 }));
  assert.ok(holds(snapBox({ west: 178, south: -20, east: -178, north: -17 }), { west: 179, south: -19, east: -179, north: -18 }));
});

test('fast and wide is asked for coarsely', () => {
  const narrow = { west: -80.5, south: -3, east: -79.5, north: -2 };
  assert.deepEqual(planFor(narrow, 1), { box: narrow, seconds: 600, step: 0 });
  assert.deepEqual(planFor(narrow, 600), { box: narrow, seconds: 3600, step: 60 });
  assert.equal(planFor({ west: -180, south: -80, east: 180, north: 80 }, 1).step, 120);
  assert.deepEqual([coarser(0), coarser(60), coarser(600)], [10, 120, null]);
});

test('density arrives as written, adds up and is coloured by its rank', () => {
  const buffer = new ArrayBuffer(64 + 16), v = new DataView(buffer);
  new Uint8Array(buffer).set(new TextEncoder().encode('VGD1'));
  v.setUint16(4, 1, true);
  v.setUint16(6, 64, true);
  [-81 * 600000, -3 * 600000, 60000, 10, 20, 2].forEach((value, i) => v.setInt32(24 + i * 4, value, true));
  v.setBigUint64(48, 12n, true);
  [[3, 4, 5], [9, 19, 7]].forEach(([x, y, n], i) => {
    v.setUint16(64 + i * 8, x, true);
    v.setUint16(66 + i * 8, y, true);
    v.setUint32(68 + i * 8, n, true);
  });
  const grid = parseDensity(buffer);
  assert.deepEqual([grid.west, grid.south, grid.cell, grid.columns, grid.rows, grid.minutes], [-81, -3, 0.1, 10, 20, 12]);
  const sum = addGrid(addGrid(null, grid), grid);
  assert.deepEqual([sum.count[43], sum.count[199], sum.minutes, grid.count[43]], [10, 14, 24, 5]);
  assert.equal(nearlyMost(sum), 10);
  assert.ok(soften(sum)[44] > 0 && Math.abs(soften(sum)[43] - 2.5) < 1e-9);
  for (const ramp of Object.values(RAMPS)) {
    assert.equal(rampColour(ramp, 0)[3], 0);
    assert.ok(rampColour(ramp, 1)[3] > 200 && rampColour(ramp, 0.5)[3] > rampColour(ramp, 0.1)[3]);
  }
  assert.throws(() => parseDensity(buffer.slice(0, 70)), BlockError);
});

test('spans are asked for in pieces that repeat', () => {
  assert.deepEqual(chunksOf(T0 + 1, T0 + 7200000), [[T0, T0 + 3600000], [T0 + 3600000, T0 + 7200000]]);
  for (const hours of [1, 5, 24, 24 * 7, 24 * 31]) {
    const chunks = chunksOf(T0 + 12345, T0 + hours * 3600000);
    assert.ok(chunks.length <= 14 && chunks[0][0] <= T0 + 12345 && chunks[chunks.length - 1][1] >= T0 + hours * 3600000);
    for (const [from, to] of chunks) assert.ok(from % (to - from) === 0 && to - from <= 31 * 86400000);
  }
  assert.deepEqual([360, 10, 0.5, 0.001].map(cellFor), [1, 0.05, 0.0025, 0.001]);
});

test('a moment is read as people write it', () => {
  const near = Date.parse('2026-11-20T10:00:00Z');
  const iso = (text: string) => { const at = parseMoment(text, near); return at === null ? null : new Date(at).toISOString(); };
  assert.equal(iso('2026-11-21 05:20'), '2026-11-21T05:20:00.000Z');
  assert.equal(iso(' 2026-11-21T05:20:33Z '), '2026-11-21T05:20:33.000Z');
  assert.equal(iso('2026-11-21'), '2026-11-21T00:00:00.000Z');
  assert.equal(iso('7:05'), '2026-11-20T07:05:00.000Z');
  for (const wrong of ['', 'now', '2026-02-30', '2026-11-21 24:00', '2026-11-21 12:60', '21/11/2026']) assert.equal(iso(wrong), null, wrong);
});

test('the scale has round steps and names midnights by their day', () => {
  assert.equal(stepFor(86400000 / 1200), 6 * 3600000 / 2);
  assert.equal(markText(Date.parse('2026-11-21T00:00:00Z'), 3600000, 'es'), '21 nov');
  assert.equal(markText(Date.parse('2026-11-21T03:00:00Z'), 3600000, 'es'), '03:00');
});

test('a link carries the moment of the past', () => {
  const state = createState();
  const at = Date.parse('2026-11-20T10:00:05Z');
  const hash = writeHash({ lon: -80, lat: -2, zoom: 7 }, state.get(), at + 400);
  assert.equal(readHash(hash).at, at);
  assert.equal(readHash(writeHash({ lon: -80, lat: -2, zoom: 7 }, state.get())).at, null);
  assert.equal(readHash('#past=yesterday').at, null);
});

test('where there are too many trails, all are cut shorter alike', () => {
  const blocks = [0, 1, 2].map((i) => ({ base: T0 + i * 600000, end: T0 + (i + 1) * 600000, rows: 1000 }));
  const time = T0 + 1800000;
  assert.equal(trailsSince(blocks, time, 30, 5000), T0);
  assert.equal(trailsSince(blocks, time, 30, 1500), time - 900000);
  assert.equal(trailsSince(blocks, time - 300000, 10, 5000), time - 900000);
  assert.equal(trailsSince([], time, 10, 10), time - 600000);
});
