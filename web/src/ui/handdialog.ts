/**
 * The dialog of the operator's hand: what is to be done, who does it and why. Everything can be done by the keyboard; places and
 * contacts can be pointed at on the chart too, and the dialog waits meanwhile.
 */
import { api, HandAction, HandEntry, HandRequest } from '../api';
import { readPosition } from '../app/coordinates';
import { faultText } from '../app/faults';
import { formatMiles, formatPosition } from '../app/format';
import { Page, register, service } from '../app/page';
import { PICTURE, vesselName } from '../app/picture';
import { contact } from '../app/selection';
import { SELECTOR } from '../app/selector';
import { remember, remembered } from '../app/who';
import { Key, lang, t } from '../i18n';
import { distanceNm } from '../map/geo';
import { PICKER } from '../map/picker';
import { E4MIN } from '../stream/vessels';
import { KINDS } from '../stream/tracks';
import { h, icon, iconButton, replace, setText } from './dom';
import { kindText } from './texts';

type Input = 'name' | 'kind' | 'other' | 'place' | 'motion';
/** What each asks for beside who and why. */
const INPUTS: Record<HandAction, readonly Input[]> = {
  start: ['place', 'motion', 'name', 'kind'], name: ['name'], classify: ['kind'], merge: ['other'], split: [], drop: [], correct: ['place'], keep: [], release: [],
};
const NEAREST = 12;
/** Bytes of UTF-8 that the server takes. */
const LONGEST_NAME = 35, LONGEST_WHO = 63, LONGEST_WHY = 199;

interface Draft { action: HandAction | 'undo'; contact?: string; entry?: HandEntry; other: string; name: string; kind: string; place: string; speed: string; course: string; why: string }

export class HandDialog {
  readonly el = h('dialog', { class: 'help hand-dialog', id: 'hand' });
  private draft: Draft | null = null;
  private who = remembered();
  private busy = false;
  private readonly fault = h('p', { class: 'note note-warn', role: 'alert', id: 'hand-fault', hidden: true });
  private readonly picture = this.page.get(PICTURE);
  private readonly picker = this.page.get(PICKER);
  private readonly selector = this.page.get(SELECTOR);

  constructor(private readonly page: Page) {
    this.el.addEventListener('click', (event) => event.target === this.el && this.el.close());
  }

  ask(action: HandAction, of: string | undefined, given: Partial<Pick<Draft, 'place' | 'name' | 'kind'>> = {}): void {
    this.open({ action, contact: of, other: '', name: '', kind: '', place: '', speed: '', course: '', why: '', ...given });
  }

  undo(entry: HandEntry): void {
    this.open({ action: 'undo', entry, other: '', name: '', kind: '', place: '', speed: '', course: '', why: '' });
  }

  private open(draft: Draft): void {
    this.draft = draft;
    this.busy = false;
    this.fault.hidden = true;
    this.draw();
    if (!this.el.open) this.el.showModal();
    const first = this.el.querySelector<HTMLElement>('[data-first]') ?? this.el.querySelector<HTMLElement>(this.who ? '#hand-why' : '#hand-who');
    first?.focus();
  }

  private draw(): void {
    const draft = this.draft!;
    const title = t(`hand.${draft.action}` as Key);
    this.el.setAttribute('aria-label', title);
    const form = h('form', { class: 'hand-form', method: 'dialog', onsubmit: (event: Event) => { event.preventDefault(); void this.send(); } },
      h('p', { class: 'hand-about' }, t(`hand.about.${draft.action}` as Key)),
      ...(draft.action === 'undo' ? [] : INPUTS[draft.action].map((input, i) => this.input(input, draft, i === 0))),
      this.text('hand-who', t('hand.who'), this.who, LONGEST_WHO, (value) => { this.who = value; }, { required: true, autocomplete: 'name', placeholder: t('hand.whoHint') }),
      this.text('hand-why', t('hand.why'), draft.why, LONGEST_WHY, (value) => { draft.why = value; }, { required: true, autocomplete: 'off', placeholder: t('hand.whyHint') }),
      this.fault,
      h('div', { class: 'hand-buttons' }, h('button', { type: 'button', class: 'plain', onclick: () => this.el.close() }, t('hand.cancel')),
        h('button', { type: 'submit', class: 'main', id: 'hand-send' }, draft.action === 'merge' ? t('hand.mergeNow') : title)));
    replace(this.el, h('header', {}, h('h2', {}, title), iconButton('close', t('panel.close'), () => this.el.close())), form);
  }

