// The page's own test server: web/dist, the JSON interface and the binary stream of docs/formats/stream.md, from a
// simulated sea. Plain Node, no dependencies.
//   node dev/mock.mjs [--port 8080] [--vessels 2000] [--rate 1] [--seed 1] [--scenario none|all]
// POST /mock/{distress,test,stall,recover,full,drop,hush,speak,later,same,damage,repair,slow,fast,flood,calm,ill,well,dark,few,quiet,loud,alert,many,fewer,refuse,allow}, or --scenario all, makes the rarer things happen.
import http from 'node:http';
import { existsSync, statSync, createReadStream } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Alerts } from './alerts.mjs';
import { Archive } from './archive.mjs';
import { Radars } from './radars.mjs';
import { World } from './world.mjs';
import * as wire from './wire.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, '../dist');
const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
};
const port = Number(option('port', 8080));
const rate = Number(option('rate', 1));
const TICK_MS = 250;
const started = Date.now();
const epoch = BigInt(started) * 1000003n & 0xffffffffffffn;
const world = new World(Number(option('vessels', 2000)), Number(option('seed', 1)), path.join(dist, 'data/land-50m.json'), started / 1000);
const capacity = 200000;
let seq = 1;
let hushed = false;
let streamVersion = 2;
// Any 64 bits will do as long as they are another's for each and stay: a vessel's number, spread.
const contactOf = (mmsi) => BigInt.asUintN(64, BigInt(mmsi) * 0x9e3779b97f4a7c15n);
const bySlot = world.vessels.map((v, slot) => Object.assign(v, { slot, contact: contactOf(v.mmsi) }));
const extra = []; // those that come and go: SART, MOB
const radars = new Radars(world, bySlot);
const all = () => [...bySlot, ...extra, ...radars.present()];
const idText = (v) => v.contact.toString(16).padStart(16, '0');
const byMmsi = new Map(bySlot.map((v) => [v.mmsi, v]));
const clockUs = () => BigInt(Math.round(world.now * 1e6));
const iso = (s) => new Date(s * 1000).toISOString();

const SOURCES = [{ id: 1, name: 'Manta', feed: 'Manta' }, { id: 2, name: 'Guayaquil/r001', feed: 'Guayaquil' }, { id: 3, name: 'Guayaquil/r002', feed: 'Guayaquil' }];
const CLASSES = ['unknown', 'a', 'b', 'base', 'aton', 'sar', 'sart', 'mob', 'epirb', 'aux', 'handheld'];
const feedState = { Manta: 'live', Guayaquil: 'live', 'Puerto Bolívar': 'connecting' };
const readers = new Set();
const listeners = new Set();
let eventId = 0;

// ---- the stream ----

function inBox(v, box) {
  if (!box) return true;
  const [w, s, e, n] = box;
  return v.lat >= s && v.lat <= n && (w <= e ? v.lon >= w && v.lon <= e : v.lon >= w || v.lon <= e);
}

function openStream(req, res, url) {
  const box = url.searchParams.get('bbox')?.split(',').map(Number) ?? null;
  const classes = url.searchParams.get('class')?.split(',').map((c) => CLASSES.indexOf(c)) ?? null;
  const reader = { res, wants: (v) => (v.flags & 3) > 0 || (inBox(v, box) && (!classes || classes.includes(v.cls))), known: new Set() };
  res.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store' });
  res.write(wire.hello({ tickMs: TICK_MS, epoch, clockUs: clockUs(), capacity, seq, version: streamVersion }));
  const mine = all().filter(reader.wants);
  for (const v of mine) reader.known.add(v.slot);
  for (const frame of [...wire.moves(mine, seq), ...wire.tracks(mine.filter((v) => v.track), seq), ...wire.statics(mine.filter((v) => v.name || v.callsign || v.bow), seq), wire.tick({ seq, clockUs: clockUs(), vessels: all().length, inView: mine.length })]) res.write(frame);
  readers.add(reader);
  req.on('close', () => readers.delete(reader));
}

