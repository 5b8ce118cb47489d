/**
 * An open alert: why it was raised in a plain sentence, what may explain it, the numbers, how it went, what it rests on, who did
 * what. It asks a person; it accuses nobody. Where people may need help, that stands first.
 */
import { AlertAction, AlertDetail, api, SeaEvent } from '../api';
import { ALERTS } from '../app/alerts';
import { ALERT_TRACKS, spanOf } from '../app/alerttracks';
import { clockText, eventTitle, joinNames, listEntry, localText, numbersOf, rescueFirst, whyText, wordOf } from '../app/alerttext';
import { chartsOf, momentOf } from '../app/behaviour';
import { CASE } from '../app/casefolder';
import { faultText } from '../app/faults';
import { formatAge, formatDate, formatMiles, formatNumber, formatPosition, formatTime } from '../app/format';
import { helpersNear, WITHIN_NM } from '../app/helpers';
import { Page, register } from '../app/page';
import { mmsiText, PICTURE, vesselName } from '../app/picture';
import { receptionRows } from '../app/reception';
import { contact, vessel } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { Key, lang, t } from '../i18n';
import { ALERT_MAP } from './alertmap';
import { PLAYBACK } from '../past/playback';
import { ACT } from './actdialog';
import { AlertCharts, Marks } from './alertchart';
import { h, icon, iconButton, replace } from './dom';
import { RULES } from './rulesdialog';
import { saveFile } from './save';
import { severitySign } from './severity';
import { SILENCE } from './silencedialog';
import { RescueBlock } from './trackcard';

/** Of a risk: smaller parts round to nothing, and more of them are no help. */
const LEAST_RISK = 0.005, MOST_PARTS = 6;
/** By as much the data's time and this machine's may differ without a word. */
const SAME_MS = 90000;

const ACTIONS: Record<string, readonly AlertAction[]> = {
  open: ['acknowledge', 'confirm', 'dismiss', 'note'], silenced: ['acknowledge', 'confirm', 'dismiss', 'note'], held: ['acknowledge', 'confirm', 'dismiss', 'note'], acknowledged: ['confirm', 'dismiss', 'note', 'reopen'], confirmed: ['note', 'reopen'], dismissed: ['note', 'reopen'], withdrawn: ['note'],
};
/** Why people may need help, and what comes first. */
const RESCUE_TEXTS: Record<string, Key> = { drift: 'rescue.textDrift', distress: 'rescue.textDistress', meeting: 'rescue.textMeeting' };
/** So long after its end people may still need help. */
const HELP_MS = 6 * 3600000;
/** Of the devices that call for help, by the first digits of their numbers (ITU-R M.585). */
const DEVICES: Record<number, Key> = { 970: 'distress.sart', 972: 'distress.mob', 974: 'distress.epirb' };
/** Words under which behaviours tell a speed, or a distance: the chart draws the threshold of the first. */
const SPEED_KEYS = ['median_speed', 'average_speed', 'speed_after', 'speed', 'mean_speed'], DISTANCE_KEYS = ['median_distance', 'apart', 'cpa', 'distance'];

export class AlertCard {
  readonly el = h('aside', { class: 'card alertcard', id: 'alertcard', role: 'complementary', hidden: true, tabIndex: -1 });
  readonly keys = [{ key: 'Escape', text: null, run: () => this.close() }];
  private readonly body = h('div', { class: 'card-body', id: 'alert-body' });
  private readonly rescue: RescueBlock;
  private readonly charts: AlertCharts;
  private readonly book = this.page.get(ALERTS);
  private readonly tracks = this.page.get(ALERT_TRACKS);
  private readonly picture = this.page.get(PICTURE);
  private readonly folder = this.page.get(CASE);
  private readonly rules = this.page.get(RULES);
  private shape = '';
  private ruleOn: boolean | undefined;
  private opened = '';

