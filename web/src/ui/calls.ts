/**
 * Those who call for help now, and tests of their devices. The stream tells of each, wherever the chart looks; events are heeded
 * where they are earlier. Looked up at most once a second: there may be thousands.
 */
import { DistressEvent, FEEDS } from '../app/feeds';
import { LINK } from '../app/link';
import { Page, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { t } from '../i18n';
import { CHART } from '../map/chart';
import { distanceNm } from '../map/geo';
import { CLASS, E4MIN, FLAG } from '../stream/vessels';

export interface Call { mmsi: number; cls: number; name: string; lat?: number; lon?: number; since: number; source: string; test: boolean; text: string }

export function callName(cls: number): string {
  return t(cls === CLASS.sart ? 'distress.sart' : cls === CLASS.mob ? 'distress.mob' : cls === CLASS.epirb ? 'distress.epirb' : 'distress.other');
}

/** The stream tells of a call within seconds; an event of which it does not know by then is over. */
const STREAM_LATE_MS = 20000;
const LOOK_MS = 1000;

/** The `n` of smallest `key` in that order, without sorting the rest; those without a number last. */
export function least<T>(items: readonly T[], n: number, key: (item: T) => number): T[] {
  const kept: { item: T; key: number }[] = [];
  if (n <= 0) return [];
  for (const item of items) {
    const said = key(item), k = Number.isNaN(said) ? Infinity : said;
    if (kept.length === n && !(k < kept[n - 1].key)) continue;
    let at = kept.length;
    while (at > 0 && k < kept[at - 1].key) at--;
    kept.splice(at, 0, { item, key: k });
    if (kept.length > n) kept.pop();
  }
  return kept.map(({ item }) => item);
}

/** Who is told of first: the newest, then the nearest to a place, nobody twice. */
export function foremost(calls: readonly Call[], lon: number, lat: number, newest: number, nearest: number): { newest: Call[]; nearest: Call[] } {
  const first = least(calls, newest, (call) => -call.since);
  const told = new Set(first);
  const away = (call: Call) => (call.lat === undefined || call.lon === undefined ? Infinity : distanceNm(lon, lat, call.lon, call.lat));
  return { newest: first, nearest: least(calls.filter((call) => !told.has(call) && call.lat !== undefined), nearest, away) };
}

export class Calls {
  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly link = this.page.get(LINK);
  private readonly chart = this.page.get(CHART);
  /** When each was first known of, ms UTC; of those that the first pass brought, when they were heard last. */
  private begun = new Map<number, number>();
  private looked = -Infinity;
  private real: Call[] = [];
  private test: Call[] = [];

  constructor(private readonly page: Page) {
    page.bus.on('feeds', () => { this.looked = -Infinity; });
  }

  /** Of all that call, or whose device is tested. */
  list(test: boolean): readonly Call[] {
    if (performance.now() - this.looked >= LOOK_MS) this.look();
    return test ? this.test : this.real;
  }

  /** How many call beyond the list: while the stream is away the events alone tell how many there are. */
  missing(): number {
    return this.link.state === 'live' ? 0 : Math.max(0, this.feeds.calling - this.list(false).length);
  }

  /** Of many, the newest and those nearest to the middle of the chart. */
  foremost(test: boolean, newest: number, nearest: number): { newest: Call[]; nearest: Call[] } {
    const { lng, lat } = this.chart.map.getCenter();
    return foremost(this.list(test), lng, lat, newest, nearest);
  }

  private look(): void {
    const v = this.picture.live; // a call for help is now, whatever is shown
    const found = new Map<number, Call>(), begun = new Map<number, number>();
    this.looked = performance.now();
    const since = (mmsi: number, at: number) => {
      const first = this.begun.get(mmsi) ?? at;
      begun.set(mmsi, first);
      return first;
    };
    for (let slot = 0; slot < v.high; slot++)
      if (v.live[slot] && v.flags[slot] & (FLAG.distress | FLAG.test)) {
        const mmsi = v.mmsi[slot], placed = v.hasPosition(slot), event = this.feeds.distress.get(mmsi);
        found.set(mmsi, { mmsi, cls: v.cls[slot], test: !(v.flags[slot] & FLAG.distress), name: v.name[slot] || event?.name || '', text: event?.text ?? '',
          lat: placed ? v.lat[slot] / E4MIN : event?.lat ?? undefined, lon: placed ? v.lon[slot] / E4MIN : event?.lon ?? undefined,
          source: event?.source || this.feeds.liveSourceName(v.source[slot]), since: since(mmsi, event ? Date.parse(event.first) : v.heardTime[slot] * 1000) });
      }
    for (const event of this.feeds.distress.values()) {
      if (found.has(event.mmsi)) continue;
      if (this.link.state === 'live' && this.looked - event.heard > STREAM_LATE_MS) {
        this.feeds.distress.delete(event.mmsi);
        continue;
      }
      found.set(event.mmsi, { mmsi: event.mmsi, cls: classOf(event), test: event.state === 'test', lat: event.lat ?? undefined, lon: event.lon ?? undefined,
        name: event.name ?? '', text: event.text ?? '', source: event.source ?? '', since: since(event.mmsi, Date.parse(event.first)) });
    }
    this.begun = begun;
    this.real = [];
    this.test = [];
    for (const call of found.values()) (call.test ? this.test : this.real).push(call);
  }
}

export const CALLS = service('calls', (page) => new Calls(page));

function classOf(event: DistressEvent): number {
  return event.class === 'sart' ? CLASS.sart : event.class === 'mob' ? CLASS.mob : event.class === 'epirb' ? CLASS.epirb : CLASS.a;
}
