import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertRow } from '../src/api';
import { readDetail, readEvent, readMutes, readPrecision, readRow, readRules, withRule } from '../src/app/alertread';
import { ALL_ALERTS, inOrder, passes } from '../src/app/alerts';
import { spanOf } from '../src/app/alerttracks';
import { eventTitle, numbersOf, numberText, percent, rescueFirst, textOf, whyText } from '../src/app/alerttext';
import { AreaDraft, AreaFeature, crossesItself, draftOf, faultsOf, featureOf, newDraft, readFile } from '../src/app/areas';
import { chartsOf, Course, momentOf, positionAt } from '../src/app/behaviour';
import { readCase } from '../src/app/casefolder';
import { strandsOf } from '../src/map/geo';
import { eventsAt, GROUPS } from '../src/app/events';
import { setLang } from '../src/i18n';
import { alertsEn } from '../src/i18n/alerts.en';
import { alertsEs } from '../src/i18n/alerts.es';
import { unwrapped } from '../src/map/geo';

(globalThis as { document?: unknown }).document ??= { documentElement: {} };

const MINUTE = 60000;
const EVENT = { id: '00000000000000a1', kind: 'encounter', state: 'ended', revision: 1, begin: '2026-11-20T22:50:00Z', end: '2026-11-21T01:20:00Z', lon: -82, lat: -1, mmsi: [735000001, 735000002], contacts: ['00000000000000b1', '00000000000000b2'], confidence: 0.87,
  numbers: { median_distance: { value: 180, limit: 500, unit: 'm' }, median_speed: { value: 0.9, limit: 2, unit: 'kn' }, new_word: { value: 3, limit: null, unit: '' } }, places: [7, 9], reports: 44, text: '', innocent: ['pilot'], exercise: false };
const ROW = { id: '00000000000000c1', rule: 'encounter', kind: 'encounter', severity: 'caution', state: 'open', for: null, opened: '2026-11-21T00:50:00Z', escalated: null, owner: null, reason: null, exercise: false,
  vessels: [{ contact: '00000000000000b1', mmsi: 735000001, name: 'A' }, { contact: '00000000000000b2', mmsi: 735000002 }], event: EVENT };
const row = (patch: Partial<AlertRow>): AlertRow => ({ ...readRow(ROW), ...patch });

test('nobody is called guilty: the words of alerts accuse in neither language', () => {
  const accuses = /\b(target|hostile|suspect\w*|threat\w*|suspicious|criminal|illegal|intruder|objetivo|hostil|sospech\w*|amenaza\w*|delincuente|ilegal|ilícit\w*|intrus\w*|blanco)\b/i;
  for (const [key, line] of [...Object.entries(alertsEn), ...Object.entries(alertsEs)]) assert.doesNotMatch(line, accuses, key);
});

test('every kind has a title, a sentence and a colour, in both languages', () => {
  for (const lang of ['en', 'es'] as const) {
    setLang(lang);
    for (const kind of 'gap disabling encounter loitering port_visit fishing drift stop area gate identity spoofing shore deviation anomaly close_quarters voyage watchlist dark unseen two_identities meeting distress'.split(' ')) {
      const { what } = whyText({ ...EVENT, kind }, ['A', 'B'], 0);
      assert.ok(!eventTitle(kind).includes('_') && what.includes('A') && !/[{}]/.test(what), `${lang} ${kind}: ${what}`);
      assert.ok(GROUPS[kind], kind);
    }
    // A kind of a later server is told, too.
    assert.match(whyText({ ...EVENT, kind: 'of_later' }, ['A'], 0).what, /A/);
    assert.equal(eventTitle('of_later'), 'of later');
  }
});

