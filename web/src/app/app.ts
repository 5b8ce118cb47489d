/** The parts of the page and how they reach each other. Built once, in main.ts. */
import type { Chart, Projector } from '../map/chart';
import type { Overlay } from '../map/overlay';
import type { Look } from '../map/palette';
import type { Scene } from '../map/scene';
import type { Tools } from '../map/tools';
import type { Heat } from '../past/heat';
import type { Past } from '../past/player';
import type { Trails } from '../map/trails';
import type { PictureClock } from '../stream/clock';
import type { Connection } from '../stream/connection';
import { CLASS, Vessels } from '../stream/vessels';
import type { Detail } from './detail';
import type { FeedWatch } from './feeds';
import type { State } from './state';
import type { Status } from '../api';

export interface App {
  state: State;
  /** What is shown: the live picture's, or those of a past moment. */
  vessels: Vessels;
  clock: PictureClock;
  /** What the stream tells, whatever is shown: alarms and the link go by these. */
  live: Vessels;
  liveClock: PictureClock;
  past: Past;
  heat: Heat;
  connection: Connection;
  chart: Chart;
  projector: Projector;
  scene: Scene;
  overlay: Overlay;
  tools: Tools;
  trails: Trails;
  detail: Detail;
  feeds: FeedWatch;
  look: Look;
  status: Status | null;
  zones: { id: string; title: string; shown: boolean }[];
  /** Pixels of the chart that bars cover, so that labels keep clear of them. */
  insets: { top: number; left: number; right: number; bottom: number };
  measureInsets(): void;
  /** What lies over the chart, in its pixels. */
  obstacles(): DOMRect[];
  /** Which vessel is under the pointer, as a slot; −1 none. */
  hover: number;
  select(mmsi: number | null, options?: { centre?: boolean }): void;
  announce(text: string): void;
  /** All that shows vessels, anew. */
  repaint(): void;
}

const BEACONS: Record<number, string> = { [CLASS.sart]: 'SART', [CLASS.mob]: 'MOB', [CLASS.epirb]: 'EPIRB' };

/** Who has not said a name goes by the MMSI; a beacon, by what it is as well. */
export function vesselName(v: Vessels, slot: number): string {
  if (v.name[slot]) return v.name[slot];
  const mmsi = String(v.mmsi[slot]).padStart(9, '0');
  const beacon = BEACONS[v.cls[slot]];
  return beacon ? `${beacon} ${mmsi}` : mmsi;
}
