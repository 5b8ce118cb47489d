/** Finds a vessel by name, MMSI, call sign or IMO: first among those held, then, when the view is partial, on the server. */
import { api } from '../api';
import { mmsiText, PICTURE, vesselName } from '../app/picture';
import { Page, register } from '../app/page';
import { contact, Selected, vessel as vesselOf } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { flagCode } from '../app/filter';
import { lang, t } from '../i18n';
import { shipTypeName } from '../i18n/ais';
import { h, icon, replace } from './dom';
import { flagText } from './flags';

interface Hit { mmsi: number; selected: Selected; name: string; note: string; flag: string }
const MAX_HITS = 12;
const TYPING_MS = 120;

/** Names on the air are upper case and without accents; people type as they please. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toUpperCase();
}

/** 0: no match; higher is better. */
export function matchScore(query: string, name: string, callsign: string, mmsi: string, imo: string): number {
  if (name === query) return 6;
  if (mmsi === query || imo === query || callsign === query) return 5;
  if (name.startsWith(query)) return 4;
  if (mmsi.startsWith(query) || callsign.startsWith(query)) return 3;
  if (imo.startsWith(query)) return 2;
  return name.includes(query) || mmsi.includes(query) ? 1 : 0;
}

export class Search {
  readonly input = h('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: false, role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'search-hits', 'aria-autocomplete': 'list' });
  private readonly hits = h('ul', { class: 'search-hits', id: 'search-hits', role: 'listbox', hidden: true });
  readonly el = h('div', { class: 'search', role: 'search' }, icon('search'), this.input, this.hits);
  private found: Hit[] = [];
  private active = 0;
  private timer = 0;
  private abort: AbortController | null = null;

  readonly keys = [{ key: '/', text: 'help.key.search' as const, run: () => this.input.focus() }];
  private readonly picture = this.page.get(PICTURE);
  private readonly selector = this.page.get(SELECTOR);

  constructor(private readonly page: Page) {
    this.input.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.run(), TYPING_MS);
    });
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.input.addEventListener('focus', () => this.input.value && void this.run());
    this.render();
  }

  render(): void {
    this.input.placeholder = t('search.placeholder');
    this.input.setAttribute('aria-label', t('search.label'));
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = 0;
    const query = fold(this.input.value.trim());
    this.abort?.abort();
    if (!query) return this.close();
    this.show(this.local(query));
    const v = this.picture.vessels;
    const partial = v.count < (v.tickSeen?.vessels ?? 0);
    if (!partial || query.length < 2) return;
    const abort = (this.abort = new AbortController());
    try {
      const page = await api.search(this.input.value.trim(), abort.signal);
      if (abort.signal.aborted) return;
      const have = new Set(this.found.map((hit) => hit.mmsi));
      const more = page.vessels.filter((vessel) => !have.has(vessel.mmsi)).map((vessel): Hit => ({
        mmsi: vessel.mmsi, selected: vessel.contact ? contact(vessel.contact) : vesselOf(vessel.mmsi), name: vessel.name || mmsiText(vessel.mmsi), note: shipTypeName(vessel.shiptype ?? 0, lang()), flag: vessel.flag ?? '',
      }));
      this.show([...this.found, ...more].slice(0, MAX_HITS));
    } catch { /* what is held already shows */ }
  }

  private local(query: string): Hit[] {
    const v = this.picture.vessels;
    const best: { score: number; slot: number }[] = [];
    for (let slot = 0; slot < v.high; slot++) {
      if (!v.live[slot]) continue;
      const score = matchScore(query, fold(v.mmsi[slot] ? v.name[slot] : vesselName(v, slot)), v.callsign[slot], v.mmsi[slot] ? String(v.mmsi[slot]) : '', v.imo[slot] ? String(v.imo[slot]) : '');
      if (score) best.push({ score, slot });
    }
    best.sort((a, b) => b.score - a.score || v.name[a.slot].localeCompare(v.name[b.slot]));
    return best.slice(0, MAX_HITS).map(({ slot }) => ({
      mmsi: v.mmsi[slot], selected: this.picture.selectable(slot), name: vesselName(v, slot), flag: flagCode(v.flag[slot]),
      note: [shipTypeName(v.shiptype[slot], lang()), v.callsign[slot]].filter(Boolean).join(' · '),
    }));
  }

  private show(found: Hit[]): void {
    this.found = found;
    this.active = 0;
    this.hits.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    if (found.length === 0) replace(this.hits, h('li', { class: 'search-none' }, t('search.none')));
    else replace(this.hits, ...found.map((hit, i) => h('li', {
      id: `hit-${i}`, role: 'option', 'aria-selected': String(i === 0), 'data-mmsi': hit.mmsi,
      onmousedown: (event: Event) => { event.preventDefault(); this.take(hit); },
    }, h('span', { class: 'hit-flag' }, flagText(hit.flag)), h('span', { class: 'hit-name' }, hit.name), h('span', { class: 'hit-note' }, hit.note), h('span', { class: 'hit-mmsi' }, hit.mmsi ? mmsiText(hit.mmsi) : ''))));
    this.mark();
  }

  private mark(): void {
    [...this.hits.children].forEach((li, i) => li.setAttribute('aria-selected', String(i === this.active)));
    this.input.setAttribute('aria-activedescendant', this.found.length ? `hit-${this.active}` : '');
    this.hits.children[this.active]?.scrollIntoView({ block: 'nearest' });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.input.value = '';
      this.close();
      this.input.blur();
    } else if (event.key === 'Enter') {
      // Who types fast means what is typed, not what the list still shows.
      if (this.timer) void this.run();
      if (this.found[this.active]) this.take(this.found[this.active]);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const n = this.found.length;
      if (n) this.active = (this.active + (event.key === 'ArrowDown' ? 1 : n - 1)) % n;
      this.mark();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(hit: Hit): void {
    this.selector.select(hit.selected, { centre: true });
    this.input.value = '';
    this.close();
    this.input.blur();
  }

  private close(): void {
    this.hits.hidden = true;
    this.found = [];
    this.input.setAttribute('aria-expanded', 'false');
  }
}

register({ id: 'search', title: null, place: 'bar', order: 10, mount: (page) => new Search(page) });
