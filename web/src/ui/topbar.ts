/** The bar at the top: name, picture's clock, link, search, panels, tools, theme and language. */
import { FEEDS } from '../app/feeds';
import { Page, register, registered } from '../app/page';
import { LINK } from '../app/link';
import { PICTURE } from '../app/picture';
import { SENSORS } from '../app/sensors';
import { formatDate, formatNumber, formatTime } from '../app/format';
import type { Theme, Tool } from '../app/state';
import { lang, t, tn } from '../i18n';
import { h, icon, IconName, iconButton, replace, setText } from './dom';

const NEXT_THEME: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };
const THEME_ICON: Record<Theme, IconName> = { system: 'auto', dark: 'moon', light: 'sun' };

export class TopBar {
  readonly el = h('header', { class: 'topbar' });
  private clockBox = h('div', { class: 'clock' });
  private clock = h('span', { class: 'clock-time', id: 'clock' }, '--:--:--');
  private date = h('span', { class: 'clock-date' });
  private rate = h('span', { class: 'clock-rate' });
  private link = h('span', { class: 'link', role: 'status' });
  private linkText = h('span', { class: 'link-text' });
  private count = h('span', { class: 'link-count', id: 'vessel-count' });
  private tabs = new Map<string, HTMLButtonElement>();
  private toolButtons = new Map<Tool, HTMLButtonElement>();
  private sound!: HTMLButtonElement;
  private theme!: HTMLButtonElement;
  private past!: HTMLButtonElement;

  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);
  private readonly connection = this.page.get(LINK);
  private readonly sensors = this.page.get(SENSORS);

  constructor(private readonly page: Page) {
    this.page.state.watch(['panel', 'theme', 'tool', 'sound', 'past'], () => this.update());
    page.bus.on('feeds', () => this.update());
    page.bus.on('sensors', () => this.update());
    page.bus.on('alerts', () => this.update());
    page.bus.on('link', () => this.quarter());
    page.bus.on('moment', () => this.quarter());
    page.bus.on('shown', () => this.quarter());
  }

  /** Builds the bar; on a change of language again. What changes meanwhile is changed in place, so that focus stays. */
  render(): void {
    const { state } = this.page;
    const tabs = registered('panel').map(({ id, title, icon: picture }) => {
      const label = title ? t(title) : id;
      const button = h('button', { type: 'button', class: 'tab', id: `tab-${id}`, 'aria-controls': 'panel', title: label,
        onclick: () => state.set({ panel: state.get().panel === id ? null : id }) }, icon((picture ?? 'list') as IconName), h('span', { class: 'tab-text' }, label), h('span', { class: 'tab-badge', hidden: true }));
      this.tabs.set(id, button);
      return button;
    });
    const tool = (name: 'measure' | 'rings') => {
      const button = iconButton(name, t(`tool.${name}`), () => state.set({ tool: state.get().tool === name ? null : name }), { id: `tool-${name}` });
      this.toolButtons.set(name, button);
      return button;
    };
    this.sound = iconButton('mute', '', () => state.set({ sound: !state.get().sound }), { id: 'tool-sound' });
    this.past = h('button', { type: 'button', class: 'tab', id: 'tool-past', title: t('tool.past'), onclick: () => state.set({ past: !state.get().past }) }, icon('past'), h('span', { class: 'tab-text' }, t('past.title')));
    this.theme = iconButton('auto', '', () => state.set({ theme: NEXT_THEME[state.get().theme] }), { id: 'tool-theme' });
    replace(this.clockBox, this.clock, h('span', { class: 'clock-zone' }, t('clock.utc')), this.rate, this.date);
    replace(this.link, h('span', { class: 'link-dot' }), this.linkText);
    replace(this.el,
      h('div', { class: 'brand' }, mark(), h('span', { class: 'brand-name' }, 'Vigía'), this.picture.status?.demo && h('span', { class: 'demo', id: 'demo', 'data-over-chart': '', title: `${t('app.demo')}: ${t('app.demoNote')}` }, t('app.demo'), h('span', { class: 'demo-note' }, `: ${t('app.demoNote')}`))),
      this.clockBox,
      h('div', { class: 'linkbox' }, this.link, this.count),
      ...this.page.at('bar').map(({ part }) => part.el),
      h('nav', { class: 'tabs' }, ...tabs, this.past),
      h('div', { class: 'tools' }, tool('measure'), tool('rings'), this.sound, this.theme,
        h('button', { type: 'button', class: 'icon-button lang', id: 'tool-lang', title: t('tool.language'), 'aria-label': t('tool.language'),
          onclick: () => state.set({ lang: lang() === 'es' ? 'en' : 'es' }) }, lang() === 'es' ? 'EN' : 'ES'),
        iconButton('help', t('tool.help'), () => state.set({ help: true }), { id: 'tool-help' })),
    );
    this.update();
    this.quarter();
  }

  private update(): void {
    const s = this.page.state.get();
    for (const [name, button] of this.tabs) button.setAttribute('aria-pressed', String(s.panel === name));
    for (const { entry, part } of this.page.at('panel')) if (part.badge) this.showBadge(entry.id, part.badge());
    for (const [name, button] of this.toolButtons) button.setAttribute('aria-pressed', String(s.tool === name));
    this.past.setAttribute('aria-pressed', String(s.past));
    this.tabs.get('feeds')?.classList.toggle('tab-trouble', this.feeds.troubled.size > 0 || this.sensors.sensors.some(({ state }) => state === 'silent'));
    const show = (button: HTMLButtonElement, picture: IconName, label: string) => {
      if (button.title === label) return;
      button.title = label;
      button.setAttribute('aria-label', label);
      replace(button, icon(picture));
    };
    show(this.sound, s.sound ? 'sound' : 'mute', t(s.sound ? 'tool.soundOn' : 'tool.soundOff'));
    this.sound.setAttribute('aria-pressed', String(s.sound));
    show(this.theme, THEME_ICON[s.theme], t(`tool.theme.${s.theme}`));
  }

  private showBadge(id: string, badge: { text: string; label: string; tone: string } | null): void {
    const tab = this.tabs.get(id), el = tab?.querySelector<HTMLElement>('.tab-badge');
    if (!tab || !el) return;
    el.hidden = badge === null;
    if (badge === null) return tab.removeAttribute('aria-label');
    setText(el, badge.text);
    el.dataset.tone = badge.tone;
    tab.setAttribute('aria-label', badge.label);
  }

  /** The clock may run fast in a replay. */
  quarter(): void {
    const { clock, vessels: v } = this.picture;
    this.clockBox.classList.toggle('clock-past', this.page.state.get().past);
    if (clock.known) {
      const now = clock.now();
      setText(this.clock, formatTime(now));
      const date = formatDate(now, lang());
      setText(this.date, date);
      this.clockBox.title = `${t('clock.title')} · ${date}`;
      const fast = !this.page.state.get().past && Math.abs(clock.rate - 1) > 0.25;
      setText(this.rate, fast && !this.feeds.over ? t('clock.rate', { rate: rateText(clock.rate) }) : '');
      this.rate.title = fast ? t('clock.replay', { rate: rateText(clock.rate) }) : '';
    }
    const state = this.page.state.get().past ? 'past' : this.connection.state === 'live' && this.feeds.over ? 'ended' : this.connection.state;
    this.link.dataset.state = state;
    this.link.title = t(`link.${state}`);
    setText(this.linkText, t(`link.${state}`));
    const total = Math.max(v.tickSeen?.vessels ?? 0, v.count);
    const n = formatNumber(v.count, lang());
    setText(this.count, v.count < total ? tn('link.countView', total, { n, total: formatNumber(total, lang()) }) : tn('link.count', v.count, { n }));
    this.count.title = v.count < total ? t('link.part') : '';
  }
}

function rateText(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1).replace(/\.0$/, '');
}


const SVG = 'http://www.w3.org/2000/svg';

/** The mark: a lookout's eye over the horizon. */
function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'mark');
  svg.setAttribute('aria-hidden', 'true');
  for (const [d, cls] of [['M2 14.5C5.5 8.5 8.5 6 12 6s6.5 2.5 10 8.5', 'mark-lid'], ['M2 14.5h20', 'mark-horizon'], ['M8.3 14.5a3.7 3.7 0 0 1 7.4 0z', 'mark-sun']]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    path.setAttribute('class', cls);
    svg.append(path);
  }
  return svg;
}

register({ id: 'topbar', title: null, place: 'page', order: 10, mount: (page) => new TopBar(page) });
