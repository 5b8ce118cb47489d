/** A record of settings that tells watchers of the keys they named. No magic: set() compares with ===. */
export class Store<T extends object> {
  private watchers: { keys: (keyof T)[]; run: () => void }[] = [];

  constructor(private value: T) {}

  get(): Readonly<T> {
    return this.value;
  }

  set(patch: Partial<T>): void {
    const changed = (Object.keys(patch) as (keyof T)[]).filter((key) => this.value[key] !== patch[key]);
    if (changed.length === 0) return;
    this.value = { ...this.value, ...patch };
    for (const watcher of [...this.watchers]) if (watcher.keys.some((key) => changed.includes(key))) watcher.run();
  }

  watch(keys: (keyof T)[], run: () => void): void {
    this.watchers.push({ keys, run });
  }
}
