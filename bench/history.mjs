// DuckDB's side of bench/history.sh: node history.mjs FOLDER_OF_NODE_API ARCHIVE ROUNDS MMSI FROM_S TO_S [WEST SOUTH EAST NORTH]
// Prints the milliseconds of the first and of the best later answer, and how many rows; ROUNDS 0: the rows as CSV.
// An answer counts when all its chunks are there; making JavaScript values of them is not counted.
import { createRequire } from 'node:module';

const [folder, archive, rounds, mmsi, from, to, ...box] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${folder}/`)('@duckdb/node-api');
const start = performance.now();
const db = await (await DuckDBInstance.create(':memory:')).connect();

const day = (s) => new Date(s * 1000).toISOString().slice(0, 10);
const hour = (s) => Math.floor(s / 3600) % 24;
const where = [`day = '${day(from)}'`, `time >= make_timestamptz(${from}000000)`, `time < make_timestamptz(${to}000000)`];
if (to - from <= 3600) where.push(`hour = ${hour(from)}`);
if (mmsi !== '0') where.push(`mmsi = ${mmsi}`);
if (box.length) where.push(`lon >= ${box[0]} AND lat >= ${box[1]} AND lon <= ${box[2]} AND lat <= ${box[3]}`);
const columns = 'mmsi, time, lon, lat, sog, cog, heading, turn, status, type, accurate, source, place';
const table = `read_parquet('${archive}/positions/*/*/*.parquet', hive_partitioning = true,
  hive_types = {'day': DATE, 'hour': BIGINT})`;
const rows = `SELECT ${columns} FROM ${table} WHERE ${where.join(' AND ')}`;

async function ask(sql) {
  const result = await db.run(sql);
  const chunks = await result.fetchAllChunks();
  return chunks.reduce((n, chunk) => n + chunk.rowCount, 0);
}

if (rounds === '0') {
  const csv = `SELECT mmsi, epoch_us(time), (lon * 1000000)::INT, (lat * 1000000)::INT, (sog * 10)::INT, (cog * 10)::INT,
    heading, turn, status, type, accurate, source, coalesce(place, 0) FROM (${rows}) ORDER BY time // 3600, mmsi, time, place`
    .replace('time // 3600', `date_trunc('hour', time)`);
  await db.run(`COPY (${csv}) TO '/dev/stdout' (HEADER false)`);
} else {
  let n = await ask(rows);
  const first = performance.now() - start;
  let best = Infinity;
  for (let i = 1; i < rounds; i++) {
    const then = performance.now();
    n = await ask(rows);
    best = Math.min(best, performance.now() - then);
  }
  console.log(first.toFixed(3), best.toFixed(3), n, 'rows');
}
process.exit(0);
