/** What the sensors see, on the chart; their sites and names are drawn by overlay.ts. */
import type { Sensor } from '../api';
import { Page, register } from '../app/page';
import { SENSORS } from '../app/sensors';
import { CHART } from './chart';

export function coverageOf(sensors: readonly Sensor[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: sensors.flatMap(({ name, state, outline }) => (outline ?? []).filter((ring) => ring.length >= 3).map((ring): GeoJSON.Feature => ({
      type: 'Feature', properties: { name, state }, geometry: { type: 'Polygon', coordinates: [closed(ring)] },
    }))),
  };
}

function closed(ring: [number, number][]): [number, number][] {
  const first = ring[0], last = ring[ring.length - 1];
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
}

function showCoverage(page: Page): void {
  const chart = page.get(CHART), sensors = page.get(SENSORS);
  let shown = '';
  const show = () => {
    const data = coverageOf(sensors.sensors), text = JSON.stringify(data);
    if (text !== shown && chart.map.getSource('coverage')) {
      shown = text;
      chart.setCoverage(data);
    }
    page.bus.emit('retext');
  };
  page.bus.on('sensors', show);
  chart.map.once('style.load', show);
}

register({ id: 'coverage', title: null, place: 'chart', order: 45, mount: (page) => { showCoverage(page); return {}; } });
