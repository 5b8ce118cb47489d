/** What the server knows of the selected thing beyond the stream: who said each field, trail, held positions. */
import { api, HttpError, TrailPoint, ContactDetail } from '../api';
import { historyVessel, Refused } from '../past/archive';
import { E4MIN } from '../stream/vessels';
import { Page, service } from './page';
import { PICTURE } from './picture';
import type { Selected } from './selection';

const REFRESH_MS = 10000;
/** Once the stream has brought something newer: the card names the report of each value. */
const REFRESH_NEWER_MS = 900;
/** So long an answer stands for the present, though the stream has run on. */
const CURRENT_MS = 2500;
/** While the past plays or is dragged. */
const REFRESH_PAST_MS = 2500, SETTLED_MS = 350;

export class Detail {
  selected: Selected | null = null;
  vessel: ContactDetail | null = null;
  /** How far back a trail goes in the past. */
  minutes = 30;
  state: 'idle' | 'loading' | 'here' | 'gone' | 'failed' = 'idle';
  trail: TrailPoint[] = [];
  /** Indices of `trail` that no line leads to. */
  breaks: ReadonlySet<number> = new Set();
  private abort: AbortController | null = null;
  private fetched = 0;
  private behind = 0; // since when the stream has been newer than the answer; 0: it is not
  private heard = 0; // when the selected thing was last heard, as of the question
  private settle = 0;
  private readonly picture = this.page.get(PICTURE);

  constructor(private readonly page: Page) {
    page.state.watch(['selected'], () => this.begin());
    page.bus.on('shown', () => this.begin());
    page.bus.on('hand', () => { if (this.selected !== null) void this.fetch(); });
    page.bus.on('ticked', () => this.extend() && page.bus.emit('redraw'));
  }

  /** The moment of the past in ms; null: the live picture. */
  private at(): number | null {
    return this.picture.isLive ? null : this.picture.clock.now();
  }

  /** Called once a second. */
  second(): void {
    if (this.selected === null) return;
    if (this.behind === 0 && this.heardTime() > this.heard) this.behind = performance.now();
    const wait = !this.picture.isLive ? REFRESH_PAST_MS : this.heardTime() > this.heard ? REFRESH_NEWER_MS : REFRESH_MS;
    if (performance.now() - this.fetched > wait) void this.fetch();
  }

  /** Does the answer still stand for the present? The stream may be a moment ahead of it. */
  get current(): boolean {
    return this.state === 'here' && (this.behind === 0 || performance.now() - this.behind < CURRENT_MS);
  }

  private heardTime(): number {
    const slot = this.picture.slotOf(this.selected);
    return slot >= 0 ? this.picture.vessels.heardTime[slot] : 0;
  }

  /** The newest position, taken from the stream. True when the trail grew. */
  private extend(): boolean {
    if (this.selected === null || this.state !== 'here') return false;
    const v = this.picture.vessels, slot = this.picture.slotOf(this.selected);
    if (slot < 0 || !v.hasPosition(slot)) return false;
    const last = this.trail[this.trail.length - 1];
    const time = v.positionTime[slot];
    if (last && time <= last[2]) return false;
    this.trail.push([v.lon[slot] / E4MIN, v.lat[slot] / E4MIN, time, v.speed(slot), v.course(slot)]);
    return true;
  }

  /** The past's moment was set by hand: what is known of then is asked when the hand rests. */
  moved(): void {
    if (this.selected === null) return;
    clearTimeout(this.settle);
    this.settle = window.setTimeout(() => void this.fetch(), SETTLED_MS);
  }

  private begin(): void {
    this.abort?.abort();
    this.selected = this.page.state.get().selected;
    this.vessel = null;
    this.behind = 0;
    this.trail = [];
    this.breaks = new Set();
    this.state = this.selected === null ? 'idle' : 'loading';
    this.tell();
    if (this.selected !== null) void this.fetch();
  }

  private async fetch(): Promise<void> {
    const { selected } = this, at = this.at();
    if (selected === null || (at !== null && selected.kind !== 'vessel')) return;
    this.fetched = performance.now();
    this.heard = this.heardTime();
    const abort = (this.abort = new AbortController());
    try {
      const vessel = at !== null && selected.kind === 'vessel' ? await historyVessel(selected.id, at, Math.max(10, this.minutes), abort.signal)
        : selected.kind === 'contact' ? await api.contact(selected.id, abort.signal) : await api.vessel(selected.id, abort.signal);
      if (abort.signal.aborted || this.picture.isLive !== (at === null)) return;
      if (at !== null) this.trail = this.trail.filter((p) => p[2] * 1000 <= this.picture.clock.now());
      const seen = this.trail[this.trail.length - 1]?.[2] ?? 0;
      const fromServer = vessel.trail ?? [];
      const newest = fromServer[fromServer.length - 1]?.[2] ?? 0;
      // Points the stream brought after the server cut its answer are kept.
      this.trail = seen > newest ? [...fromServer, ...this.trail.filter((p) => p[2] > newest)] : fromServer;
      this.breaks = new Set(vessel.breaks);
      this.vessel = vessel;
      this.state = 'here';
      this.behind = 0;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.state = (error instanceof HttpError || error instanceof Refused) && error.status === 404 ? 'gone' : this.vessel ? 'here' : 'failed';
    }
    this.tell();
  }

  private tell(): void {
    this.page.bus.emit('detail');
  }
}

export const DETAIL = service('detail', (page) => new Detail(page));
