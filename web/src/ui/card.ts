/** The ship card: what is known of one vessel, each value with when and by whom it was said. */
import type { Reported } from '../api';
import { App, vesselName } from '../app/app';
import { CATEGORIES, categoryOf } from '../app/category';
import { flagCode } from '../app/filter';
import { formatAge, formatBearing, formatEta, formatNumber, formatPosition, formatTime } from '../app/format';
import { countryName, Key, lang, t } from '../i18n';
import { aidName, shipTypeName, statusName } from '../i18n/ais';
import { CLASS, E4MIN, FLAG } from '../stream/vessels';
import { TrailChart } from './charts';
import { className, typeText } from './texts';
import { h, icon, IconName, iconButton, replace, setText } from './dom';
import { flagText } from './flags';

/** Past this a position is called old in words too, not only by a fading symbol. */
const STALE_S = 900;

interface Field { key: Key; value: string; reported?: Reported; note?: string }

export class Card {
  readonly el = h('aside', { class: 'card', id: 'card', role: 'complementary', hidden: true, tabIndex: -1 });
  private readonly body = h('div', { class: 'card-body' });
  private readonly title = h('h2', { class: 'card-name' });
  private readonly subtitle = h('p', { class: 'card-sub' });
  private readonly notes = h('div', { class: 'card-notes' });
  private readonly dials = h('div', { class: 'dials' });
  private readonly fields = h('div', { class: 'card-fields' });
  private readonly actions = h('div', { class: 'card-actions' });
  private readonly chart: TrailChart;
  private readonly history = h('section', { class: 'card-history' });
  private shape = '';

  constructor(private readonly app: App) {
    this.chart = new TrailChart(app);
    app.state.watch(['selected'], () => this.render());
    app.state.watch(['follow', 'trails'], () => this.renderActions());
    app.detail.watch(() => { this.update(); this.updateChart(); });
  }

  render(): void {
    const { selected } = this.app.state.get();
    this.el.hidden = selected === null;
    this.el.setAttribute('aria-label', t('card.label'));
    document.body.classList.toggle('has-card', selected !== null);
    this.app.measureInsets();
    if (selected === null) return;
    this.shape = '';
    replace(this.history, h('h3', {}, t('card.history')), this.chart.el);
    replace(this.body, this.notes, this.dials, this.fields, this.history);
    replace(this.el,
      h('header', { class: 'card-head' }, h('div', { class: 'card-titles' }, this.title, this.subtitle),
        iconButton('close', t('card.close'), () => this.app.select(null), { id: 'card-close' })),
      this.actions, this.body);
    this.renderActions();
    this.update();
    this.updateChart();
  }

  private renderActions(): void {
    const { app } = this;
    const s = app.state.get();
    const button = (name: IconName, key: Key, run: (event: Event) => void, pressed?: boolean) =>
      h('button', { type: 'button', class: 'action', id: `card-${key.split('.')[1]}`, 'aria-pressed': pressed === undefined ? null : String(pressed), onclick: run }, icon(name), h('span', {}, t(key)));
    replace(this.actions,
      button('centre', 'card.centre', () => s.selected && app.select(s.selected, { centre: true })),
      button('follow', 'card.follow', () => app.state.set({ follow: !app.state.get().follow }), s.follow),
      button('trail', 'card.trail', () => app.state.set({ trails: app.state.get().trails === 'none' ? 'selected' : 'none' }), s.trails !== 'none'),
      button('rings', 'card.rings', () => s.selected && app.tools.ringsOn(s.selected)),
      button('link', 'card.link', (event) => void this.copyLink(event.currentTarget as HTMLElement)));
  }

  private async copyLink(button: HTMLElement): Promise<void> {
    const label = button.querySelector('span')!;
    if (!(await copy(location.href))) return; // the address bar holds the same link
    setText(label, t('card.linked'));
    this.app.announce(t('card.linked'));
    setTimeout(() => setText(label, t('card.link')), 1600);
  }

  updateChart(): void {
    if (!this.el.hidden) this.chart.set(this.app.detail.trail);
  }

