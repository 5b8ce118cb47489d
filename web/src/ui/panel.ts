/** The side panel: one of list, filters, layers or feeds. */
import type { App } from '../app/app';
import type { Panel } from '../app/state';
import { Key, t } from '../i18n';
import { FeedsView } from './feedsview';
import { FiltersView } from './filters';
import { LayersView } from './layersview';
import { List } from './list';
import { h, iconButton, replace } from './dom';

export class SidePanel {
  readonly el = h('aside', { class: 'panel', id: 'panel', role: 'region', hidden: true });
  readonly list: List;
  private readonly views: Record<Exclude<Panel, null>, { el: HTMLElement; render(): void; refresh(): void }>;

  constructor(private readonly app: App) {
    this.list = new List(app);
    this.views = { list: this.list, filters: new FiltersView(app), layers: new LayersView(app), feeds: new FeedsView(app) };
    app.state.watch(['panel'], () => {
      this.render();
      const { panel } = app.state.get();
      if (panel) (panel === 'list' ? document.getElementById('list-body') : this.el.querySelector<HTMLElement>('button'))?.focus({ preventScroll: true });
      else document.getElementById('chart')?.querySelector('canvas')?.focus({ preventScroll: true });
    });
  }

  render(): void {
    const { panel } = this.app.state.get();
    this.el.hidden = panel === null;
    document.body.classList.toggle('has-panel', panel !== null);
    document.body.dataset.panel = panel ?? '';
    this.app.measureInsets();
    if (panel === null) return;
    const title = t(`panel.${panel}` as Key);
    this.el.setAttribute('aria-label', title);
    this.el.dataset.panel = panel;
    const view = this.views[panel];
    replace(this.el, h('header', { class: 'panel-head' }, h('h2', {}, title), iconButton('close', t('panel.close'), () => this.app.state.set({ panel: null }), { id: 'panel-close' })), view.el);
    view.render();
  }

  /** Called once a second. */
  refresh(): void {
    const { panel } = this.app.state.get();
    if (panel) this.views[panel].refresh();
  }
}
