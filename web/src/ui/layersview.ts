/** What the chart shows: its own layers, the vessels' predictors and trails, the server's zones. */
import { Page, register } from '../app/page';
import { CHART } from '../map/chart';
import { SENSORS } from '../app/sensors';
import { TRAILS } from '../map/trails';
import { LayerName, toggled, TrailMode, VECTOR_MINUTES } from '../app/state';
import { Key, t } from '../i18n';
import { h, replace } from './dom';

const CHART_LAYERS: LayerName[] = ['ports', 'borders', 'graticule'];
const VESSEL_LAYERS: LayerName[] = ['names', 'outlines', 'aids', 'stations'];
const RULE_LAYERS: LayerName[] = ['areas', 'events'];
const SENSOR_LAYERS: LayerName[] = ['coverage', 'uncertainty'];

/** Layers of the names that `vigia sim` gives have a title in both languages; others are called as their file is. */
const TITLES: Record<string, Key> = {
  zones: 'layer.zones', grounds: 'layer.grounds', ports: 'layer.ports', anchorages: 'layer.anchorages', lanes: 'layer.lanes', signals: 'layer.signals',
};
const zoneTitle = (zone: { id: string; title: string }) => (zone.id in TITLES ? t(TITLES[zone.id]) : zone.title);

export class LayersView {
  readonly el = h('div', { class: 'panel-body layers' });

  readonly keys = [{ key: 'v', text: 'help.key.vector' as const, run: () => this.nextVector() }];
  private readonly chart = this.page.get(CHART);
  private readonly trails = this.page.get(TRAILS);
  private readonly sensors = this.page.get(SENSORS);

  constructor(private readonly page: Page) {
    page.bus.on('zones', () => this.el.isConnected && this.render());
    page.bus.on('sensors', () => this.el.isConnected && (this.drawnSensors > 0) !== (this.sensors.sensors.length > 0) && this.render());
    this.page.state.watch(['hidden', 'toggledZones', 'vectorMinutes', 'trails'], () => this.el.isConnected && this.render());
  }

  private truncated = false;
  private drawnSensors = 0;

  private nextVector(): void {
    const { state } = this.page;
    state.set({ vectorMinutes: VECTOR_MINUTES[(VECTOR_MINUTES.indexOf(state.get().vectorMinutes as 0) + 1) % VECTOR_MINUTES.length] });
  }

  second(): void {
    if (this.truncated !== this.trails.truncated) this.render();
  }

  render(): void {
    this.truncated = this.trails.truncated;
    this.drawnSensors = this.sensors.sensors.length;
    const s = this.page.state.get();
    const focused = document.activeElement?.id;
    const check = (id: string, label: string, on: boolean, toggle: () => void) => h('label', { class: 'check' }, h('input', { type: 'checkbox', id, checked: on, onchange: toggle }), h('span', { class: 'check-label' }, label));
    const layer = (name: LayerName) => check(`layer-${name}`, t(`layers.${name}` as Key), !s.hidden.has(name), () => this.page.state.set({ hidden: toggled(this.page.state.get().hidden, name) }));
    const segments = <T extends string | number>(id: string, label: string, options: readonly T[], value: T, text: (o: T) => string, set: (o: T) => void) =>
      h('section', { class: 'group' }, h('h3', {}, label), h('div', { class: 'segments', role: 'group', 'aria-label': label }, ...options.map((o) =>
        h('button', { type: 'button', id: `${id}-${o}`, 'aria-pressed': String(o === value), onclick: () => set(o) }, text(o)))));
    replace(this.el,
      segments('vector', t('layers.vector'), VECTOR_MINUTES, s.vectorMinutes as (typeof VECTOR_MINUTES)[number], (m) => (m === 0 ? t('layers.vectorOff') : t('layers.minutes', { n: m })), (m) => this.page.state.set({ vectorMinutes: m })),
      segments('trails', t('layers.trails'), ['none', 'selected', 'all'] as const, s.trails, (m) => t(`layers.trails.${m}` as Key), (m: TrailMode) => this.page.state.set({ trails: m })),
      this.trails.truncated ? h('p', { class: 'hint' }, t('layers.trailsCut')) : null,
      h('section', { class: 'group' }, h('h3', {}, t('layers.vessels')), h('div', { class: 'checks' }, ...VESSEL_LAYERS.map(layer))),
      this.sensors.sensors.length ? h('section', { class: 'group' }, h('h3', {}, t('panel.sensors')), h('div', { class: 'checks' }, ...SENSOR_LAYERS.map(layer))) : null,
      h('section', { class: 'group' }, h('h3', {}, t('layers.chart')), h('div', { class: 'checks' }, ...CHART_LAYERS.map(layer))),
      h('section', { class: 'group' }, h('h3', {}, t('panel.alerts')), h('div', { class: 'checks' }, ...RULE_LAYERS.map(layer)), h('button', { type: 'button', class: 'quiet', id: 'layers-areas', onclick: () => this.page.state.set({ panel: 'areas' }) }, t('help.key.areas'))),
      h('section', { class: 'group' }, h('h3', {}, t('layers.zones')), this.chart.zones.length
        ? h('div', { class: 'checks' }, ...this.chart.zones.map((zone) => check(`zone-${zone.id}`, zoneTitle(zone), zone.shown !== s.toggledZones.has(zone.id), () => this.page.state.set({ toggledZones: toggled(this.page.state.get().toggledZones, zone.id) }))))
        : h('p', { class: 'hint' }, t('layers.noZones'))));
    if (focused) document.getElementById(focused)?.focus();
  }
}

register({ id: 'layers', title: 'panel.layers', place: 'panel', order: 30, icon: 'layers', key: { key: 'k', text: 'help.key.layers' }, mount: (page) => new LayersView(page) });
