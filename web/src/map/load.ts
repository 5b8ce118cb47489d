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
      app.zones.push({ id: entry.id, title: entry.title });
      for (const feature of data.features ?? []) {
        const name: unknown = feature.properties?.name ?? feature.properties?.title;
        const at = middle(feature.geometry);
        if (typeof name === 'string' && at) app.overlay.zones.push({ id: entry.id, name, lon: at[0], lat: at[1] });
      }
    } catch {
      console.warn(`zone layer ${entry.id}: not GeoJSON`);
    }
  }
}

/** The middle of the first ring's box: good enough to put a name. */
function middle(geometry: GeoJSON.Geometry | null): [number, number] | null {
  const ring = geometry?.type === 'Polygon' ? geometry.coordinates[0] : geometry?.type === 'MultiPolygon' ? geometry.coordinates[0]?.[0] : undefined;
  if (!ring || ring.length === 0) return null;
  let [west, south] = ring[0], [east, north] = ring[0];
  for (const [lon, lat] of ring) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [(west + east) / 2, (south + north) / 2];
}
