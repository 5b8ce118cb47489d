import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATEGORIES, categoryOf } from '../src/app/category';
import { readPosition } from '../src/app/coordinates';
import { compile, NO_FILTER } from '../src/app/filter';
import { formatPosition } from '../src/app/format';
import { readHash, writeHash } from '../src/app/hash';
import { bindingText, FACTS, knownOf, percentText, sizeText, withinText } from '../src/app/known';
import { createState } from '../src/app/state';
import { setLang } from '../src/i18n';
import { en, Key } from '../src/i18n/en';
import type { Projector } from '../src/map/chart';
import { coverageOf } from '../src/map/coverage';
import { SHAPE } from '../src/map/glLayers';
import { SymbolWriter } from '../src/map/rows';
import { pointing, rankOf, shapeOf, sizeOf } from '../src/map/symbols';
import { ellipseRing, SIGMAS_90, spreadOf } from '../src/map/uncertainty';
import { FrameParser, StreamError } from '../src/stream/frames';
import { KINDS, TRACK_FLAG } from '../src/stream/tracks';
import { CLASS, E4MIN, FLAG, Vessels } from '../src/stream/vessels';
import { actionsFor } from '../src/ui/hand';
import { biasText, learntText } from '../src/ui/sensorsview';
import { hullCorners, ringAround } from '../src/map/hulls';
import { barsOf, reportLines, trackRows } from '../src/ui/trackcard';
// The mock's writer is independent of the parser: the two check each other.
import * as wire from '../dev/wire.mjs';

(globalThis as { document?: unknown }).document ??= { documentElement: {} };
setLang('en');

const track = (more: object = {}) => ({ seen: [0, 1, 40, 63], flags: 5, sigma: [41.3, 18.1], orientation: 12.5, sigmaSpeed: 0.6, sigmaCourse: 1.4, existence: 0.998, kind: 2, length: 12.4, ...more });
const vessel = (slot: number, more: object = {}) => ({
  slot, mmsi: 0, contact: 0xa1b2c3d400000000n + BigInt(slot), lon: -80.3, lat: 0.06, at: 1700000000, speed: 31, course: 204, heading: false, turn: -128, status: 255, cls: 0, flags: 0, source: 1, type: 0, aton: 0,
  flag: '', name: '', callsign: '', dest: '', draught: 0, imo: 0, bow: 0, stern: 0, port: 0, starboard: 0, eta: [0, 0, 24, 60], track: track(), ...more,
});
const bytes = (frames: Uint8Array[]) => Uint8Array.from(frames.flatMap((f) => [...f]));
const hello = (epoch = 7n) => wire.hello({ tickMs: 250, epoch, clockUs: 1700000000000000n, capacity: 100, seq: 1 });
const tick = () => wire.tick({ seq: 5, clockUs: 1700000001500000n, vessels: 9, inView: 1 });
function store(...vessels: object[]) {
  const v = new Vessels(() => undefined, () => undefined), parser = new FrameParser(v);
  parser.push(bytes([hello(), ...wire.moves(vessels, 2), ...wire.tracks(vessels.filter((each) => 'track' in each && each.track), 2), tick()]));
  return { v, parser };
}

test('every field of TRACK arrives as written', () => {
  const { v } = store(vessel(3));
  const s = v.tracks;
  assert.deepEqual([s.has[3], s.count, s.sigmaMajor[3], s.sigmaMinor[3], s.orientation[3], s.sigmaSpeed[3], s.sigmaCourse[3], s.flags[3], s.kind[3], s.seenTime[3], s.length[3]],
    [1, 1, 413, 181, 125, 6, 14, 5, 2, 1700000000, 124]);
  assert.ok(Math.abs(s.existence[3] / 65535 - 0.998) < 1e-4);
  assert.deepEqual([0, 1, 2, 39, 40, 41, 62, 63].map((n) => s.sees(3, n)), [true, true, false, false, true, false, false, true]);
  assert.deepEqual(s.sensorsOf(3), [1, 40, 63]);
});

