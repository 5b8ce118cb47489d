/**
 * What the stream is asked for: everything, or, on a busy server and zoomed in, only a box around the view. The box is
 * wider than the screen, so most drags need no new stream; opening one costs a pass over the whole view.
 */
import { LINK } from '../app/link';
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import type { Box } from '../stream/connection';
import { CHART } from './chart';

const MANY = 25000;
const CLOSE_ZOOM = 7;
/** Leave the box mode a little below, so that a zoom back and forth does not open a stream each time. */
const FAR_ZOOM = 6.3;
const MARGIN = 0.75;
const SETTLE_MS = 600;

function viewportBox(page: Page): void {
  const picture = page.get(PICTURE), link = page.get(LINK), { map } = page.get(CHART);
  let box: Box | null = null;
  let timer = 0;

  const view = (margin: number): Box => {
    const b = map.getBounds();
    const w = (b.getEast() - b.getWest()) * margin, h = (b.getNorth() - b.getSouth()) * margin;
    return { west: b.getWest() - w, east: b.getEast() + w, south: Math.max(-90, b.getSouth() - h), north: Math.min(90, b.getNorth() + h) };
  };
  const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

  const decide = () => {
    const zoom = map.getZoom();
    const many = (picture.live.tickSeen?.vessels ?? picture.status?.vessels ?? 0) > MANY;
    const wanted = many && zoom >= (box ? FAR_ZOOM : CLOSE_ZOOM);
    if (!wanted) {
      if (box) {
        box = null;
        link.open(null);
      }
      return;
    }
    const now = view(0);
    const holds = box && now.west >= box.west && now.east <= box.east && now.south >= box.south && now.north <= box.north
      // Zoomed in so far that most of the box is of no use.
      && (box.east - box.west) < (now.east - now.west) * 12;
    if (holds) return;
    box = view(MARGIN);
    link.open({ ...box, west: wrap(box.west), east: wrap(box.east) });
  };

  map.on('moveend', () => {
    clearTimeout(timer);
    timer = window.setTimeout(decide, SETTLE_MS);
  });
  const many = (picture.status?.vessels ?? 0) > MANY;
  if (many && map.getZoom() >= CLOSE_ZOOM) decide();
  else link.open(null);
}

register({ id: 'viewport', title: null, place: 'chart', order: 80, mount: (page) => { viewportBox(page); return {}; } });
