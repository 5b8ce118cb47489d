/** Feed health: who brings the data, whether they still do, and what was refused, with an example; and the sensors beside them. */
import type { Feed } from '../api';
import { FEEDS } from '../app/feeds';
import { Page, register } from '../app/page';
import { SENSORS } from '../app/sensors';
import { formatAge, formatNumber } from '../app/format';
import { Key, lang, t } from '../i18n';
import { h, replace } from './dom';
import { machineCard, storageCard } from './storageview';
import { sensorCard } from './sensorsview';
import { SIGN } from './texts';

export class FeedsView {
  readonly el = h('div', { class: 'panel-body feeds' });
  private open = new Set<string>();

  private readonly feeds = this.page.get(FEEDS);
  private readonly sensors = this.page.get(SENSORS);

  constructor(private readonly page: Page) {
    page.bus.on('feeds', () => this.second());
    page.bus.on('sensors', () => this.second());
  }

  second(): void {
    if (this.el.isConnected) this.render();
  }

  render(): void {
    const { feeds, failed } = this.feeds;
    if (failed) return replace(this.el, h('p', { class: 'note note-warn' }, t('feeds.failed')));
    const { sensors } = this.sensors;
    if (!feeds || feeds.feeds.length + sensors.length === 0) return replace(this.el, h('p', { class: 'empty' }, t('feeds.none')));
    const focused = document.activeElement?.id;
    const now = this.feeds.serverNow();
    // Without sensors no headings are needed.
    const heading = (key: Key, id: string) => (sensors.length ? h('h2', { class: 'feeds-heading', id }, t(key)) : null);
    replace(this.el, ...feeds.feeds.map((feed) => this.feed(feed)),
      heading('panel.sensors', 'heading-sensors'), ...sensors.map((sensor) => sensorCard(sensor, now)),
      heading('panel.machine', 'heading-machine'), storageCard(this.feeds.storage, this.feeds.serverNow()), machineCard(this.feeds.status));
    if (focused) document.getElementById(focused)?.focus();
  }

  private feed(feed: Feed): HTMLElement {
    const number = (n: number) => formatNumber(n, lang());
    const now = this.feeds.serverNow();
    const heard = feed.last ? t('feeds.last', { age: formatAge((now - Date.parse(feed.last)) / 1000) }) : t('feeds.never');
    const refused = feed.refused ?? [];
    const total = refused.reduce((sum, r) => sum + r.count, 0);
    const value = (key: Key, n: number) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, number(n)));
    return h('article', { class: 'feed', 'data-state': feed.state, 'data-feed': feed.name },
      h('header', {}, h('h3', {}, feed.name), h('span', { class: 'feed-state' }, `${SIGN[feed.state] ?? ''} ${t(`feeds.state.${feed.state}` as Key)}`)),
      h('p', { class: 'feed-url' }, feed.url),
      h('p', { class: 'feed-heard' }, h('strong', {}, t('feeds.rate', { n: formatNumber(feed.rate, lang(), feed.rate < 10 ? 1 : 0) })), ` · ${heard}`),
      feed.error ? h('p', { class: 'note note-warn' }, `${t('feeds.error')}: ${feed.error}`) : null,
      feed.progress !== null && feed.progress !== undefined ? h('progress', { value: feed.progress, max: 1 }) : null,
      h('dl', { class: 'feed-numbers' }, value('feeds.vessels', feed.vessels), value('feeds.messages', feed.messages), value('feeds.sentences', feed.sentences), value('feeds.reconnects', feed.reconnects)),
      total === 0 ? h('p', { class: 'hint' }, t('feeds.noRefused'))
        : h('details', { open: this.open.has(feed.name), ontoggle: (event: Event) => ((event.target as HTMLDetailsElement).open ? this.open.add(feed.name) : this.open.delete(feed.name)) },
          h('summary', { id: `refused-${feed.name}` }, t('feeds.refused', { n: number(total) })),
          ...refused.map((r) => h('div', { class: 'refused' }, h('p', {}, h('span', {}, r.text || r.reason), h('strong', {}, number(r.count))), r.example ? h('code', { title: t('feeds.example') }, r.example) : null))));
  }
}

register({ id: 'feeds', title: 'panel.feeds', place: 'panel', order: 40, icon: 'feeds', key: { key: 'e', text: 'help.key.feeds' }, mount: (page) => new FeedsView(page) });
