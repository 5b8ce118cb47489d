/**
 * The card of the selected contact or vessel: what is known of it, each value with when and by whom it was said. A value
 * and what stands beside it come from one report: out of the server's `reported`, or, where the stream is newer, out of
 * its row, which says time and source of the position only.
 */
import type { Claim, Reported } from '../api';
import { CATEGORIES, categoryOf } from '../app/category';
import { DETAIL } from '../app/detail';
import { FEEDS } from '../app/feeds';
import { flagCode } from '../app/filter';
import { formatAge, formatBearing, formatIso, formatNumber, formatPosition, formatTime, minuteDecimals } from '../app/format';
import { factText, Known, knownOf, URGENT } from '../app/known';
import { Page, register } from '../app/page';
import { mmsiText, PICTURE, vesselName } from '../app/picture';
import { FieldName, Said, saidDimensions, saidNumber, saidPosition, saidText, saidTurn, timeOrigin } from '../app/reported';
import { SELECTOR } from '../app/selector';
import { sensorTitle, SENSORS } from '../app/sensors';
import { isStatusUnconfirmed, statusText } from '../app/status';
import { countryName, Key, lang, t, tn } from '../i18n';
import { aidName, shipTypeName } from '../i18n/ais';
import { TOOLS } from '../map/tools';
import { Kind, KINDS } from '../stream/tracks';
import { CLASS, CLASS_NAMES, FLAG } from '../stream/vessels';
import { callName } from './calls';
import { TrailChart } from './charts';
import { copy, h, icon, IconName, iconButton, replace, setText } from './dom';
import { flagText } from './flags';
import { HandSection } from './hand';
import { className, kindText, typeText } from './texts';
import { Report, RescueBlock, TrackSection } from './trackcard';

/** Past this a position is called old in words too, not only by a fading symbol. */
const STALE_S = 900;
/** A claim that is surer than this is shown without its probability. */
const SURE = 0.95;

const CLAIM_KEYS: Record<string, Key> = { mmsi: 'card.mmsi', imo: 'card.imo', 'sensor-track': 'card.sensorTrack', name: 'card.nameClaim', kind: 'card.kind' };

/** Nobody is aboard of what an operator called one of these. Of debris that is not sure. */
const UNMANNED: ReadonlySet<string> = new Set<Kind>(['aid-to-navigation', 'fixed-structure', 'aircraft']);

/** `alone`: its source is not the section's; shown under the value, or (`quiet`) in the tooltip only. */
interface Field { key: Key; value: string; by?: Reported | null; note?: string; id?: string; alone?: 'shown' | 'quiet' }
interface Dial { key: Key; value: string; unit: string; by: Reported | null }
type Note = [kind: 'info' | 'warn' | 'alarm', text: string];

export class Card {
  readonly el = h('aside', { class: 'card', id: 'card', role: 'complementary', hidden: true, tabIndex: -1 });
  readonly keys = [{ key: 'Escape', text: null, run: () => this.close() }];
  private readonly body = h('div', { class: 'card-body' });
  private readonly title = h('h2', { class: 'card-name' });
  private readonly subtitle = h('p', { class: 'card-sub' });
  private readonly notes = h('div', { class: 'card-notes' });
  private readonly dials = h('div', { class: 'dials' });
  private readonly fields = h('div', { class: 'card-fields' });
  private readonly actions = h('div', { class: 'card-actions' });
  private readonly chart: TrailChart;
  private readonly rescue: RescueBlock;
  private readonly track = new TrackSection();
  private readonly hand: HandSection;
  private readonly history = h('section', { class: 'card-history' });
  private readonly picture = this.page.get(PICTURE);
  private readonly detail = this.page.get(DETAIL);
  private readonly feeds = this.page.get(FEEDS);
  private readonly tools = this.page.get(TOOLS);
  private readonly selector = this.page.get(SELECTOR);
  private readonly sensors = this.page.get(SENSORS);
  private shape = '';

