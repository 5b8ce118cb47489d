/** Mouse and touch on the chart: hover, select, the tools' clicks, the cursor's read-out. */
import { App, vesselName } from '../app/app';
import { typeText } from '../ui/texts';
import { h, replace } from '../ui/dom';
import type { StatusBar } from '../ui/statusbar';
import { lang, t } from '../i18n';
import { formatBearing, formatNumber } from '../app/format';
import { pick } from './pick';

const MOUSE_REACH = 10;
const TOUCH_REACH = 22;

export function bindPointer(app: App, statusbar: StatusBar): void {
  const { map } = app.chart;
  const tip = h('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  map.getContainer().append(tip);
  let frame = 0;
  let touch = false;
  map.getCanvas().addEventListener('pointerdown', (event) => (touch = event.pointerType === 'touch'), { passive: true });

  map.on('mousemove', (event) => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const { lng, lat } = event.lngLat.wrap();
      statusbar.point(lng, lat);
      app.tools.move(lng, lat);
      if (touch || map.isMoving()) return;
      const hover = app.state.get().tool ? -1 : pick(app, event.point.x, event.point.y, MOUSE_REACH);
      map.getCanvas().style.cursor = app.state.get().tool ? 'crosshair' : hover >= 0 ? 'pointer' : '';
      if (hover !== app.hover) {
        app.hover = hover;
        app.overlay.draw();
        describe(app, tip);
      }
      if (hover >= 0) tip.style.transform = `translate(${Math.min(event.point.x + 16, app.projector.width - 210)}px, ${Math.max(8, event.point.y - 14)}px)`;
    });
  });
  map.on('mouseout', () => {
    app.hover = -1;
    tip.hidden = true;
    statusbar.leave();
  });
  map.on('click', (event) => {
    const { lng, lat } = event.lngLat.wrap();
    if (app.tools.click(lng, lat)) return statusbar.render();
    const slot = pick(app, event.point.x, event.point.y, touch ? TOUCH_REACH : MOUSE_REACH);
    if (slot >= 0) app.select(app.vessels.mmsi[slot]);
    else if (touch) app.select(null);
  });
  map.on('dblclick', (event) => {
    if (!app.tools.measuring) return;
    event.preventDefault();
    app.tools.finish();
    statusbar.render();
  });
  // A person who drags the chart away no longer follows.
  map.on('dragstart', () => app.state.set({ follow: false }));
}

function describe(app: App, tip: HTMLElement): void {
  const { vessels: v, hover: slot } = app;
  tip.hidden = slot < 0;
  if (slot < 0) return;
  const speed = v.speed(slot), course = v.course(slot);
  const moving = [speed !== null && `${formatNumber(speed, lang(), 1)} ${t('unit.kn')}`, course !== null && formatBearing(course)].filter(Boolean).join(' · ');
  replace(tip, h('strong', {}, vesselName(v, slot)), h('span', {}, typeText(v, slot)), moving && h('span', {}, moving));
}
