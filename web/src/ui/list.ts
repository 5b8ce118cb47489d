/** The vessel table: virtual rows, so 50,000 vessels cost as much as the thirty on the screen. */
import { Page, register } from '../app/page';
import { PICTURE, vesselName } from '../app/picture';
import { sameSelected, Selected } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { SENSORS } from '../app/sensors';
import { CHART } from '../map/chart';
import { compile, flagCode } from '../app/filter';
import { formatAge, formatBearing, formatNumber } from '../app/format';
import type { Seen } from '../stream/tracks';
import { E4MIN, FLAG } from '../stream/vessels';
import { Key, lang, t, tn } from '../i18n';
import { categoryOf, CATEGORIES } from '../app/category';
import { PLAYBACK } from '../past/playback';
import { boxText } from '../past/plan';
import { saveList } from './export';
import { typeText } from './texts';
import { add, h, icon, replace, setText } from './dom';
import { flagText } from './flags';

/** Who does not speak comes first. */
const SEEN_ORDER: Record<Seen, number> = { radar: 0, none: 1, air: 2, both: 3, ais: 4 };
const ROW = 34;
const SPARE = 6;
/** Of the saved list: all that the server follows. */
const MOST_ROWS = 200000;

type Column = 'name' | 'type' | 'seen' | 'speed' | 'course' | 'length' | 'heard';
const COLUMNS: Column[] = ['name', 'type', 'seen', 'speed', 'course', 'length', 'heard'];

interface RowCells { row: HTMLElement; flag: HTMLElement; name: HTMLElement; type: HTMLElement; seen: HTMLElement; speed: HTMLElement; course: HTMLElement; length: HTMLElement; heard: HTMLElement; slot: number }

