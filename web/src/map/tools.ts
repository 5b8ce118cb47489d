/** Measuring (great circle, several legs) and range rings around a point or the selected vessel. */
import { Page, register, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { sameSelected, Selected } from '../app/selection';
import { formatBearing, formatMiles } from '../app/format';
import { lang, t } from '../i18n';
import { E4MIN } from '../stream/vessels';
import { bearing, circle, destination, distanceNm, greatCircle } from './geo';
import { CHART } from './chart';
import { PALETTES } from './palette';
import type { StrokeWriter } from './rows';

const RING_STEPS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 6, 12, 24, 50, 100, 200, 500];
const RINGS = 4;

export interface ToolLabel { lon: number; lat: number; text: string; strong: boolean }

export class Tools {
  legs: [number, number][] = [];
  measuring = false;
  /** A point, or a thing that the rings stay with. */
  rings: { lon: number; lat: number } | Selected | null = null;
  private cursor: [number, number] | null = null;
  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);

  constructor(private readonly page: Page) {
    page.bus.on('ticked', () => this.rings && 'kind' in this.rings && page.bus.emit('tools'));
    this.page.state.watch(['tool'], () => {
      const { tool } = this.page.state.get();
      if (tool === 'measure') this.legs = [];
      this.measuring = tool === 'measure';
      if (!this.measuring) this.cursor = null;
      this.page.bus.emit('tools');
    });
  }

  /** Escape: ends the tool, or clears what it left. False if there was nothing. */
  escape(): boolean {
    const { tool } = this.page.state.get();
    if (tool === 'measure') this.finish();
    else if (tool) this.page.state.set({ tool: null });
    else if (this.active) this.clear();
    else return false;
    return true;
  }

  /** True when the tool took the click. */
  click(lon: number, lat: number): boolean {
    const { tool } = this.page.state.get();
    if (tool === 'measure') {
      this.legs.push([lon, lat]);
      this.page.bus.emit('tools');
      return true;
    }
    if (tool === 'rings') {
      this.rings = { lon, lat };
      this.page.state.set({ tool: null });
      this.page.bus.emit('tools');
      return true;
    }
    return false;
  }

  move(lon: number, lat: number): void {
    if (!this.measuring || this.legs.length === 0) return;
    this.cursor = [lon, lat];
    this.page.bus.emit('tools');
  }

  /** The line stays on the chart until cleared. */
  finish(): void {
    this.measuring = false;
    this.cursor = null;
    this.page.state.set({ tool: null });
    this.page.bus.emit('tools');
  }

  clear(): void {
    this.legs = [];
    this.rings = null;
    this.page.state.set({ tool: null });
    this.page.bus.emit('tools');
  }

  ringsOn(selected: Selected): void {
    this.rings = this.rings && 'kind' in this.rings && sameSelected(this.rings, selected) ? null : selected;
    this.page.bus.emit('tools');
  }

  get active(): boolean {
    return this.legs.length > 0 || this.rings !== null;
  }

  totalNm(): number {
    let total = 0;
    for (let i = 1; i < this.legs.length; i++) total += distanceNm(...this.legs[i - 1], ...this.legs[i]);
    return total;
  }

  private path(): [number, number][] {
    return this.cursor && this.measuring ? [...this.legs, this.cursor] : this.legs;
  }

  private ringCentre(): [number, number] | null {
    if (!this.rings) return null;
    if ('lon' in this.rings) return [this.rings.lon, this.rings.lat];
    const v = this.picture.vessels, slot = this.picture.slotOf(this.rings);
    return slot >= 0 && v.hasPosition(slot) ? [v.lon[slot] / E4MIN, v.lat[slot] / E4MIN] : null;
  }

  private ringStep(lat: number): number {
    const { projector } = this.chart;
    const outer = (Math.min(projector.width, projector.height) * 0.42 * projector.metresPerPixel(lat)) / 1852;
    return [...RING_STEPS].reverse().find((step) => step * RINGS <= outer) ?? RING_STEPS[0];
  }

  draw(to: StrokeWriter): void {
    const colour = PALETTES[this.page.state.get().look].measure;
    const path = this.path();
    for (let i = 1; i < path.length; i++) to.path(greatCircle(...path[i - 1], ...path[i]), 2, colour);
    const centre = this.ringCentre();
    if (!centre) return;
    const step = this.ringStep(centre[1]);
    for (let i = 1; i <= RINGS; i++) to.path(circle(...centre, step * i), 1.2, [colour[0], colour[1], colour[2], 190]);
  }

  labels(): ToolLabel[] {
    const labels: ToolLabel[] = [];
    const path = this.path();
    let total = 0;
    for (let i = 1; i < path.length; i++) {
      const leg = distanceNm(...path[i - 1], ...path[i]);
      total += leg;
      const middle = destination(...path[i - 1], bearing(...path[i - 1], ...path[i]), leg / 2);
      labels.push({ lon: middle[0], lat: middle[1], strong: false, text: `${formatBearing(bearing(...path[i - 1], ...path[i]))}  ${nm(leg)}` });
    }
    if (path.length > 2) labels.push({ lon: path[path.length - 1][0], lat: path[path.length - 1][1], strong: true, text: `Σ ${nm(total)}` });
    const centre = this.ringCentre();
    if (centre) {
      const step = this.ringStep(centre[1]);
      for (let i = 1; i <= RINGS; i++) {
        const at = destination(...centre, 0, step * i);
        labels.push({ lon: at[0], lat: at[1], strong: false, text: `${Number((step * i).toFixed(2))} ${t('unit.nm')}` });
      }
    }
    return labels;
  }

  points(): [number, number][] {
    const centre = this.ringCentre();
    return centre ? [...this.legs, centre] : this.legs;
  }
}

function nm(value: number): string {
  return `${formatMiles(value, lang())} ${t('unit.nm')}`;
}

export const TOOLS = service('tools', (page) => new Tools(page));

register({
  id: 'tools', title: null, place: 'chart', order: 10,
  mount: (page) => {
    const tools = page.get(TOOLS), { state } = page;
    const toggle = (name: 'measure' | 'rings') => state.set({ tool: state.get().tool === name ? null : name });
    return {
      keys: [{ key: 'm', text: 'help.key.measure', run: () => toggle('measure') }, { key: 'r', text: 'help.key.rings', run: () => toggle('rings') },
        { key: 'Escape', shown: 'Esc', text: 'help.key.escape', run: () => tools.escape() }],
    };
  },
});
