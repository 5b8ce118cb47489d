/** Numbers, positions and times as a navigator writes them. Pure; the language comes in as an argument where it matters. */

export function pad(n: number, width: number): string {
  return String(n).padStart(width, '0');
}

/** 02°12.345′S; the carry is taken on the rounded minutes, so 59.9996′ never prints as 60.000′. */
function degMin(value: number, width: number, positive: string, negative: string, decimals: number): string {
  const scale = 60 * 10 ** decimals;
  const whole = Math.round(Math.abs(value) * scale);
  const degrees = Math.floor(whole / scale);
  const minutes = (whole - degrees * scale) / 10 ** decimals;
  const letter = whole === 0 ? positive : value < 0 ? negative : positive;
  return `${pad(degrees, width)}°${minutes.toFixed(decimals).padStart(decimals ? decimals + 3 : 2, '0')}′${letter}`;
}

export function formatLat(lat: number, decimals = 3): string {
  return degMin(lat, 2, 'N', 'S', decimals);
}

/** W in both languages: the letter of the IMO's standard phrases, and of Spanish-language nautical charts. */
export function formatLon(lon: number, decimals = 3): string {
  const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180;
  return degMin(wrapped, 3, 'E', 'W', decimals);
}

/** Message 27 tells positions in tenths of a minute, the others in ten thousandths. */
export function minuteDecimals(message?: number): number {
  return message === 27 ? 1 : 3;
}

export function formatPosition(lat: number, lon: number, decimals = 3): string {
  return `${formatLat(lat, decimals)} ${formatLon(lon, decimals)}`;
}

/** 045° ; three digits, as courses are spoken. */
export function formatBearing(degrees: number): string {
  return `${pad(Math.round(degrees) % 360, 3)}°`;
}

export function formatTime(ms: number): string {
  const d = new Date(ms);
  return `${pad(d.getUTCHours(), 2)}:${pad(d.getUTCMinutes(), 2)}:${pad(d.getUTCSeconds(), 2)}`;
}

export function formatDate(ms: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { timeZone: 'UTC', day: '2-digit', month: 'short', year: 'numeric' }).format(ms);
}

/** Nautical miles with the digits that matter at that size; the unit is the caller's. */
export function formatMiles(nm: number, lang: string): string {
  return formatNumber(nm, lang, nm < 10 ? 2 : nm < 100 ? 1 : 0);
}

/** 2026-11-22 05:20:33Z: for exports and tooltips, the same in all languages. */
export function formatIso(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** 12 s, 3 min, 2 h 05, 4 d: short, for "heard … ago". */
export function formatAge(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60), 2)}`;
  return `${Math.floor(s / 86400)} d`;
}

export function formatNumber(n: number, lang: string, decimals = 0): string {
  return new Intl.NumberFormat(lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: true }).format(n);
}


/** 512 B, 3.4 MB, 12 GB: decimal, as disks are sold. */
export function formatBytes(n: number, lang: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  for (; n >= 1000 && i < units.length - 1; i++) n /= 1000;
  return `${formatNumber(n, lang, i > 0 && n < 10 ? 1 : 0)} ${units[i]}`;
}

/** AIS broadcasts month, day, hour and minute without a year; 0, 0, 24, 60 are "not available". */
export function formatEta(month: number, day: number, hour: number, minute: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const date = `${pad(month, 2)}-${pad(day, 2)}`;
  return hour < 24 && minute < 60 ? `${date} ${pad(hour, 2)}:${pad(minute, 2)}Z` : date;
}
