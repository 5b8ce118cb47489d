/** Builds the page and sets it going. */
import { api, Status } from './api';
import { App } from './app/app';
import { Detail } from './app/detail';
import { FeedWatch } from './app/feeds';
import { readHash, writeHash } from './app/hash';
import { createState } from './app/state';
import { browserLang, setLang, t } from './i18n';
import { Chart, Projector } from './map/chart';
import { Overlay } from './map/overlay';
import { Scene } from './map/scene';
import { Tools } from './map/tools';
import { Trails } from './map/trails';
import { loadChartData } from './map/load';
import { DistressMarks } from './map/distressmarks';
import { bindPointer } from './map/pointer';
import { historyVessel } from './past/archive';
import { Heat } from './past/heat';
import { Past } from './past/player';
import { viewportBox } from './stream/viewport';
import { PictureClock } from './stream/clock';
import { Connection } from './stream/connection';
import { E4MIN, Vessels } from './stream/vessels';
import { Alarm } from './ui/alarm';
import { Banners } from './ui/banners';
import { Card } from './ui/card';
import { h, iconButton, replace, setText } from './ui/dom';
import { Help } from './ui/help';
import { bindKeys } from './ui/keys';
import { Legend } from './ui/legend';
import { SidePanel } from './ui/panel';
import { Search } from './ui/search';
import { fitToVessels } from './map/fit';
import { StatusBar } from './ui/statusbar';
import { TimeBar } from './ui/timebar';
import { TopBar } from './ui/topbar';
import { installTestHook } from './testhook';

/** The Gulf of Guayaquil to the Galápagos, should the server not say where to look. */
const DEFAULT_VIEW = { lon: -84, lat: -1, zoom: 5 };

async function start(): Promise<void> {
  const state = createState();
  const fromHash = readHash(location.hash);
  state.set(fromHash.patch);
  setLang(state.get().lang ?? browserLang());

  const status = await Promise.race([api.status().catch(() => null), new Promise<null>((done) => setTimeout(() => done(null), 3000))]);
  const given = fromHash.view ?? status?.view;
  const view = given ?? DEFAULT_VIEW;
  let placed = given !== undefined && given !== null;

  const app = { state, status, hover: -1, zones: [], insets: { top: 48, left: 0, right: 0, bottom: 28 }, look: 'dark' } as unknown as App;
  const stage = document.getElementById('chart')!;
  const live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  app.announce = (text) => setText(live, text);
  app.clock = app.liveClock = new PictureClock();
  app.vessels = app.live = new Vessels(
    (hello) => {
      app.liveClock.reset();
      app.liveClock.tick(hello.clockUs, performance.now());
    },
    (tick) => {
      app.liveClock.tick(tick.clockUs, performance.now());
      if (app.past.on) return;
      if (app.detail.extend()) app.scene.invalidate();
      if (app.tools.rings && 'mmsi' in app.tools.rings) app.scene.toolsChanged();
      placed ||= fitToVessels(app);
      follow(app);
      app.scene.ticked();
    });
  app.chart = new Chart(stage, view);
  app.chart.map.on('movestart', (event) => { placed ||= 'originalEvent' in event && !!event.originalEvent; });
  app.projector = new Projector();
  app.projector.update(app.chart.map);
  app.detail = new Detail(state, () => ({ vessels: app.vessels, at: app.past.on ? app.past.time : null, minutes: app.past.trailMinutes }));
  app.feeds = new FeedWatch();
  app.tools = new Tools(app);
  app.trails = new Trails(app);
  app.past = new Past(app);
  app.heat = new Heat(app);
  app.scene = new Scene(app);
  app.overlay = new Overlay(app, stage);
  app.connection = new Connection(status?.stream ?? '/api/v1/stream', app.live, () => topbar.tick());
  app.measureInsets = () => {
    const style = getComputedStyle(document.body);
    const px = (name: string) => parseFloat(style.getPropertyValue(name)) || 0;
    const sheet = innerWidth <= 760;
    const { panel: open, selected } = state.get();
    app.insets = { top: px('--bar'), left: !sheet && open ? px('--panel') : 0, right: !sheet && selected !== null ? px('--card') : 0,
      bottom: sheet && (open || selected !== null) ? innerHeight * 0.55 : px('--foot') };
    app.overlay.invalidate();
  };
  app.obstacles = () => [topbar.el, legend.el, zoom, banners.el, panel.el, card.el, timebar.el].map((el) => el.getBoundingClientRect());
  app.repaint = () => {
    for (const part of [legend, panel]) part.refresh();
    topbar.tick();
    card.update();
    card.updateChart();
    app.overlay.invalidate();
  };
  app.select = (mmsi, options) => select(app, mmsi, options?.centre ?? false);

  const search = new Search(app), topbar = new TopBar(app, search.el), panel = new SidePanel(app), card = new Card(app);
  const banners = new Banners(app), alarm = new Alarm(app, banners), legend = new Legend(app), statusbar = new StatusBar(app), help = new Help(app);
  const timebar = new TimeBar(app);
  const zoom = h('div', { class: 'zoom' });
  const root = document.getElementById('app')!;
  root.append(topbar.el, banners.el, legend.el, panel.el, card.el, zoom, timebar.frame, timebar.el, statusbar.el, help.el, live);
  const marks = new DistressMarks(app, banners);

  const renderAll = () => {
    document.title = status?.title ?? 'Vigía';
    setText(document.getElementById('skip')!, t('app.skip'));
    app.chart.map.getCanvas().setAttribute('aria-label', t('app.mapLabel'));
    replace(zoom, iconButton('plus', t('tool.zoomIn'), () => app.chart.map.zoomIn()), iconButton('minus', t('tool.zoomOut'), () => app.chart.map.zoomOut()));
    for (const part of [topbar, search, legend, panel, card, banners, statusbar, help, timebar]) part.render();
    app.overlay.invalidate();
  };
  state.watch(['lang'], () => {
    setLang(state.get().lang ?? browserLang());
    renderAll();
  });

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const applyTheme = () => {
    const { theme } = state.get();
    app.look = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    document.documentElement.dataset.theme = app.look;
    if (app.chart.map.isStyleLoaded() !== undefined) app.chart.setLook(app.look);
    app.scene.invalidate();
    app.scene.toolsChanged();
    card.updateChart();
    app.heat.paint();
    timebar.timeline.invalidate();
  };
  document.documentElement.dataset.theme = state.get().theme === 'system' ? (dark.matches ? 'dark' : 'light') : state.get().theme;

  const showLayers = () => {
    const { hidden, toggledZones } = state.get();
    app.chart.show('ports', !hidden.has('ports'));
    app.chart.show('border', !hidden.has('borders'));
    for (const zone of app.zones) app.chart.show(`zone-${zone.id}-`, zone.shown !== toggledZones.has(zone.id));
  };

  const saveHash = () => {
    const c = app.chart.map.getCenter();
    history.replaceState(null, '', writeHash({ lon: c.lng, lat: c.lat, zoom: app.chart.map.getZoom() }, state.get(), app.past.on ? app.past.time : null));
  };
  let hashTimer = 0;
  const hashSoon = () => {
    clearTimeout(hashTimer);
    hashTimer = window.setTimeout(saveHash, 250);
  };
  state.watch(['selected', 'follow', 'filter', 'hidden', 'toggledZones', 'vectorMinutes', 'trails', 'panel', 'theme', 'lang', 'past'], hashSoon);
  app.past.watchTime(() => {
    topbar.tick();
    if (!app.past.playing) hashSoon();
  });
  app.chart.map.on('moveend', hashSoon);
  addEventListener('hashchange', () => {
    const { view: at, patch, at: moment } = readHash(location.hash);
    state.set(patch);
    if (moment === null) app.past.close();
    else void app.past.open(moment);
    if (at) app.chart.map.jumpTo({ center: [at.lon, at.lat], zoom: at.zoom });
  });

  state.watch(['theme'], applyTheme);
  dark.addEventListener('change', applyTheme);
  state.watch(['hidden', 'toggledZones'], () => {
    showLayers();
    app.overlay.invalidate();
  });
  state.watch(['filter', 'hidden', 'vectorMinutes', 'trails', 'selected'], () => app.scene.invalidate());
  state.watch(['follow'], () => follow(app));
  app.detail.watch(() => app.scene.invalidate());

  document.getElementById('skip')!.addEventListener('click', (event) => {
    event.preventDefault();
    state.set({ panel: 'list' });
  });
  bindKeys(app, () => search.input.focus());
  bindPointer(app, statusbar);
  renderAll();
  card.render();

  app.chart.map.once('style.load', () => {
    applyTheme();
    showLayers();
    void loadChartData(app).then(() => {
      showLayers();
      panel.render();
      app.overlay.invalidate();
    });
  });
  viewportBox(app);
  app.feeds.start();
  app.detail.beat();

  // The parts keep their own pace within these two beats.
  setInterval(() => {
    topbar.tick();
    timebar.tick();
  }, 250);
  setInterval(() => {
    app.detail.beat();
    app.feeds.beat();
    app.trails.refresh();
    if (document.hidden) return alarm.beat();
    banners.refresh();
    marks.refresh();
    legend.refresh();
    panel.refresh();
    card.update();
    card.updateChart();
    alarm.beat();
    if (!app.status) void api.status().then((late: Status) => { app.status = late; topbar.render(); }, () => undefined);
  }, 1000);
  if (fromHash.at !== null) void app.past.open(fromHash.at);
  installTestHook(app);
}