test('TRACK frames cut at every byte give the same, and one that is shorter than its rows is refused', () => {
  const all = bytes([hello(), ...wire.moves([vessel(1), vessel(2)], 2), ...wire.tracks([vessel(1), vessel(2)], 2), tick()]);
  for (let cut = 1; cut < all.length; cut++) {
    const v = new Vessels(() => undefined, () => undefined), parser = new FrameParser(v);
    parser.push(all.slice(0, cut));
    parser.push(all.slice(cut));
    assert.deepEqual([v.tracks.count, v.tracks.sigmaMajor[2]], [2, 413], `cut at ${cut}`);
  }
  const frame = wire.tracks([vessel(1), vessel(2)], 2)[0];
  for (let length = 12; length < frame.length - 4; length++) {
    const short = frame.slice(0, 4 + length);
    new DataView(short.buffer, short.byteOffset).setUint32(0, length, true);
    const { parser } = store(vessel(1));
    assert.throws(() => parser.push(Uint8Array.from(short)), StreamError, `${length} bytes`);
  }
});

test('any bytes in a TRACK row are read without a fault, and touch no other slot', () => {
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24;
  for (let i = 0; i < 500; i++) {
    const { v, parser } = store(vessel(1), vessel(2));
    const frame = Uint8Array.from(wire.tracks([vessel(1)], 2)[0]);
    for (let at = 20; at < frame.length; at++) frame[at] = random();
    parser.push(frame);
    assert.equal(v.tracks.sigmaMajor[2], 413);
    assert.ok(v.tracks.count === 1 || v.tracks.count === 2);
    const known = knownOf(v, 1, null);
    assert.equal(known === null, v.tracks.has[1] === 0);
    if (known) trackRows(known, null, '', 0);
    categoryOf(v, 1);
    spreadOf(v, 1, 0.1);
  }
});

test('a track ends with its flag, its contact, another contact in the slot, and the first pass of a new stream that does not tell it', () => {
  const begin = () => store(vessel(1), vessel(2));
  let { v, parser } = begin();
  parser.push(bytes(wire.tracks([vessel(1, { track: null })], 3)));
  assert.deepEqual([v.tracks.has[1], v.tracks.has[2], v.seen(1)], [0, 1, 'none']);
  ({ v, parser } = begin());
  parser.push(bytes(wire.gone([1], 3)));
  assert.deepEqual([v.tracks.has[1], v.tracks.count], [0, 1]);
  ({ v, parser } = begin());
  parser.push(bytes(wire.moves([vessel(1, { contact: 5n })], 3)));
  assert.equal(v.tracks.has[1], 0);
  ({ v } = begin());
  new FrameParser(v).push(bytes([hello(), ...wire.moves([vessel(1), vessel(2)], 4), ...wire.tracks([vessel(2)], 4), tick()]));
  assert.deepEqual([v.count, v.tracks.has[1], v.tracks.has[2]], [2, 0, 1]);
  ({ v } = begin());
  new FrameParser(v).push(hello(8n));
  assert.equal(v.tracks.count, 0);
});

test('a TRACK without its MOVE, or above the capacity, is passed over', () => {
  const { v, parser } = store(vessel(1));
  parser.push(bytes(wire.tracks([vessel(7), vessel(4000)], 3)));
  assert.deepEqual([v.tracks.count, v.tracks.has[7]], [1, 0]);
});

test('who sees a contact decides its category, form and rank', () => {
  const ship = { mmsi: 735000001, cls: CLASS.a, type: 70, heading: true };
  const cases: [more: object, seen: string, category: string, shape: number][] = [
    [{ track: track({ seen: [1, 2], flags: TRACK_FLAG.dark }) }, 'radar', 'dark', SHAPE.dark],
    [{ track: track({ seen: [1], flags: TRACK_FLAG.dark }), flags: FLAG.still }, 'radar', 'dark', SHAPE.darkStill],
    [{ track: track({ seen: [1], flags: 0 }) }, 'radar', 'dark', SHAPE.radar],
    [{ track: track({ seen: [40], flags: 0 }) }, 'radar', 'dark', SHAPE.radar],
    [{ track: track({ seen: [1], flags: 0 }), speed: -1 }, 'radar', 'dark', SHAPE.radarStill],
    [{ track: track({ seen: [], flags: TRACK_FLAG.kept }) }, 'none', 'dark', SHAPE.radar],
    [{ track: null }, 'none', 'dark', SHAPE.radar],
    [{ track: track({ seen: [1], flags: TRACK_FLAG.airborne }) }, 'air', 'air', SHAPE.flyer],
    [{ ...ship, track: null }, 'ais', 'cargo', SHAPE.hull],
    [{ ...ship, track: track({ seen: [0], flags: TRACK_FLAG.unseen }) }, 'ais', 'cargo', SHAPE.hull],
    [{ ...ship, track: track({ seen: [0, 1], flags: TRACK_FLAG.bound }) }, 'both', 'cargo', SHAPE.hull],
    [{ ...ship, track: track({ seen: [1], flags: TRACK_FLAG.bound }) }, 'radar', 'cargo', SHAPE.radar],
    // She switched it off: the fact counts, whatever she said before.
    [{ ...ship, track: track({ seen: [1], flags: TRACK_FLAG.dark }) }, 'radar', 'dark', SHAPE.dark],
    [{ ...ship, track: track({ seen: [1], flags: TRACK_FLAG.dark }), flags: FLAG.distress }, 'radar', 'distress', SHAPE.beacon],
    [{ mmsi: 111735001, cls: CLASS.sar, track: track({ seen: [0, 1], flags: TRACK_FLAG.airborne }) }, 'both', 'sar', SHAPE.plane],
  ];
  for (const [more, seen, category, shape] of cases) {
    const { v } = store(vessel(1, more));
    assert.deepEqual([v.seen(1), CATEGORIES[categoryOf(v, 1)], shapeOf(v, 1, pointing(v, 1))], [seen, category, shape], JSON.stringify(more));
    if (category === 'dark') assert.ok(rankOf(v, 1) === 4, 'over ships, under calls for help');
  }
});

