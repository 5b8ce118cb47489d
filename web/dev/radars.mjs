// The mock's radars, those that they see and that do not speak, and the operator's hand.
const SENSORS = [
  { id: 1, name: 'manta', lat: -0.9405, lon: -80.7205, height_m: 420, reach_m: 130000, learnt: { detection_probability: 0.88, clutter_per_scan: 12.4 },
    bias: { range_m: 80.1, range_sigma_m: 2, bearing_deg: 0.5, bearing_sigma_deg: 0.02, time_s: 0, time_sigma_s: 0.1, pairs: 412 } },
  { id: 2, name: 'salinas', lat: -2.1925, lon: -80.9985, height_m: 95, reach_m: 62000, blind: [40, 115], learnt: { detection_probability: 0.93, clutter_per_scan: 4.1 },
    bias: { range_m: 0.4, range_sigma_m: 1.5, bearing_deg: -0.004, bearing_sigma_deg: 0.02, time_s: 2.1, time_sigma_s: 0.1, pairs: 980 } },
  { id: 3, name: 'esmeraldas', lat: 0.9912, lon: -79.6502, height_m: 420, reach_m: 130000, learnt: null, bias: null },
];
const FLAG = { bound: 1, unseen: 2, dark: 4, twoClaims: 8, twoEchoes: 16, airborne: 32, kept: 64 };
const FACTS = { dark: FLAG.dark, unseen: FLAG.unseen, 'two-claims': FLAG.twoClaims, 'two-echoes': FLAG.twoEchoes };
export const KINDS = ['', 'small-craft', 'fishing', 'cargo', 'tanker', 'passenger', 'tug', 'sailing', 'patrol', 'rescue', 'aid-to-navigation', 'debris', 'fixed-structure', 'aircraft', 'other'];
const ACTIONS = ['start', 'name', 'classify', 'merge', 'split', 'drop', 'correct', 'keep', 'release'];
const FIRST = 5, FIRST_SLOT = 150000, M_DEG = 111195, SCAN_S = 3;
const RAD = Math.PI / 180;
const iso = (s) => new Date(s * 1000).toISOString();
const idText = (v) => v.contact.toString(16).padStart(16, '0');

function metres(a, b) {
  return Math.hypot((a.lat - b.lat) * M_DEG, (a.lon - b.lon) * M_DEG * Math.cos(a.lat * RAD));
}

/** The ring of what a sensor reaches, less its blind arc. */
function outline({ lat, lon, reach_m: reach, blind }) {
  const [from, to] = blind ? [blind[1], blind[0] + 360] : [0, 360];
  const ring = blind ? [[lon, lat]] : [];
  for (let i = 0; i <= 90; i++) {
    const a = (from + ((to - from) * i) / 90) * RAD;
    ring.push([+(lon + (reach * Math.sin(a)) / (M_DEG * Math.cos(lat * RAD))).toFixed(5), +(lat + (reach * Math.cos(a)) / M_DEG).toFixed(5)]);
  }
  return [[...ring, ring[0]]];
}

export class Radars {
  on = false;
  contacts = [];
  log = [];
  silent = new Set();
  fresh = []; // to be told at the next tick, whatever moved
  gone = []; // dropped or merged by hand
  lost = []; // to be told as gone once

  constructor(world, bySlot) {
    this.world = world;
    this.bySlot = bySlot;
  }

  /** The scenario: a go-fast without AIS that two radars see, and what else radars see. */
  begin(many = 0) {
    if (!this.on) {
      this.on = true;
      this.make({ lon: -80.32, lat: 0.06, speed: 31, course: 204, flags: FLAG.dark, sigma: [41, 18], length: 12, seen: [1, 3], dark: true });
      this.make({ lon: -80.86, lat: -0.72, speed: 6.2, course: 262, flags: 0, sigma: [55, 24], seen: [1] });
      this.make({ lon: -80.98, lat: -0.98, speed: 0.4, course: 0, flags: FLAG.dark, sigma: [38, 30], seen: [1], still: true });
      this.make({ lon: -81.25, lat: -2.31, speed: 3.1, course: 118, flags: 0, sigma: [140, 60], seen: [2], existence: 0.72 });
      this.make({ lon: -80.45, lat: -0.2, speed: 145, course: 350, flags: FLAG.airborne, sigma: [90, 40], seen: [1] });
      for (const v of this.bySlot) {
        v.track = this.trackOf(v);
        if (v.track) this.fresh.push(v);
      }
      const told = this.fresh.filter((v) => v.cls === 1 && !v.still);
      if (told[0]) told[0].track.flags |= FLAG.unseen, (told[0].track.seen = [0]);
      if (told[1]) told[1].track.flags |= FLAG.twoEchoes;
    }
    for (let i = this.contacts.length; i < many; i++)
      this.make({ lon: -81 - ((i * 7919) % 9973) / 9973 * 2, lat: -2.5 + ((i * 104729) % 9967) / 9967 * 3.5, speed: 4 + (i % 20), course: (i * 37) % 360, flags: i % 9 === 0 ? FLAG.dark : 0, sigma: [30 + (i % 50), 15 + (i % 12)], seen: [1 + (i % 3)] });
  }

