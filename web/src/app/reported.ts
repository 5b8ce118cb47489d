/**
 * The fields of the card, read from reports: a value and who said it come out of one and the same report. Pure.
 */
import type { ContactDetail, Reported } from '../api';

/** As docs/formats/http.md names them. */
export type FieldName = 'position' | 'speed' | 'course' | 'heading' | 'turn' | 'status' | 'name' | 'callsign' | 'imo' | 'shiptype' | 'dimensions'
  | 'destination' | 'eta' | 'draught' | 'altitude' | 'aid_type' | 'aid_flags' | 'text' | 'mothership_mmsi';

export interface Said<T> { value: T; by: Reported }

type Answer = Pick<ContactDetail, 'reported'> | null | undefined;

function said<T>(answer: Answer, field: FieldName, read: (value: unknown) => T | null): Said<T> | null {
  const by = answer?.reported?.[field];
  const value = by ? read(by.value) : null;
  return by && value !== null ? { value, by } : null;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const saidNumber = (answer: Answer, field: FieldName) => said(answer, field, (value) => (isNumber(value) ? value : null));
export const saidText = (answer: Answer, field: FieldName) => said(answer, field, (value) => (typeof value === 'string' && value !== '' ? value : null));

/** Where a time of the past comes from, if it is not one that was written down when the report came. */
export type TimeOrigin = 'neighbour' | 'given' | 'file';
export function timeOrigin(answer: Pick<ContactDetail, 'time_source'> | null | undefined): TimeOrigin | null {
  const word = answer?.time_source;
  return word === 'neighbour' || word === 'given' || word === 'file' ? word : null;
}

/** Degrees. */
export const saidPosition = (answer: Answer) => said(answer, 'position', (value): { lon: number; lat: number } | null =>
  isRecord(value) && isNumber(value.lon) && isNumber(value.lat) ? { lon: value.lon, lat: value.lat } : null);

/** Metres. */
export const saidDimensions = (answer: Answer) => said(answer, 'dimensions', (value): { length: number; beam: number } | null => {
  if (!isRecord(value)) return null;
  const sum = (a: string, b: string) => (isNumber(value[a]) ? value[a] : 0) + (isNumber(value[b]) ? value[b] : 0);
  return { length: sum('to_bow', 'to_stern'), beam: sum('to_port', 'to_starboard') };
});

/** Degrees a minute, to starboard positive; a side alone: faster than 5° in 30 s. */
export const saidTurn = (answer: Answer) => said(answer, 'turn', (value): number | 'port' | 'starboard' | null =>
  isNumber(value) || value === 'port' || value === 'starboard' ? value : null);
