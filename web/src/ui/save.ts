/** A file made in the page, handed to the person who asked for it. */
import { h } from './dom';

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob), link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
