/** The case folder: what was gathered, with notes, and its export as one file. A server that signs cases is asked first. */
import { api, HttpError } from '../api';
import { eventTitle } from '../app/alerttext';
import { CASE } from '../app/casefolder';
import { faultText } from '../app/faults';
import { formatIso } from '../app/format';
import { Page, register, service } from '../app/page';
import { remember, remembered } from '../app/who';
import { lang, t } from '../i18n';
import { area, Dialog, field, LONGEST_WHO } from './dialog';
import { h, icon, iconButton } from './dom';
import { saveFile } from './save';

const LONGEST_NAME = 120, LONGEST_NOTES = 20000;

export class CaseDialog extends Dialog {
  private readonly folder = this.page.get(CASE);
  private who = remembered();

  constructor(private readonly page: Page) {
    super('case', 'hand-dialog');
  }

  open(): void {
    const { folder } = this, { file } = folder;
    this.show(t('case.title'), h('form', { class: 'hand-form', onsubmit: (event: Event) => { event.preventDefault(); void this.save(); } },
      h('p', { class: 'hand-about' }, t('case.about')),
      field('case-name', t('case.name'), file.name, LONGEST_NAME, (name) => folder.set({ name }), { autocomplete: 'off' }),
      file.alerts.length === 0 ? h('p', { class: 'hint' }, t('case.empty')) : h('ul', { class: 'handover-list', id: 'case-alerts' }, ...file.alerts.map((alert) =>
        h('li', {}, h('span', {}, `${eventTitle(alert.kind)} · ${alert.names} · ${formatIso(Date.parse(alert.begin))}`),
          iconButton('close', t('case.remove'), () => { folder.toggle(alert); this.open(); })))),
      area('case-notes', t('case.notes'), file.notes, (notes) => folder.set({ notes }), { maxLength: LONGEST_NOTES }),
      field('case-who', t('case.who'), this.who, LONGEST_WHO, (who) => { this.who = who; }, { autocomplete: 'name', placeholder: t('hand.whoHint') }),
      this.fault,
      h('div', { class: 'hand-buttons' },
        h('button', { type: 'button', class: 'plain', id: 'case-clear', onclick: () => this.clear() }, t('case.clear')),
        h('button', { type: 'submit', class: 'main', id: 'case-export', disabled: file.alerts.length === 0 }, icon('download'), t('case.export')))));
    document.getElementById('case-name')?.focus();
  }

  private clear(): void {
    const before = this.folder.file;
    this.folder.clear();
    this.el.close();
    this.page.bus.emit('done', { text: t('case.cleared'), undo: () => this.folder.set(before) });
  }

  private async save(): Promise<void> {
    const { file } = this.folder, who = this.who.trim();
    if (!who) return this.fail(t('hand.needed'), 'case-who');
    if (this.busy) return;
    this.busy = true;
    remember(who);
    const name = (file.name.trim() || 'vigia').replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60);
    try {
      saveFile(await api.makeCase({ name: file.name.trim(), notes: file.notes, who, language: lang(), alerts: file.alerts.map(({ id }) => id) }), `case-${name}.html`);
      this.ok();
      this.el.close();
    } catch (error) {
      if (!(error instanceof HttpError && (error.status === 404 || error.status === 405) && error.code !== 'not_found')) return this.fail(faultText(error));
      const alerts = await Promise.all(file.alerts.map(({ id }) => api.alert(id).catch(() => ({ id, missing: true }))));
      saveFile(new Blob([JSON.stringify({ vigia_case: 1, signed: false, name: file.name.trim(), notes: file.notes, who, made: new Date().toISOString(), alerts }, null, 2)], { type: 'application/json' }), `case-${name}.json`);
      this.fail(t('case.unsigned'));
    }
  }
}

export const CASEFOLDER = service('casefolder', (page) => new CaseDialog(page));

register({
  id: 'case', title: null, place: 'page', order: 97,
  mount: (page) => {
    const dialog = page.get(CASEFOLDER);
    page.state.watch(['lang'], () => dialog.el.close());
    return dialog;
  },
});
