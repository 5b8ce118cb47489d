/**
 * The chart's colours. Vessel types use the Okabe–Ito set, which stays apart under the common colour-vision deficiencies,
 * shifted lighter or darker to stand on each sea; red alone is kept for distress.
 */
import { CATEGORIES, Category } from '../app/category';
import type { Look } from '../app/state';
import type { Rgba } from './rows';

interface Palette {
  sea: string; land: string; coast: string; border: string; graticule: Rgba; port: string; portText: string;
  text: string; textHalo: string; textSoft: string; select: string; measure: Rgba; edge: [number, number, number, number]; hollow: [number, number, number, number];
  vector: Rgba; zone: string; areaRule: string; coverage: string; coverageText: string; categories: Record<Category, string>;
}

export const PALETTES: Record<Look, Palette> = {
  dark: {
    sea: '#0a1822', land: '#1b2a33', coast: '#3d5666', border: '#30434f', graticule: [120, 160, 185, 34],
    port: '#6f8a9a', portText: '#8ba3b1', text: '#dfe9ee', textHalo: 'rgba(6,16,24,.85)', textSoft: '#7f98a6',
    select: '#f2c14e', measure: [242, 193, 78, 255], edge: [0.02, 0.06, 0.09, 0.9], hollow: [0.03, 0.05, 0.08, 1], vector: [200, 220, 232, 150], zone: '#b99ae0', areaRule: '#ff9d7a', coverage: '#4fc3b8', coverageText: '#7fd6cd',
    categories: {
      cargo: '#2fc296', tanker: '#ee7a3a', passenger: '#5aa9f0', fishing: '#f0b03a', service: '#7fd8f2', fast: '#f3ea6a',
      pleasure: '#e08cc0', other: '#c3ccd4', unknown: '#8797a3', aton: '#d7c7f5', base: '#9fb4c2', sar: '#ffffff', distress: '#ff3b30', dark: '#ff6fdc', air: '#a9c8ff',
    },
  },
  light: {
    sea: '#dbe8ee', land: '#f4ecd6', coast: '#a3946a', border: '#c9bb94', graticule: [40, 80, 105, 40],
    port: '#75683f', portText: '#6a5f3c', text: '#12242f', textHalo: 'rgba(240,246,249,.9)', textSoft: '#5d7482',
    select: '#0b3d5c', measure: [150, 60, 10, 255], edge: [0.06, 0.12, 0.16, 0.75], hollow: [1, 1, 1, 1], vector: [20, 45, 60, 150], zone: '#7a4fb5', areaRule: '#b3431c', coverage: '#0b7d74', coverageText: '#0a6660',
    categories: {
      cargo: '#009e73', tanker: '#d55e00', passenger: '#0072b2', fishing: '#e69f00', service: '#41b0e0', fast: '#e8d820',
      pleasure: '#cc79a7', other: '#5a6872', unknown: '#93a1aa', aton: '#7a4fb5', base: '#4d6270', sar: '#ffffff', distress: '#e60012', dark: '#b0007f', air: '#3b5bb5',
    },
  },
};

export function rgba(hex: string, alpha = 255): Rgba {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255, alpha];
}

/** By category index, opaque. */
export function categoryColours(look: Look): Rgba[] {
  return CATEGORIES.map((c) => rgba(PALETTES[look].categories[c]));
}
