/** What a person must know of the server's disk, clock and table of contacts, in the words of the page. Pure. */
import type { Status, Storage } from '../api';
import { lang, t } from '../i18n';
import { formatAge, formatBytes, formatNumber, formatTime } from './format';

/** `key` tells it from others and changes when it is worse than what was put away; `stays`: it can't be put away. */
export interface Warning { key: string; text: string; stays: boolean }

/** A clock that jumped is told of for so long. */
const JUMP_TOLD_MS = 3600e3;

export function spaceText(s: Storage): string {
  const free = formatBytes(s.free_bytes ?? 0, lang());
  return s.full_in_s === null || s.full_in_s === undefined ? t('storage.free', { free }) : t('storage.freeFor', { free, left: formatAge(s.full_in_s) });
}

function space(s: Storage): Warning | null {
  if (s.space !== 'low' && s.space !== 'critical') return null;
  const critical = s.space === 'critical';
  return { key: `space ${s.space}`, stays: critical, text: `${t(critical ? 'storage.banner.critical' : 'storage.banner.low')} ${spaceText(s)}` };
}

function damage(s: Storage): Warning | null {
  if (!s.damages) return null;
  return { key: `damage ${s.damages}`, stays: false,
    text: `${t('storage.banner.damage', { n: formatNumber(s.damages, lang()) })} ${s.repair ? t('storage.banner.repair', { command: s.repair }) : ''}`.trim() };
}

function clock(status: Status, now: number): Warning | null {
  const c = status.host_clock;
  if (!c || status.demo || status.clock !== 'wall') return null; // nothing is dated by it
  if (c.last_jump && now - Date.parse(c.last_jump) < JUMP_TOLD_MS)
    return { key: `jump ${c.last_jump}`, stays: false, text: t('clock.jumped', { time: formatTime(Date.parse(c.last_jump)), s: formatNumber(c.last_jump_s ?? 0, lang(), 1) }) };
  return c.synchronised === false ? { key: 'clock', stays: false, text: t('clock.unsynchronised') } : null;
}

function turnedAway(status: Status): Warning | null {
  const away = status.turned_away;
  if (!away?.total) return null;
  // Put away, it comes back when there are ten times as many, or when one that was known for long had to go.
  return { key: `away ${Math.floor(Math.log10(away.total))} ${away.established > 0}`, stays: false,
    text: t('picture.turnedAway', { n: formatNumber(away.total, lang()), known: formatNumber(away.established, lang()) }) };
}

/** `now`: the server's wall clock, ms. */
export function warnings(storage: Storage | null, status: Status | null, now: number): Warning[] {
  const found = [storage?.kept ? space(storage) : null, storage?.kept ? damage(storage) : null, status ? clock(status, now) : null, status ? turnedAway(status) : null];
  return found.filter((warning): warning is Warning => warning !== null);
}