  constructor(private readonly page: Page) {
    this.rescue = new RescueBlock((text) => page.bus.emit('announce', text));
    this.charts = new AlertCharts(page);
    page.bus.on('alerts', () => this.update());
    page.bus.on('case', () => this.update());
    page.state.watch(['alert', 'look'], () => this.render());
    // Focus that stood in a card which closes goes back to the list.
    this.el.addEventListener('keydown', (event) => event.key === 'Escape' && event.target instanceof HTMLElement && event.target.matches('summary') && event.target.blur());
  }

  private close(): boolean {
    const { alert } = this.page.state.get();
    if (alert === null) return false;
    const inside = this.el.contains(document.activeElement);
    this.page.state.set({ alert: null });
    // What was decided may have left the list.
    if (inside) (document.querySelector<HTMLElement>(`.alert-row[data-alert="${CSS.escape(alert)}"]`) ?? document.querySelector<HTMLElement>('.alert-row'))?.focus({ preventScroll: true });
    return true;
  }

  render(): void {
    const { alert } = this.page.state.get();
    this.el.hidden = alert === null;
    document.body.classList.toggle('has-alert', alert !== null);
    this.shape = '';
    if (alert === null) {
      this.opened = '';
      return this.charts.clear();
    }
    if (alert !== this.opened) {
      this.opened = alert;
      this.ruleOn = undefined;
      this.body.scrollTop = 0;
    }
    this.el.setAttribute('aria-label', t('alert.label'));
    this.update();
  }

  private update(): void {
    if (this.el.hidden) return;
    const { detail, detailState } = this.book;
    const shape = JSON.stringify([lang(), this.page.state.get().look, detailState, detail, this.tracks.state, this.tracks.tracks.length, this.ruleOn, detail && this.folder.has(detail.id)]);
    if (shape === this.shape) return;
    this.shape = shape;
    const focused = this.el.contains(document.activeElement) ? document.activeElement!.id : '', top = this.body.scrollTop;
    if (!detail) {
      const text = t(detailState === 'gone' ? 'alert.gone' : detailState === 'failed' ? 'alert.failed' : 'alert.loading');
      replace(this.el, h('header', { class: 'card-head' }, h('div', { class: 'card-titles' }, h('h2', { class: 'card-name' }, t('alert.label'))), this.closer()), h('p', { class: 'empty', role: 'status' }, text));
    } else {
      if (this.ruleOn === undefined) void this.rules.isOn(detail.rule).then((on) => { this.ruleOn = on ?? true; this.update(); });
      this.draw(detail, detail.event);
    }
    this.body.scrollTop = top;
    if (focused) (document.getElementById(focused) ?? this.el).focus({ preventScroll: true });
  }

  private closer(): HTMLElement {
    return iconButton('close', t('alert.close'), () => this.close(), { id: 'alert-close' });
  }

  private draw(d: AlertDetail, e: SeaEvent): void {
    const names = this.book.names(d), opened = Date.parse(d.opened);
    this.el.dataset.severity = d.severity;
    this.el.dataset.state = d.state;
    replace(this.el,
      d.exercise ? h('p', { class: 'exercise-bar', style: { margin: '0' } }, h('strong', {}, t('alerts.exerciseOn'))) : null,
      h('header', { class: 'card-head' },
        h('div', { class: 'card-titles' }, h('h2', { class: 'card-name' }, severitySign(d.severity), h('span', {}, eventTitle(d.kind))),
          h('p', { class: 'card-sub' }, h('span', { class: 'alert-chip', id: 'alert-state', 'data-state': d.state }, t(`alertstate.${d.state}` as Key)), h('span', { title: t('alert.opened', { time: clockText(opened, this.now()) }) }, `${t(`severity.${d.severity}`)} · ${clockText(opened, this.now())}`))),
        this.closer()),
      rescueFirst(d.kind) ? null : this.actions(d), this.body, rescueFirst(d.kind) ? this.actions(d) : null);
    const rescue = rescueFirst(d.kind) && typeof d.lon === 'number' && typeof d.lat === 'number';
    this.rescue.set(rescue ? this.report(d, joinNames(names)) : null, RESCUE_TEXTS[d.kind] ?? 'rescue.text');
    replace(this.body, this.rescue.el, rescue ? this.helpers(d) : null, this.why(d, e, names), this.listed(d), this.innocent(e), this.numbers(e), this.howItWent(d, e), this.rests(d, e), this.risk(d), this.sentences(d), this.history(d), this.files(d, names));
  }

