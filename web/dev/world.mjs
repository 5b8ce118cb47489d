// The mock's sea: N vessels around Ecuador and the Galápagos that move, keep off the land, and never claim to be real.
import { readFileSync } from 'node:fs';

const WEST = -96, EAST = -76.5, SOUTH = -8, NORTH = 8, CELL = 0.05;
const COLS = Math.round((EAST - WEST) / CELL), ROWS = Math.round((NORTH - SOUTH) / CELL);

/** Small, seeded, good enough: the same seed shows the same sea. */
export function random(seed) {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Scan-line fill of the land into a grid. */
function landMask(file) {
  const mask = new Uint8Array(COLS * ROWS);
  const { features } = JSON.parse(readFileSync(file, 'utf8'));
  for (let row = 0; row < ROWS; row++) {
    const y = SOUTH + (row + 0.5) * CELL;
    for (const { geometry } of features) {
      const xs = [];
      for (const ring of geometry.coordinates)
        for (let i = 1; i < ring.length; i++) {
          const [x1, y1] = ring[i - 1], [x2, y2] = ring[i];
          if (y1 > y !== y2 > y) xs.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
        }
      xs.sort((a, b) => a - b);
      for (let i = 0; i + 1 < xs.length; i += 2)
        for (let c = Math.max(0, Math.floor((xs[i] - WEST) / CELL)); c <= Math.min(COLS - 1, Math.floor((xs[i + 1] - WEST) / CELL)); c++) mask[row * COLS + c] = 1;
    }
  }
  return mask;
}

const FIRST = ['SEA', 'OCEAN', 'PACIFIC', 'ANDES', 'GRAN', 'SANTA', 'ISLA', 'DON', 'STAR', 'NORTHERN', 'BLUE', 'GOLDEN', 'MARIA', 'SAN', 'CERRO', 'RIO', 'NUEVA', 'EVER', 'CAPE', 'STELLA'];
const SECOND = ['TRADER', 'GLORY', 'PELICANO', 'CRISTOBAL', 'ROSA', 'MANTA', 'BOLIVAR', 'FORTUNA', 'ISABELA', 'SPIRIT', 'DAPHNE', 'MARCHENA', 'PIONEER', 'AURORA', 'ALBATROS', 'ESPERANZA', 'GUAYAS', 'HORIZON', 'JAMBELI', 'TORTUGA'];
const PORTS = [['ECGYE', -79.9, -2.28], ['ECMEC', -80.72, -0.93], ['ECESM', -79.65, 0.99], ['PABLB', -79.55, 8], ['PECLL', -77.2, -8], ['ECPBO', -80.05, -3.25], ['COBUN', -77.3, 3.8]];
const MIDS = [[735, 'EC', 40], [351, 'PA', 15], [636, 'LR', 10], [538, 'MH', 8], [477, 'HK', 5], [760, 'PE', 8], [730, 'CO', 5], [563, 'SG', 4], [248, 'MT', 3], [412, 'CN', 6], [345, 'MX', 2]];
const KINDS = [[70, 22], [71, 3], [80, 14], [89, 2], [60, 5], [30, 26], [52, 5], [31, 2], [50, 2], [40, 2], [36, 6], [37, 7], [90, 3], [0, 6], [35, 2]];

function weighted(rnd, table) {
  let total = 0;
  for (const row of table) total += row[row.length - 1];
  let at = rnd() * total;
  for (const row of table) if ((at -= row[row.length - 1]) < 0) return row;
  return table[0];
}

export class World {
  constructor(count, seed, landFile, nowS) {
    this.rnd = random(seed);
    this.land = landMask(landFile);
    this.now = nowS;
    this.vessels = [];
    for (let i = 0; i < count; i++) this.vessels.push(this.make(i));
    this.fixtures();
  }

  isLand(lon, lat) {
    const c = Math.floor((lon - WEST) / CELL), r = Math.floor((lat - SOUTH) / CELL);
    return c < 0 || r < 0 || c >= COLS || r >= ROWS || this.land[r * COLS + c] === 1;
  }

  seaPoint() {
    const { rnd } = this;
    for (let i = 0; i < 200; i++) {
      let lon, lat;
      const where = rnd();
      if (where < 0.35) { // near a port
        const p = PORTS[Math.floor(rnd() * PORTS.length)];
        const r = rnd() ** 2 * 1.1, a = rnd() * 7;
        lon = p[1] + Math.cos(a) * r;
        lat = p[2] + Math.sin(a) * r;
      } else if (where < 0.5) { // the Galápagos
        lon = -90.6 + (rnd() + rnd() - 1) * 2.2;
        lat = -0.5 + (rnd() + rnd() - 1) * 1.6;
      } else {
        lon = WEST + 1 + rnd() * (EAST - WEST - 2);
        lat = SOUTH + 1 + rnd() * (NORTH - SOUTH - 2);
      }
      if (!this.isLand(lon, lat)) return [lon, lat];
    }
    return [-85, -3];
  }

  make(i) {
    const { rnd } = this;
    const [lon, lat] = this.seaPoint();
    const mid = weighted(rnd, MIDS);
    const type = weighted(rnd, KINDS)[0];
    const small = type === 30 || type === 36 || type === 37;
    const cls = small && rnd() < 0.75 ? 2 : 1;
    const length = small ? 10 + rnd() * 30 : type >= 70 && type < 90 ? 90 + rnd() * 260 : 25 + rnd() * 120;
    const beam = Math.max(3, length * (0.14 + rnd() * 0.06));
    const still = rnd() < 0.28;
    const course = rnd() * 360;
    const name = rnd() < 0.94 ? `${FIRST[Math.floor(rnd() * FIRST.length)]} ${SECOND[Math.floor(rnd() * SECOND.length)]}${i > 300 ? ` ${1 + Math.floor(rnd() * 99)}` : ''}` : '';
    const status = cls === 2 ? 255 : still ? (rnd() < 0.5 ? 1 : 5) : type === 30 ? 7 : type === 36 ? 8 : 0;
    return {
      mmsi: mid[0] * 1000000 + 1000 + i, cls, type, flag: mid[1], name, callsign: `H${String.fromCharCode(65 + (i % 26))}${1000 + (i % 9000)}`,
      imo: cls === 1 && length > 80 ? 9000000 + i : 0, dest: cls === 1 && rnd() < 0.8 ? PORTS[Math.floor(rnd() * PORTS.length)][0] : '',
      eta: [11, 23 + (i % 5), i % 24, 0], draught: cls === 1 ? Math.round(30 + rnd() * 100) : 0,
      bow: Math.round(length * 0.8), stern: Math.round(length * 0.2), port: Math.round(beam / 2), starboard: Math.round(beam / 2),
      lon, lat, course, turn: 0, status, still, speed: still ? rnd() * 0.3 : small ? 3 + rnd() * 9 : 8 + rnd() * 12,
      heading: cls === 1 || rnd() < 0.3, every: still ? 60 : 4 + Math.floor(rnd() * 8), at: this.now - Math.floor(rnd() * (rnd() < 0.05 ? 3000 : 60)),
      flags: still ? 8 : 0, source: 1 + (i % 3), aton: 0, silent: rnd() < 0.03, trail: null,
    };
  }

  /** A few of each rarer kind, always the same. */
  fixtures() {
    const base = (mmsi, cls, lon, lat, more) => ({ mmsi, cls, type: 0, flag: 'EC', name: '', callsign: '', imo: 0, dest: '', eta: [0, 0, 24, 60], draught: 0, bow: 0, stern: 0, port: 0, starboard: 0,
      lon, lat, course: 0, turn: 0, status: 255, still: true, speed: -1, heading: false, every: 30, at: this.now, flags: 0, source: 1, aton: 0, silent: false, trail: null, ...more });
    this.vessels.push(
      base(7350001, 3, -79.92, -2.2), base(7350002, 3, -80.75, -0.95), base(7350003, 3, -89.6, -0.9),
      base(997350001, 4, -80.12, -2.75, { name: 'BOYA DE MAR GUAYAS', aton: 29 }),
      base(997356001, 4, -80.4, -2.95, { name: 'V-AIS CANAL ENTRADA', aton: 29, flags: 32 }),
      base(997350002, 4, -80.75, -0.9, { name: 'ROMPEOLAS MANTA', aton: 5 }),
      base(997350003, 4, -80.2, -2.6, { name: 'BOYA 7', aton: 24, flags: 16 }),
      base(111735001, 5, -84.5, -1.4, { name: 'AVION EXPLORADOR', speed: 140, course: 100, still: false, every: 3 }),
    );
    const evil = this.vessels[0];
    const odd = this.vessels.find((v, i) => i > 3 && v.cls === 1 && !v.still && v.type === 70);
    if (odd) { odd.name = 'CATORCE'; odd.status = 14; }
    if (evil) { evil.name = '<img src=x onerror=alert(1)>'.slice(0, 20); evil.dest = '=HYPERLINK("X")'; }
  }

  step(dt) {
    const { rnd } = this;
    this.now += dt;
    const moved = [];
    for (const v of this.vessels) {
      if (v.silent || this.now - v.at < v.every) continue;
      const t = this.now - v.at;
      v.at = Math.floor(this.now);
      if (!v.still && v.speed > 0) {
        v.turn = rnd() < 0.03 ? Math.round((rnd() - 0.5) * 60) : rnd() < 0.2 ? 0 : v.turn;
        v.course = (v.course + (v.turn / 60) * t * 0.4 + 360) % 360;
        const d = (v.speed * t) / 3600 / 60, a = (v.course * Math.PI) / 180;
        const lon = v.lon + (d * Math.sin(a)) / Math.cos((v.lat * Math.PI) / 180), lat = v.lat + d * Math.cos(a);
        const ahead = 0.06;
        if (this.isLand(lon + ahead * Math.sin(a), lat + ahead * Math.cos(a))) { v.course = (v.course + 120 + rnd() * 120) % 360; v.turn = 0; }
        else { v.lon = lon; v.lat = lat; }
        v.speed = Math.max(1, v.speed + (rnd() - 0.5) * 0.4);
      }
      moved.push(v);
    }
    return moved;
  }

  /** A made-up past, two hours long, that ends where the vessel is; kept, so that it stays the same. */
  trailOf(v) {
    if (!v.trail) {
      const rnd = random(v.mmsi);
      const points = [];
      let { lon, lat, course } = v;
      for (let i = 0; i < 120 && !v.still; i++) {
        points.unshift([lon, lat, Math.floor(v.at - i * 60), Math.max(0, +(v.speed + Math.sin(i / 9) * 1.5 + rnd() - 0.5).toFixed(1)), +course.toFixed(1)]);
        course = (course + (rnd() - 0.5) * 8 + 360) % 360;
        const d = v.speed / 3600, a = (course * Math.PI) / 180;
        lon -= (d * Math.sin(a)) / Math.cos((lat * Math.PI) / 180);
        lat -= d * Math.cos(a);
        if (this.isLand(lon, lat)) break;
      }
      v.trail = points.length ? points : [[v.lon, v.lat, Math.floor(v.at - 7200), 0, null], [v.lon, v.lat, Math.floor(v.at), 0, null]];
    }
    return v.trail.map(([lon, lat, t, s, c]) => [+lon.toFixed(6), +lat.toFixed(6), t, s, c]);
  }
}
