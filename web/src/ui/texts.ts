/** What a vessel is, in words, for list and card alike. */
import { Key, lang, t } from '../i18n';
import { aidName, shipTypeName } from '../i18n/ais';
import { CLASS, CLASS_NAMES, Vessels } from '../stream/vessels';

export function className(cls: number): string {
  return t(`class.${CLASS_NAMES[cls] ?? 'unknown'}` as Key);
}

export function typeText(v: Vessels, slot: number): string {
  const cls = v.cls[slot];
  if (cls === CLASS.aton) return aidName(v.atonType[slot], lang());
  if (cls !== CLASS.a && cls !== CLASS.b && cls !== CLASS.unknown && cls !== CLASS.aux) return className(cls);
  return shipTypeName(v.shiptype[slot], lang()) || className(cls);
}

/** A sign beside the colour: state must be readable without either. */
export const SIGN: Record<string, string> = { live: '●', stalled: '▲', down: '✕', ended: '■', connecting: '○' };
