import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bus } from '../src/app/bus';
import { FeedWatch } from '../src/app/feeds';
import { Calls } from '../src/ui/calls';
import { viewOn } from '../src/map/fit';
import { zoneNames } from '../src/map/zones';
import { unreadParts } from '../src/past/archive';
import { PictureClock } from '../src/stream/clock';

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

test('who is in distress beyond what the events told is counted until told or seen otherwise', () => {
  const hearers = new Map<string, (message: { data: string }) => void>();
  const global = globalThis as { EventSource?: unknown };
  global.EventSource = class { addEventListener(name: string, run: (message: { data: string }) => void): void { hearers.set(name, run); } };
  const say = (name: string, data: object) => hearers.get(name)!({ data: JSON.stringify(data) });
  const feeds = new FeedWatch({ bus: new Bus() } as unknown as ConstructorParameters<typeof FeedWatch>[0]);
  feeds.start();
  const calls = Object.create(Calls.prototype) as Calls;
  Object.assign(calls, { feeds });
  say('hello', {});
  say('distress', { mmsi: 970000001, state: 'active', time: '2026-11-20T10:00:00Z' });
  assert.equal(calls.missing(1), 0);
  say('left_out', { distress: 5 });
  assert.deepEqual([calls.missing(1), calls.missing(4), calls.missing(6), calls.missing(9)], [5, 2, 0, 0]);
  say('distress', { mmsi: 970000077, state: 'ended', time: '2026-11-20T10:01:00Z' });
  assert.equal(calls.missing(1), 4, 'one that was left out has ended');
  say('distress', { mmsi: 970000001, state: 'ended', time: '2026-11-20T10:01:00Z' });
  assert.equal(calls.missing(0), 4);
  say('hello', {});
  assert.equal(calls.missing(0), 0);
});
