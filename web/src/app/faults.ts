/** What went wrong with a request, in plain words: by the server's code, else by what it says, else that it is not there. Pure but for the language. */
import { HttpError } from '../api';
import { Key, t } from '../i18n';
import { en } from '../i18n/en';

/** Where the server says more than its code: the line of a text, the feature of a file. */
const DETAILED: ReadonlySet<string> = new Set(['bad_rules', 'bad_areas', 'bad_action', 'fixed']);

export type Refused = 'rules.refused' | 'areas.refused' | 'hand.refused';

export function faultText(error: unknown, refused: Refused = 'hand.refused'): string {
  if (!(error instanceof HttpError)) return t('hand.failed');
  // Two have that word: what can't be written now, and evidence that is kept no more.
  const key = error.code === 'not_kept' && error.status === 409 ? 'fault.retired' : `fault.${error.code}`;
  if (error.code && !DETAILED.has(error.code) && key in en) return t(key as Key);
  if (error.status === 403) return t('fault.not_allowed');
  if (error.status === 503 || error.status === 429) return t('fault.busy');
  return t(refused, { text: serverWords(error.text) || error.message });
}

/** Where it is, and what was expected and found, in the page's language; names and values stay as the server writes them. */
export function serverWords(text: string): string {
  const at = /^(line|feature) (\d+)(?:, "([^"]*)")?: (.*)$/s.exec(text);
  if (at) return t(at[1] === 'line' ? 'fault.line' : 'fault.feature', { n: at[2], name: at[3] ? ` «${at[3]}»` : '', text: serverWords(at[4]) });
  const expected = /^(?:(\w+): )?expected (.*?), found (?:'(.*)'|(none|more|less))$/s.exec(text);
  if (!expected) return text;
  const [, key, what, found, none] = expected;
  return t('fault.expected', { key: key ? `${key}: ` : '', what, found: none ? t(`fault.${none}` as Key) : `«${found}»` });
}