  /** Of many, only those of the scenario stay. */
  few() {
    this.lost.push(...this.contacts.splice(FIRST).map((v) => v.slot));
  }

  make({ lon, lat, speed, course, flags, sigma, seen, existence = 0.998, length = 0, still = false, kind = 0, name = '' }) {
    const i = this.contacts.length, now = this.world.now;
    const v = { mmsi: 0, slot: FIRST_SLOT + i, contact: BigInt.asUintN(64, (0xda3cn + BigInt(i)) * 0x9e3779b97f4a7c15n), cls: 0, type: 0, flag: '', name, callsign: '', imo: 0, dest: '', eta: [0, 0, 24, 60], draught: 0,
      bow: 0, stern: 0, port: 0, starboard: 0, lon, lat, course, turn: -128, status: 255, still, speed, heading: false, every: SCAN_S, at: Math.floor(now), flags: still ? 8 : 0, source: 1, aton: 0, silent: false, trail: null,
      began: now - 3 * 3600, track: { seen, flags, sigma, orientation: (course + 12) % 180, sigmaSpeed: 0.6, sigmaCourse: still ? null : 1.4 + (i % 4), existence, kind, length, number: 17 + i } };
    this.contacts.push(v);
    this.fresh.push(v);
    return v;
  }

  /** Of a vessel with AIS within a radar's reach; null beyond. */
  trackOf(v) {
    const seen = SENSORS.filter((s) => metres(s, v) < s.reach_m * 0.97).map((s) => s.id);
    if (!seen.length || v.cls > 2 || v.lon === null) return null;
    return { seen: [0, ...seen], flags: FLAG.bound, sigma: [12 + (v.slot % 20), 8 + (v.slot % 7)], orientation: Math.round(v.course) % 180, sigmaSpeed: 0.3, sigmaCourse: 0.8, existence: 1, kind: 0, length: v.bow + v.stern, number: 1000 + v.slot };
  }

  /** Those that must be told of anew. */
  step() {
    const moved = [];
    for (const v of this.contacts) {
      if (this.world.now - v.at < v.every || this.gone.includes(v.slot)) continue;
      const t = this.world.now - v.at, a = v.course * RAD, d = (v.speed * t) / 3600 / 60;
      v.at = Math.floor(this.world.now);
      if (!v.still) {
        // To and fro, so that it stays where the tests look.
        if (v.at % 600 < t) v.course = (v.course + 180) % 360;
        v.lon += (d * Math.sin(a)) / Math.cos(v.lat * RAD);
        v.lat += d * Math.cos(a);
      }
      moved.push(v);
    }
    moved.push(...this.fresh.splice(0));
    return moved;
  }

  find(id) {
    return this.contacts.find((v) => idText(v) === id) ?? this.bySlot.find((v) => idText(v) === id);
  }

  sensors() {
    if (!this.on) return [];
    const { now } = this.world;
    return SENSORS.map((s) => {
      const silent = this.silent.has(s.name);
      return { id: s.id, name: s.name, kind: 'radar', feed: `${s.name} radar`, lat: s.lat, lon: s.lon, moving: false, height_m: s.height_m, target_height_m: 2, range_m: 150000, reach_m: s.reach_m, period_s: SCAN_S,
        sigma_range_m: 25, sigma_bearing_deg: 0.3, detection_probability: 0.9, outline: outline(s), state: silent ? 'silent' : 'live', heard: iso(Date.now() / 1000 - (silent ? 340 : 1)), plots: 120000 + Math.floor(now % 1e5),
        tracks: [...this.contacts, ...this.bySlot].filter((v) => v.track?.seen.includes(s.id)).length, false_plots: 4033, late: 2, refused: 0, learnt: s.learnt, bias: s.bias };
    });
  }

  /** What operators did, the newest first. */
  hands() {
    return this.log.map(({ id, action, contact, who, why, time, undone, name, kind, other, lat, lon }) => ({ id, action, contact, who, why, time, undone, name, kind, other, lat, lon })).reverse();
  }

