/** The density map: where vessels were during the span that the time bar shows. A canvas under the vessels. */
import type { CanvasSource } from 'maplibre-gl';
import { Page, register, service } from '../app/page';
import { CHART } from '../map/chart';
import { revOf, unreadParts } from './archive';
import { addGrid, cellFor, chunksOf, Grid, nearlyMost, parseDensity, rampColour, RAMPS, soften } from './density';
import { boxText, snapBox, viewBox } from './plan';
import { PLAYBACK } from './playback';

const SETTLE_MS = 400;
const SOURCE = 'density';

export class DensityMap {
  on = false;
  state: 'off' | 'loading' | 'here' | 'failed' = 'off';
  span: [number, number] = [0, 0];
  grid: Grid | null = null;
  /** Parts of the archive that the counts lack, at least. */
  unread = 0;
  private readonly canvas = document.createElement('canvas');
  private abort: AbortController | null = null;
  private timer = 0;
  private shown = '';
  private readonly chart = this.page.get(CHART);
  private readonly playback = this.page.get(PLAYBACK);

  constructor(private readonly page: Page) {
    this.chart.map.on('moveend', () => this.soon());
    page.state.watch(['look'], () => this.paint());
  }

  private tell(): void {
    this.page.bus.emit('density');
  }

  set(on: boolean): void {
    this.on = on;
    if (on) return this.soon(0);
    this.abort?.abort();
    clearTimeout(this.timer);
    this.state = 'off';
    this.unread = 0;
    this.grid = null;
    this.shown = '';
    this.remove();
    this.tell();
  }

  /** The time bar shows another span. */
  setSpan(from: number, to: number): void {
    this.span = [from, to];
    this.soon();
  }

  private soon(wait = SETTLE_MS): void {
    if (!this.on) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), wait);
  }

  private async load(): Promise<void> {
    const { summary } = this.playback;
    if (!summary) return;
    const b = this.chart.map.getBounds();
    const box = snapBox(viewBox(b.getWest(), b.getSouth(), b.getEast(), b.getNorth(), 0.02));
    const cell = cellFor(b.getEast() - b.getWest());
    const from = Math.max(this.span[0], summary.from), to = Math.min(this.span[1], summary.to);
    const chunks = chunksOf(from, Math.max(to, from + 1)).filter(([a, z]) => summary.hours.some((hour) => hour.from >= a && hour.from < z));
    const urls = chunks.map(([a, z]) => {
      // All hours of the piece make its version: none may have changed.
      const rev = revOf(summary.hours.filter((hour) => hour.from >= a && hour.from < z).map((hour) => hour.rev));
      return `/api/v1/history/density?bbox=${boxText(box)}&from=${a / 1000}&to=${z / 1000}&cell=${cell}&format=binary&rev=${rev}`;
    });
    const key = urls.join();
    if (key === this.shown) return;
    this.shown = key;
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    this.state = 'loading';
    this.tell();
    let sum: Grid | null = null, unread = 0;
    try {
      for (const url of urls) {
        let response = await fetch(url, { signal: abort.signal });
        for (let tries = 0; response.status === 503 && tries < 10; tries++) {
          await new Promise((done) => setTimeout(done, 500 + 500 * tries));
          response = await fetch(url, { signal: abort.signal });
        }
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        unread = Math.max(unread, unreadParts(response));
        sum = addGrid(sum, parseDensity(await response.arrayBuffer()));
        if (abort.signal.aborted) return;
      }
      this.grid = sum;
      this.unread = unread;
      this.state = 'here';
      this.paint();
    } catch {
      if (abort.signal.aborted) return;
      this.state = 'failed';
      this.shown = '';
    }
    this.tell();
  }

  /** Rows of the canvas are equal steps of Web Mercator, as the chart's are; rows of the grid are equal steps of latitude. */
  private paint(): void {
    const { grid, canvas } = this;
    if (!this.on || !grid) return this.remove();
    const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
    const limit = 85.05, north = Math.min(limit, grid.south + grid.rows * grid.cell), south = Math.max(-limit, grid.south);
    const top = mercator(north), bottom = mercator(south);
    canvas.width = grid.columns;
    canvas.height = Math.min(2048, grid.rows * (grid.rows * grid.cell > 40 ? 2 : 1));
    const ctx = canvas.getContext('2d')!;
    const image = ctx.createImageData(canvas.width, canvas.height);
    const soft = soften(grid), most = Math.log1p(nearlyMost(grid));
    const colours = new Uint8ClampedArray(256 * 4);
    for (let i = 0; i < 256; i++) colours.set(rampColour(RAMPS[this.page.state.get().look], i / 255), i * 4);
    for (let y = 0; y < canvas.height; y++) {
      const m = top + ((bottom - top) * (y + 0.5)) / canvas.height;
      const lat = (Math.atan(Math.exp(m)) * 360) / Math.PI - 90;
      const row = Math.min(grid.rows - 1, Math.max(0, Math.floor((lat - grid.south) / grid.cell)));
      for (let x = 0; x < canvas.width; x++) {
        const n = soft[row * grid.columns + x];
        if (n <= 0) continue;
        const c = Math.min(255, Math.round((Math.log1p(n) / most) * 255)) * 4;
        image.data.set(colours.subarray(c, c + 4), (y * canvas.width + x) * 4);
      }
    }
    ctx.putImageData(image, 0, 0);
    const east = grid.west + grid.columns * grid.cell;
    this.place([[grid.west, north], [east, north], [east, south], [grid.west, south]]);
  }

  private place(coordinates: CanvasSource['coordinates']): void {
    const { map } = this.chart;
    this.remove();
    map.addSource(SOURCE, { type: 'canvas', canvas: this.canvas, coordinates, animate: false });
    map.addLayer({ id: SOURCE, type: 'raster', source: SOURCE, paint: { 'raster-opacity': 0.85, 'raster-fade-duration': 0, 'raster-resampling': 'linear' } }, 'ports');
  }

  private remove(): void {
    const { map } = this.chart;
    if (map.getLayer(SOURCE)) map.removeLayer(SOURCE);
    if (map.getSource(SOURCE)) map.removeSource(SOURCE);
  }
}

export const DENSITY = service('density', (page) => new DensityMap(page));

register({ id: 'density', title: null, place: 'chart', order: 5, mount: (page) => { page.get(DENSITY); return {}; } });