function publish() {
  const moved = world.step((TICK_MS / 1000) * rate);
  for (const v of extra) if (world.now - v.at > 4) { v.at = Math.floor(world.now); v.lon += 0.00005; moved.push(v); }
  const anew = new Set(radars.fresh), dropped = hushed ? [] : [...radars.gone, ...radars.lost.splice(0)];
  moved.push(...radars.step());
  if (hushed) return;
  seq++;
  for (const v of moved) if (v.trail) v.trail.push([v.lon, v.lat, v.at, v.speed, v.course]);
  for (const reader of readers) {
    const tell = [], fresh = [], gone = dropped.filter((slot) => reader.known.delete(slot));
    for (const v of moved) {
      if (radars.gone.includes(v.slot)) continue;
      const want = reader.wants(v), has = reader.known.has(v.slot);
      if (want) { tell.push(v); if (!has || anew.has(v)) { fresh.push(v); reader.known.add(v.slot); } }
      else if (has) { gone.push(v.slot); reader.known.delete(v.slot); }
    }
    const frames = [...wire.moves(tell, seq), ...wire.tracks(tell.filter((v) => v.track), seq), ...wire.statics(fresh, seq), ...wire.gone(gone, seq), wire.tick({ seq, clockUs: clockUs(), vessels: all().length, inView: reader.known.size })];
    // A reader that falls behind is skipped: the real server sends only the latest values when it comes back.
    if (reader.res.writableLength < 4e6) for (const frame of frames) reader.res.write(frame);
  }
}

// ---- the JSON interface ----

function json(v) {
  return {
    mmsi: v.mmsi || undefined, class: CLASSES[v.cls], name: v.name || undefined, callsign: v.callsign || undefined, imo: v.imo || undefined, flag: v.flag, shiptype: v.type || undefined,
    lon: +v.lon.toFixed(6), lat: +v.lat.toFixed(6), speed: v.speed < 0 ? undefined : +v.speed.toFixed(1), course: v.speed < 0 ? undefined : +v.course.toFixed(1), heading: v.heading ? Math.round(v.course) % 360 : undefined,
    turn: v.turn, status: v.status === 255 ? undefined : v.status, destination: v.dest || undefined, draught: v.draught ? v.draught / 10 : undefined,
    length: v.bow + v.stern || undefined, beam: v.port + v.starboard || undefined, time: iso(v.at), heard: iso(v.at), source: SOURCES[v.source - 1].name,
    distress: v.flags & 1 ? 'active' : v.flags & 2 ? 'test' : undefined, status_unconfirmed: unconfirmed(v) || undefined,
  };
}

const unconfirmed = (v) => v.status === 14 && (v.cls < 6 || v.cls > 8);

/** One contact with who said what. */
function detail(v) {
  const j = json(v), moved = v.mmsi === 0 ? undefined : v.cls === 2 ? 18 : 1, fixed = v.cls === 2 ? 24 : v.cls === 4 ? 21 : 5;
  const reported = {};
  const said = (field, value, message, ago) => {
    if (value === undefined || value === null || value === '') return;
    const age = ago < 600 ? 'fresh' : ago < 6 * 3600 ? 'stale' : 'expired';
    reported[field] = { value, time: iso(v.at - ago), source: SOURCES[(v.source - 1 + (message === fixed ? v.mmsi % 2 : 0)) % SOURCES.length].name, message, place: 4711 + v.slot, age };
  };
  said('position', v.lon === null ? null : { lon: j.lon, lat: j.lat }, moved, 0);
  for (const field of ['speed', 'course', 'heading', 'status']) said(field, j[field], moved, 0);
  said('turn', v.cls === 1 ? v.turn : null, moved, 0);
  const ago = v.mmsi % 11 === 0 ? 8 * 3600 : v.mmsi % 5 === 0 ? 1900 : 140;
  for (const field of ['name', 'callsign', 'imo', 'shiptype', 'destination', 'draught']) said(field, j[field], fixed, ago);
  said('eta', v.cls === 1 && v.eta[0] ? `${String(v.eta[0]).padStart(2, '0')}-${String(v.eta[1]).padStart(2, '0')}T${String(v.eta[2]).padStart(2, '0')}:${String(v.eta[3]).padStart(2, '0')}Z` : null, fixed, ago);
  said('dimensions', v.bow ? { to_bow: v.bow, to_stern: v.stern, to_port: v.port, to_starboard: v.starboard } : null, fixed, ago + 360);
  said('aid_type', v.cls === 4 ? v.aton : null, fixed, 60);
  const claim = (kind, value, probability) => ({ kind, value, source: SOURCES[v.source - 1].name, time: iso(v.at), probability });
  return { id: idText(v), mmsi: v.mmsi || undefined, ...radars.detail(v), class: j.class, flag: j.flag, heard: j.heard, distress: j.distress, status_unconfirmed: j.status_unconfirmed,
    claims: [...(v.mmsi ? [claim('mmsi', v.mmsi, 0.99)] : []), ...radars.claims(v), ...(v.imo ? [claim('imo', v.imo, v.mmsi % 3 === 0 ? 0.6 : 0.99)] : [])], reported,
    trail: world.trailOf(v), trail_dropped: 0, reports: 1200 + (v.mmsi % 500),
    held: v.mmsi && v.mmsi % 7 === 0 ? { count: 2, lon: v.lon + 20, lat: v.lat + 11, time: iso(v.at - 300) } : undefined };
}

