/** An alert in words: what was observed, of whom, from when to when, and the numbers that decided it. Pure but for the language. */
import type { EventNumber, SeaEvent } from '../api';
import { Key, lang, t } from '../i18n';
import { shipTypeName } from '../i18n/ais';
import { en } from '../i18n/en';
import { formatAge, formatDate, formatIso, formatNumber, formatTime, pad } from './format';

const has = (key: string): key is Key => key in en;

export function eventTitle(kind: string): string {
  return has(`event.${kind}`) ? t(`event.${kind}` as Key) : kind ? kind.replace(/_/g, ' ') : t('event.other');
}

/** Keys that are not known are shown as they are: a server may be newer than its page. */
export function wordOf(group: string, key: string): string {
  return has(`${group}.${key}`) ? t(`${group}.${key}` as Key) : key.replace(/_/g, ' ');
}

/** What behaviours say in the `text` of an event besides names of places, in the words of docs/formats/alerts.md. */
const SAID: Record<string, Key> = {
  'one number on two ships': 'said.twoShips', 'one IMO number under two MMSIs': 'said.twoNumbers', 'one identity on two echoes': 'said.twoEchoes', 'positions jumped': 'said.jumped', 'positions go in circles': 'said.circles',
  'positions on land': 'said.onLand', 'another IMO number under one MMSI': 'said.otherImo', 'one ship, another MMSI': 'said.otherMmsi',
  'a breadth without a length': 'said.noLength', 'longer than any ship': 'said.tooLong', 'broader than long': 'said.tooBroad', 'a draught over half the length': 'said.tooDeep', 'an IMO number whose last digit does not fit': 'said.imoDigit', 'longer than a ship of this type can be': 'said.longForType',
  'draught': 'said.draught', 'against': 'said.against', 'off': 'said.off', 'a contact without AIS beside a ship: it may be a rescue': 'said.rescue', 'zigzag': 'said.zigzag', 'back': 'said.back', 'slow': 'said.slow', 'dash': 'said.dash', 'speed': 'said.speed', 'course': 'said.course', 'deviation': 'said.deviation',
};
/** Those that hold a name. */
const SAID_OF: readonly [kind: string, form: RegExp, key: Key][] = [['voyage', /^destination: (.*)$/s, 'said.destination'],
  ['identity', /^another name and call sign: before (.*)$/s, 'said.otherNameAndCall'], ['identity', /^another name: before (.*)$/s, 'said.otherName'], ['identity', /^another call sign: before (.*)$/s, 'said.otherCall']];
/** Kinds whose text is a name that people gave: it may be a word of these. */
const NAMED: ReadonlySet<string> = new Set(['area', 'gate', 'port_visit', 'watchlist']);

/** The event's text as a place and as words; names stay as they are. */
export function textOf(kind: string, text: string): { place: string; words: string } {
  const area = kind === 'area' ? /^(.*): (enter|leave|inside|speed|cross)$/s.exec(text) : null;
  if (area) return { place: area[1], words: `${area[1]} · ${wordOf('areas.on', area[2])}` };
  for (const [of, form, key] of SAID_OF) {
    const found = of === kind ? form.exec(text) : null;
    if (found) return { place: '', words: t(key, { what: found[1] }) };
  }
  if (kind === 'watchlist') return { place: listEntry(text)?.list ?? text, words: text };
  return text in SAID && !NAMED.has(kind) ? { place: '', words: t(SAID[text]) } : { place: text, words: text };
}

/** What the text of a watch-listed vessel says: "LIST: what fits; basis; of DATE; until DATE" (docs/formats/watchlist.md). Null: it is in another form. */
export interface ListEntry { list: string; fits: string; basis: string; date: string; expires: string }

export function listEntry(text: string): ListEntry | null {
  const [, list, fits, basis, date = '', expires = ''] = /^(.+?): (.+?); (.*?)(?:;? ?of (\d{4}-\d\d-\d\d))?(?:; until (\d{4}-\d\d-\d\d))?$/s.exec(text) ?? [];
  if (!list) return null;
  const said = /^call sign (.+) and name (.+)$/s.exec(fits), day = (iso: string) => (iso ? formatDate(Date.parse(iso), lang()) : '');
  return { list, fits: said ? t('watch.callsign', { callsign: said[1], name: said[2] }) : fits, basis, date: day(date), expires: day(expires) };
}

