// Drives the real page in Chromium. No sleep is an assertion: every wait is for a condition, with room for a slow machine.
//   VIGIA_URL   a running server; without it the mock is started
//   VIGIA_SHOTS a directory for screenshots
//   CHROMIUM    the browser, /usr/bin/chromium by default
//   VESSELS     how many vessels the mock simulates
//   VIGIA_ONLY  only the checks whose name matches this regular expression
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const shots = process.env.VIGIA_SHOTS;
const PATIENCE = 90000;
const FLAGS = ['--headless=new', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic', '--mute-audio'];

let mock = null;
let base = process.env.VIGIA_URL?.replace(/\/$/, '');
if (!base) {
  mock = spawn(process.execPath, [path.join(here, '../dev/mock.mjs'), '--port', '0', '--vessels', process.env.VESSELS ?? '3000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  base = await new Promise((done, failed) => {
    mock.stdout.on('data', (text) => done(String(text).match(/http:\/\/[^/]+/)[0]));
    mock.on('exit', () => failed(new Error('the mock did not start')));
  });
}
if (shots) mkdirSync(shots, { recursive: true });

const origin = new URL(base).origin;
const faults = [];
const outside = [];
let streams = 0; // opened so far
let expectLoss = false; // while the test itself breaks the connection
let passed = 0, failed = 0, skipped = 0;

async function until(what, probe, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error.message;
    }
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s for: ${what} (last: ${JSON.stringify(last)})`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function check(name, run) {
  if (!new RegExp(process.env.VIGIA_ONLY ?? '').test(name)) return;
  const from = Date.now();
  try {
    const note = await run();
    if (note === 'skipped') { skipped++; console.log(`- ${name}: skipped`); return; }
    passed++;
    console.log(`✓ ${name}${note ? `: ${note}` : ''} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`✗ ${name}\n  ${error.stack.split('\n').slice(0, 4).join('\n  ')}`);
    if (shots) await page.screenshot({ path: path.join(shots, `failed-${failed}.png`) }).catch(() => undefined);
  }
}

/** Milliseconds of script for one redraw of everything, by the browser's own count. */
async function scriptOfFrame(frames = 20) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const spent = async () => (await session.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration').value;
  const before = await spent();
  await page.evaluate((n) => globalThis.__vigia.frameTime(n), frames);
  const ms = ((await spent()) - before) * 1000 / frames;
  await session.detach();
  return ms;
}

function listen(p) {
  p.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error') return;
    if (expectLoss && /ERR_|Failed to load/.test(text)) return;
    // A vessel may leave the picture between the click and the question.
    if (/404/.test(text) && /\/api\/v1\/((vessels|contacts)\/|areas$)/.test(message.location().url)) return;
    faults.push(`${text} (${message.location().url})`);
  });
  p.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  p.on('request', (request) => {
    const url = request.url();
    if (url.includes('/api/v1/stream')) streams++;
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) outside.push(url);
  });
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', colorScheme: 'dark', acceptDownloads: true });
let page = await context.newPage();
listen(page);
// evaluate() goes by the debugger's protocol: the page's content security policy stays in force.
const hook = (name, ...args) => page.evaluate(([n, a]) => globalThis.__vigia[n](...a), [name, args]);
const text = (selector) => page.evaluate((s) => document.querySelector(s)?.textContent ?? '', selector);
const shot = async (name) => {
  if (!shots) return;
  await until('the chart to settle', () => hook('idle'), 30000).catch(() => undefined);
  await page.screenshot({ path: path.join(shots, `${name}.png`), timeout: PATIENCE });
};
const post = (what) => fetch(`${base}/mock/${what}`, { method: 'POST' });
const open = async (hash = '') => {
  await page.goto('about:blank');
  await page.goto(`${base}/${hash}`, { timeout: PATIENCE });
  await until('the page to start', () => page.evaluate(() => !!globalThis.__vigia));
};
const status = await (await fetch(`${base}/api/v1/status`)).json();

/** A vessel well inside the screen and apart from others, with a name: [mmsi, name, [x, y]]. */
async function clickable() {
  return page.evaluate(() => {
    const v = globalThis.__vigia;
    const spots = v.onScreen(3000).map((mmsi) => [mmsi, v.nameOf(mmsi), v.screenOf(mmsi)]).filter(([, , at]) => at);
    const clear = ([x, y]) => document.elementFromPoint(x, y)?.classList.contains('maplibregl-canvas');
    return spots.find(([mmsi, name, at]) => name && at[0] > 80 && at[1] > 120 && at[0] < innerWidth - 420 && at[1] < innerHeight - 80 && clear(at)
      && spots.every(([other, , to]) => other === mmsi || Math.hypot(to[0] - at[0], to[1] - at[1]) > 26)) ?? null;
  });
}

await check('the page loads and goes live', async () => {
  await open();
  await until('a live stream', async () => (await hook('link')) === 'live');
});

await check('it draws every vessel that has a position', async () => {
  const now = await (await fetch(`${base}/api/v1/status`)).json();
  const positioned = await (await fetch(`${base}/api/v1/vessels?bbox=-180,-90,180,90&limit=1`)).json().catch(() => null);
  const wanted = Math.floor(0.98 * Math.min(now.vessels, positioned?.total ?? now.vessels));
  const drawn = await until(`${wanted} vessels drawn`, async () => { const n = await hook('drawnCount'); return n >= wanted && n > 0 && n; });
  await shot('world-dark');
  return `${drawn} of ${now.vessels}; ${Math.round(await hook('frameTime', 4))} ms a redraw`;
});

await check('a simulated picture says so', async () => {
  if (!status.demo) return 'skipped';
  await until('the marker', async () => (await text('#demo')).length > 5);
});

await check('a vessel moves', async () => {
  const before = await page.evaluate(() => globalThis.__vigia.onScreen(300).map((mmsi) => [mmsi, ...globalThis.__vigia.positionOf(mmsi)]));
  await until('a changed position', () => page.evaluate((list) => list.some(([mmsi, lon, lat]) => {
    const at = globalThis.__vigia.positionOf(mmsi);
    return at && (at[0] !== lon || at[1] !== lat);
  }), before));
});

