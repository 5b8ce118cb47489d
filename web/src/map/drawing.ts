/**
 * Drawing an area or a gate on the chart, and moving its points after. While it is drawn, clicks are its points; then each point is
 * an element that can be dragged, or moved and removed by the keyboard, with one between two that adds a point.
 */
import maplibregl from 'maplibre-gl';
import { formatPosition } from '../app/format';
import type { Shape } from '../app/areas';
import { Page, register, service } from '../app/page';
import { t } from '../i18n';
import { CHART } from './chart';
import { PALETTES } from './palette';

type Point = [lon: number, lat: number];
const SOURCE = 'drawing';
/** Of a border with more points only its form and not each point can be changed here. */
const MOST_HANDLES = 150;
const STEP_PX = 6;

export class Drawing {
  shape: Shape | null = null;
  points: Point[] = [];
  /** Points are still being added by clicks. */
  adding = false;
  private cursor: Point | null = null;
  private handles: maplibregl.Marker[] = [];
  private done: ((points: Point[] | null) => void) | null = null;
  private changed: (() => void) | null = null;
  private readonly chart = this.page.get(CHART);

  constructor(private readonly page: Page) {
    const { map } = this.chart;
    const begin = () => {
      map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
      map.addLayer({ id: `${SOURCE}-fill`, type: 'fill', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-opacity': 0.18 } });
      map.addLayer({ id: `${SOURCE}-line`, type: 'line', source: SOURCE, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-width': 2.4 } });
      map.addLayer({ id: `${SOURCE}-dot`, type: 'circle', source: SOURCE, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 4.5 } });
      this.draw();
    };
    if (map.isStyleLoaded()) begin();
    else map.once('style.load', begin);
    page.state.watch(['look'], () => this.draw());
    map.on('mousemove', (event) => {
      if (!this.adding) return;
      const { lng, lat } = event.lngLat.wrap();
      this.cursor = [lng, lat];
      this.draw();
    });
    addEventListener('keydown', (event) => this.key(event), true);
  }

  /** Null: given up. */
  ask(shape: Shape): Promise<Point[] | null> {
    this.edit(null);
    this.page.state.set({ tool: null, hover: -1, selected: null, alert: null });
    this.shape = shape;
    this.points = [];
    this.adding = true;
    this.chart.map.doubleClickZoom.disable();
    this.chart.map.getCanvas().style.cursor = 'crosshair';
    document.body.classList.add('is-picking');
    this.page.bus.emit('areas');
    this.draw();
    return new Promise((done) => { this.done = done; });
  }

  /** True when the click was for this. */
  click(lon: number, lat: number): boolean {
    if (!this.adding) return false;
    const last = this.points[this.points.length - 1], pr = this.chart.projector;
    // The second click of a double click is no new point.
    if (!last || Math.hypot(pr.x(last[0]) - pr.x(lon), pr.y(last[1]) - pr.y(lat)) > 4) this.points.push([lon, lat]);
    this.draw();
    return true;
  }

  /** Double-click or Enter. False: nothing was being drawn, or too few points. */
  finish(): boolean {
    if (!this.adding || this.points.length < (this.shape === 'Polygon' ? 3 : 2)) return false;
    this.end(this.points);
    return true;
  }

  cancel(): boolean {
    if (!this.adding) return false;
    this.end(null);
    return true;
  }

  private end(points: Point[] | null): void {
    const { done } = this;
    this.done = null;
    if (this.adding) {
      this.adding = false;
      this.cursor = null;
      this.shape = null;
      this.points = [];
      this.chart.map.doubleClickZoom.enable();
      this.chart.map.getCanvas().style.cursor = '';
      document.body.classList.remove('is-picking');
      this.page.bus.emit('areas');
      this.draw();
    }
    done?.(points);
  }

  private key(event: KeyboardEvent): void {
    if (!this.adding || (event.target instanceof HTMLElement && event.target.matches('input, textarea, select'))) return;
    const run = { Enter: () => this.finish(), Escape: () => this.cancel(), Backspace: () => { this.points.pop(); this.draw(); } }[event.key];
    if (!run) return;
    run();
    event.preventDefault();
    event.stopPropagation();
  }

  /** Shows points that can be moved; `changed` after each change. Null: none more. */
  edit(shape: Shape | null, points: Point[] = [], changed: (() => void) | null = null): void {
    this.end(null);
    this.shape = shape;
    this.points = points;
    this.changed = changed;
    this.placeHandles();
    this.draw();
  }

  private placeHandles(focus = -1): void {
    for (const handle of this.handles) handle.remove();
    this.handles = [];
    const { points, shape } = this, n = points.length;
    if (!shape || n === 0 || n > MOST_HANDLES) return;
    points.forEach((point, i) => this.handles.push(this.handle(i, point)));
    if (focus >= 0) this.handles[Math.min(focus, n - 1)]?.getElement().focus();
    for (let i = 0; i < (shape === 'Polygon' ? n : n - 1); i++) this.handles.push(this.between(i, points[i], points[(i + 1) % n]));
  }

  private handle(i: number, at: Point): maplibregl.Marker {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'vertex';
    element.dataset.point = String(i);
    const label = () => element.setAttribute('aria-label', t('areas.point', { n: i + 1, at: formatPosition(this.points[i][1], this.points[i][0]) }));
    label();
    const marker = new maplibregl.Marker({ element, draggable: true }).setLngLat(at).addTo(this.chart.map);
    marker.on('drag', () => {
      const { lng, lat } = marker.getLngLat();
      this.points[i] = [lng, lat];
      this.draw();
    });
    marker.on('dragend', () => { this.placeHandles(); this.changed?.(); });
    element.addEventListener('click', (event) => { event.stopPropagation(); element.focus(); });
    element.addEventListener('keydown', (event) => {
      const step = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key];
      if (step) {
        const { map } = this.chart, p = map.project(this.points[i]), to = map.unproject([p.x + step[0] * STEP_PX, p.y + step[1] * STEP_PX]);
        this.points[i] = [to.lng, to.lat];
        this.placeHandles(i);
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        if (this.points.length <= (this.shape === 'Polygon' ? 3 : 2)) return;
        this.points.splice(i, 1);
        this.placeHandles(i);
      } else return;
      event.preventDefault();
      event.stopPropagation();
      this.draw();
      this.changed?.();
    });
    return marker;
  }

  private between(i: number, a: Point, b: Point): maplibregl.Marker {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'vertex middle';
    element.setAttribute('aria-label', t('areas.midpoint'));
    element.title = t('areas.midpoint');
    const at: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    element.addEventListener('click', (event) => {
      event.stopPropagation();
      this.points.splice(i + 1, 0, at);
      this.placeHandles(i + 1);
      this.draw();
      this.changed?.();
    });
    return new maplibregl.Marker({ element }).setLngLat(at).addTo(this.chart.map);
  }

  private draw(): void {
    const { map } = this.chart, source = map.getSource(SOURCE) as maplibregl.GeoJSONSource | undefined;
    if (!source) return;
    const colour = PALETTES[this.page.state.get().look].select;
    map.setPaintProperty(`${SOURCE}-fill`, 'fill-color', colour);
    map.setPaintProperty(`${SOURCE}-line`, 'line-color', colour);
    map.setPaintProperty(`${SOURCE}-dot`, 'circle-color', colour);
    const path = this.adding && this.cursor ? [...this.points, this.cursor] : this.points, features: GeoJSON.Feature[] = [];
    if (path.length > 1) features.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: this.shape === 'Polygon' && path.length > 2 ? [...path, path[0]] : path } });
    if (this.shape === 'Polygon' && path.length > 2) features.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...path, path[0]]] } });
    if (this.adding) for (const coordinates of this.points) features.push({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates } });
    source.setData({ type: 'FeatureCollection', features });
  }
}

export const DRAWING = service('drawing', (page) => new Drawing(page));

register({ id: 'drawing', title: null, place: 'chart', order: 48, mount: (page) => { page.get(DRAWING); return {}; } });
