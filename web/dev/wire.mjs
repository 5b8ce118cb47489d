// Writes the frames of docs/formats/stream.md, version 2, field by field.
const MAX = 32 * 1024;
const ROW = 48;
const text = new TextEncoder();

function frame(kind, count, seq, body) {
  const out = Buffer.alloc(16 + body.length);
  out.writeUInt32LE(12 + body.length, 0);
  out.writeUInt8(kind, 4);
  out.writeUInt16LE(count, 6);
  out.writeBigUInt64LE(BigInt(seq), 8);
  body.copy(out, 16);
  return out;
}

export function hello({ tickMs, epoch, clockUs, capacity, seq, rowSize = ROW, version = 2 }) {
  const b = Buffer.alloc(32);
  b.write(`VGS${version}`, 0, 'latin1');
  b.writeUInt16LE(version, 4);
  b.writeUInt16LE(tickMs, 6);
  b.writeBigUInt64LE(epoch, 8);
  b.writeBigInt64LE(clockUs, 16);
  b.writeUInt32LE(capacity, 24);
  b.writeUInt16LE(rowSize, 28);
  return frame(1, 0, seq, b);
}

function move(v) {
  const b = Buffer.alloc(ROW);
  b.writeUInt32LE(v.slot, 0);
  b.writeUInt32LE(v.mmsi, 4);
  b.writeInt32LE(v.lon === null ? -2147483648 : Math.round(v.lon * 600000), 8);
  b.writeInt32LE(v.lat === null ? -2147483648 : Math.round(v.lat * 600000), 12);
  b.writeUInt32LE(Math.floor(v.at), 16);
  b.writeUInt32LE(Math.floor(v.at), 20);
  b.writeUInt16LE(v.speed < 0 ? 65535 : Math.round(v.speed * 10), 24);
  b.writeUInt16LE(v.speed < 0 ? 65535 : Math.round(v.course * 10) % 3600, 26);
  b.writeUInt16LE(v.heading ? Math.round(v.course) % 360 : 65535, 28);
  b.writeInt8(v.heading ? v.turn : -128, 30);
  b.writeUInt8(v.status, 31);
  b.writeUInt8(v.cls, 32);
  b.writeUInt8(v.flags, 33);
  b.writeUInt16LE(v.source, 34);
  b.writeUInt8(v.type, 36);
  b.writeUInt8(v.aton, 37);
  b.write(v.flag.padEnd(2, '\0'), 38, 'latin1');
  b.writeBigUInt64LE(v.contact, 40);
  return b;
}

function fixed(v) {
  const [name, call, dest] = [v.name, v.callsign, v.dest].map((s) => text.encode(s));
  const size = 32 + name.length + call.length + dest.length;
  const b = Buffer.alloc(size);
  b.writeUInt16LE(size, 0);
  b.writeUInt8(name.length, 2);
  b.writeUInt8(call.length, 3);
  b.writeUInt8(dest.length, 4);
  b.writeUInt8(v.draught, 5);
  b.writeUInt8(v.type, 6);
  b.writeUInt8(v.aton, 7);
  b.writeUInt32LE(v.slot, 8);
  b.writeUInt32LE(v.mmsi, 12);
  b.writeUInt32LE(v.imo, 16);
  b.writeUInt16LE(v.bow, 20);
  b.writeUInt16LE(v.stern, 22);
  b.writeUInt8(Math.min(255, v.port), 24);
  b.writeUInt8(Math.min(255, v.starboard), 25);
  v.eta.forEach((n, i) => b.writeUInt8(n, 26 + i));
  b.set(name, 32);
  b.set(call, 32 + name.length);
  b.set(dest, 32 + name.length + call.length);
  return b;
}

/** As many frames as the limit of 32 KiB asks for. */
function packed(kind, rows, seq) {
  const frames = [];
  let batch = [], bytes = 0;
  const flush = () => {
    if (batch.length) frames.push(frame(kind, batch.length, seq, Buffer.concat(batch)));
    batch = [];
    bytes = 0;
  };
  for (const row of rows) {
    if (bytes + row.length > MAX - 16) flush();
    batch.push(row);
    bytes += row.length;
  }
  flush();
  return frames;
}

export const moves = (vessels, seq) => packed(2, vessels.map(move), seq);
export const statics = (vessels, seq) => packed(3, vessels.map(fixed), seq);
export const gone = (slots, seq) => packed(4, slots.map((s) => { const b = Buffer.alloc(4); b.writeUInt32LE(s); return b; }), seq);

/** Of those that have a track; without one: it has none any more. */
function track(v) {
  const b = Buffer.alloc(40);
  b.writeUInt32LE(v.slot, 0);
  const k = v.track;
  if (!k) {
    b.writeUInt16LE(128, 28);
    return b;
  }
  b.writeBigUInt64LE(k.seen.reduce((bits, n) => bits | (1n << BigInt(n)), 0n), 4);
  b.writeUInt32LE(Math.round(k.sigma[0] * 10), 12);
  b.writeUInt32LE(Math.round(k.sigma[1] * 10), 16);
  b.writeUInt16LE(Math.round(k.orientation * 10) % 1800, 20);
  b.writeUInt16LE(k.sigmaSpeed === null ? 65535 : Math.round(k.sigmaSpeed * 10), 22);
  b.writeUInt16LE(k.sigmaCourse === null ? 65535 : Math.round(k.sigmaCourse * 10), 24);
  b.writeUInt16LE(Math.round(k.existence * 65535), 26);
  b.writeUInt16LE(k.flags, 28);
  b.writeUInt8(k.kind, 30);
  b.writeUInt32LE(Math.floor(v.at), 32);
  b.writeUInt16LE(Math.round(k.length * 10), 36);
  return b;
}
export const tracks = (vessels, seq) => packed(6, vessels.map(track), seq);

export function tick({ seq, clockUs, vessels, inView }) {
  const b = Buffer.alloc(16);
  b.writeBigInt64LE(clockUs, 0);
  b.writeUInt32LE(vessels, 8);
  b.writeUInt32LE(inView, 12);
  return frame(5, 0, seq, b);
}