export class List {
  readonly el = h('div', { class: 'list' });
  private slots: number[] = [];
  private column: Column = 'name';
  private ascending = true;
  private cursor: Selected | null = null; // what the keyboard is on
  private readonly count = h('span', { class: 'list-count', id: 'list-count', role: 'status' });
  private readonly head = h('div', { class: 'list-head', role: 'row' });
  private readonly spacer = h('div', { class: 'list-spacer' });
  private readonly body = h('div', { class: 'list-body', id: 'list-body', tabIndex: 0, role: 'grid' }, this.spacer);
  private readonly saveButton = h('button', { type: 'button', class: 'quiet', id: 'list-csv', onclick: () => void this.save() }, icon('download'), 'CSV');
  private readonly empty = h('p', { class: 'empty', hidden: true });
  private pool: RowCells[] = [];
  private sorted = 0;

  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);
  private readonly selector = this.page.get(SELECTOR);
  private readonly sensors = this.page.get(SENSORS);

  constructor(private readonly page: Page) {
    this.body.addEventListener('scroll', () => this.paint(), { passive: true });
    this.body.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('.row');
      const cells = this.pool.find((each) => each.row === row);
      if (cells) this.choose(this.picture.selectable(cells.slot));
    });
    this.page.state.watch(['filter', 'inViewOnly', 'selected'], () => this.refresh(true));
    this.chart.map.on('moveend', () => this.page.state.get().inViewOnly && this.refresh(true));
    new ResizeObserver(() => this.paint()).observe(this.body);
  }

  render(): void {
    const s = this.page.state.get();
    const scope = (inView: boolean) => h('button', { type: 'button', 'aria-pressed': String(s.inViewOnly === inView), id: inView ? 'list-in-view' : 'list-all',
      onclick: () => { this.page.state.set({ inViewOnly: inView }); this.render(); document.getElementById(inView ? 'list-in-view' : 'list-all')?.focus(); } }, t(inView ? 'list.inView' : 'list.all'));
    replace(this.el,
      h('div', { class: 'list-bar' }, this.count, h('div', { class: 'segments' }, scope(false), scope(true)),
        this.saveButton),
      this.head, this.empty, this.body);
    this.body.setAttribute('aria-label', t('list.tableLabel'));
    setText(this.empty, t('list.empty'));
    replace(this.head, ...COLUMNS.map((column) => {
      const label = t(`list.${column}` as Key);
      return h('button', {
        type: 'button', role: 'columnheader', class: `col-${column}`, id: `sort-${column}`, title: t('list.sortBy', { column: label }),
        'aria-sort': this.column === column ? (this.ascending ? 'ascending' : 'descending') : 'none',
        onclick: () => this.sortBy(column),
      }, label);
    }));
    this.pool.forEach((cells) => cells.row.remove());
    this.pool = [];
    this.refresh(true);
  }

  second(): void {
    this.refresh();
  }

  /** Sorts again at most every two seconds, as rows that jump under the pointer cannot be clicked. */
  private refresh(now = false): void {
    if (!this.el.isConnected) return;
    if (now || performance.now() - this.sorted > 2000) this.collect();
    this.paint();
  }

  private collect(): void {
    const v = this.picture.vessels;
    this.sorted = performance.now();
    const s = this.page.state.get();
    const passes = compile(v, s.filter);
    const slots: number[] = [];
    const pr = this.chart.projector;
    for (let slot = 0; slot < v.high; slot++) {
      if (!v.live[slot] || !passes(slot)) continue;
      if (s.inViewOnly && !(v.hasPosition(slot) && pr.inside(pr.x(v.lon[slot] / E4MIN), pr.y(v.lat[slot] / E4MIN), 0))) continue;
      slots.push(slot);
    }
    const sign = this.ascending ? 1 : -1;
    const byNumber = (value: (slot: number) => number) => {
      // What is not known stays last in both directions.
      const keys = new Float64Array(v.high);
      for (const slot of slots) keys[slot] = value(slot);
      slots.sort((a, b) => (keys[a] === keys[b] ? a - b : Number.isNaN(keys[a]) ? 1 : Number.isNaN(keys[b]) ? -1 : sign * (keys[a] - keys[b])));
    };
    switch (this.column) {
      case 'name': {
        // Plain comparison: names on the air are upper-case ASCII, and a collator costs seconds on 50,000 rows.
        slots.sort((a, b) => {
          const x = v.name[a], y = v.name[b];
          if (!x || !y) return x ? -1 : y ? 1 : v.mmsi[a] - v.mmsi[b];
          return x < y ? -sign : x > y ? sign : v.mmsi[a] - v.mmsi[b];
        });
        break;
      }
      case 'type': byNumber((slot) => categoryOf(v, slot) * 256 + v.shiptype[slot]); break;
      case 'seen': byNumber((slot) => SEEN_ORDER[v.seen(slot)] * 65536 + v.tracks.seenLow[slot] % 65536); break;
      case 'speed': byNumber((slot) => v.speed(slot) ?? NaN); break;
      case 'course': byNumber((slot) => v.course(slot) ?? NaN); break;
      case 'length': byNumber((slot) => v.length(slot) || NaN); break;
      case 'heard': byNumber((slot) => -v.heardTime[slot]); break;
    }
    // A distress is on top whatever the order.
    const urgent = slots.filter((slot) => v.flags[slot] & FLAG.distress);
    this.slots = urgent.length ? [...urgent, ...slots.filter((slot) => !(v.flags[slot] & FLAG.distress))] : slots;
    const total = Math.max(v.count, v.tickSeen?.vessels ?? 0);
    const n = formatNumber(slots.length, lang());
    setText(this.count, slots.length === total ? tn('list.count', slots.length, { n }) : tn('list.countOf', total, { n, total: formatNumber(total, lang()) }));
    this.empty.hidden = slots.length > 0;
    this.spacer.style.height = `${slots.length * ROW}px`;
    this.body.setAttribute('aria-rowcount', String(slots.length));
  }

  private paint(): void {
    const v = this.picture.vessels;
    const first = Math.max(0, Math.floor(this.body.scrollTop / ROW) - SPARE);
    const wanted = Math.min(this.slots.length - first, Math.ceil(this.body.clientHeight / ROW) + 2 * SPARE);
    while (this.pool.length < wanted) this.pool.push(this.newRow());
    const chosen = this.picture.slotOf(this.page.state.get().selected), cursor = this.picture.slotOf(this.cursor);
    const now = this.picture.clock.seconds();
    this.pool.forEach((cells, i) => {
      const slot = i < wanted ? this.slots[first + i] : undefined;
      cells.row.hidden = slot === undefined || !v.live[slot];
      if (slot === undefined || !v.live[slot]) return;
      cells.slot = slot;
      cells.row.style.transform = `translateY(${(first + i) * ROW}px)`;
      cells.row.dataset.mmsi = String(v.mmsi[slot]);
      cells.row.dataset.category = CATEGORIES[categoryOf(v, slot)];
      cells.row.setAttribute('aria-selected', String(slot === chosen));
      cells.row.setAttribute('aria-rowindex', String(first + i + 1));
      cells.row.classList.toggle('cursor', slot === cursor);
      setText(cells.flag, flagText(flagCode(v.flag[slot])));
      setText(cells.name, vesselName(v, slot));
      setText(cells.type, typeText(v, slot));
      const seen = this.sensors.seenBy(v, slot);
      setText(cells.seen, seen || '–');
      if (cells.seen.title !== seen) cells.seen.title = seen;
      const speed = v.speed(slot), course = v.course(slot), length = v.length(slot);
      setText(cells.speed, speed === null ? '–' : formatNumber(speed, lang(), 1));
      setText(cells.course, course === null ? '–' : formatBearing(course));
      setText(cells.length, length ? String(length) : '–');
      setText(cells.heard, v.heardTime[slot] ? formatAge(now - v.heardTime[slot]) : '–');
    });
  }

  private newRow(): RowCells {
    const cell = (cls: string) => h('span', { class: cls, role: 'gridcell' });
    const cells = { flag: h('span', { class: 'row-flag' }), name: h('span', { class: 'row-name' }), type: cell('col-type'), seen: cell('col-seen'), speed: cell('col-speed'), course: cell('col-course'), length: cell('col-length'), heard: cell('col-heard') };
    const row = h('div', { class: 'row', role: 'row' }, h('span', { class: 'col-name', role: 'gridcell' }, h('i', { class: 'swatch' }), cells.flag, cells.name), cells.type, cells.seen, cells.speed, cells.course, cells.length, cells.heard);
    add(this.spacer, [row]);
    return { ...cells, row, slot: -1 };
  }

  private async save(): Promise<void> {
    const { vessels: v, isLive, clock } = this.picture, { plan } = this.page.get(PLAYBACK);
    const at = new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace('.000', '');
    const url = isLive || !plan ? `/api/v1/contacts?format=csv&limit=${MOST_ROWS}` : `/api/v1/history/region?format=csv&bbox=${boxText(plan.box)}&at=${at}`;
    const shown = new Map<string, string>();
    for (const slot of this.slots) if (v.live[slot]) shown.set(v.contactId(slot) || String(v.mmsi[slot]), this.sensors.seenBy(v, slot));
    const saved = await saveList(url, shown, `vigia-${at.replace(/:/g, '')}.csv`);
    if (!saved) this.page.bus.emit('announce', t('list.notSaved'));
    this.saveButton.classList.toggle('wrong', !saved);
    this.saveButton.title = saved ? '' : t('list.notSaved');
  }

  private sortBy(column: Column): void {
    this.ascending = this.column === column ? !this.ascending : column === 'name' || column === 'type' || column === 'seen';
    this.column = column;
    this.render();
    document.getElementById(`sort-${column}`)?.focus();
  }

  private choose(selected: Selected): void {
    this.cursor = selected;
    const v = this.picture.vessels, slot = this.picture.slotOf(selected);
    const inView = slot >= 0 && v.hasPosition(slot) && this.chart.projector.inside(this.chart.projector.x(v.lon[slot] / E4MIN), this.chart.projector.y(v.lat[slot] / E4MIN), -60);
    this.selector.select(selected, { centre: !inView });
    this.paint();
  }

  private key(event: KeyboardEvent): void {
    const at = this.cursor === null ? -1 : this.slots.findIndex((slot) => sameSelected(this.picture.selectable(slot), this.cursor));
    const page = Math.max(1, Math.floor(this.body.clientHeight / ROW) - 1);
    const last = this.slots.length - 1;
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last };
    if (event.key === 'Enter' && this.cursor && at >= 0) this.choose(this.cursor);
    else if (event.key in to && last >= 0) {
      const next = Math.min(last, Math.max(0, to[event.key]));
      this.cursor = this.picture.selectable(this.slots[next]);
      const y = next * ROW;
      if (y < this.body.scrollTop) this.body.scrollTop = y;
      else if (y + ROW > this.body.scrollTop + this.body.clientHeight) this.body.scrollTop = y + ROW - this.body.clientHeight;
      this.paint();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

register({ id: 'list', title: 'panel.list', place: 'panel', order: 10, icon: 'list', key: { key: 'l', text: 'help.key.list' }, mount: (page) => new List(page) });
