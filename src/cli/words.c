/* How far two words are from each other: what was meant by a name that doesn't exist. */
#include <string.h>

#include "cli/options.h"

#define LETTERS 64

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: row by row, the last three rows kept. */
unsigned vg_word_distance(const char *a, const char *b)
{
    unsigned rows[3][LETTERS + 1];
    size_t n = strnlen(a, LETTERS), m = strnlen(b, LETTERS);
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = rows[i % 3], *before = rows[(i - 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(before[j], now[j - 1]) + 1, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

/* A third of the letters may be wrong, and the beginning of a long name is near, too. */
bool vg_word_is_near(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), shorter = n < m ? n : m;
    return (shorter >= 3 && memcmp(a, b, shorter) == 0) || vg_word_distance(a, b) * 3 <= (n > m ? n : m);
}

const struct vg_option *vg_option_nearest(const struct vg_option *option, size_t count, const char *word)
{
    const struct vg_option *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (vg_word_is_near(word, option[i].name) &&
            (!best || vg_word_distance(word, option[i].name) < vg_word_distance(word, best->name)))
            best = &option[i];
    return best;
}
