/** Where the vessels of a past moment had been: hairlines from the blocks that are held. */
import { categoryOf } from '../app/category';
import { compile } from '../app/filter';
import type { AppState } from '../app/state';
import { categoryColours } from '../map/palette';
import type { PlainWriter, Rgba } from '../map/rows';
import { E4MIN } from '../stream/vessels';
import { Block, KIND } from './block';
import { joined } from './presence';
import type { Playback } from './playback';

/** Beyond this a chart shows a tangle, and a slow machine stutters: then all trails are cut shorter alike. */
const MOST_LINES = 80000;

/** The beginning of trails that stay within the limit, in ms. */
export function trailsSince(blocks: readonly { base: number; end: number; rows: number }[], time: number, minutes: number, most = MOST_LINES): number {
  const wanted = time - minutes * 60000;
  let left = most;
  // From the newest back, as far as the limit goes; rows are taken to be spread evenly over their block.
  for (let i = blocks.length - 1; i >= 0; i--) {
    const { base, end, rows } = blocks[i];
    const to = Math.min(time, end), from = Math.max(wanted, base);
    if (to <= from) continue;
    const lines = (rows * (to - from)) / (end - base);
    if (lines > left) return to - ((to - from) * left) / lines;
    left -= lines;
  }
  return wanted;
}

export function drawPastTrails(past: Playback, s: Readonly<AppState>, to: PlainWriter): number {
  const { presence, plan, trailMinutes, vessels: v } = past;
  if (!presence || !plan || trailMinutes === 0) return 0;
  const time = past.clock.ms; // the shown moment
  let since = time - trailMinutes * 60000;
  const blocks: Block[] = [];
  const length = plan.seconds * 1000;
  for (let from = presence.block.base - length; from > since - length; from -= length) {
    const block = past.hasData(from) ? past.blocks.get(past.blocks.blockUrl(plan, from)) : null;
    if (block) blocks.unshift(block);
  }
  blocks.push(presence.block);
  since = trailsSince(blocks, time, trailMinutes);
  past.trailShown = Math.round((time - since) / 60000);
  const passes = compile(v, s.filter);
  const colours = categoryColours(s.look).map(([r, g, b]): Rgba => [r, g, b, 150]);
  const lastBlock: (Block | undefined)[] = [], lastRow = new Int32Array(v.high).fill(-1);
  let lines = 0;
  for (const block of blocks)
    for (let i = 0; i < block.vessels; i++) {
      const slot = v.find(block.mmsi[i]);
      if (slot < 0 || !passes(slot)) continue;
      const colour = colours[categoryOf(v, slot)];
      for (let row = block.first[i]; row < block.first[i + 1] && block.time[row] <= time; row++) {
        if (block.time[row] < since || block.kind[row] !== KIND.position) continue;
        const from = lastBlock[slot], at = lastRow[slot];
        if (from && joined(from, at, block, row, block.step) && (from.lon[at] !== block.lon[row] || from.lat[at] !== block.lat[row])) {
          to.line(from.lon[at] / E4MIN, from.lat[at] / E4MIN, block.lon[row] / E4MIN, block.lat[row] / E4MIN, colour);
          lines++;
        }
        lastBlock[slot] = block;
        lastRow[slot] = row;
      }
    }
  // To where she is now, between two reports.
  for (let slot = 0; slot < v.high; slot++) {
    const from = lastBlock[slot], at = lastRow[slot];
    if (!from || !v.live[slot] || v.positionTime[slot] !== Math.floor(from.time[at] / 1000)) continue;
    to.line(from.lon[at] / E4MIN, from.lat[at] / E4MIN, v.lon[slot] / E4MIN, v.lat[slot] / E4MIN, colours[categoryOf(v, slot)]);
    lines++;
  }
  return lines;
}
