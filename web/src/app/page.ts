/**
 * What a part of the page is given, and the registry that the parts enter themselves into.
 *
 * A part knows the store of settings, the bus, and services by their key; it never knows the page's other parts. So an
 * import leads only downwards, and `npm run check` fails on a circle (check-cycles.mjs).
 */
import type { Key } from '../i18n';
import { Bus } from './bus';
import type { State } from './state';

/** A thing of which the page has one: made when first asked for, or put there by main.ts. */
export interface Service<T> { readonly name: string; readonly make: ((page: Page) => T) | null }

export function service<T>(name: string, make: ((page: Page) => T) | null = null): Service<T> {
  return { name, make };
}

export class Page {
  readonly bus = new Bus();
  private readonly held = new Map<string, unknown>();
  private readonly making: string[] = [];
  private readonly parts: { entry: PartEntry; part: Part }[] = [];

  constructor(readonly state: State) {}

  put<T>(key: Service<T>, value: T): T {
    this.held.set(key.name, value);
    return value;
  }

  get<T>(key: Service<T>): T {
    if (this.held.has(key.name)) return this.held.get(key.name) as T;
    if (this.making.includes(key.name)) throw new Error(`services in a circle: ${[...this.making, key.name].join(' → ')}`);
    if (!key.make) throw new Error(`${key.name} was not put there`);
    this.making.push(key.name);
    const made = this.put(key, key.make(this));
    this.making.pop();
    return made;
  }

  /** Makes all that is registered, place by place in the order of PLACES. */
  mount(): void {
    for (const place of PLACES)
      for (const entry of registered(place)) this.parts.push({ entry, part: entry.mount(this) });
  }

  /** The mounted parts of a place, in their order; all of them without one. */
  at(place?: Place): { entry: PartEntry; part: Part }[] {
    return place ? this.parts.filter(({ entry }) => entry.place === place) : this.parts;
  }
}

// ---- the registry ----

/** Where a part stands: on the chart, in the top bar, as a tab of the side panel, on the page itself, or nowhere to be seen. */
export const PLACES = ['none', 'chart', 'bar', 'panel', 'page'] as const;
export type Place = (typeof PLACES)[number];

/** A key, and its line in the help. False from `run`: there was nothing to do, the next part may take the key. */
export interface KeyBinding { key: string; shown?: string | (() => string); text: Key | null; run?: () => boolean | void }

export interface Part {
  readonly el?: HTMLElement;
  readonly keys?: readonly KeyBinding[];
  /** Writes all its words anew. */
  render?(): void;
  /** Of a panel's part: a number on its tab, and what it says; null: none. */
  badge?(): { text: string; label: string; tone: string } | null;
  /** Called once a second; a hidden page calls only those with `always`. */
  second?(): void;
  readonly always?: boolean;
  /** Called four times a second. */
  quarter?(): void;
}

export interface PartEntry {
  readonly id: string;
  readonly title: Key | null;
  readonly place: Place;
  readonly order: number;
  /** A line icon's name, where the place shows one. */
  readonly icon?: string;
  /** Opens and closes a panel's part. */
  readonly key?: KeyBinding;
  mount(page: Page): Part;
}

const entries = new Map<string, PartEntry>();

export function register(entry: PartEntry): void {
  if (entries.has(entry.id)) throw new Error(`two parts are called ${entry.id}`);
  entries.set(entry.id, entry);
}

export function registered(place: Place): PartEntry[] {
  return [...entries.values()].filter((entry) => entry.place === place).sort((a, b) => a.order - b.order);
}
