// The mock's alerts: a dozen invented events of different kinds with tracks that show them, their life cycle, rules and areas.
const KN = 1 / 3600 / 60; // degrees of latitude a second at one knot
const MINUTE = 60, HOUR = 3600;

export const INNOCENT = {
  gap: ['out_of_range', 'slot_collisions', 'receiver_outage', 'satellite_pass', 'in_port'], disabling: ['out_of_range', 'slot_collisions', 'receiver_outage', 'equipment_fault', 'power_loss', 'piracy_precaution'],
  encounter: ['pilot', 'tow', 'supply_or_bunkering', 'fishing_side_by_side', 'anchorage', 'rescue'], loitering: ['waiting_for_berth', 'waiting_for_orders', 'weather', 'repair', 'survey'],
  drift: ['waiting_for_orders', 'drift_fishing', 'repair', 'weather'], stop: ['pilot', 'avoiding_collision', 'engine_fault', 'fishing_gear', 'rescue'], area: ['innocent_passage', 'permit', 'shelter', 'position_error'],
  gate: ['ordinary_trade', 'innocent_passage', 'position_error'], identity: ['number_set_wrong', 'sold_or_reflagged', 'default_number', 'transmission_error'], spoofing: ['gnss_interference', 'gnss_fault', 'decoding_error', 'clock_error'],
  close_quarters: ['agreed_passing', 'pilot', 'tow', 'position_error'], watchlist: ['same_name', 'list_out_of_date', 'sold_or_reflagged'], dark: ['not_obliged_to_carry', 'equipment_fault', 'small_craft', 'false_echo'],
  meeting: ['rescue', 'castaways', 'fishing_side_by_side', 'supply_or_bunkering', 'small_craft'], distress: ['test', 'set_off_by_accident', 'stowed_wrongly'], port_visit: ['ordinary_trade', 'shelter', 'crew_change'], fishing: ['licensed_fishing', 'survey', 'slow_passage'],
};

