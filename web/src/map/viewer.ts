/** Moves the chart for a person: to the vessels at first, to the selected thing, and along with it. */
import { api } from '../api';
import { LAYOUT } from '../app/layout';
import { Page, register, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { sameSelected } from '../app/selection';
import { saidPosition } from '../app/reported';
import { SELECTOR } from '../app/selector';
import { historyVessel } from '../past/archive';
import { E4MIN } from '../stream/vessels';
import { CHART } from './chart';
import { fitToVessels } from './fit';

const CENTRE_ZOOM = 9, CENTRE_MS = 600, LOOK_BACK_MIN = 10;

export class Viewer {
  /** Somebody or something said where to look. */
  placed = false;
  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);
  private readonly layout = this.page.get(LAYOUT);

  constructor(private readonly page: Page) {
    page.bus.on('ticked', () => {
      if (this.picture.isLive) this.placed ||= fitToVessels(this.picture.vessels, this.chart);
      this.follow();
    });
    page.bus.on('centre', () => void this.centre());
    page.state.watch(['follow'], () => this.follow());
    this.chart.map.on('movestart', (event) => { this.placed ||= 'originalEvent' in event && !!event.originalEvent; });
  }

  private async centre(): Promise<void> {
    const { selected } = this.page.state.get();
    if (selected === null) return;
    const v = this.picture.vessels, slot = this.picture.slotOf(selected);
    if (slot >= 0 && v.hasPosition(slot)) return this.go(v.lon[slot] / E4MIN, v.lat[slot] / E4MIN);
    // Not in the stream's view: the server knows where.
    const answer = selected.kind === 'contact' ? api.contact(selected.id)
      : this.picture.isLive ? api.vessel(selected.id) : historyVessel(selected.id, this.picture.clock.now(), LOOK_BACK_MIN);
    const place = saidPosition(await answer.catch(() => null))?.value;
    if (place && sameSelected(this.page.state.get().selected, selected)) this.go(place.lon, place.lat);
  }

  private go(lon: number, lat: number): void {
    const { map } = this.chart, { insets } = this.layout;
    map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CENTRE_ZOOM), duration: reducedMotion() ? 0 : CENTRE_MS,
      // The middle of what bars and panels leave free.
      offset: [(insets.left - insets.right) / 2, (insets.top - insets.bottom) / 2] });
  }

  private follow(): void {
    const { follow, selected } = this.page.state.get(), { map, projector: pr } = this.chart;
    if (!follow || selected === null || map.isMoving()) return;
    const v = this.picture.vessels, slot = this.picture.slotOf(selected);
    if (slot < 0 || !v.hasPosition(slot)) return;
    const { insets } = this.layout;
    const x = pr.x(v.lon[slot] / E4MIN) - (pr.width + insets.left - insets.right) / 2, y = pr.y(v.lat[slot] / E4MIN) - (pr.height + insets.top - insets.bottom) / 2;
    if (Math.hypot(x, y) > 2) map.panBy([x, y], { animate: false });
  }
}

export const VIEWER = service('viewer', (page) => new Viewer(page));

function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

register({
  id: 'viewer', title: null, place: 'chart', order: 55,
  mount: (page) => {
    page.get(VIEWER);
    const { state } = page, selector = page.get(SELECTOR);
    return {
      keys: [
        { key: 'c', text: 'help.key.centre', run: () => selector.select(state.get().selected, { centre: true }) },
        { key: 'f', text: 'help.key.follow', run: () => { if (state.get().selected) state.set({ follow: !state.get().follow }); } },
      ],
    };
  },
});
