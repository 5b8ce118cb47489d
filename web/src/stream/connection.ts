/**
 * Keeps one stream open: reconnects with back-off, calls 15 s of silence a loss, starts afresh when the tab wakes, and
 * reopens with another box on request.
 */
import { FrameParser, StreamSink, StreamVersionError } from './frames';

export type LinkState = 'connecting' | 'live' | 'lost';
export interface Box { west: number; south: number; east: number; north: number }

const SILENCE_MS = 15000;
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15000];
/** A tab that slept longer than this may hold minutes of backlog in its socket: a new stream is the quicker resync. */
const NAP_MS = 20000;

export class Connection {
  state: LinkState = 'connecting';
  lastHeard = 0; // performance.now() of the last bytes
  bytes = 0;
  /** The server's version of the stream, if it is not ours. */
  otherVersion: number | null = null;

  private abort: AbortController | null = null;
  private attempt = 0;
  private timer = 0;
  private box: Box | null = null;
  private hiddenSince = 0;

  constructor(private readonly url: string, private readonly sink: StreamSink, private readonly onState: () => void) {
    setInterval(() => this.watch(), 1000);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.hiddenSince = performance.now();
      else if (performance.now() - this.hiddenSince > NAP_MS) this.open(this.box);
    });
    addEventListener('online', () => this.state !== 'live' && this.open(this.box));
  }

  open(box: Box | null): void {
    this.box = box;
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    void this.read(abort);
  }

  private async read(abort: AbortController): Promise<void> {
    const parser = new FrameParser(this.sink);
    let wait = 0;
    try {
      const query = this.box ? `?bbox=${[this.box.west, this.box.south, this.box.east, this.box.north].map((v) => v.toFixed(4)).join(',')}` : '';
      const response = await fetch(this.url + query, { signal: abort.signal, cache: 'no-store' });
      if (!response.ok || !response.body) {
        wait = Number(response.headers.get('Retry-After')) * 1000 || 0;
        throw new Error(`HTTP ${response.status}`);
      }
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || abort.signal.aborted) break;
        this.lastHeard = performance.now();
        this.bytes += value.length;
        parser.push(value);
        this.attempt = 0;
        this.otherVersion = null;
        this.set('live');
      }
    } catch (error) {
      if (error instanceof StreamVersionError) this.otherVersion = error.version;
      if (!abort.signal.aborted) console.warn('stream:', error instanceof Error ? error.message : error);
    }
    if (abort !== this.abort) return; // replaced by a newer one
    abort.abort();
    this.set('lost');
    const backoff = BACKOFF_MS[Math.min(this.attempt++, BACKOFF_MS.length - 1)];
    // The jitter keeps a room of consoles from returning to a restarted server in the same instant.
    this.timer = window.setTimeout(() => this.open(this.box), Math.max(wait, backoff * (0.8 + 0.4 * Math.random())));
  }

  private watch(): void {
    if (this.state === 'live' && performance.now() - this.lastHeard > SILENCE_MS) {
      this.set('lost');
      this.open(this.box);
    }
  }

  private set(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    this.onState();
  }
}
