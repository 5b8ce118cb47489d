/** The sensors of /api/v1/sensors, polled: often while they are looked at, else now and then. */
import { api, HttpError, Sensor } from '../api';
import type { Vessels } from '../stream/vessels';
import { t } from '../i18n';
import { Page, service } from './page';

const POLL_MS = 5000, POLL_UNSEEN_MS = 30000;

export class SensorWatch {
  sensors: readonly Sensor[] = [];
  failed = false;
  private polled = -Infinity;
  /** The server is of before there were sensors: it is not asked again until the link comes anew. */
  private absent = false;
  /** Somebody named a sensor that is not known yet. */
  private missed = false;

  constructor(private readonly page: Page) {
    page.bus.on('link', () => { this.absent = false; });
    page.state.watch(['panel'], () => { if (page.state.get().panel === 'feeds') this.polled = -Infinity; });
  }

  /** Called once a second. */
  second(): void {
    const { panel, hidden } = this.page.state.get();
    const looked = this.missed || panel === 'feeds' || (this.sensors.length > 0 && !hidden.has('coverage'));
    if (this.absent || performance.now() - this.polled < (looked ? POLL_MS : POLL_UNSEEN_MS)) return;
    void this.poll();
  }

  async poll(): Promise<void> {
    this.polled = performance.now();
    this.missed = false;
    try {
      this.sensors = (await api.sensors()).sensors ?? [];
      this.failed = false;
    } catch (error) {
      this.absent = error instanceof HttpError && error.status === 404;
      this.failed = !this.absent;
      if (!this.absent) return; // what was known stands
      this.sensors = [];
    }
    this.page.bus.emit('sensors');
  }

  /** Of sensor n; by its number where it is not known yet. */
  name(id: number): string {
    const found = this.sensors.find((sensor) => sensor.id === id);
    this.missed ||= !found;
    return found ? sensorTitle(found.name) : t('seen.sensor', { id });
  }

  /** Who sees a contact now, in words: "AIS · Manta". '' when nobody does. */
  seenBy(v: Vessels, slot: number): string {
    const radars = v.tracks.sensorsOf(slot).map((id) => this.name(id));
    const ais = v.tracks.has[slot] ? v.tracks.sees(slot, 0) : v.seen(slot) === 'ais';
    return [...(ais ? [t('seen.aisShort')] : []), ...radars].join(' · ');
  }
}

/** As it is written in a sentence: names of the configuration are often small letters. */
export function sensorTitle(name: string): string {
  return name === 'ais' ? t('seen.aisShort') : name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

export const SENSORS = service('sensors', (page) => new SensorWatch(page));
