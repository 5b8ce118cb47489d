/** The case folder: alerts and notes of one matter, kept in this browser until they are exported. */
import { Page, service } from './page';

const KEY = 'vigia.case';
export const MOST_ALERTS = 200;

export interface CaseFile { name: string; notes: string; alerts: { id: string; kind: string; begin: string; names: string }[] }
const EMPTY: CaseFile = { name: '', notes: '', alerts: [] };

/** Anything that was stored by another version of the page is read for what it is worth. */
export function readCase(text: string | null): CaseFile {
  try {
    const j = JSON.parse(text ?? '') as Partial<CaseFile>;
    const alerts = Array.isArray(j.alerts) ? j.alerts.filter((a) => typeof a?.id === 'string' && /^[0-9a-f]{1,32}$/.test(a.id)) : [];
    return { name: String(j.name ?? ''), notes: String(j.notes ?? ''), alerts: alerts.slice(0, MOST_ALERTS).map((a) => ({ id: a.id, kind: String(a.kind ?? ''), begin: String(a.begin ?? ''), names: String(a.names ?? '') })) };
  } catch {
    return EMPTY;
  }
}

export class CaseFolder {
  file: CaseFile;

  constructor(private readonly page: Page) {
    let text: string | null = null;
    try {
      text = localStorage.getItem(KEY);
    } catch { /* storage is switched off: it lasts as long as the page */ }
    this.file = readCase(text);
  }

  get count(): number {
    return this.file.alerts.length;
  }

  has(id: string): boolean {
    return this.file.alerts.some((alert) => alert.id === id);
  }

  toggle(alert: CaseFile['alerts'][number]): void {
    const { alerts } = this.file;
    this.set({ alerts: this.has(alert.id) ? alerts.filter(({ id }) => id !== alert.id) : [...alerts, alert].slice(-MOST_ALERTS) });
  }

  set(patch: Partial<CaseFile>): void {
    this.file = { ...this.file, ...patch };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.file));
    } catch { /* see above */ }
    this.page.bus.emit('case');
  }

  clear(): void {
    this.set(EMPTY);
  }
}

export const CASE = service('case', (page) => new CaseFolder(page));
