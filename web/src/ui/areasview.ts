/** The panel of areas and gates: the list with each rule in words, the form, import and export. Drawing is map/drawing.ts's. */
import { AREA_ON, AREA_TYPES, AreaDraft, AreaFeature, AreaField, AREAS, draftOf, faultsOf, featureOf, LARGEST_FILE, newDraft, readFile, Shape, WAYS } from '../app/areas';
import { wordOf } from '../app/alerttext';
import { faultText } from '../app/faults';
import { LAYOUT } from '../app/layout';
import { Page, register } from '../app/page';
import { countryName, Key, t } from '../i18n';
import { CHART } from '../map/chart';
import { DRAWING } from '../map/drawing';
import { boxOf } from '../map/zones';
import { h, icon, iconButton, replace, setText } from './dom';
import { saveFile } from './save';

const EDGE_PX = 50, CLOSEST_ZOOM = 12;

/** "who enters, speed: fishing, all except Ecuador, 22:00-05:30 UTC, over 12 kn". */
export function ruleText({ geometry, properties }: AreaFeature): string {
  const r = properties.rule ?? {}, on = (r.on ?? [geometry.type === 'LineString' ? 'cross' : 'enter']).map((key) => wordOf('areas.on', key)).join(', ');
  const flags = r.flags ?? r.flags_except;
  const whom = [(r.types ?? []).map((type) => wordOf('type', type)).join(', ') || t('areas.everybody'),
    flags ? `${t(r.flags ? 'areas.flagsOnly' : 'areas.flagsExcept')} ${flags.map(countryName).join(', ')}` : '',
    r.hours_utc ? `${r.hours_utc} UTC` : '', r.over_kn !== undefined ? `> ${r.over_kn} ${t('unit.kn')}` : '', r.under_kn !== undefined ? `< ${r.under_kn} ${t('unit.kn')}` : '',
    r.minutes ? `> ${r.minutes} min` : '', r.way && r.way !== 'both' ? wordOf('areas.way', r.way) : '', r.from || r.to ? [r.from ?? '', r.to ?? ''].map((at) => at.slice(0, 10)).join(' → ') : ''];
  return t('areas.ruleText', { on, whom: whom.filter(Boolean).join(' · ') });
}

export class AreasView {
  readonly el = h('div', { class: 'panel-body areas' });
  private readonly areas = this.page.get(AREAS);
  private readonly drawing = this.page.get(DRAWING);
  private readonly chart = this.page.get(CHART);
  private draft: AreaDraft | null = null;
  private faults: Partial<Record<AreaField, Key>> = {};
  private readonly fault = h('p', { class: 'note note-warn', id: 'areas-fault', role: 'alert', hidden: true });
  private readonly file = h('input', { type: 'file', id: 'areas-file', accept: '.geojson,.json,application/geo+json', hidden: true, onchange: () => void this.readFiles() });
  private busy = false;

  constructor(private readonly page: Page) {
    page.bus.on('areas', () => this.el.isConnected && !this.draft && this.render());
    page.state.watch(['panel'], () => { if (page.state.get().panel !== 'areas' && !this.drawing.adding) this.leave(); });
  }

