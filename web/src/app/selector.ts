/**
 * Selecting: what follows from a change of it, and of what is shown. A contact of the live picture becomes the vessel with
 * her MMSI when the past is opened, and the other way round.
 */
import { Page, service } from './page';
import { DETAIL } from './detail';
import { PICTURE } from './picture';
import { contact, sameSelected, Selected, vessel } from './selection';

export class Selector {
  private readonly picture = this.page.get(PICTURE);
  private readonly detail = this.page.get(DETAIL);
  /** The MMSI of a contact that the stream does not tell of, as the server answered. */
  private known = { id: '', mmsi: 0 };

  constructor(private readonly page: Page) {
    page.bus.on('detail', () => {
      const { selected, vessel: d } = this.detail;
      if (selected?.kind === 'contact' && d?.mmsi) this.known = { id: selected.id, mmsi: d.mmsi };
    });
    page.bus.on('ticked', () => this.resolve());
    page.bus.on('shown', () => this.resolve());
  }

  select(selected: Selected | null, options: { centre?: boolean } = {}): void {
    const { state, bus } = this.page;
    if (!sameSelected(state.get().selected, selected)) state.set({ selected, ...(selected === null ? { follow: false } : {}) });
    if (selected !== null && options.centre) bus.emit('centre');
  }

  /** The selected thing's MMSI; 0: none, or not known. */
  mmsi(): number {
    const { selected } = this.page.state.get();
    if (selected === null) return 0;
    if (selected.kind === 'vessel') return selected.id;
    const { live } = this.picture, slot = live.findContact(selected.id);
    return slot >= 0 ? live.mmsi[slot] : this.known.id === selected.id ? this.known.mmsi : 0;
  }

  private resolve(): void {
    const { selected } = this.page.state.get();
    if (selected === null) return;
    if (this.picture.isLive) {
      if (selected.kind !== 'vessel') return;
      const { live } = this.picture, slot = live.find(selected.id);
      const id = slot >= 0 ? live.contactId(slot) : '';
      if (id) this.page.state.set({ selected: contact(id) });
    } else if (selected.kind === 'contact') {
      const mmsi = this.mmsi();
      this.page.state.set({ selected: mmsi ? vessel(mmsi) : null });
    }
  }
}

export const SELECTOR = service('selector', (page) => new Selector(page));
