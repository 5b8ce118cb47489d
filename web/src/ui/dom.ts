/** Elements without markup: text goes in as text nodes only, so a name received by radio can never become HTML. */
type Child = Node | string | number | null | undefined | false;
type Props = { [key: string]: unknown };

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value as EventListener);
    else if (key === 'class') el.className = String(value);
    else if (key === 'style') Object.assign(el.style, value);
    else if (key in el && !key.includes('-') && key !== 'list' && key !== 'role') (el as unknown as Props)[key] = value;
    else el.setAttribute(key, value === true ? '' : String(value));
  }
  add(el, children);
  return el;
}

export function add(el: Element, children: Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) el.append(child instanceof Node ? child : String(child));
}

export function replace(el: Element, ...children: Child[]): void {
  el.replaceChildren();
  add(el, children);
}

/** Writes only what changed: no layout for a value that stands. */
export function setText(el: Element, value: string): void {
  if (el.textContent !== value) el.textContent = value;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Line icons on a 20-unit grid; each is a path of our own drawing. */
const ICONS = {
  list: 'M3 5h14M3 10h14M3 15h14',
  filter: 'M3 4h14l-5.5 6.5V16l-3-1.5v-4z',
  layers: 'M10 3l7 4-7 4-7-4zM3 11l7 4 7-4',
  feeds: 'M10 17V9M10 9a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3M6.5 11.5a5 5 0 0 1 0-7M13.5 4.5a5 5 0 0 1 0 7M4 14a8.5 8.5 0 0 1 0-12M16 2a8.5 8.5 0 0 1 0 12',
  measure: 'M3 14L14 3l3 3L6 17zM6 11l1.5 1.5M8.5 8.5L10 10M11 6l1.5 1.5',
  rings: 'M10 10m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0M10 10m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M10 10h.01',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16',
  moon: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  help: 'M7.5 7.5a2.5 2.5 0 1 1 3.8 2.1c-.8.5-1.3 1-1.3 1.9M10 14.5h.01M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15',
  close: 'M5 5l10 10M15 5L5 15',
  search: 'M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12.2 12.2L17 17',
  centre: 'M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8M10 2v4M10 14v4M2 10h4M14 10h4',
  follow: 'M10 3l5 13-5-3-5 3z',
  link: 'M8 12l4-4M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2',
  trail: 'M3 16c3 0 3-4 6-4s2-6 8-8M3 16h.01M9 12h.01M17 4h.01',
  sound: 'M4 8v4h2.5L10 15V5L6.5 8zM13 7.5a3.5 3.5 0 0 1 0 5M15 5a7 7 0 0 1 0 10',
  mute: 'M4 8v4h2.5L10 15V5L6.5 8zM13 8l4 4M17 8l-4 4',
  download: 'M10 3v9M6 9l4 4 4-4M4 16.5h12',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.5h.01',
  check: 'M4 10.5l4 4 8-9',
  past: 'M10 3a7 7 0 1 1-6.6 4.7M3 3.5v4.3h4.3M10 6.5V10l2.8 1.8',
  play: 'M6 4l10 6-10 6z',
  pause: 'M7 4v12M13 4v12',
  stepback: 'M13 5l-6 5 6 5M5 5v10',
  stepforward: 'M7 5l6 5-6 5M15 5v10',
  copy: 'M7 7h9.500v9.500H7zM13 7V3.500H3.500V13H7',
  undo: 'M7.500 4L4 7.500 7.500 11M4 7.500h7.500a4.500 4.500 0 0 1 0 9H8',
  hand: 'M4.500 15.500l1-4 8-8 3 3-8 8zM11.500 5.500l3 3M4 17.500h12',
  bell: 'M5 14h10l-1.500-2.500V9a3.500 3.500 0 0 0-7 0v2.500zM8.500 16.500h3M10 3v2.500',
  area: 'M4 6.500l6-3 6.500 4-1.500 7.500-9 1.500zM4 6.500h.01M10 3.500h.01M16.500 7.500h.01M15 15h.01M6 16.500h.01',
  gate: 'M3 15L17 5M8 8l-1-3M12 12l1 3M3 15h.01M17 5h.01',
  folder: 'M3 5.500h5l1.500 2H17v8.500H3z',
  rules: 'M3 6h6M13 6h4M3 14h3M10 14h7M11 4v4M8 12v4',
  flag: 'M5 17.500V3h10l-2.500 3.500L15 10H5',
  handover: 'M3 7h12l-3-3M17 13H5l3 3',
  upload: 'M10 12V3M6 7l4-4 4 4M4 16.500h12',
  trash: 'M4 6h12M8 6V4h4v2M5.500 6l.8 10.500h7.400L14.500 6',
  note: 'M4 4h12v8.500L12.500 16H4zM7 8h6M7 11h4',
  off: 'M10 3v6M6 5.500a6 6 0 1 0 8 0',
  density: 'M10 17a5 5 0 0 0 5-5c0-2.5-1.5-3.7-2.3-5-.3 1.2-.9 1.9-1.7 2.3C11 6.500 10 4.300 8 3c.2 2.700-3 4.800-3 9a5 5 0 0 0 5 5z',
} as const;
export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that always has an accessible name. */
export function iconButton(name: IconName, label: string, onclick: () => void, extra: Props = {}): HTMLButtonElement {
  return h('button', { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick, ...extra }, icon(name));
}

/** False if the browser does not let us. */
export async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  // A station's own server has often no https, and browsers then hide the clipboard; the old way still works.
  const field = h('textarea', { value: text, class: 'visually-hidden' });
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
