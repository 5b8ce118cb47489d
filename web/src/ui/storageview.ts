/** Where it is kept, and how the machine fares that keeps it: the last two cards of the feeds panel. */
import type { Status, Storage } from '../api';
import { formatAge, formatBytes, formatNumber } from '../app/format';
import { spaceText } from '../app/health';
import { Key, lang, t } from '../i18n';
import { h } from './dom';
import { SIGN } from './texts';

const value = (key: Key, text: string) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, text));
const warn = (text: string) => h('p', { class: 'note note-warn' }, text);

/** `now`: the server's wall clock, ms. */
export function storageCard(s: Storage | null, now: number): HTMLElement | null {
  if (!s) return null;
  if (!s.kept) return h('article', { class: 'feed', id: 'storage' }, h('header', {}, h('h3', {}, t('storage.title'))), h('p', { class: 'hint' }, t('storage.none')));
  const ago = (time: string | null | undefined) => (time ? formatAge(Math.max(0, now - Date.parse(time)) / 1000) : '–');
  const failing = s.state === 'failing', troubled = failing || s.space === 'critical' || (s.damages ?? 0) > 0;
  const state = failing ? `${SIGN.down} ${t('storage.failing')}` : troubled || s.space === 'low' ? `${SIGN.stalled} ${t('storage.look')}` : `${SIGN.live} ${t('storage.ok')}`;
  return h('article', { class: 'feed', id: 'storage', 'data-state': failing ? 'down' : troubled || s.space === 'low' ? 'stalled' : 'live' },
    h('header', {}, h('h3', {}, t('storage.title')), h('span', { class: 'feed-state' }, state)),
    ...[s.error, s.archive_error].filter(Boolean).map((error) => warn(`${t('feeds.error')}: ${error}`)),
    s.lost_bytes ? warn(t('storage.lost', { n: formatBytes(s.lost_bytes, lang()), gaps: formatNumber(s.gaps ?? 0, lang()) })) : null,
    s.set_aside ? warn(t('storage.aside')) : null,
    s.damages ? h('details', { id: 'damage' }, h('summary', {}, t('storage.damaged', { n: formatNumber(s.damages, lang()) })),
      s.repair ? h('p', {}, t('storage.banner.repair', { command: s.repair })) : null,
      ...(s.damage ?? []).map((d) => h('div', { class: 'refused' }, h('p', {}, h('span', {}, d.error)), h('code', {}, d.path)))) : null,
    h('dl', { class: 'feed-numbers' }, value('storage.received', formatBytes(s.bytes ?? 0, lang())), value('storage.size', formatBytes(s.stored_bytes ?? 0, lang())),
      value('storage.rows', formatNumber(s.positions ?? 0, lang())), value('storage.archived', ago(s.archived_until))),
    s.free_bytes === undefined ? null : h('p', { class: 'hint', id: 'storage-space' }, spaceText(s)));
}

export function machineCard(status: Status | null): HTMLElement | null {
  const c = status?.host_clock, away = status?.turned_away;
  if (!c && !away) return null;
  const clock = !c ? '–' : c.synchronised === null ? t('clock.unknown') : t(c.synchronised ? 'clock.synchronised' : 'clock.notSynchronised');
  return h('article', { class: 'feed', id: 'machine', 'data-state': c?.synchronised === false ? 'stalled' : 'live' },
    h('header', {}, h('h3', {}, t('machine.title'))),
    h('dl', { class: 'feed-numbers' }, value('machine.clock', clock), value('machine.jumps', formatNumber(c?.jumps ?? 0, lang())),
      value('machine.contacts', formatNumber(status?.vessels ?? 0, lang())), value('machine.turnedAway', formatNumber(away?.total ?? 0, lang()))));
}
