/**
 * Alerts on the chart: a mark for each that is to be looked at, and of the open one the tracks, the moment, and the line between
 * two vessels. Marks are elements, so that they can be pressed and are told to those who hear the page.
 */
import maplibregl from 'maplibre-gl';
import type { AlertRow } from '../api';
import { ALERTS } from '../app/alerts';
import { ALERT_TRACKS } from '../app/alerttracks';
import { eventTitle, joinNames } from '../app/alerttext';
import { MOST_GAP_MS, momentOf, positionAt } from '../app/behaviour';
import { LAYOUT } from '../app/layout';
import { Page, register, service } from '../app/page';
import { t } from '../i18n';
import { markElement } from './alertmark';
import { CHART } from '../map/chart';
import { strandsOf, unwrapped } from '../map/geo';
import { PALETTES } from '../map/palette';

/** Elements cost work on every frame: of more alerts the most urgent have marks. */
const MOST_MARKS = 80;
const SOURCE = 'alert-focus';
const CLOSEST_ZOOM = 12, FAR_ZOOM = 5.5, EDGE_PX = 70;
/** A share of the height: there must be room for what is shown. */
const MOST_BELOW = 0.72, LEAST_PX = 80;

type Feature = GeoJSON.Feature;

/** A strand in stretches that were heard, and between them those where nobody heard her: there a line is only a guess. Ends are indices. */
function stretchesOf(points: readonly { t: number }[]): { part: 'track' | 'unheard'; from: number; to: number }[] {
  const stretches: { part: 'track' | 'unheard'; from: number; to: number }[] = [];
  for (let i = 1; i < points.length; i++) {
    const part = points[i].t - points[i - 1].t > MOST_GAP_MS ? 'unheard' : 'track', last = stretches[stretches.length - 1];
    if (last?.part === part && part === 'track') last.to = i;
    else stretches.push({ part, from: i - 1, to: i });
  }
  return stretches;
}

const line = (part: string, coordinates: [number, number][]): Feature => ({ type: 'Feature', properties: { part }, geometry: { type: 'LineString', coordinates } });

export class AlertMap {
  private marks = new Map<string, { marker: maplibregl.Marker; shape: string }>();
  private data: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
  private fitted = '';
  private ready = false;
  private readonly chart = this.page.get(CHART);
  private readonly book = this.page.get(ALERTS);
  private readonly tracks = this.page.get(ALERT_TRACKS);
  private readonly layout = this.page.get(LAYOUT);