  constructor(private readonly page: Page) {
    const { state, bus } = page;
    this.chart = new TrailChart(page);
    this.rescue = new RescueBlock((text) => bus.emit('announce', text));
    this.hand = new HandSection(page);
    state.watch(['selected'], () => this.render());
    state.watch(['follow', 'trails'], () => this.renderActions());
    state.watch(['look'], () => this.updateChart());
    bus.on('detail', () => this.second());
    bus.on('shown', () => this.second());
    bus.on('sensors', () => this.second());
  }

  private close(): boolean {
    if (this.page.state.get().selected === null) return false;
    this.selector.select(null);
    return true;
  }

  render(): void {
    const { selected } = this.page.state.get();
    this.el.hidden = selected === null;
    this.el.setAttribute('aria-label', t('card.label'));
    document.body.classList.toggle('has-card', selected !== null);
    if (selected === null) return;
    this.shape = '';
    replace(this.history, h('h3', {}, t('card.history')), this.chart.el);
    replace(this.body, this.rescue.el, this.notes, this.dials, this.track.el, this.fields, this.hand.el, this.history);
    this.hand.render();
    replace(this.el,
      h('header', { class: 'card-head' }, h('div', { class: 'card-titles' }, this.title, this.subtitle),
        iconButton('close', t('card.close'), () => this.close(), { id: 'card-close' })),
      this.actions, this.body);
    this.renderActions();
    this.second();
  }

  private renderActions(): void {
    const { state } = this.page, s = state.get();
    const button = (name: IconName, key: Key, run: (event: Event) => void, pressed?: boolean) =>
      h('button', { type: 'button', class: 'action', id: `card-${key.split('.')[1]}`, 'aria-pressed': pressed === undefined ? null : String(pressed), onclick: run }, icon(name), h('span', {}, t(key)));
    replace(this.actions,
      button('centre', 'card.centre', () => this.selector.select(state.get().selected, { centre: true })),
      button('follow', 'card.follow', () => state.set({ follow: !state.get().follow }), s.follow),
      button('trail', 'card.trail', () => state.set({ trails: state.get().trails === 'none' ? 'selected' : 'none' }), s.trails !== 'none'),
      button('rings', 'card.rings', () => { const { selected } = state.get(); if (selected) this.tools.ringsOn(selected); }),
      button('link', 'card.link', (event) => void this.copyLink(event.currentTarget as HTMLElement)));
  }

  private async copyLink(button: HTMLElement): Promise<void> {
    const label = button.querySelector('span')!;
    if (!(await copy(location.href))) return; // the address bar holds the same link
    setText(label, t('card.linked'));
    this.page.bus.emit('announce', t('card.linked'));
    setTimeout(() => setText(label, t('card.link')), 1600);
  }

  private updateChart(): void {
    if (!this.el.hidden) this.chart.set(this.detail.trail);
  }

  second(): void {
    const { selected } = this.page.state.get();
    if (selected === null || this.el.hidden) return;
    const v = this.picture.vessels, slot = this.picture.slotOf(selected), d = this.detail.vessel;
    const live = slot >= 0;
    const cls = live ? v.cls[slot] : Math.max(0, (CLASS_NAMES as readonly string[]).indexOf(d?.class ?? ''));
    const name = (live ? v.name[slot] : '') || saidText(d, 'name')?.value || this.nameByHand();
    const track = d?.track ?? null, known = this.page.state.get().past ? null : knownOf(v, slot, track);
    const seenBy = live ? this.sensors.seenBy(v, slot) : (track?.seen_by ?? []).map(sensorTitle).join(' · ');
    const silent = live ? v.withoutAis(slot) : known !== null && !d?.mmsi;
    setText(this.title, name || (live && v.cls[slot] >= CLASS.sart && v.cls[slot] <= CLASS.epirb ? vesselName(v, slot) : this.mute(slot) ? headline(known, seenBy) : t('card.noName')));
    const flag = live ? flagCode(v.flag[slot]) : d?.flag ?? '';
    const type = live && !name && this.mute(slot) && !v.tracks.kind[slot] ? t('track.contact', { id: v.contactId(slot).slice(-4) }) : live ? typeText(v, slot) : shipTypeName(saidNumber(d, 'shiptype')?.value ?? 0, lang());
    setText(this.subtitle, [flag && `${flagText(flag)} ${countryName(flag)}`, type].filter(Boolean).join('  ·  '));
    this.el.dataset.category = live ? CATEGORIES[categoryOf(v, slot)] : 'unknown';
    const kind = live ? KINDS[v.tracks.kind[slot]] : d?.claims?.find((claim) => claim.kind === 'kind')?.value;
    this.rescue.set(silent && !known?.facts.includes('airborne') && !UNMANNED.has(String(kind)) ? this.reportOf(slot, known) : null, this.selector.mmsi() !== 0 ? 'rescue.textSilent' : 'rescue.text');
    this.track.set(known, track, seenBy, this.selector.mmsi(), this.picture.clock.now());
    this.hand.set(selected, known, d?.hand ?? [], track);
    this.setDials(this.dialsOf(slot));
    this.setNotes(this.notesOf(slot, known));
    this.setFields(this.groups(slot, cls, flag));
    this.updateChart();
  }

