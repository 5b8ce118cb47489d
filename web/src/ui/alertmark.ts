/** The mark of an alert on the chart: its severity's form in a ring. */
import type { AlertRow } from '../api';
import { h } from './dom';
import { severitySign } from './severity';

export function markElement(row: AlertRow, label: string, chosen: boolean, open: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'alert-mark', 'data-over-chart': '', 'data-severity': row.severity, 'data-state': row.state, title: label, 'aria-label': label, 'aria-current': chosen ? 'true' : null,
    onclick: (event: Event) => { event.stopPropagation(); open(); } }, severitySign(row.severity, false));
}
