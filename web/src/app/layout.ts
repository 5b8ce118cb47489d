/** Which part of the chart lies free: bars and panels cover the rest. */
import { Page, service } from './page';

/** Below this width the panel and the card are sheets from the bottom; phone.css says the same. */
export const PHONE_PX = 760;
/** Of the height; alerts have more to say (alerts.css). */
const SHEET_SHARE = 0.55, ALERT_SHARE = 0.68;

export class Layout {
  /** Pixels of the chart that bars cover, so that labels keep clear of them. */
  insets = { top: 48, left: 0, right: 0, bottom: 28 };

  constructor(private readonly page: Page) {
    page.state.watch(['panel', 'selected', 'alert', 'past'], () => this.measure());
    addEventListener('resize', () => this.measure());
    this.measure();
  }

  private measure(): void {
    const style = getComputedStyle(document.body);
    const px = (name: string) => parseFloat(style.getPropertyValue(name)) || 0;
    const sheet = innerWidth <= PHONE_PX;
    const { panel, selected, alert } = this.page.state.get();
    const card = selected !== null || alert !== null;
    this.insets = { top: px('--bar'), left: !sheet && panel ? px('--panel') : 0, right: !sheet && card ? px('--card') : 0,
      bottom: sheet && (panel || card) ? innerHeight * (alert !== null || panel === 'alerts' ? ALERT_SHARE : SHEET_SHARE) : px('--foot') };
    this.page.bus.emit('retext');
  }

  /** Pixels below the bar that banners cover now; of many only what leaves room for the chart. */
  banners(): number {
    return Math.min(innerHeight / 3, document.getElementById('banners')?.getBoundingClientRect().height ?? 0);
  }

  /** What lies over the chart, in its pixels; what may hang out of its part's box is marked `data-over-chart`. */
  obstacles(): DOMRect[] {
    return this.page.at().filter(({ entry, part }) => (entry.place === 'page' || entry.place === 'chart') && part.el && entry.id !== 'statusbar')
      .flatMap(({ part }) => [part.el!, ...part.el!.querySelectorAll('[data-over-chart]')]).concat([...document.querySelectorAll<HTMLElement>('#chart [data-over-chart]')]).map((el) => el.getBoundingClientRect());
  }
}

export const LAYOUT = service('layout', (page) => new Layout(page));
