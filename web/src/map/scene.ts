/**
 * What the GPU is given: symbols, course predictors, hulls to scale, trails, graticule and tools. Rebuilt when the
 * vessels, the filter or the view asks for it, never more often than `MIN_INTERVAL_MS`.
 */
import { MapboxOverlay } from '@deck.gl/mapbox';
import type { IControl } from 'maplibre-gl';
import { categoryOf } from '../app/category';
import type { App } from '../app/app';
import { compile } from '../app/filter';
import { CLASS, E4MIN } from '../stream/vessels';
import { destination } from './geo';
import { graticuleLines } from './graticule';
import { PlainLayer, StrokeLayer, SymbolLayer } from './glLayers';
import type { Rows } from './glLayers';
import { drawHull, hullPixels } from './hulls';
import { drawPastTrails } from '../past/trails';
import { categoryColours, PALETTES } from './palette';
import { PlainWriter, StrokeWriter, SymbolWriter } from './rows';
import type { Rgba } from './rows';
import { pointing, rankOf, RANKS, shapeOf, sizeOf, symbolPixels } from './symbols';

const MIN_INTERVAL_MS = 240, MIN_INTERVAL_PLAYING_MS = 60;
/** Predictors of more vessels than this would only be a carpet of lines. */
const MAX_VECTORS = 6000;
const EMPTY: Rows = { bytes: new ArrayBuffer(0), count: 0 };

export class Scene {
  /** Slots drawn as vessels, in drawing order; `drawn` of them count. */
  order = new Int32Array(0);
  drawn = 0;
  frames = 0;
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
  private readonly grid = new PlainWriter();
  private readonly tools = new StrokeWriter();
  private readonly hairlines = new PlainWriter();
  private readonly trail = new StrokeWriter();
  private rows = { symbols: EMPTY, vectors: EMPTY, hulls: EMPTY, edges: EMPTY, grid: EMPTY, tools: EMPTY, hairlines: EMPTY, trail: EMPTY };

  private base = 0;
  private seenVersion = -1;
  private dirty = true;
  private last = 0;
  private timer = 0;

  constructor(private readonly app: App) {
    const { map } = app.chart;
    map.addControl(this.overlay as unknown as IControl);
    map.on('moveend', () => this.invalidate());
    map.on('zoom', () => this.layers());
    map.on('render', () => this.frames++);
  }

  invalidate(): void {
    this.dirty = true;
    this.schedule();
  }

  /** The stream ticked. */
  ticked(): void {
    if (this.app.vessels.version !== this.seenVersion) this.dirty = true;
    this.schedule();
  }

  /** Other vessels, another clock. */
  reset(): void {
    this.base = 0;
    this.seenVersion = -1;
    this.invalidate();
  }

