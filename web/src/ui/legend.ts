/** Legend and filter in one: each category with its colour and count; a click shows only it, or adds it to those shown. */
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { SCENE } from '../map/scene';
import { CATEGORIES, Category, categoryOf } from '../app/category';
import { compile, isFiltering, NO_FILTER } from '../app/filter';
import { formatNumber } from '../app/format';
import { toggled } from '../app/state';
import { Key, lang, t } from '../i18n';
import { h, replace, setText } from './dom';

/** Who does not speak comes first: on a phone the row is longer than the screen. */
const ORDER: Category[] = ['dark', ...CATEGORIES.filter((category) => category !== 'dark')];
/** These chips appear only while there is something of the kind. */
const RARE: Category[] = ['sar', 'distress', 'dark', 'air'];

export class Legend {
  readonly el = h('div', { class: 'legend', id: 'legend', role: 'group' });
  private chips = new Map<Category, { chip: HTMLElement; count: HTMLElement }>();
  private readonly note = h('button', { type: 'button', class: 'legend-clear', id: 'filter-clear', hidden: true, onclick: () => this.page.state.set({ filter: NO_FILTER }) });

  private readonly picture = this.page.get(PICTURE);
  private readonly scene = this.page.get(SCENE);

  constructor(private readonly page: Page) {
    page.bus.on('shown', () => this.refresh());
    this.page.state.watch(['filter'], () => this.refresh());
  }

  render(): void {
    this.el.setAttribute('aria-label', t('filter.category'));
    this.chips.clear();
    replace(this.el, this.note, ...ORDER.map((category) => {
      const count = h('span', { class: 'chip-count' });
      const chip = h('button', { type: 'button', class: 'chip', 'data-category': category, onclick: () => this.toggle(category) },
        h('i', { class: 'swatch' }), h('span', { class: 'chip-name' }, t(`cat.${category}` as Key)), count);
      this.chips.set(category, { chip, count });
      return chip;
    }));
    this.refresh();
  }

  private toggle(category: Category): void {
    const { filter } = this.page.state.get();
    const categories = toggled(filter.categories, category);
    this.page.state.set({ filter: { ...filter, categories } });
  }

  second(): void {
    this.refresh();
  }

  private refresh(): void {
    const v = this.picture.vessels;
    const { filter } = this.page.state.get();
    const passes = compile(v, filter, false);
    const counts = new Uint32Array(CATEGORIES.length);
    for (let slot = 0; slot < v.high; slot++) if (v.live[slot] && passes(slot)) counts[categoryOf(v, slot)]++;
    CATEGORIES.forEach((category, i) => {
      const parts = this.chips.get(category);
      if (!parts) return;
      setText(parts.count, formatNumber(counts[i], lang()));
      const on = filter.categories.size === 0 || filter.categories.has(category);
      parts.chip.classList.toggle('off', !on);
      parts.chip.setAttribute('aria-pressed', String(filter.categories.has(category)));
      parts.chip.hidden = RARE.includes(category) && counts[i] === 0 && !filter.categories.has(category);
    });
    this.note.hidden = !isFiltering(filter);
    if (!this.note.hidden) {
      const shown = formatNumber(this.scene.drawn, lang()), total = formatNumber(v.count, lang());
      setText(this.note, `${t('filter.active', { n: shown, total })}  ✕`);
      this.note.title = t('filter.clear');
    }
  }
}

register({ id: 'legend', title: null, place: 'page', order: 30, mount: (page) => new Legend(page) });
