/**
 * What must not be overlooked, above everything else: distress first, then a lost link or old data, a disk that takes nothing
 * more, then feeds in trouble.
 */
import { LINK } from '../app/link';
import { Page, register } from '../app/page';
import { mmsiText, PICTURE } from '../app/picture';
import { vessel } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { FeedEvent, FEEDS } from '../app/feeds';
import { Warning, warnings } from '../app/health';
import { formatAge, formatBytes, formatNumber, formatPosition, formatTime } from '../app/format';
import { Key, lang, t } from '../i18n';
import { STREAM_VERSION } from '../stream/frames';
import { Call, callName, CALLS } from './calls';
import { h, icon, replace } from './dom';

/** The server ticks at least every 5 s; a clock that has not been told for this long is old. */
const OLD_MS = 15000;
/** Of calls, of tests and of feeds in trouble: more than this are one banner. */
const SINGLE = 3;
/** Of many calls, these are told by name. */
const NEWEST = 3, NEAREST = 3;

const testKey = (d: Call) => `test ${d.mmsi}`;
/** Of many; put away, they come back when there are ten times as many. */
const testsKey = (count: number) => `tests ${Math.floor(Math.log10(count))}`;
const feedKey = (f: FeedEvent) => `feed ${f.feed} ${f.time}`;

