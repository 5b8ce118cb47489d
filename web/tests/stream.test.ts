import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameParser, Hello, StreamError, StreamVersionError, Tick } from '../src/stream/frames';
import { Vessels, FLAG } from '../src/stream/vessels';
// The mock's writer is independent of the parser: the two check each other.
import * as wire from '../dev/wire.mjs';

const vessel = (slot: number, more: object = {}) => ({
  slot, mmsi: 735000000 + slot, contact: 0xa1b2c3d400000000n + BigInt(slot), lon: -80.123456, lat: -2.5, at: 1700000000, speed: 12.3, course: 359.9, heading: true, turn: -5, status: 0,
  cls: 1, flags: 4, source: 300, type: 70, aton: 0, flag: 'EC', name: 'ÑANDÚ', callsign: 'HC1', dest: 'ECGYE', draught: 71, imo: 9000001,
  bow: 300, stern: 40, port: 20, starboard: 25, eta: [11, 23, 10, 0], ...more,
});
const bytes = (frames: Uint8Array[]) => {
  const all = new Uint8Array(frames.reduce((n, f) => n + f.length, 0));
  let at = 0;
  for (const f of frames) { all.set(f, at); at += f.length; }
  return all;
};
const hello = (epoch = 7n) => wire.hello({ tickMs: 250, epoch, clockUs: 1700000000000000n, capacity: 1000, seq: 1 });
const tick = (inView: number) => wire.tick({ seq: 5, clockUs: 1700000001500000n, vessels: 9, inView });

function store() {
  const seen = { hello: null as Hello | null, tick: null as Tick | null };
  const vessels = new Vessels((x) => (seen.hello = x), (x) => (seen.tick = x));
  return { vessels, seen, parser: new FrameParser(vessels) };
}

test('every field of MOVE and STATIC arrives as written', () => {
  const { vessels: v, seen, parser } = store();
  parser.push(bytes([hello(), ...wire.moves([vessel(3)], 2), ...wire.statics([vessel(3)], 2), tick(1)]));
  assert.equal(seen.hello!.capacity, 1000);
  assert.equal(seen.tick!.clockUs, 1700000001500000);
  assert.equal(v.count, 1);
  const s = v.find(735000003);
  assert.equal(s, 3);
  assert.deepEqual([v.contactId(s), v.findContact('a1b2c3d400000003'), v.findContact('a1b2c3d400000004')], ['a1b2c3d400000003', 3, -1]);
  assert.equal(v.lon[s] / 600000, Math.round(-80.123456 * 600000) / 600000);
  assert.deepEqual([v.speed(s), v.course(s), v.heading[s], v.turn[s], v.status[s], v.cls[s], v.source[s]], [12.3, 359.9, 0, -5, 0, 1, 300]);
  assert.equal(v.flags[s] & FLAG.held, FLAG.held);
  assert.deepEqual([v.name[s], v.callsign[s], v.destination[s], v.imo[s], v.draught[s]], ['ÑANDÚ', 'HC1', 'ECGYE', 9000001, 71]);
  assert.deepEqual([...v.dims.subarray(12, 16)], [300, 40, 20, 25]);
  assert.deepEqual([...v.eta.subarray(12, 16)], [11, 23, 10, 0]);
});

test('frames cut at every possible byte give the same', () => {
  const all = bytes([hello(), ...wire.moves([vessel(1), vessel(2)], 2), ...wire.statics([vessel(1)], 2), tick(2)]);
  for (let cut = 1; cut < all.length; cut++) {
    const { vessels: v, seen, parser } = store();
    parser.push(all.slice(0, cut));
    parser.push(all.slice(cut));
    assert.deepEqual([v.count, v.name[1], seen.tick?.inView], [2, 'ÑANDÚ', 2]);
  }
});

test('longer rows and unknown kinds of later versions are stepped over', () => {
  const { vessels: v, parser } = store();
  const move = wire.moves([vessel(1), vessel(2)], 2)[0];
  const rows = [move.subarray(16, 64), new Uint8Array(8), move.subarray(64, 112), new Uint8Array(8)];
  const frame = bytes([move.subarray(0, 16), ...rows]);
  new DataView(frame.buffer).setUint32(0, frame.length - 4, true);
  const unknown = tick(0).slice();
  unknown[4] = 99;
  parser.push(bytes([wire.hello({ tickMs: 250, epoch: 1n, clockUs: 0n, capacity: 10, seq: 1, rowSize: 56 }), unknown, frame]));
  assert.deepEqual([v.count, v.mmsi[2]], [2, 735000002]);
});

