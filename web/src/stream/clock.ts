/**
 * The picture's clock, carried on between TICKs. In a replay it may run at any rate, so the rate is measured, and the
 * clock never runs on for more than a few seconds past the last TICK: a lost connection must not look alive.
 */
const RUN_ON_MS = 6000;
/** While a page loads it hears TICKs late, and in heaps. */
const SETTLE_MS = 2000;
const APART_MS = 400, SPAN_MS = 1900, MOST_MARKS = 25;

interface Mark { picture: number; local: number }

/** The middle of the slopes between all marks: some that were heard late do not bend it. */
export function rateOf(marks: readonly Mark[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < marks.length; i++)
    for (let j = i + 1; j < marks.length; j++) slopes.push((marks[j].picture - marks[i].picture) / (marks[j].local - marks[i].local));
  slopes.sort((a, b) => a - b);
  const half = slopes.length >> 1;
  return slopes.length % 2 ? slopes[half] : (slopes[half - 1] + slopes[half]) / 2;
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
    const last = this.marks.at(-1);
    if (last && now - last.local < APART_MS) return;
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
