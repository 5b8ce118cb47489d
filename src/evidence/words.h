/*
 * Words for people, in two languages: what was observed, numbers, explanations, steps. Those of alerts are the page's
 * own (words.def is made of them), those of cases stand in case_words.def. Pure; any thread.
 */
#ifndef VG_EVIDENCE_WORDS_H
#define VG_EVIDENCE_WORDS_H

#include <stdbool.h>

#include "base/out.h"

enum vg_language { VG_LANGUAGE_EN, VG_LANGUAGE_ES };

/* "en" or "es"; false, *ret untouched: another. */
bool vg_language_parse(const char *key, enum vg_language *ret);
const char *vg_language_key(enum vg_language language);

/* The words of "group.key"; NULL: there are none. Constant. */
const char *vg_word_find(enum vg_language language, const char *group, const char *key);

/* Those of the program's own keys, which are always there. */
const char *vg_word(enum vg_language language, const char *group, const char *key);

/* They, or the key with blanks for '_' where there are none: a behaviour may be newer than its words. */
void vg_word_put(struct vg_out *out, enum vg_language language, const char *group, const char *key);

#endif