test('the sentence says who, when in UTC, how long, and the numbers against their thresholds', () => {
  setLang('en');
  const why = whyText(EVENT, ['A', 'B'], 0);
  assert.match(why.what, /^A and B stayed close.*from Nov 20 22:50 to Nov 21 01:20 UTC \(2 h 30\)/);
  assert.match(why.decided, /median distance 180\u00a0m \(threshold 500\u00a0m\); median speed 0\.90\u00a0kn \(threshold 2\u00a0kn\); new word 3\./);
  assert.match(why.confidence, /87 %/);
  // What goes on ends now.
  assert.match(whyText({ ...EVENT, end: null }, ['A', 'B'], Date.parse(EVENT.begin) + 90 * MINUTE).what, /1 h 30/);
  assert.match(whyText({ ...EVENT, state: 'ongoing' }, ['A', 'B'], 0).what, /since Nov 20 22:50 UTC \(2 h 30 so far\)/);
  assert.match(whyText({ ...EVENT, begin: '2026-11-21T01:19:38Z' }, ['A', 'B'], 0).what, /from 01:19:38 to 01:20:00 UTC \(22 s\)/);
  assert.match(whyText({ ...EVENT, kind: 'close_quarters', state: 'ongoing' }, ['A', 'B'], 0).what, /will pass/);
  assert.match(whyText({ ...EVENT, kind: 'close_quarters' }, ['A', 'B'], 0).what, /^A and B passed/);
  assert.doesNotMatch(whyText({ ...EVENT, kind: 'distress', numbers: { duration: { value: 0, limit: 0, unit: 'min' } } }, ['A'], 0).decided, /duration/);
  // Rescue is offered before it is said what was seen.
  assert.match(whyText({ ...EVENT, kind: 'meeting' }, ['A'], 0).what, /^They may be castaways.*rescue comes first.*A and another contact/s);
  assert.deepEqual([percent(1), percent(0), percent(0.5)], ['99', '1', '50']);
});

test('what the server says in words is said in the page\'s language, and names stay', () => {
  setLang('es');
  assert.deepEqual(textOf('area', 'Reserva: Marina: enter'), { place: 'Reserva: Marina', words: 'Reserva: Marina · quien entra' });
  assert.equal(textOf('voyage', 'destination: <b>').words, 'destino: <b>');
  assert.match(whyText({ ...EVENT, kind: 'identity', text: 'one number on two ships' }, ['A'], 0).what, /Un mismo número en dos buques\.$/);
  assert.deepEqual(textOf('gate', 'Límite sur'), { place: 'Límite sur', words: 'Límite sur' });
});

test('numbers read as they are spoken', () => {
  setLang('es');
  assert.deepEqual([numberText(7200, 's'), numberText(90, 'min'), numberText(88000, 'm'), numberText(140, 'm'), numberText(9.04, 'kn'), numberText(74, 'deg'), numberText(3, '')],
    ['2 h 00', '1 h 30', '47,5\u00a0M', '140\u00a0m', '9,0\u00a0nudos', '74°', '3']);
  const [distance, , word] = numbersOf(EVENT.numbers);
  assert.ok(distance.share < distance.limitShare! && distance.limitShare! < 1);
  assert.equal(word.limitShare, null);
  assert.deepEqual(numbersOf({ broken: { value: null, limit: 1, unit: '' } }), []);
});

test('people who may need help come first', () => {
  for (const kind of ['dark', 'meeting', 'drift', 'distress']) assert.ok(rescueFirst(kind), kind);
  assert.ok(!rescueFirst('watchlist') && !rescueFirst('encounter'));
});

test('the list: by severity, then what nobody looks after, then the oldest', () => {
  const rows = [row({ id: 'a', severity: 'information' }), row({ id: 'b', severity: 'distress', opened: '2026-11-21T03:00:00Z' }), row({ id: 'c', severity: 'warning', state: 'acknowledged' }), row({ id: 'd', severity: 'warning' }), row({ id: 'e', severity: 'warning', opened: '2026-11-20T00:00:00Z' })];
  assert.deepEqual(inOrder(rows).map(({ id }) => id), ['b', 'e', 'd', 'c', 'a']);
  assert.ok(passes(row({ state: 'acknowledged' }), ALL_ALERTS, '') && !passes(row({ state: 'dismissed' }), ALL_ALERTS, ''));
  assert.ok(passes(row({ state: 'dismissed' }), { ...ALL_ALERTS, state: 'every' }, ''));
  const mine = { ...ALL_ALERTS, mine: true };
  assert.ok(passes(row({ who: 'Vera' }), mine, 'Vera') && passes(row({ role: 'Vera' }), mine, 'Vera') && !passes(row({ who: 'Vera' }), mine, '') && !passes(row({ who: null }), mine, 'Vera'));
});

