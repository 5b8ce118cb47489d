/** Reads a position as people write it: "00°12.3′S 080°45.6′W", "0 12.3 S, 80 45.6 W", "-0.205, -80.76". Pure. */

export interface Place { lat: number; lon: number }

/** Null unless it is one position, latitude first. */
export function readPosition(text: string): Place | null {
  const plain = text.trim().replace(/[º°'′’"″]/g, ' ').toUpperCase();
  const decimal = plain.match(/^([+-]?\d+(?:\.\d+)?)[\s,;]+([+-]?\d+(?:\.\d+)?)$/);
  if (decimal) return checked(Number(decimal[1]), Number(decimal[2]));
  // O: oeste.
  const halves = plain.match(/^([\d.\s]+)([NS])[\s,;]*([\d.\s]+)([EWO])$/);
  if (!halves) return null;
  const lat = degrees(halves[1]), lon = degrees(halves[3]);
  if (lat === null || lon === null) return null;
  return checked(halves[2] === 'S' ? -lat : lat, halves[4] === 'E' ? lon : -lon);
}

/** Degrees, or degrees and minutes, or degrees, minutes and seconds; only the last may have decimals. */
function degrees(text: string): number | null {
  const parts = text.trim().split(/\s+/);
  if (parts.length > 3 || parts.some((part, i) => !(i < parts.length - 1 ? /^\d+$/ : /^\d+(\.\d+)?$/).test(part))) return null;
  const [d, m = 0, s = 0] = parts.map(Number);
  return m < 60 && s < 60 ? d + m / 60 + s / 3600 : null;
}

function checked(lat: number, lon: number): Place | null {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
