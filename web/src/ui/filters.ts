/** All filters in one place; the legend on the chart is the shortcut to the most used. */
import { FEEDS } from '../app/feeds';
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { SENSORS } from '../app/sensors';
import { Filter, flagCode, isFiltering, NO_FILTER } from '../app/filter';
import { formatNumber } from '../app/format';
import { toggled } from '../app/state';
import { countryName, Key, lang, t } from '../i18n';
import { filterStatusName } from '../app/status';
import type { Seen } from '../stream/tracks';
import { CLASS_NAMES } from '../stream/vessels';
import { h, replace } from './dom';
import { flagText } from './flags';

interface Choice<T> { value: T; label: string; count: number; on: boolean }
const SHORT = 10;

export class FiltersView {
  readonly el = h('div', { class: 'panel-body filters' });
  private expanded = new Set<string>();
  private drawn = 0;

  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly sensors = this.page.get(SENSORS);

  constructor(private readonly page: Page) {
    this.page.state.watch(['filter'], () => this.el.isConnected && this.render());
  }

  second(): void {
    // Counts drift by the second; the page is rebuilt slowly, and never while a field is being typed in.
    if (performance.now() - this.drawn > 5000 && !this.el.contains(document.activeElement)) this.render();
  }

  render(): void {
    this.drawn = performance.now();
    const focused = document.activeElement?.id;
    const v = this.picture.vessels;
    const f = this.page.state.get().filter;
    const classes = new Map<number, number>(), statuses = new Map<number, number>(), flags = new Map<string, number>(), sources = new Map<number, number>();
    const seen = new Map<Seen, number>(), sensors = new Map<number, number>(this.sensors.sensors.map(({ id }) => [id, 0]));
    const bump = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
    for (let slot = 0; slot < v.high; slot++) {
      if (!v.live[slot]) continue;
      bump(classes, v.cls[slot]);
      if (v.status[slot] < 16) bump(statuses, v.status[slot]);
      const flag = flagCode(v.flag[slot]);
      if (flag) bump(flags, flag);
      bump(sources, v.source[slot]);
      bump(seen, v.seen(slot));
      for (const id of v.tracks.sensorsOf(slot)) bump(sensors, id);
    }
    const choices = <T>(map: Map<T, number>, on: ReadonlySet<T>, label: (value: T) => string): Choice<T>[] => {
      for (const value of on) if (!map.has(value)) map.set(value, 0);
      return [...map].map(([value, count]) => ({ value, label: label(value), count, on: on.has(value) })).sort((a, b) => b.count - a.count);
    };
    const set = (patch: Partial<Filter>) => this.page.state.set({ filter: { ...this.page.state.get().filter, ...patch } });
    // Where there are no sensors everything is seen by AIS: nothing to choose.
    const sighted = v.tracks.count > 0 || sensors.size > 0 || f.seen.size + f.sensors.size > 0;
    replace(this.el,
      sighted ? this.group('filter.seen', choices(seen, f.seen, (who) => t(`seen.${who}` as Key)), (value) => set({ seen: toggled(f.seen, value) }), (value) => `seen-${value}`) : null,
      sensors.size ? this.group('filter.sensor', choices(sensors, f.sensors, (id) => this.sensors.name(id)), (value) => set({ sensors: toggled(f.sensors, value) }), (value) => `sensor-${value}`) : null,
      this.group('filter.class', choices(classes, f.classes, (c) => t(`class.${CLASS_NAMES[c] ?? 'unknown'}` as Key)), (value) => set({ classes: toggled(f.classes, value) }), (value) => `class-${CLASS_NAMES[value]}`),
      this.speed(f, set),
      this.group('filter.status', choices(statuses, f.statuses, filterStatusName), (value) => set({ statuses: toggled(f.statuses, value) }), (value) => `status-${value}`),
      this.group('filter.flag', choices(flags, f.flags, (c) => `${flagText(c)} ${countryName(c)}`), (value) => set({ flags: toggled(f.flags, value) }), (value) => `flag-${value}`),
      this.group('filter.source', choices(sources, f.sources, (id) => this.feeds.sourceName(id)), (value) => set({ sources: toggled(f.sources, value) }), (value) => `source-${value}`),
      h('p', { class: 'hint' }, t('filter.distressNote')),
      isFiltering(f) ? h('button', { type: 'button', class: 'wide', onclick: () => this.page.state.set({ filter: NO_FILTER }) }, t('filter.clear')) : null);
    if (focused) document.getElementById(focused)?.focus();
  }

  private group<T>(title: Key, choices: Choice<T>[], toggle: (value: T) => void, id: (value: T) => string): HTMLElement {
    const all = this.expanded.has(title) || choices.length <= SHORT + 2;
    const shown = all ? choices : choices.filter((c, i) => i < SHORT || c.on);
    return h('section', { class: 'group' }, h('h3', {}, t(title)),
      h('div', { class: 'checks' }, ...shown.map((c) => h('label', { class: 'check' },
        h('input', { type: 'checkbox', checked: c.on, id: `f-${id(c.value)}`, onchange: () => toggle(c.value) }), h('span', { class: 'check-label' }, c.label), h('span', { class: 'check-count' }, formatNumber(c.count, lang()))))),
      all ? null : h('button', { type: 'button', class: 'quiet', onclick: () => { this.expanded.add(title); this.render(); } }, t('filter.more', { n: choices.length })));
  }

  private speed(f: Filter, set: (patch: Partial<Filter>) => void): HTMLElement {
    const field = (id: string, label: string, value: number | null, put: (n: number | null) => void) => h('label', {}, label, h('input', {
      type: 'number', min: '0', max: '102', step: '0.5', inputMode: 'decimal', id, value: value === null ? '' : String(value),
      onchange: (event: Event) => {
        const text = (event.target as HTMLInputElement).value;
        put(text === '' ? null : Math.max(0, Number(text)));
      },
    }));
    return h('section', { class: 'group' }, h('h3', {}, t('filter.speed')), h('div', { class: 'speed' },
      field('f-speed-min', t('filter.speedMin'), f.minSpeed, (minSpeed) => set({ minSpeed })),
      field('f-speed-max', t('filter.speedMax'), f.maxSpeed, (maxSpeed) => set({ maxSpeed })), h('span', {}, t('unit.kn'))));
  }
}

register({ id: 'filters', title: 'panel.filters', place: 'panel', order: 20, icon: 'filter', key: { key: 'i', text: 'help.key.filters' }, mount: (page) => new FiltersView(page) });
