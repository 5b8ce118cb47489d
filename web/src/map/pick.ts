/** Which vessel is at a point of the screen. A loop over what is drawn: 50,000 tests take well under a millisecond. */
import type { Picture } from '../app/picture';
import type { AppState } from '../app/state';
import { E4MIN, Vessels } from '../stream/vessels';
import type { Chart, Projector } from './chart';
import { hullCorners } from './hulls';
import type { Scene } from './scene';
import { rankOf } from './symbols';

export function pick(picture: Picture, scene: Scene, chart: Chart, s: Readonly<AppState>, x: number, y: number, radius: number): number {
  const v = picture.vessels, pr = chart.projector;
  const hulls = chart.map.getZoom() >= 12.5 && !s.hidden.has('outlines');
  const north = pr.lat(y - 400) * E4MIN, south = pr.lat(y + 400) * E4MIN;
  let best = -1, bestScore = Infinity;
  for (let i = scene.drawn - 1; i >= 0; i--) {
    const slot = scene.order[i];
    if (v.lat[slot] > north || v.lat[slot] < south) continue;
    const dx = pr.x(v.lon[slot] / E4MIN) - x, dy = pr.y(v.lat[slot] / E4MIN) - y;
    let distance = Math.hypot(dx, dy);
    if (distance > radius && hulls && distance < 400 && insideHull(v, pr, slot, x, y)) distance = radius * 0.5;
    // Of two at the same place, the one drawn on top.
    const score = distance - rankOf(v, slot) * 0.5;
    if (distance <= radius && score < bestScore) {
      best = slot;
      bestScore = score;
    }
  }
  return best;
}

function insideHull(v: Vessels, pr: Projector, slot: number, x: number, y: number): boolean {
  const corners = hullCorners(v, slot).map(([lon, lat]) => [pr.x(lon), pr.y(lat)]);
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [xi, yi] = corners[i], [xj, yj] = corners[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
