/** The side panel: one of the parts that are registered for it. */
import { Page, register, registered } from '../app/page';
import { t } from '../i18n';
import { h, iconButton, replace } from './dom';

export class SidePanel {
  readonly el = h('aside', { class: 'panel', id: 'panel', role: 'region', hidden: true });
  readonly keys = [
    ...registered('panel').flatMap(({ id, key }) => (key ? [{ ...key, run: () => this.toggle(id) }] : [])),
    { key: 'Escape', text: null, run: () => this.close() },
  ];

  constructor(private readonly page: Page) {
    page.state.watch(['panel'], () => {
      this.render();
      const shown = this.shown();
      const target = shown ? this.el.querySelector<HTMLElement>('[role=grid], .alert-row') ?? this.el.querySelector<HTMLElement>('button') : document.querySelector<HTMLElement>('#chart canvas');
      target?.focus({ preventScroll: true });
    });
    page.bus.on('shown', () => this.second());
  }

  private shown(): { id: string; title: string; el: HTMLElement; render(): void; second(): void } | null {
    const { panel } = this.page.state.get();
    const found = this.page.at('panel').find(({ entry }) => entry.id === panel);
    if (!found?.part.el) return null;
    const { entry, part } = found;
    return { id: entry.id, title: entry.title ? t(entry.title) : entry.id, el: part.el!, render: () => part.render?.(), second: () => part.second?.() };
  }

  private toggle(id: string): void {
    const { state } = this.page;
    state.set({ panel: state.get().panel === id ? null : id });
  }

  private close(): boolean {
    if (!this.page.state.get().panel) return false;
    this.page.state.set({ panel: null });
    return true;
  }

  render(): void {
    const shown = this.shown();
    this.el.hidden = shown === null;
    document.body.classList.toggle('has-panel', shown !== null);
    document.body.dataset.panel = shown?.id ?? '';
    if (shown === null) return;
    this.el.setAttribute('aria-label', shown.title);
    this.el.dataset.panel = shown.id;
    replace(this.el, h('header', { class: 'panel-head' }, h('h2', {}, shown.title), iconButton('close', t('panel.close'), () => this.close(), { id: 'panel-close' })), shown.el);
    shown.render();
  }

  second(): void {
    this.shown()?.second();
  }
}

register({ id: 'panel', title: null, place: 'page', order: 50, mount: (page) => new SidePanel(page) });
