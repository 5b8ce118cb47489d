/**
 * What can be done at a place of the chart: by the right button, a long press, or N for the middle of the chart. And the line
 * that says what a click is waited for, and the one that says what was done.
 */
import { formatPosition } from '../app/format';
import { Page, register } from '../app/page';
import { t } from '../i18n';
import { CHART } from '../map/chart';
import { PICKER } from '../map/picker';
import { copy, h, icon, iconButton, replace, setText } from './dom';
import { HAND } from './handdialog';

const LONG_PRESS_MS = 550, STILL_PX = 10, MENU_WIDTH = 230, MENU_HEIGHT = 110;

class ChartMenu {
  readonly el = h('div', { class: 'chart-menu', id: 'chart-menu', role: 'menu', hidden: true });
  readonly keys = [
    { key: 'n', text: 'help.key.start' as const, run: () => this.startAtMiddle() },
    { key: 'Escape', text: null, run: () => this.close() },
  ];
  private readonly chart = this.page.get(CHART);
  private readonly hand = this.page.get(HAND);
  private press = 0;

  constructor(private readonly page: Page) {
    const { map } = this.chart;
    map.on('contextmenu', (event) => {
      event.preventDefault();
      const { lng, lat } = event.lngLat.wrap();
      this.open(lng, lat, event.point.x, event.point.y);
    });
    map.on('touchstart', (event) => {
      this.let();
      if (event.points.length !== 1) return;
      const { point, lngLat } = event;
      this.press = window.setTimeout(() => this.open(lngLat.wrap().lng, lngLat.lat, point.x, point.y), LONG_PRESS_MS);
      map.once('touchmove', (moved) => { if (moved.point.dist(point) > STILL_PX) this.let(); });
    });
    for (const name of ['touchend', 'touchcancel', 'movestart'] as const) map.on(name, () => this.let());
    map.on('movestart', () => this.close());
    addEventListener('pointerdown', (event) => { if (!this.el.contains(event.target as Node)) this.close(); });
    this.el.addEventListener('keydown', (event) => this.key(event));
  }

  private let(): void {
    clearTimeout(this.press);
  }

  private open(lon: number, lat: number, x: number, y: number): void {
    const { past, tool, picking } = this.page.state.get();
    if (tool || picking) return;
    const item = (id: string, name: 'plus' | 'copy', text: string, run: () => void) => h('button', { type: 'button', role: 'menuitem', id, onclick: () => { this.close(); run(); } }, icon(name), text);
    replace(this.el, h('p', { class: 'chart-menu-place' }, formatPosition(lat, lon)),
      past ? null : item('menu-start', 'plus', t('hand.startHere'), () => this.hand.ask('start', undefined, { place: formatPosition(lat, lon) })),
      item('menu-copy', 'copy', t('menu.copy'), () => void copy(formatPosition(lat, lon)).then((done) => done && this.page.bus.emit('done', { text: t('menu.copied'), undo: null }))));
    this.el.setAttribute('aria-label', t('menu.label'));
    this.el.hidden = false;
    this.el.style.left = `${Math.max(8, Math.min(x, innerWidth - MENU_WIDTH))}px`;
    this.el.style.top = `${Math.max(8, Math.min(y, innerHeight - MENU_HEIGHT))}px`;
    this.el.querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const items = [...this.el.querySelectorAll<HTMLElement>('button')], at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private close(): boolean {
    if (this.el.hidden) return false;
    if (this.el.contains(document.activeElement)) this.chart.map.getCanvas().focus({ preventScroll: true });
    this.el.hidden = true;
    return true;
  }

  private startAtMiddle(): boolean {
    if (this.page.state.get().past) return false;
    const { lng, lat } = this.chart.map.getCenter().wrap();
    this.hand.ask('start', undefined, { place: formatPosition(lat, lng) });
    return true;
  }
}

register({ id: 'chartmenu', title: null, place: 'page', order: 67, mount: (page) => new ChartMenu(page) });

register({
  id: 'pickhint', title: null, place: 'page', order: 66,
  mount: (page) => {
    const text = h('span'), el = h('div', { class: 'pick-hint', id: 'pick-hint', role: 'status', hidden: true });
    const render = () => {
      const { picking } = page.state.get();
      el.hidden = picking === null;
      document.body.classList.toggle('is-picking', picking !== null);
      page.get(CHART).map.getCanvas().style.cursor = picking ? 'crosshair' : '';
      if (picking) setText(text, t(picking === 'place' ? 'pick.place' : 'pick.contact'));
      replace(el, icon('centre'), text, h('button', { type: 'button', onclick: () => page.get(PICKER).cancel() }, t('hand.cancel')));
    };
    page.state.watch(['picking'], render);
    return { el, render };
  },
});

/** What can be undone is offered for longer: of a contact that went it is the only place. */
const DONE_SHOWN_MS = 15000, UNDO_SHOWN_MS = 60000;

register({
  id: 'done', title: null, place: 'page', order: 68,
  mount: (page) => {
    const el = h('div', { class: 'done-line', id: 'done', hidden: true });
    let timer = 0;
    const hide = () => { el.hidden = true; };
    page.bus.on('done', ({ text, undo }) => {
      clearTimeout(timer);
      replace(el, icon('check'), h('span', {}, text), undo && h('button', { type: 'button', id: 'done-undo', onclick: () => { hide(); undo(); } }, t('hand.undo')), iconButton('close', t('panel.close'), hide));
      el.hidden = false;
      timer = window.setTimeout(hide, undo ? UNDO_SHOWN_MS : DONE_SHOWN_MS);
    });
    return { el };
  },
});
