/** Pulsing rings at each distress. Elements and CSS, so the pulse costs no redraw of the chart and obeys reduced motion. */
import maplibregl from 'maplibre-gl';
import type { App } from '../app/app';
import type { Banners } from '../ui/banners';
import { h } from '../ui/dom';

export class DistressMarks {
  private marks = new Map<number, maplibregl.Marker>();

  constructor(private readonly app: App, private readonly banners: Banners) {}

  /** Called once a second. */
  refresh(): void {
    const seen = new Set<number>();
    for (const d of this.banners.list()) {
      // In the past only what is happening now and is no test may break in.
      if (this.app.past.on && d.test) continue;
      if (d.lat === undefined || d.lon === undefined) continue;
      seen.add(d.mmsi);
      let mark = this.marks.get(d.mmsi);
      if (!mark) {
        mark = new maplibregl.Marker({ element: h('div', { class: `pulse${d.test ? ' pulse-test' : ''}`, 'aria-hidden': 'true' }, h('i', {}), h('i', {})) });
        this.marks.set(d.mmsi, mark);
        mark.setLngLat([d.lon, d.lat]).addTo(this.app.chart.map);
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