  /** What /api/v1/contacts/{id} says beyond the rest. */
  detail(v) {
    const { track: k } = v, { now } = this.world;
    const hand = this.hands().filter((entry) => entry.contact === idText(v));
    if (!k) return { track: null, hand };
    const names = k.seen.map((n) => (n ? SENSORS[n - 1].name : 'ais'));
    const timeline = v.mmsi ? names.map((sensor, i) => ({ sensor, from: iso(now - 7200 + i * 900), to: iso(now) }))
      : names.includes('esmeraldas') ? [{ sensor: 'esmeraldas', from: iso(now - 9800), to: iso(now - 4000) }, { sensor: 'esmeraldas', from: iso(now - 2500), to: iso(now) }, { sensor: 'manta', from: iso(now - 5200), to: iso(now) }]
        : names.map((sensor) => ({ sensor, from: iso(now - 4100), to: iso(now) }));
    return { hand, track: { number: k.number, existence: k.existence, sigma_major_m: k.sigma[0], sigma_minor_m: k.sigma[1], orientation_deg: k.orientation, speed_kn: v.speed, course_deg: v.course, sigma_speed_kn: k.sigmaSpeed,
      sigma_course_deg: k.sigmaCourse, length_m: k.length || null, began: iso(v.began ?? now - 7200), seen: iso(v.at), seen_by: names, sensor_tracks: names.filter((n) => n !== 'ais').map((sensor, i) => ({ sensor, track: 412 + i + k.number })),
      mmsi: v.mmsi || null, log_ratio: v.mmsi ? 7.1 + (v.slot % 9) : null, facts: Object.keys(FACTS).filter((fact) => k.flags & FACTS[fact]), kept: (k.flags & FLAG.kept) > 0, airborne: (k.flags & FLAG.airborne) > 0, timeline } };
  }

  claims(v) {
    const { now } = this.world;
    return [...(v.track?.seen ?? []).filter(Boolean).map((n, i) => ({ kind: 'sensor-track', value: 412 + i + v.track.number, source: SENSORS[n - 1].name, time: iso(now - 2), probability: v.track.existence })),
      ...this.log.filter((e) => !e.undone && e.contact === idText(v) && (e.action === 'name' || e.action === 'classify')).map((e) => ({ kind: e.action === 'name' ? 'name' : 'kind', value: e.action === 'name' ? e.name : e.kind, source: e.who, time: e.time, probability: 0.9 }))];
  }

  /** [status, answer] */
  hand(body) {
    const wrong = (message, status = 400) => [status, { error: { code: 'bad_body', message } }];
    const { action, who, why, name, kind, lat, lon } = body ?? {};
    if (!ACTIONS.includes(action)) return wrong('action: one of ' + ACTIONS.join(', '));
    if (!String(who ?? '').trim() || !String(why ?? '').trim()) return wrong('who and why are needed');
    const v = action === 'start' ? this.make({ lon, lat, speed: body.speed_kn ?? 0, course: body.course_deg ?? 0, flags: FLAG.kept, sigma: [500, 500], seen: [], still: !body.speed_kn, kind: Math.max(0, KINDS.indexOf(kind ?? '')), name: name ?? '' }) : this.find(body.contact);
    if (!v) return wrong('no such contact', 404);
    if (action === 'classify' && KINDS.indexOf(kind) < 1) return wrong('kind: one of ' + KINDS.slice(1).join(', '));
    const other = action === 'merge' ? this.find(body.other) : null;
    if (action === 'merge' && (!other || other === v)) return wrong('other: another contact');
    const entry = { id: this.log.length + 1, action, contact: idText(v), who, why, time: iso(this.world.now), undone: false, name, kind, before: { name: v.name, kind: v.track?.kind, lon: v.lon, lat: v.lat, flags: v.track?.flags },
      other: other ? idText(other) : undefined, lat, lon };
    this.log.push(entry);
    if (action === 'name') v.name = name;
    if (action === 'classify' && v.track) v.track.kind = KINDS.indexOf(kind);
    if (action === 'correct') Object.assign(v, { lon, lat });
    if (action === 'keep' && v.track) v.track.flags |= FLAG.kept;
    if (action === 'release' && v.track) v.track.flags &= ~FLAG.kept;
    if (action === 'drop') this.gone.push(v.slot);
    if (other) this.gone.push(other.slot);
    this.fresh.push(v);
    return [200, { id: entry.id, contact: idText(v) }];
  }

  undo(id, body) {
    const entry = this.log.find((each) => each.id === id);
    if (!entry) return [404, { error: { code: 'not_found', message: 'no such entry' } }];
    if (!String(body?.who ?? '').trim() || !String(body?.why ?? '').trim()) return [400, { error: { code: 'bad_body', message: 'who and why are needed' } }];
    entry.undone = true;
    const v = this.find(entry.contact);
    if (entry.action === 'start') this.gone.push(v.slot);
    else {
      v.name = entry.before.name;
      if (entry.action === 'correct') Object.assign(v, { lon: entry.before.lon, lat: entry.before.lat });
      if (v.track) Object.assign(v.track, { kind: entry.before.kind, flags: entry.before.flags });
      const back = entry.action === 'drop' ? v : entry.other ? this.find(entry.other) : null;
      if (back) {
        this.gone = this.gone.filter((slot) => slot !== back.slot);
        this.fresh.push(back);
      }
    }
    this.fresh.push(v);
    return [200, { id }];
  }

  present() {
    return this.contacts.filter((v) => !this.gone.includes(v.slot));
  }
}
