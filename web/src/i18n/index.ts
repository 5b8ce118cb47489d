/** The language in use. One module-level choice: the page speaks one language at a time. */
import { en, Key } from './en';
import { es } from './es';

export type Lang = 'en' | 'es';
export type { Key };
/** Keys of lines that have another line for one. */
export type Counted = { [K in Key]: `${K}.one` extends Key ? K : never }[Key];

const TABLES: Record<Lang, Record<Key, string>> = { en, es };
let current: Lang = 'en';

export function browserLang(): Lang {
  for (const tag of navigator.languages ?? [navigator.language]) {
    if (tag.toLowerCase().startsWith('es')) return 'es';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

export function setLang(lang: Lang): void {
  current = lang;
  document.documentElement.lang = lang;
}

export function lang(): Lang {
  return current;
}

export function t(key: Key, values?: Record<string, string | number>): string {
  const line = TABLES[current][key];
  return values ? line.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : line;
}

/** The same of a count: for one, the line under `key.one`. */
export function tn(key: Counted, count: number, values: Record<string, string | number>): string {
  return t(count === 1 ? `${key}.one` : key, values);
}

const regions = new Map<Lang, Intl.DisplayNames>();

/** The country's name in the current language; the code itself for codes that ICU does not know. */
export function countryName(iso: string): string {
  if (!iso) return '';
  let names = regions.get(current);
  if (!names) regions.set(current, (names = new Intl.DisplayNames([current], { type: 'region' })));
  try {
    return names.of(iso) ?? iso;
  } catch {
    return iso;
  }
}
