/**
 * The picture's clock, carried on between TICKs. In a replay it may run at any rate, so the rate is measured, and the
 * clock never runs on for more than a few seconds past the last TICK: a lost connection must not look alive.
 */
const RUN_ON_MS = 6000;

export class PictureClock {
  rate = 1;
  private picture = 0; // ms since 1970 at the last TICK
  private local = 0; // performance.now() then
  private marks: { picture: number; local: number }[] = [];

  reset(): void {
    this.marks = [];
    this.rate = 1;
  }

  tick(clockUs: number, now: number): void {
    this.picture = clockUs / 1000;
    this.local = now;
    const last = this.marks[this.marks.length - 1];
    if (last && this.picture < last.picture) this.marks = []; // a replay began again
    if (!last || now - last.local > 400) this.marks.push({ picture: this.picture, local: now });
    if (this.marks.length > 25) this.marks.shift();
    const first = this.marks[0];
    if (now - first.local > 2500) this.rate = (this.picture - first.picture) / (now - first.local);
  }

  get known(): boolean {
    return this.picture > 0;
  }

  /** Milliseconds since 1970. */
  now(local = performance.now()): number {
    return this.picture + Math.min(local - this.local, RUN_ON_MS) * this.rate;
  }

  seconds(): number {
    return this.now() / 1000;
  }
}
