/** The card's part of the operator's hand: what can be done to the contact, and what was done, each with a way back. */
import type { HandAction, HandEntry, Track } from '../api';
import { formatDate, formatPosition, formatTime } from '../app/format';
import type { Known } from '../app/known';
import { Page } from '../app/page';
import { PICTURE } from '../app/picture';
import type { Selected } from '../app/selection';
import { Key, lang, t } from '../i18n';
import { E4MIN } from '../stream/vessels';
import { KINDS } from '../stream/tracks';
import { h, icon, replace } from './dom';
import { HAND, HandDialog } from './handdialog';

export class HandSection {
  readonly el = h('section', { class: 'card-hand', id: 'card-hand', hidden: true });
  private readonly picture = this.page.get(PICTURE);
  private readonly dialog = this.page.get(HAND);
  private shape = '';
  private contact = '';

  constructor(private readonly page: Page) {}

  /** Words anew. */
  render(): void {
    this.shape = '';
  }

  set(selected: Selected, known: Known | null, entries: readonly HandEntry[], track: Track | null): void {
    // Of the past nothing can be changed; a vessel of the archive is no contact.
    this.el.hidden = this.page.state.get().past || selected.kind !== 'contact';
    if (selected.kind !== 'contact') return;
    this.contact = selected.id;
    const merged = entries.some((entry) => entry.action === 'merge' && !entry.undone);
    const actions = actionsFor(known, track, merged);
    const shape = JSON.stringify([lang(), selected.id, actions, entries]);
    if (shape === this.shape) return;
    this.shape = shape;
    const focused = document.activeElement?.id;
    replace(this.el, h('h3', {}, t('hand.title')),
      h('div', { class: 'hand-actions', role: 'group', 'aria-label': t('hand.title') }, ...actions.map((action) =>
        h('button', { type: 'button', class: 'pill', id: `hand-do-${action}`, onclick: () => this.ask(action) }, t(`hand.${action}` as Key)))),
      entries.length ? h('ol', { class: 'hand-history', 'aria-label': t('hand.history') }, ...[...entries].filter((entry) => entry.action !== 'undo').sort((a, b) => b.id - a.id).map((entry) => handEntry(entry, this.dialog, 'hand'))) : h('p', { class: 'hint' }, t('hand.none')));
    if (focused?.startsWith('hand-')) document.getElementById(focused)?.focus();
  }

  private ask(action: HandAction): void {
    const v = this.picture.live, slot = v.findContact(this.contact);
    this.dialog.ask(action, this.contact, {
      ...(action === 'correct' && slot >= 0 && v.hasPosition(slot) ? { place: formatPosition(v.lat[slot] / E4MIN, v.lon[slot] / E4MIN) } : {}),
      ...(action === 'name' && slot >= 0 ? { name: v.name[slot] } : {}),
      ...(action === 'classify' && slot >= 0 ? { kind: KINDS[v.tracks.kind[slot]] ?? '' } : {}),
    });
  }
}

/** One action with its way back. `of`: the contact that it was done to, where that is not plain; `place` makes ids differ. */
export function handEntry(entry: HandEntry, dialog: HandDialog, place: string, of: HTMLElement | null = null): HTMLElement {
  const known = `hand.did.${entry.action}` as Key, ms = Date.parse(entry.time);
  return h('li', { class: entry.undone ? 'undone' : '', 'data-hand': entry.id },
    h('p', { class: 'hand-what' }, h('strong', {}, ACTED.has(entry.action) ? t(known) : entry.action), textOf(entry) ? h('span', {}, textOf(entry)) : null), of,
    h('p', { class: 'hand-why' }, `“${entry.why}”`),
    h('p', { class: 'said' }, [entry.who, Number.isFinite(ms) ? `${formatTime(ms)}, ${formatDate(ms, lang())}` : ''].filter(Boolean).join(' · ')),
    entry.undone ? h('span', { class: 'hand-undone' }, t('hand.undone'))
      : h('button', { type: 'button', class: 'quiet', id: `${place}-undo-${entry.id}`, onclick: () => dialog.undo(entry) }, icon('undo'), t('hand.undo')));
}

/** What was done, beside the word for it: a name, a kind, another contact, a place. */
export function textOf(entry: HandEntry): string {
  if (entry.action === 'classify' && entry.kind) return t(`kind.${entry.kind}` as Key);
  if (entry.name) return entry.name;
  if (entry.other) return entry.other.slice(-4);
  return typeof entry.lat === 'number' && typeof entry.lon === 'number' ? formatPosition(entry.lat, entry.lon) : '';
}

const ACTED: ReadonlySet<string> = new Set(['start', 'name', 'classify', 'merge', 'split', 'drop', 'correct', 'keep', 'release']);

/** Names and classes go with any contact; the rest is about a track. Only what was joined can be split. */
export function actionsFor(known: Known | null, track: Track | null, merged: boolean): HandAction[] {
  const tracked = known !== null;
  const kept = known?.facts.includes('kept') ?? false;
  const several = merged || !!track?.mmsi;
  return ['name', 'classify', 'merge', ...(tracked && several ? ['split' as const] : []), ...(tracked ? ['correct' as const, kept ? 'release' as const : 'keep' as const, 'drop' as const] : [])];
}
