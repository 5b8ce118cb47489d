/** The rules: which observed events become alerts, how urgent, from what certainty on, how many an hour; and how often each was right. */
import { AlertRule, api, RulePrecision, SEVERITIES, Severity } from '../api';
import { ALERTS } from '../app/alerts';
import { eventTitle } from '../app/alerttext';
import { formatDate, formatNumber } from '../app/format';
import { Page, register, service } from '../app/page';
import { remembered } from '../app/who';
import { lang, t } from '../i18n';
import { Dialog, faultText } from './dialog';
import { h, replace } from './dom';

const MOST_RATE = 10000;
/** Bars of precision over time; pixels of the highest. */
const MOST_PERIODS = 12, BAR_PX = 22;

export class RulesDialog extends Dialog {
  private readonly body = h('div', { class: 'rules-body' });
  private rules: AlertRule[] = [];
  private judged = new Map<string, RulePrecision>();
  private readonly book = this.page.get(ALERTS);

  constructor(private readonly page: Page) {
    super('rules', 'rules-dialog');
  }

  async open(): Promise<void> {
    replace(this.body, h('p', { class: 'empty' }, t('alert.loading')));
    this.show(t('rules.title'), this.body);
    const [rules, judged] = await Promise.allSettled([api.rules(), api.precision()]);
    this.rules = rules.status === 'fulfilled' ? rules.value.rules ?? [] : [];
    this.judged = new Map(judged.status === 'fulfilled' ? (judged.value.rules ?? []).map((one) => [one.rule, one]) : []);
    this.draw();
    if (rules.status === 'rejected') this.fail(faultText(rules.reason));
  }

  /** Of a rule by its name; undefined until the rules were asked for. */
  async isOn(name: string): Promise<boolean | undefined> {
    if (this.rules.length === 0) this.rules = (await api.rules().catch(() => ({ rules: [] }))).rules ?? [];
    return this.rules.find((rule) => rule.name === name)?.enabled;
  }

  /** One click; the way back is one, too. */
  async turn(name: string, enabled: boolean): Promise<void> {
    try {
      await api.setRule({ name, enabled }, remembered());
      this.rules = this.rules.map((rule) => (rule.name === name ? { ...rule, enabled } : rule));
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

  private draw(): void {
    const head = ['rules.on', 'rules.name', 'rules.severity', 'rules.confidence', 'rules.rate', 'rules.precision'] as const;
    replace(this.body, h('p', { class: 'hand-about' }, t('rules.about')), this.fault,
      this.rules.length === 0 ? h('p', { class: 'empty' }, t('rules.none'))
        : h('table', { class: 'rules-table' }, h('thead', {}, h('tr', {}, ...head.map((key) => h('th', { scope: 'col' }, t(key))))), h('tbody', {}, ...this.rules.map((rule) => this.row(rule)))));
  }

  private row(rule: AlertRule): HTMLElement {
    const number = (id: string, label: string, value: number, from: number, to: number, put: (value: number) => Partial<AlertRule>, placeholder = '') => h('input', {
      type: 'number', id, value: value ? String(value) : from === 0 && !placeholder ? '0' : '', min: String(from), max: String(to), step: '1', placeholder, 'aria-label': `${rule.name}: ${label}`,
      onchange: (event: Event) => {
        const input = event.target as HTMLInputElement, n = input.value === '' ? 0 : Number(input.value);
        const wrong = !Number.isFinite(n) || n < from || n > to;
        input.classList.toggle('wrong', wrong);
        if (wrong) return this.fail(t('rules.range', { from, to }), id);
        void this.change(rule, put(n));
      } });
    return h('tr', { class: rule.enabled ? '' : 'off', 'data-rule': rule.name },
      h('td', {}, h('input', { type: 'checkbox', class: 'switch', role: 'switch', id: `rule-on-${rule.name}`, checked: rule.enabled, 'aria-label': `${rule.name}: ${t('rules.on')}`, onchange: (event: Event) => void this.turn(rule.name, (event.target as HTMLInputElement).checked) })),
      h('td', {}, h('div', {}, rule.name), h('div', { class: 'rule-kinds' }, rule.kinds.map(eventTitle).join(' · '))),
      h('td', {}, h('select', { id: `rule-severity-${rule.name}`, 'aria-label': `${rule.name}: ${t('rules.severity')}`, onchange: (event: Event) => void this.change(rule, { severity: (event.target as HTMLSelectElement).value as Severity }) },
        ...SEVERITIES.map((severity) => h('option', { value: severity, selected: severity === rule.severity }, t(`severity.${severity}`))))),
      h('td', {}, number(`rule-confidence-${rule.name}`, t('rules.confidence'), Math.round(rule.min_confidence * 100), 0, 100, (n) => ({ min_confidence: n / 100 }))),
      h('td', {}, number(`rule-rate-${rule.name}`, t('rules.rate'), rule.per_hour, 0, MOST_RATE, (n) => ({ per_hour: Math.round(n) }), t('rules.noLimit'))),
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

  private async change(rule: AlertRule, patch: Partial<AlertRule>): Promise<void> {
    try {
      await api.setRule({ name: rule.name, ...patch }, remembered());
      Object.assign(rule, patch);
      this.ok();
      this.page.bus.emit('announce', t('rules.saved', { rule: rule.name }));
    } catch (error) {
      this.draw(); // as it stands on the server
      this.fail(faultText(error, 'rules.refused'));
    }
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
