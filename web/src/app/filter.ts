/** Which vessels are shown, on the map and in the list alike. A distress is never filtered away. */
import { FLAG, Vessels } from '../stream/vessels';
import type { Seen } from '../stream/tracks';
import { CATEGORIES, Category, categoryOf } from './category';

export interface Filter {
  classes: ReadonlySet<number>; // empty: all
  categories: ReadonlySet<Category>; // empty: all
  statuses: ReadonlySet<number>; // empty: all
  flags: ReadonlySet<string>; // ISO codes; empty: all
  sources: ReadonlySet<number>; // empty: all
  seen: ReadonlySet<Seen>; // who sees it; empty: all
  sensors: ReadonlySet<number>; // those that one of these holds; empty: all
  minSpeed: number | null; // knots
  maxSpeed: number | null;
}

export const NO_FILTER: Filter = {
  classes: new Set(), categories: new Set(), statuses: new Set(), flags: new Set(), sources: new Set(), seen: new Set(), sensors: new Set(), minSpeed: null, maxSpeed: null,
};

export function isFiltering(f: Filter): boolean {
  return f.classes.size + f.categories.size + f.statuses.size + f.flags.size + f.sources.size + f.seen.size + f.sensors.size > 0 || f.minSpeed !== null || f.maxSpeed !== null;
}

export function flagCode(packed: number): string {
  return packed ? String.fromCharCode(packed & 255, packed >> 8) : '';
}

function packFlag(code: string): number {
  return code.charCodeAt(0) | (code.charCodeAt(1) << 8);
}

/** Compiles a filter to a test on slots; `withCategory` false leaves categories out, to count each of them. */
export function compile(v: Vessels, f: Filter, withCategory = true): (slot: number) => boolean {
  const categories = new Uint8Array(CATEGORIES.length).fill(f.categories.size && withCategory ? 0 : 1);
  if (withCategory) for (const c of f.categories) categories[CATEGORIES.indexOf(c)] = 1;
  const flags = new Set([...f.flags].map(packFlag));
  const { classes, statuses, sources, seen } = f, sensors = [...f.sensors];
  const min = f.minSpeed === null ? -1 : f.minSpeed * 10;
  const max = f.maxSpeed === null ? Infinity : f.maxSpeed * 10;
  const bySpeed = f.minSpeed !== null || f.maxSpeed !== null;
  return (slot) => {
    if (v.flags[slot] & FLAG.distress) return true;
    if (!categories[categoryOf(v, slot)]) return false;
    if (classes.size && !classes.has(v.cls[slot])) return false;
    if (statuses.size && !statuses.has(v.status[slot])) return false;
    if (flags.size && !flags.has(v.flag[slot])) return false;
    if (sources.size && !sources.has(v.source[slot])) return false;
    if (seen.size && !seen.has(v.seen(slot))) return false;
    if (sensors.length && !sensors.some((sensor) => v.tracks.sees(slot, sensor))) return false;
    if (bySpeed) {
      const sog = v.sog[slot];
      if (sog === 65535 || sog < min || sog > max) return false;
    }
    return true;
  };
}