  /** Below what a rescue needs, where one may be needed. */
  private actions(d: AlertDetail): HTMLElement {
    const act = this.page.get(ACT);
    return h('div', { class: 'alert-actions', role: 'group', 'aria-label': t('alert.label') }, ...(ACTIONS[d.state] ?? ['note']).map((action, i) => h('button', {
      type: 'button', class: `pill${i === 0 && action !== 'note' ? ' first' : ''}`, id: `alert-${action}`, title: `${t(`act.${action}`)}. ${t(`act.about.${action}`)}`, onclick: () => act.ask(action, d.id) }, t(action === 'confirm' ? 'act.confirmShort' : `act.${action}`))));
  }

  /** Who could be there first. Of a call that is long over nobody is sent. */
  private helpers(d: AlertDetail): HTMLElement | null {
    const now = this.now(), end = Date.parse(d.end ?? d.begin);
    if (!this.picture.isLive || now - end > HELP_MS) return null;
    const v = this.picture.live, near = helpersNear(v, d.lon!, d.lat!, d.mmsi, now / 1000), selector = this.page.get(SELECTOR);
    return h('section', { class: 'helpers', id: 'alert-helpers' }, h('h3', {}, t('rescue.near')),
      near.length === 0 ? h('p', { class: 'hint' }, t('rescue.nobody', { nm: WITHIN_NM })) : h('ul', {}, ...near.map(({ slot, nm, speed, seconds }) => h('li', {},
        h('button', { type: 'button', class: 'linklike', onclick: () => selector.select(vessel(v.mmsi[slot]), { centre: true }) }, vesselName(v, slot)),
        h('span', {}, t('rescue.nearOf', { nm: formatMiles(nm, lang()), eta: t('rescue.nearEta', { span: formatAge(seconds), speed: formatNumber(speed, lang(), 1) }) }))))));
  }

  /** Of a vessel that stands on a list: which, by what law, of when. */
  private listed(d: AlertDetail): HTMLElement | null {
    const entry = d.kind === 'watchlist' ? listEntry(d.text) : null;
    if (!entry) return null;
    const rows = (['list', 'fits', 'basis', 'date', 'expires'] as const).filter((key) => entry[key]);
    return h('section', { id: 'alert-listed' }, h('h3', {}, t('watch.title')), h('dl', { class: 'card-fields' }, ...rows.map((key) => h('div', { class: 'field' }, h('dt', {}, t(`watch.${key}`)), h('dd', {}, h('span', { class: 'value' }, entry[key]))))), h('p', { class: 'hint' }, t('watch.note')));
  }

  private report(d: AlertDetail, title: string): Parameters<RescueBlock['set']>[0] {
    // Of the time that is told: what came after is no part of the report.
    const end = Date.parse(d.end ?? d.begin), last = this.tracks.tracks[0]?.points.filter((p) => p.t <= end).pop();
    return { title: `${eventTitle(d.kind)}: ${title}`, lat: d.lat!, lon: d.lon!, time: end / 1000, speed: last?.speed ?? null, course: null, known: null };
  }

  private now(): number {
    return this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now();
  }

