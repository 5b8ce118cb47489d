/**
 * What the stream has told, by slot: typed arrays for what moves, plain arrays for text. One writer, the stream; all
 * else only reads. A slot is in use when `live[slot]` is 1.
 */
import { Hello, MOVE, NO_POSITION, NO_U16, Static, StreamSink, Tick } from './frames';
import { seenOf, Seen, SEEN, TRACK, TRACK_FLAG, Tracks } from './tracks';

export const CLASS = {
  unknown: 0, a: 1, b: 2, base: 3, aton: 4, sar: 5, sart: 6, mob: 7, epirb: 8, aux: 9, handheld: 10,
} as const;
export const CLASS_NAMES = ['unknown', 'a', 'b', 'base', 'aton', 'sar', 'sart', 'mob', 'epirb', 'aux', 'handheld'] as const;
export type ClassName = (typeof CLASS_NAMES)[number];

export const FLAG = { distress: 1, test: 2, held: 4, still: 8, offPosition: 16, virtual: 32, accurate: 64 } as const;

const hex = (half: number) => half.toString(16).padStart(8, '0');
const idText = (high: number, low: number) => hex(high) + hex(low);

/** Positions per degree on the wire. */
export const E4MIN = 600000;

export class Vessels implements StreamSink {
  live = new Uint8Array(0);
  mmsi = new Uint32Array(0); // 0: claims none
  /** The contact's id, 64 bits in two halves; 0 in the past, where a vessel goes by her MMSI. */
  private idLow = new Uint32Array(0);
  private idHigh = new Uint32Array(0);
  lon = new Int32Array(0);
  lat = new Int32Array(0);
  positionTime = new Uint32Array(0);
  heardTime = new Uint32Array(0);
  sog = new Uint16Array(0);
  cog = new Uint16Array(0);
  heading = new Uint16Array(0);
  turn = new Int8Array(0);
  status = new Uint8Array(0);
  cls = new Uint8Array(0);
  flags = new Uint8Array(0);
  source = new Uint16Array(0);
  shiptype = new Uint8Array(0);
  atonType = new Uint8Array(0);
  /** Two ASCII letters, first in the low byte; 0 is unknown. */
  flag = new Uint16Array(0);
  imo = new Uint32Array(0);
  draught = new Uint8Array(0);
  dims = new Uint16Array(0); // four a slot: bow, stern, port, starboard
  eta = new Uint8Array(0); // four a slot: month, day, hour, minute
  name: string[] = [];
  callsign: string[] = [];
  destination: string[] = [];
  /** Of those that a radar looks at, or that an operator's hand touched. */
  readonly tracks = new Tracks();

  /** Slots at or above this were never used. */
  high = 0;
  count = 0;
  /** Grows with every change; readers compare it with what they last drew. */
  version = 0;
  /** Grows when a vessel comes, goes or changes its name or type. */
  identityVersion = 0;
  tickSeen: Tick | null = null;
  epoch: bigint | null = null;

  private slotOf = new Map<number, number>(); // by MMSI
  private slotOfContact = new Map<string, number>();
  private generation = 0;
  private told = new Uint8Array(0);
  private sweeping = false;

  constructor(private readonly onHello: (hello: Hello) => void, private readonly onTick: (tick: Tick) => void) {}

  find(mmsi: number): number {
    return this.slotOf.get(mmsi) ?? -1;
  }

  findContact(id: string): number {
    return this.slotOfContact.get(id) ?? -1;
  }

  /** 16 hexadecimal digits; '' when it has none. */
  contactId(slot: number): string {
    return this.idLow[slot] || this.idHigh[slot] ? idText(this.idHigh[slot], this.idLow[slot]) : '';
  }

  hasPosition(slot: number): boolean {
    return this.lon[slot] !== NO_POSITION && this.lat[slot] !== NO_POSITION;
  }

  /** Knots, or null. 102.3 kn is "not available" in what a ship says only: an aircraft flies faster, and a radar says what it sees. */
  speed(slot: number): number | null {
    const sog = this.sog[slot];
    return sog === NO_U16 || (sog >= 1023 && this.cls[slot] !== CLASS.sar && !(this.cls[slot] === CLASS.unknown && this.tracks.has[slot])) ? null : sog / 10;
  }

  /** Degrees true, or null. */
  course(slot: number): number | null {
    return this.cog[slot] < 3600 ? this.cog[slot] / 10 : null;
  }

