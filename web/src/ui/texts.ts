/** What a vessel is, in words, for list and card alike. */
import { Key, lang, t } from '../i18n';
import { aidName, shipTypeName } from '../i18n/ais';
import { KINDS } from '../stream/tracks';
import { CLASS, CLASS_NAMES, Vessels } from '../stream/vessels';

export function className(cls: number): string {
  return t(`class.${CLASS_NAMES[cls] ?? 'unknown'}` as Key);
}

/** The operator's class, in words. */
export function kindText(kind: string): string {
  return (KINDS as readonly string[]).includes(kind) && kind ? t(`kind.${kind}` as Key) : kind;
}

export function typeText(v: Vessels, slot: number): string {
  const cls = v.cls[slot], kind = KINDS[v.tracks.kind[slot]];
  if (kind) return kindText(kind);
  if (v.isAirborne(slot) && cls === CLASS.unknown) return t('kind.aircraft');
  if (v.withoutAis(slot) && cls === CLASS.unknown && !v.shiptype[slot]) return t('seen.without');
  if (cls === CLASS.aton) return aidName(v.atonType[slot], lang());
  if (cls !== CLASS.a && cls !== CLASS.b && cls !== CLASS.unknown && cls !== CLASS.aux) return className(cls);
  return shipTypeName(v.shiptype[slot], lang()) || className(cls);
}

/** A sign beside the colour: state must be readable without either. */
export const SIGN: Record<string, string> = { live: '●', stalled: '▲', down: '✕', ended: '■', connecting: '○' };
