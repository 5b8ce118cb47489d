/** Who sits at this screen, as they last said. Asked again where the browser keeps nothing. */
const WHO_KEY = 'vigia.who';

export function remembered(): string {
  try {
    return localStorage.getItem(WHO_KEY) ?? '';
  } catch {
    return ''; // storage is switched off
  }
}

export function remember(who: string): void {
  try {
    localStorage.setItem(WHO_KEY, who);
  } catch { /* then it is asked again */ }
}