  private text(id: string, label: string, value: string, maxLength: number, put: (value: string) => void, more: Record<string, unknown> = {}): HTMLElement {
    return h('label', { class: 'hand-field' }, h('span', {}, label), h('input', { type: 'text', id, value, maxLength, oninput: (event: Event) => put((event.target as HTMLInputElement).value), ...more }));
  }

  private input(input: Input, draft: Draft, first: boolean): HTMLElement {
    const mark = first ? { 'data-first': '' } : {};
    switch (input) {
      case 'name': return this.text('hand-name', t(draft.action === 'start' ? 'hand.nameMaybe' : 'hand.nameOf'), draft.name, LONGEST_NAME, (value) => { draft.name = value; },
        { required: draft.action === 'name', autocomplete: 'off', ...mark });
      case 'kind': return h('label', { class: 'hand-field' }, h('span', {}, t(draft.action === 'start' ? 'hand.kindMaybe' : 'hand.kind')),
        h('select', { id: 'hand-kind', required: draft.action === 'classify', onchange: (event: Event) => { draft.kind = (event.target as HTMLSelectElement).value; }, ...mark },
          ...KINDS.map((kind) => h('option', { value: kind, selected: kind === draft.kind }, kind ? kindText(kind) : t('hand.choose')))));
      case 'other': return this.others(draft, mark);
      case 'place': return h('div', { class: 'hand-pick' },
        this.text('hand-place', t('hand.place'), draft.place, 60, (value) => { draft.place = value; }, { required: true, autocomplete: 'off', placeholder: '00°12.3′S 080°45.6′W', ...mark }),
        h('button', { type: 'button', class: 'plain', id: 'hand-pick', onclick: () => void this.pickPlace() }, icon('centre'), t('hand.onChart')));
      case 'motion': return h('div', { class: 'hand-pair' },
        this.text('hand-speed', t('hand.speed'), draft.speed, 6, (value) => { draft.speed = value; }, { inputMode: 'decimal', autocomplete: 'off' }),
        this.text('hand-course', t('hand.course'), draft.course, 5, (value) => { draft.course = value; }, { inputMode: 'decimal', autocomplete: 'off' }));
    }
  }

  /** The nearest first: what is to be merged lies close by. */
  private others(draft: Draft, mark: Record<string, unknown>): HTMLElement {
    const found = this.nearest(draft.contact!);
    if (draft.other && !found.some(({ id }) => id === draft.other)) {
      const slot = this.picture.live.findContact(draft.other);
      if (slot >= 0) found.unshift({ id: draft.other, text: vesselName(this.picture.live, slot) });
    }
    return h('div', { class: 'hand-pick' },
      h('label', { class: 'hand-field' }, h('span', {}, t('hand.other')),
        h('select', { id: 'hand-other', required: true, onchange: (event: Event) => { draft.other = (event.target as HTMLSelectElement).value; }, ...mark },
          h('option', { value: '' }, t('hand.choose')), ...found.map(({ id, text }) => h('option', { value: id, selected: id === draft.other }, text)))),
      h('button', { type: 'button', class: 'plain', id: 'hand-pick', onclick: () => void this.pickContact() }, icon('centre'), t('hand.onChart')));
  }

  private nearest(id: string): { id: string; text: string }[] {
    const v = this.picture.live, own = v.findContact(id);
    if (own < 0 || !v.hasPosition(own)) return [];
    const lon = v.lon[own] / E4MIN, lat = v.lat[own] / E4MIN, found: { slot: number; nm: number }[] = [];
    for (let slot = 0; slot < v.high; slot++) {
      // A minute of arc is a mile: far ones are left out cheaply.
      if (slot === own || !v.live[slot] || !v.hasPosition(slot) || Math.abs(v.lat[slot] / E4MIN - lat) > 0.5) continue;
      found.push({ slot, nm: distanceNm(lon, lat, v.lon[slot] / E4MIN, v.lat[slot] / E4MIN) });
    }
    return found.sort((a, b) => a.nm - b.nm).slice(0, NEAREST).map(({ slot, nm }) => ({ id: v.contactId(slot), text: `${vesselName(v, slot)} · ${formatMiles(nm, lang())} ${t('unit.nm')}` }));
  }