function select(app: App, mmsi: number | null, centre: boolean): void {
  app.state.set({ selected: mmsi, ...(mmsi === null ? { follow: false } : {}) });
  if (mmsi === null || !centre) return;
  const v = app.vessels, slot = v.find(mmsi);
  const go = (lon: number, lat: number) => void app.chart.map.easeTo({ center: [lon, lat], zoom: Math.max(app.chart.map.getZoom(), 9), duration: reducedMotion() ? 0 : 600, 
    // The middle of what bars and panels leave free.
    offset: [(app.insets.left - app.insets.right) / 2, (app.insets.top - app.insets.bottom) / 2] });
  if (slot >= 0 && v.hasPosition(slot)) return go(v.lon[slot] / E4MIN, v.lat[slot] / E4MIN);
  // Not in the stream's view: the server knows where.
  (app.past.on ? historyVessel(mmsi, app.past.time, 10) : api.vessel(mmsi)).then((d) => d.lon !== undefined && d.lat !== undefined && app.state.get().selected === mmsi && go(d.lon, d.lat), () => undefined);
}

function follow(app: App): void {
  const { follow: on, selected } = app.state.get();
  if (!on || selected === null || app.chart.map.isMoving()) return;
  const v = app.vessels, slot = v.find(selected);
  if (slot < 0 || !v.hasPosition(slot)) return;
  const { insets, projector: pr } = app;
  const x = pr.x(v.lon[slot] / E4MIN) - (pr.width + insets.left - insets.right) / 2, y = pr.y(v.lat[slot] / E4MIN) - (pr.height + insets.top - insets.bottom) / 2;
  if (Math.hypot(x, y) > 2) app.chart.map.panBy([x, y], { animate: false });
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

void start();
