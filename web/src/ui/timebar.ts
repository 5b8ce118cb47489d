/**
 * The time bar: which moment of the past is shown, and all that moves it. It is there only while the past is, and says so
 * in colour, in words and with the way back to now always in reach.
 */
import { Page, register } from '../app/page';
import { EVENTS } from '../app/events';
import { PICTURE } from '../app/picture';
import { CHART } from '../map/chart';
import { BLOCK_VERSION } from '../past/block';
import { DENSITY } from '../past/densitymap';
import { PLAYBACK } from '../past/playback';
import { formatDate, formatIso, formatNumber, formatTime, pad } from '../app/format';
import { Key, lang, t } from '../i18n';
import { SPEEDS } from '../past/plan';
import { h, icon, iconButton, replace, setText } from './dom';
import { Timeline } from './timeline';

const TRAILS = [0, 10, 30, 60, 180];
/** Seconds that one step goes, by speed. */
const STEP_S: Record<number, number> = { 1: 10, 10: 60, 60: 300, 300: 1800, 600: 3600 };

/** "2026-11-22 05:20[:33]", with or without T and Z, or a time alone on the day of `near`. Null: neither. */
export function parseMoment(text: string, near: number): number | null {
  const day = formatIso(near).slice(0, 10);
  const full = /^\d{1,2}:\d\d/.test(text.trim()) ? `${day} ${text.trim().padStart(5, '0')}` : text.trim();
  const m = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d)(?::(\d\d))?)?\s*Z?$/i.exec(full);
  if (!m) return null;
  const [year, month, date, hour, minute, second] = m.slice(1).map((n) => Number(n ?? 0));
  const ms = Date.UTC(year, month - 1, date, hour, minute, second);
  const back = new Date(ms);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === date && hour < 24 && minute < 60 && second < 60 ? ms : null;
}

