/**
 * Which vessels get their name written: the important first, and only where the name covers no other name and no symbol.
 * Chosen a few times a second; between choices a label follows its vessel.
 */
import { Picture, vesselName } from '../app/picture';
import type { AppState } from '../app/state';
import { CLASS, E4MIN } from '../stream/vessels';
import type { Chart } from './chart';
import { hullPixels } from './hulls';
import type { Scene } from './scene';
import { rankOf, symbolPixels } from './symbols';

export interface Label { slot: number; mmsi: number; text: string; dx: number; dy: number; important: boolean }

const CELL = 6;
const HEIGHT = 14;
/** A name beside each of many symbols hides the traffic: with more in view, only the largest are named, well apart. */
const MANY = 250;
const MAX_LABELS = 220, MAX_LABELS_OF_MANY = 55;
const APART = 14;
/** With more than this on the screen only the selected and those in distress are named. */
const MAX_CANDIDATES = 1200;
/** So many of the important are named even where there is no room. */
const MAX_FORCED = 20;

/** A coarse bitmap of what is already written on. */
export class Occupied {
  private readonly cols: number;
  private readonly rows: number;
  private readonly cells: Uint8Array;

  constructor(width: number, height: number) {
    this.cols = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.cells = new Uint8Array(this.cols * this.rows);
  }

  free(x: number, y: number, w: number, h: number): boolean {
    const [c0, r0, c1, r1] = this.span(x, y, w, h);
    if (c0 < 0 || r0 < 0 || c1 >= this.cols || r1 >= this.rows) return false;
    for (let r = r0; r <= r1; r++) for (let c = c0; c <= c1; c++) if (this.cells[r * this.cols + c]) return false;
    return true;
  }

  take(x: number, y: number, w: number, h: number): void {
    const [c0, r0, c1, r1] = this.span(x, y, w, h);
    for (let r = Math.max(0, r0); r <= Math.min(this.rows - 1, r1); r++)
      for (let c = Math.max(0, c0); c <= Math.min(this.cols - 1, c1); c++) this.cells[r * this.cols + c] = 1;
  }

  private span(x: number, y: number, w: number, h: number): [number, number, number, number] {
    return [Math.floor(x / CELL), Math.floor(y / CELL), Math.floor((x + w) / CELL), Math.floor((y + h) / CELL)];
  }
}

export function chooseLabels(picture: Picture, scene: Scene, chart: Chart, s: Readonly<AppState>, obstacles: DOMRect[], occupied: Occupied,
  widthOf: (text: string) => number): Label[] {
  const v = picture.vessels, pr = chart.projector;
  const zoom = chart.map.getZoom();
  const chosen = picture.slotOf(s.selected);
  const half = symbolPixels(zoom) / 2;
  for (const box of obstacles) occupied.take(box.left, box.top, box.width, box.height);
  const visible: number[] = [];
  for (let i = 0; i < scene.drawn; i++) {
    const slot = scene.order[i];
    const x = pr.x(v.lon[slot] / E4MIN), y = pr.y(v.lat[slot] / E4MIN);
    if (pr.inside(x, y, 0)) visible.push(slot);
  }
  const crowded = visible.length > MAX_CANDIDATES;
  if (!crowded) {
    for (const slot of visible) {
      const x = pr.x(v.lon[slot] / E4MIN), y = pr.y(v.lat[slot] / E4MIN);
      const r = Math.max(half * 0.6, zoom >= 12.5 ? hullPixels(v, slot, pr, v.lat[slot] / E4MIN) * 0.35 : 0);
      occupied.take(x - r, y - r, 2 * r, 2 * r);
    }
  }

  const scored: [score: number, slot: number][] = [];
  for (const slot of visible) {
    const selected = slot === chosen;
    const rank = rankOf(v, slot);
    if (!selected && rank < 5 && (crowded || s.hidden.has('names'))) continue;
    // Without a name a number says little; it is written only close in.
    if (!v.name[slot] && !selected && rank < 4 && zoom < 11) continue;
    if (v.cls[slot] === CLASS.aton && zoom < 9 && !selected) continue;
    scored.push([(selected ? 1e6 : 0) + (rank === 5 ? 1e5 : 0) + rank * 100 + v.length(slot), slot]);
  }
  scored.sort((a, b) => b[0] - a[0] || v.mmsi[a[1]] - v.mmsi[b[1]]);

  const labels: Label[] = [];
  let forced = 0;
  const many = visible.length > MANY;
  const apart = many ? APART : 2;
  // Of thousands of beacons only so many are tried: where the first found no room, the others won't.
  for (const [score, slot] of scored.slice(0, MAX_CANDIDATES)) {
    if (labels.length >= (many ? MAX_LABELS_OF_MANY : MAX_LABELS)) break;
    const text = vesselName(v, slot);
    const x = pr.x(v.lon[slot] / E4MIN), y = pr.y(v.lat[slot] / E4MIN);
    const w = widthOf(text);
    const gap = half * (v.seen(slot) === 'both' && half > 4.25 ? 1.75 : 1) + 4;
    const hull = zoom >= 12.5 ? Math.min(60, hullPixels(v, slot, pr, v.lat[slot] / E4MIN) / 2) : 0;
    const places: [number, number][] = [
      [gap + hull * 0.3, -HEIGHT / 2], [-gap - w - hull * 0.3, -HEIGHT / 2], [-w / 2, gap + hull * 0.8], [-w / 2, -gap - HEIGHT - hull * 0.8],
    ];
    const important = score >= 1e5;
    const at = places.find(([dx, dy]) => occupied.free(x + dx, y + dy, w, HEIGHT)) ?? (important && forced++ < MAX_FORCED ? places[0] : null);
    if (!at) continue;
    occupied.take(x + at[0] - apart, y + at[1] - apart + 2, w + 2 * apart, HEIGHT + 2 * apart - 4);
    labels.push({ slot, mmsi: v.mmsi[slot], text, dx: at[0], dy: at[1] + HEIGHT / 2, important });
  }
  return labels;
}