  /** What an operator calls her. */
  private nameByHand(): string {
    const claim = this.detail.vessel?.claims?.filter(({ kind }) => kind === 'name').pop();
    return typeof claim?.value === 'string' ? claim.value : '';
  }

  /** She never said who she is. */
  private mute(slot: number): boolean {
    const { selected } = this.page.state.get();
    if (selected?.kind !== 'contact' || this.selector.mmsi() !== 0) return false;
    return slot >= 0 ? this.picture.vessels.cls[slot] === CLASS.unknown : !!this.detail.vessel?.track;
  }

  /** What a rescue must be told; null without a position. */
  private reportOf(slot: number, known: Known | null): Report | null {
    const v = this.picture.vessels, d = this.detail.vessel;
    const title = this.title.textContent ?? '';
    if (slot >= 0) {
      const said = v.saidPosition(slot);
      return said && { title, lat: said.lat, lon: said.lon, time: said.time, speed: v.speed(slot), course: v.course(slot), known };
    }
    const place = saidPosition(d);
    return place && { title, ...place.value, time: Date.parse(place.by.time) / 1000, speed: saidNumber(d, 'speed')?.value ?? null, course: saidNumber(d, 'course')?.value ?? null, known };
  }

  private notesOf(slot: number, known: Known | null): Note[] {
    const v = this.picture.vessels, d = this.detail.vessel, { past } = this.page.state.get();
    const notes: Note[] = [];
    if (slot < 0) notes.push(['info', this.detail.state === 'loading' ? t('card.loading') : this.detail.state === 'gone' ? t(past ? 'card.lostThen' : 'card.lost') : t(past ? 'card.outsideThen' : 'card.outside')]);
    const flags = slot < 0 ? 0 : v.flags[slot];
    if (past && timeOrigin(d) === 'file') notes.push(['warn', t('card.undated')]);
    if (d?.unread) notes.push(['warn', t('past.unread', { n: d.unread })]);
    if (flags & FLAG.distress) notes.push(['alarm', callName(v.cls[slot])]);
    if (flags & FLAG.test) notes.push(['info', t('distress.test')]);
    const age = slot >= 0 && v.positionTime[slot] ? this.picture.clock.seconds() - v.positionTime[slot] : null;
    if (age !== null && age > STALE_S) notes.push(['warn', t('card.stale', { age: formatAge(age) })]);
    for (const fact of known?.facts ?? []) notes.push([URGENT.has(fact) ? 'warn' : 'info', factText(fact)]);
    if (flags & FLAG.virtual) notes.push(['info', t('card.virtual')]);
    if (flags & FLAG.offPosition) notes.push(['warn', t('card.offPosition')]);
    const text = saidText(d, 'text')?.value;
    if (text) notes.push(['info', `“${text}”`]);
    if (d?.held) notes.push(['warn', tn('card.held', d.held.count, { n: d.held.count, position: formatPosition(d.held.lat, d.held.lon), time: formatTime(Date.parse(d.held.time)) })]);
    else if (flags & FLAG.held) notes.push(['warn', t('card.heldShort')]);
    return notes;
  }

