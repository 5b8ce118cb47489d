/**
 * Areas and gates with their rules (docs/formats/areas.md): asked from the server, written back as a whole. What a form or a file
 * may hold is checked here first, so that what is wrong is said where it stands; the server has the last word.
 */
import { api, HttpError } from '../api';
import type { Key } from '../i18n';
import { Page, service } from './page';

export const AREA_ON = ['enter', 'leave', 'inside', 'speed'] as const;
export const AREA_TYPES = ['fishing', 'cargo', 'tanker', 'passenger', 'tug', 'towing', 'sailing', 'pleasure', 'high_speed', 'dredging', 'diving', 'military', 'law', 'rescue', 'pilot', 'other', 'unknown'] as const;
export const WAYS = ['both', 'left', 'right'] as const;
/** Bytes, as the server counts. */
const LONGEST_NAME = 63, LONGEST_BASIS = 159, MOST_FLAGS = 16, MOST_SPEED = 200, MOST_FEATURES = 2048;
export const LARGEST_FILE = 16 * 1024 * 1024;

export type Shape = 'Polygon' | 'LineString';
export interface AreaRule { on?: string[]; types?: string[]; flags?: string[]; flags_except?: string[]; from?: string; to?: string; hours_utc?: string; over_kn?: number; under_kn?: number; minutes?: number; way?: string }
export type AreaFeature = GeoJSON.Feature<GeoJSON.Polygon | GeoJSON.MultiPolygon | GeoJSON.LineString, { name: string; basis?: string; rule?: AreaRule } & Record<string, unknown>>;

/** A form as it is filled in: text, so that what is wrong can be said. */
export interface AreaDraft {
  index: number; shape: Shape; points: [number, number][]; fixed: AreaFeature | null;
  name: string; basis: string; on: Set<string>; types: Set<string>; flagMode: 'all' | 'only' | 'except'; flags: string; hours: string; over: string; under: string; minutes: string; way: string; rest: Record<string, unknown>;
}
export type AreaField = 'name' | 'basis' | 'on' | 'flags' | 'hours' | 'over' | 'under' | 'minutes' | 'points';

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export function newDraft(shape: Shape, points: [number, number][]): AreaDraft {
  return { index: -1, shape, points, fixed: null, name: '', basis: '', on: new Set([shape === 'Polygon' ? 'enter' : 'cross']), types: new Set(), flagMode: 'all', flags: '', hours: '', over: '', under: '', minutes: '', way: 'both', rest: {} };
}

/** The form of a feature. Of several parts, or with holes, the border stays as it is. */
export function draftOf(feature: AreaFeature, index: number): AreaDraft {
  const { geometry, properties } = feature, rule = properties.rule ?? {}, simple = geometry.type === 'LineString' || (geometry.type === 'Polygon' && geometry.coordinates.length === 1);
  const ring = geometry.type === 'LineString' ? geometry.coordinates : geometry.type === 'Polygon' ? geometry.coordinates[0].slice(0, -1) : [];
  const shape: Shape = geometry.type === 'LineString' ? 'LineString' : 'Polygon';
  const known = new Set(['on', 'types', 'flags', 'flags_except', 'hours_utc', 'over_kn', 'under_kn', 'minutes', 'way']);
  const said = (value: unknown) => (typeof value === 'number' ? String(value) : '');
  return {
    index, shape, points: simple ? ring.map(([lon, lat]) => [lon, lat]) : [], fixed: simple ? null : feature, name: properties.name ?? '', basis: properties.basis ?? '',
    on: new Set(rule.on ?? [shape === 'Polygon' ? 'enter' : 'cross']), types: new Set(rule.types), flagMode: rule.flags ? 'only' : rule.flags_except ? 'except' : 'all', flags: (rule.flags ?? rule.flags_except ?? []).join(', '),
    hours: rule.hours_utc ?? '', over: said(rule.over_kn), under: said(rule.under_kn), minutes: said(rule.minutes), way: rule.way ?? 'both', rest: Object.fromEntries(Object.entries(rule).filter(([key]) => !known.has(key))),
  };
}

const read = (text: string): number => (text.trim() === '' ? 0 : Number(text.trim().replace(',', '.')));
const flagList = (text: string): string[] => text.toUpperCase().split(/[\s,;]+/).filter(Boolean);

