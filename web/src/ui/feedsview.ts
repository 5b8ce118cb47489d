/** Feed health: who brings the data, whether they still do, and what was refused, with an example. */
import type { Feed } from '../api';
import { FEEDS } from '../app/feeds';
import { Page, register } from '../app/page';
import { formatAge, formatBytes, formatNumber } from '../app/format';
import { Key, lang, t } from '../i18n';
import { h, replace } from './dom';

/** A sign beside the colour: state must be readable without either. */
const SIGN: Record<string, string> = { live: '●', stalled: '▲', down: '✕', ended: '■', connecting: '○' };

export class FeedsView {
  readonly el = h('div', { class: 'panel-body feeds' });
  private open = new Set<string>();

  private readonly feeds = this.page.get(FEEDS);

  constructor(private readonly page: Page) {
    page.bus.on('feeds', () => this.second());
  }

  second(): void {
    if (this.el.isConnected) this.render();
  }

  render(): void {
    const { feeds, failed } = this.feeds;
    if (failed) return replace(this.el, h('p', { class: 'note note-warn' }, t('feeds.failed')));
    if (!feeds || feeds.feeds.length === 0) return replace(this.el, h('p', { class: 'empty' }, t('feeds.none')));
    const focused = document.activeElement?.id;
    replace(this.el, ...feeds.feeds.map((feed) => this.feed(feed)), this.storage());
    if (focused) document.getElementById(focused)?.focus();
  }

  /** Where it is kept. */
  private storage(): HTMLElement | null {
    const { storage: s } = this.feeds;
    if (!s) return null;
    if (!s.kept) return h('article', { class: 'feed', id: 'storage' }, h('header', {}, h('h3', {}, t('storage.title'))), h('p', { class: 'hint' }, t('storage.none')));
    const now = this.feeds.serverNow();
    const ago = (time: string | null | undefined) => (time ? formatAge(Math.max(0, now - Date.parse(time)) / 1000) : '–');
    const value = (key: Key, text: string) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, text));
    const failing = s.state === 'failing';
    return h('article', { class: 'feed', id: 'storage', 'data-state': failing ? 'down' : 'live' },
      h('header', {}, h('h3', {}, t('storage.title')), h('span', { class: 'feed-state' }, failing ? `${SIGN.down} ${t('storage.failing')}` : `${SIGN.live} ${t('storage.ok')}`)),
      ...[s.error, s.archive_error].filter(Boolean).map((error) => h('p', { class: 'note note-warn' }, `${t('feeds.error')}: ${error}`)),
      s.lost_bytes ? h('p', { class: 'note note-warn' }, t('storage.lost', { n: formatBytes(s.lost_bytes, lang()), gaps: formatNumber(s.gaps ?? 0, lang()) })) : null,
      s.set_aside ? h('p', { class: 'note note-warn' }, t('storage.aside')) : null,
      h('dl', { class: 'feed-numbers' }, value('storage.received', formatBytes(s.bytes ?? 0, lang())), value('storage.size', formatBytes(s.stored_bytes ?? 0, lang())),
        value('storage.rows', formatNumber(s.positions ?? 0, lang())), value('storage.archived', ago(s.archived_until))));
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