  /** The position as it was reported, with who said it and when (s); the past's vessels are drawn between reports. Null: none. */
  saidPosition(slot: number): { lon: number; lat: number; time: number; source: number; message: number } | null {
    if (!this.hasPosition(slot)) return null;
    return { lon: this.lon[slot] / E4MIN, lat: this.lat[slot] / E4MIN, time: this.positionTime[slot], source: this.source[slot], message: 0 };
  }

  /** Metres, 0 when not said. */
  length(slot: number): number {
    return this.dims[slot * 4] + this.dims[slot * 4 + 1];
  }

  /** Who sees her now. */
  seen(slot: number): Seen {
    return SEEN[seenOf(this.tracks, slot, this.spoke(slot))];
  }

  /** She said something of herself by AIS, now or before. */
  private spoke(slot: number): boolean {
    return this.mmsi[slot] !== 0 || this.cls[slot] !== CLASS.unknown;
  }

  /** She never spoke, or should speak now and does not; no aircraft. */
  withoutAis(slot: number): boolean {
    if (this.isAirborne(slot)) return false;
    return (this.tracks.flags[slot] & TRACK_FLAG.dark) !== 0 || !this.spoke(slot);
  }

  /** An aircraft that a sensor sees and that AIS does not tell of. */
  isAirborne(slot: number): boolean {
    return (this.tracks.flags[slot] & TRACK_FLAG.airborne) !== 0;
  }

  // ---- the stream's side ----

  hello(hello: Hello): void {
    if (this.epoch !== hello.epoch) this.clear();
    this.epoch = hello.epoch;
    this.reserve(Math.min(hello.capacity, 1 << 22));
    // The same server, another view: what it does not tell again by the end of the first pass is not in this view.
    // Until then the old rows stay, so that a change of viewport does not blink.
    this.generation = (this.generation % 255) + 1;
    this.sweeping = true;
    this.onHello(hello);
  }

  move(view: DataView, o: number): void {
    const slot = view.getUint32(o + MOVE.slot, true);
    if (slot >= this.live.length) return; // beyond what HELLO promised
    const mmsi = view.getUint32(o + MOVE.mmsi, true);
    const idLow = view.getUint32(o + MOVE.contact, true), idHigh = view.getUint32(o + MOVE.contact + 4, true);
    if (!this.live[slot]) {
      this.live[slot] = 1;
      this.count++;
      if (slot >= this.high) this.high = slot + 1;
      this.take(slot, mmsi, idHigh, idLow);
    } else if (this.mmsi[slot] !== mmsi || this.idLow[slot] !== idLow || this.idHigh[slot] !== idHigh) {
      this.release(slot);
      this.take(slot, mmsi, idHigh, idLow);
    }
    this.told[slot] = this.generation;
    this.lon[slot] = view.getInt32(o + MOVE.lon, true);
    this.lat[slot] = view.getInt32(o + MOVE.lat, true);
    this.positionTime[slot] = view.getUint32(o + MOVE.positionTime, true);
    this.heardTime[slot] = view.getUint32(o + MOVE.heardTime, true);
    this.sog[slot] = view.getUint16(o + MOVE.sog, true);
    this.cog[slot] = view.getUint16(o + MOVE.cog, true);
    this.heading[slot] = view.getUint16(o + MOVE.heading, true);
    this.turn[slot] = view.getInt8(o + MOVE.turn);
    this.status[slot] = view.getUint8(o + MOVE.status);
    const cls = view.getUint8(o + MOVE.class);
    const shiptype = view.getUint8(o + MOVE.shiptype);
    if (cls !== this.cls[slot] || shiptype !== this.shiptype[slot]) this.identityVersion++;
    this.cls[slot] = cls;
    this.shiptype[slot] = shiptype;
    this.flags[slot] = view.getUint8(o + MOVE.flags);
    this.source[slot] = view.getUint16(o + MOVE.source, true);
    this.atonType[slot] = view.getUint8(o + MOVE.atonType);
    this.flag[slot] = view.getUint16(o + MOVE.flag, true);
    this.version++;
  }

