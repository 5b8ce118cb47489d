/** Meridians and parallels at a spacing that suits the zoom, and their labels along the chart's edge. */
import type { Projector } from './chart';
import type { PlainWriter, Rgba } from './rows';

/** Degrees; below one, whole minutes. */
const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 1 / 3, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120];
const WANTED_PIXELS = 130;

export function graticuleStep(pr: Projector): number {
  const degreesPerPixel = (pr.lon(pr.width) - pr.lon(0)) / pr.width;
  return [...STEPS].reverse().find((step) => step / degreesPerPixel >= WANTED_PIXELS) ?? STEPS[0];
}

export interface GraticuleValues { meridians: number[]; parallels: number[]; step: number }

export function graticuleValues(pr: Projector): GraticuleValues {
  const step = graticuleStep(pr);
  const range = (from: number, to: number) => {
    const values: number[] = [];
    for (let i = Math.ceil(from / step); i <= Math.floor(to / step); i++) values.push(i * step);
    return values;
  };
  return {
    step,
    meridians: range(pr.lon(0), pr.lon(pr.width)),
    parallels: range(Math.max(-85, pr.lat(pr.height)), Math.min(85, pr.lat(0))),
  };
}

/** Lines reach a screen beyond each edge, so that a drag does not outrun them before they are rebuilt. */
export function graticuleLines(pr: Projector, colour: Rgba, to: PlainWriter): void {
  const step = graticuleStep(pr);
  const west = pr.lon(-pr.width), east = pr.lon(pr.width * 2);
  const north = Math.min(85, pr.lat(-pr.height)), south = Math.max(-85, pr.lat(pr.height * 2));
  for (let i = Math.ceil(west / step); i <= Math.floor(east / step); i++) {
    const lon = wrap(i * step);
    to.line(lon, south, lon, north, colour);
  }
  for (let i = Math.ceil(south / step); i <= Math.floor(north / step); i++) {
    // In pieces: the projection wraps each end by itself.
    for (let w = -180; w < 180; w += 60) to.line(w, i * step, w + 60, i * step, colour);
  }
}

function wrap(lon: number): number {
  return lon < -180 || lon > 180 ? ((((lon + 180) % 360) + 360) % 360) - 180 : lon;
}

export function graticuleLabel(value: number, isLat: boolean, step: number): string {
  const wrapped = isLat ? value : wrap(value);
  const letter = isLat ? (wrapped < 0 ? 'S' : 'N') : wrapped < 0 ? 'W' : 'E';
  const a = Math.abs(wrapped);
  // Half minutes are the finest step.
  const halves = Math.round(a * 120);
  const degrees = Math.floor(halves / 120);
  const minutes = (halves % 120) / 2;
  if (step >= 1) return halves === 0 ? '0°' : `${degrees}°${letter}`;
  return `${degrees}°${String(Math.floor(minutes)).padStart(2, '0')}${step < 1 / 60 ? `.${minutes % 1 ? 5 : 0}` : ''}′${halves === 0 ? '' : letter}`;
}
