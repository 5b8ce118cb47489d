/**
 * What must not be overlooked, above everything else: distress first, then a lost link or old data, a disk that takes nothing
 * more, then feeds in trouble.
 */
import { LINK } from '../app/link';
import { Page, register } from '../app/page';
import { mmsiText, PICTURE } from '../app/picture';
import { vessel } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { FEEDS } from '../app/feeds';
import { formatAge, formatBytes, formatNumber, formatPosition, formatTime } from '../app/format';
import { lang, t } from '../i18n';
import { STREAM_VERSION } from '../stream/frames';
import { Call, CALLS } from './calls';
import { h, icon, replace } from './dom';

/** The server ticks at least every 5 s; a clock that has not been told for this long is old. */
const OLD_MS = 15000;

export class Banners {
  readonly el = h('div', { class: 'banners', id: 'banners' });
  private readonly loud = h('div', { role: 'alert' });
  private readonly calm = h('div', { role: 'status' });
  private hidden = new Set<string>();
  private shown = '';
  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly connection = this.page.get(LINK);
  private readonly selector = this.page.get(SELECTOR);
  private readonly calls = this.page.get(CALLS);

  constructor(private readonly page: Page) {
    replace(this.el, this.loud, this.calm);
    page.bus.on('feeds', () => this.refresh());
    page.bus.on('link', () => this.refresh());
  }

  second(): void {
    this.refresh();
  }

  render(): void {
    this.shown = '';
    this.refresh();
  }

  private refresh(): void {
    const calls = this.calls.list(), missing = this.calls.missing(calls.length);
    const distress = calls.filter((d) => !this.hidden.has(`${d.mmsi}${d.test}`));
    const link = this.linkText();
    const feeds = [...this.feeds.troubled.values()].filter((f) => !this.hidden.has(`feed ${f.feed} ${f.time}`));
    const disk = this.diskText();
    const shown = JSON.stringify([distress, missing, link, disk, feeds, lang()]);
    if (shown === this.shown) return;
    this.shown = shown;
    const loud = distress.filter((d) => !d.test), tests = distress.filter((d) => d.test);
    replace(this.loud, missing ? this.more(missing) : null, ...loud.map((d) => this.distress(d)));
    replace(this.calm, link ? h('div', { class: 'banner banner-link', id: 'banner-link' }, icon('warning'), h('span', {}, link)) : null,
      disk ? h('div', { class: 'banner banner-feed', id: 'banner-disk' }, icon('warning'), h('span', {}, disk),
        h('button', { type: 'button', onclick: () => this.page.state.set({ panel: 'feeds' }) }, t('feeds.banner.show'))) : null,
      ...feeds.map((f) => h('div', { class: 'banner banner-feed', 'data-feed': f.feed }, icon('warning'),
        h('span', {}, t(f.state === 'down' ? 'feeds.banner.down' : 'feeds.banner.stalled', { feed: f.feed })),
        h('button', { type: 'button', onclick: () => this.page.state.set({ panel: 'feeds' }) }, t('feeds.banner.show')),
        this.dismiss(`feed ${f.feed} ${f.time}`, t('feeds.banner.dismiss')))),
      ...tests.map((d) => this.distress(d)));
  }

  /** Stands first: below the calls that are told nobody would look for it. */
  private more(n: number): HTMLElement {
    return h('div', { class: 'banner banner-distress', id: 'banner-more' }, icon('warning'), h('span', {}, t('distress.more', { n: formatNumber(n, lang()) })),
      h('button', { type: 'button', class: 'banner-show', onclick: () => this.page.state.set({ past: false, panel: 'list' }) }, t('distress.moreShow')));
  }

  private distress(d: Call): HTMLElement {
    const where = d.lat !== undefined && d.lon !== undefined ? formatPosition(d.lat, d.lon) : t('distress.noPosition');
    const facts = [d.name, mmsiText(d.mmsi), where, d.since, d.source && t('distress.source', { source: d.source }), d.text].filter(Boolean).join(' · ');
    return h('div', { class: d.test ? 'banner banner-test' : 'banner banner-distress', 'data-mmsi': d.mmsi },
      d.test ? null : h('span', { class: 'beacon' }), h('span', { class: 'banner-live' }, t('past.liveNow')),
      h('strong', {}, d.test ? t('distress.testOf', { what: d.what, mmsi: mmsiText(d.mmsi) }) : d.what), h('span', { class: 'banner-facts' }, facts),
      h('button', { type: 'button', class: 'banner-show', onclick: () => {
        this.page.state.set({ past: false });
        this.selector.select(vessel(d.mmsi), { centre: true });
      } }, t('distress.show')),
      // A real distress stays until it ends: only a test can be put away.
      d.test ? this.dismiss(`${d.mmsi}true`, t('distress.hide')) : null);
  }

  private dismiss(key: string, label: string): HTMLElement {
    return h('button', { type: 'button', class: 'banner-dismiss', 'aria-label': label, title: label, onclick: () => { this.hidden.add(key); this.refresh(); } }, icon('close'));
  }

  /** Can't be put away: what is received now may be lost for good. */
  private diskText(): string {
    const { storage } = this.feeds;
    if (storage?.state !== 'failing') return '';
    if (!storage.error) return t('storage.banner.archive', { error: storage.archive_error ?? '' });
    const lost = storage.lost_bytes ?? 0;
    return `${t('storage.banner.journal', { error: storage.error })} ${lost ? t('storage.banner.lost', { n: formatBytes(lost, lang()) }) : t('storage.banner.memory')}`;
  }

  private linkText(): string {
    const { connection } = this, clock = this.picture.liveClock;
    const silent = connection.lastHeard ? performance.now() - connection.lastHeard : 0;
    document.body.classList.toggle('stale', connection.state !== 'live' && clock.known);
    if (connection.otherVersion !== null) return t('link.otherVersion', { server: connection.otherVersion, page: STREAM_VERSION });
    if (connection.state === 'live') return silent > OLD_MS ? t('link.old', { age: formatAge(silent / 1000) }) : '';
    if (!clock.known) return performance.now() > 4000 ? t('link.neverLong') : '';
    return connection.state === 'lost' ? t('link.lostLong', { time: formatTime(clock.now()), age: formatAge(silent / 1000) }) : '';
  }
}

register({ id: 'banners', title: null, place: 'page', order: 20, mount: (page) => new Banners(page) });
