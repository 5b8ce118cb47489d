/** The picture of a past moment, in the form that all of the page reads: stream/vessels.ts filled from who is present. */
import type { VesselDetail } from '../api';
import { E4MIN, Vessels } from '../stream/vessels';
import { emptyRows, Rows } from './block';
import { Place, placeAt, Presence } from './presence';

const place: Place = { rows: emptyRows(0), row: 0, said: emptyRows(0), at: 0, lon: 0, lat: 0 };

export class PastVessels extends Vessels {
  private presence: Presence | null = null;
  private slots = new Int32Array(0); // by vessel present; −1: not shown
  private named: Map<number, VesselDetail> | null = null;

  /** By slot: the row that said where the vessel was. */
  private saidIn: Rows[] = [];
  private saidAt: number[] = [];

  constructor() {
    super(() => undefined, () => undefined);
  }

  reset(): void {
    this.presence = null;
    this.named = null;
    this.clear();
  }

  /** Slots stay with their vessels as long as these are shown: labels and selection do not jump. */
  show(presence: Presence, names: Map<number, VesselDetail> | null, ms: number): void {
    if (presence !== this.presence) {
      this.reserve(Math.ceil((presence.mmsi.length + this.high) * 1.2) + 64);
      const still = new Set(presence.mmsi);
      for (let slot = 0; slot < this.high; slot++) if (this.live[slot] && !still.has(this.mmsi[slot])) this.gone(slot);
      this.slots = new Int32Array(presence.mmsi.length);
      for (let i = 0; i < presence.mmsi.length; i++) this.slots[i] = this.find(presence.mmsi[i]);
      this.presence = presence;
    }
    let free = 0;
    for (let i = 0; i < presence.mmsi.length; i++) {
      let slot = this.slots[i];
      if (!placeAt(presence, i, ms, place)) {
        if (slot >= 0) {
          this.gone(slot);
          free = Math.min(free, slot);
          this.slots[i] = -1;
        }
        continue;
      }
      if (slot < 0) {
        while (this.live[free]) free++;
        slot = this.slots[i] = free;
        this.come(slot, presence.mmsi[i]);
        if (names) this.name_(slot, names.get(presence.mmsi[i]));
      }
      const { rows, row } = place;
      this.saidIn[slot] = place.said;
      this.saidAt[slot] = place.at;
      this.lon[slot] = place.lon;
      this.lat[slot] = place.lat;
      this.positionTime[slot] = Math.floor(place.said.time[place.at] / 1000);
      this.heardTime[slot] = Math.floor(rows.time[row] / 1000);
      this.sog[slot] = rows.sog[row];
      this.cog[slot] = rows.cog[row];
      this.heading[slot] = rows.heading[row];
      this.turn[slot] = rows.turn[row];
      this.status[slot] = rows.status[row];
      this.source[slot] = rows.source[row];
      this.cls[slot] = rows.cls[row];
      this.flags[slot] = rows.flags[row];
    }
    if (names && names !== this.named) {
      for (let slot = 0; slot < this.high; slot++) if (this.live[slot]) this.name_(slot, names.get(this.mmsi[slot]));
      this.named = names;
      this.identityVersion++;
    }
    this.tickSeen = { seq: 0, clockUs: ms * 1000, vessels: this.count, inView: this.count };
    this.version++;
  }

  override saidPosition(slot: number): ReturnType<Vessels['saidPosition']> {
    const rows = this.saidIn[slot], at = this.saidAt[slot];
    if (!this.live[slot] || !rows) return null;
    return { lon: rows.lon[at] / E4MIN, lat: rows.lat[at] / E4MIN, time: Math.floor(rows.time[at] / 1000), source: rows.source[at], message: rows.message[at] };
  }

  private come(slot: number, mmsi: number): void {
    this.live[slot] = 1;
    this.count++;
    if (slot >= this.high) this.high = slot + 1;
    this.take(slot, mmsi);
    this.flag[slot] = this.shiptype[slot] = this.atonType[slot] = 0;
  }

  private name_(slot: number, d: VesselDetail | undefined): void {
    if (!d) return;
    this.name[slot] = d.name ?? '';
    this.callsign[slot] = d.callsign ?? '';
    this.destination[slot] = d.destination ?? '';
    this.imo[slot] = d.imo ?? 0;
    this.shiptype[slot] = d.shiptype ?? 0;
    this.draught[slot] = Math.round((d.draught ?? 0) * 10);
    this.flag[slot] = d.flag ? d.flag.charCodeAt(0) | (d.flag.charCodeAt(1) << 8) : 0;
    const e = /^(\d\d)-(\d\d)(?:T(\d\d):(\d\d)Z)?$/.exec(d.eta ?? '');
    this.eta.set(e ? [Number(e[1]), Number(e[2]), Number(e[3] ?? 24), Number(e[4] ?? 60)] : [0, 0, 24, 60], slot * 4);
    this.dims.set([d.to_bow ?? 0, d.to_stern ?? 0, d.to_port ?? 0, d.to_starboard ?? 0], slot * 4);
  }
}
