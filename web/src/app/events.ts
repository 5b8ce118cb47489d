/** What was observed in the time that the time bar shows: for its marks, and for the chart at the moment. */
import { api, HttpError, SeaEvent } from '../api';
import { readEvent } from './alertread';
import { Page, service } from './page';

/** A drag asks when it rests. */
const SETTLE_MS = 300;
const MOST_EVENTS = 2000;
/** An event without length is shown for so long around its moment. */
export const AROUND_MS = 10 * 60000;

/** Kinds that are of one sort have one colour: told apart by name where it is pointed at. */
export const GROUPS: Record<string, string> = {
  gap: 'silence', disabling: 'silence', encounter: 'meeting', meeting: 'meeting', loitering: 'motion', fishing: 'motion', drift: 'safety', stop: 'motion', anomaly: 'motion', deviation: 'motion',
  port_visit: 'place', area: 'place', gate: 'place', shore: 'place', identity: 'identity', spoofing: 'identity', voyage: 'identity', watchlist: 'identity', two_identities: 'identity',
  dark: 'sensor', unseen: 'sensor', close_quarters: 'safety', distress: 'safety',
};
export const groupOf = (kind: string): string => GROUPS[kind] ?? 'motion';

/** Those that go on at a moment. */
export function eventsAt(events: readonly SeaEvent[], ms: number): SeaEvent[] {
  return events.filter(({ begin, end }) => ms >= Date.parse(begin) - AROUND_MS && ms <= Math.max(Date.parse(end ?? begin), Date.parse(begin)) + AROUND_MS);
}

export class Events {
  events: SeaEvent[] = [];
  private span: [number, number] = [0, 0];
  private timer = 0;
  private abort: AbortController | null = null;
  private absent = false;

  constructor(private readonly page: Page) {
    page.bus.on('link', () => { this.absent = false; });
    page.state.watch(['exercise'], () => {
      const [from, to] = this.span;
      this.events = [];
      page.bus.emit('events');
      if (to > from) void this.fetch(from, to);
    });
  }

  /** Of this time, ms; asked once it rests. */
  show(from: number, to: number): void {
    if (this.absent || !(to > from) || (from === this.span[0] && to === this.span[1])) return;
    this.span = [from, to];
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(from, to), SETTLE_MS);
  }

  private async fetch(from: number, to: number): Promise<void> {
    this.abort?.abort();
    const abort = (this.abort = new AbortController()), iso = (ms: number) => new Date(ms).toISOString();
    try {
      const { events } = await api.events(`from=${iso(from)}&to=${iso(to)}&limit=${MOST_EVENTS}${this.page.state.get().exercise ? '&exercise=true' : ''}`, abort.signal);
      if (abort.signal.aborted) return;
      const { exercise } = this.page.state.get();
      this.events = (events ?? []).map(readEvent).filter((e) => Number.isFinite(Date.parse(e.begin)) && e.state !== 'withdrawn' && !!e.exercise === exercise);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.absent = error instanceof HttpError && (error.status === 404 || error.status === 410);
      this.events = [];
    }
    this.page.bus.emit('events');
  }
}

export const EVENTS = service('events', (page) => new Events(page));