export class Banners {
  readonly el = h('div', { class: 'banners', id: 'banners' });
  private readonly loud = h('div', { role: 'alert' });
  private readonly calm = h('div', { role: 'status' });
  private hidden = new Set<string>();
  /** Of many calls only the number is shown; on a small screen that is how it begins. */
  private folded = innerHeight < 600 || innerWidth < 600;
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
    const real = this.calls.count(false), tests = this.calls.count(true), missing = this.calls.missing();
    const { newest, nearest } = this.calls.foremost(false, NEWEST, real > SINGLE ? NEAREST : 0);
    const single = tests > SINGLE ? [] : this.calls.foremost(true, SINGLE, 0).newest.filter((d) => !this.hidden.has(testKey(d)));
    const many = tests > SINGLE && !this.hidden.has(testsKey(tests)) ? tests : 0;
    const link = this.linkText();
    const feeds = [...this.feeds.troubled.values()].filter((f) => !this.hidden.has(feedKey(f)));
    const disk = this.diskText();
    const health = warnings(this.feeds.storage, this.feeds.status, this.feeds.serverNow()).filter((w) => !this.hidden.has(w.key));
    const shown = JSON.stringify([real, newest.map(this.facts), nearest.map(this.facts), missing, link, disk, health, feeds, many, single.map(this.facts), lang()]);
    if (shown === this.shown) return;
    this.shown = shown;
    replace(this.loud, missing ? this.more(missing) : null, ...(real > SINGLE ? [this.many(real, newest, nearest)] : newest.map((d) => this.distress(d))));
    replace(this.calm, link ? h('div', { class: 'banner banner-link', id: 'banner-link' }, icon('warning'), h('span', {}, link)) : null,
      disk ? h('div', { class: 'banner banner-feed', id: 'banner-disk' }, icon('warning'), h('span', {}, disk), this.showFeeds()) : null,
      ...health.map((w) => this.health(w)),
      ...(feeds.length > SINGLE ? [this.manyFeeds(feeds)] : feeds.map((f) => this.feed(f))),
      many ? this.manyTests(many) : null, ...single.map((d) => this.distress(d)));
  }

  /** Stands first: below the calls that are told nobody would look for it. */
  private more(n: number): HTMLElement {
    return h('div', { class: 'banner banner-distress', id: 'banner-more' }, icon('warning'), h('span', {}, t('distress.more', { n: formatNumber(n, lang()) })), this.showList());
  }

  /** So many would cover the chart: one banner, with those that come first; the list has all. */
  private many(count: number, newest: Call[], nearest: Call[]): HTMLElement {
    const row = (key: Key, d: Call) => h('li', { 'data-mmsi': d.mmsi }, h('em', {}, t(key)), h('strong', {}, callName(d.cls)), h('span', { class: 'banner-facts' }, this.facts(d)), this.show(d));
    return h('div', { class: 'banner banner-distress banner-many', id: 'banner-calls' },
      h('span', { class: 'beacon' }), h('span', { class: 'banner-live' }, t('past.liveNow')),
      h('strong', {}, t('distress.many', { n: formatNumber(count, lang()) })), h('span', { class: 'banner-facts' }, this.folded ? '' : t('distress.manyNote')),
      h('button', { type: 'button', class: 'banner-fold', 'aria-expanded': String(!this.folded), onclick: () => { this.folded = !this.folded; this.render(); } }, t(this.folded ? 'distress.unfold' : 'distress.fold')),
      this.showList(),
      h('ul', { hidden: this.folded }, ...newest.map((d) => row('distress.newest', d)), ...nearest.map((d) => row('distress.nearest', d))));
  }

  private manyTests(count: number): HTMLElement {
    return h('div', { class: 'banner banner-test', id: 'banner-tests' }, h('strong', {}, t('distress.manyTests', { n: formatNumber(count, lang()) })), this.showList(),
      this.dismiss([testsKey(count)], t('distress.hide')));
  }

  private readonly facts = (d: Call): string => {
    const where = d.lat !== undefined && d.lon !== undefined ? formatPosition(d.lat, d.lon) : t('distress.noPosition');
    const since = d.since ? t('distress.since', { age: formatAge(Math.max(0, this.now() - d.since) / 1000) }) : '';
    return [d.name, mmsiText(d.mmsi), where, since, d.source && t('distress.source', { source: d.source }), d.text].filter(Boolean).join(' · ');
  };

  private now(): number {
    return this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now();
  }

  private distress(d: Call): HTMLElement {
    const what = callName(d.cls);
    return h('div', { class: d.test ? 'banner banner-test' : 'banner banner-distress', 'data-mmsi': d.mmsi },
      d.test ? null : h('span', { class: 'beacon' }), h('span', { class: 'banner-live' }, t('past.liveNow')),
      h('strong', {}, d.test ? t('distress.testOf', { what, mmsi: mmsiText(d.mmsi) }) : what), h('span', { class: 'banner-facts' }, this.facts(d)), this.show(d),
      // A real distress stays until it ends: only a test can be put away.
      d.test ? this.dismiss([testKey(d)], t('distress.hide')) : null);
  }

  private health(w: Warning): HTMLElement {
    return h('div', { class: `banner ${w.stays ? 'banner-link' : 'banner-feed'}`, 'data-health': w.key.split(' ')[0] }, icon('warning'), h('span', {}, w.text), this.showFeeds(),
      w.stays ? null : this.dismiss([w.key], t('feeds.banner.dismiss')));
  }

  private feed(f: FeedEvent): HTMLElement {
    return h('div', { class: 'banner banner-feed', 'data-feed': f.feed }, icon('warning'),
      h('span', {}, t(f.state === 'down' ? 'feeds.banner.down' : 'feeds.banner.stalled', { feed: f.feed })), this.showFeeds(), this.dismiss([feedKey(f)], t('feeds.banner.dismiss')));
  }

  private manyFeeds(feeds: FeedEvent[]): HTMLElement {
    return h('div', { class: 'banner banner-feed', id: 'banner-feeds' }, icon('warning'),
      h('span', {}, t('feeds.banner.many', { n: formatNumber(feeds.length, lang()), feeds: feeds.slice(0, SINGLE).map((f) => f.feed).join(', ') })),
      this.showFeeds(), this.dismiss(feeds.map(feedKey), t('feeds.banner.dismiss')));
  }

  private show(d: Call): HTMLElement {
    return h('button', { type: 'button', class: 'banner-show', onclick: () => {
      this.page.state.set({ past: false });
      this.selector.select(vessel(d.mmsi), { centre: true });
    } }, t('distress.show'));
  }

  private showList(): HTMLElement {
    return h('button', { type: 'button', class: 'banner-show', onclick: () => this.page.state.set({ past: false, panel: 'list' }) }, t('distress.moreShow'));
  }

  private showFeeds(): HTMLElement {
    return h('button', { type: 'button', onclick: () => this.page.state.set({ panel: 'feeds' }) }, t('feeds.banner.show'));
  }

  private dismiss(keys: string[], label: string): HTMLElement {
    return h('button', { type: 'button', class: 'banner-dismiss', 'aria-label': label, title: label,
      onclick: () => { keys.forEach((key) => this.hidden.add(key)); this.refresh(); } }, icon('close'));
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