test('a contact without AIS is no smaller than it must be to be told from others, at any zoom', () => {
  const { v } = store(vessel(1));
  for (const px of [5, 7, 9.5, 13, 17, 22]) {
    assert.ok((sizeOf(v, 1, SHAPE.dark, px) * px) / 10 >= 18 - 1e-9);
    assert.ok(sizeOf(v, 1, SHAPE.dark, px) <= 255);
    assert.ok(sizeOf(v, 1, SHAPE.dark, px) > sizeOf(v, 1, SHAPE.hull, px));
  }
});

test('twenty thousand tracks cost the chart what as many ships do', () => {
  const MANY = 20000, writer = new SymbolWriter();
  const of = (slot: number, tracked: boolean) => vessel(slot, tracked ? { course: slot % 360, track: track({ seen: [1], flags: slot % 9 ? 0 : TRACK_FLAG.dark }) }
    : { mmsi: 735000000 + slot, cls: CLASS.a, type: 70, heading: true, course: slot % 360, track: null });
  const best = [false, true].map((tracked) => {
    const v = new Vessels(() => undefined, () => undefined), parser = new FrameParser(v);
    const all = Array.from({ length: MANY }, (_, slot) => of(slot, tracked));
    for (const frame of [wire.hello({ tickMs: 250, epoch: 7n, clockUs: 0n, capacity: MANY, seq: 1 }), ...wire.moves(all, 2), ...(tracked ? wire.tracks(all, 2) : []), tick()]) parser.push(frame);
    assert.deepEqual([v.count, v.tracks.count], [MANY, tracked ? MANY : 0]);
    const passes = compile(v, NO_FILTER), times: number[] = [];
    // The least of many: a busy machine makes some slower, none faster.
    for (let round = 0; round < 25; round++) {
      const from = performance.now();
      writer.reset();
      for (let slot = 0; slot < v.high; slot++) {
        if (!passes(slot)) continue;
        const direction = pointing(v, slot), shape = shapeOf(v, slot, direction);
        writer.add(-80, 0, direction, 0, shape, sizeOf(v, slot, shape, 13), rankOf(v, slot) < 2, v.seen(slot) === 'both', [categoryOf(v, slot), 0, 0, 255]);
      }
      times.push(performance.now() - from);
    }
    return Math.min(...times);
  });
  assert.ok(best[1] < 2 * best[0] + 1, `ships ${best[0].toFixed(2)} ms, tracks ${best[1].toFixed(2)} ms`);
});

