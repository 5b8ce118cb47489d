// The mock's past: the two hours of its vessels' made-up trails, in the blocks of docs/formats/history.md, version 2.
const E4MIN = 600000, HOUR = 3600;
const FIXED = new Set([3, 4]);

/** A column: bytes a value, how to write it, what to write. */
const COLUMNS = [
  [4, 'setInt32', (r, before) => (r.time - before.time) * 1000], [4, 'setInt32', (r, before) => r.lon - before.lon], [4, 'setInt32', (r, before) => r.lat - before.lat],
  [2, 'setUint16', (r) => r.sog], [2, 'setUint16', (r) => r.cog], [2, 'setUint16', () => 65535], [2, 'setUint16', (r) => r.source], [2, 'setUint16', (r) => r.silence],
  [1, 'setInt8', () => -128], [1, 'setUint8', (r) => r.status], [1, 'setUint8', (r) => r.message], [1, 'setUint8', (r) => r.flags], [1, 'setUint8', (r) => r.cls], [1, 'setUint8', () => 0],
];

export class Archive {
  constructor(world, vessels, sources) {
    this.sources = ['', ...sources];
    this.to = Math.floor(world.now);
    this.from = this.to - 2 * HOUR;
    this.rows = new Map(vessels.map((v) => [v, world.trailOf(v).filter(([, , t]) => t <= this.to).map(([lon, lat, t, speed, course]) => ({
      time: t, lon: Math.round(lon * E4MIN), lat: Math.round(lat * E4MIN), sog: v.speed < 0 ? 65535 : Math.round((speed ?? 0) * 10), cog: course === null ? 65535 : Math.round(course * 10) % 3600,
      source: v.source, silence: FIXED.has(v.cls) ? 1440 : v.still ? 60 : 30, status: v.status, message: FIXED.has(v.cls) ? 4 : v.cls === 2 ? 18 : 1, flags: v.flags, cls: v.cls,
    }))]));
  }

  summary() {
    const iso = (s) => new Date(s * 1000).toISOString();
    const first = Math.floor(this.from / HOUR) * HOUR, hours = [];
    for (let at = first; at <= this.to; at += HOUR) hours.push([at, 100000, 'mock']);
    return { archive: true, from: iso(first), to: iso(first + hours.length * HOUR), last: iso(this.to), final: iso(first), hours };
  }

  /** The newest row of a vessel at a moment, if she was not silent for too long. */
  at(v, at) {
    const row = (this.rows.get(v) ?? []).filter((r) => r.time <= at).pop();
    return row && at - row.time <= row.silence * 60 ? row : null;
  }

  block(box, from, seconds) {
    return this.encode(box, from, seconds, (v) => this.rows.get(v).filter((r) => r.time >= from && r.time < from + seconds));
  }

  region(box, at) {
    return this.encode(box, at - 24 * HOUR, 24 * HOUR, (v) => [this.at(v, at)].filter(Boolean));
  }

  encode([w, s, e, n], base, seconds, rowsOf) {
    const inside = (r) => r.lat >= s * E4MIN && r.lat <= n * E4MIN && (w <= e ? r.lon >= w * E4MIN && r.lon <= e * E4MIN : r.lon >= w * E4MIN || r.lon <= e * E4MIN);
    const ships = [...this.rows.keys()].sort((a, b) => a.mmsi - b.mmsi).map((v) => ({ v, rows: rowsOf(v).filter(inside) })).filter(({ rows }) => rows.length);
    const total = ships.reduce((sum, { rows }) => sum + rows.length, 0);
    const names = this.sources.map((name) => Buffer.from(name)), nameBytes = names.reduce((sum, name) => sum + 1 + name.length, 0);
    const out = Buffer.alloc(64 + ships.length * 16 + total * 28 + nameBytes), view = new DataView(out.buffer, out.byteOffset, out.length);
    out.write('VGH2', 0, 'latin1');
    view.setUint16(4, 2, true);
    view.setUint16(6, 64, true);
    view.setBigInt64(8, BigInt(base) * 1000000n, true);
    [seconds * 1000, 0, w * E4MIN, s * E4MIN, e * E4MIN, n * E4MIN, ships.length, total, names.length, nameBytes, 1].forEach((value, i) => view.setInt32(16 + i * 4, value, true));
    ships.forEach(({ v, rows }, i) => {
      view.setUint32(64 + i * 16, v.mmsi, true);
      view.setUint32(68 + i * 16, rows.length, true);
      view.setUint8(72 + i * 16, v.cls);
    });
    let at = 64 + ships.length * 16;
    for (const [width, set, value] of COLUMNS) for (const { rows } of ships) {
      let before = { time: base, lon: 0, lat: 0 };
      for (const row of rows) {
        view[set](at, value(row, before), true);
        before = row;
        at += width;
      }
    }
    for (const name of names) {
      view.setUint8(at, name.length);
      name.copy(out, at + 1);
      at += 1 + name.length;
    }
    return out;
  }
}
