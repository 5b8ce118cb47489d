import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatBearing, formatEta, formatLat, formatLon } from '../src/app/format';
import { readHash, writeHash } from '../src/app/hash';
import { contact, vessel } from '../src/app/selection';
import { createState } from '../src/app/state';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { AIS_TABLES, shipTypeName } from '../src/i18n/ais';
import { bearing, distanceNm, greatCircle } from '../src/map/geo';
import { graticuleLabel } from '../src/map/graticule';
import { Occupied } from '../src/map/labels';
import { onlyShown } from '../src/ui/export';
import { fold, matchScore } from '../src/ui/search';
import { PictureClock } from '../src/stream/clock';

test('both languages have the same keys, none empty, with the same places to fill', () => {
  assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort());
  const places = (line: string) => [...line.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    assert.ok(en[key].trim() && es[key].trim(), key);
    assert.deepEqual(places(es[key]), places(en[key]), key);
  }
});

test('AIS tables name every code in both languages', () => {
  for (const table of Object.values(AIS_TABLES)) {
    assert.equal(table.en.length, table.es.length);
    for (const name of [...table.en, ...table.es]) assert.ok(name);
  }
  for (let code = 1; code < 256; code++) for (const lang of ['en', 'es'] as const) assert.ok(shipTypeName(code, lang), `${code}`);
  assert.equal(shipTypeName(0, 'en'), '');
});

test('of the server\'s CSV the list keeps the header and its own rows as they are', () => {
  const csv = 'mmsi,time,name\r\n735000001,T,"A, ""B"""\r\n735000002,T,C\r\n,T,none\r\n';
  assert.equal(onlyShown(csv, new Map([['735000001', 'AIS · Manta']])), 'mmsi,time,name,seen_by\r\n735000001,T,"A, ""B""",AIS · Manta\r\n');
  assert.equal(onlyShown(csv, new Map()), 'mmsi,time,name,seen_by\r\n');
  // Contacts go by their id: who does not speak has no MMSI.
  const contacts = 'mmsi,time,name,id\r\n735000001,T,"A,B",00000000000000aa\r\n,T,,00000000000000bb\r\n,T,,00000000000000cc\r\n';
  assert.equal(onlyShown(contacts, new Map([['00000000000000bb', '=Manta, Salinas']])), `mmsi,time,name,id,seen_by\r\n,T,,00000000000000bb,"'=Manta, Salinas"\r\n`);
  // A server that says it itself is not contradicted.
  assert.equal(onlyShown('mmsi,id,seen_by\r\n1,aa,AIS\r\n', new Map([['aa', 'x']])), 'mmsi,id,seen_by\r\n1,aa,AIS\r\n');
});

test('positions carry the rounded minute and never show 60', () => {
  assert.equal(formatLat(-2.99999999), '03°00.000′S');
  assert.equal(formatLat(0), '00°00.000′N');
  assert.equal(formatLon(-80.75), '080°45.000′W');
  assert.equal(formatLon(190), '170°00.000′W');
  assert.equal(formatLat(-0.0000001), '00°00.000′N');
});

test('bearings, ages and ETAs read as spoken', () => {
  assert.equal(formatBearing(359.7), '000°');
  assert.equal(formatBearing(7), '007°');
  assert.deepEqual([5, 65, 3720, 90000].map(formatAge), ['5 s', '1 min', '1 h 02', '1 d']);
  assert.equal(formatEta(0, 0, 24, 60), null);
  assert.equal(formatEta(11, 23, 10, 5), '11-23 10:05Z');
  assert.equal(formatEta(11, 23, 24, 60), '11-23');
});

