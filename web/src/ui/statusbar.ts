/** The foot of the chart: cursor, scale, hints of the tool in use, the chart's source. */
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { CHART } from '../map/chart';
import { TOOLS } from '../map/tools';
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

  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);
  private readonly tools = this.page.get(TOOLS);

  constructor(private readonly page: Page) {
    this.chart.map.on('move', () => this.scale());
    this.chart.map.on('resize', () => this.scale());
    page.state.watch(['tool'], () => this.render());
    page.state.watch(['cursor'], () => {
      const { cursor } = page.state.get();
      if (cursor) this.point(...cursor);
      else this.leave();
    });
    page.bus.on('tools', () => this.showTool());
  }

  render(): void {
    const { tool } = this.page.state.get();
    this.showTool();
    replace(this.tool, tool ? t(tool === 'measure' ? 'tool.measureHint' : 'tool.ringsHint') : null,
      h('button', { type: 'button', onclick: () => this.tools.clear() }, t('tool.clear')));
    setText(this.note, t('app.chartNote'));
    replace(this.el, this.cursor, this.range, this.tool, h('span', { class: 'gap' }), this.note, h('span', { class: 'scale' }, this.scaleText, this.scaleBar));
    this.scale();
  }

  private showTool(): void {
    this.tool.hidden = !this.page.state.get().tool && !this.tools.active;
  }

  private point(lon: number, lat: number): void {
    setText(this.cursor, `${formatLat(lat, 3)}  ${formatLon(lon, 3)}`);
    const { selected } = this.page.state.get();
    const v = this.picture.vessels, slot = this.picture.slotOf(selected);
    if (slot < 0 || !v.hasPosition(slot)) return setText(this.range, '');
    const from: [number, number] = [v.lon[slot] / E4MIN, v.lat[slot] / E4MIN];
    setText(this.range, `${formatBearing(bearing(...from, lon, lat))}  ${formatMiles(distanceNm(...from, lon, lat), lang())} ${t('unit.nm')}`);
  }

  private leave(): void {
    const c = this.chart.map.getCenter();
    setText(this.cursor, formatPosition(c.lat, c.lng));
    setText(this.range, '');
  }

  private scale(): void {
    this.chart.projector.update(this.chart.map);
    const nmPerPixel = this.chart.projector.metresPerPixel(this.chart.map.getCenter().lat) / 1852;
    const nm = [...SCALES].reverse().find((s) => s / nmPerPixel <= 140) ?? SCALES[0];
    this.scaleBar.style.width = `${Math.round(nm / nmPerPixel)}px`;
    setText(this.scaleText, `${nm} ${t('unit.nm')}`);
  }
}

register({ id: 'statusbar', title: null, place: 'page', order: 80, mount: (page) => new StatusBar(page) });