  private setNotes(notes: Note[]): void {
    const text = JSON.stringify(notes);
    if (this.notes.dataset.text === text) return;
    this.notes.dataset.text = text;
    replace(this.notes, ...notes.map(([kind, line]) => h('p', { class: `note note-${kind}` }, line)));
  }

  /** Speed, course and heading: as the stream tells them, by whom only if the report says the same. */
  private dialsOf(slot: number): Dial[] {
    const v = this.picture.vessels, d = this.detail.vessel;
    const dial = (key: Key, field: FieldName, streamed: number | null, write: (n: number) => string, unit = ''): Dial => {
      const said = saidNumber(d, field);
      const value = slot >= 0 ? streamed : said?.value ?? null;
      const same = said !== null && value !== null && write(said.value) === write(value);
      return { key, value: value === null ? '–' : write(value), unit, by: same ? said.by : null };
    };
    return [
      dial('card.speed', 'speed', slot >= 0 ? v.speed(slot) : null, (n) => formatNumber(n, lang(), 1), t('unit.kn')),
      dial('card.course', 'course', slot >= 0 ? v.course(slot) : null, formatBearing),
      dial('card.heading', 'heading', slot >= 0 && v.heading[slot] < 360 ? v.heading[slot] : null, formatBearing),
    ];
  }

  private position(slot: number): { value: string; by: Reported } | null {
    const said = saidPosition(this.detail.vessel);
    const shown = slot >= 0 ? this.picture.vessels.saidPosition(slot) : null;
    const answered = said && { value: formatPosition(said.value.lat, said.value.lon, minuteDecimals(said.by.message)), by: said.by };
    if (!shown) return answered;
    // The live stream names no message: of the same report the server's answer does.
    const same = said && Math.floor(Date.parse(said.by.time) / 1000) === shown.time ? said.by.message : undefined;
    const streamed = { value: formatPosition(shown.lat, shown.lon, minuteDecimals(shown.message || same)), by: { time: new Date(shown.time * 1000).toISOString(), source: this.feeds.sourceName(shown.source), message: shown.message || undefined } };
    // Of the live picture what the server just said, which names the message too, or the newer one; of the past the one that is drawn.
    return answered && (answered.value === streamed.value || (this.picture.isLive && (this.detail.current || Date.parse(answered.by.time) / 1000 > shown.time + 1))) ? answered : streamed;
  }