let chosen = null;
await check('a click on a ship opens her card', async () => {
  const seen = await hook('onScreen', 400);
  assert.ok(seen.length > 0, 'no vessel on the screen');
  // Close in on one after another until one stands clear of the others.
  for (const mmsi of [null, ...seen.slice(0, 12)]) {
    if (mmsi !== null) {
      const at = await hook('positionOf', mmsi);
      if (!at) continue;
      await hook('jumpTo', at[0], at[1], 11);
      await until('the chart to settle', () => hook('idle'));
    }
    if ((chosen = await until('a vessel that stands clear', clickable, 4000).catch(() => null))) break;
  }
  assert.ok(chosen, 'no vessel stands clear');
  await until('her card', async () => {
    const at = await hook('screenOf', chosen[0]);
    if (at) await page.mouse.click(at[0], at[1]);
    return (await text('#card .card-name')) === chosen[1];
  });
  await until('the server\'s answer on the card', () => page.evaluate(() => !!document.querySelector('#card .said') || !!document.querySelector('#card canvas')));
  assert.match(await page.evaluate(() => location.hash), /at=/);
  await shot('card-dark');
  return chosen[1];
});

await check('the link restores the view', async () => {
  await until('the vessel in the link', () => page.evaluate(() => /[#&]contact=[0-9a-f]{16}/.test(location.hash)));
  const hash = await page.evaluate(() => location.hash);
  await open(hash);
  await until('the card again', async () => (await text('#card .card-name')) === chosen[1]);
});

await check('a link of before there were contacts opens the same card', async () => {
  const hash = await page.evaluate(() => location.hash);
  await open(hash.replace(/contact=[0-9a-f]{16}/, `mmsi=${chosen[0]}`));
  await until('the card', async () => (await text('#card .card-name')) === chosen[1]);
  await until('the contact in the link', () => page.evaluate((h) => location.hash === h, hash));
});

await check('what the card says of a field is what one report said', async () => {
  const id = await page.evaluate(() => /contact=([0-9a-f]{16})/.exec(location.hash)[1]);
  const fields = { 'card.destination': 'destination', 'card.callsign': 'callsign', 'card.position': 'position' };
  const seen = await until('values and sources', async () => {
    const d = await (await fetch(`${base}/api/v1/contacts/${id}`)).json();
    const shown = await page.evaluate((keys) => keys.map((key) => {
      const el = document.querySelector(`[data-field="${key}"]`);
      return el && [el.querySelector('.value').textContent, el.title, el.querySelector('.said')?.textContent || el.closest('section').querySelector('h3 .said').textContent];
    }), Object.keys(fields));
    const said = Object.values(fields).map((field) => d.reported[field]);
    return said.some(Boolean) && said.every((by, i) => !by === !shown[i]) && said.every((by, i) => !by || (shown[i][1].includes(`${by.time.slice(0, 19).replace('T', ' ')}Z · ${by.source}`)
      && shown[i][2].includes(by.source) && shown[i][2].includes(by.time.slice(11, 19)) && (typeof by.value !== 'string' || shown[i][0] === by.value))) && said.filter(Boolean).length;
  }, 30000);
  return `${seen} fields`;
});

await check('hostile names stay text', async () => {
  assert.equal(await page.evaluate(() => document.querySelectorAll('#app img').length), 0);
});

await check('Escape closes the card', async () => {
  await page.keyboard.press('Escape');
  await until('no card', () => page.evaluate(() => document.querySelector('#card').hidden));
});

await check('the search finds a vessel by name', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type(chosen[1].slice(0, 20));
  await until('hits', () => page.evaluate((name) => [...document.querySelectorAll('#search-hits .hit-name')].some((e) => e.textContent === name), chosen[1]));
  await page.keyboard.press('Enter');
  await until('a card', async () => (await text('#card .card-name')) === chosen[1]);
  await page.keyboard.press('Escape');
});

await check('a filter by class draws fewer, on chart and list alike', async () => {
  await open();
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  const all = await until('all drawn', async () => { const n = await hook('drawnCount'); return n >= (await hook('vesselCount')) * 0.9 && n; });
  await page.click('#tab-filters');
  const [id, count] = await until('class checkboxes', () => page.evaluate(() => {
    const boxes = [...document.querySelectorAll('[id^=f-class-]')];
    const last = boxes[boxes.length > 1 ? 1 : 0];
    return last ? [last.id, Number(last.closest('label').querySelector('.check-count').textContent.replace(/\D/g, ''))] : null;
  }));
  await page.click(`#${id}`);
  /* Contacts come and go meanwhile: fewer alone proves nothing. */
  const some = await until(`about ${count} drawn, as the chip says, of ${all}`, async () => { const n = await hook('drawnCount'); return n < all && Math.abs(n - count) <= Math.max(20, count * 0.1) && n; });
  await page.click('#tab-list');
  await until('the list to agree', async () => Math.abs(Number((await text('#list-count')).match(/[\d.,\s]+/)[0].replace(/\D/g, '')) - some) <= Math.max(20, some * 0.1));
  await page.click('#filter-clear');
  await until('all again', async () => (await hook('drawnCount')) >= all * 0.95);
  return `${some} of ${all}`;
});

await check('the list sorts, scrolls through all its rows and answers the keyboard', async () => {
  await page.click('#sort-speed');
  const speeds = () => page.evaluate(() => [...document.querySelectorAll('.row:not([hidden])')].map((r) => [Number(r.getAttribute('aria-rowindex')), r.dataset.category, parseFloat(r.querySelector('.col-speed').textContent)])
    .sort((a, b) => a[0] - b[0]).filter(([, category]) => category !== 'distress').map(([, , speed]) => speed));
  await until('falling speeds', async () => { const s = (await speeds()).slice(0, 20); return s.length > 3 && s.every((x, i) => i === 0 || !(x > s[i - 1] + 0.6)); });
  await page.focus('#list-body');
  await page.keyboard.press('End');
  await until('the last row', () => page.evaluate(() => {
    const body = document.querySelector('#list-body');
    return [...document.querySelectorAll('.row:not([hidden])')].some((r) => r.getAttribute('aria-rowindex') === body.getAttribute('aria-rowcount'));
  }));
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await until('a card', () => page.evaluate(() => !document.querySelector('#card').hidden));
  await shot('list-dark');
  await page.keyboard.press('Escape');
});

await check('the list exports as CSV, formulas made harmless', async () => {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE }), page.click('#list-csv')]);
  const csv = readFileSync(await download.path(), 'utf8');
  const lines = csv.split('\r\n').filter(Boolean);
  assert.match(lines[0], /^mmsi,time,lon,lat,/);
  assert.ok(lines.length > (await hook('vesselCount')) * 0.9, `${lines.length} lines`);
  assert.ok(!/(^|,)"?[=+@]/m.test(csv), 'a cell begins with a formula sign');
  return `${lines.length - 1} rows`;
});

