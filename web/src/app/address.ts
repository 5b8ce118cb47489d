/** Keeps the address in the browser equal to the view, and the view equal to the address when a person changes it. */
import { CHART } from '../map/chart';
import { PLAYBACK } from '../past/playback';
import { readHash, writeHash } from './hash';
import { Page, register } from './page';

const SETTLE_MS = 250;

function keepAddress(page: Page): void {
  const { state, bus } = page, { map } = page.get(CHART), playback = page.get(PLAYBACK);
  let timer = 0;
  const save = () => {
    const c = map.getCenter();
    history.replaceState(null, '', writeHash({ lon: c.lng, lat: c.lat, zoom: map.getZoom() }, state.get(), playback.on ? playback.time : null));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(save, SETTLE_MS);
  };
  state.watch(['selected', 'follow', 'filter', 'hidden', 'toggledZones', 'vectorMinutes', 'trails', 'panel', 'theme', 'lang', 'past'], soon);
  bus.on('moment', () => !playback.playing && soon());
  map.on('moveend', soon);
  addEventListener('hashchange', () => {
    const { view, patch, at } = readHash(location.hash);
    state.set(patch);
    if (at === null) playback.close();
    else void playback.open(at);
    if (view) map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  });
}

register({ id: 'address', title: null, place: 'none', order: 40, mount: (page) => { keepAddress(page); return {}; } });
