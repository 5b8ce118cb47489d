/** Where to look: where the server says, as far as the screen can show it; at the vessels there are when nobody said. */
import type { View } from '../app/hash';
import { PHONE_PX } from '../app/layout';
import { E4MIN, Vessels } from '../stream/vessels';
import type { Chart } from './chart';

/** Centre and zoom are given for a screen such as a laptop's: CSS pixels. */
const MEANT_WIDTH = 1366, MEANT_HEIGHT = 768;

/** The same box of the chart on a phone: farther off, so that all of it is seen. */
export function viewOn(view: View, width: number, height: number): View {
  if (width > PHONE_PX) return view;
  return { ...view, zoom: Math.max(1, view.zoom + Math.min(0, Math.log2(Math.min(width / MEANT_WIDTH, height / MEANT_HEIGHT)))) };
}

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
