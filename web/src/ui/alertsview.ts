/** The list of alerts beside the chart: the most urgent first, with what may be chosen of them. */
import { ALERT_STATES, AlertRow, SEVERITIES } from '../api';
import { AlertFilter, ALERTS, isActive } from '../app/alerts';
import { eventTitle, joinNames, percent, textOf } from '../app/alerttext';
import { CASE } from '../app/casefolder';
import { formatAge } from '../app/format';
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { Key, lang, t } from '../i18n';
import { CASEFOLDER } from './casedialog';
import { h, icon, IconName, replace, setText } from './dom';
import { HANDOVER } from './handover';
import { RULES } from './rulesdialog';
import { severitySign } from './severity';

export class AlertsView {
  readonly el = h('div', { class: 'alerts' });
  private readonly list = h('div', { class: 'alert-list', id: 'alert-list', role: 'list' });
  private readonly say = h('p', { class: 'empty', id: 'alerts-say', role: 'status', hidden: true });
  private readonly book = this.page.get(ALERTS);
  private readonly picture = this.page.get(PICTURE);
  private shape = '';

  constructor(private readonly page: Page) {
    page.bus.on('alerts', () => this.el.isConnected && this.update());
    page.bus.on('case', () => this.el.isConnected && this.render());
    page.state.watch(['exercise'], () => {
      document.body.classList.toggle('is-exercise', page.state.get().exercise);
      if (this.el.isConnected) this.render();
    });
    document.body.classList.toggle('is-exercise', page.state.get().exercise);
    this.list.addEventListener('keydown', (event) => this.key(event));
    page.state.watch(['alert'], () => this.el.isConnected && this.update());
  }

  badge(): { text: string; label: string; tone: string } | null {
    const open = this.book.unattended();
    if (open.length === 0) return null;
    const tone = SEVERITIES.find((severity) => open.some((row) => row.severity === severity)) ?? 'information';
    return { text: open.length > 99 ? '99+' : String(open.length), label: t('alerts.tab', { n: open.length }), tone };
  }

