/** The colour classes of the map, from the ship type (ITU-R M.1371 table 53) and the station's class. */
import { CLASS, FLAG } from '../stream/vessels';

export const CATEGORIES = [
  'cargo', 'tanker', 'passenger', 'fishing', 'service', 'fast', 'pleasure', 'other', 'unknown',
  'aton', 'base', 'sar', 'distress',
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

/** Index into CATEGORIES. */
export function categoryOf(cls: number, shiptype: number, flags: number): number {
  if (flags & FLAG.distress || (cls >= CLASS.sart && cls <= CLASS.epirb)) return OTHER.distress;
  if (cls === CLASS.aton) return OTHER.aton;
  if (cls === CLASS.base) return OTHER.base;
  if (cls === CLASS.sar) return OTHER.sar;
  return BY_TYPE[shiptype];
}
