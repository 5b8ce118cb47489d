/** The server's archive: what there is, and its blocks, held within a bound. */
import type { ContactDetail, VesselDetail } from '../api';
import { Block, BlockVersionError, parseBlock } from './block';
import { Box, boxText, coarser, Plan } from './plan';

export const HOUR = 3600000;
/** Base stations and aids are shown for so long after their last word, longer than anything else. */
export const STATE_HOURS = 24;

export interface Hour { from: number; bytes: number; rev: string }
export interface Summary { from: number; to: number; last: number; final: number; hours: Hour[]; byTime: Map<number, Hour> }
interface SummaryJson { archive: boolean; from: string | null; to: string | null; last: string | null; final: string | null; hours: [number, number, string][] }

/** Positions held in memory, of all blocks together: 32 bytes each. */
const MOST_ROWS = 4_000_000;
const AT_ONCE = 3;
/** Numbers of sources that the live picture does not have. */
const FOREIGN = 8192;
const RETRY_MS = 3000;

export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly again: number) {
    super(message);
  }
}

/** Parts of the archive that an answer lacks, for they can't be read. */
export function unreadParts(response: Response): number {
  return Math.max(0, Number(response.headers.get('X-Vigia-Unread-Parts')) || 0);
}

async function ask(url: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Refused(response.status, body?.error?.message ?? `HTTP ${response.status}`, (Number(response.headers.get('Retry-After')) || 2) * 1000);
}

export async function fetchSummary(): Promise<Summary | null> {
  const j = (await (await ask('/api/v1/history')).json()) as SummaryJson;
  if (!j.archive || !j.from || !j.to || j.hours.length === 0) return null;
  const hours = j.hours.map(([s, bytes, rev]) => ({ from: s * 1000, bytes, rev }));
  return {
    from: Date.parse(j.from), to: Date.parse(j.to), last: Date.parse(j.last ?? j.to), final: Date.parse(j.final ?? j.from), hours,
    byTime: new Map(hours.map((hour) => [hour.from, hour])),
  };
}

/** One version for many hours: another one as soon as one of theirs is. */
export function revOf(revs: Iterable<string>): string {
  let hash = 0;
  for (const rev of revs) for (const c of `${rev} `) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0;
  return hash.toString(16);
}

type State = 'wanted' | 'loading' | 'here' | 'failed';
interface Entry { key: string; url: string; at: number; state: State; block: Block | null; used: number; abort: AbortController | null; retry: number }

/**
 * Blocks by address. want() says which are needed now, the first the most; what else waits or loads is given up. What was
 * used longest ago is dropped when there are too many rows.
 */
export class Blocks {
  /** Bytes came in, or failed to. */
  onChange: () => void = () => undefined;
  /** The server said that a step gives too many rows. */
  onTooMuch: (step: number) => void = () => undefined;
  failure = '';
  /** The server's version of a block, if it is not ours. */
  otherVersion: number | null = null;
  loads = 0;
  private entries = new Map<string, Entry>();
  private order: string[] = [];
  private running = 0;
  private clock = 0;
  private timer = 0;
  private sources = new Map<string, number>();
  readonly sourceNames = new Map<number, string>();

  /** liveSource: the number that the live picture has for a source's name, so that a filter by source holds for both. */
  constructor(private readonly summary: () => Summary | null, private readonly liveSource: (name: string) => number | undefined) {}

  private rev(from: number): string {
    const hour = Math.floor(from / HOUR) * HOUR;
    return this.summary()?.byTime.get(hour)?.rev ?? '0';
  }

  blockUrl(plan: Plan, from: number): string {
    return `/api/v1/history/block?bbox=${boxText(plan.box)}&from=${from / 1000}&seconds=${plan.seconds}&step=${plan.step}&rev=${this.rev(from)}`;
  }

  /** The state of the box at a moment; its version is that of all hours that it may come from. */
  stateUrl(box: Box, at: number): string {
    const revs: string[] = [];
    for (let back = 0; back <= STATE_HOURS; back++) revs.push(this.rev(at - back * HOUR));
    return `/api/v1/history/region?bbox=${boxText(box)}&at=${at / 1000}&format=binary&rev=${revOf(revs)}`;
  }

  get(url: string): Block | null {
    const entry = this.entries.get(url);
    if (!entry?.block) return null;
    entry.used = ++this.clock;
    return entry.block;
  }

  /** Is one of these still on its way, or failed? */
  stateOf(url: string): State | null {
    return this.entries.get(url)?.state ?? null;
  }

  want(urls: string[]): void {
    this.order = urls;
    const wanted = new Set(urls);
    for (const [key, entry] of this.entries) {
      if (wanted.has(key) || entry.state === 'here') continue;
      entry.abort?.abort();
      this.entries.delete(key);
    }
    urls.forEach((url, i) => {
      const entry = this.entries.get(url);
      if (!entry) this.entries.set(url, { key: url, url, at: i, state: 'wanted', block: null, used: ++this.clock, abort: null, retry: 0 });
      else if (entry.state === 'here') entry.used = ++this.clock;
    });
    this.pump();
  }

