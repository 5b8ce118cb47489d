/** Handing over the watch: to whom, with what note, and which alerts are open at that moment. */
import { api } from '../api';
import { ALERTS, inOrder, isActive } from '../app/alerts';
import { eventTitle, joinNames } from '../app/alerttext';
import { faultText } from '../app/faults';
import { Page, register, service } from '../app/page';
import { remember, remembered } from '../app/who';
import { t } from '../i18n';
import { area, Dialog, field, LONGEST_WHO } from './dialog';
import { h } from './dom';
import { severitySign } from './severity';

export class HandoverDialog extends Dialog {
  private readonly book = this.page.get(ALERTS);

  constructor(private readonly page: Page) {
    super('handover', 'hand-dialog');
  }

  open(): void {
    const draft = { who: remembered(), to: '', note: '' };
    const rows = inOrder(this.book.rows.filter(isActive));
    const submit = async () => {
      if (this.busy) return;
      if (!draft.who.trim()) return this.fail(t('hand.needed'), 'handover-who');
      if (!draft.to.trim()) return this.fail(t('hand.needed'), 'handover-to');
      this.busy = true;
      try {
        await api.handover(draft.who.trim(), draft.to.trim(), draft.note.trim());
        // Who takes over sits here from now on.
        remember(draft.to.trim());
        this.ok();
        this.el.close();
        const text = t('handover.done', { to: draft.to.trim() });
        this.page.bus.emit('announce', text);
        this.page.bus.emit('done', { text, undo: null });
        void this.book.poll();
      } catch (error) {
        this.fail(faultText(error));
      }
    };
    this.show(t('handover.title'), h('form', { class: 'hand-form', onsubmit: (event: Event) => { event.preventDefault(); void submit(); } },
      h('p', { class: 'hand-about' }, rows.length ? `${t('handover.open', { n: rows.length })}. ${t('handover.about')}` : t('handover.none')),
      rows.length ? h('ul', { class: 'handover-list' }, ...rows.map((row) => h('li', {}, severitySign(row.severity), h('span', {}, `${eventTitle(row.kind)} · ${joinNames(this.book.names(row))}`)))) : null,
      field('handover-who', t('hand.who'), draft.who, LONGEST_WHO, (value) => { draft.who = value; }, { autocomplete: 'name', placeholder: t('handover.wholeName') }),
      field('handover-to', t('handover.to'), '', LONGEST_WHO, (value) => { draft.to = value; }, { autocomplete: 'off', placeholder: t('handover.wholeName') }),
      area('handover-note', t('handover.note'), '', (value) => { draft.note = value; }),
      this.fault,
      h('div', { class: 'hand-buttons' }, h('button', { type: 'button', class: 'plain', onclick: () => this.el.close() }, t('hand.cancel')), h('button', { type: 'submit', class: 'main', id: 'handover-send' }, t('handover.send')))));
    document.getElementById(draft.who ? 'handover-to' : 'handover-who')?.focus();
  }
}

export const HANDOVER = service('handover', (page) => new HandoverDialog(page));

register({
  id: 'handover', title: null, place: 'page', order: 94,
  mount: (page) => {
    const dialog = page.get(HANDOVER);
    page.state.watch(['lang'], () => dialog.el.close());
    return dialog;
  },
});