  render(): void {
    const { exercise } = this.page.state.get(), f = this.book.filter;
    const focused = document.activeElement?.id;
    const choice = <T extends string>(id: string, label: string, value: T, options: readonly [T, string][], put: (value: T) => void) =>
      h('select', { id, 'aria-label': label, title: label, class: value === options[0][0] ? '' : 'chosen', onchange: (event: Event) => put((event.target as HTMLSelectElement).value as T) },
        ...options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)));
    const set = (patch: Partial<AlertFilter>) => {
      this.book.setFilter(patch);
      this.render();
    };
    const kinds = [...new Set([...this.book.rows.map(({ kind }) => kind), ...(f.kind ? [f.kind] : [])])].sort((a, b) => eventTitle(a).localeCompare(eventTitle(b), lang()));
    const tool = (id: string, picture: IconName, text: string, run: () => void) => h('button', { type: 'button', class: 'quiet', id, title: text, onclick: run }, icon(picture), h('span', {}, text));
    replace(this.el,
      exercise ? h('p', { class: 'exercise-bar', id: 'exercise-bar' }, h('strong', {}, t('alerts.exerciseOn')), h('button', { type: 'button', id: 'exercise-leave', onclick: () => this.page.state.set({ exercise: false, alert: null }) }, t('alerts.exerciseLeave'))) : null,
      h('div', { class: 'alerts-bar' },
        h('div', { class: 'segments', role: 'group', 'aria-label': t('alerts.mine') }, ...([false, true] as const).map((mine) =>
          h('button', { type: 'button', id: mine ? 'alerts-mine' : 'alerts-all', 'aria-pressed': String(f.mine === mine), onclick: () => set({ mine }) }, t(mine ? 'alerts.mine' : 'alerts.all')))),
        choice('alerts-state', t('alerts.state'), f.state, [['active', t('alerts.active')], ...ALERT_STATES.map((s): [AlertFilter['state'], string] => [s, t(`alertstate.${s}`)]), ['every', t('alerts.everyState')]], (state) => set({ state })),
        choice('alerts-severity', t('alerts.severity'), f.severity, [['', t('alerts.everySeverity')], ...SEVERITIES.map((s): [AlertFilter['severity'], string] => [s, t(`severity.${s}`)])], (severity) => set({ severity })),
        choice('alerts-kind', t('alerts.kind'), f.kind, [['', t('alerts.everyKind')], ...kinds.map((kind): [string, string] => [kind, eventTitle(kind)])], (kind) => set({ kind }))),
      this.say, this.list,
      h('footer', { class: 'alerts-foot' },
        tool('alerts-rules', 'rules', t('alerts.rules'), () => this.page.get(RULES).open()),
        tool('alerts-handover', 'handover', t('alerts.handover'), () => this.page.get(HANDOVER).open()),
        tool('alerts-case', 'folder', `${t('alerts.case')}${this.page.get(CASE).count ? ` (${this.page.get(CASE).count})` : ''}`, () => this.page.get(CASEFOLDER).open()),
        exercise ? null : h('button', { type: 'button', class: 'quiet', id: 'exercise-enter', title: t('alerts.exerciseTitle'), onclick: () => this.page.state.set({ exercise: true, alert: null }) }, t('alerts.exercise'))));
    this.list.setAttribute('aria-label', t('alerts.listLabel'));
    this.shape = '';
    this.update();
    if (focused && this.el.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus();
  }

  /** Rows that stand are left as they are: a person may be about to press one. */
  private update(): void {
    const { book } = this, rows = book.shown();
    const text = book.state === 'absent' ? t('alerts.absent') : book.state === 'failed' ? t('alerts.failed') : rows.length ? '' : book.state === 'unknown' ? t('alert.loading') : book.rows.some(isActive) ? t('alerts.noneFilter') : t('alerts.none');
    this.say.hidden = !text;
    setText(this.say, text);
    const { alert } = this.page.state.get(), names = rows.map((row) => joinNames(book.names(row)));
    const shape = JSON.stringify([lang(), alert, rows.map((row, i) => [row.id, row.state, row.severity, row.escalated, row.who, names[i]])]);
    if (shape !== this.shape) {
      this.shape = shape;
      const focused = (document.activeElement as HTMLElement | null)?.dataset?.alert;
      replace(this.list, ...rows.map((row, i) => this.row(row, names[i], row.id === alert)));
      if (focused) this.list.querySelector<HTMLElement>(`[data-alert="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
    this.second();
  }

  private row(row: AlertRow, names: string, chosen: boolean): HTMLElement {
    const facts = [row.state === 'open' ? '' : t(`alertstate.${row.state}` as Key), row.who && row.state !== 'open' ? t('alerts.by', { who: row.who }) : '', textOf(row.kind, row.text).words, typeof row.confidence === 'number' && row.kind !== 'distress' ? t('alerts.sure', { n: percent(row.confidence) }) : ''];
    return h('div', { role: 'listitem' }, h('button', { type: 'button', class: 'alert-row', 'data-alert': row.id, 'data-severity': row.severity, 'data-state': row.state, 'aria-current': chosen ? 'true' : null,
      onclick: () => this.page.state.set({ alert: row.id, selected: null }) },
    severitySign(row.severity),
    h('span', { class: 'alert-main' },
      h('span', { class: 'alert-head' }, h('strong', {}, eventTitle(row.kind)), h('time', { 'data-at': String(Date.parse(row.opened)) })),
      h('span', { class: 'alert-who' }, names),
      h('span', { class: 'alert-facts' }, row.escalated && row.state === 'open' ? h('em', { class: 'escalated' }, t('alerts.escalated')) : null, h('span', {}, facts.filter(Boolean).join(' · '))))));
  }

  second(): void {
    const now = this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now();
    for (const el of this.list.querySelectorAll<HTMLElement>('time')) setText(el, formatAge((now - Number(el.dataset.at)) / 1000));
  }

  private key(event: KeyboardEvent): void {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    const rows = [...this.list.querySelectorAll<HTMLElement>('.alert-row')], at = rows.indexOf(document.activeElement as HTMLElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)));
    rows[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}

register({ id: 'alerts', title: 'panel.alerts', place: 'panel', order: 5, icon: 'bell', key: { key: 'a', text: 'help.key.alerts' }, mount: (page) => new AlertsView(page) });