/** What is wrong, field by field. */
export function faultsOf(d: AreaDraft): Partial<Record<AreaField, Key>> {
  const faults: Partial<Record<AreaField, Key>> = {}, flags = flagList(d.flags);
  const speed = (text: string) => { const n = read(text); return Number.isFinite(n) && n >= 0 && n <= MOST_SPEED; };
  if (!d.name.trim() || bytes(d.name.trim()) > LONGEST_NAME) faults.name = 'areas.fault.name';
  if (bytes(d.basis.trim()) > LONGEST_BASIS) faults.basis = 'areas.fault.basis';
  if (d.shape === 'Polygon' && d.on.size === 0) faults.on = 'areas.fault.on';
  if (d.flagMode !== 'all' && (flags.length === 0 || flags.length > MOST_FLAGS || flags.some((flag) => !/^[A-Z]{2}$/.test(flag)))) faults.flags = 'areas.fault.flags';
  if (d.hours.trim() && !/^([01]\d|2[0-3]):[0-5]\d\s*[-–]\s*([01]\d|2[0-3]):[0-5]\d$/.test(d.hours.trim())) faults.hours = 'areas.fault.hours';
  if (d.on.has('speed')) {
    if (!speed(d.over)) faults.over = 'areas.fault.speed';
    if (!speed(d.under)) faults.under = 'areas.fault.speed';
    if (!faults.over && !d.over.trim() && !d.under.trim()) faults.over = 'areas.fault.speedLimit';
  }
  if (d.on.has('inside') && !/^\d{0,6}$/.test(d.minutes.trim())) faults.minutes = 'areas.fault.minutes';
  if (!d.fixed && d.points.length < (d.shape === 'Polygon' ? 3 : 2)) faults.points = 'areas.fault.points';
  else if (!d.fixed && d.shape === 'Polygon' && crossesItself(d.points)) faults.points = 'areas.fault.crosses';
  return faults;
}

/** Does the closed border cut itself? Borders of a person's drawing have few points. */
export function crossesItself(points: readonly [number, number][]): boolean {
  const n = points.length, side = (a: [number, number], b: [number, number], c: [number, number]) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  for (let i = 0; i < n; i++) for (let j = i + 2; j < n; j++) {
    if (i === 0 && j === n - 1) continue; // they meet where the border closes
    const a = points[i], b = points[(i + 1) % n], c = points[j], d = points[(j + 1) % n];
    if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
  }
  return false;
}

export function featureOf(d: AreaDraft): AreaFeature {
  const gate = d.shape === 'LineString', rule: AreaRule = { ...d.rest, on: gate ? ['cross'] : AREA_ON.filter((on) => d.on.has(on)) };
  if (d.types.size) rule.types = [...d.types];
  if (d.flagMode === 'only') rule.flags = flagList(d.flags);
  if (d.flagMode === 'except') rule.flags_except = flagList(d.flags);
  if (d.hours.trim()) rule.hours_utc = d.hours.replace(/\s/g, '').replace('–', '-');
  if (!gate && d.on.has('speed') && d.over.trim()) rule.over_kn = read(d.over);
  if (!gate && d.on.has('speed') && d.under.trim()) rule.under_kn = read(d.under);
  if (!gate && d.on.has('inside') && d.minutes.trim()) rule.minutes = Number(d.minutes);
  if (gate && d.way !== 'both') rule.way = d.way;
  const round = ([lon, lat]: [number, number]): [number, number] => [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
  const points = d.points.map(round);
  const geometry: AreaFeature['geometry'] = d.fixed ? d.fixed.geometry : gate ? { type: 'LineString', coordinates: points } : { type: 'Polygon', coordinates: [[...points, points[0]]] };
  return { type: 'Feature', properties: { ...(d.fixed?.properties ?? {}), name: d.name.trim(), ...(d.basis.trim() ? { basis: d.basis.trim() } : { basis: undefined }), rule }, geometry };
}

/** A problem of a file in words: a key, with its values. */
export type FileFault = { key: Key; values?: Record<string, string | number> };

/** Areas and gates of a GeoJSON text. The server checks each rule; here only what can't be drawn is refused. */
export function readFile(text: string): { features: AreaFeature[] } | FileFault {
  let j: { type?: unknown; features?: unknown };
  try {
    j = JSON.parse(text) as typeof j;
  } catch (error) {
    return { key: 'areas.fault.notJson', values: { text: (error as Error).message } };
  }
  if (j?.type === 'Feature') j = { type: 'FeatureCollection', features: [j] };
  if (j?.type !== 'FeatureCollection' || !Array.isArray(j.features) || j.features.length === 0 || j.features.length > MOST_FEATURES) return { key: 'areas.fault.collection' };
  for (const [i, f] of (j.features as Partial<AreaFeature>[]).entries()) {
    if (!f?.geometry || !['Polygon', 'MultiPolygon', 'LineString'].includes(f.geometry.type) || !Array.isArray(f.geometry.coordinates)) return { key: 'areas.fault.feature', values: { n: i + 1, text: 'geometry' } };
    if (typeof f.properties?.name !== 'string' || !f.properties.name.trim()) return { key: 'areas.fault.feature', values: { n: i + 1, text: 'name' } };
  }
  return { features: j.features as AreaFeature[] };
}

export class Areas {
  features: AreaFeature[] = [];
  state: 'unknown' | 'here' | 'absent' | 'failed' = 'unknown';

  constructor(private readonly page: Page) {
    void this.load();
    page.bus.on('link', () => { if (this.state === 'failed') void this.load(); });
  }

  async load(): Promise<void> {
    try {
      this.features = ((await api.areas()).features ?? []) as AreaFeature[];
      this.state = 'here';
    } catch (error) {
      this.state = error instanceof HttpError && error.status === 404 ? 'absent' : 'failed';
    }
    this.page.bus.emit('areas');
  }

  /** Throws what the server says; what was known stands then. */
  async save(features: AreaFeature[]): Promise<void> {
    await api.setAreas({ type: 'FeatureCollection', features });
    this.features = features;
    this.state = 'here';
    this.page.bus.emit('areas');
  }
}

export const AREAS = service('areas', (page) => new Areas(page));
