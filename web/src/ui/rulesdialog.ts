/** The rules: which observed events become alerts, how urgent, from what certainty on, how many an hour; and how often each was right. */
import { AlertRule, api, RulePrecision, SEVERITIES } from '../api';
import { Mute, readMutes, readPrecision, readRules, withRule } from '../app/alertread';
import { ALERTS } from '../app/alerts';
import { clockText, eventTitle } from '../app/alerttext';
import { faultText } from '../app/faults';
import { formatDate, formatNumber } from '../app/format';
import { Page, register, service } from '../app/page';
import { mmsiText, PICTURE } from '../app/picture';
import { remember, remembered } from '../app/who';
import { lang, t } from '../i18n';
import { Dialog, field, LONGEST_WHO } from './dialog';
import { h, replace } from './dom';
import { SILENCE } from './silencedialog';

const MOST_RATE = 10000;
/** Bars of precision over time; pixels of the highest. */
const MOST_PERIODS = 12, BAR_PX = 22;

export class RulesDialog extends Dialog {
  private readonly body = h('div', { class: 'rules-body' });
  private rules: AlertRule[] = [];
  private text = '';
  private mutes: Mute[] = [];
  private asText = false;
  private who = remembered();
  private judged = new Map<string, RulePrecision>();
  private readonly book = this.page.get(ALERTS);
  private readonly picture = this.page.get(PICTURE);

  constructor(private readonly page: Page) {
    super('rules', 'rules-dialog');
  }

  async open(): Promise<void> {
    replace(this.body, h('p', { class: 'empty' }, t('alert.loading')));
    this.show(t('rules.title'), this.body);
    this.who = remembered();
    const [rules, judged] = await Promise.allSettled([api.rules(), api.precision(this.page.state.get().exercise)]);
    if (rules.status === 'fulfilled') this.take(rules.value);
    this.judged = new Map(judged.status === 'fulfilled' ? readPrecision(judged.value).map((one) => [one.rule, one]) : []);
    this.draw();
    if (rules.status === 'rejected') this.fail(faultText(rules.reason));
  }

  private take(answer: unknown): void {
    ({ rules: this.rules, text: this.text } = readRules(answer));
    this.mutes = readMutes(answer);
  }

  /** Of a rule by its name; undefined until the rules were asked for. */
  async isOn(name: string): Promise<boolean | undefined> {
    if (this.rules.length === 0) await api.rules().then((answer) => this.take(answer), () => undefined);
    return this.rules.find((rule) => rule.name === name)?.enabled;
  }

  /** One click; the way back is one, too. Who it is must be known once. */
  async turn(name: string, enabled: boolean): Promise<void> {
    const who = (this.el.open ? this.who : remembered()).trim();
    if (!who) {
      if (!this.el.open) await this.open();
      this.draw();
      return this.fail(t('rules.who'), 'rules-who');
    }
    try {
      this.take(await api.turnRule(name, enabled, who));
      remember(who);
      const text = t(enabled ? 'alert.restored' : 'alert.dropped', { rule: name });
      this.page.bus.emit('announce', text);
      this.page.bus.emit('done', { text, undo: () => void this.turn(name, !enabled) });
      this.page.bus.emit('alerts');
      void this.book.poll();
    } catch (error) {
      this.page.bus.emit('done', { text: faultText(error, 'rules.refused'), undo: null });
    }
    if (this.el.open) this.draw();
  }

  private async write(text: string, check: boolean, said: string): Promise<boolean> {
    if (!this.who.trim()) return this.fail(t('rules.who'), 'rules-who'), false;
    try {
      const answer = await api.setRules(text, check, this.who.trim());
      if (!check) this.take(answer);
      remember(this.who.trim());
      this.ok();
      this.page.bus.emit('announce', said);
      return true;
    } catch (error) {
      this.fail(faultText(error, 'rules.refused'));
      return false;
    }
  }

  /** The whole set as the server reads it; an error names its line. */
  private editor(): HTMLElement {
    const text = h('textarea', { id: 'rules-text', class: 'rules-text', spellcheck: false, value: this.text, 'aria-label': t('rules.text') });
    const right = h('span', { class: 'hint', role: 'status' });
    const run = async (check: boolean) => {
      replace(right);
      if (await this.write(text.value, check, t('rules.right'))) check ? replace(right, t('rules.right')) : this.draw();
    };
    return h('div', { class: 'hand-form', style: { padding: '10px 0 0' } }, text, h('div', { class: 'hand-buttons' }, right, h('button', { type: 'button', class: 'plain', id: 'rules-check', onclick: () => void run(true) }, t('rules.check')), h('button', { type: 'button', class: 'main', id: 'rules-save', onclick: () => void run(false) }, t('rules.save'))));
  }

  private draw(): void {
    const head = ['rules.on', 'rules.name', 'rules.severity', 'rules.confidence', 'rules.rate', 'rules.precision'] as const;
    replace(this.body, h('p', { class: 'hand-about' }, t('rules.about')),
      h('div', { class: 'rules-head' }, field('rules-who', t('hand.who'), this.who, LONGEST_WHO, (value) => { this.who = value; }, { autocomplete: 'name', placeholder: t('hand.whoHint') }),
        this.text ? h('button', { type: 'button', class: 'plain', id: 'rules-mode', onclick: () => { this.asText = !this.asText; this.ok(); this.draw(); } }, t(this.asText ? 'rules.asTable' : 'rules.asText')) : null), this.fault,
      this.asText && this.text ? this.editor() : this.rules.length === 0 ? h('p', { class: 'empty' }, t('rules.none'))
        : h('table', { class: 'rules-table' }, h('thead', {}, h('tr', {}, ...head.map((key) => h('th', { scope: 'col' }, t(key))))), h('tbody', {}, ...this.rules.map((rule) => this.row(rule)))), this.silenced());
  }

