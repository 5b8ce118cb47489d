/** The server's JSON interface (docs/formats/http.md). Types say what may be absent: anything a radio did not say. */

export interface Status {
  version: string; title: string; demo: boolean; clock: 'wall' | 'data'; time: string; epoch: string; vessels: number;
  view: { lon: number; lat: number; zoom: number } | null; stream: string;
  /** The clock of the server's machine; `synchronised` null: the system doesn't say. */
  host_clock?: { synchronised: boolean | null; error_ms?: number | null; jumps: number; last_jump: string | null; last_jump_s: number | null };
  /** Contacts that had to go because the table was full, since the start; `established` had been heard for long. */
  turned_away?: { total: number; newcomers: number; established: number; distress: number };
}
/** One report's word for one field: its value, and when, by whom and in which message it was said. `place`: its offset in the journal. */
export interface Reported { value?: unknown; time: string; source: string; message?: number; place?: number; age?: 'fresh' | 'stale' | 'expired' }
/** What a contact is called, and how sure that is. */
export interface Claim { kind: string; value: number | string; source: string; time: string; probability: number }
export type TrailPoint = [lon: number, lat: number, time: number, speed: number | null, course: number | null];
export interface VesselDetail {
  mmsi: number; contact?: string; class: string; name?: string; callsign?: string; imo?: number; flag?: string; shiptype?: number;
  lon?: number; lat?: number; speed?: number; course?: number; heading?: number; turn?: number; status?: number; status_unconfirmed?: boolean;
  destination?: string; eta?: string; draught?: number; length?: number; beam?: number; to_bow?: number; to_stern?: number; to_port?: number; to_starboard?: number; time?: string; heard?: string; source?: string;
  distress?: 'active' | 'test'; aid_type?: number; virtual?: boolean; off_position?: boolean; altitude?: number;
  mothership_mmsi?: number; text?: string;
  /** `breaks`: no line leads to these points of the trail. */
  reported?: Record<string, Reported>; trail?: TrailPoint[]; breaks?: number[]; trail_dropped?: number;
  held?: { count: number; lon: number; lat: number; time: string }; reports?: number;
  /** Of the past: where `time` comes from, a word of docs/formats/archive.md; absent: not known. */
  time_source?: string;
}
/** Which sensor held it when. */
export interface Held { sensor: string; from: string; to: string }
/** What the tracker thinks of a contact. Sigmas: one. */
export interface Track {
  number: number; existence: number; sigma_major_m: number; sigma_minor_m: number; orientation_deg?: number; speed_kn?: number | null; course_deg?: number | null;
  sigma_speed_kn?: number | null; sigma_course_deg?: number | null; length_m?: number | null; began?: string; seen?: string; seen_by?: string[];
  sensor_tracks?: { sensor: string; track: number }[]; mmsi?: number | null;
  /** Of the binding to the MMSI: natural logarithm of the likelihood ratio for it. */
  log_ratio?: number | null;
  facts?: string[]; kept?: boolean; airborne?: boolean; timeline?: Held[];
}
export const HAND_ACTIONS = ['start', 'name', 'classify', 'merge', 'split', 'drop', 'correct', 'keep', 'release'] as const;
export type HandAction = (typeof HAND_ACTIONS)[number];
/** What an operator did to a contact. `text`: in the server's words. */
export interface HandEntry { id: number; action: string; who: string; why: string; time: string; undone: boolean; contact?: string; name?: string; kind?: string; other?: string; lat?: number; lon?: number }
export interface HandRequest {
  action: HandAction; contact?: string; other?: string; name?: string; kind?: string; lat?: number; lon?: number; speed_kn?: number; course_deg?: number; who: string; why: string;
}
export interface Sensor {
  id: number; name: string; kind: string; feed?: string; lat: number | null; lon: number | null; moving?: boolean; height_m?: number | null; target_height_m?: number | null;
  range_m?: number; reach_m?: number; period_s?: number; sigma_range_m?: number; sigma_bearing_deg?: number; detection_probability?: number;
  /** Rings of [lon, lat] around what it sees. */
  outline?: [number, number][][] | null; state: 'live' | 'silent' | 'never'; heard?: string | null; plots?: number; tracks?: number; false_plots?: number; late?: number; refused?: number;
  learnt?: { detection_probability: number | null; clutter_per_scan: number | null } | null;
  bias?: { range_m: number; range_sigma_m: number; bearing_deg: number; bearing_sigma_deg: number; time_s: number; time_sigma_s: number; pairs: number } | null;
}
/** A contact, or a vessel of the past: what the card shows comes from `reported` alone. */
/** `unread`: parts of the archive that the answer lacks. */
export interface ContactDetail extends Partial<VesselDetail> { id?: string; claims?: Claim[]; unread?: number; track?: Track | null; hand?: HandEntry[] }
export type FeedState = 'connecting' | 'live' | 'stalled' | 'down' | 'ended';
export interface Feed {
  name: string; url: string; state: FeedState; since?: string; last: string | null; stall_s?: number;
  bytes: number; lines: number; sentences: number; messages: number; rate: number; vessels: number; reconnects: number;
  error?: string | null; refused?: { reason: string; text: string; count: number; example?: string; time?: string }[];
  progress?: number | null;
}
export interface Source { id: number; name: string; feed: string }
/** `time` is the picture's; a feed's `since` and `last` are the server's wall clock, which `serverNow` tells (ms). */
export interface Feeds { time: string; feeds: Feed[]; sources: Source[]; serverNow: number }
/** The data folder. Everything but `kept` is absent if nothing is kept. */
export interface Storage {
  kept: boolean; state?: 'ok' | 'failing'; error?: string | null; failing_since?: string | null; archive_error?: string | null;
  archived_until?: string | null; saved?: string | null;
  bytes?: number; stored_bytes?: number; lost_entries?: number; lost_bytes?: number; gaps?: number; positions?: number; set_aside?: number;
  /** Of the disk; `full_in_s` null: it isn't filling, or not known. */
  free_bytes?: number; total_bytes?: number; full_in_s?: number | null; space?: 'ok' | 'low' | 'critical';
  /** Files that are missing or not what they must be; `damage` has the newest. */
  damages?: number; damage?: { what: string; path: string; error: string }[]; repair?: string;
}
export interface Trails { trails: { mmsi?: number; contact?: string; points: [number, number, number][]; breaks?: number[] }[]; truncated: boolean }
export interface LayerEntry { id: string; title: string; url: string; shown?: boolean }
export interface VesselPage { total: number; count: number; vessels: VesselDetail[] }