test('the server\'s alerts are read, also where it says less, or another', () => {
  const r = readRow(ROW);
  assert.deepEqual([r.lon, r.begin, r.mmsi, r.confidence, r.escalated, r.who], [-82, EVENT.begin, EVENT.mmsi, 0.87, false, null]);
  assert.equal(readRow({ ...ROW, escalated: '2026-11-21T00:50:00Z' }).escalated, true);
  const broken = readRow({ id: 'x', severity: 'terrible', state: 7, event: null });
  assert.deepEqual([broken.severity, broken.state, broken.mmsi, broken.lon], ['information', 'open', [], null]);
  assert.deepEqual(readEvent(null).numbers, {});
  const d = readDetail({ ...ROW, evidence: { places: [7, 9], reports: 44 }, reception: { expected: 9 }, history: [{ what: 'opened', who: null, why: null, host_time: 'H', time: 'D' }], risk: [{ contact: 'x', value: 0.2, parts: [{ kind: 'gap', part: 0.2 }] }] });
  assert.deepEqual([d.evidence.map(({ offset }) => offset), d.history[0].action, d.history[0].time, d.risk[0].parts[0].part], [[7, 9], 'opened', 'H', 0.2]);
  assert.deepEqual(readDetail(ROW).history, []);
  assert.equal(readRules({ rules: [{ name: 'a', kinds: ['gap'], enabled: false }], text: 'rules: []' }).rules[0].enabled, false);
  assert.deepEqual(readPrecision({ rules: [{ rule: 'a', confirmed: 1, dismissed: 2, days: [{ day: '2026-11-21' }, { day: '2026-11-20' }] }] })[0].periods!.map(({ from }) => from), ['2026-11-20', '2026-11-21']);
});

test('what is silenced is read, and who ended it', () => {
  const mute = { id: 2, rule: 'stop', kind: null, contact: null, mmsi: 735000001, to: '2026-11-21T05:00:00Z', who: 'V', why: 'w', ended_by: null };
  assert.deepEqual(readMutes({ mutes: [mute, { ...mute, id: 1, ended_by: 'X' }, { id: 'x' }] }).map(({ id, mmsi, ended }) => [id, mmsi, ended]), [[2, 735000001, false], [1, 735000001, true]]);
  assert.deepEqual(readMutes(null), []);
});

test('one value of one rule is changed in the text, and nothing else', () => {
  const yaml = 'rules:\n  - name: "a"\n    kinds: [gap]\n    severity: caution\n    per_hour: 10\n  - name: "b"\n    kinds: [stop]\n    severity: caution\nareas:\n  - name: "a"\n    box: [1, 2, 3, 4]\n';
  assert.equal(withRule(yaml, 'b', 'severity', 'warning'), yaml.replace('[stop]\n    severity: caution', '[stop]\n    severity: warning'));
  assert.equal(withRule(yaml, 'b', 'min_confidence', '0.8'), yaml.replace('"b"\n', '"b"\n    min_confidence: 0.8\n'));
  assert.equal(withRule(yaml, 'c', 'severity', 'warning'), null);
});

