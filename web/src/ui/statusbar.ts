/** The foot of the chart: cursor, scale, hints of the tool in use, the chart's source. */
import type { App } from '../app/app';
import { formatBearing, formatLat, formatLon, formatMiles, formatPosition } from '../app/format';
import { bearing, distanceNm } from '../map/geo';
import { E4MIN } from '../stream/vessels';
import { lang, t } from '../i18n';
import { h, replace, setText } from './dom';

const SCALES = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

export class StatusBar {
  readonly el = h('footer', { class: 'statusbar' });
  private readonly cursor = h('span', { class: 'cursor-pos', id: 'cursor' });
  private readonly range = h('span', { class: 'cursor-range' });
  private readonly scaleBar = h('span', { class: 'scale-bar' });
  private readonly scaleText = h('span', { class: 'scale-text' });
  private readonly tool = h('div', { class: 'tool-hint', hidden: true });
  private readonly note = h('span', { class: 'chart-note' });

  constructor(private readonly app: App) {
    app.chart.map.on('move', () => this.scale());
    app.chart.map.on('resize', () => this.scale());
    app.state.watch(['tool'], () => this.render());
  }

  render(): void {
    const { app } = this;
    const { tool } = app.state.get();
    this.tool.hidden = !tool && !app.tools.active;
    replace(this.tool, tool ? t(tool === 'measure' ? 'tool.measureHint' : 'tool.ringsHint') : null,
      h('button', { type: 'button', onclick: () => { app.tools.clear(); this.render(); } }, t('tool.clear')));
    setText(this.note, t('app.chartNote'));
    replace(this.el, this.cursor, this.range, this.tool, h('span', { class: 'gap' }), this.note, h('span', { class: 'scale' }, this.scaleText, this.scaleBar));
    this.scale();
  }

  point(lon: number, lat: number): void {
    setText(this.cursor, `${formatLat(lat, 3)}  ${formatLon(lon, 3)}`);
    const { selected } = this.app.state.get();
    const v = this.app.vessels, slot = selected === null ? -1 : v.find(selected);
    if (slot < 0 || !v.hasPosition(slot)) return setText(this.range, '');
    const from: [number, number] = [v.lon[slot] / E4MIN, v.lat[slot] / E4MIN];
    setText(this.range, `${formatBearing(bearing(...from, lon, lat))}  ${formatMiles(distanceNm(...from, lon, lat), lang())} ${t('unit.nm')}`);
  }

  leave(): void {
    const c = this.app.chart.map.getCenter();
    setText(this.cursor, formatPosition(c.lat, c.lng));
    setText(this.range, '');
  }

  private scale(): void {
    const { app } = this;
    app.projector.update(app.chart.map);
    const nmPerPixel = app.projector.metresPerPixel(app.chart.map.getCenter().lat) / 1852;
    const nm = [...SCALES].reverse().find((s) => s / nmPerPixel <= 140) ?? SCALES[0];
    this.scaleBar.style.width = `${Math.round(nm / nmPerPixel)}px`;
    setText(this.scaleText, `${nm} ${t('unit.nm')}`);
  }
}