const n = (value, limit, unit) => ({ value, limit, unit });
const hex = (i) => (BigInt(i + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn).toString(16).padStart(16, '0');

/** kind, severity, rule, [lon, lat], minutes ago it began, its length, confidence, numbers, more. */
const STORIES = [
  ['meeting', 'warning', 'meeting-without-ais', [-82.35, -1.15], 95, 40, 0.83, { distance: n(140, 250, 'm'), duration: n(40, 5, 'min'), came_from: n(2400, 1000, 'm'), fastest: n(27.5, null, 'kn'), ships_speed: n(1.2, 3, 'kn'), existence: n(0.97, 0.5, '') }, { dark: true }],
  ['close_quarters', 'warning', 'close-quarters', [-80.62, -2.72], 14, 8, 0.91, { cpa: n(110, 185.2, 'm'), tcpa: n(150, 360, 's') }, { two: true }],
  ['drift', 'warning', 'drift', [-81.55, -0.35], 190, 170, 0.78, { duration: n(170, 10, 'min'), way: n(6800, 300, 'm'), speed: n(1.3, 3, 'kn'), heading_off_course: n(74, 30, 'deg') }, {}],
  ['disabling', 'caution', 'disabling', [-83.1, -1.9], 330, 240, 0.81, { silence: n(4, 12, 'h'), heard_before_12h: n(168, 14, ''), reception: n(0.94, 0.5, ''), reception_learnt_from: n(5400, 200, ''), others_heard: n(41, 3, '') }, {}],
  ['encounter', 'caution', 'encounter', [-82.9, 0.62], 260, 130, 0.88, { duration: n(2.17, 2, 'h'), median_distance: n(170, 500, 'm'), median_speed: n(0.7, 2, 'kn'), points: n(14, 13, ''), shore: n(202, 18.52, 'km') }, { two: true }],
  ['dark', 'caution', 'dark', [-80.5, -0.15], 50, 45, 0.86, { existence: n(0.97, 0.9, ''), speed: n(21.4, null, 'kn'), reports: n(412, 20, '') }, { dark: true, alone: true }],
  ['area', 'caution', 'area', [-90.2, 0.3], 120, 70, 0.97, { duration: n(70, 0, 'min'), speed: n(4.2, 12, 'kn') }, { text: 'Reserva Marina de Galápagos' }],
  ['identity', 'warning', 'identity', [-80.05, -3.1], 400, 380, 0.9, { distance: n(61000, 5000, 'm'), implied_speed: n(430, 60, 'kn'), reports: n(88, 2, '') }, { two: true, same: true }],
  ['spoofing', 'warning', 'spoofing', [-79.95, -2.6], 75, 22, 0.93, { jump: n(38900, 5000, 'm'), implied_speed: n(910, 60, 'kn') }, {}],
  ['stop', 'caution', 'stop', [-81.1, -2.1], 35, 30, 0.75, { speed_before: n(13.8, 8, 'kn'), speed_after: n(0.4, 1, 'kn') }, {}],
  ['gate', 'information', 'gate', [-81.15, -3.39], 22, 0, 0.99, { speed: n(11.2, null, 'kn') }, { text: 'Límite marítimo sur' }],
  ['loitering', 'information', 'loitering', [-84.2, -0.7], 600, 540, 0.8, { mean_speed: n(1.6, 2, 'kn'), duration: n(540, 240, 'min'), radius: n(6400, 9260, 'm') }, { who: 'Tnte. Vera', state: 'acknowledged' }],
  ['watchlist', 'warning', 'watchlist', [-79.6, 1.05], 300, 20, 0.8, { list_age: n(328, null, 'd'), expires_in: n(35, 0, 'd'), arrivals: n(1, null, '') }, { text: 'OROP 2026: MMSI 735600112; Res. 2021-03, art. 4; of 2026-01-05; until 2027-01-04', state: 'dismissed', who: 'Tnte. Vera', reason: 'Otro buque del mismo nombre' }],
  ['encounter', 'caution', 'encounter', [-81.8, -1.6], 85, 60, 0.9, { median_distance: n(220, 500, 'm'), median_speed: n(1.1, 2, 'kn'), duration: n(60, 50, 'min') }, { two: true, exercise: true }],
  ['distress', 'distress', 'distress', [-82.2, -0.9], 30, 30, 0.99, {}, { exercise: true }],
];
/** So many of one kind that the list shows them as one: what a radar that sees badly gives. */
for (let i = 0; i < 7; i++) STORIES.push(['unseen', 'caution', 'unseen', [-80.9 + i * 0.06, -0.9 - i * 0.05], 80 - i * 7, 6, 0.74 + i * 0.02, { existence: n(0.998, 0.5, ''), echoes_expected: n(13.4, null, ''), echoes: n(i, null, '') }, {}]);
/** Events of the last hours that made no alert: they have marks in the past. */
const ORDINARY = [['port_visit', 110, 60, 'Manta'], ['fishing', 100, 90, ''], ['gap', 95, 25, ''], ['gate', 64, 0, 'Golfo de Guayaquil'], ['fishing', 58, 40, ''], ['port_visit', 41, 35, 'Posorja'], ['gap', 33, 20, ''], ['stop', 18, 9, '']];

/** From which states each action leads on, as in the server. */
const FROM = { acknowledge: ['open', 'silenced', 'held'], confirm: ['open', 'acknowledged', 'silenced', 'held'], dismiss: ['open', 'acknowledged', 'silenced', 'held'], reopen: ['acknowledged', 'confirmed', 'dismissed'], note: ['open', 'acknowledged', 'confirmed', 'dismissed', 'withdrawn', 'silenced', 'held'] };

export class Alerts {
  constructor(world, vessels, idOf, tell) {
    this.world = world;
    this.tell = tell;
    this.tracks = new Map();
    this.count = 0;
    this.now0 = world.now;
    const named = vessels.filter((v) => v.name && v.cls === 1 && !v.still && v.mmsi);
    let next = 40;
    const ship = () => named[next++ % named.length];
    this.events = [];
    this.alerts = STORIES.map((story) => this.make(story, ship, idOf));
    for (const [kind, ago, length, text] of ORDINARY) {
      const v = ship();
      this.event(kind, [v.lon, v.lat], ago, length, 0.8, {}, text, [v], idOf, false);
    }
    this.rules = [...new Map(STORIES.map(([kind, severity, rule,,,, confidence]) => [rule, { name: rule, kinds: [kind], enabled: true, severity, min_confidence: Math.floor(confidence * 10) / 10 - 0.1, per_hour: severity === 'distress' ? 0 : 10 }])).values()];
    this.areas = { type: 'FeatureCollection', features: [
      { type: 'Feature', properties: { name: 'Reserva Marina de Galápagos', basis: 'Decreto 1 de 2022', rule: { on: ['enter', 'speed'], types: ['fishing'], flags_except: ['EC'], over_kn: 12 } }, geometry: { type: 'Polygon', coordinates: [[[-92.9, 2.2], [-88.8, 2.2], [-88.2, -1.2], [-89.4, -2.2], [-91.8, -2], [-92.8, -0.4], [-92.9, 2.2]]] } },
      { type: 'Feature', properties: { name: 'Límite marítimo sur', rule: { on: ['cross'], way: 'left' } }, geometry: { type: 'LineString', coordinates: [[-80.3, -3.39], [-84.0, -3.39]] } },
    ] };
    this.handovers = [];
    this.mutes = [];
  }

  iso(s) {
    return new Date(s * 1000).toISOString();
  }

  event(kind, [lon, lat], ago, length, confidence, numbers, text, ships, idOf, exercise) {
    const begin = this.now0 - ago * MINUTE, i = this.count++;
    const e = { id: hex(i * 2), kind, state: length && ago - length < 5 ? 'ongoing' : 'ended', revision: i % 2, begin: this.iso(begin), end: this.iso(begin + length * MINUTE), lon, lat, mmsi: ships.map((v) => v.mmsi).filter(Boolean), contacts: ships.map(idOf),
      confidence, numbers, places: [9000 + i * 16, 9004 + i * 16, 9009 + i * 16], reports: 30 + i * 7, text: text ?? '', innocent: INNOCENT[kind] ?? [], exercise };
    this.events.push(e);
    return e;
  }

  make([kind, severity, rule, at, ago, length, confidence, numbers, more], ship, idOf) {
    const a = ship(), ships = more.two && !more.same ? [a, ship()] : [a];
    const shown = more.alone ? [{ mmsi: 0, contact: 0xda3c00n + BigInt(this.count) }] : more.dark ? [a, { mmsi: 0, contact: 0xda3c00n + BigInt(this.count) }] : ships;
    const e = this.event(kind, at, ago, length, confidence, numbers, more.text, shown, idOf, !!more.exercise);
    this.story(kind, at, this.now0 - ago * MINUTE, Math.max(length, 4) * MINUTE, ships, more);
    const opened = this.now0 - Math.max(2, ago - Math.min(length, ago) * 0.6) * MINUTE;
    const history = [{ what: 'opened', state: 'open', who: null, why: null, host_time: this.iso(opened + 1), time: this.iso(opened) }];
    if (more.who) history.push({ what: more.state, state: more.state, who: more.who, why: more.reason ?? null, host_time: this.iso(opened + 301), time: this.iso(opened + 300) });
    if (kind === 'identity') history.push({ what: 'escalated', state: 'open', who: null, why: null, host_time: this.iso(opened + 600), time: this.iso(opened + 600) });
    return { row: { id: hex(this.count * 2 + 1), rule, kind, severity, state: more.state ?? 'open', for: null, opened: this.iso(opened), opened_host: this.iso(opened + 1), changed: this.iso(opened), due: null, escalated: kind === 'identity' ? this.iso(opened + 600) : null,
      owner: more.who ?? null, reason: more.reason ?? null, exercise: !!more.exercise, vessels: shown.map((v) => ({ contact: idOf(v), mmsi: v.mmsi || null, class: 'a', name: v.name || undefined, flag: v.flag || undefined })), event: e }, e, history };
  }

  /** A track for each that shows what is told: apart before and after, together or silent or still meanwhile. */
  story(kind, [lon, lat], begin, length, ships, { two }) {
    const from = begin - 3 * HOUR, to = Math.min(this.now0, begin + length + 3 * HOUR), slow = ['encounter', 'meeting', 'loitering', 'drift', 'stop', 'area'].includes(kind);
    ships.forEach((v, which) => {
      if (this.tracks.has(v.mmsi)) return; // she has a story already
      const points = [], side = which ? 1 : -1, course = which ? 80 : 250, speed = 9 + which * 2;
      for (let t = from; t <= to; t += 2 * MINUTE) {
        const during = t >= begin && t <= begin + length;
        if (kind === 'disabling' && during) continue;
        const away = t < begin ? begin - t : Math.max(0, t - begin - length), turn = (t < begin ? 180 : 0) * Math.PI / 180, bearing = course * Math.PI / 180 + turn;
        const reach = away * speed * KN, inside = during && !slow ? (t - begin - length / 2) * speed * KN : 0, wave = slow && during ? 0.004 * Math.sin(t / 700 + which) : 0;
        points.push({ lon: lon + side * (two ? 0.0009 : 0) + reach * Math.sin(bearing) + inside + wave, lat: lat + reach * Math.cos(bearing) + wave / 2, time: this.iso(t), speed: +(slow && during ? 0.6 + 0.4 * Math.sin(t / 500 + which) ** 2 : speed + Math.sin(t / 900)).toFixed(1), course });
      }
      if (kind === 'spoofing') points.forEach((p) => { const t = Date.parse(p.time) / 1000; if (t >= begin && t <= begin + length && Math.floor(t / 240) % 2) p.lon += 0.35; });
      this.tracks.set(v.mmsi, points);
    });
  }

  track(url) {
    const points = this.tracks.get(Number(url.searchParams.get('mmsi'))) ?? [], from = url.searchParams.get('from'), to = url.searchParams.get('to');
    const inside = points.filter(({ time }) => time >= from && time <= to);
    return { vessel: {}, from, to, points: inside, count: inside.length };
  }

  detail(a) {
    const sentence = ['!AIVDM,1,1,,B,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23', '!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24', '$RATTM,11,11.4,13.6,T,7.0,20.0,T,0.0,0.0,N,,Q,,154125.82,A*17'];
    return { ...a.row, history: a.history, evidence: { bundle: true, places: a.e.places, reports: a.e.reports, all_named: false, sentences: a.e.places.map((place, i) => ({ place, sentence: sentence[i], time: this.iso(Date.parse(a.e.begin) / 1000 + i * 60), source: ['Manta', 'Salinas'][i % 2] })) },
      risk: a.e.contacts.map((id, i) => ({ contact: id, mmsi: a.e.mmsi[i] ?? null, parts: [{ event: a.e.id, kind: a.row.kind, confidence: a.e.confidence, weight: 0.3, age_days: 0.1, dismissed: false, part: 0.24 }, ...(i ? [] : [{ event: 'x', kind: 'gap', confidence: 0.8, weight: 0.05, age_days: 3, dismissed: false, part: 0.03 }])], value: 0.26 })),
      reception: { reception: 0.94, reception_learnt_from: 5400, others_heard: 41, expected_per_minute: a.row.kind === 'disabling' ? 0.7 : undefined, source: ['Manta', 'Salinas'], last_heard: a.e.begin, last_lon: a.e.lon, last_lat: a.e.lat } };
  }

  /** The HTTP part. True if it answered. */
  answer(req, url, send, body) {
    const parts = url.pathname.split('/').slice(3), q = (name) => url.searchParams.get(name);
    const missing = () => send({ error: { code: 'not_found', message: 'there is no such alert' } }, 404), bad = (message, status = 400) => send({ error: { code: 'bad_action', message } }, status);
    if (this.refusing && req.method !== 'GET') return send({ error: { code: 'not_allowed', message: 'nothing may be done here: others reach this address' } }, 403);
    if (parts[0] === 'areas') {
      if (req.method !== 'PUT') return send(this.areas);
      for (const [i, f] of (body?.features ?? []).entries()) {
        const name = f.properties?.name;
        if (!name) return bad(`feature ${i + 1}: "name" must be a text of 1 to 63 bytes`);
        if (/ñandú/i.test(name)) return bad(`feature ${i + 1}, "${name}": the border crosses itself`);
      }
      this.areas = body;
      return send({ count: body.features.length });
    }
    if (parts[0] === 'events') {
      const from = q('from') ?? '', to = q('to') ?? '9';
      return send({ events: this.events.filter((e) => e.exercise === (q('exercise') === 'true') && e.end >= from && e.begin <= to && (!q('kind') || e.kind === q('kind'))) });
    }
    if (parts[0] === 'cases') {
      if (!body?.who || !body.name || !body.alerts?.length) return bad('"name", "who" and "alerts" are expected');
      return send(`<!doctype html><html lang="${body.language}"><title>${encodeURIComponent(body.name)}</title><p>${body.alerts.length}</p>`, 200, 'text/html; charset=utf-8');
    }
    if (parts[1] === undefined) {
      const rows = this.alerts.map(({ row }) => row).filter((row) => (q('state') ?? 'open,acknowledged').split(',').includes(row.state) && !!row.exercise === (q('exercise') === 'true'));
      return send({ time: this.iso(this.world.now), total: rows.length, count: rows.length, alerts: rows });
    }
    if (parts[1] === 'rules') {
      const state = () => ({ rules: this.rules, text: this.yaml(), changes: [], mutes: this.mutes });
      if (req.method !== 'POST') return send(state());
      if (!body?.who) return bad("who does it? ('who')");
      if (body.text !== undefined) {
        const wrong = this.readYaml(body.text, body.check);
        return wrong ? bad(wrong) : send(state());
      }
      const rule = this.rules.find(({ name }) => name === body?.rule);
      if (!rule) return bad('there is no such rule', 404);
      rule.enabled = body.enabled;
      return send(state());
    }
    if (parts[1] === 'silence') {
      if (!body?.who) return bad("who does it? ('who')");
      const ended = this.mutes.find(({ id }) => id === body.undo);
      if (ended) ended.ended_by = body.who;
      else if (!body.reason) return bad("a reason is needed ('reason')");
      else this.mutes.unshift({ id: this.mutes.length + 1, rule: body.rule ?? null, kind: null, contact: body.contact ?? null, mmsi: body.mmsi ?? null, from: this.iso(this.world.now), to: this.iso(this.world.now + body.minutes * 60), who: body.who, why: body.reason, ended_by: null });
      return send({ rules: this.rules, text: this.yaml(), changes: [], mutes: this.mutes });
    }
    if (parts[1] === 'precision') {
      const day = (d) => this.iso(this.now0 - d * 86400);
      return send({ rules: this.rules.slice(0, 9).map(({ name }, i) => ({ rule: name, opened: 20 + i * 3, confirmed: 11 + i, dismissed: i, precision: (11 + i) / (11 + 2 * i), days: Array.from({ length: 8 }, (_, k) => ({ day: day(k).slice(0, 10), confirmed: (i * 7 + k * 3) % 5, dismissed: (k + i) % 3 })) })) });
    }
    if (parts[1] === 'handover') {
      if (!body?.who || !body?.to) return bad('"who" and "to" are expected');
      this.handovers.push(body);
      for (const a of this.alerts) if (a.row.state === 'acknowledged') this.step(a, 'handover', body.who, `→ ${body.to}`);
      return send({ id: this.handovers.length });
    }
    const a = this.alerts.find(({ row }) => row.id === parts[1]);
    if (!a) return missing();
    if (parts[2] === 'evidence') return send({ vigia_evidence: 1, alert: a.row.id, records: this.detail(a).evidence });
    if (req.method !== 'POST') return send(this.detail(a));
    const states = { acknowledge: 'acknowledged', confirm: 'confirmed', dismiss: 'dismissed', reopen: 'open', note: a.row.state };
    if (!states[body?.action]) return bad('action: acknowledge, confirm, dismiss, note or reopen is expected');
    if (!body.who) return bad('"who" is expected');
    if (['dismiss', 'note', 'reopen'].includes(body.action) && !body.reason) return bad('"reason" is expected');
    if (!FROM[body.action].includes(a.row.state)) return send({ error: { code: 'not_done', message: 'it is decided or withdrawn: reopen it first' } }, 409);
    a.row.state = states[body.action];
    if (body.action !== 'note') a.row.owner = body.action === 'reopen' ? null : body.who;
    if (body.action === 'dismiss') a.row.reason = body.reason;
    this.step(a, { acknowledge: 'acknowledged', confirm: 'confirmed', dismiss: 'dismissed', note: 'noted', reopen: 'reopened' }[body.action], body.who, body.reason || null);
    return send(a.row);
  }

  step(a, what, who, why) {
    a.history.push({ what, state: a.row.state, who, why, host_time: this.iso(this.world.now), time: this.iso(this.world.now) });
    this.tell({ id: a.row.id, state: a.row.state, severity: a.row.severity });
  }

  /** The rules as the server writes them. */
  yaml() {
    return `rules:\n${this.rules.map((r) => `  - name: "${r.name}"\n    kinds: [${r.kinds.join(', ')}]\n    severity: ${r.severity}\n    min_confidence: ${+r.min_confidence.toFixed(3)}\n    per_hour: ${r.per_hour}\n${r.enabled ? '' : '    enabled: false\n'}`).join('')}escalate: {distress: 2, warning: 10, caution: 30, information: 0}\n`;
  }

  /** What is wrong, with its line; the rest is taken. */
  readYaml(text, check) {
    let rule = null;
    for (const [i, line] of text.split('\n').entries()) {
      const name = /^  - name: "?([^"]+)"?$/.exec(line), pair = /^    (\w+): (.*)$/.exec(line);
      if (name) rule = this.rules.find((r) => r.name === name[1]);
      if (!pair || !rule) continue;
      if (pair[1] === 'severity' && !['distress', 'warning', 'caution', 'information'].includes(pair[2])) return `line ${i + 1}: severity: expected information, caution, warning or distress, found '${pair[2]}'`;
      if (pair[1] === 'min_confidence' && !(Number(pair[2]) >= 0 && Number(pair[2]) <= 1)) return `line ${i + 1}: min_confidence: expected 0 to 1, found ${pair[2]}`;
      if (!check && pair[1] === 'severity') rule.severity = pair[2];
      if (!check && ['min_confidence', 'per_hour'].includes(pair[1])) rule[pair[1]] = Number(pair[2]);
      if (!check && pair[1] === 'enabled') rule.enabled = pair[2] !== 'false';
    }
    return '';
  }

  /** A new one, as it comes by itself. */
  fresh(vessel, idOf) {
    const a = this.make(['stop', 'caution', 'stop', [vessel.lon, vessel.lat], 4, 3, 0.8, { speed_before: n(11, 8, 'kn'), speed_after: n(0.2, 1, 'kn') }, {}], () => vessel, idOf);
    this.alerts.push(a);
    this.tell({ id: a.row.id, state: 'open', severity: 'caution' });
  }
  /** So many more, of all kinds that are invented here. */
  many(n, vessels, idOf) {
    this.few = this.alerts.length;
    for (let i = 0; i < n; i++) {
      const v = vessels[i % vessels.length], [kind, severity, rule, , ago, length, confidence, numbers, more] = STORIES[i % 12];
      this.alerts.push(this.make([kind, severity, `${rule}`, [v.lon, v.lat], ago, length, confidence, numbers, { text: more.text }], () => v, idOf));
    }
    this.tell({ id: this.alerts[this.alerts.length - 1].row.id, state: 'open', severity: 'caution' });
  }

  fewer() {
    this.alerts.length = this.few ?? this.alerts.length;
  }
}