  private why(d: AlertDetail, e: SeaEvent, names: string[]): HTMLElement {
    // Where the identity is in question, the name alone would be an answer.
    const called = d.kind === 'identity' || d.kind === 'spoofing' ? this.book.who(d).map(({ name, mmsi }) => (mmsi && name !== mmsiText(mmsi) ? `${name} (MMSI ${mmsiText(mmsi)})` : name)) : names;
    const why = whyText({ ...e, kind: d.kind, begin: d.begin, end: d.end ?? e.end }, called, this.now()), begin = Date.parse(d.begin), end = Date.parse(d.end ?? '');
    const moment = (ms: number) => [`${formatTime(ms)} UTC, ${formatDate(ms, lang())} `, h('span', { class: 'local' }, `(${localText(ms)})`)];
    const place = typeof d.lat === 'number' && typeof d.lon === 'number';
    return h('section', { id: 'alert-why' }, h('h3', {}, t('alert.why')), h('p', { class: 'why-what' }, why.what), d.kind === 'distress' && d.mmsi[0] ? h('p', { class: 'why-decided' }, t('why.device', { device: t(DEVICES[Math.floor(d.mmsi[0] / 1e6)] ?? 'distress.other'), mmsi: mmsiText(d.mmsi[0]) })) : null,
      why.decided ? h('p', { class: 'why-decided' }, why.decided) : null,
      h('p', { class: 'why-confidence' }, [d.kind === 'distress' ? '' : why.confidence, e.state === 'ongoing' || e.state === 'withdrawn' ? wordOf('eventstate', e.state) : ''].filter(Boolean).join(' ')),
      d.kind === 'distress' ? null : h('p', { class: 'why-question' }, t('why.question')),
      h('dl', { class: 'alert-when' }, h('dt', {}, t('alert.from')), h('dd', {}, ...moment(begin)), ...(Number.isFinite(end) ? [h('dt', {}, t('alert.to')), h('dd', {}, ...moment(end))] : []),
        ...(place ? [h('dt', {}, t('alert.position')), h('dd', {}, formatPosition(d.lat!, d.lon!))] : [])),
      h('div', { class: 'vessel-links', role: 'group', 'aria-label': t('alert.who') }, ...this.links(d),
        place ? h('button', { type: 'button', class: 'pill', id: 'alert-map', onclick: () => this.page.get(ALERT_MAP).fit() }, t('alert.showMap')) : null,
        h('button', { type: 'button', class: 'pill', id: 'alert-moment', onclick: () => void this.showMoment(d) }, t('alert.showMoment'))));
  }

  private links(d: AlertDetail): HTMLElement[] {
    const selector = this.page.get(SELECTOR);
    return this.book.who(d).map(({ name, mmsi, contact: id }) => h('button', { type: 'button', class: 'pill',
      onclick: () => selector.select(mmsi && !(id && this.picture.isLive) ? vessel(mmsi) : contact(id), { centre: true }) }, name));
  }

  private async showMoment(d: AlertDetail): Promise<void> {
    const begin = Date.parse(d.begin), end = d.end ? Date.parse(d.end) : begin;
    await this.page.get(PLAYBACK).open(momentOf(this.tracks.tracks, begin, end));
    this.page.get(ALERT_MAP).fit();
  }

  private innocent(e: SeaEvent): HTMLElement | null {
    if (!e.innocent?.length) return null;
    return h('section', { id: 'alert-innocent' }, h('h3', {}, t('alert.innocent')), h('ul', { class: 'innocent' }, ...e.innocent.map((key) => h('li', {}, wordOf('innocent', key)))), h('p', { class: 'hint' }, t('alert.innocentNote')));
  }

  private numbers(e: SeaEvent): HTMLElement | null {
    const rows = numbersOf(e.numbers);
    if (rows.length === 0) return null;
    return h('section', { id: 'alert-numbers' }, h('h3', {}, t('alert.numbers')), h('dl', { class: 'numbers' }, ...rows.map((row) =>
      h('div', { class: 'number' }, h('dt', {}, row.label), h('dd', {}, row.value, ' ', h('span', { class: 'limit' }, row.limit ? t('alert.threshold', { limit: row.limit }) : '')),
        row.limitShare === null ? null : h('div', { class: 'bar', 'aria-hidden': 'true' }, h('i', { style: { width: `${row.share * 100}%` } }), h('b', { style: { left: `${row.limitShare * 100}%` } }))))));
  }

