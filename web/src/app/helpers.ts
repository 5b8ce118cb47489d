/** Who is near a place where people may need help, and could go there. Pure. */
import { distanceNm } from '../map/geo';
import { CLASS, E4MIN, FLAG, Vessels } from '../stream/vessels';

/** Further off others are asked first; who was not heard for longer may be anywhere. */
export const WITHIN_NM = 60;
const HEARD_S = 1800, MOST = 3, UNDER_WAY_KN = 3;

/** `seconds`: at the speed that she makes now. */
export interface Helper { slot: number; nm: number; speed: number; seconds: number }

/** The nearest of those under way who speak, the nearest first; `not`: of whom the alert tells. `now`: of the picture, s. */
export function helpersNear(v: Vessels, lon: number, lat: number, not: readonly number[], now: number): Helper[] {
  const found: Helper[] = [], cells = (WITHIN_NM / 60) * E4MIN;
  for (let slot = 0; slot < v.high; slot++) {
    if (!v.live[slot] || !v.mmsi[slot] || (v.cls[slot] !== CLASS.a && v.cls[slot] !== CLASS.b) || (v.flags[slot] & (FLAG.distress | FLAG.test)) !== 0) continue;
    if (!v.hasPosition(slot) || Math.abs(v.lat[slot] - lat * E4MIN) > cells || now - v.positionTime[slot] > HEARD_S) continue;
    const speed = v.speed(slot);
    if (speed === null || speed < UNDER_WAY_KN || not.includes(v.mmsi[slot])) continue;
    const nm = distanceNm(lon, lat, v.lon[slot] / E4MIN, v.lat[slot] / E4MIN);
    if (nm <= WITHIN_NM) found.push({ slot, nm, speed, seconds: (nm / speed) * 3600 });
  }
  return found.sort((a, b) => a.nm - b.nm).slice(0, MOST);
}