export class TimeBar {
  readonly el = h('section', { class: 'timebar', id: 'timebar', hidden: true });
  private readonly frame = h('div', { class: 'past-frame', hidden: true, 'aria-hidden': 'true' });
  private readonly timeline: Timeline;
  private readonly clock = h('span', { class: 'past-time', id: 'past-time' });
  private readonly date = h('span', { class: 'past-date', id: 'past-date' });
  private readonly note = h('span', { class: 'past-note', id: 'past-note', role: 'status' });
  private readonly unread = h('span', { class: 'past-unread', id: 'past-unread', role: 'status', hidden: true });
  private readonly liveNow = h('span', { class: 'to-live-time' });
  private readonly densityKey = h('span', { class: 'density-key', id: 'density-key', hidden: true });
  private readonly jump = h('input', { type: 'text', id: 'past-jump', class: 'past-jump', spellcheck: false, autocomplete: 'off' });
  private readonly menu = h('div', { class: 'past-menu', id: 'past-menu', hidden: true });
  private play!: HTMLButtonElement;
  private densityButton!: HTMLButtonElement;
  private saves!: HTMLButtonElement;
  private speeds = new Map<number, HTMLButtonElement>();
  private placed = false;
  private tabbing = false;
  /** The keyboard brought the focus to where it is. */
  private tabbed = false;

  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);
  private readonly playback = this.page.get(PLAYBACK);
  private readonly density = this.page.get(DENSITY);
  private readonly events = this.page.get(EVENTS);
  readonly keys = [{ key: 'h', text: 'help.key.past' as const, run: () => this.page.state.set({ past: !this.page.state.get().past }) },
    { key: 'PastPlay', shown: () => t('key.space'), text: 'help.key.pastPlay' as const }, { key: 'PastStep', shown: '← →', text: 'help.key.pastStep' as const }, { key: 'PastSpeed', shown: '< >', text: 'help.key.pastSpeed' as const }];

  constructor(private readonly page: Page) {
    const past = this.playback;
    document.getElementById('app')!.append(this.frame);
    this.timeline = new Timeline(past, () => {
      this.density.setSpan(this.timeline.from, this.timeline.to);
      this.events.show(this.timeline.from, this.timeline.to);
    });
    page.bus.on('events', () => {
      this.timeline.events = this.page.state.get().hidden.has('events') ? [] : this.events.events;
      this.timeline.el.title = this.timeline.events.length ? t('past.events', { n: formatNumber(this.timeline.events.length, lang()) }) : '';
      this.timeline.invalidate();
    });
    page.state.watch(['hidden'], () => page.bus.emit('events'));
    page.bus.on('playback', () => this.update());
    page.bus.on('moment', () => this.quarter());
    page.bus.on('density', () => this.update());
    page.state.watch(['look'], () => this.timeline.invalidate());
    addEventListener('focusin', () => (this.tabbed = this.tabbing), true);
    addEventListener('keydown', (event) => {
      this.tabbing ||= event.key === 'Tab';
      this.key(event);
    }, true);
    addEventListener('pointerdown', (event) => {
      this.tabbing = false;
      if (!this.menu.hidden && event.target instanceof Node && !this.menu.contains(event.target) && !this.saves.contains(event.target)) this.menu.hidden = true;
    }, true);
    // A click on a button leaves the keyboard where it was: the space bar then plays, and does not press the button again.
    this.el.addEventListener('mousedown', (event) => {
      if (event.target instanceof Element && event.target.closest('button')) event.preventDefault();
    });
    this.jump.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      const at = parseMoment(this.jump.value, past.time);
      this.jump.classList.toggle('wrong', at === null);
      if (at === null) return this.page.bus.emit('announce', t('past.jumpWrong'));
      past.play(false);
      past.seek(at);
      this.timeline.follow();
      this.jump.blur();
    });
    this.jump.addEventListener('blur', () => {
      this.jump.classList.remove('wrong');
      this.quarter();
    });
  }

  render(): void {
    const past = this.playback;
    const button = (id: string, picture: Parameters<typeof icon>[0], label: string, run: () => void, text = '') =>
      h('button', { type: 'button', class: 'past-button', id, title: label, 'aria-label': label, onclick: run }, icon(picture), text && h('span', { class: 'past-button-text' }, text));
    this.play = h('button', { type: 'button', class: 'past-play', id: 'past-play', onclick: () => past.play() });
    this.densityButton = button('past-density', 'density', t('past.densityTitle'), () => this.density.set(!this.density.on), t('past.density'));
    this.saves = button('past-export', 'download', t('past.export'), () => this.openMenu(), t('past.export'));
    this.speeds.clear();
    const trail = h('select', { id: 'past-trail', class: 'past-select', 'aria-label': t('past.trails'), onchange: (event: Event) => {
      const field = event.target as HTMLSelectElement;
      past.setTrail(Number(field.value));
      field.blur(); // the keys are the time bar's again
    } },
      ...TRAILS.map((minutes) => h('option', { value: String(minutes), selected: minutes === past.trailMinutes },
        minutes === 0 ? t('past.trailsOff') : minutes < 60 ? t('past.minutes', { n: minutes }) : t('past.hours', { n: minutes / 60 }))));
    const speeds = h('div', { class: 'segments past-speeds', role: 'group', 'aria-label': t('past.speed') }, ...SPEEDS.map((speed) => {
      const b = h('button', { type: 'button', id: `past-speed-${speed}`, title: t('past.times', { n: speed }), onclick: () => past.setSpeed(speed) }, `${speed}×`);
      this.speeds.set(speed, b);
      return b;
    }));
    this.el.setAttribute('aria-label', t('past.label'));
    this.timeline.el.setAttribute('aria-label', t('past.timeline'));
    this.jump.placeholder = t('past.jumpPlaceholder');
    this.jump.setAttribute('aria-label', t('past.jump'));
    this.jump.title = t('past.jump');
    replace(this.el,
      h('div', { class: 'past-say' }, this.unread, this.densityKey, this.note),
      h('div', { class: 'past-row' },
        h('div', { class: 'past-when' }, h('span', { class: 'past-badge', id: 'past-badge' }, t('past.badge')), this.clock, h('span', { class: 'past-zone' }, 'UTC'), this.date),
        h('div', { class: 'past-transport' }, button('past-back', 'stepback', t('past.stepBack'), () => this.step(-1)), this.play, button('past-forward', 'stepforward', t('past.stepForward'), () => this.step(1))),
        speeds, this.jump,
        h('label', { class: 'past-label' }, h('span', { class: 'past-label-text' }, t('past.trails')), trail),
        this.densityButton, h('div', { class: 'past-saves' }, this.saves, this.menu), h('span', { class: 'gap' }),
        h('button', { type: 'button', class: 'to-live', id: 'past-live', onclick: () => past.close() }, h('i', { class: 'to-live-dot' }), h('span', {}, t('past.toLive')), this.liveNow)),
      h('div', { class: 'past-line' }, this.timeline.el,
        h('div', { class: 'past-zoom' }, iconButton('plus', t('past.zoomIn'), () => this.timeline.zoom(0.5), { id: 'past-zoom-in' }), iconButton('minus', t('past.zoomOut'), () => this.timeline.zoom(2), { id: 'past-zoom-out' }))));
    this.update();
  }

  private update(): void {
    const past = this.playback, { density } = this;
    this.el.hidden = this.frame.hidden = !past.on;
    if (!past.on) {
      if (density.on) density.set(false);
      this.placed = false;
      this.menu.hidden = true;
      return;
    }
    if (past.summary && !this.placed) {
      this.placed = true;
      this.timeline.begin();
    }
    const label = t(past.playing ? 'past.pause' : 'past.play');
    if (this.play.title !== label) {
      this.play.title = label;
      this.play.setAttribute('aria-label', label);
      replace(this.play, icon(past.playing ? 'pause' : 'play'));
    }
    this.play.disabled = !past.summary;
    for (const [speed, button] of this.speeds) button.setAttribute('aria-pressed', String(speed === past.speed));
    this.densityButton.setAttribute('aria-pressed', String(density.on));
    this.densityButton.classList.toggle('busy', density.state === 'loading');
    this.densityKey.hidden = density.state === 'off';
    setText(this.densityKey, density.state === 'loading' ? t('past.densityLoading') : density.state === 'failed' ? t('past.densityFailed') : t('past.densityKey'));
    this.densityKey.classList.toggle('density-ramp', density.state === 'here');
    this.timeline.invalidate();
    this.quarter();
  }

  /** The moment changed, or time went on. */
  quarter(): void {
    const past = this.playback;
    if (!past.on) return;
    setText(this.clock, formatTime(past.time));
    setText(this.date, formatDate(past.time, lang()));
    setText(this.liveNow, this.picture.liveClock.known ? formatTime(this.picture.liveClock.now()) : '');
    if (document.activeElement !== this.jump) this.jump.value = formatIso(past.time).slice(0, 16);
    const [kind, text] = this.say();
    setText(this.note, text);
    this.note.dataset.kind = kind;
    const unread = Math.max(past.unread, this.density.unread);
    this.unread.hidden = unread === 0;
    setText(this.unread, unread ? t('past.unread', { n: formatNumber(unread, lang()) }) : '');
    this.timeline.el.setAttribute('aria-valuetext', formatIso(past.time));
    this.timeline.el.setAttribute('aria-valuenow', String(Math.round(past.time / 1000)));
    if (past.summary) {
      this.timeline.el.setAttribute('aria-valuemin', String(past.summary.from / 1000));
      this.timeline.el.setAttribute('aria-valuemax', String(Math.round(past.summary.last / 1000)));
    }
    if (this.placed) this.timeline.follow();
  }

  /** What is wrong or on its way, in words. */
  private say(): ['bad' | 'warn' | 'wait' | 'soft', string] {
    const past = this.playback;
    if (past.summaryState === 'failed' || past.blocks.failure === 'network') return ['bad', t('past.network')];
    if (past.summaryState === 'none') return ['bad', t('past.none')];
    if (!past.summary) return ['soft', t('past.loading')];
    if (past.blocks.failure) return ['bad', t('past.refused', { text: past.blocks.failure })];
    if (past.blocks.otherVersion !== null) return ['bad', t('link.otherVersion', { server: past.blocks.otherVersion, page: BLOCK_VERSION })];
    if (past.held) {
      const shown = formatIso(past.clock.ms), far = shown.slice(0, 10) !== formatIso(past.time).slice(0, 10);
      return ['wait', t('past.loadingFrom', { time: far ? shown.slice(0, 19) : formatTime(past.clock.ms) })];
    }
    if (past.waiting) return ['wait', t('past.loading')];
    if (!past.hasData()) return ['warn', t('past.noData')];
    const step = past.presence?.block.step ?? 0;
    const cut = past.trailMinutes > 0 && past.trailShown < past.trailMinutes;
    return ['soft', [step >= 30 && t('past.thinned', { n: step }), cut && t('past.trailsCut', { n: past.trailShown })].filter(Boolean).join(' · ')];
  }

  private step(sign: number, times = 1): void {
    const past = this.playback;
    past.play(false);
    past.seek(past.time + sign * times * (STEP_S[past.speed] ?? 60) * 1000);
    this.timeline.follow();
  }

  private key(event: KeyboardEvent): void {
    const past = this.playback, { state } = this.page;
    if (!past.on || event.ctrlKey || event.metaKey || event.altKey || state.get().help) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.matches('input, textarea, select')) return;
    // A button that the keyboard went to is the keyboard's; one that was clicked before is not.
    if (event.key === ' ' && target?.matches('button, a') && this.tabbed) return;
    const speeds = SPEEDS, at = speeds.indexOf(past.speed);
    const run: Record<string, () => void> = {
      ' ': () => past.play(),
      ArrowLeft: () => this.step(-1, event.shiftKey ? 10 : 1),
      ArrowRight: () => this.step(1, event.shiftKey ? 10 : 1),
      '<': () => past.setSpeed(speeds[Math.max(0, at - 1)]),
      '>': () => past.setSpeed(speeds[Math.min(speeds.length - 1, at + 1)]),
      Home: () => past.summary && past.seek(past.summary.from),
      End: () => past.summary && past.seek(past.summary.last),
    };
    // Within a list Home and End are the list's; on the timeline + and − are the scale's.
    if ((event.key === 'Home' || event.key === 'End') && target?.matches('[role=grid]')) return;
    if (target === this.timeline.el) {
      run['+'] = () => this.timeline.zoom(0.5);
      run['-'] = () => this.timeline.zoom(2);
    }
    const action = run[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  // ---- saving ----

  private openMenu(): void {
    this.menu.hidden = !this.menu.hidden;
    if (this.menu.hidden) return;
    const { timeline } = this, past = this.playback;
    const b = this.chart.map.getBounds();
    const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;
    const [west, east] = b.getEast() - b.getWest() >= 360 ? [-180, 180] : [wrap(b.getWest()), wrap(b.getEast())];
    const bbox = [west, Math.max(-90, b.getSouth()), east, Math.min(90, b.getNorth())].map((n) => n.toFixed(5)).join(',');
    const iso = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000', '');
    const name = (ms: number) => iso(ms).replace(/:/g, '').replace('Z', '');
    const from = Math.max(timeline.from, past.summary?.from ?? 0), to = Math.min(timeline.to, past.summary?.to ?? 0);
    const save = (id: string, key: Key, url: string, file: string) =>
      h('a', { id, href: url, download: file, onclick: () => { this.menu.hidden = true; } }, icon('download'), h('span', {}, t(key)));
    const region = `/api/v1/history/region?bbox=${bbox}&at=${iso(past.time)}&format=`;
    const span = `/api/v1/history/export?bbox=${bbox}&from=${iso(from)}&to=${iso(to)}&format=`;
    const day = (ms: number) => `${pad(new Date(ms).getUTCDate(), 2)}-${pad(new Date(ms).getUTCMonth() + 1, 2)} ${formatTime(ms).slice(0, 5)}`;
    replace(this.menu,
      h('h4', {}, t('past.exportMoment', { time: `${day(past.time)}` })),
      save('past-save-csv', 'past.exportCsv', `${region}csv`, `vigia-${name(past.time)}.csv`),
      save('past-save-geojson', 'past.exportGeojson', `${region}geojson`, `vigia-${name(past.time)}.geojson`),
      h('h4', {}, t('past.exportSpan', { from: day(from), to: day(to) })),
      save('past-save-span-csv', 'past.exportCsv', `${span}csv`, `vigia-${name(from)}-${name(to)}.csv`),
      save('past-save-span-geojson', 'past.exportGeojson', `${span}geojson`, `vigia-${name(from)}-${name(to)}.geojson`),
      h('p', { class: 'hint' }, t('past.exportNote')));
  }
}

register({ id: 'timebar', title: 'past.title', place: 'page', order: 70, mount: (page) => new TimeBar(page) });
