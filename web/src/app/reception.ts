/** What an alert rests on, in words: what could be heard there and what was, by whom, and where she was heard last and next. Pure but for the language. */
import type { EvidenceLine, SeaEvent } from '../api';
import { lang, t } from '../i18n';
import { clockText, numbersOf, wordOf } from './alerttext';
import { formatAge, formatNumber, formatPosition } from './format';

export interface ReceptionRow { key: string; label: string; value: string }

/** `first_heard`, `first_lon`, `first_lat` are one row. */
const ENDS = ['first', 'last', 'next'] as const;

/** A recording that is played again is received now; its sender's clock says when it was. */
const SAME_MS = 90000;

/** `lines`: the sentences, which know their sender's clock. */
export function receptionRows(reception: Record<string, unknown> | null, e: Pick<SeaEvent, 'numbers' | 'begin'>, lines: readonly EvidenceLine[] = []): ReceptionRow[] {
  const told = reception ?? {}, near = Date.parse(e.begin), numbers = new Map(numbersOf(e.numbers).map((row) => [row.key, row.value]));
  const rows = Object.entries(told).flatMap(([key, value]): ReceptionRow[] => {
    if (ENDS.some((end) => key === `${end}_heard` || key === `${end}_lon` || key === `${end}_lat`)) return [];
    // With the unit that the event says, where it tells of the same.
    const text = numbers.get(key) ?? plainText(key, value);
    return text ? [{ key, label: wordOf('reception', key), value: text }] : [];
  });
  const ends = ENDS.flatMap((end): ReceptionRow[] => {
    const [heard, lon, lat] = ['heard', 'lon', 'lat'].map((part) => told[`${end}_${part}`]), ms = typeof heard === 'string' ? Date.parse(heard) : NaN;
    const own = Date.parse(lines.find(({ time, own: said }) => said && time === heard)?.own ?? '');
    const text = [Number.isFinite(ms) ? whenText(ms, own, near) : '', typeof lat === 'number' && typeof lon === 'number' ? formatPosition(lat, lon) : ''].filter(Boolean).join(' · ');
    return text ? [{ key: `${end}_heard`, label: t(`reception.${end}_heard`), value: text }] : [];
  });
  return [...rows, ...ends];
}

function whenText(ms: number, own: number, near: number): string {
  const received = clockText(ms, near, true);
  return Math.abs(own - ms) > SAME_MS ? `${clockText(own, near, true)} (${t('reception.received_at', { time: received })})` : received;
}

function plainText(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string' || typeof each === 'number').join(', ');
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  if (/share|rate$|probability|reception$|existence/.test(key) && value <= 1) return `${formatNumber(value * 100, lang())}\u00a0%`;
  if (/_s$|seconds/.test(key)) return formatAge(value);
  return formatNumber(value, lang(), Number.isInteger(value) ? 0 : 1);
}
