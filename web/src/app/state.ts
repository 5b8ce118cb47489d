/** What the person at the screen has chosen. The vessels themselves live in stream/vessels.ts. */
import { Store } from './store';
import { Filter, NO_FILTER } from './filter';
import type { Selected } from './selection';

export type Theme = 'system' | 'dark' | 'light';
export type Look = 'dark' | 'light';
export type TrailMode = 'none' | 'selected' | 'all';
export type Tool = 'measure' | 'rings' | null;
/** What the next click on the chart is for: a place, or a contact that is merged with the selected one. */
export type Picking = 'place' | 'contact' | null;

export const VECTOR_MINUTES = [0, 3, 6, 12, 30] as const;
export const LAYERS = ['names', 'ports', 'graticule', 'borders', 'outlines', 'stations', 'aids', 'coverage', 'uncertainty', 'events', 'areas'] as const;
export type LayerName = (typeof LAYERS)[number];

export interface AppState {
  theme: Theme;
  /** What the theme comes to. */
  look: Look;
  /** null: as the browser prefers. */
  lang: 'en' | 'es' | null;
  /** The id of the part that the side panel shows. */
  panel: string | null;
  selected: Selected | null;
  /** The slot under the pointer; −1: none. */
  hover: number;
  /** The id of the alert that is open. */
  alert: string | null;
  /** Alerts of an exercise are shown instead of the real ones. */
  exercise: boolean;
  /** Where the pointer is on the chart, in degrees; null: not on it. */
  cursor: [lon: number, lat: number] | null;
  follow: boolean;
  filter: Filter;
  hidden: ReadonlySet<LayerName>;
  /** The server's layers that a person has switched from what the server proposes, by id. */
  toggledZones: ReadonlySet<string>;
  vectorMinutes: number;
  trails: TrailMode;
  tool: Tool;
  picking: Picking;
  sound: boolean;
  inViewOnly: boolean;
  help: boolean;
  /** A past moment is shown; which one, past/playback.ts knows. */
  past: boolean;
}

export type State = Store<AppState>;

export function createState(): State {
  return new Store<AppState>({
    theme: 'system', look: 'dark', lang: null, panel: null, selected: null, hover: -1, alert: null, exercise: false, cursor: null, follow: false, filter: NO_FILTER,
    hidden: new Set(), toggledZones: new Set(), vectorMinutes: 6, trails: 'selected', tool: null, picking: null,
    sound: false, inViewOnly: false, help: false, past: false,
  });
}

export function toggled<T>(set: ReadonlySet<T>, item: T): Set<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
