/**
 * What the GPU is given: symbols, course predictors, hulls to scale, trails, graticule and tools. Rebuilt when the
 * vessels, the filter or the view asks for it, never more often than `MIN_INTERVAL_MS`.
 */
import { MapboxOverlay } from '@deck.gl/mapbox';
import type { IControl } from 'maplibre-gl';
import { categoryOf } from '../app/category';
import { Page, register, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { compile } from '../app/filter';
import { CLASS, E4MIN } from '../stream/vessels';
import { CHART } from './chart';
import { destination } from './geo';
import { graticuleLines } from './graticule';
import { PlainLayer, StrokeLayer, SymbolLayer } from './glLayers';
import type { Rows } from './glLayers';
import { drawHull, drawRing, hullPixels } from './hulls';
import { PLAYBACK } from '../past/playback';
import { drawPastTrails } from '../past/trails';
import { categoryColours, PALETTES } from './palette';
import { PlainWriter, StrokeWriter, SymbolWriter } from './rows';
import type { Rgba } from './rows';
import { isHollow, pointing, rankOf, RANKS, shapeOf, sizeOf, symbolPixels } from './symbols';
import { TOOLS } from './tools';
import { TRAILS } from './trails';
import { drawEllipse, drawSpread, ellipsePixels, spreadPixels } from './uncertainty';

const MIN_INTERVAL_MS = 240, MIN_INTERVAL_PLAYING_MS = 60;
/** Predictors of more vessels than this would only be a carpet of lines. */
const MAX_VECTORS = 6000;
/** From this zoom on the uncertainty of all in view is drawn, of so many at most; that of the selected one always. */
const UNCERTAINTY_ZOOM = 9, MAX_ELLIPSES = 500, MAX_SPREADS = 1000;
/** Smaller than this the ellipse would lie under its symbol. */
const LEAST_ELLIPSE_PX = 5;
/** And a spread under its predictor. */
const LEAST_SPREAD_PX = 2;
/** A contact that may not be there: how much of its colour is left. */
const FAINT = 0.45;
const EMPTY: Rows = { bytes: new ArrayBuffer(0), count: 0 };

export class Scene {
  /** Slots drawn as vessels, in drawing order; `drawn` of them count. */
  order = new Int32Array(0);
  drawn = 0;
  frames = 0;
  /** Ellipses and spreads of predictors that are drawn. */
  ellipses = 0;
  spreads = 0;
  /** Lines of past trails. */
  pastLines = 0;

  private readonly overlay = new MapboxOverlay({
    interleaved: false, layers: [], useDevicePixels: true,
    // The shaders smooth their own edges; multisampling would make a software rasteriser do the work four times.
    deviceProps: { type: 'webgl', webgl: { antialias: false } },
  });
  private readonly symbols = new SymbolWriter();
  private readonly vectors = new StrokeWriter();
  private readonly hulls = new PlainWriter();
  private readonly edges = new StrokeWriter();
  private readonly ellipseLines = new StrokeWriter();
  private readonly uncertain = new PlainWriter();
  private readonly grid = new PlainWriter();
  private readonly toolLines = new StrokeWriter();
  private readonly hairlines = new PlainWriter();
  private readonly trail = new StrokeWriter();
  private rows = { symbols: EMPTY, vectors: EMPTY, hulls: EMPTY, edges: EMPTY, ellipses: EMPTY, uncertain: EMPTY, grid: EMPTY, tools: EMPTY, hairlines: EMPTY, trail: EMPTY };

  private base = 0;
  private seenVersion = -1;
  private dirty = true;
  private last = 0;
  private timer = 0;
  private readonly picture = this.page.get(PICTURE);
  private readonly chart = this.page.get(CHART);
  private readonly playback = this.page.get(PLAYBACK);
  private readonly tools = this.page.get(TOOLS);
  private readonly trails = this.page.get(TRAILS);

  constructor(private readonly page: Page) {
    const { map } = this.chart, { bus, state } = page;
    map.addControl(this.overlay as unknown as IControl);
    map.on('moveend', () => this.invalidate());
    map.on('zoom', () => this.layers());
    map.on('render', () => this.frames++);
    bus.on('ticked', () => this.ticked());
    bus.on('shown', () => this.reset());
    bus.on('redraw', () => this.invalidate());
    bus.on('detail', () => this.invalidate());
    bus.on('tools', () => this.toolsChanged());
    state.watch(['filter', 'hidden', 'vectorMinutes', 'trails', 'selected', 'look'], () => this.invalidate());
    state.watch(['look'], () => this.toolsChanged());
  }

  /** Is what was drawn all that is known? */
  get current(): boolean {
    return !this.dirty && this.seenVersion === this.picture.vessels.version;
  }

  private invalidate(): void {
    this.dirty = true;
    this.schedule();
  }

  /** The stream ticked. */
  private ticked(): void {
    if (this.picture.vessels.version !== this.seenVersion) this.dirty = true;
    this.schedule();
  }

  /** Other vessels, another clock. */
  private reset(): void {
    this.base = 0;
    this.seenVersion = -1;
    this.invalidate();
  }

  private schedule(): void {
    if (this.timer) return;
    const wait = Math.max(0, (this.playback.playing ? MIN_INTERVAL_PLAYING_MS : MIN_INTERVAL_MS) - (performance.now() - this.last));
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.last = performance.now();
      this.build();
    }, wait);
  }

  private build(): void {
    this.chart.projector.update(this.chart.map);
    if (this.dirty) {
      this.dirty = false;
      this.seenVersion = this.picture.vessels.version;
      this.buildVessels();
      this.buildGrid();
      this.buildTrails();
    }
    this.layers();
    this.page.bus.emit('retext');
  }

  private buildVessels(): void {
    const { symbols, vectors, hulls, edges } = this;
    const v = this.picture.vessels, pr = this.chart.projector;
    const s = this.page.state.get();
    const zoom = this.chart.map.getZoom();
    const passes = compile(v, s.filter);
    const colours = categoryColours(this.page.state.get().look);
    const hideStations = s.hidden.has('stations'), hideAids = s.hidden.has('aids');
    if (this.base === 0 && this.picture.clock.known) this.base = Math.floor(this.picture.clock.seconds());

    this.collect((slot) => passes(slot)
      && !(hideStations && v.cls[slot] === CLASS.base) && !(hideAids && v.cls[slot] === CLASS.aton));

    symbols.reset();
    vectors.reset();
    hulls.reset();
    edges.reset();
    this.ellipseLines.reset();
    this.uncertain.reset();
    this.ellipses = this.spreads = 0;
    const selected = this.picture.slotOf(s.selected);
    const scaleHulls = zoom >= 12.5 && !s.hidden.has('outlines');
    const px = symbolPixels(zoom);
    const edge = PALETTES[this.page.state.get().look].edge.map((c) => Math.round(c * 255)) as unknown as Rgba;
    const vectorColour = PALETTES[this.page.state.get().look].vector;
    for (let i = 0; i < this.drawn; i++) {
      const slot = this.order[i];
      const lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
      const direction = pointing(v, slot);
      const shape = shapeOf(v, slot, direction);
      let colour = colours[categoryOf(v, slot)];
      if (v.tracks.isFaint(slot)) colour = [colour[0], colour[1], colour[2], Math.round(255 * FAINT)];
      const x = pr.x(lon), y = pr.y(lat);
      const near = pr.inside(x, y, 300);
      // Who does not speak, or no longer, keeps the form that tells it at every zoom.
      if (near && scaleHulls && direction >= 0 && !isHollow(shape) && hullPixels(v, slot, pr, lat) > px * 1.25) {
        drawHull(v, slot, colour, edge, hulls, edges);
        if (v.seen(slot) === 'both') drawRing(v, slot, pr, colour, edges);
      } else symbols.add(lon, lat, direction < 0 ? 0 : (direction * Math.PI) / 180, v.positionTime[slot] - this.base, shape, sizeOf(v, slot, shape, px),
        rankOf(v, slot) < 2, v.seen(slot) === 'both', colour);
      if (near && s.vectorMinutes > 0 && zoom >= 6 && vectors.count < MAX_VECTORS) {
        const speed = v.speed(slot), course = v.course(slot);
        if (speed !== null && course !== null && rankOf(v, slot) >= 2) {
          const [lon2, lat2] = destination(lon, lat, course, speed * (s.vectorMinutes / 60));
          vectors.line(lon, lat, lon2, lat2, 1.3, vectorColour);
        }
      }
      if (near && v.tracks.has[slot] && (slot === selected || (zoom >= UNCERTAINTY_ZOOM && !s.hidden.has('uncertainty')))) this.drawUncertainty(slot, slot === selected, colour);
    }
    this.rows = { ...this.rows, symbols: symbols.rows(), vectors: vectors.rows(), hulls: hulls.rows(), edges: edges.rows(), ellipses: this.ellipseLines.rows(), uncertain: this.uncertain.rows() };
  }

  private drawUncertainty(slot: number, selected: boolean, [r, g, b]: Rgba): void {
    const v = this.picture.vessels, { vectorMinutes } = this.page.state.get();
    const pixels = ellipsePixels(v, slot, this.chart.projector);
    if (selected ? pixels > 1 : pixels > LEAST_ELLIPSE_PX && this.ellipses < MAX_ELLIPSES) {
      drawEllipse(v, slot, pixels, selected ? 1.8 : 1.1, [r, g, b, selected ? 235 : 150], selected ? [r, g, b, 34] : null, this.ellipseLines, this.uncertain);
      this.ellipses++;
    }
    if (vectorMinutes === 0) return;
    if (!selected && (this.spreads >= MAX_SPREADS || spreadPixels(v, slot, vectorMinutes / 60, this.chart.projector) < LEAST_SPREAD_PX)) return;
    if (drawSpread(v, slot, vectorMinutes / 60, [r, g, b, selected ? 90 : 60], this.uncertain)) this.spreads++;
  }


  /** Counting sort by rank: the order array holds the slots that pass, what must be seen last. */
  private collect(passes: (slot: number) => boolean): void {
    const v = this.picture.vessels;
    if (this.order.length < v.high) this.order = new Int32Array(Math.ceil(v.high * 1.25));
    const ranks = new Int8Array(v.high);
    const starts = new Int32Array(RANKS + 1);
    for (let slot = 0; slot < v.high; slot++) {
      const shown = v.live[slot] === 1 && v.hasPosition(slot) && passes(slot);
      ranks[slot] = shown ? rankOf(v, slot) : -1;
      if (shown) starts[ranks[slot] + 1]++;
    }
    for (let r = 0; r < RANKS; r++) starts[r + 1] += starts[r];
    this.drawn = starts[RANKS];
    for (let slot = 0; slot < v.high; slot++) if (ranks[slot] >= 0) this.order[starts[ranks[slot]]++] = slot;
  }

  private buildGrid(): void {
    this.grid.reset();
    if (!this.page.state.get().hidden.has('graticule')) graticuleLines(this.chart.projector, PALETTES[this.page.state.get().look].graticule, this.grid);
    this.rows.grid = this.grid.rows();
  }

  private buildTrails(): void {
    this.hairlines.reset();
    this.trail.reset();
    this.pastLines = this.page.state.get().past ? drawPastTrails(this.playback, this.page.state.get(), this.hairlines) : 0;
    this.trails.draw(this.hairlines, this.trail);
    this.rows = { ...this.rows, hairlines: this.hairlines.rows(), trail: this.trail.rows() };
  }

  /** Range rings and the measure line change with the pointer: rebuilt by themselves. */
  private toolsChanged(): void {
    this.toolLines.reset();
    this.tools.draw(this.toolLines);
    this.rows = { ...this.rows, tools: this.toolLines.rows() };
    this.layers();
    this.page.bus.emit('retext');
  }

  private layers(): void {
    const { rows } = this;
    const palette = PALETTES[this.page.state.get().look];
    const symbol = {
      clock: (this.picture.clock.known ? this.picture.clock.seconds() : 0) - this.base,
      scale: symbolPixels(this.chart.map.getZoom()),
      edge: palette.edge,
      hollow: palette.hollow,
    };
    const plain = { opacity: 1 };
    this.overlay.setProps({
      layers: [
        new PlainLayer({ id: 'graticule', rows: rows.grid, uniforms: plain, topology: 'line-list' }),
        new PlainLayer({ id: 'trails', rows: rows.hairlines, uniforms: plain, topology: 'line-list' }),
        new StrokeLayer({ id: 'trail', rows: rows.trail, uniforms: plain }),
        new PlainLayer({ id: 'uncertain', rows: rows.uncertain, uniforms: plain, topology: 'triangle-list' }),
        new StrokeLayer({ id: 'ellipses', rows: rows.ellipses, uniforms: plain }),
        new StrokeLayer({ id: 'vectors', rows: rows.vectors, uniforms: plain }),
        new PlainLayer({ id: 'hulls', rows: rows.hulls, uniforms: plain, topology: 'triangle-list' }),
        new StrokeLayer({ id: 'edges', rows: rows.edges, uniforms: plain }),
        new SymbolLayer({ id: 'symbols', rows: rows.symbols, uniforms: symbol, topology: 'point-list' }),
        new StrokeLayer({ id: 'tools', rows: rows.tools, uniforms: plain }),
      ],
    });
  }
}

export const SCENE = service('scene', (page) => new Scene(page));

register({ id: 'scene', title: null, place: 'chart', order: 30, mount: (page) => { page.get(SCENE); return {}; } });
