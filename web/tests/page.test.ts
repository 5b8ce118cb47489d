import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Bus } from '../src/app/bus';
import { Page, register, registered, service, Service } from '../src/app/page';
import { saidDimensions, saidNumber, saidPosition, saidText, saidTurn, timeOrigin } from '../src/app/reported';
import { sameSelected, contact, vessel } from '../src/app/selection';
import { createState } from '../src/app/state';
import { isStatusUnconfirmed, statusText } from '../src/app/status';
import { setLang } from '../src/i18n';
import { revOf } from '../src/past/archive';
import { CLASS, CLASS_NAMES } from '../src/stream/vessels';

const page = () => new Page(createState());

test('a service is made once, when it is first asked for', () => {
  let made = 0;
  const inner = service('inner', () => ++made), outer = service('outer', (p) => p.get(inner) + 10);
  const p = page();
  assert.equal(made, 0);
  assert.deepEqual([p.get(outer), p.get(inner), p.get(outer), made], [11, 1, 11, 1]);
});

test('services that need each other are named, not run into the ground', () => {
  const b: Service<number> = service('b', (p) => p.get(a) + 1), a: Service<number> = service('a', (p): number => p.get(b) + 1);
  assert.throws(() => page().get(a), /a → b → a/);
  assert.throws(() => page().get(service('c')), /c was not put there/);
});

test('parts are mounted place by place, in their order, and no two have one name', () => {
  const mounted: string[] = [];
  const part = (id: string, place: 'page' | 'chart', order: number) => register({ id, title: null, place, order, mount: () => { mounted.push(id); return {}; } });
  part('t-late', 'page', 1002);
  part('t-early', 'page', 1001);
  part('t-chart', 'chart', 9999);
  assert.throws(() => part('t-late', 'page', 1), /two parts are called t-late/);
  const p = page();
  p.mount();
  assert.deepEqual(mounted, ['t-chart', 't-early', 't-late']);
  assert.deepEqual(p.at('page').map(({ entry }) => entry.id), registered('page').map(({ id }) => id));
});

test('what is said on the bus is heard by all who listen, and by nobody else', () => {
  const bus = new Bus(), heard: string[] = [];
  bus.on('announce', (text) => heard.push(`a ${text}`));
  bus.on('announce', (text) => heard.push(`b ${text}`));
  bus.on('redraw', () => heard.push('redraw'));
  bus.emit('announce', 'x');
  bus.emit('feeds');
  assert.deepEqual(heard, ['a x', 'b x']);
});

test('a selection is its kind and its id', () => {
  assert.ok(sameSelected(vessel(5), vessel(5)) && sameSelected(null, null));
  assert.ok(!sameSelected(vessel(5), vessel(6)) && !sameSelected(vessel(5), null) && !sameSelected(contact('0000000000000005'), vessel(5)));
});

test('a value comes with who said it, and what was not said is nothing', () => {
  const by = (value: unknown) => ({ value, time: '2026-11-20T10:00:00Z', source: 'Manta', message: 5 });
  const answer = { reported: { position: by({ lon: -80.1, lat: -2 }), speed: by(0), name: by(''), turn: by('port'), dimensions: by({ to_bow: 100, to_stern: 20, to_port: 8 }), imo: by('9000001') } };
  assert.deepEqual(saidPosition(answer)!.value, { lon: -80.1, lat: -2 });
  assert.equal(saidPosition(answer)!.by, answer.reported.position);
  assert.deepEqual([saidNumber(answer, 'speed')!.value, saidTurn(answer)!.value, saidDimensions(answer)!.value], [0, 'port', { length: 120, beam: 8 }]);
  assert.deepEqual([saidText(answer, 'name'), saidNumber(answer, 'imo'), saidNumber(answer, 'course'), saidPosition(null), saidText({}, 'eta')], [null, null, null, null, null]);
});

test('status 14 is a beacon only from a distress device', () => {
  setLangForTest('es');
  const names = CLASS_NAMES.map((_, cls) => [isStatusUnconfirmed(cls, 14), isStatusUnconfirmed(cls, 13)]);
  names.forEach(([fourteen, thirteen], cls) => assert.deepEqual([fourteen, thirteen], [![CLASS.sart, CLASS.mob, CLASS.epirb].includes(cls as 6), false], CLASS_NAMES[cls]));
  assert.equal(statusText(14, true), '14, sin confirmar');
  setLangForTest('en');
  assert.equal(statusText(14, true), '14, unconfirmed');
  assert.equal(statusText(255, false), '');
});

function setLangForTest(lang: 'en' | 'es'): void {
  const global = globalThis as { document?: unknown };
  global.document ??= { documentElement: {} };
  setLang(lang);
}

test('the version of many hours is another one as soon as one of them is', () => {
  const revs = ['a1', 'b2', 'c3'];
  assert.equal(revOf(revs), revOf([...revs]));
  for (const other of [['a1', 'b2', 'c4'], ['a1', 'b2'], ['a1b', '2', 'c3'], ['b2', 'a1', 'c3']]) assert.notEqual(revOf(other), revOf(revs));
});

test('the check for circles finds one, through a type as well', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigia-cycles-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = () => spawnSync(process.execPath, [path.resolve('check-cycles.mjs'), folder], { encoding: 'utf8' });
  writeFileSync(path.join(folder, 'a.ts'), "import { b } from './b';\nexport interface A { n: number }\nexport const a = b;\n");
  writeFileSync(path.join(folder, 'b.ts'), 'export const b = 1;\n');
  assert.equal(run().status, 0);
  writeFileSync(path.join(folder, 'b.ts'), "import type {\n  A,\n} from './a';\nexport const b = 1 as unknown as A;\n");
  const { status, stderr } = run();
  assert.equal(status, 1);
  assert.match(stderr, /circle: a\.ts → b\.ts → a\.ts/);
});

test('only a time that nobody wrote down when the report came needs a word', () => {
  for (const word of ['neighbour', 'given', 'file'] as const) assert.equal(timeOrigin({ time_source: word }), word);
  for (const word of ['received', 'tag', 'line', 'of a later version', '', undefined]) assert.equal(timeOrigin({ time_source: word }), null);
  assert.equal(timeOrigin(null), null);
});
