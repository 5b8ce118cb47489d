/** Where to look when nobody said: at the vessels there are. */
import { E4MIN, Vessels } from '../stream/vessels';
import type { Chart } from './chart';

/** The middle of them, so that a stray position far off does not decide; longitudes as they are, not across the antimeridian. */
const SHARE = 0.04;

function middle(values: number[]): [number, number] {
  values.sort((a, b) => a - b);
  const cut = Math.floor(values.length * SHARE);
  return [values[cut], values[values.length - 1 - cut]];
}

/** False if there is nothing to look at yet. */
export function fitToVessels(v: Vessels, chart: Chart): boolean {
  const lon: number[] = [], lat: number[] = [];
  for (let slot = 0; slot < v.high; slot++) {
    if (!v.live[slot] || !v.hasPosition(slot)) continue;
    lon.push(v.lon[slot] / E4MIN);
    lat.push(v.lat[slot] / E4MIN);
  }
  if (lon.length === 0) return false;
  const [west, east] = middle(lon), [south, north] = middle(lat);
  chart.map.fitBounds([[west, Math.max(south, -78)], [east, Math.min(north, 80)]], {
    padding: 60, maxZoom: 9, animate: false,
  });
  return true;
}
