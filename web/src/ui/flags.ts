/** A country as an emoji flag where the system's fonts have flags, as its two letters elsewhere. */

export function emojiFlag(iso: string): string {
  if (!/^[A-Z]{2}$/.test(iso)) return '';
  return String.fromCodePoint(...[...iso].map((c) => 0x1f1e6 + c.charCodeAt(0) - 65));
}

let hasFlags: boolean | null = null;

/** With flags the two code points make one glyph, hardly wider than one alone; without, two boxes or two letters. */
function systemHasFlags(): boolean {
  if (hasFlags === null) {
    const ctx = document.createElement('canvas').getContext('2d')!;
    ctx.font = '20px sans-serif';
    const flag = emojiFlag('EC');
    hasFlags = ctx.measureText(flag).width < ctx.measureText([...flag][0]).width * 1.5;
  }
  return hasFlags;
}

export function flagText(iso: string): string {
  return systemHasFlags() ? emojiFlag(iso) : iso;
}
