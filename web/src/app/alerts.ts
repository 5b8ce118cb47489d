/**
 * The alerts: a list that is polled, and asked at once when the server tells of a change; and the open one with its evidence.
 * What the list shows is chosen here, for the list, the chart and the count go by the same.
 */
import { ALERT_STATES, AlertAction, AlertDetail, AlertRow, AlertState, api, HttpError, SEVERITIES, Severity } from '../api';
import { t } from '../i18n';
import { readDetail, readRow } from './alertread';
import { eventTitle, joinNames } from './alerttext';
import { Page, service } from './page';
import { mmsiText, PICTURE, vesselName } from './picture';
import { remembered } from './who';

const POLL_MS = 10000, DETAIL_MS = 20000;
/** A burst of notices is one question. */
const TOLD_MS = 400;
/** The list takes no more; what is beyond is counted. */
const MOST_ROWS = 1000;

export interface AlertFilter { mine: boolean; state: 'active' | 'every' | AlertState; severity: Severity | ''; kind: string }
export const ALL_ALERTS: AlertFilter = { mine: false, state: 'active', severity: '', kind: '' };

export const isActive = (row: Pick<AlertRow, 'state'>): boolean => row.state === 'open' || row.state === 'acknowledged';

/** By severity; of one severity what nobody looked at first, then the oldest. */
export function inOrder(rows: readonly AlertRow[]): AlertRow[] {
  const rank = (row: AlertRow) => SEVERITIES.indexOf(row.severity) * 2 + (row.state === 'open' ? 0 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b) || Date.parse(a.opened) - Date.parse(b.opened) || (a.id < b.id ? -1 : 1));
}

export function passes(row: AlertRow, f: AlertFilter, who: string): boolean {
  return (f.state === 'every' || (f.state === 'active' ? isActive(row) : row.state === f.state)) && (!f.severity || row.severity === f.severity)
    && (!f.kind || row.kind === f.kind) && (!f.mine || (!!who && (row.who === who || row.role === who)));
}

/** From so many of one kind and severity on they are one entry of the list, which opens. */
export const GROUP_FROM = 4;
export interface Entry { key: string; rows: AlertRow[] }

/** Rows in their order; many of a kind stand together where the first of them stood. A call for help always stands alone. */
export function entriesOf(rows: readonly AlertRow[], from = GROUP_FROM): Entry[] {
  const sort = (row: AlertRow) => `${row.severity} ${row.kind}`, many = new Map<string, AlertRow[]>();
  for (const row of rows) {
    const same = many.get(sort(row));
    if (same) same.push(row);
    else many.set(sort(row), [row]);
  }
  const seen = new Set<string>();
  return rows.flatMap((row): Entry[] => {
    const key = sort(row), same = many.get(key)!;
    if (row.severity === 'distress' || same.length < from) return [{ key: row.id, rows: [row] }];
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ key, rows: same }];
  });
}

export class AlertBook {
  rows: AlertRow[] = [];
  /** How many the server has of those asked for; of more than `rows` it gives the most urgent. */
  total = 0;
  /** When they were given, ms of this machine; 0: never. */
  given = 0;
  state: 'unknown' | 'here' | 'absent' | 'failed' = 'unknown';
  filter: AlertFilter = ALL_ALERTS;
  detail: AlertDetail | null = null;
  detailState: 'idle' | 'loading' | 'here' | 'gone' | 'failed' = 'idle';
  private polled = -Infinity;
  private fetched = -Infinity;
  private asked = 0;
  private known: Set<string> | null = null;
  private timer = 0;
  private abort: AbortController | null = null;
  private readonly picture = this.page.get(PICTURE);

  constructor(private readonly page: Page) {
    page.bus.on('alert', ({ id }) => this.told(id));
    page.bus.on('link', () => { if (this.state === 'absent') this.state = 'unknown'; });
    page.state.watch(['alert'], () => this.open());
    page.state.watch(['exercise'], () => {
      this.rows = [];
      this.known = null;
      void this.poll();
    });
    if (page.state.get().alert) this.open();
  }

  /** Called once a second. */
  second(): void {
    if (this.state !== 'absent' && performance.now() - this.polled > POLL_MS) void this.poll();
    const { alert } = this.page.state.get();
    if (alert && this.detailState !== 'gone' && performance.now() - this.fetched > DETAIL_MS) void this.fetch(alert);
  }

  shown(): AlertRow[] {
    const who = remembered();
    return inOrder(this.rows.filter((row) => passes(row, this.filter, who)));
  }

  /** Open ones, which nobody looks after. */
  unattended(): AlertRow[] {
    return this.rows.filter(({ state }) => state === 'open');
  }

  setFilter(patch: Partial<AlertFilter>): void {
    this.filter = { ...this.filter, ...patch };
    this.page.bus.emit('alerts');
    if (patch.state) void this.poll();
  }