  private groups(slot: number, cls: number, flag: string): [Key, Field[]][] {
    const v = this.picture.vessels, d = this.detail.vessel, live = slot >= 0;
    const now = this.picture.clock.seconds();
    const metres = (value: number | undefined, decimals = 0) => (value ? `${formatNumber(value, lang(), decimals)} ${t('unit.m')}` : '');
    const field = <T>(key: Key, said: Said<T> | null, write: (value: T) => string): Field => ({ key, value: said ? write(said.value) : '', by: said?.by });
    const position = this.position(slot), origin = this.page.state.get().past ? timeOrigin(d) : null;
    const status = saidNumber(d, 'status');
    const heard = live ? v.heardTime[slot] : d?.heard ? Date.parse(d.heard) / 1000 : 0;
    const size = saidDimensions(d), mmsi = this.selector.mmsi();
    const voyage: Field[] = [
      field('card.destination', saidText(d, 'destination'), (text) => text),
      field('card.eta', saidText(d, 'eta'), (text) => text.replace('T', ' ')),
      field('card.draught', saidNumber(d, 'draught'), (n) => metres(n, 1)),
    ];
    const identity: Field[] = [
      ...this.claims(),
      field('card.callsign', saidText(d, 'callsign'), (text) => text),
      { key: 'card.flag', value: flag ? `${countryName(flag)} (${flag})` : '' },
      cls === CLASS.aton ? field('card.aidType', saidNumber(d, 'aid_type'), (n) => aidName(n, lang())) : field('card.type', saidNumber(d, 'shiptype'), (n) => shipTypeName(n, lang())),
      // That a radar does not say what kind of station it sees needs no line.
      { key: 'card.class', value: (live || d) && (cls !== CLASS.unknown || mmsi) ? className(cls) : '' },
      field(size?.value.beam ? (size.value.length ? 'card.size' : 'card.beam') : 'card.length', size, ({ length, beam }) =>
        (length && beam ? `${formatNumber(length, lang())} × ${metres(beam)}` : metres(length || beam))),
      field('card.mothership', saidNumber(d, 'mothership_mmsi'), mmsiText),
      { key: 'card.reports', value: d?.reports ? formatNumber(d.reports, lang()) : '' },
    ];
    return [
      ['card.dynamics', [
        { ...field('card.status', status, (code) => statusText(code, d?.status_unconfirmed ?? isStatusUnconfirmed(cls, code))) },
        field('card.turn', saidTurn(d), turnText),
        { key: 'card.position', value: position?.value ?? '', by: position?.by, note: live && v.flags[slot] & FLAG.accurate ? t('card.accuracy') : '' },
        field('card.altitude', saidNumber(d, 'altitude'), (n) => metres(n)),
        { key: 'card.positionAge', value: position ? t('distress.since', { age: formatAge(now - Date.parse(position.by.time) / 1000) }) : '', note: origin ? t(`card.time.${origin}`) : '' },
        { key: 'card.heard', value: heard ? t('distress.since', { age: formatAge(now - heard) }) : '' },
      ]],
      ['card.voyage', voyage], ['card.identity', identity],
    ];
  }

  /** What she is called, by herself, by sensors and by operators. Each with its source and how sure it is, once there is a choice or a doubt. */
  private claims(): Field[] {
    const d = this.detail.vessel, known: Claim[] = d?.claims ?? [];
    const mmsi = this.selector.mmsi();
    const doubtful = !!d?.track || known.some((claim) => claim.probability < SURE) || new Set(known.map((claim) => claim.kind)).size < known.length;
    const fields = known.map((claim, i): Field => ({
      key: CLAIM_KEYS[claim.kind] ?? 'card.claim', id: `${claim.kind}-${i}`,
      value: claim.kind === 'mmsi' ? mmsiText(Number(claim.value)) : claim.kind === 'kind' ? kindText(String(claim.value)) : String(claim.value),
      by: { time: claim.time, source: claim.kind === 'sensor-track' ? sensorTitle(claim.source) : claim.source }, alone: doubtful ? 'shown' : 'quiet',
      note: doubtful ? t('card.probability', { n: Math.round(claim.probability * 100) }) : '',
    }));
    if (!known.some((claim) => claim.kind === 'mmsi') && mmsi) fields.unshift({ key: 'card.mmsi', value: mmsiText(mmsi) });
    if (!known.some((claim) => claim.kind === 'imo')) {
      const imo = saidNumber(d, 'imo');
      if (imo) fields.push({ key: 'card.imo', value: String(imo.value), by: imo.by });
    }
    return fields;
  }

  private setDials(dials: Dial[]): void {
    // A lighthouse has no course: three dashes would say nothing.
    this.dials.hidden = this.history.hidden = dials.every(({ value }) => value === '–');
    if (this.dials.childElementCount !== dials.length || this.dials.dataset.lang !== lang()) {
      this.dials.dataset.lang = lang();
      replace(this.dials, ...dials.map(({ key }) => h('div', { class: 'dial' }, h('span', { class: 'dial-label' }, t(key)), h('span', { class: 'dial-value' }), h('span', { class: 'dial-unit' }))));
    }
    dials.forEach(({ value, unit, by }, i) => {
      const el = this.dials.children[i] as HTMLElement;
      setText(el.children[1], value);
      setText(el.children[2], unit);
      this.showAge(el, by);
    });
  }