test('the view survives its own link', () => {
  const state = createState();
  state.set({ selected: contact('00a1b2c3d4e5f607'), vectorMinutes: 12, trails: 'all', panel: 'list', theme: 'light', lang: 'es', hidden: new Set(['ports']),
    filter: { ...state.get().filter, categories: new Set(['cargo', 'fishing']), classes: new Set([1, 2]), flags: new Set(['EC']), minSpeed: 2, maxSpeed: null } });
  const { view, patch } = readHash(writeHash({ lon: -80.5, lat: -2.25, zoom: 9.5 }, state.get()));
  assert.deepEqual(view, { lon: -80.5, lat: -2.25, zoom: 9.5 });
  for (const key of ['selected', 'vectorMinutes', 'trails', 'panel', 'theme', 'lang', 'hidden', 'filter'] as const) assert.deepEqual(patch[key], state.get()[key], key);
});

test('a link of before there were contacts still selects its vessel', () => {
  assert.deepEqual(readHash('#at=-2,-80,9&mmsi=735059037').patch.selected, vessel(735059037));
  assert.deepEqual(readHash('#contact=00a1b2c3d4e5f607&mmsi=735059037').patch.selected, contact('00a1b2c3d4e5f607'));
  for (const wrong of ['contact=12', 'contact=0000000000000000', 'contact=00A1B2C3D4E5F60Z', 'mmsi=-1', 'mmsi=1e8', 'mmsi=0']) assert.equal(readHash(`#${wrong}`).patch.selected, undefined, wrong);
});

test('a broken link is read for what it is worth', () => {
  const { view, patch } = readHash('#at=999,1,2&mmsi=x&cat=cargo,nonsense&speed=--&%E0%A4%A&vector=7&lang=xx');
  assert.equal(view, null);
  assert.equal(patch.selected, undefined);
  assert.deepEqual([...patch.filter!.categories], ['cargo']);
  assert.deepEqual([patch.vectorMinutes, patch.lang, patch.filter!.minSpeed], [6, null, null]);
});

test('a minute of latitude is a nautical mile, and great circles meet their end', () => {
  assert.ok(Math.abs(distanceNm(0, 0, 0, 1) - 60) < 0.1);
  assert.ok(Math.abs(bearing(-80, 0, -79, 0) - 90) < 1e-9);
  const line = greatCircle(170, 10, -170, 12);
  const [lon, lat] = line[line.length - 1];
  assert.ok(Math.abs(lon - 190) < 1e-9 && lat === 12);
  for (let i = 1; i < line.length; i++) assert.ok(Math.abs(line[i][0] - line[i - 1][0]) < 5);
});

test('graticule labels change with the step', () => {
  assert.equal(graticuleLabel(-80, false, 5), '80°W');
  assert.equal(graticuleLabel(-80.5, false, 0.5), '80°30′W');
  assert.equal(graticuleLabel(-1 / 120, true, 1 / 120), '0°00.5′S');
  assert.equal(graticuleLabel(185, false, 5), '175°W');
  assert.equal(graticuleLabel(0, true, 5), '0°');
});

test('a label fits only where nothing is written', () => {
  const occupied = new Occupied(200, 100);
  assert.ok(occupied.free(10, 10, 50, 14));
  occupied.take(10, 10, 50, 14);
  assert.ok(!occupied.free(40, 15, 50, 14));
  assert.ok(occupied.free(80, 10, 50, 14));
  assert.ok(!occupied.free(190, 10, 50, 14)); // past the edge
});

test('search ignores case and accents and prefers the exact', () => {
  const score = (query: string) => matchScore(fold(query), fold('Ñandú del Sur'), 'HC4567', '735059037', '9123456');
  assert.equal(score('nandu del sur'), 6);
  assert.ok(score('735059037') > score('7350'));
  assert.ok(score('sur') > 0);
  assert.equal(score('zzz'), 0);
});

test('the clock runs at the rate of the data and stops soon when the data stops', () => {
  const clock = new PictureClock();
  for (let i = 0; i <= 28; i++) clock.tick((1e9 + i * 2.5) * 1e6, i * 250); // ten times real time
  assert.ok(Math.abs(clock.rate - 10) < 0.01);
  assert.ok(Math.abs(clock.now(7000 + 1000) - (1e9 + 70 + 10) * 1000) < 1);
  assert.equal(clock.now(7000 + 60000), clock.now(7000 + 600000));
});