await check('the language changes, and the document says so', async () => {
  const before = await text('#tab-list');
  await page.click('#tool-lang');
  await until('other words', async () => (await text('#tab-list')) !== before);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'es');
  await shot('list-spanish');
});

await check('the theme changes', async () => {
  const theme = () => page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).color]);
  const [before, colour] = await theme();
  await until('the other theme', async () => {
    await page.click('#tool-theme');
    const [now, ink] = await theme();
    return now !== before && ink !== colour;
  });
  await page.click('#panel-close');
  await shot('world-light-spanish');
});

await check('help opens by ? and closes by Escape', async () => {
  await page.keyboard.press('?');
  await until('the dialog', () => page.evaluate(() => document.querySelector('#help').open));
  await shot('help');
  await page.keyboard.press('Escape');
  await until('no dialog', () => page.evaluate(() => !document.querySelector('#help').open));
});

await check('the feeds panel tells each feed\'s state in words', async () => {
  await page.click('#tab-feeds');
  const feeds = (await (await fetch(`${base}/api/v1/feeds`)).json()).feeds;
  await until('the feeds', () => page.evaluate((n) => document.querySelectorAll('.feed[data-feed] .feed-state').length === n, feeds.length));
  await shot('feeds');
});

await check('a distress is loud, a test is quiet', async () => {
  if (!mock) return 'skipped';
  await post('distress');
  await until('the banner', async () => /970123456/.test(await text('.banner-distress')));
  await post('test');
  await until('the test', async () => /970999999/.test(await text('.banner-test')));
  await page.click('.banner-distress .banner-show');
  await until('the beacon on the screen', async () => (await hook('screenOf', 970123456)) !== null);
  await shot('distress');
});

await check('a disk that takes nothing more raises a banner that stays, and its recovery takes it away', async () => {
  if (!mock) return 'skipped';
  await post('full');
  await until('the banner', async () => /No space left on device/.test(await text('#banner-disk')));
  if (await page.evaluate(() => document.querySelector('#banner-disk .banner-dismiss'))) throw new Error('it can be put away');
  await until('the panel', () => page.evaluate(() => document.querySelector('#storage')?.dataset.state === 'down'));
  await shot('disk');
  await post('recover');
  await until('no banner', () => page.evaluate(() => !document.querySelector('#banner-disk')));
});

await check('a disk that fills, damage, a clock that is wrong and a full table are told, and go when put away', async () => {
  if (!mock) return 'skipped';
  const told = () => page.evaluate(() => [...document.querySelectorAll('[data-health]')].map((el) => el.dataset.health));
  assert.deepEqual(await told(), []);
  await post('ill');
  await until('four banners', async () => (await told()).join() === 'space,damage,clock,away');
  assert.ok((await text('[data-health=damage]')).includes('vigia repair --data /var/lib/vigia'));
  await shot('ill');
  for (let left = 4; left > 0; left--) {
    await page.click('[data-health] .banner-dismiss');
    await until('one fewer', async () => (await told()).length === left - 1);
  }
  await post('well');
});

await check('a stalled feed raises a banner, and its recovery takes it away', async () => {
  if (!mock) return 'skipped';
  await post('stall');
  await until('the banner', async () => /Guayaquil/.test(await text('.banner-feed')));
  await post('recover');
  await until('no banner', () => page.evaluate(() => !document.querySelector('.banner-feed')));
});

await check('a broken stream comes back by itself', async () => {
  if (!mock) return 'skipped';
  expectLoss = true;
  const before = streams;
  await post('drop');
  await until('a new stream', () => streams > before);
  await until('live again', async () => (await hook('link')) === 'live' && (await hook('drawnCount')) > 0);
});

await check('silence is called a loss, in words', async () => {
  if (!mock) return 'skipped';
  await post('hush');
  await until('the banner', () => page.evaluate(() => !!document.querySelector('#banner-link')));
  await shot('lost');
  await post('speak');
  await until('live again', () => page.evaluate(() => !document.querySelector('#banner-link') && globalThis.__vigia.link() === 'live'));
  expectLoss = false;
});

await check('a server of another version is told in one sentence', async () => {
  if (!mock) return 'skipped';
  expectLoss = true;
  await post('later');
  await until('the sentence', async () => /reads version 2, the server sends version 3|lee la versión 2 y el servidor envía la versión 3/.test(await text('#banner-link')));
  await shot('other-version');
  await post('same');
  await until('live again', () => page.evaluate(() => !document.querySelector('#banner-link') && globalThis.__vigia.link() === 'live'));
  expectLoss = false;
});

