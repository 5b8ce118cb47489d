/** Pulsing rings at each distress. Elements and CSS, so the pulse costs no redraw of the chart and obeys reduced motion. */
import maplibregl from 'maplibre-gl';
import { Page, register } from '../app/page';
import { CHART } from '../map/chart';
import { CALLS } from './calls';
import { h } from './dom';

export class DistressMarks {
  private marks = new Map<number, maplibregl.Marker>();

  private readonly chart = this.page.get(CHART);
  private readonly calls = this.page.get(CALLS);

  constructor(private readonly page: Page) {}

  second(): void {
    const seen = new Set<number>();
    for (const d of this.calls.list()) {
      // In the past only what is happening now and is no test may break in.
      if (this.page.state.get().past && d.test) continue;
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
}

register({ id: 'distressmarks', title: null, place: 'chart', order: 70, mount: (page) => new DistressMarks(page) });
