/** What a person does with an alert, with who and why. What needs no reason is done at once, and can be undone. */
import { AlertAction, HttpError } from '../api';
import { ALERTS } from '../app/alerts';
import { faultText } from '../app/faults';
import { Page, register, service } from '../app/page';
import { remember, remembered } from '../app/who';
import { Key, t } from '../i18n';
import { area, Dialog, field, LONGEST_WHO } from './dialog';
import { h } from './dom';

const REASONS = ['explained', 'known', 'contacted', 'position', 'reception', 'identity', 'useless'] as const;
const OWN = 'own';
/** A click is enough once it is known who sits there. */
const AT_ONCE: ReadonlySet<AlertAction> = new Set<AlertAction>(['acknowledge', 'confirm']);

export class ActDialog extends Dialog {
  private readonly book = this.page.get(ALERTS);

  constructor(private readonly page: Page) {
    super('act', 'hand-dialog');
  }

  ask(action: AlertAction, id: string): void {
    if (AT_ONCE.has(action) && remembered()) return void this.send(action, id, remembered(), '');
    this.open(action, id);
  }

  private open(action: AlertAction, id: string): void {
    const draft = { who: remembered(), choice: '', own: '' };
    const own = action === 'note' ? area('act-own', t('act.noteText'), '', (value) => { draft.own = value; }) : field('act-own', t(action === 'confirm' || action === 'acknowledge' ? 'act.maybe' : 'act.ownReason'), '', 200, (value) => { draft.own = value; }, { autocomplete: 'off' });
    own.hidden = action === 'dismiss';
    const choose = h('label', { class: 'hand-field' }, h('span', {}, t('act.reason')), h('select', { id: 'act-reason', onchange: (event: Event) => {
      draft.choice = (event.target as HTMLSelectElement).value;
      own.hidden = draft.choice !== OWN;
      if (draft.choice === OWN) own.querySelector('input')?.focus();
    } }, h('option', { value: '' }, t('act.choose')), ...REASONS.map((key) => h('option', { value: key }, t(`reason.${key}`))), h('option', { value: OWN }, t('act.own'))));
    const submit = () => {
      const reason = action !== 'dismiss' ? draft.own.trim() : draft.choice === OWN ? draft.own.trim() : draft.choice ? t(`reason.${draft.choice}` as Key) : '';
      if (!draft.who.trim()) return this.fail(t('hand.needed'), 'act-who');
      if (!reason && (action === 'dismiss' || action === 'note' || action === 'reopen')) return this.fail(t(action === 'note' ? 'hand.needed' : 'act.reasonNeeded'), action === 'dismiss' && draft.choice !== OWN ? 'act-reason' : 'act-own');
      void this.send(action, id, draft.who.trim(), reason);
    };
    this.show(t(`act.${action}`), h('form', { class: 'hand-form', onsubmit: (event: Event) => { event.preventDefault(); submit(); } },
      h('p', { class: 'hand-about' }, t(`act.about.${action}`)),
      action === 'dismiss' ? choose : null, own,
      field('act-who', t('hand.who'), draft.who, LONGEST_WHO, (value) => { draft.who = value; }, { autocomplete: 'name', placeholder: t('hand.whoHint') }),
      this.fault,
      h('div', { class: 'hand-buttons' }, h('button', { type: 'button', class: 'plain', onclick: () => this.el.close() }, t('hand.cancel')), h('button', { type: 'submit', class: 'main', id: 'act-send' }, t(`act.${action}`)))));
    document.getElementById(action === 'dismiss' ? 'act-reason' : draft.who ? 'act-own' : 'act-who')?.focus();
  }

  private async send(action: AlertAction, id: string, who: string, reason: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.book.act(id, action, who, reason);
      remember(who);
      this.ok();
      this.el.close();
      this.back();
      const text = t(`act.done.${action}`);
      this.page.bus.emit('announce', text);
      this.page.bus.emit('done', { text, undo: action === 'note' || action === 'reopen' ? null : () => void this.send('reopen', id, who, t('hand.undo')) });
    } catch (error) {
      if (error instanceof HttpError && error.status === 409) return this.changed(id);
      if (!this.el.open) this.open(action, id);
      this.fail(faultText(error));
    }
  }

  /** The button that opened the dialog may be gone with the state: focus stays in the card. */
  private back(): void {
    const at = document.activeElement; // in the closed dialog until the next frame
    if (at === document.body || this.el.contains(at)) document.getElementById('alertcard')?.focus({ preventScroll: true });
  }

  /** Somebody else was faster: what stands there now is shown, and nothing more is asked. */
  private changed(id: string): void {
    const now = this.book.detail?.id === id ? this.book.detail : null;
    this.ok();
    this.el.close();
    this.back();
    const text = t('act.changed', { text: now ? [t(`alertstate.${now.state}` as Key), now.who].filter(Boolean).join(', ') : '?' });
    this.page.bus.emit('announce', text);
    this.page.bus.emit('done', { text, undo: null });
  }
}

export const ACT = service('act', (page) => new ActDialog(page));

register({
  id: 'act', title: null, place: 'page', order: 93,
  mount: (page) => {
    const dialog = page.get(ACT);
    page.state.watch(['lang'], () => dialog.el.close());
    return dialog;
  },
});