test('the filter goes by who sees, and by sensor; both stand in the link', () => {
  const { v } = store(vessel(1, { track: track({ seen: [1, 3], flags: 0 }) }), vessel(2, { mmsi: 735000002, cls: 1, track: track({ seen: [0, 2], flags: 1 }) }), vessel(3, { mmsi: 735000003, cls: 1, track: null }));
  const shown = (f: object) => { const passes = compile(v, { ...NO_FILTER, ...f }); return [1, 2, 3].filter(passes); };
  assert.deepEqual(shown({ categories: new Set(['dark']) }), [1]);
  assert.deepEqual(shown({ seen: new Set(['radar']) }), [1]);
  assert.deepEqual(shown({ seen: new Set(['both', 'ais']) }), [2, 3]);
  assert.deepEqual(shown({ sensors: new Set([2]) }), [2]);
  assert.deepEqual(shown({ sensors: new Set([1, 2]) }), [1, 2]);
  const state = createState();
  state.set({ filter: { ...NO_FILTER, seen: new Set(['radar', 'air']), sensors: new Set([1, 63]) }, hidden: new Set(['coverage']) });
  const { patch } = readHash(writeHash({ lon: -80, lat: 0, zoom: 8 }, state.get()));
  assert.deepEqual([patch.filter, patch.hidden], [state.get().filter, state.get().hidden]);
  assert.deepEqual([...readHash('#seen=radar,hostile&sensor=1,64,-1,x').patch.filter!.seen, ...readHash('#sensor=1,64,-1,x').patch.filter!.sensors], ['radar', 1]);
});

test('the ellipse has its axes where they were said, in metres, at any latitude', () => {
  const metres = 111195;
  for (const lat of [0, -45, 70]) {
    const ring = ellipseRing(-80, lat, 1000, 300, 90, 40);
    assert.deepEqual(ring[0].map((x) => x.toFixed(9)), ring[ring.length - 1].map((x) => x.toFixed(9)));
    const east = ring.map(([lon]) => (lon + 80) * metres * Math.cos((lat * Math.PI) / 180)), north = ring.map(([, y]) => (y - lat) * metres);
    assert.ok(Math.abs(Math.max(...east) - 1000) < 1 && Math.abs(Math.max(...north) - 300) < 1);
  }
  const tilted = ellipseRing(0, 0, 1000, 100, 45, 40);
  assert.ok(tilted[0][0] > 0 && tilted[0][1] > 0, 'clockwise from north');
  assert.ok(Math.abs(SIGMAS_90 - 2.146) < 0.001);
});

test('the predictor spreads by a sigma of course and of speed, and not where they are not known', () => {
  const { v } = store(vessel(1, { course: 0, speed: 10, lat: 0, track: track({ sigmaSpeed: 2, sigmaCourse: 6 }) }), vessel(2, { track: track({ sigmaCourse: null }) }), vessel(3, { speed: -1 }), vessel(4, { track: track({ sigmaCourse: 120 }) }));
  const { near, far } = spreadOf(v, 1, 1)!;
  const middle = (far.length - 1) / 2;
  assert.ok(Math.abs(far[middle][1] * 60 - 12) < 0.02 && Math.abs(near[middle][1] * 60 - 8) < 0.02);
  assert.ok(far[0][0] < far[middle][0] && far[far.length - 1][0] > far[middle][0]);
  assert.deepEqual([spreadOf(v, 2, 1), spreadOf(v, 3, 1), spreadOf(v, 4, 1)], [null, null, null]);
});

test('facts, kinds and actions have words in both languages', () => {
  for (const fact of FACTS) assert.ok(en[`fact.${fact}` as Key], fact);
  for (const kind of KINDS) if (kind) assert.ok(en[`kind.${kind}` as Key], kind);
  for (const action of ['start', 'name', 'classify', 'merge', 'split', 'drop', 'correct', 'keep', 'release', 'undo'])
    for (const of of ['', 'about.', 'done.']) assert.ok(en[`hand.${of}${action}` as Key], action + of);
  // A civil page: nobody is called an enemy here.
  const words = Object.values(en).join(' ').toLowerCase();
  for (const word of ['hostile', 'suspect', 'enemy', 'target', 'intercept', 'engage', 'weapon']) assert.ok(!words.includes(word), word);
});