function feeds() {
  const feed = (name, url, more) => ({ name, url, state: feedState[name], since: iso(started / 1000), last: iso(Date.now() / 1000 - (feedState[name] === 'live' ? 1 : 90)), stall_s: 60, bytes: 5e6, lines: 1e5, sentences: 99000, messages: 81000, rate: feedState[name] === 'live' ? 42.5 : 0, vessels: 900, reconnects: 1, error: null, refused: [], progress: null, ...more });
  return { time: iso(world.now), sources: SOURCES, feeds: [
    feed('Manta', 'tcp://127.0.0.1:5631', { refused: [
      { reason: 'checksum', text: 'checksum does not match', count: 37, example: '!AIVDM,1,1,,B,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24', time: iso(world.now - 60) },
      { reason: 'armour', text: 'a character outside the six-bit alphabet', count: 4, example: '!AIVDM,1,1,,A,1~~~~,0*00', time: iso(world.now - 900) }] }),
    feed('Guayaquil', 'udp://0.0.0.0:4001', { rate: 118.2 }),
    feed('Puerto Bolívar', 'tcp://10.0.0.7:4002', { last: null, error: 'connection refused', messages: 0, sentences: 0, vessels: 0, reconnects: 14 }),
  ] };
}

let diskFull = false;
function storage() {
  return { kept: true, state: diskFull ? 'failing' : 'ok', error: diskFull ? 'No space left on device' : null, failing_since: diskFull ? iso(world.now) : null, archive_error: null,
    archived_until: iso(Date.now() / 1000 - 40), saved: iso(Date.now() / 1000 - 300), bytes: 48.2e9, stored_bytes: 9.7e9, lost_entries: diskFull ? 120 : 0, lost_bytes: diskFull ? 310e3 : 0, gaps: 0, positions: 712e6, set_aside: 0, total_bytes: 500e9,
    ...(ill ? { space: 'low', free_bytes: 21e9, full_in_s: 4 * 86400, damages: 2, repair: 'vigia repair --data /var/lib/vigia',
      damage: [{ what: 'archive', path: 'archive/positions/day=2026-11-20/hour=07/part-0000000012-0000000040.parquet', error: 'it is empty' }, { what: 'journal', path: 'journal/segments/0000000000004096', error: 'it is missing' }] }
      : { space: 'ok', free_bytes: 312e9, full_in_s: null, damages: 0, damage: [] }) };
}

let damaged = false, ill = false;
let held = null; // answers of the past that wait
const alerts = new Alerts(world, bySlot, idText, (data) => event('alert', data));
const archive = new Archive(world, bySlot, SOURCES.map((source) => source.name));