  /** Called once a second and when the server's answer arrives. */
  update(): void {
    const { app } = this;
    const { selected } = app.state.get();
    if (selected === null || this.el.hidden) return;
    const v = app.vessels, slot = v.find(selected), d = app.detail.vessel;
    const now = app.clock.seconds();
    const live = slot >= 0;
    const name = live ? v.name[slot] : d?.name ?? '';
    setText(this.title, name || (live && v.cls[slot] >= CLASS.sart && v.cls[slot] <= CLASS.epirb ? vesselName(v, slot) : t('card.noName')));
    const flag = live ? flagCode(v.flag[slot]) : d?.flag ?? '';
    const type = live ? typeText(v, slot) : shipTypeName(d?.shiptype ?? 0, lang());
    setText(this.subtitle, [flag && `${flagText(flag)} ${countryName(flag)}`, type].filter(Boolean).join('  ·  '));
    this.el.dataset.category = live ? CATEGORIES[categoryOf(v.cls[slot], v.shiptype[slot], v.flags[slot])] : 'unknown';

    const sog = live ? v.speed(slot) : d?.speed ?? null;
    const cog = live ? v.course(slot) : d?.course ?? null;
    const heading = live ? (v.heading[slot] < 360 ? v.heading[slot] : null) : d?.heading ?? null;
    this.setDials([
      ['card.speed', sog === null ? '–' : formatNumber(sog, lang(), 1), t('unit.kn')],
      ['card.course', cog === null ? '–' : formatBearing(cog), ''],
      ['card.heading', heading === null ? '–' : formatBearing(heading), ''],
    ]);

    const notes: [cls: string, text: string][] = [];
    if (!live) notes.push(['info', app.detail.state === 'loading' ? t('card.loading') : app.detail.state === 'gone' ? t(app.past.on ? 'card.lostThen' : 'card.lost') : t(app.past.on ? 'card.outsideThen' : 'card.outside')]);
    if (live && v.flags[slot] & FLAG.distress) notes.push(['alarm', distressName(v.cls[slot])]);
    if (live && v.flags[slot] & FLAG.test) notes.push(['info', t('distress.test')]);
    const age = live && v.positionTime[slot] ? now - v.positionTime[slot] : null;
    if (age !== null && age > STALE_S) notes.push(['warn', t('card.stale', { age: formatAge(age) })]);
    if (live && v.flags[slot] & FLAG.virtual) notes.push(['info', t('card.virtual')]);
    if (live && v.flags[slot] & FLAG.offPosition) notes.push(['warn', t('card.offPosition')]);
    if (d?.text) notes.push(['info', `“${d.text}”`]);
    if (d?.held) notes.push(['warn', t('card.held', { n: d.held.count, position: formatPosition(d.held.lat, d.held.lon), time: formatTime(Date.parse(d.held.time)) })]);
    else if (live && v.flags[slot] & FLAG.held) notes.push(['warn', t('card.heldShort')]);
    const noteText = JSON.stringify(notes);
    if (this.notes.dataset.text !== noteText) {
      this.notes.dataset.text = noteText;
      replace(this.notes, ...notes.map(([cls, text]) => h('p', { class: `note note-${cls}` }, text)));
    }
    this.setFields(this.groups(slot));
  }

  private groups(slot: number): [Key, Field[]][] {
    const { app } = this;
    const v = app.vessels, d = app.detail.vessel, live = slot >= 0;
    const now = app.clock.seconds();
    const r = d?.reported ?? {};
    const o = slot * 4;
    const cls = live ? v.cls[slot] : CLASS.unknown;
    const num = (value: number | null | undefined, unit: string, decimals = 0) => (value ? `${formatNumber(value, lang(), decimals)} ${unit}` : '');
    const lat = live && v.hasPosition(slot) ? v.lat[slot] / E4MIN : d?.lat, lon = live && v.hasPosition(slot) ? v.lon[slot] / E4MIN : d?.lon;
    const age = (s: number) => (s ? t('distress.since', { age: formatAge(now - s) }) : '');
    const posTime = live ? v.positionTime[slot] : d?.time ? Date.parse(d.time) / 1000 : 0;
    const heard = live ? v.heardTime[slot] : d?.heard ? Date.parse(d.heard) / 1000 : 0;
    const length = live ? v.length(slot) : d?.length, beam = live ? v.dims[o + 2] + v.dims[o + 3] : d?.beam;
    const flag = live ? flagCode(v.flag[slot]) : d?.flag ?? '';
    const eta = live ? formatEta(v.eta[o], v.eta[o + 1], v.eta[o + 2], v.eta[o + 3]) : d?.eta ?? null;
    const status = live ? v.status[slot] : d?.status ?? 255;
    const now_: Field[] = [
      { key: 'card.status', value: statusName(status, lang()), reported: r.status },
      { key: 'card.turn', value: live ? turnText(v.turn[slot]) : '', reported: r.turn },
      { key: 'card.position', value: lat === undefined || lon === undefined ? '' : formatPosition(lat, lon), reported: r.lon ?? r.position ?? r.lat, note: live && v.flags[slot] & FLAG.accurate ? t('card.accuracy') : '' },
      { key: 'card.altitude', value: num(d?.altitude, t('unit.m')), reported: r.altitude },
      { key: 'card.positionAge', value: age(posTime) },
      { key: 'card.heard', value: age(heard) },
      { key: 'card.source', value: live ? app.feeds.sourceName(v.source[slot]) : d?.source ?? '' },
    ];
    const identity: Field[] = [
      { key: 'card.mmsi', value: String(app.state.get().selected).padStart(9, '0') },
      { key: 'card.imo', value: String((live ? v.imo[slot] : d?.imo) || ''), reported: r.imo },
      { key: 'card.callsign', value: (live ? v.callsign[slot] : d?.callsign) ?? '', reported: r.callsign },
      { key: 'card.flag', value: flag ? `${countryName(flag)} (${flag})` : '' },
      { key: 'card.type', value: cls === CLASS.aton ? '' : live ? shipTypeName(v.shiptype[slot], lang()) : shipTypeName(d?.shiptype ?? 0, lang()), reported: r.shiptype },
      { key: 'card.aidType', value: cls === CLASS.aton ? aidName(v.atonType[slot], lang()) : '', reported: r.aid_type },
      { key: 'card.class', value: live ? className(cls) : '' },
      { key: 'card.length', value: num(length, t('unit.m')), reported: r.length ?? r.dimensions ?? r.to_bow },
      { key: 'card.beam', value: num(beam, t('unit.m')), reported: r.beam ?? r.dimensions ?? r.to_port },
      { key: 'card.mothership', value: d?.mothership_mmsi ? String(d.mothership_mmsi) : '', reported: r.mothership_mmsi },
      { key: 'card.reports', value: d?.reports ? formatNumber(d.reports, lang()) : '' },
    ];
    const voyage: Field[] = [
      { key: 'card.destination', value: (live ? v.destination[slot] : d?.destination) ?? '', reported: r.destination },
      { key: 'card.eta', value: eta ?? '', reported: r.eta },
      { key: 'card.draught', value: num(live ? v.draught[slot] / 10 : d?.draught, t('unit.m'), 1), reported: r.draught },
    ];
    return [['card.dynamics', now_], ['card.voyage', voyage], ['card.identity', identity]];
  }

