/** What the chart shows: its own layers, the vessels' predictors and trails, the server's zones. */
import type { App } from '../app/app';
import { LayerName, toggled, TrailMode, VECTOR_MINUTES } from '../app/state';
import { Key, t } from '../i18n';
import { h, replace } from './dom';

const CHART: LayerName[] = ['ports', 'borders', 'graticule'];
const VESSELS: LayerName[] = ['names', 'outlines', 'aids', 'stations'];

/** Layers of the names that `vigia sim` gives have a title in both languages; others are called as their file is. */
const TITLES: Record<string, Key> = {
  zones: 'layer.zones', grounds: 'layer.grounds', ports: 'layer.ports', anchorages: 'layer.anchorages', lanes: 'layer.lanes', signals: 'layer.signals',
};
const zoneTitle = (zone: { id: string; title: string }) => (zone.id in TITLES ? t(TITLES[zone.id]) : zone.title);

export class LayersView {
  readonly el = h('div', { class: 'panel-body layers' });

  constructor(private readonly app: App) {
    app.state.watch(['hidden', 'toggledZones', 'vectorMinutes', 'trails'], () => this.el.isConnected && this.render());
  }

  private truncated = false;

  refresh(): void {
    if (this.truncated !== this.app.trails.truncated) this.render();
  }

  render(): void {
    const { app } = this;
    this.truncated = app.trails.truncated;
    const s = app.state.get();
    const focused = document.activeElement?.id;
    const check = (id: string, label: string, on: boolean, toggle: () => void) => h('label', { class: 'check' }, h('input', { type: 'checkbox', id, checked: on, onchange: toggle }), h('span', { class: 'check-label' }, label));
    const layer = (name: LayerName) => check(`layer-${name}`, t(`layers.${name}` as Key), !s.hidden.has(name), () => app.state.set({ hidden: toggled(app.state.get().hidden, name) }));
    const segments = <T extends string | number>(id: string, label: string, options: readonly T[], value: T, text: (o: T) => string, set: (o: T) => void) =>
      h('section', { class: 'group' }, h('h3', {}, label), h('div', { class: 'segments', role: 'group', 'aria-label': label }, ...options.map((o) =>
        h('button', { type: 'button', id: `${id}-${o}`, 'aria-pressed': String(o === value), onclick: () => set(o) }, text(o)))));
    replace(this.el,
      segments('vector', t('layers.vector'), VECTOR_MINUTES, s.vectorMinutes as (typeof VECTOR_MINUTES)[number], (m) => (m === 0 ? t('layers.vectorOff') : t('layers.minutes', { n: m })), (m) => app.state.set({ vectorMinutes: m })),
      segments('trails', t('layers.trails'), ['none', 'selected', 'all'] as const, s.trails, (m) => t(`layers.trails.${m}` as Key), (m: TrailMode) => app.state.set({ trails: m })),
      app.trails.truncated ? h('p', { class: 'hint' }, t('layers.trailsCut')) : null,
      h('section', { class: 'group' }, h('h3', {}, t('layers.vessels')), h('div', { class: 'checks' }, ...VESSELS.map(layer))),
      h('section', { class: 'group' }, h('h3', {}, t('layers.chart')), h('div', { class: 'checks' }, ...CHART.map(layer))),
      h('section', { class: 'group' }, h('h3', {}, t('layers.zones')), app.zones.length
        ? h('div', { class: 'checks' }, ...app.zones.map((zone) => check(`zone-${zone.id}`, zoneTitle(zone), zone.shown !== s.toggledZones.has(zone.id), () => app.state.set({ toggledZones: toggled(app.state.get().toggledZones, zone.id) }))))
        : h('p', { class: 'hint' }, t('layers.noZones'))));
    if (focused) document.getElementById(focused)?.focus();
  }
}
