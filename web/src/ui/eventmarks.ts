/** In the past: what goes on at the moment shown has a mark on the chart. A click goes to its beginning. */
import maplibregl from 'maplibre-gl';
import type { SeaEvent } from '../api';
import { ALERTS } from '../app/alerts';
import { clockText, eventTitle, joinNames, textOf } from '../app/alerttext';
import { EVENTS, eventsAt, groupOf } from '../app/events';
import { Page, register } from '../app/page';
import { CHART } from '../map/chart';
import { PLAYBACK } from '../past/playback';
import { h } from './dom';

/** Elements cost work on every frame. */
const MOST_MARKS = 60;

export class EventMarks {
  private marks = new Map<string, maplibregl.Marker>();
  private shape = '';
  private readonly chart = this.page.get(CHART);
  private readonly events = this.page.get(EVENTS);
  private readonly playback = this.page.get(PLAYBACK);
  private readonly book = this.page.get(ALERTS);

  constructor(private readonly page: Page) {
    page.bus.on('events', () => this.update());
    page.bus.on('moment', () => this.update());
    page.state.watch(['past', 'hidden', 'alert'], () => this.update());
    page.state.watch(['lang'], () => this.clear());
  }

  private clear(): void {
    for (const marker of this.marks.values()) marker.remove();
    this.marks.clear();
    this.shape = '';
    this.update();
  }

  private update(): void {
    const { past, hidden, alert } = this.page.state.get(), open = this.book.detail;
    const shown = past && !hidden.has('events') ? eventsAt(this.events.events, this.playback.time).filter((e) => typeof e.lon === 'number' && typeof e.lat === 'number' && !(alert && open?.event.id === e.id)).slice(0, MOST_MARKS) : [];
    const shape = shown.map(({ id }) => id).join();
    if (shape === this.shape) return;
    this.shape = shape;
    const seen = new Set(shown.map(({ id }) => id));
    for (const [id, marker] of this.marks) if (!seen.has(id)) {
      marker.remove();
      this.marks.delete(id);
    }
    for (const event of shown) if (!this.marks.has(event.id)) this.marks.set(event.id, new maplibregl.Marker({ element: this.element(event) }).setLngLat([event.lon!, event.lat!]).addTo(this.chart.map));
  }

  private element(event: SeaEvent): HTMLElement {
    const begin = Date.parse(event.begin), label = [eventTitle(event.kind), joinNames(this.book.names({ ...event, vessels: [] })), textOf(event.kind, event.text).words, clockText(begin, begin)].filter(Boolean).join(' · ');
    return h('button', { type: 'button', class: 'event-mark', 'data-over-chart': '', 'data-group': groupOf(event.kind), 'data-event': event.id, title: label, 'aria-label': label, onclick: (click: Event) => {
      click.stopPropagation();
      this.playback.play(false);
      this.playback.seek(begin);
    } });
  }
}

register({ id: 'eventmarks', title: null, place: 'chart', order: 74, mount: (page) => { new EventMarks(page); return {}; } });
