/** Asks a person for a place or for a contact on the chart: the next click answers. */
import { Page, register, service } from '../app/page';

export interface Picked { lon: number; lat: number; slot: number }

export class Picker {
  private answer: ((picked: Picked | null) => void) | null = null;

  constructor(private readonly page: Page) {
    page.state.watch(['past'], () => this.cancel());
  }

  /** Null: cancelled, or another question came. */
  ask(what: 'place' | 'contact'): Promise<Picked | null> {
    this.cancel();
    this.page.state.set({ picking: what, tool: null, hover: -1 });
    return new Promise((done) => { this.answer = done; });
  }

  /** True when the click was for this. `slot` −1: nothing there. */
  click(lon: number, lat: number, slot: number): boolean {
    const { picking } = this.page.state.get();
    if (picking === null) return false;
    if (picking === 'place' || slot >= 0) this.end({ lon, lat, slot });
    return true;
  }

  /** False if nothing was asked. */
  cancel(): boolean {
    if (this.page.state.get().picking === null) return false;
    this.end(null);
    return true;
  }

  private end(picked: Picked | null): void {
    const { answer } = this;
    this.answer = null;
    this.page.state.set({ picking: null });
    answer?.(picked);
  }
}

export const PICKER = service('picker', (page) => new Picker(page));

register({
  id: 'picker', title: null, place: 'chart', order: 5,
  mount: (page) => {
    const picker = page.get(PICKER);
    return { keys: [{ key: 'Escape', text: null, run: () => picker.cancel() }] };
  },
});
