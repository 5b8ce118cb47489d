/** What the server knows of the selected vessel beyond the stream: provenance, trail, held positions. */
import { api, HttpError, TrailPoint, VesselDetail } from '../api';
import { historyVessel, Refused } from '../past/archive';
import { E4MIN, Vessels } from '../stream/vessels';
import type { State } from './state';

const REFRESH_MS = 10000;
/** While the past plays or is dragged. */
const REFRESH_PAST_MS = 2500, SETTLED_MS = 350;

/** What is shown: the vessels, and for the past its moment and how far back a trail goes. */
export interface Shown { vessels: Vessels; at: number | null; minutes: number }

export class Detail {
  mmsi: number | null = null;
  vessel: VesselDetail | null = null;
  state: 'idle' | 'loading' | 'here' | 'gone' | 'failed' = 'idle';
  trail: TrailPoint[] = [];
  /** Indices of `trail` that no line leads to. */
  breaks: ReadonlySet<number> = new Set();
  private abort: AbortController | null = null;
  private fetched = 0;
  private watchers: (() => void)[] = [];
  private settle = 0;

  constructor(private readonly state_: State, private readonly shown: () => Shown) {
    state_.watch(['selected'], () => this.begin());
  }

  watch(run: () => void): void {
    this.watchers.push(run);
  }

  /** Called once a second. */
  beat(): void {
    if (this.mmsi !== null && !document.hidden && performance.now() - this.fetched > (this.shown().at === null ? REFRESH_MS : REFRESH_PAST_MS)) void this.fetch();
  }

  /** The selected vessel's newest position, taken from the stream. True when the trail grew. */
  extend(): boolean {
    if (this.mmsi === null || this.state !== 'here') return false;
    const v = this.shown().vessels, slot = v.find(this.mmsi);
    if (slot < 0 || !v.hasPosition(slot)) return false;
    const last = this.trail[this.trail.length - 1];
    const time = v.positionTime[slot];
    if (last && time <= last[2]) return false;
    this.trail.push([v.lon[slot] / E4MIN, v.lat[slot] / E4MIN, time, v.speed(slot), v.course(slot)]);
    return true;
  }

  /** The past's moment was set by hand: what is known of then is asked when the hand rests. */
  moved(): void {
    if (this.mmsi === null) return;
    clearTimeout(this.settle);
    this.settle = window.setTimeout(() => void this.fetch(), SETTLED_MS);
  }

  begin(): void {
    this.abort?.abort();
    this.mmsi = this.state_.get().selected;
    this.vessel = null;
    this.trail = [];
    this.breaks = new Set();
    this.state = this.mmsi === null ? 'idle' : 'loading';
    this.tell();
    if (this.mmsi !== null) void this.fetch();
  }

  private async fetch(): Promise<void> {
    const { mmsi } = this, { at, minutes } = this.shown();
    if (mmsi === null) return;
    this.fetched = performance.now();
    const abort = (this.abort = new AbortController());
    try {
      const vessel = at === null ? await api.vessel(mmsi, abort.signal) : await historyVessel(mmsi, at, Math.max(10, minutes), abort.signal);
      if (abort.signal.aborted || (this.shown().at === null) !== (at === null)) return;
      if (at !== null) this.trail = this.trail.filter((p) => p[2] * 1000 <= this.shown().at!);
      const seen = this.trail[this.trail.length - 1]?.[2] ?? 0;
      const fromServer = vessel.trail ?? [];
      const newest = fromServer[fromServer.length - 1]?.[2] ?? 0;
      // Points the stream brought after the server cut its answer are kept.
      this.trail = seen > newest ? [...fromServer, ...this.trail.filter((p) => p[2] > newest)] : fromServer;
      this.breaks = new Set(vessel.breaks);
      this.vessel = vessel;
      this.state = 'here';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.state = (error instanceof HttpError || error instanceof Refused) && error.status === 404 ? 'gone' : this.vessel ? 'here' : 'failed';
    }
    this.tell();
  }

  private tell(): void {
    for (const run of this.watchers) run();
  }
}
