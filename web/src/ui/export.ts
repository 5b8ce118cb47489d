/** The list as CSV: the server's own (docs/formats/csv.md), less the rows of those that the list does not show. */

/** The cells of a row; a row is one line. */
export function cellsOf(line: string): string[] {
  const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,"]*)(?:,|$)/g)].map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell));
  // At the end of the line an empty cell is found once more, unless it is there.
  return line === '' || line.endsWith(',') ? cells : cells.slice(0, -1);
}

/**
 * `shown`: by contact id, or by MMSI where the rows have no id, who sees them. The header stays, and so does each row as it is;
 * `seen_by` is put at its end where the server does not say it.
 */
export function onlyShown(csv: string, shown: ReadonlyMap<string, string>): string {
  const [header, ...rows] = csv.split('\r\n');
  const columns = cellsOf(header), id = columns.indexOf('id'), mmsi = columns.indexOf('mmsi'), add = !columns.includes('seen_by');
  const kept = rows.flatMap((line) => {
    if (line === '') return [line];
    const cells = cellsOf(line), key = (id >= 0 && cells[id]) || cells[mmsi];
    if (!shown.has(key)) return [];
    return [add ? `${line},${quoted(shown.get(key)!)}` : line];
  });
  return [add ? `${header},seen_by` : header, ...kept].join('\r\n');
}

/** Names of sensors come from the configuration, but a spreadsheet must not run them. */
function quoted(text: string): string {
  const harmless = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

/** False if the server did not give it. */
export async function saveList(url: string, shown: ReadonlyMap<string, string>, file: string): Promise<boolean> {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) return false;
  const blob = URL.createObjectURL(new Blob([onlyShown(await response.text(), shown)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = blob;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(blob), 10000);
  return true;
}
