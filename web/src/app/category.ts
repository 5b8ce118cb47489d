/** The colour classes of the map: from the ship type (ITU-R M.1371 table 53), the station's class, and from who sees it. */
import { CLASS, FLAG, Vessels } from '../stream/vessels';

export const CATEGORIES = [
  'cargo', 'tanker', 'passenger', 'fishing', 'service', 'fast', 'pleasure', 'other', 'unknown',
  'aton', 'base', 'sar', 'distress', 'dark', 'air',
] as const;
export type Category = (typeof CATEGORIES)[number];

const BY_TYPE = new Uint8Array(256).fill(CATEGORIES.indexOf('unknown'));
const put = (from: number, to: number, category: Category) => BY_TYPE.fill(CATEGORIES.indexOf(category), from, to + 1);
put(1, 99, 'other');
put(20, 29, 'other'); // wing in ground
put(30, 30, 'fishing');
put(31, 35, 'service'); // towing, dredging, diving, military
put(36, 37, 'pleasure');
put(38, 39, 'other');
put(40, 49, 'fast');
put(50, 59, 'service'); // pilot, SAR, tug, tender, law enforcement, medical
put(60, 69, 'passenger');
put(70, 79, 'cargo');
put(80, 89, 'tanker');

const OTHER = { aton: CATEGORIES.indexOf('aton'), base: CATEGORIES.indexOf('base'), sar: CATEGORIES.indexOf('sar'), distress: CATEGORIES.indexOf('distress') };

const DARK = CATEGORIES.indexOf('dark'), AIR = CATEGORIES.indexOf('air');

/** Index into CATEGORIES. Who does not speak is of a category of its own, whatever is thought of her otherwise. */
export function categoryOf(v: Vessels, slot: number): number {
  const said = categorySaid(v.cls[slot], v.shiptype[slot], v.flags[slot]);
  if (said === OTHER.distress) return said;
  if (v.isAirborne(slot) && v.cls[slot] !== CLASS.sar) return AIR;
  return v.withoutAis(slot) ? DARK : said;
}

/** By what she says of herself alone. */
function categorySaid(cls: number, shiptype: number, flags: number): number {
  if (flags & FLAG.distress || (cls >= CLASS.sart && cls <= CLASS.epirb)) return OTHER.distress;
  if (cls === CLASS.aton) return OTHER.aton;
  if (cls === CLASS.base) return OTHER.base;
  if (cls === CLASS.sar) return OTHER.sar;
  return BY_TYPE[shiptype];
}