// ---- what was observed, and the alerts made of it (docs/formats/alerts.md) ----

/** The most urgent first. */
export const SEVERITIES = ['distress', 'warning', 'caution', 'information'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const ALERT_STATES = ['open', 'acknowledged', 'confirmed', 'dismissed', 'withdrawn', 'silenced', 'held'] as const;
export type AlertState = (typeof ALERT_STATES)[number];
export interface AlertRow {
  id: string; rule: string; severity: Severity; state: AlertState; escalated: boolean; kind: string; begin: string; end: string | null; opened: string;
  lon: number | null; lat: number | null; mmsi: number[]; contacts: string[]; confidence: number | null; text: string; exercise: boolean;
  /** Who acknowledged or decided it last, and for whom the rule is. */
  who: string | null; reason: string | null; role: string;
  vessels: { contact: string; mmsi: number; name: string }[];
  event: SeaEvent;
}
/** `limit` null: nothing was compared. */
export interface EventNumber { value: number | null; limit: number | null; unit: string }
export interface SeaEvent {
  id: string; kind: string; state: string; revision: number; begin: string; end: string | null; lon: number | null; lat: number | null; mmsi: number[]; contacts: string[]; confidence: number | null;
  numbers: Record<string, EventNumber>; places: number[]; reports: number; text: string; innocent: string[]; exercise?: boolean;
}
export interface AlertStep { time: string; data_time?: string | null; who?: string | null; action: string; reason?: string | null }
/** A sentence as received, or the `bytes` of what is no text, hexadecimal. `time`: when; `own`: by its sender's clock. */
export interface EvidenceLine { offset: number; sentence?: string | null; bytes?: string | null; time?: string | null; own?: string | null; source?: string | null }
/** What a contact's events come to: a convention that points to a look, never a bare number. */
export interface Risk { contact: string; mmsi: number; value: number; parts: { kind: string; part: number; days: number; dismissed: boolean }[] }
/** `bundle`: this server makes the bundle that `vigia verify` accepts; `noBundle`: why not, a code. */
export interface AlertDetail extends AlertRow { history: AlertStep[]; reception: Record<string, unknown> | null; evidence: EvidenceLine[]; bundle: boolean; noBundle: string; risk: Risk[] }
export const ALERT_ACTIONS = ['acknowledge', 'confirm', 'dismiss', 'note', 'reopen'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];
export interface AlertRule { name: string; kinds: string[]; enabled: boolean; severity: Severity; min_confidence: number; per_hour: number; role?: string }
export interface RulePrecision { rule: string; opened: number; confirmed: number; dismissed: number; precision: number | null; periods?: { from: string; confirmed: number; dismissed: number }[] }
export interface TrackPoint { lon: number; lat: number; time: string; speed?: number | null; course?: number | null }

export class HttpError extends Error {
  /** `text`: what the server said of it; `code`: the same as one word of docs/formats/http.md. */
  constructor(readonly status: number, readonly text = '', readonly code = '') {
    super(`HTTP ${status}`);
  }
}

async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) throw new HttpError(response.status);
  return (await response.json()) as T;
}

