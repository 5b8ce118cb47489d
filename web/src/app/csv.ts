/** RFC 4180 with one addition: a cell that a spreadsheet would run as a formula is made plain text. Names come by radio. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // A leading apostrophe is what spreadsheets themselves use to say "this is text".
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csvDocument(rows: (string | number | null | undefined)[][]): string {
  // The byte-order mark makes Excel read UTF-8.
  return '\ufeff' + rows.map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}
