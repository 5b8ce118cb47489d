/** What the chart writes of a server's zone: its name in the page's language, and where. Pure. */
import type { Lang } from '../i18n';

/** A feature's `name`, or `title`; `name_en` and `name_es` where it has them. Null: it has none. */
export function zoneNames(properties: GeoJSON.GeoJsonProperties): Record<Lang, string> | null {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const name = text(properties?.name) ?? text(properties?.title), en = text(properties?.name_en) ?? name, es = text(properties?.name_es) ?? name;
  return en !== null && es !== null ? { en, es } : null;
}

/** The box of the first ring: its middle is where the name goes, its width says whether there is room. */
export function boxOf(geometry: GeoJSON.Geometry | null): { west: number; south: number; east: number; north: number } | null {
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
