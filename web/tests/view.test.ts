import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEEDS } from '../src/app/feeds';
import { LINK } from '../src/app/link';
import { Page } from '../src/app/page';
import { PICTURE } from '../src/app/picture';
import { createState } from '../src/app/state';
import { CHART } from '../src/map/chart';
import { CALLS, least } from '../src/ui/calls';
import { viewOn } from '../src/map/fit';
import { zoneNames } from '../src/map/zones';
import { unreadParts } from '../src/past/archive';
import { PictureClock } from '../src/stream/clock';
import { Vessels } from '../src/stream/vessels';

/** TICKs every 250 ms of a clock that runs `rate` times as fast; `late` says by how much each is heard late. */
function heard(rate: number, seconds: number, late: (s: number) => number): { rates: number[]; clock: PictureClock } {
  const clock = new PictureClock(), rates: number[] = [];
  let last = 0;
  for (let ms = 0; ms <= seconds * 1000; ms += 250) {
    last = Math.max(last, 1000 + ms + late(ms / 1000));
    clock.tick((1.7e12 + ms * rate) * 1000, last);
    rates.push(clock.rate);
  }
  return { rates: rates.filter((r) => r !== 1), clock };
}

test('the rate of a replay is right from the first time that it is told', () => {
  const cases: [within: number, late: (s: number) => number][] = [
    [0.1, () => 0], [0.1, (s) => (s < 0.2 ? 700 : 0)], [0.1, (s) => (s < 1.5 ? 1500 - s * 1000 : 0)], [0.1, (s) => (s > 2.9 && s < 3.2 ? 350 : 0)],
    [1.5, (s) => ((s * 7919) % 5 < 3 ? ((s * 104729) % 7) * 130 : 0)], // a busy machine: most are late, by up to 0.8 s
  ];
  for (const [within, late] of cases) {
    const { rates } = heard(19.97, 14, late);
    assert.ok(rates.length > 20);
    for (const rate of rates) assert.ok(Math.abs(rate - 19.97) < within, `×${rate}`);
  }
});

test('a live clock is not called fast, and a replay that began again is measured anew', () => {
  const { clock } = heard(1, 8, (s) => (s < 1 ? 600 : 0));
  assert.ok(Math.abs(clock.rate - 1) < 0.05);
  for (let ms = 0; ms <= 9000; ms += 250) clock.tick((1.6e12 + ms * 5) * 1000, 20000 + ms);
  assert.ok(Math.abs(clock.rate - 5) < 0.05, `×${clock.rate}`);
});

test('a phone shows as much of the chart as the server means, another screen what it says', () => {
  const view = { lon: -84.5, lat: -1.2, zoom: 5.6 };
  assert.deepEqual([viewOn(view, 1366, 768), viewOn(view, 2560, 1300)], [view, view]);
  const phone = viewOn(view, 390, 844);
  assert.deepEqual([phone.lon, phone.lat], [view.lon, view.lat]);
  // As many degrees across as on a laptop.
  assert.ok(Math.abs(390 / 2 ** phone.zoom - 1366 / 2 ** view.zoom) < 1e-9);
  assert.equal(viewOn({ ...view, zoom: 1.5 }, 390, 844).zoom, 1, 'no smaller than the world');
  assert.ok(viewOn(view, 700, 360).zoom <= view.zoom + Math.log2(360 / 768), 'a phone on its side has little height');
});

test('a zone is named in the language of the page where it can be', () => {
  assert.deepEqual(zoneNames({ name: 'Reserve', name_es: 'Reserva' }), { en: 'Reserve', es: 'Reserva' });
  assert.deepEqual(zoneNames({ title: 'Bahía' }), { en: 'Bahía', es: 'Bahía' });
  assert.deepEqual([zoneNames({ name: 5 }), zoneNames(null), zoneNames({ name_es: 'Reserva' })], [null, null, null]);
});

test('what an answer of the past lacks is read from its header', () => {
  const lacks = (value?: string) => unreadParts(new Response('', { headers: value === undefined ? {} : { 'X-Vigia-Unread-Parts': value } }));
  assert.deepEqual([lacks(), lacks('3'), lacks('x'), lacks('-1')], [0, 3, 0, 0]);
});

