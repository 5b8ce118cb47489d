#!/usr/bin/env node
// Writes src/evidence/words.def: the words of alerts for programs without the page (cases, vigia explain), from the page's own
// (web/src/i18n). usage: tools/alert-words.mjs [--check]; --check writes nothing and fails if the file is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = join(dirname(fileURLToPath(import.meta.url)), "..");
const groups = /^(event|why|num|reception|innocent|severity|alertstate|eventstate|said|act\.did|areas\.on)\./;
const out = "src/evidence/words.def";

/** Every 'key': 'text' of a table of the page. */
function words(language) {
  const text = readFileSync(join(top, `web/src/i18n/alerts.${language}.ts`), "utf8"), found = new Map();
  for (const [, key, a, b] of text.matchAll(/'([a-z][\w.]*)':\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) if (groups.test(key)) found.set(key, (a ?? b).replace(/\\(.)/g, "$1"));
  return found;
}

const en = words("en"), es = words("es"), quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
const rows = [...en].filter(([key]) => es.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => `VG_WORD(${quoted(key)}, ${quoted(text)}, ${quoted(es.get(key))})\n`);
const made = `/* Made of web/src/i18n/alerts.*.ts by tools/alert-words.mjs: change them there. Sorted by key. (key, English, Spanish) */\n/* clang-format off */\n${rows.join("")}`;
if (process.argv[2] !== "--check") writeFileSync(join(top, out), made);
else if (readFileSync(join(top, out), "utf8") !== made) {
  console.error(`${out} is not what web/src/i18n says: run tools/alert-words.mjs`);
  process.exit(1);
}