  render(): void {
    const focused = document.activeElement?.id;
    if (this.draft) this.renderForm(this.draft);
    else this.renderList();
    if (focused && this.el.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus();
  }

  private say(text: string): void {
    this.busy = false;
    this.fault.hidden = !text;
    setText(this.fault, text);
  }

  // ---- the list ----

  private renderList(): void {
    const { areas } = this;
    const button = (id: string, picture: Parameters<typeof icon>[0], key: Key, title: Key, run: () => void, off = false) => h('button', { type: 'button', class: 'plain', id, title: t(title), disabled: off, onclick: run }, icon(picture), t(key));
    replace(this.el, areas.state === 'absent' ? null : h('div', { class: 'areas-bar' },
      button('area-new', 'area', 'areas.newArea', 'areas.newArea', () => void this.begin('Polygon')), button('gate-new', 'gate', 'areas.newGate', 'areas.newGate', () => void this.begin('LineString')),
      button('areas-import', 'upload', 'areas.import', 'areas.importTitle', () => this.file.click()), button('areas-export', 'download', 'areas.export', 'areas.exportTitle', () => this.save(), areas.features.length === 0), this.file),
    this.fault,
    areas.state === 'absent' ? h('p', { class: 'empty' }, t('areas.absent')) : areas.features.length === 0 ? h('p', { class: 'empty' }, areas.state === 'failed' ? t('hand.failed') : t('areas.none')) : null,
    ...areas.features.map((feature, i) => this.item(feature, i)));
  }

  private item(feature: AreaFeature, i: number): HTMLElement {
    const { name, basis } = feature.properties, gate = feature.geometry.type === 'LineString';
    return h('article', { class: 'area-item', 'data-area': name }, h('header', {}, icon(gate ? 'gate' : 'area'), h('h3', {}, name),
      iconButton('centre', `${t('areas.show')}: ${name}`, () => this.show(feature)), iconButton('hand', `${t('areas.edit')}: ${name}`, () => this.edit(draftOf(feature, i))), iconButton('trash', `${t('areas.delete')}: ${name}`, () => void this.remove(i))),
    h('p', { class: 'area-rule' }, ruleText(feature)), basis ? h('p', { class: 'hint' }, basis) : null);
  }

  private show({ geometry }: AreaFeature): void {
    const box = geometry.type === 'LineString' ? boxOf({ type: 'Polygon', coordinates: [geometry.coordinates] }) : boxOf(geometry);
    if (!box) return;
    const { insets } = this.page.get(LAYOUT);
    this.chart.map.fitBounds([[box.west, box.south], [box.east, box.north]], { padding: { left: insets.left + EDGE_PX, right: insets.right + EDGE_PX, top: insets.top + EDGE_PX, bottom: Math.min(innerHeight * 0.6, insets.bottom + EDGE_PX) }, maxZoom: CLOSEST_ZOOM, duration: 400 });
  }

  private async begin(shape: Shape): Promise<void> {
    this.say('');
    const points = await this.drawing.ask(shape);
    if (points) this.edit(newDraft(shape, points));
    else this.render();
  }

  private async remove(i: number): Promise<void> {
    const before = this.areas.features, name = before[i].properties.name;
    if (await this.write(before.filter((_, at) => at !== i))) this.page.bus.emit('done', { text: t('areas.deleted', { name }), undo: () => void this.write(before) });
  }

  /** True: it is written. What the server says of it stands in the panel. */
  private async write(features: AreaFeature[]): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await this.areas.save(features);
      this.say('');
      return true;
    } catch (error) {
      this.say(faultText(error, 'areas.refused'));
      this.fault.scrollIntoView({ block: 'nearest' });
      return false;
    }
  }

  // ---- files ----

  private save(): void {
    saveFile(new Blob([JSON.stringify({ type: 'FeatureCollection', features: this.areas.features }, null, 2)], { type: 'application/geo+json' }), 'vigia-areas.geojson');
  }

  private async readFiles(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    const found = file.size > LARGEST_FILE ? { key: 'areas.fault.collection' as const } : readFile(await file.text());
    this.file.value = ''; // the same file may be chosen again
    if ('key' in found) return this.say(t('areas.fault.file', { file: file.name, text: t(found.key, 'values' in found ? found.values : undefined) }));
    const before = this.areas.features;
    if (!(await this.write([...before, ...found.features]))) return;
    this.show(found.features[0]);
    this.page.bus.emit('done', { text: t('areas.imported', { n: found.features.length }), undo: () => void this.write(before) });
  }

  // ---- the form ----

  private edit(draft: AreaDraft): void {
    this.draft = draft;
    this.faults = {};
    this.say('');
    if (this.page.state.get().panel !== 'areas') this.page.state.set({ panel: 'areas' });
    this.render();
    if (draft.fixed) this.show(draft.fixed);
    else {
      this.drawing.edit(draft.shape, draft.points, () => this.check(['points']));
      if (draft.index >= 0) this.show(this.areas.features[draft.index]);
    }
    document.getElementById('area-name')?.focus();
  }

  private leave(): void {
    if (!this.draft) return;
    this.draft = null;
    this.drawing.edit(null);
    if (this.el.isConnected) this.render();
  }

  /** Says again what is wrong with these; the rest when it is saved. */
  private check(fields: AreaField[]): void {
    const faults = faultsOf(this.draft!);
    for (const field of fields) if (this.faults[field] !== faults[field]) {
      if (faults[field]) this.faults[field] = faults[field];
      else delete this.faults[field];
      const el = document.getElementById(`area-fault-${field}`);
      if (el) setText(el, this.faults[field] ? t(this.faults[field]!) : '');
    }
  }

  private wrong(field: AreaField): HTMLElement {
    return h('span', { class: 'fault', id: `area-fault-${field}`, role: 'alert' }, this.faults[field] ? t(this.faults[field]!) : '');
  }

  private text(field: AreaField, label: Key, value: string, put: (value: string) => void, more: Record<string, unknown> = {}): HTMLElement {
    return h('label', { class: 'hand-field' }, h('span', {}, t(label)), h('input', { type: 'text', id: `area-${field}`, value, autocomplete: 'off', 'aria-describedby': `area-fault-${field}`,
      oninput: (event: Event) => { put((event.target as HTMLInputElement).value); if (this.faults[field]) this.check([field]); }, ...more }), this.wrong(field));
  }

  private renderForm(d: AreaDraft): void {
    const gate = d.shape === 'LineString';
    const toggle = (group: string, key: string, label: string, set: Set<string>, redraw = false) => h('label', { class: 'toggle' }, h('input', { type: 'checkbox', id: `area-${group}-${key}`, checked: set.has(key), onchange: () => {
      if (!set.delete(key)) set.add(key);
      if (redraw) this.render();
    } }), label);
    const one = (group: string, key: string, label: string, chosen: boolean, put: () => void) => h('label', { class: 'toggle' }, h('input', { type: 'radio', name: `area-${group}`, id: `area-${group}-${key}`, checked: chosen, onchange: () => { put(); this.render(); } }), label);
    const types = [...AREA_TYPES, ...[...d.types].filter((type) => !(AREA_TYPES as readonly string[]).includes(type))];
    replace(this.el, h('form', { class: 'area-form', noValidate: true, onsubmit: (event: Event) => { event.preventDefault(); void this.submit(); } },
      h('p', { class: 'hint' }, d.fixed ? t('areas.multi') : t('areas.moveHint')), this.wrong('points'),
      this.text('name', 'areas.name', d.name, (value) => { d.name = value; }, { maxLength: 63 }),
      this.text('basis', 'areas.basis', d.basis, (value) => { d.basis = value; }, { maxLength: 159 }),
      gate ? null : h('fieldset', {}, h('legend', {}, t('areas.rule')), ...AREA_ON.map((on) => toggle('on', on, t(`areas.on.${on}`), d.on, true)), this.wrong('on')),
      gate ? h('fieldset', {}, h('legend', {}, t('areas.way')), ...WAYS.map((way) => one('way', way, t(`areas.way.${way}`), d.way === way, () => { d.way = way; })), h('p', { class: 'hint' }, t('areas.wayHint'))) : null,
      !gate && d.on.has('speed') ? h('div', { class: 'pair' }, this.text('over', 'areas.over', d.over, (value) => { d.over = value; }, { inputMode: 'decimal' }), this.text('under', 'areas.under', d.under, (value) => { d.under = value; }, { inputMode: 'decimal' })) : null,
      !gate && d.on.has('inside') ? this.text('minutes', 'areas.minutes', d.minutes, (value) => { d.minutes = value; }, { inputMode: 'numeric' }) : null,
      h('fieldset', {}, h('legend', {}, t('areas.types')), ...types.map((type) => toggle('type', type, wordOf('type', type), d.types))),
      h('fieldset', {}, h('legend', {}, t('areas.flags')), ...(['all', 'only', 'except'] as const).map((mode) => one('flag', mode, t(mode === 'all' ? 'areas.flagsAll' : mode === 'only' ? 'areas.flagsOnly' : 'areas.flagsExcept'), d.flagMode === mode, () => { d.flagMode = mode; }))),
      d.flagMode === 'all' ? null : this.text('flags', 'areas.flagsHint', d.flags, (value) => { d.flags = value; }, { placeholder: 'EC, PA' }),
      this.text('hours', 'areas.hours', d.hours, (value) => { d.hours = value; }, { placeholder: t('areas.hoursHint') }),
      this.fault,
      h('div', { class: 'area-buttons' }, h('button', { type: 'button', class: 'plain', id: 'area-cancel', onclick: () => this.leave() }, t('areas.cancel')), h('button', { type: 'submit', class: 'main', id: 'area-save' }, t('areas.save')))));
  }

  private async submit(): Promise<void> {
    const d = this.draft!;
    this.faults = faultsOf(d);
    const first = (Object.keys(this.faults) as AreaField[])[0];
    if (first) {
      this.render();
      document.getElementById(`area-${first}`)?.focus();
      return document.getElementById(`area-fault-${first}`)?.scrollIntoView({ block: 'nearest' });
    }
    const before = this.areas.features, feature = featureOf(d);
    if (!(await this.write(d.index < 0 ? [...before, feature] : before.map((each, i) => (i === d.index ? feature : each))))) return;
    const text = t('areas.saved', { name: d.name.trim() });
    this.leave();
    this.page.bus.emit('announce', text);
    this.page.bus.emit('done', { text, undo: () => void this.write(before) });
  }
}

register({ id: 'areas', title: 'panel.areas', place: 'panel', order: 35, icon: 'area', key: { key: 'z', text: 'help.key.areas' }, mount: (page) => new AreasView(page) });

register({
  id: 'drawhint', title: null, place: 'page', order: 66,
  mount: (page) => {
    const drawing = page.get(DRAWING), el = h('div', { class: 'pick-hint', id: 'draw-hint', role: 'status', hidden: true });
    const render = () => {
      el.hidden = !drawing.adding;
      if (!drawing.adding) return;
      replace(el, icon(drawing.shape === 'Polygon' ? 'area' : 'gate'), h('span', {}, t(drawing.shape === 'Polygon' ? 'areas.drawPolygon' : 'areas.drawLine')),
        h('button', { type: 'button', id: 'draw-end', onclick: () => drawing.finish() }, t('areas.drawEnd')), h('button', { type: 'button', onclick: () => drawing.cancel() }, t('hand.cancel')));
    };
    page.bus.on('areas', render);
    return { el, render };
  },
});
