/** An alert in words: what was observed, of whom, from when to when, and the numbers that decided it. Pure but for the language. */
import type { EventNumber, SeaEvent } from '../api';
import { Key, lang, t } from '../i18n';
import { en } from '../i18n/en';
import { formatAge, formatIso, formatNumber, formatTime, pad } from './format';

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
  'draught': 'said.draught', 'against': 'said.against', 'off': 'said.off',
};

/** The event's text as a place and as words; names stay as they are. */
export function textOf(kind: string, text: string): { place: string; words: string } {
  const area = kind === 'area' ? /^(.*): (enter|leave|inside|speed|cross)$/s.exec(text) : null;
  if (area) return { place: area[1], words: `${area[1]} · ${wordOf('areas.on', area[2])}` };
  const destination = kind === 'voyage' ? /^destination: (.*)$/s.exec(text) : null;
  if (destination) return { place: '', words: t('said.destination', { what: destination[1] }) };
  return text in SAID ? { place: '', words: t(SAID[text]) } : { place: text, words: text };
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
const SHARES: ReadonlySet<string> = new Set(['reception', 'existence', 'probability', 'heard_of_sent_before', 'score']), ANSWERS: ReadonlySet<string> = new Set(['seen_entering', 'to_left']), NAMES: ReadonlySet<string> = new Set(['imo', 'mmsi']);

function valueText(key: string, value: number, unit: string): string {
  if (SHARES.has(key) && unit === '' && value >= 0 && value <= 1) return `${formatNumber(value * 100, lang())}\u00a0%`;
  if (ANSWERS.has(key)) return t(value ? 'num.yes' : 'num.no');
  if (NAMES.has(key)) return String(value);
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

/** 05:20 on the day of `near`; with the date on another day. */
export function clockText(ms: number, near: number): string {
  const same = formatIso(ms).slice(0, 10) === formatIso(near).slice(0, 10);
  const date = new Intl.DateTimeFormat(lang(), { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(ms);
  return same ? `${formatTime(ms).slice(0, 5)} UTC` : `${date} ${formatTime(ms).slice(0, 5)} UTC`;
}

/** This browser's zone, with its distance from UTC, for people think in it. */
export function localText(ms: number): string {
  return new Intl.DateTimeFormat(lang(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false, timeZoneName: 'short' }).format(ms);
}

/** Kinds that are about two: who is not known is named so. */
const OF_TWO: ReadonlySet<string> = new Set(['encounter', 'meeting', 'close_quarters', 'two_identities']);

export interface Why { what: string; decided: string; confidence: string }

/** `now`: of the picture, ms; where the event goes on it is its end. */
export function whyText(e: Pick<SeaEvent, 'kind' | 'begin' | 'end' | 'text' | 'numbers' | 'confidence'>, names: readonly string[], now: number): Why {
  const begin = Date.parse(e.begin), end = e.end ? Date.parse(e.end) : now;
  const key = has(`why.${e.kind}`) ? (`why.${e.kind}` as Key) : 'why.other';
  const what = t(key, { who: joinNames(names.length === 1 && OF_TWO.has(e.kind) ? [...names, t('why.another')] : names), from: clockText(begin, end), to: clockText(end, begin), span: formatAge(Math.max(0, end - begin) / 1000), place: textOf(e.kind, e.text).place || t('why.noPlace') });
  const said = textOf(e.kind, e.text);
  const list = numbersOf(e.numbers).map(({ label, value, limit }) => t(limit ? 'why.numberLimit' : 'why.number', { label, value, limit }));
  return {
    what: said.words && !said.place ? `${what} ${sentence(said.words)}` : what, decided: list.length ? t('why.decided', { list: list.join('; ') }) : '',
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
    if (typeof value !== 'number' || !Number.isFinite(value)) return [];
    const bound = typeof limit === 'number' && Number.isFinite(limit) && limit !== 0 ? limit : null; // a bound of 0 holds nothing back
    const most = Math.max(Math.abs(value), bound === null ? 0 : Math.abs(bound)) * 1.15 || 1;
    return [{ key, label: wordOf('num', key), value: valueText(key, value, unit), limit: bound === null ? '' : valueText(key, bound, unit), share: Math.abs(value) / most, limitShare: bound === null ? null : Math.abs(bound) / most }];
  });
}
