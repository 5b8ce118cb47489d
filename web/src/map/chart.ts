/** The MapLibre map: Natural Earth land, borders, ports and the server's zones. North-up and flat, as a chart is. */
import maplibregl from 'maplibre-gl';
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { service } from '../app/page';
import type { Look } from '../app/state';
import { PALETTES } from './palette';

/** Below this zoom the 1:50m land is drawn, from it on the 1:10m land, which is 8 MB and fetched only then. */
const FINE_ZOOM = 4.5;

type Paint = [layer: string, property: string, value: string | number];

function paints(look: Look): Paint[] {
  const p = PALETTES[look];
  return [
    ['sea', 'background-color', p.sea],
    ...['50m', '10m'].flatMap((s): Paint[] => [
      [`land-${s}`, 'fill-color', p.land], [`coast-${s}`, 'line-color', p.coast], [`border-${s}`, 'line-color', p.border],
    ]),
    ['ports', 'circle-color', p.land], ['ports', 'circle-stroke-color', p.port],
    ['coverage-fill', 'fill-color', p.coverage], ['coverage-line', 'line-color', p.coverage], ['coverage-silent', 'line-color', p.textSoft],
  ];
}

function style(): StyleSpecification {
  const range = (s: string) => (s === '50m' ? { maxzoom: FINE_ZOOM } : { minzoom: FINE_ZOOM });
  const layers: LayerSpecification[] = [{ id: 'sea', type: 'background' }];
  for (const s of ['50m', '10m']) {
    layers.push(
      { id: `land-${s}`, type: 'fill', source: `land-${s}`, ...range(s), paint: { 'fill-antialias': false } },
      { id: `border-${s}`, type: 'line', source: `borders-${s}`, ...range(s), paint: { 'line-width': 1, 'line-dasharray': [4, 3] } },
      { id: `coast-${s}`, type: 'line', source: `land-${s}`, ...range(s), layout: { 'line-join': 'round' },
        paint: { 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 8, 1.2, 13, 1.8] } },
    );
  }
  layers.push(
    { id: 'coverage-fill', type: 'fill', source: 'coverage', filter: ['==', ['get', 'state'], 'live'], paint: { 'fill-opacity': 0.055, 'fill-antialias': false } },
    { id: 'coverage-line', type: 'line', source: 'coverage', filter: ['==', ['get', 'state'], 'live'], paint: { 'line-width': 1.1, 'line-opacity': 0.6 } },
    // A sensor that says nothing sees nothing: its outline is only where it would.
    { id: 'coverage-silent', type: 'line', source: 'coverage', filter: ['!=', ['get', 'state'], 'live'], paint: { 'line-width': 1, 'line-opacity': 0.55, 'line-dasharray': [2, 4] } });
  layers.push({ id: 'ports', type: 'circle', source: 'ports', minzoom: 4.5,
    paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 1.6, 9, 3.2, 13, 4.5], 'circle-stroke-width': 1.3 } });
  const geojson = (name: string, maxzoom: number) => ({ type: 'geojson' as const, data: `${location.origin}/data/${name}.json`, maxzoom, tolerance: 0.4 });
  return {
    version: 8,
    sources: {
      'land-50m': geojson('land-50m', 5), 'borders-50m': geojson('borders-50m', 5),
      'land-10m': geojson('land-10m', 11), 'borders-10m': geojson('borders-10m', 10),
      coverage: { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0.2 },
      ports: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers,
  };
}

/** `shown`: as the server proposes. */
export interface ZoneLayer { id: string; title: string; url: string; shown: boolean; data: GeoJSON.FeatureCollection }

/** Screen ↔ chart for a flat, north-up Web Mercator map: a few multiplications instead of MapLibre's matrices. */
export class Projector {
  width = 0;
  height = 0;
  private cx = 0;
  private cy = 0;
  private world = 512;

  update(map: maplibregl.Map): void {
    const centre = map.getCenter();
    const el = map.getContainer();
    this.width = el.clientWidth;
    this.height = el.clientHeight;
    this.world = 512 * 2 ** map.getZoom();
    this.cx = (centre.lng + 180) / 360;
    this.cy = 0.5 - Math.log(Math.tan(Math.PI / 4 + (centre.lat * Math.PI) / 360)) / (2 * Math.PI);
  }

