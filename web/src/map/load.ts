/** The chart's own data and the server's zones, fetched after the first picture stands; and which of them are shown. */
import { api } from '../api';
import { Page, register } from '../app/page';
import { Chart, CHART } from './chart';
import { Overlay, OVERLAY } from './overlay';
import { boxOf, zoneNames } from './zones';

function showLayers(page: Page): void {
  const { hidden, toggledZones } = page.state.get(), chart = page.get(CHART);
  chart.show('ports', !hidden.has('ports'));
  chart.show('border', !hidden.has('borders'));
  chart.show('coverage', !hidden.has('coverage'));
  for (const zone of chart.zones) chart.show(`zone-${zone.id}-`, zone.shown !== toggledZones.has(zone.id));
}

register({
  id: 'chartdata', title: null, place: 'chart', order: 50,
  mount: (page) => {
    const { state, bus } = page, chart = page.get(CHART), overlay = page.get(OVERLAY);
    state.watch(['hidden', 'toggledZones'], () => showLayers(page));
    state.watch(['look'], () => chart.setLook(state.get().look));
    chart.map.once('style.load', () => {
      chart.setLook(state.get().look);
      showLayers(page);
      void Promise.all([loadPorts(chart, overlay), loadZones(chart, overlay)]).then(() => {
        showLayers(page);
        bus.emit('zones');
        bus.emit('retext');
      });
    });
    return {
      keys: [{ key: 'Arrows', shown: '← ↑ → ↓', text: 'help.key.move' }, { key: 'Plus', shown: '+ −', text: 'help.key.zoom' }],
    };
  },
});

async function loadPorts(chart: Chart, overlay: Overlay): Promise<void> {
  const response = await fetch('/data/ports.json').catch(() => null);
  if (!response?.ok) return;
  const rows = (await response.json()) as [string, string, number, number][];
  overlay.ports = rows.map(([name, code, lon, lat]) => ({ name, code, lon, lat }));
  chart.setPorts({
    type: 'FeatureCollection',
    features: rows.map(([, , lon, lat]) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [lon, lat] } })),
  });
}

async function loadZones(chart: Chart, overlay: Overlay): Promise<void> {
  const answer = await api.layers().catch(() => null);
  for (const entry of answer?.layers ?? []) {
    try {
      const response = await fetch(entry.url);
      if (!response.ok) continue;
      const data = (await response.json()) as GeoJSON.FeatureCollection;
      chart.addZone({ ...entry, shown: entry.shown !== false, data });
      for (const feature of data.features ?? []) {
        const box = boxOf(feature.geometry), names = zoneNames(feature.properties);
        if (names && box) overlay.zones.push({ id: entry.id, shown: entry.shown !== false, names, ...box });
      }
    } catch {
      console.warn(`zone layer ${entry.id}: not GeoJSON`);
    }
  }
  overlay.zones.sort((a, b) => (b.east - b.west) - (a.east - a.west));
}