test('a stream that is none of ours, or breaks its own lengths, is refused', () => {
  const bad = (data: Uint8Array) => assert.throws(() => store().parser.push(data), StreamError);
  bad(new TextEncoder().encode('HTTP/1.1 502 Bad Gateway\r\n\r\nxxxxxxxxxxxxxxxx'));
  bad(bytes([tick(0)])); // before HELLO
  const short = wire.moves([vessel(1)], 2)[0].slice();
  new DataView(short.buffer).setUint16(6, 2, true); // says two rows, has one
  bad(bytes([hello(), short]));
  const long = wire.statics([vessel(1)], 2)[0].slice();
  long[16 + 2] = 255; // a name longer than its row
  bad(bytes([hello(), long]));
});

test('a server of another version is told apart from one that is none', () => {
  for (const version of [1, 3]) assert.throws(() => store().parser.push(wire.hello({ tickMs: 250, epoch: 1n, clockUs: 0n, capacity: 10, seq: 1, version })),
    (error) => error instanceof StreamVersionError && error.version === version);
  const other = wire.hello({ tickMs: 250, epoch: 1n, clockUs: 0n, capacity: 10, seq: 1 }).slice();
  other[16] = 88;
  assert.throws(() => store().parser.push(other), (error) => error instanceof StreamError && !(error instanceof StreamVersionError));
});

test('a contact is found by its id, also when it claims no MMSI or another one', () => {
  const { vessels: v, parser } = store();
  parser.push(bytes([hello(), ...wire.moves([vessel(1, { mmsi: 0 }), vessel(2)], 2)]));
  assert.deepEqual([v.findContact('a1b2c3d400000001'), v.find(0), v.find(735000002)], [1, -1, 2]);
  parser.push(bytes(wire.moves([vessel(2, { mmsi: 111 })], 3))); // the same contact calls herself otherwise
  assert.deepEqual([v.findContact('a1b2c3d400000002'), v.find(111), v.find(735000002)], [2, 2, -1]);
  parser.push(bytes(wire.moves([vessel(2, { contact: 5n })], 4))); // another contact in the slot, with the MMSI of the first
  assert.deepEqual([v.findContact('a1b2c3d400000002'), v.findContact('0000000000000005'), v.find(735000002), v.name[2]], [-1, 2, 2, '']);
  parser.push(bytes(wire.gone([2], 5)));
  assert.equal(v.findContact('0000000000000005'), -1);
});

test('GONE empties a slot, and a slot may be reused by another vessel without keeping its name', () => {
  const { vessels: v, parser } = store();
  parser.push(bytes([hello(), ...wire.moves([vessel(1)], 2), ...wire.statics([vessel(1)], 2), ...wire.gone([1, 1, 900], 3)]));
  assert.deepEqual([v.count, v.find(735000001)], [0, -1]);
  parser.push(bytes(wire.moves([vessel(1, { mmsi: 111 })], 4)));
  assert.deepEqual([v.count, v.name[1], v.find(111)], [1, '', 1]);
  parser.push(bytes(wire.moves([vessel(1, { mmsi: 222 })], 5)));
  assert.deepEqual([v.count, v.find(111), v.find(222)], [1, -1, 1]);
});

test('a new stream of the same epoch keeps the old rows until its first pass ends', () => {
  const { vessels: v } = store();
  new FrameParser(v).push(bytes([hello(), ...wire.moves([vessel(1), vessel(2)], 2), ...wire.statics([vessel(1), vessel(2)], 2), tick(2)]));
  const second = new FrameParser(v);
  second.push(bytes([hello(), ...wire.moves([vessel(2)], 3)]));
  assert.equal(v.count, 2);
  second.push(tick(1));
  assert.deepEqual([v.count, v.find(735000001), v.name[2]], [1, -1, 'ÑANDÚ']);
});

test('another epoch forgets everything at once', () => {
  const { vessels: v } = store();
  new FrameParser(v).push(bytes([hello(1n), ...wire.moves([vessel(1)], 2)]));
  new FrameParser(v).push(hello(2n));
  assert.equal(v.count, 0);
});

test('slots at or above the promised capacity are ignored', () => {
  const { vessels: v, parser } = store();
  parser.push(bytes([hello(), ...wire.moves([vessel(1000)], 2), ...wire.statics([vessel(1000)], 2)]));
  assert.equal(v.count, 0);
});

test('102.3 knots is unknown for a ship and a speed for an aircraft', () => {
  const { vessels: v, parser } = store();
  parser.push(bytes([hello(), ...wire.moves([vessel(1, { speed: 102.3 }), vessel(2, { speed: 140, cls: 5 }), vessel(3, { speed: -1 })], 2)]));
  assert.deepEqual([v.speed(1), v.speed(2), v.speed(3), v.course(3)], [null, 140, null, null]);
});