/** Events may need people to be helped before anything else is asked of them. */
export function rescueFirst(kind: string): boolean {
  return kind === 'dark' || kind === 'meeting' || kind === 'drift' || kind === 'distress';
}

export function joinNames(names: readonly string[]): string {
  if (names.length === 0) return t('why.somebody');
  return names.slice(1).reduce((a, b) => t('why.and', { a, b }), names[0]);
}

const UNITS: Record<string, Key> = { kn: 'unit.kn', nm: 'unit.nm' };

/** Numbers that are shares, that answer yes or no, and that are names rather than sizes. */
const NEARLY = 0.995; // rounded it would read as certain
const SHARES: ReadonlySet<string> = new Set(['reception', 'existence', 'probability', 'heard_of_sent_before', 'score', 'switched_off']), ANSWERS: ReadonlySet<string> = new Set(['seen_entering', 'to_left', 'at_sea']), NAMES: ReadonlySet<string> = new Set(['imo', 'imo_before', 'mmsi']);

function valueText(key: string, value: number, unit: string): string {
  if (SHARES.has(key) && unit === '' && value >= 0 && value <= 1) return value >= NEARLY && value < 1 ? `>\u00a0${formatNumber(Math.floor(NEARLY * 100), lang())}\u00a0%` : `${formatNumber(value * 100, lang())}\u00a0%`;
  if (ANSWERS.has(key)) return t(value ? 'num.yes' : 'num.no');
  if (NAMES.has(key)) return String(value);
  if (key === 'inland') return `${formatNumber(value, lang(), 1)}\u00a0km`; // no sea miles on land
  if (key === 'shiptype') return `${shipTypeName(value, lang())} (${value})`;
  if (key === 'sun_hour') return `${pad(Math.floor(value), 2)}:${pad(Math.floor((value % 1) * 60), 2)}`;
  return numberText(value, unit);
}

/** Seconds and minutes read as spans, shares as per cent; the rest with its unit. */
export function numberText(value: number, unit: string): string {
  if (unit === 's') return formatAge(value);
  if (unit === 'min') return formatAge(value * 60);
  if (unit === 'h') return formatAge(value * 3600);
  const size = Math.abs(value), decimals = Number.isInteger(value) || size >= 100 ? 0 : size >= 1 ? 1 : 2;
  if (unit === '%') return `${formatNumber(value, lang(), decimals && 1)}\u00a0%`;
  if (unit === 'km') return `${formatNumber(value / 1.852, lang(), size < 37 ? 1 : 0)}\u00a0${t('unit.nm')}`;
  if (unit === 'm' && size >= 3704) return `${formatNumber(value / 1852, lang(), 1)}\u00a0${t('unit.nm')}`;
  const text = formatNumber(value, lang(), decimals);
  if (unit === 'deg' || unit === '°') return `${text}°`;
  return unit ? `${text}\u00a0${unit in UNITS ? t(UNITS[unit]) : unit}` : text;
}

/** 05:20 UTC on the day of `near`; with the date on another day, and seconds if asked for. */
export function clockText(ms: number, near: number, seconds = false): string {
  return `${timeOf(ms, near, seconds)} UTC`;
}

function timeOf(ms: number, near: number, seconds: boolean): string {
  const time = formatTime(ms).slice(0, seconds ? 8 : 5);
  if (formatIso(ms).slice(0, 10) === formatIso(near).slice(0, 10)) return time;
  return `${new Intl.DateTimeFormat(lang(), { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(ms)} ${time}`;
}

/** Of a shorter event minutes say too little; one shorter than the other is a moment. */
const SHORT_MS = 5 * 60000, MOMENT_MS = 1000;