  private async pickPlace(): Promise<void> {
    const { draft } = this;
    this.el.close();
    const picked = await this.picker.ask('place');
    if (this.page.state.get().past) return;
    if (picked) draft!.place = formatPosition(picked.lat, picked.lon);
    this.open(draft!);
  }

  private async pickContact(): Promise<void> {
    const { draft } = this;
    this.el.close();
    const picked = await this.picker.ask('contact');
    if (this.page.state.get().past) return;
    const id = picked ? this.picture.live.contactId(picked.slot) : '';
    if (id && id !== draft!.contact) draft!.other = id;
    this.open(draft!);
  }

  private fail(text: string, id = ''): void {
    this.busy = false;
    this.fault.hidden = false;
    setText(this.fault, text);
    if (id) document.getElementById(id)?.focus();
  }

  private request(draft: Draft): HandRequest | null {
    const request: HandRequest = { action: draft.action as HandAction, contact: draft.contact, who: this.who.trim(), why: draft.why.trim() };
    const inputs = INPUTS[request.action];
    if (inputs.includes('place')) {
      const place = readPosition(draft.place);
      if (!place) return this.fail(t('hand.placeWrong'), 'hand-place'), null;
      Object.assign(request, place);
    }
    if (inputs.includes('motion')) {
      const number = (text: string, most: number) => (text.trim() === '' ? undefined : Number(text.replace(',', '.')) <= most ? Number(text.replace(',', '.')) : NaN);
      const speed = number(draft.speed, 200), course = number(draft.course, 360);
      if (Number.isNaN(speed) || (speed ?? 0) < 0) return this.fail(t('hand.speedWrong'), 'hand-speed'), null;
      if (Number.isNaN(course) || (course ?? 0) < 0) return this.fail(t('hand.courseWrong'), 'hand-course'), null;
      if (speed !== undefined) request.speed_kn = speed;
      if (course !== undefined) request.course_deg = course % 360;
    }
    if (inputs.includes('name') && draft.name.trim()) request.name = draft.name.trim();
    if (inputs.includes('kind') && draft.kind) request.kind = draft.kind;
    if (inputs.includes('other')) request.other = draft.other;
    return request;
  }

  private async send(): Promise<void> {
    const draft = this.draft!;
    if (this.busy) return;
    if (!this.who.trim()) return this.fail(t('hand.needed'), 'hand-who');
    if (!draft.why.trim()) return this.fail(t('hand.needed'), 'hand-why');
    for (const [id, text, most] of [['hand-name', draft.name, LONGEST_NAME], ['hand-who', this.who, LONGEST_WHO], ['hand-why', draft.why, LONGEST_WHY]] as const)
      if (new TextEncoder().encode(text.trim()).length > most) return this.fail(t('hand.tooLong', { n: String(most) }), id);
    const request = draft.action === 'undo' ? null : this.request(draft);
    if (draft.action !== 'undo' && !request) return;
    this.busy = true;
    this.fault.hidden = true;
    try {
      const done = request ? await api.hand(request) : (await api.undo(draft.entry!.id, this.who.trim(), draft.why.trim()), null);
      remember(this.who.trim());
      this.el.close();
      this.page.bus.emit('hand');
      if (request?.action === 'start' && done?.contact) this.selector.select(contact(done.contact));
      const text = t(`hand.done.${draft.action}` as Key);
      this.page.bus.emit('announce', text);
      this.page.bus.emit('done', { text, undo: request && done ? () => this.undo({ id: done.id, action: request.action, who: this.who, why: draft.why, time: '', undone: false }) : null });
    } catch (error) {
      this.fail(faultText(error));
    }
  }
}

export const HAND = service('hand', (page) => new HandDialog(page));

register({
  id: 'hand', title: null, place: 'page', order: 92,
  mount: (page) => {
    const dialog = page.get(HAND);
    page.state.watch(['lang'], () => dialog.el.close()); // its words would be of the other language
    return dialog;
  },
});
