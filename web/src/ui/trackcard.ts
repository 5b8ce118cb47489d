/**
 * The card's part on who does not speak: first of all what a rescue needs to be told, then how well the contact is known and
 * which sensor held it when.
 */
import type { Held, Track } from '../api';
import { formatBearing, formatDate, formatNumber, formatPosition, formatTime } from '../app/format';
import { bindingText, Known, percentText, sizeText, withinText } from '../app/known';
import { mmsiText } from '../app/picture';
import { sensorTitle } from '../app/sensors';
import { Key, lang, t } from '../i18n';
import { SIGMAS_90 } from '../map/uncertainty';
import { copy, h, icon, replace, setText } from './dom';

// ---- rescue first ----

export interface Report { title: string; lat: number; lon: number; time: number; speed: number | null; course: number | null; known: Known | null }

/** Below this a course is noise. */
const STILL_KN = 0.5;

/** As it is read out on the radio: what, where, when, whereto. `time` in s. */
export function reportLines(r: Report): { position: string; time: string; moving: string; within: string } {
  const still = r.speed !== null && r.speed < STILL_KN;
  const moving = still ? [t('rescue.still')] : [r.course !== null && t('rescue.course', { course: formatBearing(r.course) }), r.speed !== null && t('rescue.speed', { speed: `${formatNumber(r.speed, lang(), 1)} ${t('unit.kn')}` })];
  const { majorM, minorM } = r.known ?? { majorM: null, minorM: null };
  return {
    position: formatPosition(r.lat, r.lon), time: `${formatTime(r.time * 1000)} UTC, ${formatDate(r.time * 1000, lang())}`,
    moving: moving.filter(Boolean).join(', ') || t('rescue.noCourse'),
    within: majorM !== null && minorM !== null ? t('rescue.within', { size: sizeText(majorM * SIGMAS_90, minorM * SIGMAS_90) }) : '',
  };
}

/** Its elements stay, so that a finger on the button is not lost; the text is written in place. */
export class RescueBlock {
  private readonly heading = h('p', { class: 'rescue-title', id: 'rescue-title', role: 'heading', 'aria-level': '3' });
  private readonly text = h('p', { class: 'rescue-text' });
  private readonly position = h('p', { class: 'rescue-position', id: 'rescue-position' });
  private readonly time = h('span');
  private readonly moving = h('span');
  private readonly within = h('span');
  private readonly label = h('span');
  private readonly button = h('button', { type: 'button', class: 'rescue-copy', id: 'rescue-copy', onclick: () => void this.copy() }, icon('copy'), this.label);
  readonly el = h('section', { class: 'rescue', id: 'rescue', 'aria-labelledby': 'rescue-title', hidden: true }, this.heading, this.text,
    h('div', { class: 'rescue-report' }, this.position, h('p', { class: 'rescue-facts' }, this.moving, this.time, this.within), this.button));
  private report: Report | null = null;

  constructor(private readonly announce: (text: string) => void) {}

  /** Null: not called for. `text`: why people may need help, and what to do first. */
  set(report: Report | null, text: Key = 'rescue.text'): void {
    this.report = report;
    this.el.hidden = report === null;
    if (!report) return;
    const lines = reportLines(report);
    setText(this.heading, t('rescue.title'));
    setText(this.text, t(text));
    setText(this.position, lines.position);
    setText(this.time, t('rescue.seenAt', { time: lines.time }));
    setText(this.moving, lines.moving);
    setText(this.within, lines.within);
    if (!this.button.classList.contains('done')) setText(this.label, t('rescue.copy'));
  }

  private async copy(): Promise<void> {
    if (!this.report) return;
    const lines = reportLines(this.report);
    if (!(await copy([this.report.title, lines.position, t('rescue.seenAt', { time: lines.time }), lines.moving, lines.within].filter(Boolean).join('\n')))) return;
    this.button.classList.add('done');
    setText(this.label, t('card.linked'));
    this.announce(t('card.linked'));
    setTimeout(() => {
      this.button.classList.remove('done');
      setText(this.label, t('rescue.copy'));
    }, 1600);
  }
}

// ---- how well it is known ----

export interface TrackRow { key: Key; value: string; note?: string }

