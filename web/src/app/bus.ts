/** Messages between parts of the page: who sends one does not know who hears it. */

export interface Events {
  /** The shown vessels changed: the stream told, or the moment of the past moved on. */
  ticked: void;
  /** Other vessels and another clock are shown: live ↔ past. */
  shown: void;
  /** What the chart draws of vessels and trails must be built again. */
  redraw: void;
  /** Only the chart's text and marks must be. */
  retext: void;
  /** Only the tools' lines must be. */
  tools: void;
  /** Bars or panels cover another part of the chart. */
  layout: void;
  /** The page's words must be written again: another language, or the server's status came. */
  words: void;
  /** The server's layers are here. */
  zones: void;
  detail: void;
  feeds: void;
  /** The sensors' state or places. */
  sensors: void;
  /** An operator's hand changed something: what is known of the selected contact is asked again. */
  hand: void;
  /** The alerts, or the open one, changed. */
  alerts: void;
  /** The server told of an alert by itself. */
  alert: { id: string; state: string; severity: string };
  /** Areas and gates, or the one being drawn. */
  areas: void;
  /** Events of the past that is shown. */
  events: void;
  /** The case folder. */
  case: void;
  link: void;
  /** Playback was opened, closed, started, stopped, or waits. */
  playback: void;
  /** The moment of the past changed. */
  moment: void;
  density: void;
  /** Something was done: said for a while, with the way back if there is one. */
  done: { text: string; undo: (() => void) | null };
  /** For those who hear the page. */
  announce: string;
  /** The selected thing to the middle of the chart. */
  centre: void;
}

type Run<T> = T extends void ? () => void : (value: T) => void;

export class Bus {
  private readonly hearers = new Map<keyof Events, ((value: never) => void)[]>();

  on<K extends keyof Events>(name: K, run: Run<Events[K]>): void {
    const held = this.hearers.get(name);
    if (held) held.push(run as (value: never) => void);
    else this.hearers.set(name, [run as (value: never) => void]);
  }

  emit<K extends keyof Events>(name: K, ...value: Events[K] extends void ? [] : [Events[K]]): void {
    for (const run of this.hearers.get(name) ?? []) (run as (value?: Events[K]) => void)(value[0]);
  }
}
