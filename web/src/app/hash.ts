/** The view in the URL's hash: a link says what its sender saw. Unknown and broken parts are ignored. */
import { MOST_SENSORS, Seen, SEEN } from '../stream/tracks';
import { CATEGORIES, Category } from './category';
import { Filter, NO_FILTER } from './filter';
import { readSelected, writeSelected } from './selection';
import { AppState, LAYERS, LayerName, VECTOR_MINUTES } from './state';

export interface View { lon: number; lat: number; zoom: number }

/** `at`: the moment of the past that is shown, in ms; null: the live picture. */
export function writeHash(view: View, s: Readonly<AppState>, at: number | null = null): string {
  const p: string[] = [`at=${view.lat.toFixed(5)},${view.lon.toFixed(5)},${view.zoom.toFixed(2)}`];
  const put = (key: string, value: string) => value && p.push(`${key}=${encodeURIComponent(value).replace(/%2C/g, ',')}`);
  if (s.selected) put(...writeSelected(s.selected));
  if (s.alert) put('alert', s.alert);
  if (s.exercise) put('exercise', '1');
  if (s.follow) put('follow', '1');
  put('cat', [...s.filter.categories].join(','));
  put('class', [...s.filter.classes].join(','));
  put('status', [...s.filter.statuses].join(','));
  put('flag', [...s.filter.flags].join(','));
  put('source', [...s.filter.sources].join(','));
  put('seen', [...s.filter.seen].join(','));
  put('sensor', [...s.filter.sensors].join(','));
  if (s.filter.minSpeed !== null || s.filter.maxSpeed !== null) put('speed', `${s.filter.minSpeed ?? ''}-${s.filter.maxSpeed ?? ''}`);
  put('hide', [...s.hidden].join(','));
  put('zones', [...s.toggledZones].join(','));
  if (s.vectorMinutes !== 6) put('vector', String(s.vectorMinutes));
  if (s.trails !== 'selected') put('trails', s.trails);
  if (s.panel) put('panel', s.panel);
  if (s.theme !== 'system') put('theme', s.theme);
  if (s.lang) put('lang', s.lang);
  if (at !== null) put('past', new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000', ''));
  return '#' + p.join('&');
}

export function readHash(hash: string): { view: View | null; patch: Partial<AppState>; at: number | null } {
  const q = new Map<string, string>();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const eq = part.indexOf('=');
    if (eq < 1) continue;
    try {
      q.set(part.slice(0, eq), decodeURIComponent(part.slice(eq + 1)));
    } catch { /* a broken escape */ }
  }
  const list = (key: string) => (q.get(key) ?? '').split(',').filter(Boolean);
  const numbers = (key: string, max: number) => new Set(list(key).map(Number).filter((n) => Number.isInteger(n) && n >= 0 && n <= max));
  const one = <T extends string>(key: string, of: readonly T[]): T | undefined => of.find((x) => x === q.get(key));

  const at = (q.get('at') ?? '').split(',').map(Number);
  const view = at.length === 3 && at.every(Number.isFinite) && Math.abs(at[0]) <= 85 && at[2] >= 0 && at[2] <= 20
    ? { lat: at[0], lon: at[1], zoom: at[2] } : null;
  const patch: Partial<AppState> = {};
  const selected = readSelected((key) => q.get(key));
  if (selected) patch.selected = selected;
  if (/^[0-9a-f]{1,32}$/.test(q.get('alert') ?? '')) patch.alert = q.get('alert')!;
  if (q.get('exercise') === '1') patch.exercise = true;
  if (q.get('follow') === '1') patch.follow = true;
  const speed = (q.get('speed') ?? '').match(/^(\d*\.?\d*)-(\d*\.?\d*)$/);
  const filter: Filter = {
    ...NO_FILTER,
    categories: new Set(list('cat').filter((c): c is Category => (CATEGORIES as readonly string[]).includes(c))),
    classes: numbers('class', 255),
    statuses: numbers('status', 255),
    flags: new Set(list('flag').filter((c) => /^[A-Z]{2}$/.test(c))),
    sources: numbers('source', 65535),
    seen: new Set(list('seen').filter((n): n is Seen => (SEEN as readonly string[]).includes(n))),
    sensors: numbers('sensor', MOST_SENSORS),
    minSpeed: speed && speed[1] ? Number(speed[1]) : null,
    maxSpeed: speed && speed[2] ? Number(speed[2]) : null,
  };
  patch.filter = filter;
  patch.hidden = new Set(list('hide').filter((n): n is LayerName => (LAYERS as readonly string[]).includes(n)));
  patch.toggledZones = new Set(list('zones'));
  const minutes = Number(q.get('vector') ?? 6);
  patch.vectorMinutes = VECTOR_MINUTES.find((m) => m === minutes) ?? 6;
  patch.trails = one('trails', ['none', 'selected', 'all']) ?? 'selected';
  patch.panel = /^[a-z]{1,20}$/.test(q.get('panel') ?? '') ? q.get('panel')! : null;
  patch.theme = one('theme', ['dark', 'light']) ?? 'system';
  patch.lang = one('lang', ['en', 'es'] as const) ?? null;
  const past = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(q.get('past') ?? '') ? Date.parse(q.get('past')!) : NaN;
  return { view, patch, at: Number.isFinite(past) ? past : null };
}
