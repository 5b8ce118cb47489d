/** The list of alerts beside the chart: the most urgent first, with what may be chosen of them. */
import { ALERT_STATES, AlertRow, SEVERITIES } from '../api';
import { AlertFilter, ALERTS, entriesOf, Entry, isActive } from '../app/alerts';
import { clockText, eventTitle, joinNames, percent, textOf } from '../app/alerttext';
import { CASE } from '../app/casefolder';
import { formatAge, formatNumber } from '../app/format';
import { Page, register } from '../app/page';
import { PICTURE } from '../app/picture';
import { Key, lang, t } from '../i18n';
import { CASEFOLDER } from './casedialog';
import { h, icon, IconName, replace, setText } from './dom';
import { HANDOVER } from './handover';
import { RULES } from './rulesdialog';
import { severitySign } from './severity';

/** Rows that Page Up and Page Down go. */
const PAGE = 8;

/** A line of the list; it is made again only when its shape changes. */
interface Item { key: string; shape: string; make: () => HTMLElement }

export class AlertsView {
  readonly el = h('div', { class: 'alerts' });
  private readonly list = h('div', { class: 'alert-list', id: 'alert-list', role: 'list' });
  private readonly say = h('p', { class: 'empty', id: 'alerts-say', role: 'status', hidden: true });
  private readonly book = this.page.get(ALERTS);
  private readonly picture = this.page.get(PICTURE);
  /** What stands in the list, by alert or group. */
  private readonly drawn = new Map<string, { el: HTMLElement; shape: string }>();
  /** Groups that a person opened. */
  private readonly unfolded = new Set<string>();
  private said = '';

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
    const tool = (id: string, picture: IconName, text: string, run: () => void, title = text) => h('button', { type: 'button', class: 'quiet', id, title, onclick: run }, icon(picture), h('span', {}, text));
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
        exercise ? null : tool('exercise-enter', 'flag', t('alerts.exercise'), () => this.page.state.set({ exercise: true, alert: null }), t('alerts.exerciseTitle'))));
    this.list.setAttribute('aria-label', t('alerts.listLabel'));
    this.said = '';
    this.update();
    if (focused && this.el.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus();
  }

  /** Rows that stand are left as they are: a person may be about to press one, or hear it read. */
  private update(): void {
    const { book } = this, rows = book.shown(), { alert } = this.page.state.get();
    this.tell(rows.length);
    const items = (book.filter.kind ? rows.map((row): Entry => ({ key: row.id, rows: [row] })) : entriesOf(rows)).flatMap((entry) => this.items(entry, alert));
    const stand = new Map(items.map((item) => [item.key, item]));
    for (const [key, { el }] of this.drawn) if (!stand.has(key)) {
      el.remove();
      this.drawn.delete(key);
    }
    let after: Element | null = null;
    for (const { key, shape, make } of items) {
      let held = this.drawn.get(key);
      if (!held || held.shape !== shape) {
        const focused = !!held?.el.contains(document.activeElement), el = make();
        held?.el.replaceWith(el);
        this.drawn.set(key, (held = { el, shape }));
        if (focused) el.querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
      }
      const next: Element | null = after ? after.nextElementSibling : this.list.firstElementChild;
      if (next !== held.el) this.list.insertBefore(held.el, next);
      after = held.el;
    }
    this.second();
  }

  /** What stands above the list: that it is empty and what would be here, that it is old, that there are more. */
  private tell(shown: number): void {
    const { book } = this, failed = book.state === 'failed';
    const text = book.state === 'absent' ? t('alerts.absent') : failed ? (book.given ? t('alerts.failed', { time: clockText(book.given, book.given, true) }) : t('alerts.failedNone'))
      : shown ? '' : book.state === 'unknown' ? t('alert.loading') : book.rows.some(isActive) ? t('alerts.noneFilter') : t('alerts.none');
    const more = book.state === 'here' && !shown && !book.rows.some(isActive) ? t('alerts.noneMore') : !failed && book.total > book.rows.length ? t('alerts.moreThere', { n: formatNumber(book.total - book.rows.length, lang()) }) : '';
    this.say.hidden = !text && !more;
    this.say.className = failed ? 'note note-warn alerts-say' : shown ? 'hint alerts-say' : 'empty alerts-say';
    const said = JSON.stringify([text, more]);
    if (said === this.said) return;
    this.said = said;
    replace(this.say, text ? h('span', {}, text) : null, more ? h('span', { class: 'hint' }, more) : null);
  }

  private items({ key, rows }: Entry, alert: string | null): Item[] {
    const one = (row: AlertRow, inside: boolean): Item => {
      const names = joinNames(this.book.names(row)), chosen = row.id === alert;
      return { key: row.id, shape: JSON.stringify([lang(), chosen, inside, row.state, row.severity, row.escalated, row.who, row.confidence, row.text, names]), make: () => this.row(row, names, chosen, inside) };
    };
    if (rows.length === 1) return [one(rows[0], false)];
    // The one that is looked at is never hidden.
    const open = this.unfolded.has(key) || rows.some(({ id }) => id === alert), waiting = rows.filter(({ state }) => state === 'open').length;
    const names = t('alerts.andMore', { who: joinNames(this.book.names(rows[0])), n: rows.length - 1 });
    const head: Item = { key, shape: JSON.stringify([lang(), open, rows.length, waiting, names]), make: () => this.group(key, rows, names, waiting, open) };
    return open ? [head, ...rows.map((row) => one(row, true))] : [head];
  }

  private group(key: string, rows: AlertRow[], names: string, waiting: number, open: boolean): HTMLElement {
    const [{ kind, severity }] = rows, n = rows.length, oldest = Math.min(...rows.map((row) => Date.parse(row.opened)));
    return h('div', { role: 'listitem' }, h('button', { type: 'button', class: 'alert-row alert-group', 'data-group-of': key, 'data-severity': severity, 'aria-expanded': String(open), 'aria-label': `${t('alerts.groupOf', { what: eventTitle(kind), n })}. ${t(open ? 'alerts.groupClose' : 'alerts.groupOpen', { n })}`,
      onclick: () => this.fold(key, open) },
    severitySign(severity),
    h('span', { class: 'alert-main' },
      h('span', { class: 'alert-head' }, h('strong', {}, eventTitle(kind), h('span', { class: 'group-count' }, String(n))), h('time', { 'data-at': String(oldest) })),
      h('span', { class: 'alert-who' }, names),
      h('span', { class: 'alert-facts' }, waiting ? h('em', { class: 'escalated' }, t('alerts.unseen', { n: waiting })) : null, h('span', { class: 'group-do' }, t(open ? 'alerts.groupClose' : 'alerts.groupOpen', { n }))))));
  }

  private fold(key: string, open: boolean): void {
    if (open) {
      this.unfolded.delete(key);
      // The open alert would hold it open.
      const { alert } = this.page.state.get(), of = this.book.shown().find(({ id }) => id === alert);
      if (of && `${of.severity} ${of.kind}` === key) this.page.state.set({ alert: null });
    } else this.unfolded.add(key);
    this.update();
  }

  private row(row: AlertRow, names: string, chosen: boolean, inside: boolean): HTMLElement {
    const facts = [row.state === 'open' ? '' : t(`alertstate.${row.state}` as Key), row.who && row.state !== 'open' ? t('alerts.by', { who: row.who }) : '', row.kind === 'watchlist' ? textOf(row.kind, row.text).place : textOf(row.kind, row.text).words, typeof row.confidence === 'number' && row.kind !== 'distress' ? t('alerts.sure', { n: percent(row.confidence) }) : ''];
    return h('div', { role: 'listitem', class: inside ? 'alert-inside' : '' }, h('button', { type: 'button', class: 'alert-row', 'data-alert': row.id, 'data-severity': row.severity, 'data-state': row.state, 'aria-current': chosen ? 'true' : null,
      onclick: () => this.page.state.set({ alert: row.id, selected: null }) },
    severitySign(row.severity),
    h('span', { class: 'alert-main' },
      h('span', { class: 'alert-head' }, h('strong', {}, eventTitle(row.kind)), h('time', { 'data-at': String(Date.parse(row.opened)) })),
      h('span', { class: 'alert-who', title: names }, names),
      h('span', { class: 'alert-facts' }, row.escalated && row.state === 'open' ? h('em', { class: 'escalated' }, t('alerts.escalated')) : null, h('span', {}, facts.filter(Boolean).join(' · '))))));
  }

  second(): void {
    const now = this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now();
    for (const el of this.list.querySelectorAll<HTMLElement>('time')) setText(el, formatAge((now - Number(el.dataset.at)) / 1000));
  }

  /** Up and down along the list, right and left open and fold what stands together. Enter is the button's own. */
  private key(event: KeyboardEvent): void {
    const rows = [...this.list.querySelectorAll<HTMLElement>('.alert-row')], at = rows.indexOf(document.activeElement as HTMLElement), row = rows[at], group = row?.dataset.groupOf;
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const open = row?.getAttribute('aria-expanded') === 'true';
      if (group && open !== (event.key === 'ArrowRight')) this.fold(group, open);
      else if (!group && event.key === 'ArrowLeft' && row?.parentElement?.classList.contains('alert-inside')) rows.slice(0, at).reverse().find((each) => each.dataset.groupOf)?.focus();
      else return;
    } else if (['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp'].includes(event.key)) {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -Infinity, End: Infinity }[event.key]!;
      rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

register({ id: 'alerts', title: 'panel.alerts', place: 'panel', order: 5, icon: 'bell', key: { key: 'a', text: 'help.key.alerts' }, mount: (page) => new AlertsView(page) });
