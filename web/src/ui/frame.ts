/** What stands around the parts: title, skip link, zoom buttons, and the line for those who hear the page. */
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { t } from '../i18n';
import { CHART } from '../map/chart';
import { h, iconButton, replace, setText } from './dom';

class ZoomButtons {
  readonly el = h('div', { class: 'zoom' });
  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);

  constructor(private readonly page: Page) {
    document.getElementById('skip')!.addEventListener('click', (event) => {
      event.preventDefault();
      page.state.set({ panel: 'list' });
    });
  }

  render(): void {
    const { map } = this.chart;
    document.title = this.picture.status?.title ?? 'Vigía';
    setText(document.getElementById('skip')!, t('app.skip'));
    map.getCanvas().setAttribute('aria-label', t('app.mapLabel'));
    replace(this.el, iconButton('plus', t('tool.zoomIn'), () => map.zoomIn()), iconButton('minus', t('tool.zoomOut'), () => map.zoomOut()));
  }
}

register({ id: 'zoom', title: null, place: 'page', order: 65, mount: (page) => new ZoomButtons(page) });

register({
  id: 'announcer', title: null, place: 'page', order: 95,
  mount: (page) => {
    const el = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
    page.bus.on('announce', (text) => setText(el, text));
    return { el };
  },
});
