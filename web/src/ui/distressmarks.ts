/**
 * Pulsing rings at those who call for help. Elements and CSS, so the pulse costs no redraw of the chart and obeys reduced motion;
 * each costs the browser work on every frame, so of many only the newest and the nearest pulse. The chart draws the symbol of each.
 */
import maplibregl from 'maplibre-gl';
import { Page, register } from '../app/page';
import { CHART } from '../map/chart';
import { Call, CALLS } from './calls';
import { h } from './dom';

const NEWEST = 6, NEAREST = 6;

export class DistressMarks {
  private marks = new Map<number, maplibregl.Marker>();

  private readonly chart = this.page.get(CHART);
  private readonly calls = this.page.get(CALLS);

  constructor(private readonly page: Page) {}

  second(): void {
    const seen = new Set<number>();
    // In the past only what is happening now and is no test may break in.
    for (const d of [...this.shown(false), ...(this.page.state.get().past ? [] : this.shown(true))]) {
      if (d.lat === undefined || d.lon === undefined) continue;
      seen.add(d.mmsi);
      let mark = this.marks.get(d.mmsi);
      if (!mark) {
        mark = new maplibregl.Marker({ element: h('div', { class: `pulse${d.test ? ' pulse-test' : ''}`, 'aria-hidden': 'true' }, h('i', {}), h('i', {})) });
        this.marks.set(d.mmsi, mark);
        mark.setLngLat([d.lon, d.lat]).addTo(this.chart.map);
      } else mark.setLngLat([d.lon, d.lat]);
      mark.getElement().classList.toggle('pulse-test', d.test);
    }
    for (const [mmsi, mark] of this.marks) {
      if (seen.has(mmsi)) continue;
      mark.remove();
      this.marks.delete(mmsi);
    }
  }

  private shown(test: boolean): Call[] {
    const { newest, nearest } = this.calls.foremost(test, NEWEST, NEAREST);
    return [...newest, ...nearest];
  }
}

register({ id: 'distressmarks', title: null, place: 'chart', order: 70, mount: (page) => new DistressMarks(page) });