  private setDials(values: [Key, string, string][]): void {
    // A lighthouse has no course: three dashes would say nothing.
    this.dials.hidden = this.history.hidden = values.every(([, value]) => value === '–');
    if (this.dials.childElementCount !== values.length || this.dials.dataset.lang !== lang()) {
      this.dials.dataset.lang = lang();
      replace(this.dials, ...values.map(([key]) => h('div', { class: 'dial' }, h('span', { class: 'dial-label' }, t(key)), h('span', { class: 'dial-value' }), h('span', { class: 'dial-unit' }))));
    }
    values.forEach(([, value, unit], i) => {
      setText(this.dials.children[i].children[1], value);
      setText(this.dials.children[i].children[2], unit);
    });
  }

  /** The elements are rebuilt only when other fields appear; a value that changes is written in place. */
  private setFields(groups: [Key, Field[]][]): void {
    const shown = groups.map(([title, fields]) => {
      const known = fields.filter((f) => f.value !== '').map((f) => ({ ...f, said: f.reported ? provenance(f.reported) : '' }));
      // What most of a section's values share is said once, at its head; a value that differs says its own.
      const common = mostFrequent(known.map((f) => f.said));
      return { title, common, fields: known.map((f) => ({ ...f, said: f.said === common ? '' : f.said })) };
    }).filter((group) => group.fields.length > 0);
    const shape = lang() + this.app.past.on + shown.map(({ title, fields }) => title + fields.map((f) => f.key + (f.said ? 1 : 0) + (f.note ? 1 : 0)).join()).join();
    if (shape !== this.shape) {
      this.shape = shape;
      replace(this.fields, ...shown.map(({ title, fields }) => h('section', { 'data-group': title }, h('h3', {}, t(title === 'card.dynamics' && this.app.past.on ? 'card.then' : title), h('span', { class: 'said' })), h('dl', {}, ...fields.map((f) =>
        h('div', { class: 'field', 'data-field': f.key }, h('dt', {}, t(f.key)), h('dd', {}, h('span', { class: 'value' }), f.note ? h('span', { class: 'value-note' }, f.note) : null, f.said ? h('span', { class: 'said' }) : null)))))));
    }
    for (const { title, common, fields } of shown) {
      setText(this.fields.querySelector(`[data-group="${title}"] h3 .said`)!, common);
      for (const f of fields) {
        const el = this.fields.querySelector(`[data-field="${f.key}"]`);
        if (!el) continue;
        setText(el.querySelector('.value')!, f.value);
        const said = el.querySelector('.said');
        if (said) setText(said, f.said);
      }
    }
  }
}

async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  // A station's own server has often no https, and browsers then hide the clipboard; the old way still works.
  const field = h('textarea', { value: text, class: 'visually-hidden' });
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

function provenance(r: Reported): string {
  const values = { time: formatTime(Date.parse(r.time)), source: r.source, message: r.message ?? '' };
  return t(r.message ? 'card.provenanceMessage' : 'card.provenance', values);
}

/** Of those that stand more than once; '' when none does. */
function mostFrequent(texts: string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) if (text) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).find(([, n]) => n > 1)?.[0] ?? '';
}

export function distressName(cls: number): string {
  return t(cls === CLASS.sart ? 'distress.sart' : cls === CLASS.mob ? 'distress.mob' : cls === CLASS.epirb ? 'distress.epirb' : 'distress.other');
}

/** Rate of turn as broadcast: 4.733 · √(°/min), signed; ±127 means faster than 5° in 30 s, without a number. */
function turnText(raw: number): string {
  if (raw === -128) return '';
  if (Math.abs(raw) <= 1) return `0 ${t('unit.perMinute')}`; // 1 is 0.04°/min
  const side = t(raw > 0 ? 'card.turnRight' : 'card.turnLeft');
  if (Math.abs(raw) === 127) return `${t('card.turnFast')} ${side}`;
  return `${formatNumber((raw / 4.733) ** 2, lang(), 1)} ${t('unit.perMinute')} ${side}`;
}
