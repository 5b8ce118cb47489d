#include "evidence/words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *key, *words[2];
} rows[] = {
#define VG_WORD(key, en, es) {key, {[VG_LANGUAGE_EN] = (en), [VG_LANGUAGE_ES] = (es)}},
#include "evidence/case_words.def"
#include "evidence/words.def"
#undef VG_WORD
};

static const char *const keys[] = {[VG_LANGUAGE_EN] = "en", [VG_LANGUAGE_ES] = "es"};

bool vg_language_parse(const char *key, enum vg_language *ret)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(keys[i], key) == 0) {
            *ret = (enum vg_language)i;
            return true;
        }
    return false;
}

const char *vg_language_key(enum vg_language language)
{
    return keys[language];
}

const char *vg_word_find(enum vg_language language, const char *group, const char *key)
{
    const size_t n = strlen(group);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(rows[i].key, group, n) == 0 && rows[i].key[n] == '.' && strcmp(rows[i].key + n + 1, key) == 0)
            return rows[i].words[language];
    return NULL;
}

const char *vg_word(enum vg_language language, const char *group, const char *key)
{
    const char *found = vg_word_find(language, group, key);
    assert(found);
    return found ? found : "";
}

void vg_word_put(struct vg_out *out, enum vg_language language, const char *group, const char *key)
{
    const char *found = vg_word_find(language, group, key);
    if (found) {
        vg_out_text(out, found);
        return;
    }
    for (; *key; key++)
        vg_out_char(out, *key == '_' ? ' ' : *key);
}
