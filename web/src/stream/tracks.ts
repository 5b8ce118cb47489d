/**
 * What the stream tells of a contact's track, by slot: who sees it and how well it is known (docs/formats/stream.md,
 * kind 6). One writer, the stream. A slot without a track has `has[slot]` 0: she speaks, and no radar looks at her.
 */

/** Offsets inside a TRACK row. */
export const TRACK = {
  slot: 0, seenBy: 4, sigmaMajor: 12, sigmaMinor: 16, orientation: 20, sigmaSpeed: 22, sigmaCourse: 24, existence: 26, flags: 28, kind: 30,
  seenTime: 32, length: 36,
} as const;
export const TRACK_SIZE = 40;

export const TRACK_FLAG = { bound: 1, unseen: 2, dark: 4, twoClaims: 8, twoEchoes: 16, airborne: 32, kept: 64, none: 128 } as const;

/** The operator's classes, by the number on the wire; 0: none. */
export const KINDS = ['', 'small-craft', 'fishing', 'cargo', 'tanker', 'passenger', 'tug', 'sailing', 'patrol', 'rescue', 'aid-to-navigation', 'debris',
  'fixed-structure', 'aircraft', 'other'] as const;
export type Kind = Exclude<(typeof KINDS)[number], ''>;

/** Below this a contact may not be there at all, and is drawn fainter. */
const SURE = Math.round(0.9 * 65535);
/** Sensors have the bits 1 to 63; bit 0 is AIS. */
export const MOST_SENSORS = 63;

export class Tracks {
  has = new Uint8Array(0);
  /** Bit 0: AIS; bit n: sensor n, 32 and above in `seenHigh`. */
  seenLow = new Uint32Array(0);
  seenHigh = new Uint32Array(0);
  sigmaMajor = new Uint32Array(0); // 0.1 m, one sigma
  sigmaMinor = new Uint32Array(0);
  orientation = new Uint16Array(0); // 0.1°, of the major axis
  sigmaSpeed = new Uint16Array(0); // 0.1 kn
  sigmaCourse = new Uint16Array(0); // 0.1°
  existence = new Uint16Array(0); // 65535: certain
  flags = new Uint16Array(0);
  kind = new Uint8Array(0);
  seenTime = new Uint32Array(0); // s, newest measurement of a radar
  length = new Uint16Array(0); // 0.1 m
  count = 0;
  private told = new Uint8Array(0);

  /** True if what kind of contact it is changed. */
  read(slot: number, view: DataView, o: number, generation: number): boolean {
    const flags = view.getUint16(o + TRACK.flags, true);
    if (flags & TRACK_FLAG.none) return this.drop(slot);
    const low = view.getUint32(o + TRACK.seenBy, true), kind = view.getUint8(o + TRACK.kind);
    const changed = !this.has[slot] || (this.flags[slot] ^ flags) !== 0 || ((this.seenLow[slot] ^ low) & 1) !== 0 || this.kind[slot] !== kind;
    if (!this.has[slot]) this.count++;
    this.has[slot] = 1;
    this.told[slot] = generation;
    this.seenLow[slot] = low;
    this.seenHigh[slot] = view.getUint32(o + TRACK.seenBy + 4, true);
    this.sigmaMajor[slot] = view.getUint32(o + TRACK.sigmaMajor, true);
    this.sigmaMinor[slot] = view.getUint32(o + TRACK.sigmaMinor, true);
    this.orientation[slot] = view.getUint16(o + TRACK.orientation, true);
    this.sigmaSpeed[slot] = view.getUint16(o + TRACK.sigmaSpeed, true);
    this.sigmaCourse[slot] = view.getUint16(o + TRACK.sigmaCourse, true);
    this.existence[slot] = view.getUint16(o + TRACK.existence, true);
    this.flags[slot] = flags;
    this.kind[slot] = kind;
    this.seenTime[slot] = view.getUint32(o + TRACK.seenTime, true);
    this.length[slot] = view.getUint16(o + TRACK.length, true);
    return changed;
  }

  /** True if there was one. */
  drop(slot: number): boolean {
    if (!this.has[slot]) return false;
    this.has[slot] = this.flags[slot] = this.kind[slot] = 0;
    this.seenLow[slot] = this.seenHigh[slot] = 0;
    this.count--;
    return true;
  }

  /** After the first pass of a new stream: who was not told of again has no track any more. */
  sweep(high: number, generation: number): boolean {
    let dropped = false;
    for (let slot = 0; slot < high; slot++) if (this.has[slot] && this.told[slot] !== generation) dropped = this.drop(slot) || dropped;
    return dropped;
  }

  clear(): void {
    this.has.fill(0);
    this.flags.fill(0);
    this.kind.fill(0);
    this.count = 0;
  }

  isFaint(slot: number): boolean {
    return this.has[slot] === 1 && this.existence[slot] < SURE;
  }

  sees(slot: number, sensor: number): boolean {
    if (this.has[slot] !== 1) return false;
    return ((sensor < 32 ? this.seenLow[slot] >>> sensor : this.seenHigh[slot] >>> (sensor - 32)) & 1) === 1;
  }

  /** The numbers of the sensors that hold it now, without AIS. */
  sensorsOf(slot: number): number[] {
    const found: number[] = [];
    if (this.has[slot]) for (let n = 1; n <= MOST_SENSORS; n++) if (this.sees(slot, n)) found.push(n);
    return found;
  }

  reserve(capacity: number): void {
    if (capacity <= this.has.length) return;
    const grow = <T extends { set(from: ArrayLike<number>): void }>(make: new (n: number) => T, from: T): T => {
      const to = new make(capacity);
      to.set(from as unknown as ArrayLike<number>);
      return to;
    };
    this.has = grow(Uint8Array, this.has);
    this.told = grow(Uint8Array, this.told);
    this.seenLow = grow(Uint32Array, this.seenLow);
    this.seenHigh = grow(Uint32Array, this.seenHigh);
    this.sigmaMajor = grow(Uint32Array, this.sigmaMajor);
    this.sigmaMinor = grow(Uint32Array, this.sigmaMinor);
    this.orientation = grow(Uint16Array, this.orientation);
    this.sigmaSpeed = grow(Uint16Array, this.sigmaSpeed);
    this.sigmaCourse = grow(Uint16Array, this.sigmaCourse);
    this.existence = grow(Uint16Array, this.existence);
    this.flags = grow(Uint16Array, this.flags);
    this.kind = grow(Uint8Array, this.kind);
    this.seenTime = grow(Uint32Array, this.seenTime);
    this.length = grow(Uint16Array, this.length);
  }
}

// ---- who sees a contact ----

/** `radar`: she does not speak now. `air`: an aircraft that a sensor sees. `none`: nobody holds it just now. */
export const SEEN = ['ais', 'both', 'radar', 'air', 'none'] as const;
export type Seen = (typeof SEEN)[number];

/** Index into SEEN. `spoke`: she said by AIS who she is; without a track she is known by that alone. */
export function seenOf(tracks: Tracks, slot: number, spoke: boolean): number {
  if (!tracks.has[slot]) return spoke ? 0 : 4;
  const ais = (tracks.seenLow[slot] & 1) === 1, sensors = (tracks.seenLow[slot] >>> 1 | tracks.seenHigh[slot]) !== 0;
  if (ais) return sensors ? 1 : 0;
  if (tracks.flags[slot] & TRACK_FLAG.airborne) return 3;
  return sensors ? 2 : 4;
}
