/** The list as CSV: the server's own (docs/formats/csv.md), less the rows of those that the list does not show. */

/** A row is one line and begins with the MMSI; the header stays. */
export function onlyShown(csv: string, shown: ReadonlySet<number>): string {
  return csv.split('\r\n').filter((line, i) => i === 0 || line === '' || shown.has(Number(line.slice(0, line.indexOf(','))))).join('\r\n');
}

/** False if the server did not give it. */
export async function saveList(url: string, shown: ReadonlySet<number>, file: string): Promise<boolean> {
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