test('how well a contact is known is said in words, and the stream counts before an older answer', () => {
  const { v } = store(vessel(1, { track: track({ seen: [1], flags: TRACK_FLAG.dark | TRACK_FLAG.kept }) }));
  const known = knownOf(v, 1, { number: 1, existence: 0.5, sigma_major_m: 900, sigma_minor_m: 800, facts: ['unseen'] })!;
  assert.deepEqual([known.majorM, known.facts], [41.3, ['dark', 'kept']]);
  assert.equal(withinText(known), 'Known within 41\u00a0×\u00a018\u00a0m (1σ), the long axis towards 013°');
  assert.equal(withinText({ ...known, minorM: 40 }), 'Known within 41\u00a0×\u00a040\u00a0m (1σ)');
  const answered = knownOf(v, -1, { number: 1, existence: 0.72, sigma_major_m: 1500, sigma_minor_m: 800, facts: ['two-echoes', 'something new'], airborne: true })!;
  assert.deepEqual([answered.facts, sizeText(answered.majorM!, answered.minorM!)], [['two-echoes', 'airborne'], '1.5\u00a0×\u00a00.8\u00a0km']);
  assert.equal(knownOf(v, -1, null), null);
  assert.equal(knownOf(v, 2, { number: 1, existence: 1, sigma_major_m: 1, sigma_minor_m: 1 }), null, 'the stream says that there is none any more');
  assert.deepEqual([percentText(1), percentText(0.99999), percentText(0.998), percentText(0.724), percentText(0)], ['100 %', '99.9 %', '99.8 %', '72 %', '0 %']);
  const rows = trackRows(known, { number: 17, existence: 1, sigma_major_m: 1, sigma_minor_m: 1, sensor_tracks: [{ sensor: 'manta', track: 412 }] }, 'Manta', 0);
  assert.equal(rows.find(({ key }) => key === 'track.numbers')!.value, 'Manta 412');
});

test('the binding says its odds, and says when they turned', () => {
  assert.equal(bindingText('735059037', 7.1), 'Track and MMSI 735059037 are one vessel: 1,200 to 1 (log ratio 7.1).');
  assert.equal(bindingText('735059037', 1), 'Track and MMSI 735059037 are one vessel: 2.7 to 1 (log ratio 1.0).');
  assert.match(bindingText('735059037', 400), /more than 1,000,000 to 1/);
  assert.match(bindingText('735059037', -2), /7.4 to 1 speaks against it/);
  assert.equal(bindingText('735059037', null), 'Bound to MMSI 735059037.');
  assert.equal(bindingText('735059037', NaN), 'Bound to MMSI 735059037.');
});

test('a sensor\'s bias is told in words, with its sigma, and only where it is more than nothing', () => {
  const bias = { range_m: 80.1, range_sigma_m: 2, bearing_deg: 0.5, bearing_sigma_deg: 0.02, time_s: 0, time_sigma_s: 0.1, pairs: 412 };
  assert.equal(biasText(bias), 'It reads 80 m too far (± 2 m), reads 0.50° clockwise (± 0.02°). Corrected; learnt from 412 echoes of ships with AIS.');
  assert.match(biasText({ ...bias, range_m: -80.1, bearing_deg: -0.5, time_s: -2 }), /80 m too near.*0.50° anticlockwise.*2.0 s early/);
  assert.match(biasText({ ...bias, range_m: 3, bearing_deg: 0.01 }), /^Reads right/);
  assert.deepEqual([biasText(null), biasText(undefined), biasText({ ...bias, pairs: 0 })], ['', '', '']);
  assert.equal(learntText({ detection_probability: 0.88, clutter_per_scan: 12.4 }), 'Finds 88 % of what is there at each scan. 12 false plots a scan.');
  assert.deepEqual([learntText(null), learntText({ detection_probability: null, clutter_per_scan: 4.1 })], ['', '4.1 false plots a scan.']);
});

test('coverage closes its rings, and leaves out what is no ring', () => {
  const sensor = { id: 1, name: 'manta', kind: 'radar', lat: 0, lon: 0, state: 'live' as const };
  const { features } = coverageOf([{ ...sensor, outline: [[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1]]] }, { ...sensor, outline: null }, sensor]);
  assert.equal(features.length, 1);
  assert.deepEqual((features[0].geometry as GeoJSON.Polygon).coordinates, [[[0, 0], [1, 0], [1, 1], [0, 0]]]);
});

test('the bars of who held it when stand by sensor, the last to hold it on top, and broken times are left out', () => {
  const at = (minute: number) => `2026-11-28T10:${String(minute).padStart(2, '0')}:00Z`;
  const held = barsOf([{ sensor: 'esmeraldas', from: at(0), to: at(20) }, { sensor: 'manta', from: at(15), to: at(40) }, { sensor: 'esmeraldas', from: at(30), to: at(35) }, { sensor: 'x', from: 'never', to: at(3) }, { sensor: 'y', from: at(9), to: at(3) }])!;
  assert.deepEqual(held.bars.map(({ sensor, spans }) => [sensor, spans.length]), [['manta', 1], ['esmeraldas', 2]]);
  assert.deepEqual([held.from, held.to], [Date.parse(at(0)), Date.parse(at(40))]);
  assert.deepEqual([barsOf([]), barsOf(undefined)], [null, null]);
});

