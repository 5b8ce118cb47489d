/** What is known of a contact's track, in words: facts, uncertainty, binding. From the stream where it is newer, else from the answer. Pure. */
import type { Track } from '../api';
import { NO_U16 } from '../stream/frames';
import { TRACK_FLAG } from '../stream/tracks';
import type { Vessels } from '../stream/vessels';
import { Key, lang, t } from '../i18n';
import { formatBearing, formatNumber } from './format';

/** As the server calls them, and their bits in the stream; in the order in which they are told. */
export const FACTS = ['dark', 'unseen', 'two-claims', 'two-echoes', 'airborne', 'kept'] as const;
export type Fact = (typeof FACTS)[number];
const BITS: Record<Fact, number> = { dark: TRACK_FLAG.dark, unseen: TRACK_FLAG.unseen, 'two-claims': TRACK_FLAG.twoClaims, 'two-echoes': TRACK_FLAG.twoEchoes,
  airborne: TRACK_FLAG.airborne, kept: TRACK_FLAG.kept };
/** These ask for a look; the others only explain. */
export const URGENT: ReadonlySet<Fact> = new Set<Fact>(['dark', 'unseen', 'two-claims', 'two-echoes']);

export interface Known {
  /** One sigma, metres; null: not known. */
  majorM: number | null; minorM: number | null; orientation: number | null;
  sigmaSpeed: number | null; sigmaCourse: number | null; existence: number | null; lengthM: number | null; facts: Fact[];
}

/** Null: there is no track. `slot` −1: not in the stream. */
export function knownOf(v: Vessels, slot: number, track: Track | null | undefined): Known | null {
  const s = v.tracks;
  if (slot >= 0 && s.has[slot]) {
    const given = (value: number, scale: number) => (value === NO_U16 ? null : value / scale);
    return { majorM: s.sigmaMajor[slot] / 10, minorM: s.sigmaMinor[slot] / 10, orientation: given(s.orientation[slot], 10), sigmaSpeed: given(s.sigmaSpeed[slot], 10),
      sigmaCourse: given(s.sigmaCourse[slot], 10), existence: s.existence[slot] / 65535, lengthM: s.length[slot] ? s.length[slot] / 10 : null,
      facts: FACTS.filter((fact) => (s.flags[slot] & BITS[fact]) !== 0) };
  }
  if (!track || slot >= 0) return null; // the stream says that it has none any more
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  return { majorM: number(track.sigma_major_m), minorM: number(track.sigma_minor_m), orientation: number(track.orientation_deg), sigmaSpeed: number(track.sigma_speed_kn),
    sigmaCourse: number(track.sigma_course_deg), existence: number(track.existence), lengthM: number(track.length_m),
    facts: FACTS.filter((fact) => track.facts?.includes(fact) || (fact === 'kept' && track.kept) || (fact === 'airborne' && track.airborne)) };
}

/** 41 × 18 m, never broken over two lines; unit and digits are those of the longer axis. */
export function sizeText(majorM: number, minorM: number): string {
  const [scale, unit, decimals] = majorM >= 1000 ? [1000, 'km', 1] : [1, t('unit.m'), majorM < 10 ? 1 : 0];
  return [majorM, minorM].map((m) => formatNumber(m / scale, lang(), decimals)).join('\u00a0×\u00a0') + `\u00a0${unit}`;
}

export function withinText(known: Known): string {
  if (known.majorM === null || known.minorM === null) return '';
  const round = known.minorM > known.majorM * 0.85; // then no direction stands out
  const size = sizeText(known.majorM, known.minorM);
  return round || known.orientation === null ? t('track.within', { size }) : t('track.withinAlong', { size, direction: formatBearing(known.orientation) });
}

/** 99.8 %; never 100 % of what is not certain. */
export function percentText(p: number): string {
  const percent = Math.min(p * 100, p < 1 ? 99.9 : 100);
  return `${formatNumber(percent, lang(), percent >= 90 && percent < 100 ? 1 : 0)} %`;
}

/** Beyond this a ratio is only said to be more. */
const MOST_TO_ONE = 1e6;

/** How well MMSI and echo go together: "1,200 to 1". */
export function bindingText(mmsi: string, logRatio: number | null | undefined): string {
  if (logRatio === null || logRatio === undefined || !Number.isFinite(logRatio)) return t('track.bound', { mmsi });
  const ratio = Math.exp(Math.min(Math.abs(logRatio), 50)), log = formatNumber(logRatio, lang(), 1);
  const digits = ratio < 10 ? 1 : 0;
  const n = formatNumber(ratio < 1000 ? ratio : Number(ratio.toPrecision(2)), lang(), digits);
  if (logRatio < 0) return t('track.boundAgainst', { mmsi, n, log });
  return ratio > MOST_TO_ONE ? t('track.boundSurely', { mmsi, n: formatNumber(MOST_TO_ONE, lang()), log }) : t('track.boundRatio', { mmsi, n, log });
}

export const factText = (fact: Fact) => t(`fact.${fact}` as Key);