function history(what, url, box, send, res) {
  const number = (name) => Number(url.searchParams.get(name));
  if (damaged && what) res.setHeader('X-Vigia-Unread-Parts', '2');
  const binary = (body) => {
    res.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': damaged ? 'no-store' : 'public, max-age=5' });
    if (held) held.push(() => res.end(body));
    else res.end(body);
  };
  switch (what) {
    case undefined: return send(archive.summary());
    case 'block': return binary(archive.block(box, number('from'), number('seconds')));
    case 'region': return binary(archive.region(box, number('at')));
    case 'vessels': return send({ vessels: bySlot.filter((v) => inBox(v, box)).map((v) => json(v)), from: url.searchParams.get('from') });
    case 'track': return send(alerts.track(url));
    case 'vessel': {
      const v = byMmsi.get(number('mmsi')), row = v && archive.at(v, number('at'));
      if (!row) return send({ error: { code: 'not_found', message: 'nothing was heard of her' } }, 404);
      const said = (value, ago) => ({ value, time: iso(row.time - ago), source: SOURCES[row.source - 1].name, message: ago ? 5 : row.message, place: 815, age: 'fresh' });
      const d = detail(v), then = { position: said({ lon: row.lon / 600000, lat: row.lat / 600000 }, 0), speed: said(row.sog / 10, 0), course: said(row.cog / 10, 0) };
      if (row.status !== 255) then.status = said(row.status, 0);
      for (const [field, { value }] of Object.entries(d.reported)) if (!(field in then) && field !== 'turn' && field !== 'heading') then[field] = said(value, 95);
      return send({ ...d, id: undefined, held: undefined, heard: iso(row.time), reported: then, trail: d.trail.filter(([, , t]) => t <= number('at') && t > number('at') - number('minutes') * 60) });
    }
    default: return send({ error: { code: 'not_found', message: 'no such route' } }, 404);
  }
}

const ZONES = { type: 'FeatureCollection', features: [
  { type: 'Feature', properties: { name: 'Reserva Marina de Galápagos' }, geometry: { type: 'Polygon', coordinates: [[[-92.9, 2.2], [-88.8, 2.2], [-88.2, -1.2], [-89.4, -2.2], [-91.8, -2], [-92.8, -0.4], [-92.9, 2.2]]] } },
  { type: 'Feature', properties: { name: 'Fondeadero Posorja' }, geometry: { type: 'Polygon', coordinates: [[[-80.45, -2.85], [-80.25, -2.85], [-80.25, -3.02], [-80.45, -3.02], [-80.45, -2.85]]] } },
] };

const cell = (value) => `"${String(value).replace(/^[=+@-]/, "'$&").replace(/"/g, '""')}"`;

function api(url, res) {
  const send = (body, status = 200) => {
    res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify(body));
  };
  const parts = url.pathname.split('/').slice(3);
  const box = url.searchParams.get('bbox')?.split(',').map(Number) ?? null;
  switch (parts[0]) {
    case 'status':
      return send({ version: '0.1.0-mock', title: 'Vigía', demo: !ill, clock: rate === 1 ? 'wall' : 'data', time: iso(world.now), epoch: epoch.toString(16).padStart(16, '0'), seq, started: iso(started / 1000),
        vessels: all().length, limits: { vessels: capacity, streams: 256 }, view: { lon: -84, lat: -1, zoom: 5.3 }, stream: '/api/v1/stream',
        host_clock: { synchronised: !ill, error_ms: 2, jumps: 0, last_jump: null, last_jump_s: null }, turned_away: ill ? { total: 120345, newcomers: 120340, established: 5, distress: 12 } : { total: 0, newcomers: 0, established: 0, distress: 0 } });
    case 'vessels': {
      if (parts[1]) {
        const v = byMmsi.get(Number(parts[1]));
        return v ? send({ ...json(v), ...detail(v) }) : send({ error: { code: 'not_found', message: 'no such vessel' } }, 404);
      }
      const q = (url.searchParams.get('q') ?? '').toUpperCase();
      const found = all().filter((v) => inBox(v, box) && (!q || v.name.includes(q) || String(v.mmsi).includes(q)));
      if (url.searchParams.get('format') === 'csv') {
        res.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' });
        return res.end(['mmsi,time,lon,lat,name,destination', ...found.map((v) => `${v.mmsi},${iso(v.at)},${v.lon},${v.lat},${cell(v.name)},${cell(v.dest)}`), ''].join('\r\n'));
      }
      const limit = Number(url.searchParams.get('limit') ?? 1000);
      return send({ time: iso(world.now), seq, total: found.length, count: Math.min(limit, found.length), vessels: found.slice(0, limit).map((v) => json(v)) });
    }
    case 'sensors': return send({ sensors: radars.sensors() });
    case 'contacts': {
      if (!parts[1] && url.searchParams.get('format') === 'csv') {
        res.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' });
        return res.end(['mmsi,time,lon,lat,name,id,class', ...all().map((v) => `${v.mmsi || ''},${iso(v.at)},${v.lon},${v.lat},${cell(v.name)},${idText(v)},${CLASSES[v.cls]}`), ''].join('\r\n'));
      }
      const v = all().find((each) => idText(each) === parts[1]);
      return v ? send(detail(v)) : send({ error: { code: 'not_found', message: 'no such contact' } }, 404);
    }
    case 'trails': {
      const found = all().filter((v) => inBox(v, box) && !v.still);
      return send({ trails: found.slice(0, 3000).map((v) => ({ mmsi: v.mmsi, points: world.trailOf(v).map((p) => p.slice(0, 3)) })), truncated: found.length > 3000 });
    }
    case 'feeds': return send(feeds());
    case 'storage': return send(storage());
    case 'history': return history(parts[1], url, box, send, res);
    case 'hand': return send({ time: iso(world.now), hand: radars.hands() });
    case 'layers': return parts[1] ? send(ZONES) : send({ layers: [{ id: 'zones', title: 'Zonas', url: '/api/v1/layers/zones' }] });
    default: return send({ error: { code: 'not_found', message: 'no such route' } }, 404);
  }
}

