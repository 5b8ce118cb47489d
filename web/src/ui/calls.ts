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

/** What calls: a slot of the stream, or one that is known from an event alone, as −1 − its number there. */
type Caller = number;

export class Calls {
  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly link = this.page.get(LINK);
  private readonly chart = this.page.get(CHART);
  private looked = -Infinity;
  private real: Caller[] = [];
  private test: Caller[] = [];
  private early: (DistressEvent & { first: string })[] = [];
  /** By slot: whose call it is, and when it was first known of, ms UTC; of what the first pass brought, when it was heard last. */
  private begunBy = new Uint32Array(0);
  private begun = new Float64Array(0);

  constructor(private readonly page: Page) {
    page.bus.on('feeds', () => { this.looked = -Infinity; });
  }

  /** How many call, or are tested. */
  count(test: boolean): number {
    return this.callers(test).length;
  }

  /** How many call beyond these: while the stream is away the events alone tell how many there are. */
  missing(): number {
    return this.link.state === 'live' ? 0 : Math.max(0, this.feeds.calling - this.count(false));
  }

  /** Of many, who is told of first: the newest, then of the others those nearest to the middle of the chart. */
  foremost(test: boolean, newest: number, nearest: number): { newest: Call[]; nearest: Call[] } {
    const callers = this.callers(test), { lng, lat } = this.chart.map.getCenter();
    const first = least(callers, newest, (caller) => -this.since(caller));
    const away = (caller: Caller) => {
      const place = first.includes(caller) ? null : this.place(caller);
      return place ? distanceNm(lng, lat, place[0], place[1]) : NaN;
    };
    const near = least(callers, nearest, away).filter((caller) => !Number.isNaN(away(caller)));
    return { newest: first.map((caller) => this.call(caller, test)), nearest: near.map((caller) => this.call(caller, test)) };
  }

  private callers(test: boolean): readonly Caller[] {
    if (performance.now() - this.looked >= LOOK_MS) this.look();
    return test ? this.test : this.real;
  }

  private since(caller: Caller): number {
    return caller >= 0 ? this.begun[caller] : Date.parse(this.early[-1 - caller].first);
  }

  private place(caller: Caller): [lon: number, lat: number] | null {
    const v = this.picture.live, event = caller >= 0 ? this.feeds.distress.get(v.mmsi[caller]) : this.early[-1 - caller];
    if (caller >= 0 && v.hasPosition(caller)) return [v.lon[caller] / E4MIN, v.lat[caller] / E4MIN];
    return typeof event?.lon === 'number' && typeof event.lat === 'number' ? [event.lon, event.lat] : null;
  }

  private call(caller: Caller, test: boolean): Call {
    const v = this.picture.live, event = caller >= 0 ? this.feeds.distress.get(v.mmsi[caller]) : this.early[-1 - caller], place = this.place(caller);
    const streamed = caller >= 0;
    return { mmsi: streamed ? v.mmsi[caller] : event!.mmsi, cls: streamed ? v.cls[caller] : classOf(event!), test, lon: place?.[0], lat: place?.[1], since: this.since(caller),
      name: (streamed && v.name[caller]) || event?.name || '', text: event?.text ?? '', source: event?.source || (streamed ? this.feeds.liveSourceName(v.source[caller]) : '') };
  }

  private look(): void {
    const v = this.picture.live; // a call for help is now, whatever is shown
    this.looked = performance.now();
    this.room(v.high);
    this.real = [];
    this.test = [];
    for (let slot = 0; slot < v.high; slot++) {
      const flags = v.live[slot] ? v.flags[slot] & (FLAG.distress | FLAG.test) : 0;
      if (!flags) this.begunBy[slot] = 0;
      else {
        if (this.begunBy[slot] !== v.mmsi[slot]) this.begin(slot);
        (flags & FLAG.distress ? this.real : this.test).push(slot);
      }
    }
    this.lookAtEvents();
  }

  private begin(slot: number): void {
    const v = this.picture.live, event = this.feeds.distress.get(v.mmsi[slot]);
    this.begunBy[slot] = v.mmsi[slot];
    this.begun[slot] = event ? Date.parse(event.first) : v.heardTime[slot] * 1000;
  }

  /** Singly told calls that the stream doesn't have: not yet, or no more. */
  private lookAtEvents(): void {
    const v = this.picture.live;
    this.early = [];
    for (const event of this.feeds.distress.values()) {
      const slot = v.find(event.mmsi);
      if (slot >= 0 && this.begunBy[slot] === event.mmsi) continue;
      if (this.link.state === 'live' && this.looked - event.heard > STREAM_LATE_MS) {
        this.feeds.distress.delete(event.mmsi);
        continue;
      }
      this.early.push(event);
      (event.state === 'test' ? this.test : this.real).push(-this.early.length);
    }
  }

  private room(slots: number): void {
    if (slots <= this.begun.length) return;
    const begun = new Float64Array(2 * slots), by = new Uint32Array(2 * slots);
    begun.set(this.begun);
    by.set(this.begunBy);
    this.begun = begun;
    this.begunBy = by;
  }
}

export const CALLS = service('calls', (page) => new Calls(page));

function classOf(event: DistressEvent): number {
  return event.class === 'sart' ? CLASS.sart : event.class === 'mob' ? CLASS.mob : event.class === 'epirb' ? CLASS.epirb : CLASS.a;
}
