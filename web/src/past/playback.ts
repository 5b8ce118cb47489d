/**
 * The past: which moment is shown, whether it runs, and what of the archive that needs. While it is on, the page's
 * vessels and clock are those of the past; the live stream goes on beside them, and live alarms stay live.
 */
import { DETAIL } from '../app/detail';
import { FEEDS } from '../app/feeds';
import { Page, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { CHART } from '../map/chart';
import { PictureClock } from '../stream/clock';
import { Blocks, fetchSummary, HOUR, Names, STATE_HOURS, Summary } from './archive';
import { Block, emptyRows } from './block';
import { Presence, presenceOf, setNext, stateAfter, stateOfRegion } from './presence';
import { Box, boxText, coarser, holds, Plan, planFor, snapBox, STEPS, viewBox } from './plan';
import { PastVessels } from './vessels';

const SUMMARY_MS = 30000;
const FRAME_MS = 50;
/** A slow machine keeps its pace; a tab that slept must not jump ahead. */
const LONGEST_FRAME_MS = 1500;

export class PastClock extends PictureClock {
  ms = 0;
  override get known(): boolean {
    return true;
  }
  override now(): number {
    return this.ms;
  }
}

type Since = Parameters<typeof presenceOf>[1];

export class Playback {
  on = false;
  playing = false;
  speed = 60;
  time = 0;
  /** As long as trails are drawn: shorter where there are too many. */
  trailShown = 30;
  /** What the server has; null: nothing, or nothing known yet. */
  summary: Summary | null = null;
  summaryState: 'unknown' | 'loading' | 'here' | 'none' | 'failed' = 'unknown';
  /** The moment's block is on its way. */
  waiting = false;
  plan: Plan | null = null;
  presence: Presence | null = null;
  readonly vessels = new PastVessels();
  readonly clock = new PastClock();
  readonly blocks = new Blocks(() => this.summary, (name) => this.feeds.sourceId(name));
  readonly names = new Names(() => this.summary);
  /** What is shown is of the moment before, for the block of this one is not here yet: shown so, and unmoved. */
  held = false;
  private sinceUnread = 0;
  private presenceUrl = '';
  private presencePlan: Plan | null = null;
  private since: Since = null;
  private least = 0; // step below which the server has refused
  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly detail = this.page.get(DETAIL);
  private readonly chart = this.page.get(CHART);
  private lastFrame = 0;
  private opening: number | null = null;

  constructor(private readonly page: Page) {
    this.blocks.onChange = () => this.refresh();
    this.blocks.onTooMuch = (step) => {
      this.least = Math.max(this.least, coarser(step) ?? step);
      this.replan(true);
    };
    this.names.onChange = () => this.refresh();
    this.chart.map.on('moveend', () => this.on && this.replan(false));
    setInterval(() => {
      if (this.on && !document.hidden) void this.look();
    }, SUMMARY_MS);
    page.state.watch(['past'], () => {
      if (page.state.get().past) void this.open();
      else this.close();
    });
    const frame = (now: number) => {
      requestAnimationFrame(frame);
      if (this.on && now - this.lastFrame >= FRAME_MS) this.frame(now);
    };
    requestAnimationFrame(frame);
  }

  /** How far back trails go, as chosen. */
  get trailMinutes(): number {
    return this.detail.minutes;
  }

  private tell(): void {
    this.page.bus.emit('playback');
  }

  private moved(): void {
    this.page.bus.emit('moment');
  }

  // ---- what a person does ----

  /** Opens the past at a moment, or where the archive ends. */
  async open(at: number | null = null): Promise<void> {
    if (this.on) return at === null ? undefined : this.seek(at);
    this.opening = at;
    this.on = this.waiting = true;
    this.playing = false;
    this.time = this.clock.ms = Math.round(at ?? (this.picture.clock.known ? this.picture.clock.now() : Date.now()));
    this.picture.show(this.vessels, this.clock);
    this.vessels.reset();
    this.page.state.set({ past: true, hover: -1 });
    document.body.classList.add('has-past');
    this.feeds.names = (id) => this.blocks.sourceNames.get(id) ?? '';
    this.tell();
    this.page.bus.emit('shown');
    await this.look();
  }

  close(): void {
    if (!this.on) return;
    this.on = this.playing = this.waiting = this.held = false;
    document.body.classList.remove('past-held');
    this.picture.show();
    this.feeds.names = null;
    this.presence = null;
    this.sinceUnread = 0;
    this.presenceUrl = '';
    this.blocks.want([]);
    document.body.classList.remove('has-past');
    this.page.state.set({ past: false, hover: -1 });
    this.tell();
    this.page.bus.emit('shown');
  }

  play(on = !this.playing): void {
    if (!this.on || !this.summary) return;
    // At the end there is nothing to play: from an hour before it.
    if (on && this.time >= this.summary.last - 1000) this.seek(Math.max(this.summary.from, this.summary.last - HOUR));
    this.playing = on;
    this.lastFrame = performance.now();
    this.tell();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.replan(true);
    this.tell();
  }

  setTrail(minutes: number): void {
    this.detail.minutes = minutes;
    this.refresh();
    this.page.bus.emit('redraw');
    this.tell();
  }

  seek(ms: number): void {
    if (!this.on) return;
    const s = this.summary;
    this.time = Math.round(s ? Math.min(Math.max(ms, s.from), Math.max(s.last, s.from)) : ms);
    if (!this.presence) this.clock.ms = this.time;
    this.refresh();
    this.detail.moved();
    this.moved();
  }

  /** Parts of the archive that what is shown lacks, at least; 0: none. */
  get unread(): number {
    return this.on ? Math.max(this.sinceUnread, this.names.unread, this.blocks.unreadUntil(this.time)) : 0;
  }

  /** Is there anything in the hour of this moment? */
  hasData(ms = this.time): boolean {
    return this.summary?.byTime.has(Math.floor(ms / HOUR) * HOUR) ?? false;
  }

  /** Is there anything in the hours from which a state at this moment may come? */
  private hasStates(ms: number): boolean {
    for (let back = 0; back <= STATE_HOURS; back++) if (this.hasData(ms - back * HOUR)) return true;
    return false;
  }

  // ---- what there is ----

  async look(): Promise<void> {
    if (this.summaryState !== 'here') this.summaryState = 'loading';
    try {
      const summary = await fetchSummary();
      this.summary = summary;
      this.summaryState = summary ? 'here' : 'none';
      if (!summary) this.waiting = false;
      if (summary && this.opening !== undefined) {
        const at = this.opening;
        this.opening = null;
        if (!this.plan || at !== null || this.time > summary.last || this.time < summary.from) this.seek(at ?? Math.min(this.time, summary.last));
      }
      if (this.on) this.replan(false);
    } catch {
      this.summaryState = 'failed';
    }
    this.tell();
    this.moved();
  }

  // ---- what is asked ----

  private view(): Box {
    const b = this.chart.map.getBounds();
    return viewBox(b.getWest(), b.getSouth(), b.getEast(), b.getNorth(), 0);
  }

  private replan(anew: boolean): void {
    if (!this.on || !this.summary) return;
    const b = this.chart.map.getBounds();
    const box = this.plan && holds(this.plan.box, this.view()) ? this.plan.box : snapBox(viewBox(b.getWest(), b.getSouth(), b.getEast(), b.getNorth()));
    if (this.plan && boxText(box) !== boxText(this.plan.box)) this.least = 0;
    const plan = planFor(box, this.speed);
    plan.step = STEPS.find((s) => s >= Math.max(plan.step, this.least)) ?? plan.step;
    const same = this.plan && boxText(plan.box) === boxText(this.plan.box) && plan.seconds === this.plan.seconds && plan.step === this.plan.step;
    if (!same) this.plan = plan;
    if (!same || anew || !this.presence) this.refresh();
  }

  private start(plan: Plan, ms = this.time): number {
    return Math.floor(ms / (plan.seconds * 1000)) * plan.seconds * 1000;
  }

  /** A block of an hour without parts is known to be empty. */
  private block(plan: Plan, from: number): Block | null {
    if (this.hasData(from)) return this.blocks.get(this.blocks.blockUrl(plan, from));
    return { ...emptyRows(0), base: from, end: from + plan.seconds * 1000, step: plan.step, final: false, west: 0, south: 0, east: 0, north: 0, vessels: 0, rows: 0,
      mmsi: new Uint32Array(0), first: new Int32Array(1), sources: [] };
  }

  private ask(plan: Plan, from: number, known: boolean): void {
    const length = plan.seconds * 1000;
    const froms = [from, from + length];
    if (this.playing) for (let k = 2; k <= (this.speed >= 60 ? 3 : 2); k++) froms.push(from + k * length);
    for (let at = from - length; at > this.time - this.trailMinutes * 60000 - length; at -= length) froms.push(at);
    const urls = froms.filter((at) => this.hasData(at) && at <= (this.summary?.last ?? at)).map((at) => this.blocks.blockUrl(plan, at));
    if (!known && this.hasStates(from)) urls.splice(1, 0, this.blocks.stateUrl(plan.box, from));
    this.blocks.want(urls);
  }

  /** What the moment needs is asked for, and taken if it is there. */
  private refresh(): void {
    const { plan, summary } = this;
    if (!this.on || !plan || !summary) return;
    const from = this.start(plan);
    const url = this.hasData(from) ? this.blocks.blockUrl(plan, from) : `empty ${boxText(plan.box)} ${plan.seconds} ${from}`;
    const samePlan = this.presencePlan === plan;
    const follows = samePlan && this.presence !== null && this.presence.block.end === from;
    const again = samePlan && this.presence !== null && this.presence.block.base === from;
    this.ask(plan, from, follows || again);
    if (url !== this.presenceUrl || !samePlan) {
      const block = this.block(plan, from);
      const since = this.sinceFor(plan, from, follows, again);
      if (block && since !== undefined) {
        if (!again) this.sinceUnread = follows ? this.presence!.block.unread ?? 0 : this.blocks.get(this.blocks.stateUrl(plan.box, from))?.unread ?? 0;
        this.since = since;
        this.presence = presenceOf(block, since);
        this.presenceUrl = url;
        this.presencePlan = plan;
      }
    }
    const here = url === this.presenceUrl && this.presencePlan === plan;
    if (this.presence && here && !this.presence.next) {
      const next = this.block(plan, from + plan.seconds * 1000);
      if (next) setNext(this.presence, next);
    }
    if (this.waiting === here) {
      this.waiting = !here;
      this.tell();
    }
    this.show();
  }

  /** undefined: not here yet. */
  private sinceFor(plan: Plan, from: number, follows: boolean, again: boolean): Since | undefined {
    if (follows) return stateAfter(this.presence!);
    if (again) return this.since;
    if (!this.hasStates(from)) return null;
    const region = this.blocks.get(this.blocks.stateUrl(plan.box, from));
    return region ? stateOfRegion(region) : undefined;
  }

  private show(): void {
    const { presence } = this;
    // What is known of another stretch of time says nothing of this moment: nobody is moved by it.
    const held = presence !== null && (this.time < presence.block.base || this.time >= presence.block.end);
    if (held !== this.held) {
      this.held = held;
      document.body.classList.toggle('past-held', held);
      if (!held) this.detail.moved();
      this.tell();
    }
    if (!presence || !this.plan || held) return;
    this.clock.ms = this.time;
    this.vessels.show(presence, this.names.of(this.plan.box, this.time), this.time);
    this.page.bus.emit('ticked');
  }

  // ---- time ----

  private frame(now: number): void {
    const passed = Math.min(now - this.lastFrame, LONGEST_FRAME_MS);
    this.lastFrame = now;
    const { summary, plan } = this;
    if (!this.playing || !summary || !plan) return;
    if (!this.waiting) {
      this.time = Math.min(this.time + passed * this.speed, summary.last);
      if (this.time >= summary.last) {
        this.playing = false;
        this.tell();
      }
    }
    if (this.presence && (this.time >= this.presence.block.end || this.time < this.presence.block.base || this.waiting)) this.refresh();
    else this.show();
    this.moved();
  }
}

export const PLAYBACK = service('playback', (page) => new Playback(page));
