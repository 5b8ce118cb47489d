/** A severity's sign: a form of its own for each, so that colour is not needed to tell them apart. */
import type { Severity } from '../api';
import { t } from '../i18n';

const SVG = 'http://www.w3.org/2000/svg';
/** On a 16-unit grid: a filled diamond, a filled triangle, a square on its point that is hollow, a ring. */
const FORMS: Record<Severity, { d: string; filled: boolean }> = {
  distress: { d: 'M8 1l7 7-7 7-7-7z', filled: true },
  warning: { d: 'M8 2l7 12.500H1z', filled: true },
  caution: { d: 'M2.500 2.500h11v11h-11z', filled: false },
  information: { d: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11', filled: false },
};

export function severitySign(severity: Severity, label = true): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `sign sign-${severity}${FORMS[severity]?.filled ? ' sign-filled' : ''}`);
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', t(`severity.${severity}`));
  } else svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', (FORMS[severity] ?? FORMS.information).d);
  svg.append(path);
  return svg;
}
