/** The help dialog: every key and every symbol. */
import type { App } from '../app/app';
import { Key, t } from '../i18n';
import { h, iconButton, replace } from './dom';

export const KEYS: [keys: string, text: Key][] = [
  ['/', 'help.key.search'], ['L', 'help.key.list'], ['I', 'help.key.filters'], ['K', 'help.key.layers'], ['E', 'help.key.feeds'],
  ['H', 'help.key.past'], ['Space', 'help.key.pastPlay'], ['← →', 'help.key.pastStep'], ['< >', 'help.key.pastSpeed'],
  ['M', 'help.key.measure'], ['R', 'help.key.rings'], ['C', 'help.key.centre'], ['F', 'help.key.follow'], ['V', 'help.key.vector'],
  ['G', 'help.key.trails'], ['T', 'help.key.theme'], ['Esc', 'help.key.escape'], ['← ↑ → ↓', 'help.key.move'], ['+ −', 'help.key.zoom'], ['?', 'help.key.help'],
];

const SYMBOLS: [path: string, cls: string, text: Key][] = [
  ['M10 1L14.6 7.5V18.5H5.4V7.5z', '', 'help.sym.a'], ['M10 2L15.5 17L10 14L4.5 17z', '', 'help.sym.b'],
  ['M10 5a5 5 0 1 0 0 10a5 5 0 0 0 0-10', '', 'help.sym.still'], ['M10 4.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11', 'hollow', 'help.sym.unknown'],
  ['M10 3l7 7-7 7-7-7z', 'aton', 'help.sym.aton'], ['M5 5h10v10H5z', 'base', 'help.sym.base'],
  ['M9 2h2v5l7 4v2l-7-2v4l3 2v1l-4-1-4 1v-1l3-2v-4l-7 2v-2l7-4z', 'sar', 'help.sym.sar'],
  ['M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M5 5l10 10M15 5L5 15', 'distress', 'help.sym.distress'],
];
const SVG = 'http://www.w3.org/2000/svg';

export class Help {
  readonly el = h('dialog', { class: 'help', id: 'help' });

  constructor(private readonly app: App) {
    this.el.addEventListener('close', () => app.state.set({ help: false }));
    this.el.addEventListener('click', (event) => event.target === this.el && this.el.close());
    app.state.watch(['help'], () => {
      if (app.state.get().help && !this.el.open) {
        this.render();
        this.el.showModal();
      } else if (!app.state.get().help && this.el.open) this.el.close();
    });
  }

  render(): void {
    this.el.setAttribute('aria-label', t('help.title'));
    replace(this.el, h('header', {}, h('h2', {}, t('help.title')), iconButton('close', t('panel.close'), () => this.el.close())),
      h('div', { class: 'help-columns' },
        h('section', {}, h('h3', {}, t('help.keys')), h('dl', { class: 'keys' }, ...KEYS.map(([keys, text]) => h('div', {}, h('dt', {}, ...keys.split(' ').map((k) => h('kbd', {}, k))), h('dd', {}, t(text)))))),
        h('section', {}, h('h3', {}, t('help.symbols')), h('dl', { class: 'symbols' }, ...SYMBOLS.map(([d, cls, text]) => h('div', {}, h('dt', {}, symbol(d, cls)), h('dd', {}, t(text))))),
          h('p', { class: 'hint' }, t('help.stale')), h('p', { class: 'hint' }, t('help.link')), h('p', { class: 'hint' }, `Vigía ${this.app.status?.version ?? ''} · ${t('app.chartNote')}`))));
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
