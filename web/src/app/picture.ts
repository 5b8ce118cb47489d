/** What is shown: the live picture's vessels and clock, or those of a past moment. The live ones go on beside them. */
import type { Status } from '../api';
import { t } from '../i18n';
import { PictureClock } from '../stream/clock';
import { CLASS, Vessels } from '../stream/vessels';
import { Page, service } from './page';
import { contact, Selected, vessel } from './selection';

export class Picture {
  /** What the stream tells, whatever is shown: alarms and the link go by these. */
  readonly live: Vessels;
  readonly liveClock = new PictureClock();
  vessels: Vessels;
  clock: PictureClock;
  status: Status | null = null;

  constructor(page: Page) {
    this.live = new Vessels(
      (hello) => {
        this.liveClock.reset();
        this.liveClock.tick(hello.clockUs, performance.now());
      },
      (tick) => {
        this.liveClock.tick(tick.clockUs, performance.now());
        if (this.isLive) page.bus.emit('ticked');
      });
    this.vessels = this.live;
    this.clock = this.liveClock;
  }

  get isLive(): boolean {
    return this.vessels === this.live;
  }

  show(vessels: Vessels = this.live, clock: PictureClock = this.liveClock): void {
    this.vessels = vessels;
    this.clock = clock;
  }

  /** Of the selected thing among what is shown; −1: not there. */
  slotOf(selected: Selected | null): number {
    if (selected === null) return -1;
    return selected.kind === 'contact' ? this.vessels.findContact(selected.id) : this.vessels.find(selected.id);
  }

  /** A slot as something to select. */
  selectable(slot: number): Selected {
    const id = this.vessels.contactId(slot);
    return id ? contact(id) : vessel(this.vessels.mmsi[slot]);
  }
}

export const PICTURE = service('picture', (page) => new Picture(page));

const BEACONS: Record<number, string> = { [CLASS.sart]: 'SART', [CLASS.mob]: 'MOB', [CLASS.epirb]: 'EPIRB' };

export function mmsiText(mmsi: number): string {
  return String(mmsi).padStart(9, '0');
}

/** Who has not said a name goes by the MMSI; a beacon, by what it is as well; who says nothing, by the end of the contact's id. */
export function vesselName(v: Vessels, slot: number): string {
  if (v.name[slot]) return v.name[slot];
  if (!v.mmsi[slot] && v.isAirborne(slot)) return t('track.nameAir', { id: v.contactId(slot).slice(-4) });
  if (!v.mmsi[slot] && v.withoutAis(slot)) return t('track.name', { id: v.contactId(slot).slice(-4) });
  const number = v.mmsi[slot] ? mmsiText(v.mmsi[slot]) : `#${v.contactId(slot)}`;
  const beacon = BEACONS[v.cls[slot]];
  return beacon ? `${beacon} ${number}` : number;
}
