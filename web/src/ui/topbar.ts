/** The bar at the top: name, picture's clock, link, search, panels, tools, theme and language. */
import type { App } from '../app/app';
import { formatDate, formatNumber, formatTime } from '../app/format';
import { Panel, Theme, Tool } from '../app/state';
import { Key, lang, t } from '../i18n';
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
  private tabs = new Map<Panel, HTMLButtonElement>();
  private toolButtons = new Map<Tool, HTMLButtonElement>();
  private sound!: HTMLButtonElement;
  private theme!: HTMLButtonElement;
  private past!: HTMLButtonElement;

  constructor(private readonly app: App, private readonly search: HTMLElement) {
    app.state.watch(['panel', 'theme', 'tool', 'sound', 'past'], () => this.update());
    app.feeds.watch(() => this.update());
    this.render();
  }

  /** Builds the bar; on a change of language again. What changes meanwhile is changed in place, so that focus stays. */
  render(): void {
    const { app } = this;
    const { state } = app;
    const panel = (name: Exclude<Panel, null>, picture: IconName) => {
      const button = h('button', { type: 'button', class: 'tab', id: `tab-${name}`, 'aria-controls': 'panel', title: t(`panel.${name}` as Key),
        onclick: () => state.set({ panel: state.get().panel === name ? null : name }) }, icon(picture), h('span', { class: 'tab-text' }, t(`panel.${name}` as Key)));
      this.tabs.set(name, button);
      return button;
    };
    const tool = (name: 'measure' | 'rings') => {
      const button = iconButton(name, t(`tool.${name}`), () => state.set({ tool: state.get().tool === name ? null : name }), { id: `tool-${name}` });
      this.toolButtons.set(name, button);
      return button;
    };
    this.sound = iconButton('mute', '', () => state.set({ sound: !state.get().sound }), { id: 'tool-sound' });
    this.past = h('button', { type: 'button', class: 'tab', id: 'tool-past', title: t('tool.past'), onclick: () => app.past.toggle() }, icon('past'), h('span', { class: 'tab-text' }, t('past.title')));
    this.theme = iconButton('auto', '', () => state.set({ theme: NEXT_THEME[state.get().theme] }), { id: 'tool-theme' });
    replace(this.clockBox, this.clock, h('span', { class: 'clock-zone' }, t('clock.utc')), this.rate, this.date);
    replace(this.link, h('span', { class: 'link-dot' }), this.linkText);
    replace(this.el,
      h('div', { class: 'brand' }, mark(), h('span', { class: 'brand-name' }, 'Vigía'), app.status?.demo && h('span', { class: 'demo', id: 'demo' }, t('app.demo'))),
      this.clockBox,
      h('div', { class: 'linkbox' }, this.link, this.count),
      this.search,
      h('nav', { class: 'tabs' }, panel('list', 'list'), panel('filters', 'filter'), panel('layers', 'layers'), panel('feeds', 'feeds'), this.past),
      h('div', { class: 'tools' }, tool('measure'), tool('rings'), this.sound, this.theme,
        h('button', { type: 'button', class: 'icon-button lang', id: 'tool-lang', title: t('tool.language'), 'aria-label': t('tool.language'),
          onclick: () => state.set({ lang: lang() === 'es' ? 'en' : 'es' }) }, lang() === 'es' ? 'EN' : 'ES'),
        iconButton('help', t('tool.help'), () => state.set({ help: true }), { id: 'tool-help' })),
    );
    this.update();
    this.tick();
  }

  private update(): void {
    const s = this.app.state.get();
    for (const [name, button] of this.tabs) button.setAttribute('aria-pressed', String(s.panel === name));
    for (const [name, button] of this.toolButtons) button.setAttribute('aria-pressed', String(s.tool === name));
    this.past.setAttribute('aria-pressed', String(s.past));
    this.tabs.get('feeds')?.classList.toggle('tab-trouble', this.app.feeds.troubled.size > 0);
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

  /** Four times a second: the clock may run fast in a replay. */
  tick(): void {
    const { app } = this;
    const { clock, vessels: v } = app;
    this.clockBox.classList.toggle('clock-past', app.past.on);
    if (clock.known) {
      const now = clock.now();
      setText(this.clock, formatTime(now));
      const date = formatDate(now, lang());
      setText(this.date, date);
      this.clockBox.title = `${t('clock.title')} · ${date}`;
      const fast = !app.past.on && Math.abs(clock.rate - 1) > 0.25;
      setText(this.rate, fast && !app.feeds.over ? t('clock.rate', { rate: rateText(clock.rate) }) : '');
      this.rate.title = fast ? t('clock.replay', { rate: rateText(clock.rate) }) : '';
    }
    const state = app.past.on ? 'past' : app.connection.state === 'live' && app.feeds.over ? 'ended' : app.connection.state;
    this.link.dataset.state = state;
    this.link.title = t(`link.${state}`);
    setText(this.linkText, t(`link.${state}`));
    const total = Math.max(v.tickSeen?.vessels ?? 0, v.count);
    const n = formatNumber(v.count, lang());
    setText(this.count, v.count < total ? t('link.countView', { n, total: formatNumber(total, lang()) }) : t('link.count', { n }));
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