  /** Who it is about: by her name now, else as the server knew her, else by her number. In the order of `mmsi`, who says nothing last. */
  names(row: Pick<AlertRow, 'mmsi' | 'contacts' | 'vessels'>): string[] {
    return this.who(row).map(({ name }) => name);
  }

  who({ mmsi, contacts, vessels }: Pick<AlertRow, 'mmsi' | 'contacts' | 'vessels'>): { name: string; mmsi: number; contact: string }[] {
    const v = this.picture.live;
    const named = (slot: number, known: string, otherwise: string) => (slot >= 0 && v.name[slot] ? v.name[slot] : known) || (slot >= 0 ? vesselName(v, slot) : otherwise);
    const speaking = mmsi.map((number, i) => {
      const known = vessels.find((one) => one.mmsi === number), id = known?.contact || (contacts.length === mmsi.length ? contacts[i] : '');
      return { name: named(v.find(number), known?.name ?? '', mmsiText(number)), mmsi: number, contact: id };
    });
    // Who says nothing has no number; of the others it was told above.
    const silent = contacts.filter((id) => {
      const known = vessels.find((one) => one.contact === id), slot = v.findContact(id);
      return known ? !known.mmsi : slot >= 0 ? !v.mmsi[slot] : contacts.length > mmsi.length && !speaking.some(({ contact }) => contact === id);
    });
    const most = Math.max(0, contacts.length - mmsi.length);
    return [...speaking, ...silent.slice(silent.length - Math.min(most, silent.length))
      .map((id) => ({ name: named(v.findContact(id), vessels.find((one) => one.contact === id)?.name ?? '', t('track.name', { id: id.slice(-4) })), mmsi: 0, contact: id }))];
  }

  /** Throws what the server says. Either way what stands there now is asked for. */
  async act(id: string, action: AlertAction, who: string, reason: string): Promise<void> {
    try {
      await api.act(id, action, who, reason);
    } finally {
      await Promise.all([this.poll(), this.page.state.get().alert === id ? this.fetch(id) : null]);
    }
  }

  async poll(): Promise<void> {
    this.polled = performance.now();
    // What waits is always asked for: the count goes by it, whatever the list shows.
    const ask = ++this.asked, { exercise } = this.page.state.get(), { state } = this.filter;
    try {
      const { alerts, total } = await api.alerts(query({ limit: String(MOST_ROWS), exercise: exercise ? 'true' : '', state: state === 'active' ? '' : state === 'every' ? ALERT_STATES.join(',') : [...new Set(['open', 'acknowledged', state])].join(',') }));
      if (ask !== this.asked) return;
      this.take((alerts ?? []).map(readRow).filter((row) => row.id && row.exercise === exercise));
      this.total = typeof total === 'number' ? total : this.rows.length;
      this.given = Date.now();
      this.state = 'here';
    } catch (error) {
      if (ask !== this.asked) return;
      this.state = error instanceof HttpError && error.status === 404 ? 'absent' : 'failed';
      if (this.state === 'absent') this.rows = [];
    }
    this.page.bus.emit('alerts');
  }

  private take(rows: AlertRow[]): void {
    this.rows = rows;
    const fresh = this.known ? inOrder(rows.filter((row) => row.state === 'open' && !this.known!.has(row.id))) : [];
    this.known = new Set([...(this.known ?? []), ...rows.map(({ id }) => id)]);
    if (fresh.length === 0) return;
    const who = joinNames(this.names(fresh[0]));
    this.page.bus.emit('announce', t('alerts.new', { severity: t(`severity.${fresh[0].severity}`), what: eventTitle(fresh[0].kind), who: fresh.length > 1 ? t('alerts.andMore', { who, n: fresh.length - 1 }) : who }));
  }

  private told(id: string): void {
    if (this.page.state.get().alert === id) this.fetched = -Infinity;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { void this.poll(); this.second(); }, TOLD_MS);
  }

  private open(): void {
    const { alert } = this.page.state.get();
    this.abort?.abort();
    this.detail = null;
    this.detailState = alert ? 'loading' : 'idle';
    this.page.bus.emit('alerts');
    if (alert) void this.fetch(alert);
  }

  private async fetch(id: string): Promise<void> {
    this.fetched = performance.now();
    const abort = (this.abort = new AbortController());
    try {
      const detail = await api.alert(id, abort.signal);
      if (abort.signal.aborted) return;
      this.detail = readDetail(detail);
      this.detailState = 'here';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.detailState = error instanceof HttpError && error.status === 404 ? 'gone' : this.detail ? 'here' : 'failed';
    }
    this.page.bus.emit('alerts');
  }
}

function query(parts: Record<string, string>): string {
  const text = new URLSearchParams(Object.entries(parts).filter(([, value]) => value)).toString();
  return text && `?${text}`;
}

export const ALERTS = service('alerts', (page) => new AlertBook(page));
