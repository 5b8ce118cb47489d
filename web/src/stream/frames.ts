/**
 * The live stream's frames (docs/formats/stream.md, version 2): bytes in, one callback per row out.
 *
 * Chunks arrive cut anywhere; the parser keeps the unfinished tail. It allocates nothing per row: MOVE rows are handed
 * over as a DataView and an offset, to be read straight into typed arrays.
 */
import { TRACK_SIZE } from './tracks';

export const MAX_FRAME = 32 * 1024;

export interface Hello { version: number; tickMs: number; epoch: bigint; clockUs: number; capacity: number; rowSize: number }
export interface Static {
  slot: number; mmsi: number; imo: number;
  name: string; callsign: string; destination: string;
  draughtDm: number; shiptype: number; atonType: number;
  toBow: number; toStern: number; toPort: number; toStarboard: number;
  etaMonth: number; etaDay: number; etaHour: number; etaMinute: number;
}
export interface Tick { seq: number; clockUs: number; vessels: number; inView: number }

export interface StreamSink {
  hello(hello: Hello): void;
  /** `view` at `offset` is one MOVE row. */
  move(view: DataView, offset: number): void;
  static(row: Static): void;
  gone(slot: number): void;
  tick(tick: Tick): void;
  /** `view` at `offset` is one TRACK row (stream/tracks.ts). */
  track(view: DataView, offset: number): void;
}

export const NO_POSITION = -2147483648;
export const NO_U16 = 65535;

/** Offsets inside a MOVE row. */
export const MOVE = {
  slot: 0, mmsi: 4, lon: 8, lat: 12, positionTime: 16, heardTime: 20, sog: 24, cog: 26, heading: 28,
  turn: 30, status: 31, class: 32, flags: 33, source: 34, shiptype: 36, atonType: 37, flag: 38, contact: 40,
} as const;
export const STREAM_VERSION = 2;
const MAGIC = 0x564753; // VGS, then the version's digit
const MOVE_SIZE = 48;
const STATIC_HEAD = 32;

export class StreamError extends Error {}

/** A server of another version: nothing of its stream can be trusted to mean what it did. */
export class StreamVersionError extends StreamError {
  constructor(readonly version: number) {
    super(`the stream has version ${version}, this page reads ${STREAM_VERSION}`);
  }
}

const text = new TextDecoder('utf-8');

export class FrameParser {
  private buffer = new Uint8Array(64 * 1024);
  private held = 0;
  private rowSize = MOVE_SIZE;
  private greeted = false;

  constructor(private readonly sink: StreamSink) {}

  push(chunk: Uint8Array): void {
    this.reserve(this.held + chunk.length);
    this.buffer.set(chunk, this.held);
    this.held += chunk.length;
    let at = 0;
    while (this.held - at >= 4) {
      const view = new DataView(this.buffer.buffer, at, this.held - at);
      const length = view.getUint32(0, true);
      if (length < 12 || length > MAX_FRAME) throw new StreamError(`frame of ${length} bytes`);
      if (view.byteLength < 4 + length) break;
      this.frame(new DataView(this.buffer.buffer, at + 4, length));
      at += 4 + length;
    }
    this.buffer.copyWithin(0, at, this.held);
    this.held -= at;
  }

  private reserve(size: number): void {
    if (size <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(size, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.held));
    this.buffer = grown;
  }

  /** `frame` starts after `length`: kind, flags, count, seq, body. */
  private frame(frame: DataView): void {
    const kind = frame.getUint8(0);
    const count = frame.getUint16(2, true);
    const body = 12;
    if (!this.greeted && kind !== 1) throw new StreamError('the stream does not begin with HELLO');
    switch (kind) {
      case 1: this.hello(frame, body); break;
      case 2:
        this.need(frame, body + count * this.rowSize);
        for (let i = 0; i < count; i++) this.sink.move(frame, body + i * this.rowSize);
        break;
      case 3: this.statics(frame, body, count); break;
      case 4:
        this.need(frame, body + count * 4);
        for (let i = 0; i < count; i++) this.sink.gone(frame.getUint32(body + i * 4, true));
        break;
      case 5:
        this.need(frame, body + 16);
        this.sink.tick({
          seq: Number(frame.getBigUint64(4, true)),
          clockUs: Number(frame.getBigInt64(body, true)),
          vessels: frame.getUint32(body + 8, true),
          inView: frame.getUint32(body + 12, true),
        });
        break;
      case 6:
        this.need(frame, body + count * TRACK_SIZE);
        for (let i = 0; i < count; i++) this.sink.track(frame, body + i * TRACK_SIZE);
        break;
      default: // a later version's frame
    }
  }

  private hello(frame: DataView, body: number): void {
    this.need(frame, body + 32);
    if (frame.getUint32(body, false) >>> 8 !== MAGIC) throw new StreamError('not a Vigía stream');
    const version = frame.getUint16(body + 4, true);
    if (version !== STREAM_VERSION || frame.getUint8(body + 3) !== 0x30 + STREAM_VERSION) throw new StreamVersionError(version);
    const rowSize = frame.getUint16(body + 28, true);
    if (rowSize < MOVE_SIZE) throw new StreamError(`MOVE rows of ${rowSize} bytes`);
    this.rowSize = rowSize;
    this.greeted = true;
    this.sink.hello({
      version,
      tickMs: frame.getUint16(body + 6, true),
      epoch: frame.getBigUint64(body + 8, true),
      clockUs: Number(frame.getBigInt64(body + 16, true)),
      capacity: frame.getUint32(body + 24, true),
      rowSize,
    });
  }

  private statics(frame: DataView, body: number, count: number): void {
    let at = body;
    for (let i = 0; i < count; i++) {
      this.need(frame, at + STATIC_HEAD);
      const size = frame.getUint16(at, true);
      const nameLen = frame.getUint8(at + 2), callLen = frame.getUint8(at + 3), destLen = frame.getUint8(at + 4);
      if (size < STATIC_HEAD + nameLen + callLen + destLen) throw new StreamError('STATIC row shorter than its text');
      this.need(frame, at + size);
      let from = at + STATIC_HEAD;
      const take = (length: number) => {
        const bytes = new Uint8Array(frame.buffer, frame.byteOffset + from, length);
        from += length;
        return length === 0 ? '' : text.decode(bytes);
      };
      this.sink.static({
        draughtDm: frame.getUint8(at + 5), shiptype: frame.getUint8(at + 6), atonType: frame.getUint8(at + 7),
        slot: frame.getUint32(at + 8, true), mmsi: frame.getUint32(at + 12, true), imo: frame.getUint32(at + 16, true),
        toBow: frame.getUint16(at + 20, true), toStern: frame.getUint16(at + 22, true),
        toPort: frame.getUint8(at + 24), toStarboard: frame.getUint8(at + 25),
        etaMonth: frame.getUint8(at + 26), etaDay: frame.getUint8(at + 27),
        etaHour: frame.getUint8(at + 28), etaMinute: frame.getUint8(at + 29),
        name: take(nameLen), callsign: take(callLen), destination: take(destLen),
      });
      at += size;
    }
  }

  private need(frame: DataView, bytes: number): void {
    if (bytes > frame.byteLength) throw new StreamError('frame shorter than its rows');
  }
}