  private howItWent(d: AlertDetail, e: SeaEvent): HTMLElement {
    const begin = Date.parse(d.begin), end = d.end ? Date.parse(d.end) : this.now(), [from, to] = spanOf(begin, end);
    // Without a word of the server, what she was heard before is what may be expected.
    const before = e.numbers.heard_before_12h?.value, told = d.reception?.expected_per_minute, expected = typeof told === 'number' ? told : typeof before === 'number' ? before / 720 : NaN;
    const limit = (keys: string[], scale: (value: number, unit: string) => number) => {
      const found = keys.map((key) => e.numbers?.[key]).find((n) => typeof n?.limit === 'number');
      return found ? scale(found.limit!, found.unit) : undefined;
    };
    const marks: Marks = { begin, end, expectedWord: t(typeof told === 'number' ? 'alert.expectedOf' : 'alert.asBefore'), limits: { speed: limit(SPEED_KEYS, (value) => value), distance: limit(DISTANCE_KEYS, (value, unit) => (unit === 'm' ? value / 1852 : unit === 'km' ? value / 1.852 : value)) } };
    if (this.tracks.state === 'loading' && this.tracks.tracks.length === 0) {
      this.charts.clear();
      replace(this.charts.el, h('p', { class: 'hint' }, t('alert.loading')));
    } else this.charts.set(chartsOf(d.kind, this.tracks.tracks, from, Math.min(to, Math.max(end, this.now())), Number.isFinite(expected) ? expected : null), marks);
    return h('section', { id: 'alert-chart' }, h('h3', {}, t('alert.chart')), this.charts.el);
  }

  private rests(d: AlertDetail, e: SeaEvent): HTMLElement {
    const facts = receptionRows(d.reception, e, d.evidence);
    return h('section', { id: 'alert-reception' }, h('h3', {}, t('alert.reception')),
      facts.length ? h('dl', { class: 'card-fields' }, ...facts.map(({ key, label, value }) => h('div', { class: 'field', 'data-key': key }, h('dt', {}, label), h('dd', {}, h('span', { class: 'value' }, value))))) : h('p', { class: 'hint' }, t('alert.noReception')),
      e.reports ? h('p', { class: 'hint' }, t('alert.rests', { n: formatNumber(e.reports, lang()) })) : null);
  }

  /** Never a bare number: what it is made of stands beside it. */
  private risk(d: AlertDetail): HTMLElement | null {
    const told = d.risk.filter(({ parts, value }) => parts.length > 1 && value >= LEAST_RISK);
    if (told.length === 0) return null;
    const who = this.book.who(d);
    return h('section', { id: 'alert-risk' }, h('h3', {}, t('alert.risk')), ...told.map((risk) => h('div', {},
      h('p', {}, h('strong', {}, who.find(({ mmsi, contact: id }) => (risk.contact ? id === risk.contact : mmsi === risk.mmsi))?.name ?? ''), ` ${formatNumber(risk.value, lang(), 2)} = `,
        risk.parts.filter((p) => p.dismissed || p.part >= LEAST_RISK).slice(0, MOST_PARTS).map((p) => `${eventTitle(p.kind)} ${p.dismissed ? t('alert.riskDismissed') : formatNumber(p.part, lang(), 2)}`).join(' + ')))), h('p', { class: 'hint' }, t('alert.riskNote')));
  }

  private sentences(d: AlertDetail): HTMLElement | null {
    const lines = d.evidence;
    if (lines.length === 0) return null;
    return h('section', {}, h('details', { id: 'alert-sentences' }, h('summary', {}, t('alert.sentences', { n: lines.length })), ...lines.map((line) =>
      h('div', { class: 'sentence' }, line.sentence || line.bytes ? h('code', {}, line.sentence ?? line.bytes!) : null,
        h('p', { class: 'said' }, [line.time ? `${formatTime(Date.parse(line.time))} UTC` : '', line.own ? t('alert.ownTime', { time: formatTime(Date.parse(line.own)) }) : '', line.source ?? '', t('alert.place', { place: line.offset })].filter(Boolean).join(' · '))))));
  }