  private pump(): void {
    for (const url of this.order) {
      if (this.running >= AT_ONCE) return;
      const entry = this.entries.get(url);
      if (!entry || entry.state === 'here' || entry.state === 'loading' || entry.retry > performance.now()) continue;
      void this.load(entry);
    }
  }

  private async load(entry: Entry): Promise<void> {
    entry.state = 'loading';
    const abort = (entry.abort = new AbortController());
    this.running++;
    try {
      const response = await ask(entry.url, abort.signal);
      entry.block = this.own(parseBlock(await response.arrayBuffer()));
      entry.block.unread = unreadParts(response);
      entry.state = 'here';
      this.failure = '';
      this.otherVersion = null;
      this.loads++;
      this.shrink();
    } catch (error) {
      if (abort.signal.aborted) return;
      entry.state = 'failed';
      if (error instanceof BlockVersionError) this.otherVersion = error.version;
      entry.retry = performance.now() + (error instanceof Refused ? error.again : RETRY_MS);
      const step = /[?&]step=(\d+)/.exec(entry.url);
      if (error instanceof Refused && error.status === 413 && step && coarser(Number(step[1])) !== null) this.onTooMuch(Number(step[1]));
      else if (!(error instanceof Refused && error.status === 503)) this.failure = error instanceof Refused ? error.message : 'network';
      if (!this.timer) this.timer = window.setTimeout(() => {
        this.timer = 0;
        this.pump();
      }, Math.max(200, entry.retry - performance.now() + 10));
    } finally {
      this.running--;
      entry.abort = null;
      if (!abort.signal.aborted) this.onChange();
      this.pump();
    }
  }

  /** A block's own numbers of sources become ours. */
  private own(block: Block): Block {
    const to = block.sources.map((name) => {
      let id = this.sources.get(name);
      if (id === undefined) {
        this.sources.set(name, (id = this.liveSource(name) ?? FOREIGN + this.sources.size));
        this.sourceNames.set(id, name);
      }
      return id;
    });
    for (let i = 0; i < block.rows; i++) block.source[i] = to[block.source[i]] ?? 0;
    return block;
  }

  private shrink(): void {
    let rows = 0;
    const here = [...this.entries.values()].filter((entry) => entry.block);
    for (const entry of here) rows += entry.block!.rows + 64;
    here.sort((a, b) => a.used - b.used);
    const wanted = new Set(this.order.slice(0, 4));
    for (const entry of here) {
      if (rows <= MOST_ROWS) return;
      if (wanted.has(entry.key)) continue;
      rows -= entry.block!.rows + 64;
      this.entries.delete(entry.key);
    }
  }

  /** Parts that what is wanted lacks up to a moment, at least: two answers may lack the same ones. */
  unreadUntil(ms: number): number {
    return Math.max(0, ...this.order.map((url) => this.entries.get(url)?.block).map((block) => (block && block.base <= ms ? block.unread ?? 0 : 0)));
  }

  get heldRows(): number {
    let rows = 0;
    for (const entry of this.entries.values()) rows += entry.block?.rows ?? 0;
    return rows;
  }
}

/** Who the vessels of a box were, by the hour; a few hours are kept. */
export class Names {
  onChange: () => void = () => undefined;
  /** Parts that the names given last lack. */
  unread = 0;
  private held = new Map<string, { named: Map<number, VesselDetail>; unread: number }>();
  private loading = '';
  private retry = 0;

  constructor(private readonly summary: () => Summary | null) {}

  of(box: Box, ms: number): Map<number, VesselDetail> | null {
    const hour = Math.floor(ms / HOUR) * HOUR;
    const rev = this.summary()?.byTime.get(hour)?.rev;
    const url = `/api/v1/history/vessels?bbox=${boxText(box)}&from=${hour / 1000}&rev=${rev ?? '0'}`;
    const found = this.held.get(url);
    if (found) {
      this.held.delete(url); // the newest stand last
      this.held.set(url, found);
      this.unread = found.unread;
      return found.named;
    }
    if (this.loading === '' && performance.now() > this.retry) void this.load(url);
    return null;
  }

  private async load(url: string): Promise<void> {
    this.loading = url;
    try {
      const response = await ask(url);
      const { vessels } = (await response.json()) as { vessels: VesselDetail[] };
      this.held.set(url, { named: new Map(vessels.map((v) => [v.mmsi, v])), unread: unreadParts(response) });
      if (this.held.size > 8) this.held.delete(this.held.keys().next().value!);
    } catch {
      this.retry = performance.now() + RETRY_MS;
    }
    this.loading = '';
    this.onChange();
  }
}

export const historyVessel = async (mmsi: number, at: number, minutes: number, signal?: AbortSignal): Promise<ContactDetail> => {
  const response = await ask(`/api/v1/history/vessel?mmsi=${mmsi}&at=${at / 1000}&minutes=${minutes}`, signal);
  return { ...((await response.json()) as ContactDetail), unread: unreadParts(response) };
};