// ---- the operator's hand ----

const LARGEST_BODY = 64 * 1024;

/** Alerts, events, areas: read, and written by JSON. */
async function takeAlerts(req, res, url) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  let body = null;
  try {
    body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : null;
  } catch { /* refused as what it lacks */ }
  alerts.answer(req, url, (answer, status = 200, type = 'application/json; charset=utf-8') => {
    res.writeHead(status, { 'Content-Type': type });
    res.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }, body);
}

async function takeHand(req, res, url) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) if ((size += chunk.length) <= LARGEST_BODY) chunks.push(chunk);
  const answer = (status, body) => {
    res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify(body));
  };
  if (!/^application\/json/.test(req.headers['content-type'] ?? '')) return answer(415, { error: { code: 'not_json', message: 'the body must be JSON' } });
  let body;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return answer(400, { error: { code: 'bad_body', message: 'line 1, column 1: this is not JSON' } });
  }
  if (body?.action === 'undo') return answer(...radars.undo(Number(body.undoes), body));
  return answer(...(url.pathname === '/api/v1/hand' ? radars.hand(body) : [404, { error: { code: 'not_found', message: 'no such route' } }]));
}

// ---- events and the scenario ----

function event(name, data, to = listeners) {
  eventId++;
  for (const res of to) res.write(`id: ${eventId}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

function openEvents(req, res) {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  event('hello', { epoch: epoch.toString(16), time: iso(world.now) }, [res]);
  for (const v of extra.slice(-SINGLE)) event('distress', distressOf(v), [res]);
  if (extra.length > SINGLE) event('distress_group', groupOf(), [res]);
  for (const [feed, state] of Object.entries(feedState)) if (state === 'stalled') event('feed', { feed, state, time: iso(world.now) }, [res]);
  listeners.add(res);
  req.on('close', () => listeners.delete(res));
}

const distressOf = (v) => ({ mmsi: v.mmsi, class: CLASSES[v.cls], state: v.flags & 1 ? 'active' : 'test', lon: v.lon, lat: v.lat, time: iso(v.first), source: 'Manta', text: v.flags & 1 ? 'SART ACTIVE' : 'SART TEST' });

/** As many calls are told singly; a flood is told as a group. */
const SINGLE = 10;
const groupOf = () => {
  const active = extra.filter((v) => v.flags & 1).length;
  return { time: iso(world.now), since: iso(world.now - 10), active, test: extra.length - active, ended: 0, calling: active, sources: [{ source: 'Manta', count: extra.length }] };
};

function beacon(mmsi, cls, lon, lat, flags, single = true) {
  if (byMmsi.has(mmsi)) return;
  const v = { ...bySlot[bySlot.length - 1], mmsi, contact: contactOf(mmsi), cls, lon, lat, flags, slot: bySlot.length + extra.length, name: '', flag: '', status: flags & 1 ? 14 : 15, speed: 0.4, still: false, at: Math.floor(world.now), first: world.now, trail: null, aton: 0, type: 0, source: 1 };
  extra.push(v);
  byMmsi.set(mmsi, v);
  if (single) event('distress', distressOf(v));
}

/** `n` invented beacons in a disc around Manta. */
function flood(n) {
  const from = extra.length;
  for (let i = from; i < n; i++) {
    const far = Math.sqrt(((i * 7919) % 9973) / 9973) * 3, angle = i * 2.39996;
    beacon(970200000 + i, 6 + (i % 3), -81 + far * Math.cos(angle), -1.2 + far * Math.sin(angle), 1, i - from < SINGLE);
  }
  if (n - from > SINGLE) event('distress_group', groupOf());
}

/** The beacons fall silent; the server lets go of them. */
function calm() {
  for (const reader of readers) {
    const gone = extra.map((v) => v.slot).filter((slot) => reader.known.delete(slot));
    for (let i = 0; i < gone.length; i += 1000) for (const frame of wire.gone(gone.slice(i, i + 1000), seq)) reader.res.write(frame);
  }
  for (const v of extra.splice(0)) byMmsi.delete(v.mmsi);
  event('distress_group', groupOf());
}

const SCENARIO = {
  distress: () => beacon(970123456, 6, -82.4, -1.9, 1),
  test: () => beacon(970999999, 6, -81.6, 0.4, 2),
  mob: () => beacon(972000111, 7, -88.9, -1.3, 1),
  full: () => { diskFull = true; event('storage', storage()); },
  stall: () => { feedState.Guayaquil = 'stalled'; event('feed', { feed: 'Guayaquil', state: 'stalled', time: iso(world.now) }); },
  recover: () => { diskFull = false; event('storage', storage()); feedState.Guayaquil = 'live'; event('feed', { feed: 'Guayaquil', state: 'live', time: iso(world.now) }); },
  ill: () => { ill = true; },
  well: () => { ill = false; },
  damage: () => { damaged = true; },
  repair: () => { damaged = false; },
  slow: () => { held ??= []; },
  fast: () => { for (const answer of held ?? []) answer(); held = null; },
  flood: (n) => flood(n),
  calm,
  dark: (n) => radars.begin(n || 0),
  few: () => radars.few(),
  alert: () => alerts.fresh(bySlot.find((v) => v.name && !v.still && v.cls === 1), idText),
  many: (n) => alerts.many(n || 500, bySlot.filter((v) => v.name && !v.still && v.cls === 1), idText),
  fewer: () => alerts.fewer(),
  refuse: () => { alerts.refusing = true; },
  allow: () => { alerts.refusing = false; },
  quiet: () => radars.silent.add('salinas'),
  loud: () => radars.silent.clear(),
  drop: () => { for (const reader of readers) reader.res.destroy(); },
  hush: () => { hushed = true; },
  later: () => { streamVersion = 3; SCENARIO.drop(); },
  same: () => { streamVersion = 2; },
  speak: () => { hushed = false; },
};
if (option('scenario', 'none') === 'all') for (const name of ['distress', 'test', 'stall', 'dark']) SCENARIO[name]();

// ---- the server ----

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8' };
// The policy that the real server sends; a violation shows up as a console error in the end-to-end test.
const CSP = "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'";

const server = http.createServer((req, res) => {
  const url = new URL(req.url, 'http://mock');
  res.setHeader('Content-Security-Policy', CSP);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  if (url.pathname.startsWith('/mock/') && req.method === 'POST') {
    SCENARIO[url.pathname.slice(6)]?.(Number(url.searchParams.get('n')));
    return res.end('ok');
  }
  if (url.pathname === '/api/v1/stream') return openStream(req, res, url);
  if (url.pathname === '/api/v1/notices') return openEvents(req, res);
  if (url.pathname.startsWith('/api/v1/hand') && req.method === 'POST') return takeHand(req, res, url);
  if (/^\/api\/v1\/(alerts|events|areas|cases)(\/|$)/.test(url.pathname)) return void takeAlerts(req, res, url);
  if (url.pathname.startsWith('/api/v1/')) return api(url, res);
  if (url.pathname === '/healthz') return res.end('ok');
  const file = path.join(dist, path.normalize(url.pathname === '/' ? '/index.html' : url.pathname));
  if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) {
    res.writeHead(404);
    return res.end();
  }
  res.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream', 'Content-Length': statSync(file).size });
  createReadStream(file).pipe(res);
});
setInterval(publish, TICK_MS);
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/  (${all().length} simulated vessels)`));