  private history(d: AlertDetail): HTMLElement {
    const steps = [...d.history].reverse();
    const at = (ms: number) => `${formatTime(ms)} UTC, ${formatDate(ms, lang())}`;
    const when = (host: number, data: number) => (Number.isFinite(data) && Math.abs(host - data) > SAME_MS ? `${at(data)} (${t('alert.onHost', { time: at(host) })})` : at(host));
    return h('section', { id: 'alert-history' }, h('h3', {}, t('alert.history')), steps.length === 0 ? h('p', { class: 'hint' }, t('alert.noHistory')) : h('ol', { class: 'alert-history' }, ...steps.map((step) =>
      h('li', { 'data-action': step.action }, h('strong', {}, wordOf('act.did', step.action)), step.reason && step.who ? h('p', { class: 'hand-why' }, `“${step.reason}”`) : null,
        h('p', { class: 'said' }, [step.who ?? '', when(Date.parse(step.time), Date.parse(step.data_time ?? ''))].filter(Boolean).join(' · '))))));
  }

  /** The bundle; where the server makes none, what the page knows, with the command that makes it there. */
  private async export(d: AlertDetail): Promise<void> {
    try {
      // Not signed yet, or kept no more: the server says so.
      if (d.bundle || d.noBundle === 'not_signed_yet' || d.noBundle === 'not_kept') return saveFile(await api.evidence(d.id), `alert-${d.id}.json`);
      const commands = d.event.places.map((place) => `vigia evidence --data DIR --place ${place}`);
      saveFile(new Blob([JSON.stringify({ vigia_alert: 1, proof: commands, alert: d }, null, 2)], { type: 'application/json' }), `alert-${d.id}.json`);
      this.page.bus.emit('done', { text: t('alert.noBundle'), undo: null });
    } catch (error) {
      this.page.bus.emit('done', { text: faultText(error), undo: null });
    }
  }

  private files(d: AlertDetail, names: string[]): HTMLElement {
    const inCase = this.folder.has(d.id);
    return h('section', {},
      h('div', { class: 'alert-buttons' },
        h('button', { type: 'button', class: 'plain', id: 'alert-evidence', title: t('alert.evidenceNote'), onclick: () => void this.export(d) }, icon('download'), t('alert.evidence')),
        h('button', { type: 'button', class: 'plain', id: 'alert-case', 'aria-pressed': String(inCase), onclick: () => {
          this.folder.toggle({ id: d.id, kind: d.kind, begin: d.begin, names: joinNames(names) });
          if (!inCase) this.page.bus.emit('announce', t('case.added'));
        } }, icon(inCase ? 'check' : 'folder'), t(inCase ? 'alert.inCase' : 'alert.toCase'))),
      h('p', { class: 'hint' }, t('alert.evidenceNote')),
      h('div', { class: 'alert-buttons' }, h('span', { class: 'hint', style: { alignSelf: 'center' } }, t('alert.rule', { rule: d.rule })),
        h('button', { type: 'button', class: 'quiet', id: 'alert-silence', onclick: () => this.page.get(SILENCE).open(d) }, icon('mute'), t('silence.title')),
        h('button', { type: 'button', class: 'quiet', id: 'alert-drop', onclick: () => void this.rules.turn(d.rule, this.ruleOn === false).then(async () => { this.ruleOn = await this.rules.isOn(d.rule); this.update(); }) }, icon(this.ruleOn === false ? 'undo' : 'off'), t(this.ruleOn === false ? 'alert.restore' : 'alert.drop'))));
  }
}

register({ id: 'alertcard', title: 'alert.label', place: 'page', order: 59, mount: (page) => new AlertCard(page) });