  constructor(private readonly page: Page) {
    page.bus.on('alerts', () => this.update());
    page.state.watch(['past', 'exercise', 'lang'], () => this.update());
    page.state.watch(['look'], () => this.paint());
    // From far off marks would cover what they stand for.
    const far = () => this.chart.map.getContainer().classList.toggle('seen-far', this.chart.map.getZoom() < FAR_ZOOM);
    this.chart.map.on('zoomend', far);
    far();
    this.chart.map.once('style.load', () => {
      const { map } = this.chart;
      map.addSource(SOURCE, { type: 'geojson', data: this.data });
      map.addLayer({ id: `${SOURCE}-halo`, type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'track'], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-width': 7, 'line-opacity': 0.35 } });
      map.addLayer({ id: `${SOURCE}-track`, type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'track'], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-width': 2.4 } });
      map.addLayer({ id: `${SOURCE}-unheard`, type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'unheard'], paint: { 'line-width': 2, 'line-dasharray': [1, 2.4], 'line-opacity': 0.8 } });
      map.addLayer({ id: `${SOURCE}-between`, type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'between'], paint: { 'line-width': 2.2, 'line-dasharray': [2, 1.6] } });
      map.addLayer({ id: `${SOURCE}-dot`, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'dot'], paint: { 'circle-radius': 5, 'circle-stroke-width': 2.4 } });
      this.ready = true;
      this.paint();
      this.update();
    });
  }

  private paint(): void {
    if (!this.ready) return;
    const p = PALETTES[this.page.state.get().look], { map } = this.chart;
    map.setPaintProperty(`${SOURCE}-halo`, 'line-color', p.sea);
    for (const part of ['track', 'unheard']) map.setPaintProperty(`${SOURCE}-${part}`, 'line-color', ['match', ['get', 'n'], 0, p.select, p.categories.passenger]);
    map.setPaintProperty(`${SOURCE}-between`, 'line-color', p.text);
    map.setPaintProperty(`${SOURCE}-dot`, 'circle-color', p.sea);
    map.setPaintProperty(`${SOURCE}-dot`, 'circle-stroke-color', p.text);
  }

  private update(): void {
    this.drawMarks();
    this.drawFocus();
    this.page.bus.emit('retext');
  }

  private drawMarks(): void {
    const { alert, past } = this.page.state.get();
    // In the past the events of that time have marks; of alerts only the open one.
    const rows = this.book.shown().filter((row) => typeof row.lon === 'number' && typeof row.lat === 'number' && (!past || row.id === alert)).slice(0, MOST_MARKS);
    const { detail } = this.book;
    if (detail && typeof detail.lon === 'number' && !rows.some(({ id }) => id === detail.id)) rows.push(detail);
    const seen = new Set<string>();
    for (const row of rows) {
      const label = `${t(`severity.${row.severity}`)}: ${eventTitle(row.kind)}, ${joinNames(this.book.names(row))}`, shape = JSON.stringify([row.severity, row.state, label, row.id === alert]);
      seen.add(row.id);
      let held = this.marks.get(row.id);
      if (held && held.shape !== shape) {
        held.marker.remove();
        held = undefined;
      }
      if (!held) {
        const element = markElement(row, label, row.id === alert, () => this.page.state.set({ alert: row.id, selected: null }));
        this.marks.set(row.id, (held = { shape, marker: new maplibregl.Marker({ element }).setLngLat([row.lon!, row.lat!]).addTo(this.chart.map) }));
      } else held.marker.setLngLat([row.lon!, row.lat!]);
    }
    for (const [id, { marker }] of this.marks) {
      if (seen.has(id)) continue;
      marker.remove();
      this.marks.delete(id);
    }
  }

  private drawFocus(): void {
    const { detail } = this.book, { tracks } = this.tracks, features: Feature[] = [];
    if (detail && this.tracks.state === 'here') {
      tracks.forEach((track, n) => {
        for (const strand of strandsOf(track.points)) {
          const places = unwrapped(strand);
          for (const { part, from, to } of stretchesOf(strand)) {
            const feature = line(part, places.slice(from, to + 1));
            feature.properties!.n = n;
            features.push(feature);
          }
        }
      });
      const begin = Date.parse(detail.begin), moment = momentOf(tracks, begin, detail.end ? Date.parse(detail.end) : begin);
      const at = tracks.map((track) => positionAt(track.points, moment)).filter((place): place is { lon: number; lat: number } => place !== null);
      for (const { lon, lat } of at) features.push({ type: 'Feature', properties: { part: 'dot' }, geometry: { type: 'Point', coordinates: [lon, lat] } });
      if (at.length > 1) features.push(line('between', unwrapped(at.slice(0, 2))));
    }
    this.data = { type: 'FeatureCollection', features };
    (this.chart.map.getSource(SOURCE) as maplibregl.GeoJSONSource | undefined)?.setData(this.data);
    if (!detail) this.fitted = '';
    else if (this.tracks.state === 'here' && this.fitted !== detail.id) {
      this.fitted = detail.id;
      if (!this.inSight(detail)) this.fit();
    }
  }

  private inSight(row: Pick<AlertRow, 'lon' | 'lat'>): boolean {
    if (typeof row.lon !== 'number' || typeof row.lat !== 'number') return true;
    const pr = this.chart.projector, { insets } = this.layout;
    pr.update(this.chart.map);
    const x = pr.x(row.lon), y = pr.y(row.lat);
    return x > insets.left && x < pr.width - insets.right && y > insets.top + this.layout.banners() && y < pr.height - insets.bottom && this.chart.map.getZoom() >= 8;
  }

  /** All of the open alert into the free part of the chart. */
  fit(): void {
    const { detail } = this.book;
    if (!detail) return;
    const points: [number, number][] = this.tracks.tracks.flatMap((track) => unwrapped(track.points));
    if (typeof detail.lon === 'number' && typeof detail.lat === 'number') points.push([detail.lon, detail.lat]);
    if (points.length === 0) return;
    const lons = points.map(([lon]) => lon), lats = points.map(([, lat]) => lat), { insets } = this.layout;
    const free = innerWidth - insets.left - insets.right, edge = Math.min(EDGE_PX, free / 6);
    const bottom = Math.min(innerHeight * MOST_BELOW, insets.bottom + edge), top = Math.min(insets.top + this.layout.banners() + edge, innerHeight - bottom - LEAST_PX);
    this.chart.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], {
      padding: { left: insets.left + edge, right: insets.right + edge, top, bottom }, maxZoom: CLOSEST_ZOOM, duration: 400,
    });
  }
}

export const ALERT_MAP = service('alertmap', (page) => new AlertMap(page));

register({ id: 'alertmap', title: null, place: 'chart', order: 72, mount: (page) => { page.get(ALERT_MAP); return {}; } });
