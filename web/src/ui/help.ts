/** The help dialog: every key of every part, and every symbol. */
import { SEVERITIES } from '../api';
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { Key, t } from '../i18n';
import { h, iconButton, replace } from './dom';
import { severitySign } from './severity';

const SYMBOLS: [path: string, cls: string, text: Key][] = [
  ['M10 1L14.6 7.5V18.5H5.4V7.5z', '', 'help.sym.a'], ['M10 2L15.5 17L10 14L4.5 17z', '', 'help.sym.b'],
  ['M10 5a5 5 0 1 0 0 10a5 5 0 0 0 0-10', '', 'help.sym.still'], ['M10 4.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11', 'hollow', 'help.sym.unknown'],
  ['M10 3l7 7-7 7-7-7z', 'aton', 'help.sym.aton'], ['M5 5h10v10H5z', 'base', 'help.sym.base'],
  ['M9 2h2v5l7 4v2l-7-2v4l3 2v1l-4-1-4 1v-1l3-2v-4l-7 2v-2l7-4z', 'sar', 'help.sym.sar'],
  ['M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M5 5l10 10M15 5L5 15', 'distress', 'help.sym.distress'],
  ['M10 2L15.500 8.500V17H4.500V8.500zM10 10.500a1.200 1.200 0 1 0 0 2.400a1.200 1.200 0 0 0 0-2.400', 'dark', 'help.sym.dark'],
  ['M10 4L14 8.800V15.500H6V8.800z', 'radar', 'help.sym.radar'],
  ['M10 5L12.3 8.5V14.5H7.700V8.5zM10 1.5a8.500 8.500 0 1 0 0 17a8.500 8.500 0 0 0 0-17', 'both', 'help.sym.both'],
  ['M10 2v15M10 8l7 4M10 8l-7 4M10 16l3 2M10 16l-3 2', 'air', 'help.sym.air'],
  ['M10 8L7 16M10 8l3 8M10 6.500a1.500 1.500 0 1 0 0 3a1.500 1.500 0 0 0 0-3M6.500 4.500a5 5 0 0 0 0 7M13.500 4.500a5 5 0 0 1 0 7', 'site', 'help.sym.sensor'],
];
const SVG = 'http://www.w3.org/2000/svg';

export class Help {
  readonly el = h('dialog', { class: 'help', id: 'help' });

  readonly keys = [{ key: '?', text: 'help.key.help' as const, run: () => this.page.state.set({ help: true }) }];
  private readonly picture = this.page.get(PICTURE);

  constructor(private readonly page: Page) {
    this.el.addEventListener('close', () => this.page.state.set({ help: false }));
    this.el.addEventListener('click', (event) => event.target === this.el && this.el.close());
    this.page.state.watch(['help'], () => {
      if (this.page.state.get().help && !this.el.open) {
        this.render();
        this.el.showModal();
      } else if (!this.page.state.get().help && this.el.open) this.el.close();
    });
  }

  /** The parts' own keys, each once. */
  private lines(): [keys: string, text: Key][] {
    const lines = new Map<Key, string>();
    for (const { part } of this.page.at()) for (const { key, shown, text } of part.keys ?? []) if (text) lines.set(text, (typeof shown === 'function' ? shown() : shown) ?? key.toUpperCase());
    return [...lines].map(([text, keys]) => [keys, text]);
  }

  render(): void {
    this.el.setAttribute('aria-label', t('help.title'));
    replace(this.el, h('header', {}, h('h2', {}, t('help.title')), iconButton('close', t('panel.close'), () => this.el.close())),
      h('div', { class: 'help-columns' },
        h('section', {}, h('h3', {}, t('help.keys')), h('dl', { class: 'keys' }, ...this.lines().map(([keys, text]) => h('div', {}, h('dt', {}, ...keys.split(' ').map((k) => h('kbd', {}, k))), h('dd', {}, t(text)))))),
        h('section', {}, h('h3', {}, t('help.symbols')), h('dl', { class: 'symbols' }, ...SYMBOLS.map(([d, cls, text]) => h('div', {}, h('dt', {}, symbol(d, cls)), h('dd', {}, t(text)))), ...SEVERITIES.map((severity) => h('div', {}, h('dt', {}, severitySign(severity, false)), h('dd', {}, t('alerts.mark', { severity: t(`severity.${severity}`) }))))),
          h('p', { class: 'hint' }, t('help.stale')), h('p', { class: 'hint' }, t('help.faint')), h('p', { class: 'hint' }, t('help.link')), h('p', { class: 'hint' }, `Vigía ${this.picture.status?.version ?? ''} · ${t('app.chartNote')}`))));
  }
}

function symbol(d: string, cls: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', `symbol ${cls}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}

register({ id: 'help', title: 'help.title', place: 'page', order: 90, mount: (page) => new Help(page) });