  /** Pixels from the left, on the copy of the world nearest to the middle. */
  x(lon: number): number {
    let d = (lon + 180) / 360 - this.cx;
    d -= Math.round(d);
    return d * this.world + this.width / 2;
  }

  y(lat: number): number {
    return (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI) - this.cy) * this.world + this.height / 2;
  }

  lon(x: number): number {
    return ((x - this.width / 2) / this.world + this.cx) * 360 - 180;
  }

  lat(y: number): number {
    const m = (y - this.height / 2) / this.world + this.cy;
    return (Math.atan(Math.exp((0.5 - m) * 2 * Math.PI)) * 360) / Math.PI - 90;
  }

  /** Ground metres in one pixel at a latitude. */
  metresPerPixel(lat: number): number {
    return (40075016.7 * Math.cos((lat * Math.PI) / 180)) / this.world;
  }

  inside(x: number, y: number, margin: number): boolean {
    return x >= -margin && y >= -margin && x <= this.width + margin && y <= this.height + margin;
  }
}

export class Chart {
  readonly map: maplibregl.Map;
  private look: Look = 'dark';
  readonly projector = new Projector();
  readonly zones: ZoneLayer[] = [];

  constructor(container: HTMLElement, view: { lon: number; lat: number; zoom: number }) {
    maplibregl.setWorkerUrl(`${location.origin}/chart-worker.js`);
    this.map = new maplibregl.Map({
      container, style: style(), center: [view.lon, view.lat], zoom: view.zoom, minZoom: 1, maxZoom: 18,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0,
      fadeDuration: 0, doubleClickZoom: true, canvasContextAttributes: { antialias: false }, renderWorldCopies: true,
      locale: {}, trackResize: true,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
  }

  setLook(look: Look): void {
    this.look = look;
    for (const [layer, property, value] of paints(look)) this.map.setPaintProperty(layer, property, value);
    for (const zone of this.zones) this.paintZone(zone);
  }

  show(layerPrefix: string, visible: boolean): void {
    for (const { id } of this.map.getStyle().layers)
      if (id.startsWith(layerPrefix)) this.map.setLayoutProperty(id, 'visibility', visible ? 'visible' : 'none');
  }

  setPorts(data: GeoJSON.FeatureCollection): void {
    (this.map.getSource('ports') as maplibregl.GeoJSONSource).setData(data);
  }

  /** What sensors see: polygons with their `state`. Before the style is there it does nothing. */
  setCoverage(data: GeoJSON.FeatureCollection): void {
    (this.map.getSource('coverage') as maplibregl.GeoJSONSource | undefined)?.setData(data);
  }

  addZone(zone: ZoneLayer): void {
    this.zones.push(zone);
    const source = `zone-${zone.id}`;
    this.map.addSource(source, { type: 'geojson', data: zone.data });
    this.map.addLayer({ id: `${source}-fill`, type: 'fill', source, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-opacity': 0.06 } }, 'ports');
    this.map.addLayer({ id: `${source}-line`, type: 'line', source, 
      // Boundaries are read; lines, such as lanes, are background.
      paint: { 'line-width': 1.1, 'line-dasharray': [5, 3], 'line-opacity': ['case', ['==', ['geometry-type'], 'LineString'], 0.28, 0.7] } }, 'ports');
    this.paintZone(zone);
  }

  private paintZone(zone: ZoneLayer): void {
    // A zone file may bring its own colour, as simplestyle GeoJSON does.
    const colour = PALETTES[this.look].zone;
    this.map.setPaintProperty(`zone-${zone.id}-fill`, 'fill-color', ['to-color', ['get', 'fill'], ['get', 'stroke'], colour]);
    this.map.setPaintProperty(`zone-${zone.id}-line`, 'line-color', ['to-color', ['get', 'stroke'], colour]);
  }
}

/** Put there by main.ts, which knows where to look first. */
export const CHART = service<Chart>('chart');
