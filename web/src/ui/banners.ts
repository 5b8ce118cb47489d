/**
 * What must not be overlooked, above everything else: distress first, then a lost link or old data, a disk that takes nothing
 * more, then feeds in trouble.
 */
import type { App } from '../app/app';
import type { DistressEvent } from '../app/feeds';
import { formatAge, formatBytes, formatPosition, formatTime } from '../app/format';
import { lang, t } from '../i18n';
import { CLASS, E4MIN, FLAG } from '../stream/vessels';
import { h, icon, replace } from './dom';

/** The server ticks at least every 5 s; a clock that has not been told for this long is old. */
const OLD_MS = 15000;

interface Distress { mmsi: number; what: string; name: string; lat?: number; lon?: number; since: string; source: string; test: boolean; text: string }

export class Banners {
  readonly el = h('div', { class: 'banners', id: 'banners' });
  private readonly loud = h('div', { role: 'alert' });
  private readonly calm = h('div', { role: 'status' });
  private hidden = new Set<string>();
  private shown = '';

  constructor(private readonly app: App) {
    replace(this.el, this.loud, this.calm);
    app.feeds.watch(() => this.refresh());
  }

  render(): void {
    this.shown = '';
    this.refresh();
  }

  /** Those in distress now, real ones first. Told by events; the stream's flags are heeded too, should events be late. */
  list(): Distress[] {
    const { app } = this;
    const v = app.live; // a call for help is now, whatever is shown
    const now = app.liveClock.known ? app.liveClock.now() : Date.now();
    const found = new Map<number, Distress>();
    const put = (mmsi: number, cls: number, test: boolean, time: number, lat?: number, lon?: number, source = '', text = '') => {
      const what = cls === CLASS.sart ? t('distress.sart') : cls === CLASS.mob ? t('distress.mob') : cls === CLASS.epirb ? t('distress.epirb') : t('distress.other');
      const slot = v.find(mmsi);
      found.set(mmsi, { mmsi, what, test, lat, lon, source, text, name: slot >= 0 ? v.name[slot] : '', since: time ? t('distress.since', { age: formatAge((now - time) / 1000) }) : '' });
    };
    for (let slot = 0; slot < v.high; slot++)
      if (v.live[slot] && v.flags[slot] & (FLAG.distress | FLAG.test)) {
        const place = v.hasPosition(slot) ? [v.lat[slot] / E4MIN, v.lon[slot] / E4MIN] : [];
        put(v.mmsi[slot], v.cls[slot], !(v.flags[slot] & FLAG.distress), v.positionTime[slot] * 1000, place[0], place[1], app.feeds.liveSourceName(v.source[slot]));
      }
    for (const event of app.feeds.distress.values()) {
      const slot = v.find(event.mmsi);
      const lat = slot >= 0 && v.hasPosition(slot) ? v.lat[slot] / E4MIN : event.lat ?? undefined;
      const lon = slot >= 0 && v.hasPosition(slot) ? v.lon[slot] / E4MIN : event.lon ?? undefined;
      put(event.mmsi, classOf(event), event.state === 'test', Date.parse(event.first), lat, lon, event.source, event.text ?? '');
    }
    return [...found.values()].sort((a, b) => Number(a.test) - Number(b.test) || a.mmsi - b.mmsi);
  }

  /** Called once a second. */
  refresh(): void {
    const distress = this.list().filter((d) => !this.hidden.has(`${d.mmsi}${d.test}`));
    const link = this.linkText();
    const feeds = [...this.app.feeds.troubled.values()].filter((f) => !this.hidden.has(`feed ${f.feed} ${f.time}`));
    const disk = this.diskText();
    const shown = JSON.stringify([distress, link, disk, feeds, lang()]);
    if (shown === this.shown) return;
    this.shown = shown;
    const loud = distress.filter((d) => !d.test), tests = distress.filter((d) => d.test);
    replace(this.loud, ...loud.map((d) => this.distress(d)));
    replace(this.calm, link ? h('div', { class: 'banner banner-link', id: 'banner-link' }, icon('warning'), h('span', {}, link)) : null,
      disk ? h('div', { class: 'banner banner-feed', id: 'banner-disk' }, icon('warning'), h('span', {}, disk),
        h('button', { type: 'button', onclick: () => this.app.state.set({ panel: 'feeds' }) }, t('feeds.banner.show'))) : null,
      ...feeds.map((f) => h('div', { class: 'banner banner-feed', 'data-feed': f.feed }, icon('warning'),
        h('span', {}, t(f.state === 'down' ? 'feeds.banner.down' : 'feeds.banner.stalled', { feed: f.feed })),
        h('button', { type: 'button', onclick: () => this.app.state.set({ panel: 'feeds' }) }, t('feeds.banner.show')),
        this.dismiss(`feed ${f.feed} ${f.time}`, t('feeds.banner.dismiss')))),
      ...tests.map((d) => this.distress(d)));
  }

  private distress(d: Distress): HTMLElement {
    const where = d.lat !== undefined && d.lon !== undefined ? formatPosition(d.lat, d.lon) : t('distress.noPosition');
    const facts = [d.name, String(d.mmsi), where, d.since, d.source && t('distress.source', { source: d.source }), d.text].filter(Boolean).join(' · ');
    return h('div', { class: d.test ? 'banner banner-test' : 'banner banner-distress', 'data-mmsi': d.mmsi },
      d.test ? null : h('span', { class: 'beacon' }), h('span', { class: 'banner-live' }, t('past.liveNow')),
      h('strong', {}, d.test ? t('distress.testOf', { what: d.what, mmsi: d.mmsi }) : d.what), h('span', { class: 'banner-facts' }, facts),
      h('button', { type: 'button', class: 'banner-show', onclick: () => {
        this.app.past.close();
        this.app.select(d.mmsi, { centre: true });
      } }, t('distress.show')),
      // A real distress stays until it ends: only a test can be put away.
      d.test ? this.dismiss(`${d.mmsi}true`, t('distress.hide')) : null);
  }

  private dismiss(key: string, label: string): HTMLElement {
    return h('button', { type: 'button', class: 'banner-dismiss', 'aria-label': label, title: label, onclick: () => { this.hidden.add(key); this.refresh(); } }, icon('close'));
  }

  /** Can't be put away: what is received now may be lost for good. */
  private diskText(): string {
    const { storage } = this.app.feeds;
    if (storage?.state !== 'failing') return '';
    if (!storage.error) return t('storage.banner.archive', { error: storage.archive_error ?? '' });
    const lost = storage.lost_bytes ?? 0;
    return `${t('storage.banner.journal', { error: storage.error })} ${lost ? t('storage.banner.lost', { n: formatBytes(lost, lang()) }) : t('storage.banner.memory')}`;
  }

  private linkText(): string {
    const { connection, liveClock: clock } = this.app;
    const silent = connection.lastHeard ? performance.now() - connection.lastHeard : 0;
    document.body.classList.toggle('stale', connection.state !== 'live' && clock.known);
    if (connection.state === 'live') return silent > OLD_MS ? t('link.old', { age: formatAge(silent / 1000) }) : '';
    if (!clock.known) return performance.now() > 4000 ? t('link.neverLong') : '';
    return connection.state === 'lost' ? t('link.lostLong', { time: formatTime(clock.now()), age: formatAge(silent / 1000) }) : '';
  }
}

function classOf(event: DistressEvent): number {
  return event.class === 'sart' ? CLASS.sart : event.class === 'mob' ? CLASS.mob : event.class === 'epirb' ? CLASS.epirb : CLASS.a;
}
