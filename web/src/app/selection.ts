/** What is selected: a kind and an id that means something for that kind. Pure. */

/** A contact of the live picture, by its 16 hexadecimal digits; a vessel of the past, by her MMSI. */
export type Selected = { readonly kind: 'contact'; readonly id: string } | { readonly kind: 'vessel'; readonly id: number };

export const contact = (id: string): Selected => ({ kind: 'contact', id });
export const vessel = (mmsi: number): Selected => ({ kind: 'vessel', id: mmsi });

export function sameSelected(a: Selected | null, b: Selected | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && a.id === b.id);
}

/** How each kind stands in a link, the first that reads wins. `mmsi` is what links had before there were contacts. */
const LINKS: { key: string; kind: Selected['kind']; read: (text: string) => Selected | null }[] = [
  { key: 'contact', kind: 'contact', read: (text) => (/^[0-9a-f]{16}$/.test(text) && !/^0+$/.test(text) ? contact(text) : null) },
  { key: 'mmsi', kind: 'vessel', read: (text) => (/^\d{1,9}$/.test(text) && Number(text) > 0 ? vessel(Number(text)) : null) },
];

export function writeSelected(selected: Selected): [key: string, text: string] {
  return [LINKS.find(({ kind }) => kind === selected.kind)!.key, String(selected.id)];
}

export function readSelected(get: (key: string) => string | undefined): Selected | null {
  for (const { key, read } of LINKS) {
    const found = read(get(key) ?? '');
    if (found) return found;
  }
  return null;
}
