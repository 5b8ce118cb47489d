/** What the page's dialogs of alerts have in common: a heading, a way out, fields with labels, a line for what is wrong. */
import { t } from '../i18n';
import { h, iconButton, replace, setText } from './dom';

/** Lengths that the server takes: its bounds are bytes, and letters with accents have two. */
export const LONGEST_WHO = 60, LONGEST_NOTE = 380;

export class Dialog {
  readonly el: HTMLDialogElement;
  readonly fault = h('p', { class: 'note note-warn', role: 'alert', hidden: true });
  busy = false;

  constructor(id: string, more = '') {
    this.el = h('dialog', { class: `help ${more}`.trim(), id });
    this.fault.id = `${id}-fault`;
    this.el.addEventListener('click', (event) => event.target === this.el && this.el.close());
  }

  show(title: string, ...body: (Node | null)[]): void {
    this.el.setAttribute('aria-label', title);
    replace(this.el, h('header', {}, h('h2', {}, title), iconButton('close', t('panel.close'), () => this.el.close())), ...body);
    this.ok();
    if (!this.el.open) this.el.showModal();
  }

  ok(): void {
    this.busy = false;
    this.fault.hidden = true;
  }

  fail(text: string, id = ''): void {
    this.busy = false;
    this.fault.hidden = false;
    setText(this.fault, text);
    if (id) document.getElementById(id)?.focus();
  }
}

export function field(id: string, label: string, value: string, maxLength: number, put: (value: string) => void, more: Record<string, unknown> = {}): HTMLElement {
  return h('label', { class: 'hand-field' }, h('span', {}, label), h('input', { type: 'text', id, value, maxLength, oninput: (event: Event) => put((event.target as HTMLInputElement).value), ...more }));
}

export function area(id: string, label: string, value: string, put: (value: string) => void, more: Record<string, unknown> = {}): HTMLElement {
  return h('label', { class: 'hand-field' }, h('span', {}, label), h('textarea', { id, value, maxLength: LONGEST_NOTE, oninput: (event: Event) => put((event.target as HTMLTextAreaElement).value), ...more }));
}
