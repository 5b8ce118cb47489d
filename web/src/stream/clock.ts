/**
 * The picture's clock, carried on between TICKs. In a replay it may run at any rate, so the rate is measured, and the
 * clock never runs on for more than a few seconds past the last TICK: a lost connection must not look alive.
 */
const RUN_ON_MS = 6000;
/** While a page loads it hears TICKs late, and in heaps. */
const SETTLE_MS = 2000;
/** A rate is told from so long a stretch on, and measured over so many TICKs: about 20 s. */
const SPAN_MS = 3900, MOST_MARKS = 80;

interface Mark { picture: number; local: number }

/**
 * A TICK may be heard late, on a busy machine by a second, but never early. So of the first and of the last third of the
 * marks the one counts that was the least late, as far as the rate itself tells that: found in a few rounds.
 */
export function rateOf(marks: readonly Mark[]): number {
  const first = marks[0], last = marks[marks.length - 1], third = (last.local - first.local) / 3;
  const early = marks.filter((mark) => mark.local <= first.local + third), late = marks.filter((mark) => mark.local >= last.local - third);
  let rate = (last.picture - first.picture) / (last.local - first.local);
  const ahead = (mark: Mark) => mark.picture - first.picture - (mark.local - first.local) * rate;
  const best = (of: readonly Mark[]) => of.reduce((a, b) => (ahead(b) > ahead(a) ? b : a));
  for (let round = 0; round < 4; round++) {
    const a = best(early), b = best(late);
    rate = (b.picture - a.picture) / (b.local - a.local);
  }
  return rate;
}

export class PictureClock {
  rate = 1;
  private picture = 0; // ms since 1970 at the last TICK
  private local = 0; // performance.now() then
  private begun: number | null = null; // performance.now() of the first TICK
  private marks: Mark[] = [];

  reset(): void {
    this.marks = [];
    this.begun = null;
    this.rate = 1;
  }

  tick(clockUs: number, now: number): void {
    this.picture = clockUs / 1000;
    this.local = now;
    this.begun ??= now;
    if (now - this.begun < SETTLE_MS) return;
    if (this.picture < (this.marks.at(-1)?.picture ?? -Infinity)) this.marks = []; // a replay began again
    if (this.marks.at(-1)?.local === now) this.marks.pop(); // heard in one heap: the last is the least late
    this.marks.push({ picture: this.picture, local: now });
    if (this.marks.length > MOST_MARKS) this.marks.shift();
    if (now - this.marks[0].local > SPAN_MS) this.rate = rateOf(this.marks);
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
