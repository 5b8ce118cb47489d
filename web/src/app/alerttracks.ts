/** Where those were of whom the open alert tells, some time before and after it: from the archive, or from what is still known. */
import { AlertDetail, api } from '../api';
import { ALERTS } from './alerts';
import type { Course } from './behaviour';
import { FEEDS } from './feeds';
import { Page, service } from './page';

const MINUTE = 60000, HOUR = 60 * MINUTE;
/** A third of its length on each side, within these; of a long one only its end. */
const LEAST_MARGIN = 20 * MINUTE, MOST_MARGIN = 3 * HOUR, MOST_SPAN = 48 * HOUR;
const MOST_POINTS = 1500, MOST_TRACKS = 4;

/** From when to when an alert is looked at, ms. */
export function spanOf(begin: number, end: number): [from: number, to: number] {
  const margin = Math.min(MOST_MARGIN, Math.max(LEAST_MARGIN, (end - begin) / 3));
  const to = end + margin;
  return [Math.max(begin - margin, to - MOST_SPAN), to];
}

export class AlertTracks {
  tracks: Course[] = [];
  state: 'idle' | 'loading' | 'here' = 'idle';
  private of = '';
  private abort: AbortController | null = null;
  private readonly book = this.page.get(ALERTS);
  private readonly feeds = this.page.get(FEEDS);

  constructor(private readonly page: Page) {
    page.bus.on('alerts', () => this.follow());
  }

  private follow(): void {
    const { detail } = this.book, of = detail ? `${detail.id} ${detail.end ?? ''}` : '';
    if (of === this.of) return;
    const same = of.split(' ')[0] === this.of.split(' ')[0];
    this.of = of;
    this.abort?.abort();
    if (!same) this.tracks = [];
    this.state = detail ? 'loading' : 'idle';
    if (detail) void this.fetch(detail);
  }

  private async fetch(d: AlertDetail): Promise<void> {
    const abort = (this.abort = new AbortController()), begin = Date.parse(d.begin), end = d.end ? Date.parse(d.end) : begin;
    const [from, to] = spanOf(begin, end);
    const found = await Promise.all(this.book.who(d).slice(0, MOST_TRACKS).map((who) => this.one(who, from, to, who.name, abort.signal)));
    if (abort.signal.aborted) return;
    this.tracks = found.filter((track) => track.points.length > 0);
    this.state = 'here';
    this.page.bus.emit('alerts');
  }

  private async one({ mmsi, contact }: { mmsi: number; contact: string }, from: number, to: number, name: string, signal: AbortSignal): Promise<Course> {
    const iso = (ms: number) => new Date(ms).toISOString();
    if (mmsi && this.feeds.storage?.kept) {
      const step = Math.ceil((to - from) / 1000 / MOST_POINTS);
      try {
        const { points } = await api.trackOf(`mmsi=${mmsi}&from=${iso(from)}&to=${iso(to)}${step > 5 ? `&step=${step}` : ''}`, signal);
        if (points.length) return { name, points: points.map((p) => ({ t: Date.parse(p.time), lon: p.lon, lat: p.lat, speed: p.speed ?? null })) };
      } catch { /* nothing of her in it */ }
    }
    const answer = await (mmsi ? api.vessel(mmsi, signal) : api.contact(contact, signal)).catch(() => null);
    return { name, points: (answer?.trail ?? []).map(([lon, lat, t, speed]) => ({ t: t * 1000, lon, lat, speed })).filter((p) => p.t >= from && p.t <= to) };
  }
}

export const ALERT_TRACKS = service('alerttracks', (page) => new AlertTracks(page));
