/**
 * What operators did, on all contacts, the newest first, each with a way back. A dropped contact is on no chart and has no card: here
 * it can be brought back.
 */
import { api, HandEntry } from '../api';
import { Page, register } from '../app/page';
import { PICTURE, vesselName } from '../app/picture';
import { contact } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { lang, t } from '../i18n';
import { h, replace } from './dom';
import { handEntry } from './hand';
import { HAND } from './handdialog';

/** Others may act, too. */
const REFRESH_MS = 5000;

export class HandList {
  readonly el = h('div', { class: 'panel-body hands', id: 'hands' });
  private readonly picture = this.page.get(PICTURE);
  private readonly selector = this.page.get(SELECTOR);
  private readonly dialog = this.page.get(HAND);
  private entries: readonly HandEntry[] | null = null;
  private failed = false;
  private fetched = 0;
  private shape = '';

  constructor(private readonly page: Page) {
    page.bus.on('hand', () => { if (this.el.isConnected) void this.fetch(); });
  }

  render(): void {
    this.shape = '';
    this.draw();
    void this.fetch();
  }

  second(): void {
    if (performance.now() - this.fetched > REFRESH_MS) void this.fetch();
    this.draw(); // a contact may have come back, or gone
  }

  private async fetch(): Promise<void> {
    this.fetched = performance.now();
    try {
      this.entries = (await api.hands()).hand;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.draw();
  }

  private draw(): void {
    const entries = (this.entries ?? []).filter((entry) => entry.action !== 'undo');
    const names = entries.map((entry) => this.nameOf(entry));
    const shape = JSON.stringify([lang(), this.failed, entries, names]);
    if (shape === this.shape) return;
    this.shape = shape;
    const focused = document.activeElement?.id;
    replace(this.el, this.failed ? h('p', { class: 'note note-warn' }, t('hand.listFailed')) : null,
      entries.length ? h('ol', { class: 'hand-history', 'aria-label': t('hand.history') }, ...entries.map((entry, i) => handEntry(entry, this.dialog, 'list', this.of(entry, names[i]))))
        : this.entries ? h('p', { class: 'empty' }, t('hand.nothing')) : null);
    if (focused?.startsWith('list-')) document.getElementById(focused)?.focus();
  }

  /** '' of one that the stream does not tell of: it was dropped, merged, or has gone. */
  private nameOf(entry: HandEntry): string {
    const v = this.picture.live, slot = entry.contact ? v.findContact(entry.contact) : -1;
    return slot >= 0 ? vesselName(v, slot) : '';
  }

  private of(entry: HandEntry, name: string): HTMLElement | null {
    const id = entry.contact;
    if (!id) return null;
    if (!name) return h('p', { class: 'hand-of' }, t('hand.notShown', { id: id.slice(-4) }));
    return h('p', { class: 'hand-of' }, h('button', { type: 'button', class: 'linklike', id: `list-of-${entry.id}`, onclick: () => this.selector.select(contact(id), { centre: true }) }, name));
  }
}

register({ id: 'hands', title: 'panel.hand', place: 'panel', order: 45, icon: 'hand', key: { key: 'o', text: 'help.key.hand' }, mount: (page) => new HandList(page) });