test('distance, speeds and silence are drawn from the tracks, and nothing where nobody was heard', () => {
  const track = (name: string, lat: number, minutes: number[]): Course => ({ name, points: minutes.map((m) => ({ t: m * MINUTE, lon: 0, lat: lat + m / 6000, speed: 6 })) });
  const a = track('A', 0, [0, 5, 10, 15, 60, 65]), b = track('B', 0.1, [0, 6, 12, 18]);
  assert.equal(positionAt(a.points, 30 * MINUTE), null, 'no line over a silence');
  assert.ok(Math.abs(positionAt(a.points, 7.5 * MINUTE)!.lat - 7.5 / 6000) < 1e-9);
  assert.equal(positionAt([{ t: 0, lon: 179.9, lat: 0, speed: null }, { t: MINUTE, lon: -179.9, lat: 0, speed: null }], MINUTE / 2)!.lon, 180);
  const [distance, speed] = chartsOf('encounter', [a, b], 0, 20 * MINUTE);
  assert.deepEqual([distance.what, speed.what, speed.lines.length], ['distance', 'speed', 2]);
  assert.ok(Math.abs(distance.lines[0].values[10]! - 6) < 0.05);
  assert.ok(speed.lines[1].values.some((value) => value === null), 'B is silent while A goes on');
  const [silence] = chartsOf('disabling', [a], 0, 72 * MINUTE, 0.5);
  assert.deepEqual([silence.what, silence.lines[0].values.reduce<number>((sum, n) => sum + (n ?? 0), 0), silence.lines[1].values[0]], ['silence', 6, 0.5 * silence.binMinutes!]);
  const alone = chartsOf('drift', [a], 0, 72 * MINUTE)[0], silent = alone.x.findIndex((at) => at > 15 * 60 && at < 60 * 60);
  assert.ok(silent > 0 && alone.lines[0].values[silent] === null, 'no line leads over her silence');
  assert.deepEqual(chartsOf('encounter', [], 0, 1), []);
  const apart = { name: 'C', points: [{ t: 0, lon: 0, lat: 1, speed: 1 }, { t: 10 * MINUTE, lon: 0, lat: 0, speed: 1 }, { t: 20 * MINUTE, lon: 0, lat: 1, speed: 1 }] }, still = { name: 'D', points: [{ t: 0, lon: 0, lat: 0, speed: 0 }, { t: 20 * MINUTE, lon: 0, lat: 0, speed: 0 }] };
  assert.equal(momentOf([apart, still], 0, 20 * MINUTE), 10 * MINUTE);
  assert.deepEqual(spanOf(0, 60 * MINUTE), [-20 * MINUTE, 80 * MINUTE]);
});

test('a line across the antimeridian stays whole', () => {
  assert.deepEqual(unwrapped([{ lon: 179, lat: 0 }, { lon: -179, lat: 1 }, { lon: 179.5, lat: 2 }]), [[179, 0], [181, 1], [179.5, 2]]);
});

test('events at a moment: those that go on, and those just over', () => {
  const e = readEvent(EVENT), begin = Date.parse(EVENT.begin);
  assert.equal(eventsAt([e], begin + MINUTE).length, 1);
  assert.equal(eventsAt([e], begin - 5 * MINUTE).length, 1);
  assert.equal(eventsAt([e], begin - 60 * MINUTE).length, 0);
  assert.equal(eventsAt([{ ...e, end: null }], begin + 60 * MINUTE).length, 0);
});

const SQUARE: [number, number][] = [[0, 0], [1, 0], [1, 1], [0, 1]];
const filled = (patch: Partial<AreaDraft>): AreaDraft => ({ ...newDraft('Polygon', SQUARE), name: 'Zona', ...patch });

test('what is wrong with an area is said at its field', () => {
  assert.deepEqual(faultsOf(filled({})), {});
  const wrong = (patch: Partial<AreaDraft>) => Object.keys(faultsOf(filled(patch)));
  assert.deepEqual(wrong({ name: ' ' }), ['name']);
  assert.deepEqual(wrong({ name: 'ñ'.repeat(32) }), ['name'], 'bytes, not letters');
  assert.deepEqual(wrong({ on: new Set() }), ['on']);
  assert.deepEqual(wrong({ flagMode: 'except', flags: 'ECU' }), ['flags']);
  assert.deepEqual(wrong({ flagMode: 'only', flags: '' }), ['flags']);
  assert.deepEqual(wrong({ hours: '22-5' }), ['hours']);
  assert.deepEqual(wrong({ hours: '24:00-05:00' }), ['hours']);
  assert.deepEqual(wrong({ on: new Set(['speed']) }), ['over']);
  assert.deepEqual(wrong({ on: new Set(['speed']), over: '12', under: '201' }), ['under']);
  assert.deepEqual(wrong({ on: new Set(['inside']), minutes: '1.5' }), ['minutes']);
  assert.deepEqual(wrong({ points: SQUARE.slice(0, 2) }), ['points']);
  assert.deepEqual(wrong({ points: [[0, 0], [1, 1], [1, 0], [0, 1]] }), ['points']);
  assert.ok(!crossesItself(SQUARE) && !crossesItself([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]));
});

