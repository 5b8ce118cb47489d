/** Writers of the rows that glLayers.ts reads. They grow by doubling and are reused from frame to frame. */
import { PLAIN_BYTES, Rows, STROKE_BYTES, SYMBOL_BYTES } from './glLayers';

export type Rgba = readonly [number, number, number, number];

class Writer {
  protected bytes: ArrayBuffer;
  protected f32!: Float32Array;
  protected u8!: Uint8Array;
  count = 0;

  constructor(protected readonly rowBytes: number, rows = 256) {
    this.bytes = new ArrayBuffer(rows * rowBytes);
    this.views();
  }

  reset(): void {
    this.count = 0;
  }

  /** A fresh object each time: deck.gl uploads when the identity changes. */
  rows(): Rows {
    return { bytes: this.bytes, count: this.count };
  }

  protected next(): number {
    if ((this.count + 1) * this.rowBytes > this.bytes.byteLength) {
      const old = this.u8;
      this.bytes = new ArrayBuffer(this.bytes.byteLength * 2);
      this.views();
      this.u8.set(old);
    }
    return this.count++ * this.rowBytes;
  }

  protected place(at: number, lon: number, lat: number): void {
    const i = at >> 2;
    const x = Math.fround(lon), y = Math.fround(lat);
    this.f32[i] = x;
    this.f32[i + 1] = y;
    this.f32[i + 2] = lon - x;
    this.f32[i + 3] = lat - y;
  }

  protected paint(at: number, [r, g, b, a]: Rgba): void {
    this.u8[at] = r;
    this.u8[at + 1] = g;
    this.u8[at + 2] = b;
    this.u8[at + 3] = a;
  }

  private views(): void {
    this.f32 = new Float32Array(this.bytes);
    this.u8 = new Uint8Array(this.bytes);
  }
}

export class SymbolWriter extends Writer {
  constructor() {
    super(SYMBOL_BYTES, 4096);
  }

  add(lon: number, lat: number, angle: number, time: number, shape: number, sizeTenths: number, slow: boolean, ringed: boolean, colour: Rgba): void {
    const at = this.next();
    this.place(at, lon, lat);
    this.f32[(at >> 2) + 4] = angle;
    this.f32[(at >> 2) + 5] = time;
    this.u8[at + 24] = shape;
    this.u8[at + 25] = sizeTenths;
    this.u8[at + 26] = slow ? 1 : 0;
    this.u8[at + 27] = ringed ? 1 : 0;
    this.paint(at + 28, colour);
  }
}

export class PlainWriter extends Writer {
  constructor() {
    super(PLAIN_BYTES);
  }

  vertex(lon: number, lat: number, colour: Rgba): void {
    const at = this.next();
    this.place(at, lon, lat);
    this.paint(at + 16, colour);
  }

  line(lon1: number, lat1: number, lon2: number, lat2: number, colour: Rgba): void {
    this.vertex(lon1, lat1, colour);
    this.vertex(lon2, lat2, colour);
  }
}

export class StrokeWriter extends Writer {
  constructor() {
    super(STROKE_BYTES * 6);
  }

  line(lon1: number, lat1: number, lon2: number, lat2: number, width: number, colour: Rgba, dash = 0): void {
    const at = this.next();
    this.place(at, lon1, lat1);
    this.place(at + 16, lon2, lat2);
    this.paint(at + 32, colour);
    this.u8[at + 36] = Math.round(width * 10);
    this.u8[at + 37] = dash;
    for (let i = 1; i < 6; i++) this.u8.copyWithin(at + i * STROKE_BYTES, at, at + STROKE_BYTES);
  }

  path(points: readonly (readonly number[])[], width: number, colour: Rgba, dash = 0): void {
    for (let i = 1; i < points.length; i++) this.line(points[i - 1][0], points[i - 1][1], points[i][0], points[i][1], width, colour, dash);
  }
}
