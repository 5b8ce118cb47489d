/** Where vessels have been: the selected one as a line of its own, all in view as hairlines. Extended from the stream. */
import { api, Trails as Answer } from '../api';
import { DETAIL } from '../app/detail';
import { Page, register, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { categoryOf } from '../app/category';
import { E4MIN } from '../stream/vessels';
import { CHART } from './chart';
import { categoryColours, PALETTES, rgba } from './palette';
import type { PlainWriter, Rgba, StrokeWriter } from './rows';

const MINUTES = 120;
const REFRESH_MS = 30000;
/** A jump of more than half the world is the antimeridian, not a voyage. */
const JUMP = 180;

export class Trails {
  truncated = false;
  private all: Answer['trails'] = [];
  private fetched = -Infinity;
  private abort: AbortController | null = null;
  private readonly picture = this.page.get(PICTURE);
  private readonly detail = this.page.get(DETAIL);
  private readonly chart = this.page.get(CHART);

  constructor(private readonly page: Page) {
    this.page.state.watch(['trails', 'past'], () => this.refresh(true));
    this.chart.map.on('moveend', () => this.refresh(true));
  }

  refresh(now = false): void {
    if (this.page.state.get().trails !== 'all' || this.page.state.get().past) {
      if (this.all.length) {
        this.all = [];
        this.page.bus.emit('redraw');
      }
      this.truncated = false;
      return;
    }
    if (now || performance.now() - this.fetched > REFRESH_MS) void this.fetch();
  }

  private async fetch(): Promise<void> {
    this.fetched = performance.now();
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const b = this.chart.map.getBounds();
    const wide = b.getEast() - b.getWest() >= 360;
    const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;
    const [west, east] = wide ? [-180, 180] : [wrap(b.getWest()), wrap(b.getEast())];
    const bbox = [west, b.getSouth(), east, b.getNorth()].map((n) => n.toFixed(4)).join(',');
    try {
      const answer = await api.trails(bbox, MINUTES, abort.signal);
      if (abort.signal.aborted) return;
      this.all = answer.trails;
      this.truncated = answer.truncated;
      this.page.bus.emit('redraw');
    } catch { /* the next refresh tries again; the link's own banner tells of a lost server */ }
  }

  draw(hairlines: PlainWriter, strokes: StrokeWriter): void {
    const v = this.picture.vessels;
    const mode = this.page.state.get().trails;
    if (mode === 'all' && !this.page.state.get().past) {
      const faint = categoryColours(this.page.state.get().look).map(([r, g, b]): Rgba => [r, g, b, 130]);
      for (const { mmsi, contact, points, breaks = [] } of this.all) {
        // Who does not speak has no MMSI.
        const slot = contact ? v.findContact(contact) : mmsi ? v.find(mmsi) : -1;
        if (slot >= 0 && v.hasPosition(slot) && points.length && v.positionTime[slot] > points[points.length - 1][2])
          points.push([v.lon[slot] / E4MIN, v.lat[slot] / E4MIN, v.positionTime[slot]]);
        const colour = slot >= 0 ? faint[categoryOf(v, slot)] : faint[8];
        for (let i = 1; i < points.length; i++)
          if (Math.abs(points[i][0] - points[i - 1][0]) < JUMP && !breaks.includes(i)) hairlines.line(points[i - 1][0], points[i - 1][1], points[i][0], points[i][1], colour);
      }
    }
    if (mode !== 'none') {
      const colour = rgba(PALETTES[this.page.state.get().look].select, 230);
      const { trail, breaks } = this.detail;
      for (let i = 1; i < trail.length; i++)
        if (Math.abs(trail[i][0] - trail[i - 1][0]) < JUMP && !breaks.has(i)) strokes.line(trail[i - 1][0], trail[i - 1][1], trail[i][0], trail[i][1], 2, colour);
    }
  }
}

export const TRAILS = service('trails', (page) => new Trails(page));

register({
  id: 'trails', title: null, place: 'chart', order: 20,
  mount: (page) => {
    const trails = page.get(TRAILS), modes = ['none', 'selected', 'all'] as const;
    return {
      keys: [{ key: 'g', text: 'help.key.trails', run: () => page.state.set({ trails: modes[(modes.indexOf(page.state.get().trails) + 1) % modes.length] }) }],
      second: () => trails.refresh(),
    };
  },
});