  /** What is silenced at the data's time, with the way back. */
  private silenced(): HTMLElement | null {
    const now = this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now(), mutes = this.mutes.filter(({ to, ended }) => !ended && Date.parse(to) > now);
    if (mutes.length === 0) return null;
    return h('section', { id: 'rules-silenced' }, h('h3', {}, t('silence.now')), h('ul', { class: 'handover-list' }, ...mutes.map((m) => h('li', {},
      h('span', { title: m.why }, [m.rule, m.kind && eventTitle(m.kind), m.mmsi ? mmsiText(m.mmsi) : m.contact, t('silence.until', { time: clockText(Date.parse(m.to), now) }), m.who].filter(Boolean).join(' · ')),
      h('button', { type: 'button', class: 'quiet', onclick: () => void this.page.get(SILENCE).end(m.id).then((answer) => { if (answer) this.take(answer); this.draw(); }) }, t('silence.end'))))));
  }

  private row(rule: AlertRule): HTMLElement {
    const number = (id: string, label: string, value: number, from: number, to: number, put: (value: number) => [key: string, value: string], placeholder = '') => h('input', {
      type: 'number', id, value: value ? String(value) : from === 0 && !placeholder ? '0' : '', min: String(from), max: String(to), step: '1', placeholder, 'aria-label': `${rule.name}: ${label}`,
      onchange: (event: Event) => {
        const input = event.target as HTMLInputElement, n = input.value === '' ? 0 : Number(input.value);
        const wrong = !Number.isFinite(n) || n < from || n > to;
        input.classList.toggle('wrong', wrong);
        if (wrong) return this.fail(t('rules.range', { from, to }), id);
        void this.change(rule, ...put(n));
      } });
    return h('tr', { class: rule.enabled ? '' : 'off', 'data-rule': rule.name },
      h('td', {}, h('input', { type: 'checkbox', class: 'switch', role: 'switch', id: `rule-on-${rule.name}`, checked: rule.enabled, 'aria-label': `${rule.name}: ${t('rules.on')}`, onchange: (event: Event) => void this.turn(rule.name, (event.target as HTMLInputElement).checked) })),
      h('td', {}, h('div', {}, rule.name), h('div', { class: 'rule-kinds' }, rule.kinds.map(eventTitle).join(' · '))),
      h('td', { 'data-label': t('rules.severity') }, h('select', { id: `rule-severity-${rule.name}`, 'aria-label': `${rule.name}: ${t('rules.severity')}`, onchange: (event: Event) => void this.change(rule, 'severity', (event.target as HTMLSelectElement).value) },
        ...SEVERITIES.map((severity) => h('option', { value: severity, selected: severity === rule.severity }, t(`severity.${severity}`))))),
      h('td', { 'data-label': t('rules.confidence') }, number(`rule-confidence-${rule.name}`, t('rules.confidence'), Math.round(rule.min_confidence * 100), 0, 100, (n) => ['min_confidence', String(n / 100)])),
      h('td', { 'data-label': t('rules.rate') }, number(`rule-rate-${rule.name}`, t('rules.rate'), rule.per_hour, 0, MOST_RATE, (n) => ['per_hour', String(Math.round(n))], t('rules.noLimit'))),
      h('td', {}, this.precision(rule.name)));
  }

  private precision(name: string): HTMLElement {
    const j = this.judged.get(name), all = (j?.confirmed ?? 0) + (j?.dismissed ?? 0);
    if (!j || all === 0) return h('span', { class: 'precision-text rule-kinds' }, t('rules.notJudged'));
    const periods = (j.periods ?? []).slice(-MOST_PERIODS);
    const share = ({ confirmed, dismissed }: { confirmed: number; dismissed: number }) => (confirmed + dismissed ? confirmed / (confirmed + dismissed) : null);
    const list = periods.map((p) => `${formatDate(Date.parse(p.from), lang())} ${share(p) === null ? '–' : `${Math.round(share(p)! * 100)} %`}`).join(', ');
    return h('div', {}, periods.length ? h('div', { class: 'precision', role: 'img', 'aria-label': t('rules.overTime', { list }), title: list },
      ...periods.map((p) => h('i', { class: share(p) === null ? 'none' : '', style: { height: `${Math.max(2, (share(p) ?? 0) * BAR_PX)}px` } }))) : null,
    h('span', { class: 'precision-text' }, `${formatNumber((j.confirmed / all) * 100, lang())} % · ${t('rules.judged', { right: j.confirmed, all })}`));
  }

  private async change(rule: AlertRule, key: string, value: string): Promise<void> {
    const text = withRule(this.text, rule.name, key, value);
    if (text !== null && (await this.write(text, false, t('rules.saved', { rule: rule.name })))) return;
    const { hidden, textContent } = this.fault;
    this.draw(); // as it stands on the server
    if (!hidden) this.fail(textContent ?? '');
  }
}

export const RULES = service('rules', (page) => new RulesDialog(page));

register({
  id: 'rules', title: null, place: 'page', order: 96,
  mount: (page) => {
    const dialog = page.get(RULES);
    page.state.watch(['lang'], () => dialog.el.close());
    return dialog;
  },
});