await check('the past shows a contact as the vessel she was, and the present as the contact again', async () => {
  if (!mock) return 'skipped';
  await open('#at=-2.4,-80.6,8');
  const [mmsi, name] = await until('a vessel', () => page.evaluate(() => { const v = globalThis.__vigia; const m = v.onScreen(300).find((each) => v.nameOf(each)); return m && [m, v.nameOf(m)]; }));
  await hook('select', mmsi);
  await until('her link', () => page.evaluate(() => /[#&]contact=[0-9a-f]{16}/.test(location.hash)));
  await page.keyboard.press('h');
  await until('the past', async () => { const past = await hook('past'); return past.on && !past.waiting && (await hook('drawnCount')) > 20; });
  await until('her as a vessel', () => page.evaluate((m) => location.hash.includes(`mmsi=${m}`) && !location.hash.includes('contact='), mmsi));
  await until('her card of then', async () => (await text('#card .card-name')) === name && /^(Then|Entonces)/.test(await text('#card h3')) && /msg 1|msj 1|msg 4|msj 4/.test(await text('#card .card-fields')));
  await shot('past-card');
  await page.keyboard.press('h');
  await until('the contact again', () => page.evaluate(() => /[#&]contact=[0-9a-f]{16}/.test(location.hash) && !location.hash.includes('past=')));
  assert.equal(await text('#card .card-name'), name);
});

await check('a moment that is not here yet leaves the picture of the one before, dimmed, with its own time', async () => {
  if (!mock) return 'skipped';
  await open('#at=-2.4,-80.6,7');
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  await page.keyboard.press('h');
  const from = await until('the past', async () => { const past = await hook('past'); return past.on && !past.waiting && !past.held && (await hook('drawnCount')) > 20 && past; });
  const places = () => page.evaluate(() => JSON.stringify(globalThis.__vigia.onScreen(300).map((mmsi) => [mmsi, globalThis.__vigia.positionOf(mmsi)])));
  const before = await until('the chart to settle', async () => (await hook('idle')) && places());
  await post('slow');
  await hook('seek', from.time - 3600000);
  const waits = await until('the wait', async () => { const past = await hook('past'); return past.held && past; });
  assert.deepEqual([waits.time, waits.shown], [from.time - 3600000, from.time]);
  await until('the words', async () => (await text('#past-note')).includes(new Date(from.time).toISOString().slice(11, 19)));
  await until('the dimmed chart', () => page.evaluate(() => getComputedStyle(document.querySelector('#chart')).opacity === '0.5'));
  assert.equal(await places(), before);
  assert.equal(await text('#clock'), new Date(from.time).toISOString().slice(11, 19));
  await shot('past-held');
  await post('fast');
  await until('the moment', async () => { const past = await hook('past'); return !past.held && past.shown === past.time && past.time === from.time - 3600000; });
  await until('other places', async () => (await places()) !== before && (await hook('drawnCount')) > 20);
  await until('the chart in full', () => page.evaluate(() => getComputedStyle(document.querySelector('#chart')).opacity === '1' && !/\d\d:\d\d:\d\d/.test(document.querySelector('#past-note').textContent)));
});

await check('a past that lacks parts says so, and only then', async () => {
  if (!mock) return 'skipped';
  await post('damage');
  await open('#at=-2.4,-80.6,7.5&lang=en');
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  const mmsi = await until('a vessel', () => page.evaluate(() => { const v = globalThis.__vigia; return v.onScreen(300).find((each) => v.nameOf(each)); }));
  await page.keyboard.press('h');
  await until('the line', async () => (await text('#past-unread')) === "Parts of the archive that can't be read: 2. This is not all.");
  await hook('select', mmsi);
  await until('the card', async () => (await text('#card .card-notes')).includes('This is not all.'));
  await page.click('#tool-lang');
  await until('in Spanish', async () => (await text('#past-unread')) === 'Partes del archivo que no se pueden leer: 2. Esto no es todo.');
  await shot('past-unread');
  await post('repair');
  await open('#at=-2.4,-80.6,7.5&lang=en');
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  await page.keyboard.press('h');
  await until('the past', async () => { const past = await hook('past'); return past.on && !past.waiting && (await hook('drawnCount')) > 20; });
  assert.equal(await page.evaluate(() => document.querySelector('#past-unread').hidden), true);
});

await check('ten, three hundred and a thousand beacons are one banner and few marks, and none is lost from the list', async () => {
  if (!mock) return 'skipped';
  await post('calm');
  await open('#at=-1.2,-81,7&lang=en');
  const dom = () => page.evaluate(() => ({ marks: document.querySelectorAll('.pulse').length, banners: document.querySelectorAll('.banner-distress').length, rows: document.querySelectorAll('#banner-calls li').length }));
  const script = [];
  for (const n of [1, 10, 300, 1000]) {
    await post(`flood?n=${n}`);
    const words = n === 1 ? 'AIS-SART DISTRESS' : `${n.toLocaleString('en')} CALLS FOR HELP`;
    await until(words, async () => (await text('.banner-distress')).includes(words));
    await until('the marks', async () => (await dom()).marks === Math.min(n, 12));
    assert.deepEqual(await dom(), { marks: Math.min(n, 12), banners: 1, rows: n > 3 ? 6 : 0 });
    await shot(`beacons-${n}`);
    script.push(`${n}: ${(await scriptOfFrame()).toFixed(1)} ms`);
  }
  const order = await page.evaluate(() => [...document.querySelectorAll('#banner-calls li')].map((row) => row.querySelector('em').textContent));
  assert.deepEqual(order, ['newest', 'newest', 'newest', 'nearest', 'nearest', 'nearest']);
  await page.click('#banner-calls > .banner-show');
  await until('the list', () => page.evaluate(() => !!document.querySelector('#list-body')));
  // All thousand stand on top, whatever the order: the last of them is a beacon, the next one is not.
  const at = async (row) => page.evaluate(async (i) => {
    const body = document.querySelector('#list-body');
    body.scrollTop = i * 34;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return document.querySelector(`.row[aria-rowindex="${i + 1}"]`)?.dataset.category;
  }, row);
  await until('the thousandth', async () => (await at(999)) === 'distress' && (await at(1000)) !== 'distress');
  await shot('beacons-list');
  await post('calm');
  await until('no banner', async () => (await dom()).banners === 0 && (await dom()).marks === 0);
  return `script a frame, ${script.join(', ')}`;
});

await check('status 14 of a ship is unconfirmed, and no alarm', async () => {
  if (!mock) return 'skipped';
  const found = (await (await fetch(`${base}/api/v1/vessels?q=CATORCE`)).json()).vessels[0];
  assert.equal(found.status_unconfirmed, true);
  await hook('select', found.mmsi);
  await until('the words', async () => /^14, (unconfirmed|sin confirmar)$/.test(await text('[data-field="card.status"] .value')));
  assert.ok(!(await text('.banner-distress')).includes(String(found.mmsi)));
  await shot('status-14');
  await page.keyboard.press('Escape');
});

// ---- who does not speak ----

const dark = async () => { await post('dark'); return until('the contact without AIS', async () => (await hook('contacts', 'dark'))[0]); };

await check('a contact without AIS is told by its form, its name and its card, and the card offers rescue first', async () => {
  if (!mock) return 'skipped';
  await open('#at=-0.35,-80.6,7.6&lang=en');
  const { id, name, seen } = await dark();
  assert.equal(seen, 'radar');
  assert.match(name, /^No AIS [0-9a-f]{4}$/);
  await until('its chip', async () => /^Without AIS\d+$/.test(await text('.legend .chip[data-category=dark]')));
  await hook('selectContact', id);
  await until('the headline', async () => (await text('.card-name')) === 'No AIS · seen by Manta, Esmeraldas');
  await until('the track', async () => (await text('[data-field="track.position"] .value')).replace(/\u00a0/g, ' ').startsWith('Known within 41 × 18 m (1σ)'));
  const card = await page.evaluate(() => ({ first: document.querySelector('.card-body').firstElementChild.id, rescue: document.querySelector('#rescue').textContent, facts: document.querySelector('.card-notes').textContent,
    bars: document.querySelectorAll('.held-row').length, claims: [...document.querySelectorAll('[data-field^="sensor-track"]')].map((el) => el.textContent) }));
  assert.equal(card.first, 'rescue');
  for (const words of ['Safety of life first', 'fishermen, migrants or castaways', 'rescue coordination centre', '080°', 'course 204°', 'Seen ', '90']) assert.ok(card.rescue.toLowerCase().includes(words.toLowerCase()), words);
  assert.match(card.facts, /^No AIS where it should be heard/);
  assert.equal(card.bars, 2);
  assert.match(card.claims.join(), /429.*Manta.*430.*Esmeraldas/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await page.click('#rescue-copy');
  await until('the report on the clipboard', async () => /^No AIS · seen by Manta, Esmeraldas\n\d\d°.*\nSeen .* UTC.*\ncourse 204°/.test(await page.evaluate(() => navigator.clipboard.readText())));
  await shot('dark-card');
  await page.click('#tool-lang');
  await until('Spanish', async () => (await text('.card-name')) === 'Sin AIS · visto por Manta, Esmeraldas' && (await text('#rescue')).includes('pescadores, migrantes o náufragos'));
  await page.click('#tool-lang');
  const words = (await page.evaluate(() => document.body.textContent)).toLowerCase();
  for (const word of ['hostile', 'suspect', 'hostil', 'sospechos']) assert.ok(!words.includes(word), word);
});

await check('the ellipse and the spread are drawn for the selected one, and for all from close by', async () => {
  if (!mock) return 'skipped';
  await open('#at=-0.35,-80.6,8&lang=en');
  const { id } = await dark();
  assert.deepEqual((({ ellipses, spreads }) => [ellipses, spreads])(await hook('uncertainty')), [0, 0]);
  await hook('selectContact', id);
  await until('its spread', async () => (await hook('uncertainty')).spreads === 1);
  await page.keyboard.press('Escape');
  await page.evaluate(() => globalThis.__vigia.jumpTo(-80.73, -0.92, 13));
  await until('those of all in view', async () => (await hook('uncertainty')).spreads > 3);
  await shot('uncertainty');
});

await check('sensors: coverage on the chart, state, learnt figures and bias in words', async () => {
  if (!mock) return 'skipped';
  await post('dark');
  await post('quiet');
  await open('#at=-0.9,-80.6,6.5&panel=feeds&lang=en');
  const card = (name) => text(`[data-sensor="${name}"]`);
  await until('the cards', async () => (await card('manta')).includes('Sees') && (await card('salinas')).includes('Silent'));
  await until('the coverage', async () => (await hook('uncertainty')).coverage > 0);
  assert.match(await card('manta'), /reads 80 m too far \(± 2 m\), reads 0\.50° clockwise .*Corrected; learnt from 412 echoes/);
  assert.match(await card('manta'), /Finds 88 % .* 12 false plots a scan/);
  assert.match(await card('salinas'), /a clock that is 2\.1 s late/);
  assert.match(await card('esmeraldas'), /not learnt yet.*bias is not known yet/);
  await shot('sensors');
  await page.keyboard.press('k');
  await page.click('#layer-coverage');
  await until('it in the link', () => page.evaluate(() => location.hash.includes('hide=coverage')));
  await page.click('#layer-coverage');
  await page.keyboard.press('h'); // the past has no tracks; what the sensors see stays
  await until('the past', async () => (await hook('past')).on);
  await until('the coverage there too', async () => (await hook('uncertainty')).coverage > 0);
  await page.keyboard.press('h');
  await post('loud');
});

await check('the list says who sees each, filters by it, and saves it', async () => {
  if (!mock) return 'skipped';
  await post('dark');
  await open('#at=-0.9,-80.6,7&panel=list&cat=dark&lang=en');
  const rows = await until('the rows', async () => { const seen = await page.evaluate(() => [...document.querySelectorAll('.row:not([hidden])')].map((row) => [row.querySelector('.row-name').textContent, row.querySelector('.col-seen').textContent])); return seen.length >= 4 && seen.some(([, by]) => by === 'Manta · Esmeraldas') && seen; });
  assert.ok(rows.every(([name]) => name.startsWith('No AIS ')), JSON.stringify(rows));
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE }), page.click('#list-csv')]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  assert.match(lines[0], /,seen_by$/);
  assert.equal(lines.length - 1, rows.length);
  assert.ok(lines.slice(1).some((line) => line.startsWith(',') && line.endsWith(',Manta · Esmeraldas')), lines.join('\n'));
  await page.keyboard.press('i');
  await page.click('#f-seen-both');
  await until('none of both', async () => (await hook('drawnCount')) === 0);
});

await check('an operator names, merges on the chart, starts a contact and undoes it, each with who and why', async () => {
  if (!mock) return 'skipped';
  await open('#at=-0.72,-80.86,11&lang=en');
  const { id } = await dark();
  await hook('selectContact', id);
  await page.click('#hand-do-name', { timeout: PATIENCE });
  // The keyboard alone: the first field has the focus, Enter sends.
  await page.keyboard.type('PANGA AZUL');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.querySelector('#hand').open), true, 'who and why are demanded');
  await page.fill('#hand-who', 'Tnte. Vera');
  await page.fill('#hand-why', 'Seen by the patrol');
  await shot('hand-dialog');
  await page.keyboard.press('Enter');
  await until('the name', async () => (await text('.card-name')) === 'PANGA AZUL' && /Named.*PANGA AZUL.*Seen by the patrol.*Tnte\. Vera/.test(await text('.hand-history')));
  await page.click('#done-undo');
  assert.equal(await page.inputValue('#hand-who'), 'Tnte. Vera', 'the browser remembers who');
  await page.fill('#hand-why', 'It was another one');
  await page.keyboard.press('Enter');
  await until('the undoing', async () => (await text('.hand-history')).includes('Undone') && (await text('.card-name')).startsWith('No AIS'));
  // Merge: the other one is pointed at on the chart.
  await page.click('#hand-do-merge');
  await page.click('#hand-pick');
  await until('the hint', () => page.evaluate(() => !document.querySelector('#pick-hint').hidden));
  const other = await until('another one on the screen', async () => (await hook('contacts', 'dark')).find((each) => each.id !== id && each.at && each.at[0] < 900));
  await page.mouse.click(...other.at);
  await until('the choice', async () => (await page.inputValue('#hand-other')) === other.id);
  await page.fill('#hand-why', 'One boat');
  await page.click('#hand-send');
  await until('the other gone', async () => !(await hook('contacts', 'dark')).some((each) => each.id === other.id));
  // Start: at a place of the chart, by the right button.
  await page.mouse.click(400, 500, { button: 'right' });
  await page.click('#menu-start');
  await page.fill('#hand-why', 'Reported by a fisherman');
  await page.selectOption('#hand-kind', 'small-craft');
  await page.click('#hand-send');
  await until('the contact', async () => (await text('.card-sub')) === 'Small craft' && (await text('.hand-history')).includes('Started'));
  await until('that it is kept', async () => (await text('.card-notes')).includes('the track does not end by itself'));
  await shot('hand-history');
  // What the server refuses is said, and the dialog stays.
  await page.click('#hand-do-correct');
  await page.fill('#hand-place', 'nowhere');
  await page.fill('#hand-why', 'x');
  await page.click('#hand-send');
  await until('the fault', async () => (await text('#hand-fault')).startsWith('This is not a position'));
  await page.keyboard.press('Escape');
  // The list of the panel brings back a contact that is on no chart: the one that was merged away.
  await page.click('#tab-hands');
  await until('the list', async () => /Merged.*One boat/.test(await text('#hands')) && (await text('#hands')).includes('Undone'));
  await shot('hands');
  const merged = await page.evaluate(() => [...document.querySelectorAll('#hands li')].find((li) => li.textContent.includes('One boat')).dataset.hand);
  await page.click(`#list-undo-${merged}`);
  await page.fill('#hand-why', 'Two after all');
  await page.click('#hand-send');
  await until('the other one again', async () => (await hook('contacts', 'dark')).some((each) => each.id === other.id));
  await until('that it is undone', async () => (await page.locator(`#list-undo-${merged}`).count()) === 0);
  await page.keyboard.press('Escape');
});

await check('twenty thousand tracks are drawn, and of what is uncertain only what is in view, within a limit', async () => {
  if (!mock) return 'skipped';
  await open('#at=-0.9,-82,5.5&lang=en');
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  await post('dark?n=20000');
  await until('the tracks', async () => (await hook('drawnCount')) >= 20000);
  assert.deepEqual((({ ellipses, spreads }) => [ellipses, spreads])(await hook('uncertainty')), [0, 0]);
  await shot('tracks-20000');
  await page.evaluate(() => globalThis.__vigia.jumpTo(-82, -1, 12.5));
  const { ellipses, spreads } = await until('spreads', async () => { const drawn = await hook('uncertainty'); return drawn.spreads > 50 && drawn; });
  assert.ok(ellipses <= 500 && spreads <= 1000);
  const script = await scriptOfFrame(8);
  await shot('tracks-20000-near');
  await post('few');
  await until('few again', async () => (await hook('contacts', 'dark')).length < 100);
  return `${spreads} spreads; script a frame ${script.toFixed(1)} ms`;
});

await check('alerts: the most urgent first, one opens with its why, numbers, chart, reception and history', async () => {
  if (!mock) return 'skipped';
  await open('#at=-1.2,-82,7&panel=alerts&lang=en');
  await page.evaluate(() => localStorage.removeItem('vigia.who'));
  await until('the list and its count', () => page.evaluate(() => document.querySelectorAll('.alert-row').length > 8 && Number(document.querySelector('#tab-alerts .tab-badge').textContent) > 5));
  const severities = await page.evaluate(() => [...document.querySelectorAll('.alert-row')].map((row) => ['distress', 'warning', 'caution', 'information'].indexOf(row.dataset.severity)));
  assert.deepEqual(severities, [...severities].sort((a, b) => a - b));
  assert.ok(await page.evaluate(() => ![...document.querySelectorAll('.alert-row')].some((row) => /Distress/.test(row.textContent))), 'the exercise\'s distress is not among the real');
  await page.evaluate(() => [...document.querySelectorAll('.alert-row')].find((row) => /Two vessels close/.test(row.textContent)).click());
  await until('why, numbers and chart', () => page.evaluate(() => /stayed close/.test(document.querySelector('#alert-why')?.textContent ?? '') && document.querySelectorAll('#alert-numbers .bar').length >= 3 && document.querySelectorAll('#alert-chart canvas').length === 2));
  const card = await text('#alertcard');
  for (const words of ['not a finding about anybody', 'threshold', 'Bunkers', 'local', 'Reception it rests on', 'Who did what', 'Export evidence']) assert.match(card, new RegExp(words.replace('local', 'GMT|UTC'), 'i'), words);
  await until('both tracks on the chart', () => page.evaluate(() => document.querySelector('.alert-mark[aria-current="true"]') !== null));
  await shot('alert');
});

/** Of a real server: any alert that waits. False: it has none. */
async function openAnAlert() {
  await open('#panel=alerts&lang=en');
  await page.evaluate(() => localStorage.removeItem('vigia.who'));
  const any = await until('an alert', () => page.evaluate(() => {
    for (const group of document.querySelectorAll('.alert-group[aria-expanded="false"]')) group.click(); // it may stand among many of its kind
    return document.querySelector('.alert-row[data-state="open"]') !== null;
  }), 8000).catch(() => false);
  if (!any) return false;
  await page.evaluate(() => document.querySelector('.alert-row[data-state="open"]').click());
  await until('its why', () => page.evaluate(() => (document.querySelector('#alert-why .why-what')?.textContent ?? '').length > 20));
  return true;
}

await check('an alert is acknowledged, dismissed with a reason, and brought back', async () => {
  if (!mock && !(await openAnAlert())) return 'skipped';
  const stateIs = (state) => until(`the alert ${state}`, () => page.evaluate((s) => document.querySelector('#alert-state')?.dataset.state === s && !document.querySelector('#act').open, state));
  await page.click('#alert-acknowledge');
  await page.click('#act-send');
  assert.match(await until('a word on what is missing', () => text('#act-fault')), /who does it/);
  await page.fill('#act-who', 'Lt Vera');
  await page.click('#act-send');
  await stateIs('acknowledged');
  await page.click('#alert-dismiss');
  await page.click('#act-send');
  assert.match(await until('the reason is asked', () => text('#act-fault')), /reason/i);
  await page.selectOption('#act-reason', 'known');
  await page.click('#act-send');
  await stateIs('dismissed');
  await until('it has left the list', () => page.evaluate(() => !document.querySelector('.alert-row[aria-current="true"]')));
  assert.match(await text('#alert-history'), /Dismissed.*Known or permitted activity.*Lt Vera/s);
  await page.click('#done-undo');
  await stateIs('open');
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#alert-evidence')]);
  const id = await page.evaluate(() => /alert=(\w+)/.exec(location.hash)[1]), told = await (await fetch(`${base}/api/v1/alerts/${id}`)).json();
  assert.equal(file.suggestedFilename(), `alert-${id}.json`);
  assert.ok(told.evidence.bundle || /"vigia_alert": 1/.test(readFileSync(await file.path(), 'utf8'))); // without a journal there is no bundle
});

await check('a new alert is announced, and takes nobody\'s focus', async () => {
  if (!mock) return 'skipped';
  await page.focus('#search');
  const before = await page.evaluate(() => document.querySelectorAll('.alert-row').length);
  await post('alert');
  await until('the new one in the list', () => page.evaluate((n) => document.querySelectorAll('.alert-row').length === n + 1, before));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
  await until('the word for who hears the page', () => page.evaluate(() => [...document.querySelectorAll('[aria-live]')].some((el) => /New alert: Caution\. Sudden stop/.test(el.textContent))));
});

await check('a rule is dropped in one click, and comes back', async () => {
  if (!mock) return 'skipped';
  const rule = async () => (await (await fetch(`${base}/api/v1/alerts/rules`)).json()).rules.find(({ name }) => name === 'encounter').enabled;
  await page.click('#alert-drop');
  await until('the rule off', async () => (await rule()) === false);
  await until('the way back', () => page.evaluate(() => /Bring this type back/.test(document.querySelector('#alert-drop').textContent)));
  await page.click('#alert-drop');
  await until('the rule on', rule);
});

await check('many of a kind stand together, open and fold by the keyboard; of 500 the last is a key away', async () => {
  if (!mock) return 'skipped';
  const rows = () => page.evaluate(() => document.querySelectorAll('#alert-list .alert-row').length);
  const before = await rows(), count = await page.evaluate(() => Number(document.querySelector('.alert-group .group-count').textContent));
  await page.focus('.alert-group');
  await page.keyboard.press('ArrowRight');
  await until('all of them', async () => (await rows()) === before + count);
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.evaluate(() => document.activeElement.parentElement.classList.contains('alert-inside')));
  const inside = await page.evaluate(() => document.activeElement.dataset.alert);
  await page.keyboard.press('Enter');
  await until('it is open', () => page.evaluate(() => document.querySelector('#alert-why .why-what') !== null));
  await page.keyboard.press('Escape');
  await until('focus where it was', () => page.evaluate((id) => document.querySelector('#alertcard').hidden && document.activeElement.dataset.alert === id, inside));
  await page.keyboard.press('ArrowLeft');
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains('alert-group')));
  await page.keyboard.press('ArrowLeft');
  await until('them folded', async () => (await rows()) === before);
  await post('many?n=500');
  await until('their count', () => page.evaluate(() => document.querySelector('#tab-alerts .tab-badge').textContent === '99+'));
  // All of them in the list, each row of its own.
  await page.evaluate(() => { for (const group of document.querySelectorAll('.alert-group')) group.click(); });
  await until('500 rows', async () => (await rows()) > 500);
  await page.focus('#alert-list .alert-row');
  await page.keyboard.press('End');
  assert.ok(await page.evaluate(() => { const all = [...document.querySelectorAll('.alert-row')], last = all[all.length - 1], box = last.getBoundingClientRect(), list = document.querySelector('#alert-list').getBoundingClientRect(); return document.activeElement === last && box.bottom <= list.bottom + 1 && box.top >= list.top; }));
  // Rows that are out of sight are not laid out: that is why it scrolls as a short list does.
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('#alert-list > div')).contentVisibility), 'auto');
  await shot('alerts-500');
});

