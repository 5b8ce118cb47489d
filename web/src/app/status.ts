/** Navigational status in words. */
import { lang, t } from '../i18n';
import { statusName } from '../i18n/ais';
import { CLASS } from '../stream/vessels';

const BEACON_ACTIVE = 14;

/**
 * Status 14 says "AIS-SART active", which only a distress device can mean. From any other station it is a fault or a
 * misuse, common in old logs: shown as unconfirmed, and never an alarm. The server's rule; its JSON says status_unconfirmed.
 */
export function isStatusUnconfirmed(cls: number, status: number): boolean {
  return status === BEACON_ACTIVE && !(cls >= CLASS.sart && cls <= CLASS.epirb);
}

/** Code 14 holds beacons and whoever misuses their code alike. */
export function filterStatusName(status: number): string {
  return status === BEACON_ACTIVE ? t('status.beacon', { code: status }) : statusName(status, lang());
}

/** '' when none was said. */
export function statusText(status: number, unconfirmed: boolean): string {
  return unconfirmed ? t('status.unconfirmed', { code: status }) : statusName(status, lang());
}
