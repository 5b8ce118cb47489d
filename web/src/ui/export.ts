/** The list as CSV: column names and values in one fixed language, as files travel further than screens. */
import { csvDocument } from '../app/csv';
import type { FeedWatch } from '../app/feeds';
import { flagCode } from '../app/filter';
import { formatIso } from '../app/format';
import type { Picture } from '../app/picture';
import { CLASS_NAMES, E4MIN, Vessels } from '../stream/vessels';

const HEADER = ['mmsi', 'imo', 'name', 'callsign', 'class', 'flag', 'shiptype', 'lon', 'lat', 'position_time', 'heard_time',
  'speed_kn', 'course_deg', 'heading_deg', 'nav_status', 'destination', 'draught_m', 'length_m', 'beam_m', 'source'];

export function csvRow(v: Vessels, slot: number, source: string): (string | number | null)[] {
  const o = slot * 4;
  const length = v.length(slot), beam = v.dims[o + 2] + v.dims[o + 3];
  const has = v.hasPosition(slot);
  const time = (s: number) => (s ? formatIso(s * 1000) : null);
  return [
    v.mmsi[slot], v.imo[slot] || null, v.name[slot], v.callsign[slot], CLASS_NAMES[v.cls[slot]] ?? null, flagCode(v.flag[slot]), v.shiptype[slot] || null,
    has ? Number((v.lon[slot] / E4MIN).toFixed(6)) : null, has ? Number((v.lat[slot] / E4MIN).toFixed(6)) : null,
    time(v.positionTime[slot]), time(v.heardTime[slot]),
    v.speed(slot), v.course(slot), v.heading[slot] < 360 ? v.heading[slot] : null,
    v.status[slot] < 16 ? v.status[slot] : null, v.destination[slot], v.draught[slot] ? v.draught[slot] / 10 : null,
    length || null, beam || null, source,
  ];
}

export function exportCsv(picture: Picture, feeds: FeedWatch, slots: number[]): void {
  const v = picture.vessels;
  const rows = slots.filter((slot) => v.live[slot]).map((slot) => csvRow(v, slot, feeds.sourceName(v.source[slot])));
  const url = URL.createObjectURL(new Blob([csvDocument([HEADER, ...rows])], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `vigia-${formatIso(picture.clock.now()).replace(/[: ]/g, '-')}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
