/** The charts of an open alert, by uPlot: the time of the event is shaded, the threshold is a line. */
import uPlot from 'uplot';
import type { ChartData } from '../app/behaviour';
import { clockText } from '../app/alerttext';
import { formatNumber } from '../app/format';
import type { Page } from '../app/page';
import { lang, t } from '../i18n';
import { h, replace } from './dom';

const HEIGHT = 130;
const COLOURS = ['--accent', '--passenger', '--pleasure', '--cargo'];

/** What was expected is no vessel's. */
const colourOf = (data: ChartData, i: number): string => (data.what === 'silence' && i > 0 ? '--text-soft' : COLOURS[i % COLOURS.length]);

export interface Marks { begin: number; end: number; expectedWord: string; limits: Partial<Record<ChartData['what'], number>> }

export class AlertCharts {
  readonly el = h('div', { class: 'charts' });
  private plots: uPlot[] = [];
  private shape = '';

  constructor(private readonly page: Page) {}

  clear(): void {
    for (const plot of this.plots) plot.destroy();
    this.plots = [];
    this.shape = '';
  }

  set(charts: readonly ChartData[], marks: Marks): void {
    const shape = JSON.stringify([this.page.state.get().look, lang(), marks, charts.map(({ what, x }) => [what, x.length, x[0], x[x.length - 1]])]);
    if (shape === this.shape) return;
    this.clear();
    this.shape = shape;
    replace(this.el, ...(charts.length ? charts.map((data) => this.box(data, marks)) : [h('p', { class: 'hint' }, t('alert.noTrack'))]));
  }

  private title(data: ChartData): string {
    return data.what === 'distance' ? t('alert.distance') : data.what === 'speed' ? t('alert.speed') : t('alert.heardOf', { n: data.binMinutes ?? 0 });
  }

  private box(data: ChartData, marks: Marks): HTMLElement {
    const css = getComputedStyle(document.documentElement), colour = (name: string) => css.getPropertyValue(name).trim();
    const read = h('span', { class: 'chart-read' }), title = this.title(data);
    const key = data.lines.map(({ label }, i) => [label || (data.what === 'silence' && i > 0 ? marks.expectedWord : ''), colourOf(data, i)] as const).filter(([label]) => label);
    const box = h('div', { class: 'chart', role: 'img', 'aria-label': title }, h('div', { class: 'chart-head' }, h('span', {}, title), read),
      key.length > 1 ? h('div', { class: 'chart-key' }, ...key.map(([label, c]) => h('span', {}, h('i', { style: { background: `var(${c})` } }), label))) : null);
    const bars = uPlot.paths.bars!({ size: [0.8, 40] }), limit = marks.limits[data.what];
    const font = '11px system-ui, sans-serif', axis = { stroke: colour('--text-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const most = data.lines.flatMap(({ values }) => values).reduce<number>((m, value) => Math.max(m, value ?? 0), limit ?? 0);
    const options: uPlot.Options = {
      width: Math.max(260, this.el.clientWidth || 372), height: HEIGHT, legend: { show: false },
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), 'UTC'),
      cursor: { y: false, points: { size: 6 } },
      scales: { y: { range: () => [0, most * 1.12 || 1] } },
      series: [{}, ...data.lines.map((line, i): uPlot.Series => ({ stroke: colour(colourOf(data, i)), width: line.shape === 'bars' ? 0 : 1.8, fill: line.shape === 'bars' ? colour(colourOf(data, i)) : undefined,
        dash: data.what === 'silence' && i > 0 ? [5, 4] : undefined, ...(line.shape === 'bars' ? { paths: bars } : {}), points: { show: false } }))],
      axes: [{ ...axis, size: 22, space: 64, values: (_u, times) => times.map((time) => clockText(time * 1000, time * 1000).slice(0, 5)) }, { ...axis, size: 34, space: 26 }],
      hooks: {
        drawClear: [(u) => shade(u, marks, colour('--accent-soft'))],
        draw: [(u) => { if (limit !== undefined) threshold(u, limit, colour('--text')); }],
        setCursor: [(u) => {
          const i = u.cursor.idx;
          read.textContent = typeof i !== 'number' ? '' : `${clockText(data.x[i] * 1000, data.x[i] * 1000)}  ${data.lines.map(({ values }) => values[i]).filter((value) => typeof value === 'number').map((value) => formatNumber(value!, lang(), data.what === 'silence' ? 0 : data.what === 'distance' ? 2 : 1)).join(' · ')}`;
        }],
      },
    };
    this.plots.push(new uPlot(options, [data.x, ...data.lines.map(({ values }) => values)] as uPlot.AlignedData, box));
    return box;
  }
}

function shade(u: uPlot, { begin, end }: Marks, colour: string): void {
  const left = u.valToPos(begin / 1000, 'x', true), right = u.valToPos(end / 1000, 'x', true);
  const { left: x, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.fillStyle = colour;
  u.ctx.fillRect(Math.max(x, left), top, Math.max(2, Math.min(x + width, right) - Math.max(x, left)), height);
  u.ctx.restore();
}

function threshold(u: uPlot, limit: number, colour: string): void {
  const y = u.valToPos(limit, 'y', true), { left, width } = u.bbox;
  u.ctx.save();
  u.ctx.strokeStyle = colour;
  u.ctx.setLineDash([4, 4]);
  u.ctx.lineWidth = devicePixelRatio || 1;
  u.ctx.beginPath();
  u.ctx.moveTo(left, y);
  u.ctx.lineTo(left + width, y);
  u.ctx.stroke();
  u.ctx.restore();
}
