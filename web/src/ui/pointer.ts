/** Mouse and touch on the chart: hover, select, the tools' clicks, the cursor's read-out. */
import { formatBearing, formatNumber } from '../app/format';
import { Page, register } from '../app/page';
import { PICTURE, vesselName } from '../app/picture';
import { SELECTOR } from '../app/selector';
import { SENSORS, SensorWatch } from '../app/sensors';
import { lang, t } from '../i18n';
import { CHART } from '../map/chart';
import { DRAWING } from '../map/drawing';
import { PICKER } from '../map/picker';
import { pick } from '../map/pick';
import { SCENE } from '../map/scene';
import { TOOLS } from '../map/tools';
import type { Vessels } from '../stream/vessels';
import { h, replace } from './dom';
import { typeText } from './texts';

const MOUSE_REACH = 10;
const TOUCH_REACH = 22;
const TIP_WIDTH = 210;
const AFTER_MENU_MS = 400;

function bindPointer(page: Page): void {
  const { state } = page;
  const picture = page.get(PICTURE), chart = page.get(CHART), scene = page.get(SCENE), tools = page.get(TOOLS), selector = page.get(SELECTOR), picker = page.get(PICKER), drawing = page.get(DRAWING), sensors = page.get(SENSORS);
  const { map, projector } = chart;
  const tip = h('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  map.getContainer().append(tip);
  let frame = 0;
  let touch = false;
  // The finger that opened the menu is lifted: no click.
  let pressed = -Infinity;
  map.on('touchend', () => { if (!document.getElementById('chart-menu')?.hidden) pressed = performance.now(); });
  map.getCanvas().addEventListener('pointerdown', (event) => (touch = event.pointerType === 'touch'), { passive: true });
  state.watch(['hover'], () => {
    const { hover } = state.get();
    tip.hidden = hover < 0;
    if (hover >= 0) describe(picture.vessels, hover, sensors, tip);
  });
  map.on('mousemove', (event) => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const { lng, lat } = event.lngLat.wrap();
      state.set({ cursor: [lng, lat] });
      tools.move(lng, lat);
      if (touch || map.isMoving()) return;
      const hover = state.get().tool || drawing.adding ? -1 : pick(picture, scene, chart, state.get(), event.point.x, event.point.y, MOUSE_REACH);
      map.getCanvas().style.cursor = state.get().tool || state.get().picking || drawing.adding ? 'crosshair' : hover >= 0 ? 'pointer' : '';
      state.set({ hover });
      if (hover >= 0) tip.style.transform = `translate(${Math.min(event.point.x + 16, projector.width - TIP_WIDTH)}px, ${Math.max(8, event.point.y - 14)}px)`;
    });
  });
  map.on('mouseout', () => state.set({ hover: -1, cursor: null }));
  map.on('click', (event) => {
    const { lng, lat } = event.lngLat.wrap();
    if (performance.now() - pressed < AFTER_MENU_MS || drawing.click(lng, lat) || tools.click(lng, lat)) return;
    const slot = pick(picture, scene, chart, state.get(), event.point.x, event.point.y, touch ? TOUCH_REACH : MOUSE_REACH);
    if (picker.click(lng, lat, slot)) return;
    if (slot >= 0) selector.select(picture.selectable(slot));
    else if (touch) selector.select(null);
  });
  map.on('dblclick', (event) => {
    if (drawing.finish()) return event.preventDefault();
    if (!tools.measuring) return;
    event.preventDefault();
    tools.finish();
  });
  // A person who drags the chart away no longer follows.
  map.on('dragstart', () => state.set({ follow: false }));
}

function describe(v: Vessels, slot: number, sensors: SensorWatch, tip: HTMLElement): void {
  const speed = v.speed(slot), course = v.course(slot);
  const moving = [speed !== null && `${formatNumber(speed, lang(), 1)} ${t('unit.kn')}`, course !== null && formatBearing(course)].filter(Boolean).join(' · ');
  replace(tip, h('strong', {}, vesselName(v, slot)), h('span', {}, typeText(v, slot)), moving && h('span', {}, moving),
    v.tracks.has[slot] === 1 && h('span', {}, t('track.seenByShort', { sensors: sensors.seenBy(v, slot) || '–' })));
}

register({ id: 'pointer', title: null, place: 'chart', order: 60, mount: (page) => { bindPointer(page); return {}; } });
