// Every kind of event, every number and every explanation that the program tells of has words in both languages. The lists are
// read where they are written: docs/formats/alerts.md and src/behaviour. A new one without words fails here.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { HttpError } from '../src/api';
import { eventTitle, listEntry, numbersOf, textOf, whyText, wordOf } from '../src/app/alerttext';
import { GROUPS } from '../src/app/events';
import { faultText, serverWords } from '../src/app/faults';
import { receptionRows } from '../src/app/reception';
import { setLang } from '../src/i18n';
import { alertsEn } from '../src/i18n/alerts.en';
import { alertsEs } from '../src/i18n/alerts.es';

(globalThis as { document?: unknown }).document ??= { documentElement: {} };

const top = new URL('../../', import.meta.url); // of the bundle in web/.tests
const read = (path: string) => readFileSync(new URL(path, top), 'utf8');
const LANGS = ['en', 'es'] as const;

const behaviours = readdirSync(new URL('src/behaviour/', top)).filter((name) => name.endsWith('.c') && !/^event(_json)?\.c$/.test(name)).map((name) => ({ name, text: read(`src/behaviour/${name}`) }));

function kinds(): string[] {
  const row = /^\| `kind` \| `([a-z_ ]+)` \|/m.exec(read('docs/formats/alerts.md'));
  assert.ok(row, 'the list of kinds in docs/formats/alerts.md');
  return row[1].split(' ');
}

/** A key that is no text in the call can't be read here: then it fails. */
function numberKeys(): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { name, text } of behaviours) for (const [call, key] of text.matchAll(/vg_event_number\(\s*[^,]+,\s*(?:"([a-z0-9_]+)"|[^,]+),/g)) {
    assert.ok(key, `${name}: the key of ${call} is no text`);
    keys.set(key, name);
  }
  return keys;
}

test('each kind has a title, a sentence, a colour and at least one innocent explanation', () => {
  const all = kinds(), innocent = read('src/behaviour/innocent.c');
  assert.ok(all.length >= 23);
  for (const lang of LANGS) {
    setLang(lang);
    for (const kind of all) for (const [state, end] of [['ongoing', '2026-11-21T01:20:00Z'], ['ended', '2026-11-21T01:20:00Z'], ['ended', '2026-11-20T22:50:00Z']]) {
      const { what, decided } = whyText({ kind, state, begin: '2026-11-20T22:50:00Z', end, text: 'Zona X', confidence: 0.8, numbers: { speed: { value: 9, limit: 12, unit: 'kn' } } }, ['ALFA'], 0);
      assert.match(what, /ALFA/, kind);
      assert.doesNotMatch(what + decided, /[{}]|undefined|NaN/, kind);
      assert.match(decided, lang === 'es' ? /umbral/ : /threshold/);
    }
    for (const kind of all) {
      const title = alertsEn[`event.${kind}` as keyof typeof alertsEn];
      assert.ok(title && eventTitle(kind).length > 3 && GROUPS[kind], kind);
      assert.ok(`why.${kind}` in alertsEn, `why.${kind}`);
    }
  }
  for (const kind of all) assert.match(innocent, new RegExp(`\\[VG_EVENT_${kind.toUpperCase()}\\] = LIST\\("`), kind);
});

test('each number that a behaviour tells of has a name in both languages, and not the same one', () => {
  const keys = numberKeys();
  assert.ok(keys.size > 40, String(keys.size));
  for (const [key, file] of keys) {
    const name = `num.${key}` as keyof typeof alertsEn;
    assert.ok(alertsEn[name], `${file} tells of "${key}": it has no words (num.${key})`);
    if (!['num.radius'].includes(name)) assert.notEqual(alertsEn[name], alertsEs[name], key);
    setLang('es');
    const [row] = numbersOf({ [key]: { value: 3, limit: 5, unit: '' } });
    assert.ok(row.label === alertsEs[name] && row.value && row.limit, key);
  }
});

test('each innocent explanation has words in both languages', () => {
  const keys = [...read('src/behaviour/innocent.c').matchAll(/"([a-z_]+)"/g)].map(([, key]) => key).filter((key) => !key.includes('/'));
  assert.ok(keys.length > 40);
  for (const lang of LANGS) {
    setLang(lang);
    for (const key of keys) assert.ok(`innocent.${key}` in alertsEn && !wordOf('innocent', key).includes('_'), key);
  }
});

