/** The sensors' cards in the feeds panel: whether each still sees, what it brings, how well it finds, how wrong it reads. */
import type { Sensor } from '../api';
import { formatAge, formatNumber, formatPosition } from '../app/format';
import { sensorTitle } from '../app/sensors';
import { Key, lang, t } from '../i18n';
import { h } from './dom';
import { SIGN } from './texts';

const number = (n: number, decimals = 0) => formatNumber(n, lang(), decimals);
const value = (key: Key, n: number | undefined) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, n === undefined ? '–' : number(n)));

/** Kinds of the configuration have words; others are called as they are. */
const KIND_WORDS: Record<string, Key> = { radar: 'sensor.kind.radar', camera: 'sensor.kind.camera', 'direction-finder': 'sensor.kind.df' };

/** A bias smaller than this many of its own sigmas, or than what matters, is not told as one. */
const TOLD_SIGMAS = 2, LEAST_M = 1, LEAST_DEG = 0.01, LEAST_S = 0.05;

/** In words: "reads 80 m too far and 0.50° clockwise". '' while it is not known. */
export function biasText(bias: Sensor['bias']): string {
  if (!bias || bias.pairs === 0) return '';
  const parts: string[] = [];
  const tell = (size: number, sigma: number, least: number, over: Key, under: Key, decimals: number) => {
    if (Math.abs(size) < Math.max(least, TOLD_SIGMAS * sigma)) return;
    parts.push(t(size > 0 ? over : under, { n: number(Math.abs(size), decimals), sigma: number(sigma, decimals) }));
  };
  tell(bias.range_m, bias.range_sigma_m, LEAST_M, 'sensor.bias.far', 'sensor.bias.near', 0);
  tell(bias.bearing_deg, bias.bearing_sigma_deg, LEAST_DEG, 'sensor.bias.clockwise', 'sensor.bias.anticlockwise', 2);
  tell(bias.time_s, bias.time_sigma_s, LEAST_S, 'sensor.bias.late', 'sensor.bias.early', 1);
  if (parts.length === 0) return t('sensor.bias.none', { pairs: number(bias.pairs) });
  return t('sensor.bias', { what: parts.join(', '), pairs: number(bias.pairs) });
}

export function learntText(learnt: Sensor['learnt']): string {
  const parts: string[] = [];
  if (typeof learnt?.detection_probability === 'number') parts.push(t('sensor.finds', { n: number(learnt.detection_probability * 100) }));
  if (typeof learnt?.clutter_per_scan === 'number') parts.push(t('sensor.clutter', { n: number(learnt.clutter_per_scan, learnt.clutter_per_scan < 10 ? 1 : 0) }));
  return parts.join(' ');
}

const STATE_OF_FEED = { live: 'live', silent: 'stalled', never: 'connecting' } as const;

/** `now`: the server's wall clock, ms. */
export function sensorCard(s: Sensor, now: number): HTMLElement {
  const state = STATE_OF_FEED[s.state] ?? 'connecting';
  const kind = s.kind in KIND_WORDS ? t(KIND_WORDS[s.kind]) : s.kind;
  const reach = s.reach_m ?? s.range_m;
  const facts = [kind, s.moving ? t('sensor.moving') : '', reach ? t('sensor.reach', { n: number(reach / 1852, 1) }) : '', s.period_s ? t('sensor.period', { n: number(s.period_s, s.period_s % 1 ? 1 : 0) }) : ''];
  const heard = s.heard ? t('feeds.last', { age: formatAge((now - Date.parse(s.heard)) / 1000) }) : t('feeds.never');
  const bias = biasText(s.bias), learnt = learntText(s.learnt);
  return h('article', { class: 'feed sensor', 'data-state': state, 'data-sensor': s.name },
    h('header', {}, h('h3', {}, sensorTitle(s.name)), h('span', { class: 'feed-state' }, `${SIGN[state]} ${t(`sensor.state.${s.state}` as Key)}`)),
    h('p', { class: 'sensor-facts' }, facts.filter(Boolean).join(' · ')),
    s.lat !== null && s.lon !== null ? h('p', { class: 'sensor-facts' }, [formatPosition(s.lat, s.lon), s.height_m ? t('sensor.height', { n: number(s.height_m) }) : ''].filter(Boolean).join(' · ')) : h('p', { class: 'note note-warn' }, t('sensor.noPlace')),
    h('p', { class: 'feed-heard' }, heard),
    h('dl', { class: 'feed-numbers' }, value('sensor.tracks', s.tracks), value('sensor.plots', s.plots), value('sensor.falsePlots', s.false_plots), value('sensor.refused', (s.refused ?? 0) + (s.late ?? 0))),
    h('p', { class: 'sensor-words' }, learnt || t('sensor.notLearnt')),
    h('p', { class: 'sensor-words' }, bias || t('sensor.bias.unknown')));
}