/** Errors come as {"error":{"code","message"}} or {"error":code,"message"}. */
function errorOf(status: number, body: unknown): HttpError {
  const { error, message } = (body ?? {}) as { error?: unknown; message?: unknown };
  const inner = (typeof error === 'object' && error !== null ? error : { code: error, message }) as { code?: unknown; message?: unknown };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return new HttpError(status, text(inner.message), text(inner.code));
}

function post<T>(url: string, body: object): Promise<T> {
  return send<T>('POST', url, body);
}

async function send<T>(method: 'POST' | 'PUT', url: string, body: object): Promise<T> {
  const response = await fetch(url, { method, headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => null) as T;
  if (!response.ok) throw errorOf(response.status, answer);
  return answer;
}

export const api = {
  status: () => get<Status>('/api/v1/status'),
  feeds: async (): Promise<Feeds> => {
    const response = await fetch('/api/v1/feeds', { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new HttpError(response.status);
    // Not this computer's clock: a console that is minutes off would call a live feed old.
    const serverNow = Date.parse(response.headers.get('Date') ?? '') || Date.now();
    return { ...((await response.json()) as Omit<Feeds, 'serverNow'>), serverNow };
  },
  storage: () => get<Storage>('/api/v1/storage'),
  contact: (id: string, signal?: AbortSignal) => get<ContactDetail>(`/api/v1/contacts/${id}`, signal),
  vessel: (mmsi: number, signal?: AbortSignal) => get<ContactDetail>(`/api/v1/vessels/${mmsi}`, signal),
  search: (text: string, signal?: AbortSignal) => get<VesselPage>(`/api/v1/vessels?limit=20&q=${encodeURIComponent(text)}`, signal),
  trails: (bbox: string, minutes: number, signal?: AbortSignal) => get<Trails>(`/api/v1/trails?bbox=${bbox}&minutes=${minutes}`, signal),
  sensors: () => get<{ sensors: Sensor[] }>('/api/v1/sensors'),
  hand: (request: HandRequest) => post<{ id: number; contact: string }>('/api/v1/hand', request),
  /** The newest 500, of all contacts. */
  hands: () => get<{ hand: HandEntry[] }>('/api/v1/hand'),
  undo: (id: number, who: string, why: string) => post<unknown>('/api/v1/hand', { action: 'undo', undoes: id, who, why }),
  // Read by app/alertread.ts.
  alerts: (query: string) => get<{ alerts?: unknown[]; total?: number }>(`/api/v1/alerts${query}`),
  alert: (id: string, signal?: AbortSignal) => get<unknown>(`/api/v1/alerts/${id}`, signal),
  act: (id: string, action: AlertAction, who: string, reason: string) => post<unknown>(`/api/v1/alerts/${id}`, { action, who, reason }),
  rules: () => get<unknown>('/api/v1/alerts/rules'),
  turnRule: (rule: string, enabled: boolean, who: string) => post<unknown>('/api/v1/alerts/rules', { rule, enabled, who }),
  /** `check`: only whether the text is right. */
  setRules: (text: string, check: boolean, who: string) => post<unknown>('/api/v1/alerts/rules', { text, check, who }),
  precision: (exercise: boolean) => get<unknown>(`/api/v1/alerts/precision${exercise ? '?exercise=true' : ''}`),
  /** The bundle that `vigia verify` accepts: where the alert says that there is one. */
  evidence: async (id: string): Promise<Blob> => {
    const response = await fetch(`/api/v1/alerts/${id}/evidence`);
    if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null));
    return response.blob();
  },
  silence: (what: { rule?: string; contact?: string; mmsi?: number; minutes: number; who: string; reason: string }) => post<unknown>('/api/v1/alerts/silence', what),
  endSilence: (undo: number, who: string) => post<unknown>('/api/v1/alerts/silence', { undo, who }),
  handover: (who: string, to: string, note: string) => post<unknown>('/api/v1/alerts/handover', { who, to, note }),
  events: (query: string, signal?: AbortSignal) => get<{ events?: unknown[] }>(`/api/v1/events?${query}`, signal),
  trackOf: (query: string, signal?: AbortSignal) => get<{ points: TrackPoint[] }>(`/api/v1/history/track?${query}`, signal),
  areas: () => get<GeoJSON.FeatureCollection>('/api/v1/areas'),
  setAreas: (areas: GeoJSON.FeatureCollection) => send<unknown>('PUT', '/api/v1/areas', areas),
  makeCase: async (body: object): Promise<Blob> => {
    const response = await fetch('/api/v1/cases', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null));
    return response.blob();
  },
  layers: () => get<{ layers: LayerEntry[] }>('/api/v1/layers'),
};
