/** The alarm: two tones, repeated while a real distress is in force and the person has switched sound on. */
import { Page, register } from '../app/page';
import { CALLS } from './calls';

const EVERY_MS = 4000;

export class Alarm {
  private audio: AudioContext | null = null;
  private last = 0;

  private readonly calls = this.page.get(CALLS);
  readonly always = true;

  constructor(private readonly page: Page) {
    // Browsers let sound begin only from a gesture: the switch is one.
    this.page.state.watch(['sound'], () => {
      if (this.page.state.get().sound) {
        this.audio ??= new AudioContext();
        void this.audio.resume();
        this.tone(880, 0, 0.08, 0.05); // so that the officer hears it works
      }
    });
  }

  second(): void {
    if (!this.page.state.get().sound || performance.now() - this.last < EVERY_MS) return;
    if (this.calls.count(false) === 0) return;
    this.last = performance.now();
    for (let i = 0; i < 3; i++) {
      this.tone(1320, i * 0.5, 0.22, 0.25);
      this.tone(880, i * 0.5 + 0.25, 0.22, 0.25);
    }
  }

  private tone(hertz: number, at: number, length: number, volume: number): void {
    const { audio } = this;
    if (!audio) return;
    const start = audio.currentTime + at;
    const oscillator = audio.createOscillator(), gain = audio.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.02);
    gain.gain.setValueAtTime(volume, start + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}

register({ id: 'alarm', title: null, place: 'none', order: 10, mount: (page) => new Alarm(page) });