await check('who may not act, and whose server is gone, is told so in plain words of both languages', async () => {
  if (!mock) return 'skipped';
  expectLoss = true;
  await post('refuse');
  await page.evaluate(() => document.querySelector('.alert-row[data-state="open"]').click());
  for (const [lang, said, gone] of [['es', /^Desde aquí no se puede actuar: .*--allow-actions/, /^El servidor no responde\. Estas alertas son las de las \d\d:\d\d:\d\d UTC/], ['en', /^Nothing may be done from here: .*--allow-actions/, /^The server does not answer\. The alerts below are those of/]]) {
    await page.evaluate((l) => { location.hash = location.hash.replace(/&?lang=\w+/, '') + `&lang=${l}`; }, lang);
    await until('the language', () => page.evaluate((l) => document.documentElement.lang === l, lang));
    await page.click('#alert-acknowledge');
    await until('why not', async () => said.test(await text('#act-fault')));
    await page.keyboard.press('Escape');
    await page.route('**/api/v1/alerts?**', (route) => route.abort());
    await page.selectOption('#alerts-state', 'every');
    await until('that it is gone, and of when the list is', async () => gone.test(await text('#alerts-say')) && page.evaluate(() => document.querySelectorAll('.alert-row').length > 8));
    await page.unroute('**/api/v1/alerts?**');
    await page.selectOption('#alerts-state', 'active');
    await until('it is there again', () => page.evaluate(() => document.querySelector('#alerts-say').hidden));
  }
  await post('allow');
  // Nothing waits: it is said what would be here.
  await page.route('**/api/v1/alerts?**', (route) => route.fulfill({ json: { total: 0, count: 0, alerts: [] } }));
  await page.selectOption('#alerts-state', 'confirmed');
  await page.selectOption('#alerts-state', 'active');
  await until('what would be here', async () => /Nothing asks for you now\..*calls for help/s.test(await text('#alerts-say')));
  await shot('alerts-none');
  await page.unroute('**/api/v1/alerts?**');
  expectLoss = false;
  await post('fewer');
  await open('#at=-1.2,-82,7&panel=alerts&lang=en');
  await until('the list', () => page.evaluate(() => document.querySelectorAll('.alert-row').length > 8));
});

