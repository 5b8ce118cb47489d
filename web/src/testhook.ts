/**
 * `globalThis.__vigia`: what end-to-end tests need and a screen cannot tell. Read-only but for select(); no part of the
 * page uses it, and it exposes nothing that the API does not.
 */
import { LINK } from './app/link';
import type { Page } from './app/page';
import { CATEGORIES, categoryOf } from './app/category';
import { PICTURE, Picture, vesselName } from './app/picture';
import { contact, vessel } from './app/selection';
import { SELECTOR } from './app/selector';
import { CHART } from './map/chart';
import { SCENE } from './map/scene';
import { DENSITY } from './past/densitymap';
import { PLAYBACK } from './past/playback';
import { E4MIN } from './stream/vessels';

export interface TestHook {
  /** Vessels held from the stream, and those that the GPU draws now. */
  vesselCount(): number;
  drawnCount(): number;
  /** [lon, lat] in degrees, or null. */
  positionOf(mmsi: number): [number, number] | null;
  /** [x, y] in CSS pixels of the page, or null when unknown or off the screen. */
  screenOf(mmsi: number): [number, number] | null;
  nameOf(mmsi: number): string | null;
  /** MMSIs on the screen, topmost first. */
  onScreen(limit?: number): number[];
  select(mmsi: number | null): void;
  /** By the 16 digits of its id. */
  selectContact(id: string): void;
  /** Contacts of a category that the stream tells of. */
  contacts(category: string): { id: string; name: string; seen: string; at: [number, number] | null }[];
  /** What is drawn of uncertainty: ellipses, spreads of predictors; and features of the coverage. */
  uncertainty(): { ellipses: number; spreads: number; coverage: number };
  link(): string;
  /** Map frames a second over the last second. */
  fps(): number;
  /** Milliseconds for one full redraw of chart, vessels and text, measured now over `frames` redraws. */
  frameTime(frames?: number): Promise<number>;
  jumpTo(lon: number, lat: number, zoom: number): void;
  /** Nothing moves, nothing is on its way, and what is known is drawn. */
  idle(): boolean;
  /** The past: what is shown of it. Times are ms since 1970; `shown` is the moment that the chart shows, `time` the one that was asked for. */
  past(): { on: boolean; time: number; playing: boolean; waiting: boolean; held: boolean; shown: number; speed: number; lines: number; density: string; rows: number; loads: number };
  seek(ms: number): void;
}

export function installTestHook(page: Page): void {
  const picture = page.get(PICTURE), chart = page.get(CHART), scene = page.get(SCENE), past = page.get(PLAYBACK), density = page.get(DENSITY);
  const selector = page.get(SELECTOR), link = page.get(LINK), { projector } = chart;
  // Whatever is shown: the live picture or the past.
  const v = new Proxy({}, { get: (_, key) => { const value = Reflect.get(picture.vessels, key) as unknown; return typeof value === 'function' ? value.bind(picture.vessels) as unknown : value; } }) as Picture['vessels'];
  let fps = 0, last = 0;
  setInterval(() => {
    fps = scene.frames - last;
    last = scene.frames;
  }, 1000);
  const slotOf = (mmsi: number) => {
    const slot = v.find(mmsi);
    return slot >= 0 && v.hasPosition(slot) ? slot : -1;
  };
  const screen = (slot: number): [number, number] | null => {
    projector.update(chart.map);
    const box = chart.map.getContainer().getBoundingClientRect();
    const x = projector.x(v.lon[slot] / E4MIN), y = projector.y(v.lat[slot] / E4MIN);
    return projector.inside(x, y, 0) ? [x + box.left, y + box.top] : null;
  };
  const hook: TestHook = {
    vesselCount: () => v.count,
    drawnCount: () => scene.drawn,
    positionOf: (mmsi) => {
      const slot = slotOf(mmsi);
      return slot < 0 ? null : [v.lon[slot] / E4MIN, v.lat[slot] / E4MIN];
    },
    screenOf: (mmsi) => {
      const slot = slotOf(mmsi);
      return slot < 0 ? null : screen(slot);
    },
    nameOf: (mmsi) => {
      const slot = v.find(mmsi);
      return slot < 0 ? null : v.name[slot];
    },
    onScreen: (limit = 100) => {
      const found: number[] = [];
      for (let i = scene.drawn - 1; i >= 0 && found.length < limit; i--) if (screen(scene.order[i])) found.push(v.mmsi[scene.order[i]]);
      return found;
    },
    select: (mmsi) => {
      const slot = mmsi === null ? -1 : v.find(mmsi);
      selector.select(mmsi === null ? null : slot >= 0 ? picture.selectable(slot) : vessel(mmsi));
    },
    selectContact: (id) => selector.select(contact(id)),
    contacts: (category) => {
      const found: ReturnType<TestHook['contacts']> = [];
      for (let slot = 0; slot < v.high; slot++)
        if (v.live[slot] && CATEGORIES[categoryOf(picture.vessels, slot)] === category) found.push({ id: v.contactId(slot), name: vesselName(picture.vessels, slot), seen: v.seen(slot), at: v.hasPosition(slot) ? screen(slot) : null });
      return found;
    },
    uncertainty: () => ({ ellipses: scene.ellipses, spreads: scene.spreads, coverage: chart.map.querySourceFeatures('coverage').length }),
    link: () => link.state,
    fps: () => fps,
    frameTime: async (frames = 5) => {
      const from = performance.now();
      for (let i = 0; i < frames; i++) {
        const drawn = new Promise((done) => chart.map.once('render', done));
        // Half a pixel, to and fro: all layers must draw anew.
        chart.map.panBy([i % 2 ? 1 : -1, 0], { animate: false });
        await drawn;
        await new Promise((done) => requestAnimationFrame(done));
      }
      return (performance.now() - from) / frames;
    },
    jumpTo: (lon, lat, zoom) => void chart.map.jumpTo({ center: [lon, lat], zoom }),
    past: () => ({ on: past.on, time: past.time, playing: past.playing, waiting: past.waiting, held: past.held, shown: past.clock.ms, speed: past.speed, lines: scene.pastLines,
      density: density.state, rows: past.blocks.heldRows, loads: past.blocks.loads }),
    seek: (ms) => past.seek(ms),
    idle: () => chart.map.loaded() && !chart.map.isMoving() && scene.current,
  };
  (globalThis as unknown as { __vigia: TestHook }).__vigia = hook;
}
