/**
 * The health of what comes in and of where it is kept: /api/v1/feeds and /storage polled, /api/v1/notices pushed. Also the distress
 * alerts in force.
 */
import { api, Feeds, FeedState, Source, Status, Storage } from '../api';
import { Page, service } from './page';

export interface FeedEvent { feed: string; state: FeedState; time: string; error?: string | null }
export interface DistressEvent {
  mmsi: number; contact?: string; name?: string; class: string; state: 'active' | 'test' | 'ended'; lon?: number | null; lat?: number | null;
  time: string; source?: string; text?: string | null;
}

const POLL_MS = 5000;

export class FeedWatch {
  feeds: Feeds | null = null;
  failed = false;
  storage: Storage | null = null;
  status: Status | null = null;
  /** Feeds that are not well, by name; taken from events as they happen, corrected by each poll. */
  troubled = new Map<string, FeedEvent>();
  /** Calls that were told singly; `heard`: when, by performance.now(). A flood is told as a group. */
  distress = new Map<number, DistressEvent & { first: string; heard: number }>();
  /** How many call for help, as the events told last. */
  calling = 0;
  /** When each was first told of, kept through a hello. */
  private begun = new Map<number, string>();
  /** While the past is shown its sources have other numbers. */
  names: ((id: number) => string) | null = null;
  private sources = new Map<number, Source>();
  private polled = -Infinity;
  private answered = 0;

  /** True if everything was a recording, and all of it was read: what is shown is no longer live. */
  get over(): boolean {
    const feeds = this.feeds?.feeds ?? [];
    return feeds.length > 0 && feeds.every((feed) => feed.state === 'ended');
  }

  constructor(private readonly page: Page) {}

  start(): void {
    const { page } = this;
    // The browser's EventSource reconnects and sends Last-Event-ID by itself.
    const events = new EventSource('/api/v1/notices');
    const on = <T>(name: string, run: (data: T) => void) =>
      events.addEventListener(name, (message) => {
        try {
          run(JSON.parse((message as MessageEvent<string>).data) as T);
        } catch {
          console.warn('events: a message that is not JSON');
          return;
        }
        this.tell();
      });
    // After each hello all that is in force is told again; what ended while the line was down is not.
    events.addEventListener('hello', () => {
      this.distress.clear();
      this.calling = 0;
      this.troubled.clear();
    });
    on<FeedEvent>('feed', (event) => {
      if (event.state === 'stalled' || event.state === 'down') this.troubled.set(event.feed, event);
      else this.troubled.delete(event.feed);
      this.polled = -Infinity;
    });
    on<Storage>('storage', (event) => {
      this.storage = { ...this.storage, ...event, kept: true };
      this.polled = -Infinity;
    });
    on<{ calling: number }>('distress_group', (event) => { this.calling = event.calling; });
    on<{ id: string; state: string; severity: string }>('alert', (event) => page.bus.emit('alert', event));
    on<DistressEvent>('distress', (event) => {
      if (event.state === 'ended') {
        this.distress.delete(event.mmsi);
        this.begun.delete(event.mmsi);
        return;
      }
      if (!this.begun.has(event.mmsi)) this.begun.set(event.mmsi, event.time);
      this.distress.set(event.mmsi, { ...event, first: this.begun.get(event.mmsi)!, heard: performance.now() });
    });
  }

  /** Called once a second. */
  second(): void {
    if (performance.now() - this.polled < POLL_MS) return;
    this.polled = performance.now();
    api.status().then((status) => (this.status = status), () => undefined);
    api.storage().then((storage) => (this.storage = storage), () => undefined); // the feeds' answer says that nobody answers
    api.feeds().then(
      (feeds) => {
        this.feeds = feeds;
        this.answered = performance.now();
        this.failed = false;
        this.sources = new Map(feeds.sources.map((source) => [source.id, source]));
        for (const feed of feeds.feeds) {
          if (feed.state === 'stalled' || feed.state === 'down') {
            if (!this.troubled.has(feed.name)) this.troubled.set(feed.name, { feed: feed.name, state: feed.state, time: feed.since ?? feeds.time, error: feed.error });
          } else this.troubled.delete(feed.name);
        }
        this.tell();
      },
      () => {
        this.failed = true;
        this.tell();
      },
    );
  }

  /** The server's wall clock, carried on since the last poll. */
  serverNow(): number {
    return (this.feeds?.serverNow ?? Date.now()) + performance.now() - this.answered;
  }

  sourceName(id: number): string {
    return this.names ? this.names(id) : this.liveSourceName(id);
  }

  sourceId(name: string): number | undefined {
    for (const source of this.sources.values()) if (source.name === name) return source.id;
    return undefined;
  }

  liveSourceName(id: number): string {
    return this.sources.get(id)?.name ?? `#${id}`;
  }

  private tell(): void {
    this.page.bus.emit('feeds');
  }
}

export const FEEDS = service('feeds', (page) => new FeedWatch(page));
