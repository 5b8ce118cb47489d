/** The chart's own data and the server's zones, fetched after the first picture stands. */
import { api } from '../api';
import type { App } from '../app/app';

export async function loadChartData(app: App): Promise<void> {
  await Promise.all([loadPorts(app), loadZones(app)]);
}

async function loadPorts(app: App): Promise<void> {
  const response = await fetch('/data/ports.json').catch(() => null);
  if (!response?.ok) return;
  const rows = (await response.json()) as [string, string, number, number][];
  app.overlay.ports = rows.map(([name, code, lon, lat]) => ({ name, code, lon, lat }));
  app.chart.setPorts({
    type: 'FeatureCollection',
    features: rows.map(([, , lon, lat]) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [lon, lat] } })),
  });
}

async function loadZones(app: App): Promise<void> {
  const answer = await api.layers().catch(() => null);
  for (const entry of answer?.layers ?? []) {
    try {
      const response = await fetch(entry.url);
      if (!response.ok) continue;
      const data = (await response.json()) as GeoJSON.FeatureCollection;
      app.chart.addZone({ ...entry, data });
      app.zones.push({ id: entry.id, title: entry.title, shown: entry.shown !== false });
      for (const feature of data.features ?? []) {
        const name: unknown = feature.properties?.name ?? feature.properties?.title;
        const box = boxOf(feature.geometry);
        if (typeof name === 'string' && box) app.overlay.zones.push({ id: entry.id, shown: entry.shown !== false, name, ...box });
      }
    } catch {
      console.warn(`zone layer ${entry.id}: not GeoJSON`);
    }
  }
  app.overlay.zones.sort((a, b) => (b.east - b.west) - (a.east - a.west));
}

/** The box of the first ring: its middle is where the name goes, its width says whether there is room. */
function boxOf(geometry: GeoJSON.Geometry | null): { west: number; south: number; east: number; north: number } | null {
  const ring = geometry?.type === 'Polygon' ? geometry.coordinates[0] : geometry?.type === 'MultiPolygon' ? geometry.coordinates[0]?.[0] : undefined;
  if (!ring || ring.length === 0) return null;
  const box = { west: ring[0][0], south: ring[0][1], east: ring[0][0], north: ring[0][1] };
  for (const [lon, lat] of ring) {
    box.west = Math.min(box.west, lon);
    box.south = Math.min(box.south, lat);
    box.east = Math.max(box.east, lon);
    box.north = Math.max(box.north, lat);
  }
  return box;
}