/** Calls over a stream, events and a chart that a test makes. */
function callsOf(centre: [number, number]) {
  const hearers = new Map<string, (message: { data: string }) => void>();
  (globalThis as { EventSource?: unknown }).EventSource = class { addEventListener(name: string, run: (message: { data: string }) => void): void { hearers.set(name, run); } };
  const page = new Page(createState()), link = { state: 'live' }, live = new Vessels(() => undefined, () => undefined);
  page.put(LINK, link as never);
  page.put(PICTURE, { live, liveClock: new PictureClock() } as never);
  page.put(CHART, { map: { getCenter: () => ({ lng: centre[0], lat: centre[1] }) } } as never);
  const feeds = page.get(FEEDS), calls = page.get(CALLS);
  feeds.start();
  return { link, live, feeds, calls, say: (name: string, data: object) => hearers.get(name)!({ data: JSON.stringify(data) }) };
}

const call = (mmsi: number, minute: number, state = 'active') => ({ mmsi, class: 'sart', state, lon: -80 - minute, lat: 0, time: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z` });

test('a call is known from its event before the stream has it, and until that says otherwise', () => {
  const { link, feeds, calls, say } = callsOf([-80, 0]);
  say('hello', {});
  say('distress', call(970000001, 1));
  say('distress', call(970000002, 2, 'test'));
  assert.deepEqual([calls.foremost(false, 9, 0).newest.map((d) => d.mmsi), calls.foremost(true, 9, 0).newest.map((d) => d.mmsi)], [[970000001], [970000002]]);
  say('distress', call(970000001, 3, 'ended'));
  assert.equal(calls.count(false), 0);
  // The end of one that was told singly may come in a group: the stream, which has all, knows it no more.
  say('distress', call(970000003, 4));
  feeds.distress.get(970000003)!.heard -= 60000;
  link.state = 'lost';
  say('distress_group', { calling: 1 });
  assert.equal(calls.count(false), 1, 'without a link it stays');
  link.state = 'live';
  say('distress_group', { calling: 0 });
  assert.equal(calls.count(false), 0);
});

test('while the stream is away, the calls that no event names are counted', () => {
  const { link, calls, say } = callsOf([-80, 0]);
  say('distress_group', { calling: 5 });
  say('distress', call(970000001, 1));
  assert.equal(calls.missing(), 0);
  link.state = 'lost';
  assert.equal(calls.missing(), 4);
  say('hello', {});
  assert.equal(calls.missing(), 0);
});

test('of a thousand calls the newest and the nearest come first, and none is lost from the list', () => {
  const { live, calls, say } = callsOf([-80.5, 0]);
  for (let i = 0; i < 1000; i++) say('distress', { ...call(970000000 + i, 0), time: new Date(Date.UTC(2026, 10, 20, 10) + ((i * 389) % 1000) * 1000).toISOString(), lon: -81 - ((i * 7) % 1000) / 100 });
  assert.equal(calls.count(false), 1000);
  const { newest, nearest } = calls.foremost(false, 3, 3);
  assert.deepEqual(newest.map((d) => (d.since / 1000) % 1000), [999, 998, 997].map((s) => (Date.UTC(2026, 10, 20, 10) / 1000 + s) % 1000));
  const told = new Set(newest.map((d) => d.mmsi)), others = calls.foremost(false, 1000, 0).newest.filter((d) => !told.has(d.mmsi)).sort((a, b) => b.lon! - a.lon!);
  assert.deepEqual(nearest.map((d) => d.lon), others.slice(0, 3).map((d) => d.lon));
  assert.equal(live.count, 0);
});

test('the least of many are those that sorting finds', () => {
  const numbers = Array.from({ length: 500 }, (_, i) => (i * 7919) % 499);
  for (const n of [0, 1, 7, 500, 900]) assert.deepEqual(least(numbers, n, (x) => x), [...numbers].sort((a, b) => a - b).slice(0, n));
  assert.deepEqual(least([3, NaN, 1], 2, (x) => x), [1, 3]);
});