  private schedule(): void {
    if (this.timer) return;
    const wait = Math.max(0, (this.app.past.playing ? MIN_INTERVAL_PLAYING_MS : MIN_INTERVAL_MS) - (performance.now() - this.last));
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.last = performance.now();
      this.build();
    }, wait);
  }

  private build(): void {
    const { app } = this;
    app.projector.update(app.chart.map);
    if (this.dirty) {
      this.dirty = false;
      this.seenVersion = app.vessels.version;
      this.buildVessels();
      this.buildGrid();
      this.buildTrails();
    }
    this.layers();
    app.overlay.invalidate();
  }

  private buildVessels(): void {
    const { app, symbols, vectors, hulls, edges } = this;
    const { vessels: v, projector: pr } = app;
    const s = app.state.get();
    const zoom = app.chart.map.getZoom();
    const passes = compile(v, s.filter);
    const colours = categoryColours(app.look);
    const hideStations = s.hidden.has('stations'), hideAids = s.hidden.has('aids');
    if (this.base === 0 && app.clock.known) this.base = Math.floor(app.clock.seconds());

    this.collect((slot) => passes(slot)
      && !(hideStations && v.cls[slot] === CLASS.base) && !(hideAids && v.cls[slot] === CLASS.aton));

    symbols.reset();
    vectors.reset();
    hulls.reset();
    edges.reset();
    const scaleHulls = zoom >= 12.5 && !s.hidden.has('outlines');
    const px = symbolPixels(zoom);
    const edge = PALETTES[app.look].edge.map((c) => Math.round(c * 255)) as unknown as Rgba;
    const vectorColour = PALETTES[app.look].vector;
    for (let i = 0; i < this.drawn; i++) {
      const slot = this.order[i];
      const lon = v.lon[slot] / E4MIN, lat = v.lat[slot] / E4MIN;
      const direction = pointing(v, slot);
      const shape = shapeOf(v, slot, direction);
      const colour = colours[categoryOf(v.cls[slot], v.shiptype[slot], v.flags[slot])];
      const x = pr.x(lon), y = pr.y(lat);
      const near = pr.inside(x, y, 300);
      if (near && scaleHulls && direction >= 0 && hullPixels(v, slot, pr, lat) > px * 1.25) drawHull(v, slot, colour, edge, hulls, edges);
      else symbols.add(lon, lat, direction < 0 ? 0 : (direction * Math.PI) / 180, v.positionTime[slot] - this.base, shape, sizeOf(v, slot, shape),
        rankOf(v, slot) < 2, colour);
      if (near && s.vectorMinutes > 0 && zoom >= 6 && vectors.count < MAX_VECTORS) {
        const speed = v.speed(slot), course = v.course(slot);
        if (speed !== null && speed >= 0.5 && course !== null && rankOf(v, slot) >= 1) {
          const [lon2, lat2] = destination(lon, lat, course, speed * (s.vectorMinutes / 60));
          vectors.line(lon, lat, lon2, lat2, 1.3, vectorColour);
        }
      }
    }
    this.rows = { ...this.rows, symbols: symbols.rows(), vectors: vectors.rows(), hulls: hulls.rows(), edges: edges.rows() };
  }

  /** Counting sort by rank: the order array holds the slots that pass, what must be seen last. */
  private collect(passes: (slot: number) => boolean): void {
    const { vessels: v } = this.app;
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
    const { app } = this;
    this.grid.reset();
    if (!app.state.get().hidden.has('graticule')) graticuleLines(app.projector, PALETTES[app.look].graticule, this.grid);
    this.rows.grid = this.grid.rows();
  }

  private buildTrails(): void {
    const { app } = this;
    this.hairlines.reset();
    this.trail.reset();
    this.pastLines = app.past.on ? drawPastTrails(app, app.past, this.hairlines) : 0;
    app.trails.draw(this.hairlines, this.trail);
    this.rows = { ...this.rows, hairlines: this.hairlines.rows(), trail: this.trail.rows() };
  }

  /** Range rings and the measure line change with the pointer: rebuilt by themselves. */
  toolsChanged(): void {
    this.tools.reset();
    this.app.tools.draw(this.tools);
    this.rows = { ...this.rows, tools: this.tools.rows() };
    this.layers();
    this.app.overlay.invalidate();
  }

  private layers(): void {
    const { app, rows } = this;
    const palette = PALETTES[app.look];
    const symbol = {
      clock: (app.clock.known ? app.clock.seconds() : 0) - this.base,
      scale: symbolPixels(app.chart.map.getZoom()),
      edge: palette.edge,
    };
    const plain = { opacity: 1 };
    this.overlay.setProps({
      layers: [
        new PlainLayer({ id: 'graticule', rows: rows.grid, uniforms: plain, topology: 'line-list' }),
        new PlainLayer({ id: 'trails', rows: rows.hairlines, uniforms: plain, topology: 'line-list' }),
        new StrokeLayer({ id: 'trail', rows: rows.trail, uniforms: plain }),
        new StrokeLayer({ id: 'vectors', rows: rows.vectors, uniforms: plain }),
        new PlainLayer({ id: 'hulls', rows: rows.hulls, uniforms: plain, topology: 'triangle-list' }),
        new StrokeLayer({ id: 'edges', rows: rows.edges, uniforms: plain }),
        new SymbolLayer({ id: 'symbols', rows: rows.symbols, uniforms: symbol, topology: 'point-list' }),
        new StrokeLayer({ id: 'tools', rows: rows.tools, uniforms: plain }),
      ],
    });
  }
}