test('a form becomes GeoJSON and the same form again, and what it does not show is kept', () => {
  const d = filled({ basis: 'Decreto', on: new Set(['speed', 'enter']), types: new Set(['fishing']), flagMode: 'except', flags: 'ec, pa', hours: '22:00 - 05:30', over: '12,5' });
  const feature = featureOf(d);
  assert.deepEqual(feature.geometry, { type: 'Polygon', coordinates: [[...SQUARE, SQUARE[0]]] });
  assert.deepEqual(feature.properties.rule, { on: ['enter', 'speed'], types: ['fishing'], flags_except: ['EC', 'PA'], hours_utc: '22:00-05:30', over_kn: 12.5 });
  assert.deepEqual(featureOf(draftOf(feature, 0)), feature);
  const gate = featureOf({ ...newDraft('LineString', [[0, 0], [1, 1]]), name: 'G', way: 'left' });
  assert.deepEqual([gate.geometry.type, gate.properties.rule], ['LineString', { on: ['cross'], way: 'left' }]);
  const season: AreaFeature = { ...feature, properties: { name: 'S', rule: { on: ['enter'], from: '2026-01-01T00:00:00Z', types: ['70-79'] } } };
  assert.deepEqual(featureOf(draftOf(season, 0)).properties.rule, season.properties.rule);
  const parts: AreaFeature = { type: 'Feature', properties: { name: 'M' }, geometry: { type: 'MultiPolygon', coordinates: [[[...SQUARE, SQUARE[0]]]] } };
  assert.deepEqual(featureOf(draftOf(parts, 0)).geometry, parts.geometry);
});

test('a file that is no GeoJSON of areas is told by what it lacks', () => {
  const good = { type: 'FeatureCollection', features: [featureOf(filled({}))] };
  assert.ok('features' in readFile(JSON.stringify(good)) && 'features' in readFile(JSON.stringify(good.features[0])));
  const key = (value: unknown) => (readFile(typeof value === 'string' ? value : JSON.stringify(value)) as { key?: string }).key;
  assert.equal(key('{'), 'areas.fault.notJson');
  assert.equal(key({ type: 'Topology' }), 'areas.fault.collection');
  assert.equal(key({ type: 'FeatureCollection', features: [] }), 'areas.fault.collection');
  assert.equal(key({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: 'P' }, geometry: { type: 'Point', coordinates: [0, 0] } }] }), 'areas.fault.feature');
  assert.equal(key({ type: 'FeatureCollection', features: [{ ...good.features[0], properties: {} }] }), 'areas.fault.feature');
});

test('a case folder of another version is read for what it is worth', () => {
  assert.deepEqual(readCase(null), { name: '', notes: '', alerts: [] });
  assert.deepEqual(readCase('{"name":5,"alerts":[{"id":"<b>"},{"id":"00a1","kind":"gap"}]}'), { name: '5', notes: '', alerts: [{ id: '00a1', kind: 'gap', begin: '', names: '' }] });
});

test('a number on two ships gives two lines, and a wrong place none', () => {
  const point = (minute: number, lon: number, lat: number) => ({ t: minute * 60000, lon, lat });
  const twice = [0, 1, 2, 3, 4, 5].map((m) => (m % 2 ? point(m, -81 + m / 100, -2) : point(m, -81 + m / 100, -0.6)));
  assert.deepEqual(strandsOf(twice).map((s) => [s.length, s[0].lat]).sort(), [[3, -0.6], [3, -2]]);
  const jump = [point(0, 179.99, 0), point(1, 20, 5), point(2, -179.99, 0), point(3, -179.98, 0)];
  assert.deepEqual(strandsOf(jump).map((s) => s.length).sort(), [1, 3]);
  assert.deepEqual(strandsOf([]), []);
});