/** From when to when, in words. */
function whenText(begin: number, end: number, goesOn: boolean): string {
  const seconds = end - begin < SHORT_MS, span = formatAge(Math.max(0, end - begin) / 1000);
  if (end - begin < MOMENT_MS) return t(goesOn ? 'why.sinceMoment' : 'why.moment', { from: clockText(begin, end) });
  if (goesOn) return t('why.since', { from: clockText(begin, end, seconds), span });
  const days = formatIso(begin).slice(0, 10) !== formatIso(end).slice(0, 10);
  return t(days ? 'why.whenDays' : 'why.when', { from: timeOf(begin, end, seconds), to: clockText(end, begin, seconds), span });
}

/** This browser's zone, with its distance from UTC, for people think in it. */
export function localText(ms: number): string {
  return new Intl.DateTimeFormat(lang(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false, timeZoneName: 'short' }).format(ms);
}

/** Kinds that are about two: who is not known is named so. */
const OF_TWO: ReadonlySet<string> = new Set(['encounter', 'meeting', 'close_quarters', 'two_identities']);

/** What a navigator need not hear; it stands among the numbers. */
const BY_THE_WAY: ReadonlySet<string> = new Set(['points', 'log_likelihood_ratio', 'reception_learnt_from', 'between_fixes', 'speed_parting', 'visit_confidence']);

export interface Why { what: string; decided: string; confidence: string }

/** What goes on, or not yet is: its sentence has a form of its own where it is over. */
function sentenceOf(kind: string, over: boolean): Key {
  const ended = `why.${kind}.ended`, key = over && has(ended) ? ended : `why.${kind}`;
  return has(key) ? key : 'why.other';
}

/** `now`: of the picture, ms; where the event goes on and has no end, it is its end. */
export function whyText(e: Pick<SeaEvent, 'kind' | 'begin' | 'end' | 'text' | 'numbers' | 'confidence'> & { state?: string }, names: readonly string[], now: number): Why {
  const begin = Date.parse(e.begin), end = e.end ? Date.parse(e.end) : now, goesOn = e.state === 'ongoing';
  const key = sentenceOf(e.kind, !goesOn);
  const what = t(key, { who: joinNames(names.length === 1 && OF_TWO.has(e.kind) ? [...names, t('why.another')] : names), when: whenText(begin, end, goesOn), at: clockText(begin, end), place: textOf(e.kind, e.text).place || t('why.noPlace') });
  const said = textOf(e.kind, e.text);
  const list = numbersOf(e.numbers).filter(({ key: of }) => !BY_THE_WAY.has(of) && !(e.kind === 'distress' && of === 'duration')).map(({ label, value, limit }) => t(limit ? 'why.numberLimit' : 'why.number', { label, value, limit }));
  return {
    what: said.words && !said.place && e.kind !== 'meeting' ? `${what} ${sentence(said.words)}` : what, decided: list.length ? t('why.decided', { list: list.join('; ') }) : '',
    confidence: typeof e.confidence === 'number' ? t('why.confidence', { n: percent(e.confidence) }) : '',
  };
}

const sentence = (words: string): string => `${words.charAt(0).toLocaleUpperCase(lang())}${words.slice(1)}.`;

/** Never 100 %: nobody is that sure. */
export function percent(share: number): string {
  return String(Math.min(99, Math.max(1, Math.round(share * 100))));
}

/** `share`: of the bar's length, `limitShare`: where the threshold stands on it. */
export interface NumberRow { key: string; label: string; value: string; limit: string; share: number; limitShare: number | null }

export function numbersOf(numbers: Record<string, EventNumber> | undefined): NumberRow[] {
  return Object.entries(numbers ?? {}).flatMap(([key, { value, limit, unit }]) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || (key === 'duration' && value === 0)) return []; // it has just begun
    const bound = typeof limit === 'number' && Number.isFinite(limit) && limit !== 0 ? limit : null; // a bound of 0 holds nothing back
    const most = Math.max(Math.abs(value), bound === null ? 0 : Math.abs(bound)) * 1.15 || 1;
    return [{ key, label: wordOf('num', key), value: valueText(key, value, unit), limit: bound === null ? '' : valueText(key, bound, unit), share: Math.abs(value) / most, limitShare: bound === null ? null : Math.abs(bound) / most }];
  });
}