  /** Dimmed when it is old, and in the tooltip how old it is and what that means. */
  private showAge(el: HTMLElement, by: Reported | null | undefined): void {
    const age = by?.age ?? 'fresh';
    el.dataset.age = by ? age : '';
    el.title = by ? [t(`card.age.${age}` as Key, { age: formatAge(this.picture.clock.seconds() - Date.parse(by.time) / 1000) }), `${formatIso(Date.parse(by.time))} · ${by.source}`].join('\n') : '';
  }

  /** The elements are rebuilt only when other fields appear; a value that changes is written in place. */
  private setFields(groups: [Key, Field[]][]): void {
    const shown = groups.map(([title, fields]) => {
      const known = fields.filter((f) => f.value !== '').map((f) => ({ ...f, id: f.id ?? f.key, said: f.by && f.alone !== 'quiet' ? this.provenance(f.by) : '' }));
      // What most of a section's values share is said once, at its head; a value that differs says its own.
      const common = mostFrequent(known.filter((f) => !f.alone).map((f) => f.said));
      return { title, common, fields: known.map((f) => ({ ...f, said: f.said === common && !f.alone ? '' : f.said })) };
    }).filter((group) => group.fields.length > 0);
    const { past } = this.page.state.get();
    const shape = lang() + past + shown.map(({ title, fields }) => title + fields.map((f) => f.id + (f.said ? 1 : 0) + (f.note ?? '')).join()).join();
    if (shape !== this.shape) {
      this.shape = shape;
      replace(this.fields, ...shown.map(({ title, fields }) => h('section', { 'data-group': title }, h('h3', {}, t(title === 'card.dynamics' && past ? 'card.then' : title), h('span', { class: 'said' })), h('dl', {}, ...fields.map((f) =>
        h('div', { class: 'field', 'data-field': f.id }, h('dt', {}, t(f.key)), h('dd', {}, h('span', { class: 'value' }), f.note ? h('span', { class: 'value-note' }, f.note) : null, f.said ? h('span', { class: 'said' }) : null)))))));
    }
    for (const { title, common, fields } of shown) {
      setText(this.fields.querySelector(`[data-group="${title}"] h3 .said`)!, common);
      for (const f of fields) {
        const el = this.fields.querySelector<HTMLElement>(`[data-field="${f.id}"]`);
        if (!el) continue;
        setText(el.querySelector('.value')!, f.value);
        const said = el.querySelector('.said');
        if (said) setText(said, f.said);
        this.showAge(el, f.by);
      }
    }
  }

  /** A day is named where it is not today's. */
  private provenance(by: Reported): string {
    const ms = Date.parse(by.time), day = formatIso(ms).slice(0, 10);
    const time = day === formatIso(this.picture.clock.now()).slice(0, 10) ? formatTime(ms) : `${day} ${formatTime(ms)}`;
    return t(by.message ? 'card.provenanceMessage' : 'card.provenance', { time, source: by.source, message: by.message ?? '' });
  }
}

/** Of a contact that says nothing of itself. */
function headline(known: Known | null, seenBy: string): string {
  if (!seenBy) return t('track.headlineNone');
  return t(known?.facts.includes('airborne') ? 'track.headlineAir' : 'track.headline', { sensors: seenBy.replace(/ · /g, ', ') });
}

/** Of those that stand more than once; '' when none does. */
function mostFrequent(texts: string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) if (text) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).find(([, n]) => n > 1)?.[0] ?? '';
}

function turnText(turn: number | 'port' | 'starboard'): string {
  if (turn === 'port' || turn === 'starboard') return `${t('card.turnFast')} ${t(turn === 'starboard' ? 'card.turnRight' : 'card.turnLeft')}`;
  if (Math.abs(turn) < 0.05) return `0 ${t('unit.perMinute')}`;
  return `${formatNumber(Math.abs(turn), lang(), 1)} ${t('unit.perMinute')} ${t(turn > 0 ? 'card.turnRight' : 'card.turnLeft')}`;
}

register({ id: 'card', title: 'card.label', place: 'page', order: 60, mount: (page) => new Card(page) });
