/** Silence for a time: alerts of one vessel, or of a rule, are kept and counted, but not told. The time runs by the data. */
import { AlertDetail, api } from '../api';
import { readMutes } from '../app/alertread';
import { ALERTS } from '../app/alerts';
import { faultText } from '../app/faults';
import { Page, register, service } from '../app/page';
import { remember, remembered } from '../app/who';
import { t } from '../i18n';
import { Dialog, field, LONGEST_WHO } from './dialog';
import { h } from './dom';

const HOURS = [1, 4, 8, 24, 72];
const LONGEST_WHY = 190;

type Scope = { rule?: string; contact?: string; mmsi?: number };

export class SilenceDialog extends Dialog {
  private readonly book = this.page.get(ALERTS);

  constructor(private readonly page: Page) {
    super('silence', 'hand-dialog');
  }

  open(d: AlertDetail): void {
    const of = this.book.who(d).map(({ name, mmsi, contact }) => ({ name, scope: (mmsi ? { mmsi } : { contact }) as Scope }));
    const scopes: [string, Scope][] = [...of.map(({ name, scope }): [string, Scope] => [t('silence.ruleOf', { rule: d.rule, who: name }), { rule: d.rule, ...scope }]),
      ...of.map(({ name, scope }): [string, Scope] => [t('silence.anyOf', { who: name }), scope]), [t('silence.rule', { rule: d.rule }), { rule: d.rule }]];
    const draft = { scope: 0, hours: 8, why: '', who: remembered() };
    const pick = (id: string, label: string, options: readonly [string, string, boolean][], put: (value: string) => void) => h('label', { class: 'hand-field' }, h('span', {}, label),
      h('select', { id, onchange: (event: Event) => put((event.target as HTMLSelectElement).value) }, ...options.map(([value, text, selected]) => h('option', { value, selected }, text))));
    const submit = async () => {
      if (this.busy) return;
      if (!draft.who.trim()) return this.fail(t('hand.needed'), 'silence-who');
      if (!draft.why.trim()) return this.fail(t('act.reasonNeeded'), 'silence-why');
      this.busy = true;
      try {
        const mutes = readMutes(await api.silence({ ...scopes[draft.scope][1], minutes: draft.hours * 60, who: draft.who.trim(), reason: draft.why.trim() }));
        remember(draft.who.trim());
        this.ok();
        this.el.close();
        const text = t('silence.done', { what: scopes[draft.scope][0], n: draft.hours }), id = mutes[0]?.id;
        this.page.bus.emit('announce', text);
        this.page.bus.emit('done', { text, undo: id === undefined ? null : () => void this.end(id) });
      } catch (error) {
        this.fail(faultText(error, 'rules.refused'));
      }
    };
    this.show(t('silence.title'), h('form', { class: 'hand-form', onsubmit: (event: Event) => { event.preventDefault(); void submit(); } },
      h('p', { class: 'hand-about' }, t('silence.about')),
      pick('silence-scope', t('silence.what'), scopes.map(([text], i) => [String(i), text, i === 0]), (value) => { draft.scope = Number(value); }),
      pick('silence-hours', t('silence.for'), HOURS.map((n) => [String(n), t('past.hours', { n }), n === draft.hours]), (value) => { draft.hours = Number(value); }),
      field('silence-why', t('act.reason'), '', LONGEST_WHY, (value) => { draft.why = value; }, { autocomplete: 'off' }),
      field('silence-who', t('hand.who'), draft.who, LONGEST_WHO, (value) => { draft.who = value; }, { autocomplete: 'name', placeholder: t('hand.whoHint') }),
      this.fault,
      h('div', { class: 'hand-buttons' }, h('button', { type: 'button', class: 'plain', onclick: () => this.el.close() }, t('hand.cancel')), h('button', { type: 'submit', class: 'main', id: 'silence-send' }, t('silence.title')))));
    document.getElementById('silence-why')?.focus();
  }

  /** True: it is told again. */
  async end(id: number): Promise<unknown> {
    try {
      const answer = await api.endSilence(id, remembered());
      this.page.bus.emit('done', { text: t('silence.ended'), undo: null });
      return answer;
    } catch (error) {
      this.page.bus.emit('done', { text: faultText(error, 'rules.refused'), undo: null });
      return null;
    }
  }
}

export const SILENCE = service('silence', (page) => new SilenceDialog(page));

register({
  id: 'silence', title: null, place: 'page', order: 98,
  mount: (page) => {
    const dialog = page.get(SILENCE);
    page.state.watch(['lang'], () => dialog.el.close());
    return dialog;
  },
});
