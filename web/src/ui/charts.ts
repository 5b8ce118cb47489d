/** Speed and course over the trail, by uPlot. */
import uPlot from 'uplot';
import type { TrailPoint } from '../api';
import type { Page } from '../app/page';
import { formatTime } from '../app/format';
import { t } from '../i18n';
import { h, replace } from './dom';

const HEIGHT = 110;
const MAX_POINTS = 1500;

export class TrailChart {
  readonly el = h('div', { class: 'charts' });
  private plots: uPlot[] = [];
  private look = '';
  private drawn = -1;

  constructor(private readonly page: Page) {}

  set(trail: readonly TrailPoint[]): void {
    this.el.setAttribute('aria-label', t('card.chart'));
    const look = `${this.page.state.get().look}${document.documentElement.lang}${JSON.stringify(this.page.state.get().selected)}`;
    const step = Math.max(1, Math.ceil(trail.length / MAX_POINTS));
    const points = step === 1 ? trail : trail.filter((_, i) => i % step === 0 || i === trail.length - 1);
    const stamp = points.length ? points[points.length - 1][2] : 0;
    if (look === this.look && stamp === this.drawn) return;
    this.drawn = stamp;
    if (points.length < 2) {
      this.clear();
      return replace(this.el, h('p', { class: 'empty' }, t('card.noTrail')));
    }
    const x = points.map((p) => p[2]);
    const speed = points.map((p) => p[3]), course = points.map((p) => p[4]);
    if (look !== this.look || this.plots.length === 0) this.build(look, [x, speed], [x, course]);
    else {
      this.plots[0].setData([x, speed]);
      this.plots[1].setData([x, course]);
    }
  }

  private clear(): void {
    for (const plot of this.plots) plot.destroy();
    this.plots = [];
    this.look = '';
  }

  private build(look: string, speed: uPlot.AlignedData, course: uPlot.AlignedData): void {
    this.clear();
    this.look = look;
    const css = getComputedStyle(document.documentElement);
    const colour = (name: string) => css.getPropertyValue(name).trim();
    const width = Math.max(240, this.el.clientWidth || 312);
    const font = '11px system-ui, sans-serif'; // whole pixels: uPlot scales no others to a fine screen
    const sync = uPlot.sync('trail');
    const options = (label: string, max: [number, number] | null, points: boolean): uPlot.Options => ({
      width, height: HEIGHT, legend: { show: false },
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), 'UTC'),
      cursor: { sync: { key: sync.key }, y: false, points: { size: 6 } },
      scales: { y: { range: max ? () => max : (_u, _min, top) => [0, Math.max(5, Math.ceil((top ?? 0) * 1.1))] } },
      series: [{}, points
        ? { label, stroke: colour('--accent'), paths: () => null, points: { show: true, size: 2.5, fill: colour('--accent'), stroke: colour('--accent') } }
        : { label, stroke: colour('--accent'), width: 1.5, fill: colour('--accent-soft'), points: { show: false } }],
      axes: [
        { stroke: colour('--text-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, size: 22, space: 64,
          values: (_u, times) => times.map((time) => formatTime(time * 1000).slice(0, 5)) },
        { stroke: colour('--text-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, size: 34, space: 26,
          ...(max ? { splits: () => [0, 90, 180, 270, 360] } : {}) },
      ],
      hooks: {
        setCursor: [(u) => {
          const i = u.cursor.idx;
          const value = i === null || i === undefined ? null : u.data[1][i];
          const readout = u.root.parentElement?.querySelector('.chart-read');
          if (readout) readout.textContent = i !== null && i !== undefined && value !== null && value !== undefined
            ? `${formatTime(u.data[0][i] * 1000)}  ${max ? `${Math.round(value)}°` : `${value.toFixed(1)} ${t('unit.kn')}`}` : '';
        }],
      },
    });
    const box = (label: string) => h('div', { class: 'chart' }, h('div', { class: 'chart-head' }, h('span', {}, label), h('span', { class: 'chart-read' })));
    const a = box(`${t('card.speed')} (${t('unit.kn')})`), b = box(`${t('card.course')} (°)`);
    replace(this.el, a, b);
    this.plots = [new uPlot(options(t('card.speed'), null, false), speed, a), new uPlot(options(t('card.course'), [0, 360], true), course, b)];
  }
}
