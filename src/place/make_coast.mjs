// Makes coast.def: the world's coast from Natural Earth 1:10m. Only needed when that changes:
//     cd web && node ../src/place/make_coast.mjs > ../src/place/coast.def
import { polygons, simplify, unwrap } from '../../tools/natural-earth.mjs';

const tolerance = (lon, lat) => (lon > -93 && lon < -76 && lat > -5 && lat < 3 ? 0.003 : lat < -60 || lat > 78 ? 0.05 : 0.014); // degrees: off Ecuador finer, in the ice coarser

console.log('/* Made by make_coast.mjs from Natural Earth 1:10m (public domain); not for navigation. 1/1000 degree, the first point of a');
console.log('   ring as it is, the others as steps from the one before. */');
let points = 0;
for (const polygon of polygons('land-10m.json'))
  for (const closed of polygon) {
    const round = unwrap(closed.map((p) => [...p])), open = round.slice(0, -1), half = open.length >> 1;
    const ring = simplify(open.slice(0, half + 1), tolerance).slice(0, -1).concat(simplify([...open.slice(half), open[0]], tolerance).slice(0, -1));
    // Antarctica goes round the pole: it is closed by way of it.
    if (Math.abs(round.at(-1)[0] - round[0][0]) > 180) ring.push(round.at(-1), [round.at(-1)[0], -90], [round[0][0], -90]);
    const whole = ring.map((p) => p.map((x) => Math.round(x * 1000)));
    const kept = whole.filter((p, i) => i === 0 || p[0] !== whole[i - 1][0] || p[1] !== whole[i - 1][1]);
    if (kept.length < 3) continue;
    points += kept.length;
    const numbers = kept.flatMap((p, i) => (i ? [p[0] - kept[i - 1][0], p[1] - kept[i - 1][1]] : p)).join(',');
    console.log(`RING(${kept.length},${numbers.replace(/(.{110,125},)/g, '$1\n')})`);
  }
console.error(`${points} points`);
