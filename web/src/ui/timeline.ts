/** The time bar's canvas: hours as bars of their activity, the scale, the moment shown. Drag to a moment, wheel to zoom. */
import { formatTime, pad } from '../app/format';
import { lang, t } from '../i18n';
import type { SeaEvent } from '../api';
import { clockText, eventTitle } from '../app/alerttext';
import { groupOf } from '../app/events';
import { HOUR, Hour } from '../past/archive';
import type { Playback } from '../past/playback';
import { h } from './dom';

const MINUTE = 60000, DAY = 24 * HOUR;
const LEAST_SPAN = 10 * MINUTE, MOST_SPAN = 366 * DAY;
/** Steps of the scale; each is the first whose marks stand this far apart. */
const STEPS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY];
const MARK_PX = 74;
const BARS_TOP = 14, SCALE = 20;
/** Marks of events stand in a lane above the bars; a pointer so near is on one. */
const LANE = 7, MARK = 3.5, NEAR_PX = 6;

export function stepFor(msPerPixel: number): number {
  return STEPS.find((step) => step / msPerPixel >= MARK_PX) ?? STEPS[STEPS.length - 1];
}

/** A mark's word: the time, or at midnight the day. */
export function markText(ms: number, step: number, language: string): string {
  if (ms % DAY === 0 || step >= DAY) return new Intl.DateTimeFormat(language, { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(ms);
  return formatTime(ms).slice(0, 5);
}

/** Activity 0–1 of an hour: by the bytes of its parts, which grow with the reports in it. */
function heights(hours: Hour[]): Map<number, number> {
  const most = hours.reduce((m, hour) => Math.max(m, hour.bytes), 1);
  return new Map(hours.map((hour) => [hour.from, Math.sqrt(hour.bytes / most)]));
}

export class Timeline {
  readonly el = h('canvas', { class: 'timeline', id: 'timeline', tabIndex: 0, role: 'slider' });
  from = 0;
  to = 0;
  private readonly ctx = this.el.getContext('2d')!;
  private bars = new Map<number, number>();
  private barsOf: Hour[] | null = null;
  /** What was observed in the time that is shown. */
  events: readonly SeaEvent[] = [];
  private pointed: SeaEvent | null = null;
  private dragging = false;
  private panning: { x: number; from: number } | null = null;
  private hover = -1;
  private queued = 0;

  constructor(private readonly playback: Playback, private readonly onSpan: () => void) {
    const { el } = this;
    el.addEventListener('pointerdown', (event) => {
      el.setPointerCapture(event.pointerId);
      if (event.button === 2 || event.button === 1 || event.shiftKey) this.panning = { x: event.offsetX, from: this.from };
      else if (this.eventAt(event.offsetX, event.offsetY)) {
        this.playback.play(false);
        this.playback.seek(Date.parse(this.eventAt(event.offsetX, event.offsetY)!.begin));
      } else {
        this.dragging = true;
        this.playback.play(false);
        this.seekTo(event.offsetX);
      }
    });
    el.addEventListener('pointermove', (event) => {
      this.hover = event.offsetX;
      this.pointed = this.dragging ? null : this.eventAt(event.offsetX, event.offsetY);
      el.style.cursor = this.pointed ? 'pointer' : '';
      if (this.panning) this.show(this.panning.from - (event.offsetX - this.panning.x) * this.msPerPixel, this.to - this.from);
      else if (this.dragging) this.seekTo(event.offsetX);
      this.invalidate();
    });
    const end = () => {
      this.dragging = false;
      this.panning = null;
    };
    el.addEventListener('pointerup', end);
    el.addEventListener('pointercancel', end);
    el.addEventListener('pointerleave', () => {
      this.hover = -1;
      this.pointed = null;
      this.invalidate();
    });
    el.addEventListener('contextmenu', (event) => event.preventDefault());
    el.addEventListener('wheel', (event) => {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.show(this.from + event.deltaX * this.msPerPixel, this.to - this.from);
      else this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(event.offsetX));
    }, { passive: false });
    new ResizeObserver(() => this.invalidate()).observe(el);
  }

  private get width(): number {
    return this.el.clientWidth || 1;
  }

  private get msPerPixel(): number {
    return (this.to - this.from) / this.width;
  }

  private timeAt(x: number): number {
    return this.from + x * this.msPerPixel;
  }

  private x(ms: number): number {
    return (ms - this.from) / this.msPerPixel;
  }

  /** The mark at a place of the canvas, the nearest one. */
  private eventAt(x: number, y: number): SeaEvent | null {
    if (y > LANE + NEAR_PX) return null;
    let found: SeaEvent | null = null, least = NEAR_PX + 1;
    for (const event of this.events) {
      const away = Math.abs(this.x(Date.parse(event.begin)) - x);
      if (away < least) {
        least = away;
        found = event;
      }
    }
    return found;
  }

  private seekTo(x: number): void {
    this.playback.seek(this.timeAt(Math.min(this.width, Math.max(0, x))));
  }

  /** The last day of what there is, or all if that is less. */
  begin(): void {
    const s = this.playback.summary;
    if (!s) return;
    const span = Math.min(DAY, Math.max(HOUR, s.to - s.from));
    this.show(Math.min(s.to, Math.max(s.from + span, this.playback.time + span / 4)) - span, span);
  }

  zoom(factor: number, around = this.playback.time): void {
    const span = Math.min(MOST_SPAN, Math.max(LEAST_SPAN, (this.to - this.from) * factor));
    const share = (around - this.from) / (this.to - this.from);
    this.show(around - share * span, span);
  }

  private show(from: number, span: number): void {
    const s = this.playback.summary;
    const room = span * 0.5;
    this.from = s ? Math.min(Math.max(from, s.from - room), s.to + room - span) : from;
    this.to = this.from + span;
    this.onSpan();
    this.invalidate();
  }

  /** The moment stays in sight while it plays, and when it is set from elsewhere. */
  follow(): void {
    const { time } = this.playback;
    const span = this.to - this.from;
    if (!this.dragging && span > 0 && (time < this.from || time > this.to)) this.show(time > this.to ? time - span * 0.1 : time - span * 0.5, span);
    this.invalidate();
  }

  invalidate(): void {
    if (!this.queued) this.queued = requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { el, ctx, playback: past } = this;
    const dpr = devicePixelRatio || 1, width = el.clientWidth, height = el.clientHeight;
    if (!width || !height) return;
    if (el.width !== Math.round(width * dpr) || el.height !== Math.round(height * dpr)) {
      el.width = Math.round(width * dpr);
      el.height = Math.round(height * dpr);
    }
    const style = getComputedStyle(el);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const base = height - SCALE;
    ctx.font = `500 11px ${style.fontFamily}`;
    ctx.textBaseline = 'middle';
    if (past.summary) this.drawBars(base, colour);
    this.drawScale(width, base, colour);
    this.drawEvents(width, base, colour);
    this.drawMoment(width, base, colour);
  }

  private drawBars(base: number, colour: (name: string) => string): void {
    const { ctx } = this;
    const { summary, time } = this.playback;
    if (!summary) return;
    if (this.barsOf !== summary.hours) {
      this.bars = heights(summary.hours);
      this.barsOf = summary.hours;
    }
    // Several hours may share a pixel: then the highest counts.
    const perBar = Math.max(1, Math.ceil((2 * this.msPerPixel) / HOUR)) * HOUR;
    const room = base - BARS_TOP;
    const begun = Math.floor(Math.max(this.from, summary.from) / perBar) * perBar;
    for (let at = begun; at < Math.min(this.to, summary.to); at += perBar) {
      let share = 0;
      for (let hour = at; hour < at + perBar; hour += HOUR) share = Math.max(share, this.bars.get(hour) ?? 0);
      const x = this.x(at), w = Math.max(1, perBar / this.msPerPixel - (perBar / this.msPerPixel > 5 ? 1.5 : 0));
      if (share === 0) {
        // Nothing was recorded: said by a mark, not by emptiness alone.
        ctx.fillStyle = colour('--line-strong');
        ctx.fillRect(x, base - 2, w, 1);
        if (w > 44) {
          ctx.fillStyle = colour('--text-soft');
          ctx.textAlign = 'center';
          ctx.fillText(t('past.noDataShort'), x + w / 2, base - room / 2);
        }
        continue;
      }
      const y = base - Math.max(3, share * room);
      ctx.fillStyle = colour(at + perBar <= time ? '--past-bar' : '--past-bar-ahead');
      ctx.fillRect(x, y, w, base - y);
      if (at < time && time < at + perBar) {
        ctx.fillStyle = colour('--past-bar');
        ctx.fillRect(x, y, Math.min(w, this.x(time) - x), base - y);
      }
    }
  }

  private drawScale(width: number, base: number, colour: (name: string) => string): void {
    const { ctx } = this;
    const step = stepFor(this.msPerPixel);
    ctx.fillStyle = colour('--line-strong');
    ctx.fillRect(0, base, width, 1);
    ctx.textAlign = 'center';
    for (let at = Math.ceil(this.from / step) * step; at < this.to; at += step) {
      const x = this.x(at), midnight = at % DAY === 0;
      ctx.fillStyle = colour('--line-strong');
      ctx.fillRect(Math.round(x), midnight ? BARS_TOP : base, 1, midnight ? base - BARS_TOP + 4 : 4);
      if (x < 18 || x > width - 18) continue;
      ctx.fillStyle = colour(midnight ? '--text' : '--text-soft');
      ctx.fillText(markText(at, step, lang()), x, base + 12);
    }
  }

  private drawEvents(width: number, base: number, colour: (name: string) => string): void {
    const { ctx } = this, colours = new Map<string, string>();
    for (const event of this.events) {
      const x = this.x(Date.parse(event.begin)), end = this.x(Date.parse(event.end ?? event.begin)), group = groupOf(event.kind);
      if (end < 0 || x > width) continue;
      if (!colours.has(group)) colours.set(group, colour(`--event-${group}`));
      ctx.fillStyle = colours.get(group)!;
      ctx.globalAlpha = 0.4;
      if (end - x > 2) ctx.fillRect(x, LANE - 0.75, end - x, 1.5);
      ctx.globalAlpha = 1;
      const size = event === this.pointed ? MARK + 1.5 : MARK;
      ctx.beginPath();
      ctx.moveTo(x, LANE - size);
      ctx.lineTo(x + size, LANE);
      ctx.lineTo(x, LANE + size);
      ctx.lineTo(x - size, LANE);
      ctx.fill();
    }
    if (!this.pointed) return;
    const at = Date.parse(this.pointed.begin), x = this.x(at);
    this.label(t('past.eventAt', { what: eventTitle(this.pointed.kind), time: clockText(at, at) }), x, width, base, colour);
  }

  /** A line on the scale, for what is pointed at. */
  private label(text: string, x: number, width: number, base: number, colour: (name: string) => string): void {
    const { ctx } = this, w = ctx.measureText(text).width + 12, left = Math.min(width - w, Math.max(0, x - w / 2));
    ctx.fillStyle = colour('--surface-3');
    ctx.fillRect(left, base + 2, w, SCALE - 3);
    ctx.fillStyle = colour('--text');
    ctx.textAlign = 'left';
    ctx.fillText(text, left + 6, base + 12);
  }

  private drawMoment(width: number, base: number, colour: (name: string) => string): void {
    const { ctx, hover, playback: past } = this;
    if (past.summary) {
      const live = this.x(past.summary.last);
      ctx.fillStyle = colour('--good');
      if (live >= 0 && live <= width) ctx.fillRect(Math.round(live) - 1, BARS_TOP, 2, base - BARS_TOP);
    }
    const x = Math.round(this.x(past.time));
    ctx.fillStyle = colour('--past');
    ctx.fillRect(x - 1, 2, 2, base - 2);
    ctx.beginPath();
    ctx.moveTo(x - 7, 0);
    ctx.lineTo(x + 7, 0);
    ctx.lineTo(x + 7, 5);
    ctx.lineTo(x, 12);
    ctx.lineTo(x - 7, 5);
    ctx.fill();
    if (hover < 0 || this.pointed || this.dragging || Math.abs(hover - x) < 6) return;
    const at = this.timeAt(hover), d = new Date(at);
    const text = `${pad(d.getUTCDate(), 2)}-${pad(d.getUTCMonth() + 1, 2)} ${formatTime(at).slice(0, this.msPerPixel < 2000 ? 8 : 5)}`;
    ctx.fillStyle = colour('--text-soft');
    ctx.fillRect(Math.round(hover), BARS_TOP, 1, base - BARS_TOP);
    this.label(text, hover, width, base, colour);
  }
}