await check('an exercise is a mode of its own', async () => {
  if (!mock) return 'skipped';
  await page.click('#exercise-enter');
  await until('its alerts alone', () => page.evaluate(() => document.querySelectorAll('.alert-row').length === 2 && /EXERCISE/.test(document.querySelector('#exercise-bar').textContent)));
  await shot('exercise');
  await page.click('#exercise-leave');
  await until('the real sea', () => page.evaluate(() => document.querySelectorAll('.alert-row').length > 8 && !document.querySelector('#exercise-bar')));
});

await check('an area is drawn, checked, saved, exported and deleted', async () => {
  const areas = async () => (await (await fetch(`${base}/api/v1/areas`)).json()).features ?? null;
  if (!mock && (await areas().catch(() => null)) === null) return 'skipped';
  const before = (await areas()).length;
  if (!mock) await open('#panel=list&lang=en');
  await hook('jumpTo', -83, -4.5, 8);
  await page.click('#tab-areas');
  await until('the areas', () => page.evaluate((n) => document.querySelectorAll('.area-item').length === n, before));
  await page.click('#area-new');
  for (const [x, y] of [[700, 250], [900, 240], [920, 420]]) {
    await page.mouse.click(x, y);
    await new Promise((done) => setTimeout(done, 350)); // apart from a double click
  }
  await page.mouse.dblclick(720, 430);
  await until('the form, and four points to move', () => page.evaluate(() => document.querySelector('#area-name') && document.querySelectorAll('.vertex:not(.middle)').length === 4));
  await page.click('#area-save');
  assert.match(await until('what is wrong, at its field', () => text('#area-fault-name')), /1 to 63/);
  if (mock) {
    await page.fill('#area-name', 'Ñandú');
    expectLoss = true; // a refusal is an error to the browser
    await page.click('#area-save');
    assert.match(await until('the server\'s word', () => text('#areas-fault')), /the border crosses itself/);
    expectLoss = false;
  }
  await page.fill('#area-name', 'Test zone');
  await page.focus('.vertex[data-point="0"]');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Delete');
  await until('three points', () => page.evaluate(() => document.querySelectorAll('.vertex:not(.middle)').length === 3));
  await page.click('#area-save');
  await until('it in the list', () => page.evaluate(() => document.querySelector('[data-area="Test zone"]') !== null));
  const saved = (await areas()).find(({ properties }) => properties.name === 'Test zone');
  assert.deepEqual([saved.geometry.coordinates[0].length, saved.properties.rule.on], [4, ['enter']]);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#areas-export')]);
  assert.equal(JSON.parse(readFileSync(await file.path(), 'utf8')).features.length, before + 1);
  await shot('areas');
  await page.click('[data-area="Test zone"] [aria-label^="Delete"]');
  await until('it gone', async () => (await areas()).length === before);
});