  static(row: Static): void {
    const { slot } = row;
    if (slot >= this.live.length || !this.live[slot] || this.mmsi[slot] !== row.mmsi) return;
    this.imo[slot] = row.imo;
    this.draught[slot] = row.draughtDm;
    this.shiptype[slot] = row.shiptype;
    this.atonType[slot] = row.atonType;
    this.dims.set([row.toBow, row.toStern, row.toPort, row.toStarboard], slot * 4);
    this.eta.set([row.etaMonth, row.etaDay, row.etaHour, row.etaMinute], slot * 4);
    this.name[slot] = row.name;
    this.callsign[slot] = row.callsign;
    this.destination[slot] = row.destination;
    this.identityVersion++;
    this.version++;
  }

  track(view: DataView, o: number): void {
    const slot = view.getUint32(o + TRACK.slot, true);
    if (slot >= this.live.length || !this.live[slot]) return; // its MOVE comes before it
    if (this.tracks.read(slot, view, o, this.generation)) this.identityVersion++;
    this.version++;
  }

  gone(slot: number): void {
    if (slot >= this.live.length || !this.live[slot]) return;
    this.drop(slot);
  }

  tick(tick: Tick): void {
    if (this.sweeping) {
      this.sweeping = false;
      for (let slot = 0; slot < this.high; slot++)
        if (this.live[slot] && this.told[slot] !== this.generation) this.drop(slot);
      if (this.tracks.sweep(this.high, this.generation)) this.identityVersion++;
    }
    this.tickSeen = tick;
    this.onTick(tick);
  }

  // ---- within ----

  protected take(slot: number, mmsi: number, idHigh = 0, idLow = 0): void {
    this.mmsi[slot] = mmsi;
    this.idHigh[slot] = idHigh;
    this.idLow[slot] = idLow;
    if (mmsi) this.slotOf.set(mmsi, slot);
    if (idHigh || idLow) this.slotOfContact.set(idText(idHigh, idLow), slot);
    this.name[slot] = this.callsign[slot] = this.destination[slot] = '';
    this.imo[slot] = this.draught[slot] = 0;
    this.dims.fill(0, slot * 4, slot * 4 + 4);
    this.eta.fill(0, slot * 4, slot * 4 + 4);
    this.tracks.drop(slot);
    this.identityVersion++;
  }

  protected release(slot: number): void {
    if (this.slotOf.get(this.mmsi[slot]) === slot) this.slotOf.delete(this.mmsi[slot]);
    const id = this.contactId(slot);
    if (this.slotOfContact.get(id) === slot) this.slotOfContact.delete(id);
  }

  protected drop(slot: number): void {
    this.release(slot);
    this.tracks.drop(slot);
    this.live[slot] = 0;
    this.count--;
    this.identityVersion++;
    this.version++;
  }

  protected clear(): void {
    this.live.fill(0);
    this.slotOf.clear();
    this.slotOfContact.clear();
    this.tracks.clear();
    this.count = this.high = 0;
    this.version++;
    this.identityVersion++;
  }

  protected reserve(capacity: number): void {
    if (capacity <= this.live.length) return;
    const grow = <T extends { set(from: ArrayLike<number>): void }>(make: new (n: number) => T, from: T, each = 1): T => {
      const to = new make(capacity * each);
      to.set(from as unknown as ArrayLike<number>);
      return to;
    };
    this.live = grow(Uint8Array, this.live);
    this.told = grow(Uint8Array, this.told);
    this.mmsi = grow(Uint32Array, this.mmsi);
    this.idLow = grow(Uint32Array, this.idLow);
    this.idHigh = grow(Uint32Array, this.idHigh);
    this.lon = grow(Int32Array, this.lon);
    this.lat = grow(Int32Array, this.lat);
    this.positionTime = grow(Uint32Array, this.positionTime);
    this.heardTime = grow(Uint32Array, this.heardTime);
    this.sog = grow(Uint16Array, this.sog);
    this.cog = grow(Uint16Array, this.cog);
    this.heading = grow(Uint16Array, this.heading);
    this.turn = grow(Int8Array, this.turn);
    this.status = grow(Uint8Array, this.status);
    this.cls = grow(Uint8Array, this.cls);
    this.flags = grow(Uint8Array, this.flags);
    this.source = grow(Uint16Array, this.source);
    this.shiptype = grow(Uint8Array, this.shiptype);
    this.atonType = grow(Uint8Array, this.atonType);
    this.flag = grow(Uint16Array, this.flag);
    this.imo = grow(Uint32Array, this.imo);
    this.draught = grow(Uint8Array, this.draught);
    this.dims = grow(Uint16Array, this.dims, 4);
    this.eta = grow(Uint8Array, this.eta, 4);
    this.tracks.reserve(capacity);
  }
}
