/** Those who call for help now, and tests of their devices. Told by events; the stream's flags are heeded too, should events be late. */
import { DistressEvent, FEEDS } from '../app/feeds';
import { formatAge } from '../app/format';
import { Page, service } from '../app/page';
import { PICTURE } from '../app/picture';
import { t } from '../i18n';
import { CLASS, E4MIN, FLAG } from '../stream/vessels';

export interface Call { mmsi: number; what: string; name: string; lat?: number; lon?: number; since: string; source: string; test: boolean; text: string }

export function callName(cls: number): string {
  return t(cls === CLASS.sart ? 'distress.sart' : cls === CLASS.mob ? 'distress.mob' : cls === CLASS.epirb ? 'distress.epirb' : 'distress.other');
}

export class Calls {
  private readonly picture = this.page.get(PICTURE);
  private readonly feeds = this.page.get(FEEDS);

  constructor(private readonly page: Page) {}

  /** How many are in distress beyond the list: the events left them out, and the stream's view does not have them. */
  missing(listed: number): number {
    return this.feeds.leftOut ? Math.max(0, this.feeds.distress.size + this.feeds.leftOut - listed) : 0;
  }

  /** Real ones first. */
  list(): Call[] {
    const v = this.picture.live; // a call for help is now, whatever is shown
    const now = this.picture.liveClock.known ? this.picture.liveClock.now() : Date.now();
    const found = new Map<number, Call>();
    const put = (mmsi: number, cls: number, test: boolean, time: number, lat?: number, lon?: number, source = '', text = '', name = '') => {
      const slot = v.find(mmsi);
      found.set(mmsi, { mmsi, what: callName(cls), test, lat, lon, source, text, name: (slot >= 0 && v.name[slot]) || name,
        since: time ? t('distress.since', { age: formatAge((now - time) / 1000) }) : '' });
    };
    for (let slot = 0; slot < v.high; slot++)
      if (v.live[slot] && v.flags[slot] & (FLAG.distress | FLAG.test)) {
        const place = v.hasPosition(slot) ? [v.lat[slot] / E4MIN, v.lon[slot] / E4MIN] : [];
        put(v.mmsi[slot], v.cls[slot], !(v.flags[slot] & FLAG.distress), v.positionTime[slot] * 1000, place[0], place[1], this.feeds.liveSourceName(v.source[slot]));
      }
    for (const event of this.feeds.distress.values()) {
      const slot = v.find(event.mmsi);
      const lat = slot >= 0 && v.hasPosition(slot) ? v.lat[slot] / E4MIN : event.lat ?? undefined;
      const lon = slot >= 0 && v.hasPosition(slot) ? v.lon[slot] / E4MIN : event.lon ?? undefined;
      put(event.mmsi, classOf(event), event.state === 'test', Date.parse(event.first), lat, lon, event.source, event.text ?? '', event.name ?? '');
    }
    return [...found.values()].sort((a, b) => Number(a.test) - Number(b.test) || a.mmsi - b.mmsi);
  }
}

export const CALLS = service('calls', (page) => new Calls(page));

function classOf(event: DistressEvent): number {
  return event.class === 'sart' ? CLASS.sart : event.class === 'mob' ? CLASS.mob : event.class === 'epirb' ? CLASS.epirb : CLASS.a;
}
