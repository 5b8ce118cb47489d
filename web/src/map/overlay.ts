/**
 * The canvas above the chart: all text, the selection's bracket, the tools' figures. Text is drawn here and not by
 * MapLibre because its glyph files come from a server that a station at sea does not have; the system's fonts are.
 */
import { LAYOUT } from '../app/layout';
import { Page, register, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { sensorTitle, SENSORS } from '../app/sensors';
import { lang, Lang } from '../i18n';
import { E4MIN } from '../stream/vessels';
import { CHART } from './chart';
import { graticuleLabel, graticuleValues } from './graticule';
import { chooseLabels, Label, Occupied } from './labels';
import { hullPixels } from './hulls';
import { PALETTES } from './palette';
import { SCENE } from './scene';
import { symbolPixels } from './symbols';
import { TOOLS } from './tools';

const FONT = '"Inter", "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif';
const CHOOSE_MS = 450;
const SENSOR_NAME_ZOOM = 5.5, SENSOR_NAME_BELOW = 18;

export interface Port { name: string; code: string; lon: number; lat: number }

/** `ruled`: an area or a gate with a rule. */
export interface Zone { id: string; shown: boolean; ruled?: boolean; names: Record<Lang, string>; west: number; south: number; east: number; north: number }

export class Overlay {
  ports: Port[] = [];
  /** The zones' names and boxes, the widest first. */
  zones: Zone[] = [];
  private readonly canvas = document.createElement('canvas');
  private readonly ctx: CanvasRenderingContext2D;
  private labels: Label[] = [];
  private portLabels: Port[] = [];
  private zoneLabels: { zone: Zone; lon: number; lat: number }[] = [];
  private chosen = 0;
  private chooseTimer = 0;
  private frame = 0;
  private widths = new Map<string, number>();
  private obstacles: DOMRect[] = [];

  private readonly picture = this.page.get(PICTURE);
  private readonly layout = this.page.get(LAYOUT);
  private readonly chart = this.page.get(CHART);
  private readonly scene = this.page.get(SCENE);
  private readonly tools = this.page.get(TOOLS);
  private readonly sensors = this.page.get(SENSORS);
  /** Sensors whose name found room, by id. */
  private sensorLabels = new Set<number>();

  constructor(private readonly page: Page) {
    this.canvas.className = 'chart-text';
    this.chart.map.getContainer().parentElement!.append(this.canvas);
    page.bus.on('retext', () => this.invalidate());
    page.state.watch(['hidden', 'toggledZones'], () => this.invalidate());
    page.state.watch(['hover'], () => this.draw());
    this.ctx = this.canvas.getContext('2d')!;
    // In the same frame as the chart's own drawing: names must not swim behind a drag.
    this.chart.map.on('render', () => this.draw());
    this.chart.map.on('moveend', () => this.rechoose());
  }

  /** Something on this canvas changed: choose labels again when due, and draw. */
  invalidate(): void {
    this.rechoose();
    if (!this.frame) this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private rechoose(): void {
    if (this.chooseTimer) return;
    const wait = Math.max(0, CHOOSE_MS - (performance.now() - this.chosen));
    this.chooseTimer = window.setTimeout(() => {
      this.chooseTimer = 0;
      if (this.chart.map.isMoving()) return; // moveend asks again
      this.chosen = performance.now();
      this.choose();
      this.draw();
    }, wait);
  }

  private choose(): void {
    const { ctx } = this;
    this.chart.projector.update(this.chart.map);
    const pr = this.chart.projector;
    const occupied = new Occupied(pr.width, pr.height);
    ctx.font = `500 11.5px ${FONT}`;
    if (this.widths.size > 20000) this.widths.clear();
    const widthOf = (text: string) => {
      let w = this.widths.get(text);
      if (w === undefined) this.widths.set(text, (w = ctx.measureText(text).width));
      return w;
    };
    this.labels = chooseLabels(this.picture, this.scene, this.chart, this.page.state.get(), (this.obstacles = this.layout.obstacles()), occupied, widthOf);
    this.chooseSensors(occupied, widthOf);
    this.chooseZones(occupied, widthOf);
    this.portLabels = [];
    const zoom = this.chart.map.getZoom();
    if (this.page.state.get().hidden.has('ports') || zoom < 6.5) return;
    for (const port of this.ports) {
      const x = pr.x(port.lon), y = pr.y(port.lat);
      if (!pr.inside(x, y, 0)) continue;
      const w = widthOf(port.name);
      if (!occupied.free(x - w - 8, y - 7, w, 14)) continue;
      occupied.take(x - w - 8, y - 7, w, 14);
      this.portLabels.push(port);
    }
  }

  private chooseSensors(occupied: Occupied, widthOf: (text: string) => number): void {
    const pr = this.chart.projector;
    this.sensorLabels.clear();
    if (this.page.state.get().hidden.has('coverage') || this.chart.map.getZoom() < SENSOR_NAME_ZOOM) return;
    for (const { id, name, lon, lat } of this.sensors.sensors) {
      if (lon === null || lat === null) continue;
      const w = widthOf(sensorTitle(name)), x = pr.x(lon) - w / 2, y = pr.y(lat) + SENSOR_NAME_BELOW;
      if (!occupied.free(x, y - 7, w, 14)) continue;
      occupied.take(x, y - 7, w, 14);
      this.sensorLabels.add(id);
    }
  }

  /** A zone is named where its box has room for the name, and no vessel's name stands. */
  private chooseZones(occupied: Occupied, widthOf: (text: string) => number): void {
    const pr = this.chart.projector;
    const { toggledZones } = this.page.state.get();
    this.zoneLabels = [];
    for (const zone of this.zones) {
      if (zone.shown === toggledZones.has(zone.id)) continue;
      const w = widthOf(zone.names[lang()]);
      if (pr.x(zone.east) - pr.x(zone.west) < w) continue;
      const lon = (zone.west + zone.east) / 2;
      // In the middle, or near the upper or lower edge.
      for (const share of [0.5, 0.85, 0.15]) {
        const lat = zone.south + (zone.north - zone.south) * share;
        const x = pr.x(lon), y = pr.y(lat);
        if (!occupied.free(x - w / 2, y - 7, w, 14)) continue;
        occupied.take(x - w / 2 - 6, y - 9, w + 12, 18);
        this.zoneLabels.push({ zone, lon, lat });
        break;
      }
    }
  }

  draw(): void {
    const { canvas, ctx } = this;
    const pr = this.chart.projector;
    pr.update(this.chart.map);
    const dpr = devicePixelRatio || 1;
    const width = Math.round(pr.width * dpr), height = Math.round(pr.height * dpr);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${pr.width}px`;
      canvas.style.height = `${pr.height}px`;
    }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, pr.width, pr.height);
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    if (!this.page.state.get().hidden.has('graticule')) this.drawGraticule();
    this.drawZones();
    this.drawPorts();
    this.drawSensors();
    this.drawNames();
    this.drawMarks();
    this.drawTools();
  }

  private write(text: string, x: number, y: number, colour: string): void {
    const { ctx } = this;
    ctx.lineWidth = 3;
    ctx.strokeStyle = PALETTES[this.page.state.get().look].textHalo;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  private drawGraticule(): void {
    const { ctx } = this;
    const pr = this.chart.projector;
    const { meridians, parallels, step } = graticuleValues(pr);
    const colour = PALETTES[this.page.state.get().look].textSoft;
    const top = this.layout.insets.top + 10;
    const left = this.layout.insets.left + 8;
    const free = (x0: number, x1: number, y: number) => this.obstacles.every((b) => x1 < b.left || x0 > b.right || y + 7 < b.top || y - 7 > b.bottom);
    ctx.font = `400 10.5px ${FONT}`;
    ctx.textAlign = 'center';
    for (const lon of meridians) {
      const x = pr.width / 2 + (lon - pr.lon(pr.width / 2)) / ((pr.lon(pr.width) - pr.lon(0)) / pr.width);
      if (x > left + 60 && x < pr.width - 30 && free(x - 20, x + 20, top)) this.write(graticuleLabel(lon, false, step), x, top, colour);
    }
    ctx.textAlign = 'left';
    for (const lat of parallels) {
      const y = pr.y(lat);
      if (y > top + 24 && y < pr.height - 50 && free(left, left + 34, y)) this.write(graticuleLabel(lat, true, step), left, y, colour);
    }
  }

  private drawZones(): void {
    const { ctx } = this;
    ctx.font = `italic 500 11px ${FONT}`;
    ctx.textAlign = 'center';
    for (const { zone, lon, lat } of this.zoneLabels) this.write(zone.names[lang()], this.chart.projector.x(lon), this.chart.projector.y(lat), PALETTES[this.page.state.get().look][zone.ruled ? 'areaRule' : 'zone']);
  }

  private drawPorts(): void {
    const { ctx } = this;
    ctx.font = `400 11px ${FONT}`;
    ctx.textAlign = 'right';
    for (const port of this.portLabels) this.write(port.name, this.chart.projector.x(port.lon) - 8, this.chart.projector.y(port.lat), PALETTES[this.page.state.get().look].portText);
  }

  /** A sensor's site: a mast with two waves; hollow while it says nothing. */
  private drawSensors(): void {
    if (this.page.state.get().hidden.has('coverage')) return;
    const { ctx } = this, pr = this.chart.projector, palette = PALETTES[this.page.state.get().look];
    ctx.textAlign = 'center';
    ctx.lineCap = 'round';
    // Far out it must not stand out more than the contacts.
    const small = this.chart.map.getZoom() < SENSOR_NAME_ZOOM;
    for (const { id, name, lon, lat, state } of this.sensors.sensors) {
      if (lon === null || lat === null) continue;
      const x = pr.x(lon), y = pr.y(lat);
      if (!pr.inside(x, y, 40)) continue;
      const colour = state === 'live' ? palette.coverageText : palette.textSoft;
      for (const [style, width] of small ? [] : [[palette.textHalo, 5], [colour, 1.8]] as const) {
        ctx.strokeStyle = style;
        ctx.lineWidth = width;
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(x - 3.5, y + 8);
        ctx.moveTo(x, y);
        ctx.lineTo(x + 3.5, y + 8);
        for (const r of state === 'live' ? [5.5, 9] : [])
          for (const towards of [0, Math.PI]) {
            ctx.moveTo(x + r * Math.cos(towards - 0.75), y + r * Math.sin(towards - 0.75));
            ctx.arc(x, y, r, towards - 0.75, towards + 0.75);
          }
        ctx.stroke();
      }
      ctx.fillStyle = state === 'live' ? colour : palette.sea;
      ctx.beginPath();
      ctx.arc(x, y, 2.8, 0, 7);
      ctx.fill();
      if (state !== 'live' && !small) ctx.stroke();
      ctx.font = `600 11px ${FONT}`;
      if (this.sensorLabels.has(id)) this.write(sensorTitle(name), x, y + SENSOR_NAME_BELOW, colour);
    }
    ctx.lineCap = 'butt';
  }

  private drawNames(): void {
    const { ctx } = this;
    const v = this.picture.vessels, pr = this.chart.projector;
    const palette = PALETTES[this.page.state.get().look];
    ctx.textAlign = 'left';
    for (const label of this.labels) {
      if (v.mmsi[label.slot] !== label.mmsi || !v.live[label.slot]) continue; // the slot has another vessel now
      const x = pr.x(v.lon[label.slot] / E4MIN) + label.dx, y = pr.y(v.lat[label.slot] / E4MIN) + label.dy;
      if (!pr.inside(x, y, 200)) continue;
      ctx.font = `${label.important ? 700 : 500} 11.5px ${FONT}`;
      this.write(label.text, x, y, palette.text);
    }
  }

  /** Corner brackets around the selected vessel, a circle around the hovered one. */
  private drawMarks(): void {
    const { ctx } = this;
    const v = this.picture.vessels, pr = this.chart.projector;
    const colour = PALETTES[this.page.state.get().look].select;
    const { selected, hover } = this.page.state.get();
    const slot = this.picture.slotOf(selected);
    const size = symbolPixels(this.chart.map.getZoom());
    if (slot >= 0 && v.hasPosition(slot)) {
      const lat = v.lat[slot] / E4MIN;
      const x = pr.x(v.lon[slot] / E4MIN), y = pr.y(lat);
      const r = Math.max(size * 0.75 + 5, Math.min(200, hullPixels(v, slot, pr, lat) * 0.62));
      const arm = r * 0.45;
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2;
      ctx.beginPath();
      for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
        ctx.moveTo(x + sx * r, y + sy * (r - arm));
        ctx.lineTo(x + sx * r, y + sy * r);
        ctx.lineTo(x + sx * (r - arm), y + sy * r);
      }
      ctx.stroke();
    }
    if (hover >= 0 && hover !== slot && v.live[hover] && v.hasPosition(hover)) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.arc(pr.x(v.lon[hover] / E4MIN), pr.y(v.lat[hover] / E4MIN), size * 0.6 + 4, 0, 7);
      ctx.stroke();
    }
  }

  private drawTools(): void {
    const { ctx } = this;
    if (!this.tools.active) return;
    const pr = this.chart.projector;
    const [r, g, b] = PALETTES[this.page.state.get().look].measure;
    ctx.fillStyle = `rgb(${r},${g},${b})`;
    for (const [lon, lat] of this.tools.points()) {
      ctx.beginPath();
      ctx.arc(pr.x(lon), pr.y(lat), 3.5, 0, 7);
      ctx.fill();
    }
    ctx.textAlign = 'center';
    for (const label of this.tools.labels()) {
      ctx.font = `${label.strong ? 700 : 600} 12px ${FONT}`;
      this.write(label.text, pr.x(label.lon), pr.y(label.lat) - (label.strong ? 18 : 10), PALETTES[this.page.state.get().look].text);
    }
  }
}

export const OVERLAY = service('overlay', (page) => new Overlay(page));

register({ id: 'overlay', title: null, place: 'chart', order: 40, mount: (page) => { page.get(OVERLAY); return {}; } });