await check('it works on a phone', async () => {
  await page.close();
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'es-EC', colorScheme: 'dark', hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  page = await phone.newPage();
  listen(page);
  await open();
  await until('vessels', async () => (await hook('drawnCount')) > 0);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'es');
  await shot('phone');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the screen');
  if (mock) assert.ok((await page.evaluate(() => Number(/at=[^,]*,[^,]*,([\d.]+)/.exec(location.hash)?.[1] ?? 0))) < 4, 'the server means more of the chart than a phone shows at its zoom');
  await page.tap('#search');
  await page.keyboard.type('a');
  await until('hits that nothing covers', () => page.evaluate(() => {
    const li = document.querySelector('#search-hits li[role=option]'), b = li?.getBoundingClientRect();
    return b && [0.1, 0.3, 0.6].every((share) => li.contains(document.elementFromPoint(b.left + b.width * share, b.top + 14)));
  }));
  await shot('phone-search');
  await page.keyboard.press('Escape');
  const mmsi = (await hook('onScreen', 50)).find(Boolean);
  await hook('select', mmsi);
  const box = await until('the bottom sheet', () => page.evaluate(() => {
    const b = document.querySelector('#card').getBoundingClientRect();
    return b.height > 100 && { top: b.top, bottom: b.bottom, width: b.width };
  }));
  assert.ok(box.top > 200 && box.bottom <= 845 && box.width <= 391, JSON.stringify(box));
  await shot('phone-card');
  if (!mock) return;
  await post('dark');
  await open('#at=-0.3,-80.6,7&lang=es');
  const found = await until('the contact without AIS', async () => (await hook('contacts', 'dark'))[0]);
  await hook('selectContact', found.id);
  await until('rescue first, whole on the screen', () => page.evaluate(() => { const b = document.querySelector('#rescue-copy').getBoundingClientRect(); return b.height >= 38 && b.bottom <= innerHeight && b.right <= innerWidth; }));
  await shot('phone-dark');
  await page.evaluate(() => document.querySelector('#hand-do-correct').scrollIntoView());
  await page.tap('#hand-do-correct');
  await page.tap('#hand-pick');
  await until('a free chart', () => page.evaluate(() => getComputedStyle(document.querySelector('#card')).display === 'none' && !document.querySelector('#pick-hint').hidden));
  await page.touchscreen.tap(200, 600);
  await until('the dialog with the place', async () => /^\d\d°.*′/.test(await page.inputValue('#hand-place')) && page.evaluate(() => document.querySelector('#hand').open));
  await shot('phone-hand');
  await page.evaluate(() => document.querySelector('#hand').close());
});

await check('nothing went wrong on the console', () => assert.equal(faults.join(' | '), ''));
await check('no request left the origin', () => assert.deepEqual(outside, []));

await browser.close();
mock?.kill();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed ? 1 : 0);
