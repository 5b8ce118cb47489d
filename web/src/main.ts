/** Builds the page from its parts (parts.ts) and sets it going. */
import { api } from './api';
import { DETAIL } from './app/detail';
import { FEEDS } from './app/feeds';
import { readHash } from './app/hash';
import { LAYOUT } from './app/layout';
import { Page, Part } from './app/page';
import { PICTURE } from './app/picture';
import { SELECTOR } from './app/selector';
import { ALERTS } from './app/alerts';
import { SENSORS } from './app/sensors';
import { createState } from './app/state';
import { browserLang, setLang } from './i18n';
import { Chart, CHART } from './map/chart';
import { viewOn } from './map/fit';
import { VIEWER } from './map/viewer';
import './parts';
import { PLAYBACK } from './past/playback';
import { installTestHook } from './testhook';

/** The Gulf of Guayaquil to the Galápagos, should the server not say where to look. */
const DEFAULT_VIEW = { lon: -84, lat: -1, zoom: 5 };
/** A page that waits longer for the server begins without its view. */
const STATUS_MS = 3000;

async function start(): Promise<void> {
  const state = createState();
  const link = readHash(location.hash);
  state.set(link.patch);
  setLang(state.get().lang ?? browserLang());

  const page = new Page(state), { bus } = page;
  const picture = page.get(PICTURE);
  picture.status = await Promise.race([api.status().catch(() => null), new Promise<null>((done) => setTimeout(() => done(null), STATUS_MS))]);
  const given = link.view ?? picture.status?.view;
  // A link holds the view of the screen it was taken from; the server's is meant for any.
  page.put(CHART, new Chart(document.getElementById('chart')!, link.view ?? viewOn(given ?? DEFAULT_VIEW, innerWidth, innerHeight)));
  page.get(VIEWER).placed = !!given;

  page.mount();
  document.getElementById('app')!.append(...page.at('page').flatMap(({ part }) => (part.el ? [part.el] : [])));
  const render = () => {
    for (const place of ['bar', 'page', 'chart'] as const) for (const { part } of page.at(place)) part.render?.();
    bus.emit('retext');
  };
  state.watch(['lang'], () => {
    setLang(state.get().lang ?? browserLang());
    render();
  });
  bus.on('words', render);
  bus.on('shown', () => bus.emit('retext'));
  render();
  page.get(LAYOUT);
  page.get(SELECTOR);
  page.get(FEEDS).start();
  beat(page);
  if (link.at !== null) void page.get(PLAYBACK).open(link.at);
  installTestHook(page);
}

/** Everything that changes by itself does so in one of two beats; the parts keep their own pace within. */
function beat(page: Page): void {
  const picture = page.get(PICTURE), services: Part[] = [page.get(DETAIL), page.get(FEEDS), page.get(SENSORS), page.get(ALERTS)];
  // A panel's part is called by the panel, while it is open.
  const parts = page.at().filter(({ entry }) => entry.place !== 'panel').map(({ part }) => part);
  setInterval(() => parts.forEach((part) => part.quarter?.()), 250);
  const second = () => {
    for (const part of [...services, ...parts]) if (!document.hidden || part.always) part.second?.();
    if (!picture.status) void api.status().then((status) => {
      picture.status = status;
      page.bus.emit('words');
    }, () => undefined);
  };
  setInterval(second, 1000);
  second();
}

void start();