test('the report for a rescue reads as it is spoken, also without course and speed', () => {
  const lines = reportLines({ title: '', lat: 0.0588, lon: -80.322, time: 1700000000, speed: 31, course: 204, known: { majorM: 41, minorM: 18, orientation: 1, sigmaSpeed: 1, sigmaCourse: 1, existence: 1, lengthM: null, facts: [] } });
  assert.equal(lines.position, '00°03.528′N 080°19.320′W');
  assert.equal(lines.moving, 'course 204°, speed 31.0\u00a0kn');
  assert.match(lines.time, /^22:13:20 UTC, /);
  assert.equal(lines.within, 'Within 88\u00a0×\u00a039\u00a0m with 90\u00a0% probability');
  assert.deepEqual([reportLines({ title: '', lat: 0, lon: 0, time: 0, speed: null, course: null, known: null }).moving], ['course and speed not known']);
  assert.equal(reportLines({ title: '', lat: 0, lon: 0, time: 0, speed: 0.3, course: 77, known: null }).moving, 'lying still');
});

test('a position is read as people write it, and back from how the page writes it', () => {
  const close = (text: string, lat: number, lon: number) => {
    const place = readPosition(text);
    assert.ok(place && Math.abs(place.lat - lat) < 1e-5 && Math.abs(place.lon - lon) < 1e-5, text);
  };
  close('00°12.345′S 080°45.678′W', -0.20575, -80.7613);
  close(formatPosition(1.5, 179.9), 1.5, 179.9);
  close('0 12.3 S, 80 45.6 W', -0.205, -80.76);
  close('2 11 33 s 80 59 54 o', -2.1925, -80.998333);
  close('1.5N 80.25W', 1.5, -80.25);
  close('-0.205, -80.76', -0.205, -80.76);
  close('-0.205 -80.76', -0.205, -80.76);
  for (const wrong of ['', 'x', '1', '91 0', '0 181', '1 60 N 80 0 W', '1.5 2 N 80 W', '80 W 1 N', '0 12.3 S', '-1 N 80 W', 'NaN, NaN', '1e1, 2']) assert.equal(readPosition(wrong), null, wrong);
});

test('only what makes sense is offered to the operator', () => {
  const known = { majorM: 1, minorM: 1, orientation: 1, sigmaSpeed: 1, sigmaCourse: 1, existence: 1, lengthM: null, facts: [] };
  assert.deepEqual(actionsFor(null, null, false), ['name', 'classify', 'merge']);
  assert.ok(actionsFor(known, null, true).includes('split'), 'what a hand joined');
  assert.deepEqual(actionsFor(known, null, false), ['name', 'classify', 'merge', 'correct', 'keep', 'drop']);
  assert.deepEqual(actionsFor({ ...known, facts: ['kept'] }, { number: 1, existence: 1, sigma_major_m: 1, sigma_minor_m: 1, mmsi: 735059037 }, false), ['name', 'classify', 'merge', 'split', 'correct', 'release', 'drop']);
});

test('the ring around a hull to scale holds all of it, wherever its antenna stands', () => {
  for (const dims of [[180, 20, 5, 25], [20, 180, 25, 5], [5, 5, 2, 2]]) {
    const v = { lon: [-80 * E4MIN], lat: [-2 * E4MIN], heading: [37], dims } as unknown as Vessels;
    const near = { metresPerPixel: () => 1 } as unknown as Projector;
    const ring = ringAround(v, 0, near), corners = hullCorners(v, 0);
    const metres = (a: number[], b: number[]) => Math.hypot((a[0] - b[0]) * 111195 * Math.cos((2 * Math.PI) / 180), (a[1] - b[1]) * 111195);
    const centre = [0, 1].map((k) => (Math.min(...ring.map((p) => p[k])) + Math.max(...ring.map((p) => p[k]))) / 2);
    const radius = metres(ring[0], centre);
    for (const corner of corners) assert.ok(metres(corner, centre) < radius, `${dims}`);
    assert.ok(radius < Math.hypot(dims[0] + dims[1], dims[2] + dims[3]) / 2 + 6);
    assert.deepEqual(ring[0].map((n) => n.toFixed(9)), ring[ring.length - 1].map((n) => n.toFixed(9)));
  }
});