test('what behaviours say in words is said in Spanish, too; a place keeps its name', () => {
  const said = behaviours.flatMap(({ name, text }) => [...text.matchAll(/snprintf\(\w+\.text, sizeof \w+\.text, "([^"%]+)"\)/g)].map(([, words]) => ({ name, words })));
  said.push(...behaviours.flatMap(({ name, text }) => [...text.matchAll(/(?:\bX\([A-Z_]+, |\{)"([^"]+)", 0\.\d+[)}]/g)].map(([, words]) => ({ name, words }))));
  assert.ok(said.length > 4);
  setLang('es');
  for (const { name, words } of [...said, ...['speed', 'course', 'deviation', 'against', 'off'].map((each) => ({ name: 'a key', words: each }))]) assert.notEqual(textOf('anomaly', words).words, words, `${name}: "${words}"`);
  assert.equal(textOf('gate', 'off').words, 'off', 'a gate of that name');
  assert.equal(textOf('identity', 'another name: before EL <NIÑO>').words, 'otro nombre; antes: EL <NIÑO>');
});

test('a list says what fits, by which law, of when and until when', () => {
  setLang('es');
  assert.deepEqual(listEntry('Lista de la OROP: IMO 9074729; Res. 2021-03; art. 4; of 2026-01-05; until 2027-01-04'), { list: 'Lista de la OROP', fits: 'IMO 9074729', basis: 'Res. 2021-03; art. 4', date: '05 ene 2026', expires: '04 ene 2027' });
  assert.deepEqual(listEntry('National: call sign HC4711 and name EL NIÑO II; Court order 12/2026; of 2026-03-01'), { list: 'National', fits: 'indicativo HC4711 y nombre EL NIÑO II', basis: 'Court order 12/2026', date: '01 mar 2026', expires: '' });
  assert.equal(listEntry('INTERPOL 2026-03'), null);
  assert.match(whyText({ kind: 'watchlist', begin: '2026-11-20T22:50:00Z', end: null, text: 'OROP: MMSI 735000001; x; of 2026-01-05', confidence: 0.8, numbers: {} }, ['ALFA'], 0).what, /lista OROP\. Una entrada no prueba nada/);
});

test('what a server refuses is told plainly in both languages', () => {
  for (const lang of LANGS) {
    setLang(lang);
    for (const [status, code] of [[403, 'not_allowed'], [403, ''], [503, 'not_kept'], [503, 'alerts_failing'], [503, 'unheard_of'], [409, 'not_signed_yet'], [409, 'not_kept'], [404, 'not_found'], [404, 'no_journal']] as const) {
      const text = faultText(new HttpError(status, 'in the server’s English', code));
      assert.ok(text.length > 20 && !text.includes('English'), `${status} ${code}: ${text}`);
    }
    assert.doesNotMatch(faultText(new TypeError('Failed to fetch')), /fetch/);
  }
  assert.equal(faultText(new HttpError(400, "line 3: kinds: expected kinds of events, found 'x'", 'bad_rules'), 'rules.refused'), "El servidor lo rechaza: línea 3: kinds: se espera kinds of events; se encontró «x»");
  assert.equal(serverWords('feature 2, "Zona": the border crosses itself'), 'elemento 2 «Zona»: the border crosses itself');
  assert.equal(serverWords('something else'), 'something else');
});

test('what an alert rests on: numbers with their units, who heard it, where she was heard last and next', () => {
  setLang('es');
  const rows = receptionRows({ reception: 0.94, silence: 4.5, others_heard: 41, source: ['Manta', 'Salinas'], last_heard: '2026-11-20T22:50:07Z', last_lon: -80.5, last_lat: -1.25, next_heard: null, next_lon: null, next_lat: null },
    { begin: '2026-11-20T22:50:00Z', numbers: { silence: { value: 4.5, limit: 2, unit: 'h' } } });
  assert.deepEqual(rows.map(({ label, value }) => `${label}: ${value}`), ['recepción en la zona: 94\u00a0%', 'silencio: 4 h 30', 'otros recibidos entretanto: 41', 'recibido por: Manta, Salinas', 'última señal: 22:50:07 UTC · 01°15.000′S 080°30.000′W']);
  const again = receptionRows({ first_heard: '2026-11-30T04:02:05.412Z' }, { begin: '2026-11-30T03:09:37Z', numbers: {} }, [{ offset: 1, time: '2026-11-30T04:02:05.412Z', own: '2026-11-30T03:09:37Z' }]);
  assert.equal(again[0].value, '03:09:37 UTC (recibida a las 04:02:05 UTC)', 'of a recording: by its sender’s clock');
  assert.deepEqual(receptionRows(null, { begin: '', numbers: {} }), []);
});