export function trackRows(known: Known, track: Track | null | undefined, seenBy: string, mmsi: number): TrackRow[] {
  const spread = (n: number | null, decimals: number, unit: string) => (n === null ? '' : `± ${formatNumber(n, lang(), decimals)}${unit}`);
  const moves = [spread(known.sigmaSpeed, 1, ` ${t('unit.kn')}`), spread(known.sigmaCourse, 1, '°')].filter(Boolean).join(', ');
  const bound = track?.mmsi ?? 0;
  return [
    { key: 'track.seenBy', value: seenBy || t('track.nobody') },
    { key: 'track.position', value: withinText(known) },
    { key: 'track.moves', value: moves, note: moves ? t('track.sigma') : '' },
    { key: 'track.existence', value: known.existence === null ? '' : percentText(known.existence), note: known.existence !== null && known.existence < 0.9 ? t('track.maybe') : '' },
    { key: 'track.length', value: known.lengthM ? `${formatNumber(known.lengthM, lang())} ${t('unit.m')}` : '' },
    { key: 'track.binding', value: bound ? bindingText(mmsiText(bound), track?.log_ratio) : mmsi ? '' : t('track.unbound') },
    { key: 'track.numbers', value: (track?.sensor_tracks ?? []).map((each) => `${sensorTitle(each.sensor)} ${each.track}`).join(' · ') },
    { key: 'track.since', value: track?.began ? formatTime(Date.parse(track.began)) : '' },
  ];
}

// ---- who held it when ----

export interface Bar { sensor: string; spans: { from: number; to: number }[] }

/** By sensor, the one that held it last on top; times in ms. Broken entries are left out. */
export function barsOf(timeline: readonly Held[] | undefined): { from: number; to: number; bars: Bar[] } | null {
  const bars = new Map<string, Bar>();
  let from = Infinity, to = -Infinity;
  for (const held of timeline ?? []) {
    const span = { from: Date.parse(held.from), to: Date.parse(held.to) };
    if (!(span.from <= span.to)) continue;
    from = Math.min(from, span.from);
    to = Math.max(to, span.to);
    const bar = bars.get(held.sensor);
    if (bar) bar.spans.push(span);
    else bars.set(held.sensor, { sensor: held.sensor, spans: [span] });
  }
  const last = (bar: Bar) => Math.max(...bar.spans.map((span) => span.to));
  return bars.size ? { from, to, bars: [...bars.values()].sort((a, b) => last(b) - last(a) || a.sensor.localeCompare(b.sensor)) } : null;
}

const LEAST_SHARE = 0.006;

export function timelineOf(timeline: readonly Held[] | undefined, now: number): HTMLElement | null {
  const held = barsOf(timeline);
  if (!held) return null;
  const to = Math.max(held.to, now), length = Math.max(1000, to - held.from);
  const share = (ms: number) => `${(100 * ms) / length}%`;
  const when = (span: { from: number; to: number }) => `${formatTime(span.from)} – ${formatTime(span.to)}`;
  return h('div', { class: 'held', role: 'list' }, ...held.bars.map(({ sensor, spans }) =>
    h('div', { class: 'held-row', role: 'listitem', 'aria-label': `${sensorTitle(sensor)}: ${spans.map(when).join(', ')}` },
      h('span', { class: 'held-name' }, sensorTitle(sensor)),
      h('span', { class: 'held-line', 'data-sensor': sensor }, ...spans.map((span) =>
        h('i', { title: `${sensorTitle(sensor)}: ${when(span)}`, style: { left: share(span.from - held.from), width: share(Math.max(span.to - span.from, length * LEAST_SHARE)) } }))))),
    h('div', { class: 'held-ends' }, h('span', {}, formatTime(held.from)), h('span', {}, formatTime(to))));
}

export class TrackSection {
  readonly el = h('section', { class: 'card-track', id: 'card-track', hidden: true });
  private text = '';

  set(known: Known | null, track: Track | null | undefined, seenBy: string, mmsi: number, now: number): void {
    this.el.hidden = known === null;
    if (known === null) {
      this.text = '';
      return replace(this.el);
    }
    const rows = trackRows(known, track, seenBy, mmsi).filter((row) => row.value !== '');
    // The bars grow by the second; ten are enough for the eye.
    const text = JSON.stringify([lang(), rows, track?.timeline, Math.floor(now / 10000)]);
    if (text === this.text) return;
    this.text = text;
    const bars = timelineOf(track?.timeline, now);
    replace(this.el, h('h3', {}, t('track.title')),
      h('dl', {}, ...rows.map((row) => h('div', { class: 'field', 'data-field': row.key }, h('dt', {}, t(row.key)), h('dd', {}, h('span', { class: 'value' }, row.value), row.note ? h('span', { class: 'value-note' }, row.note) : null)))),
      bars ? h('h4', { class: 'held-title' }, t('track.timeline')) : null, bars);
  }
}
