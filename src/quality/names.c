/* Texts to numbers by an open hash table, and arrays that grow. */
#include <stdlib.h>

#include "quality/table.h"

#define FIRST 64

enum vg_err vg_quality_grow(void **array, size_t *cap, size_t count, size_t size)
{
    if (count < *cap)
        return VG_OK;
    const size_t wider = *cap ? 2 * *cap : FIRST;
    void *more = realloc(*array, wider * size);
    if (!more)
        return VG_NOMEM;
    *array = more;
    *cap = wider;
    return VG_OK;
}

/* FNV-1a */
static uint64_t hash(const char *p, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)p[i]) * UINT64_C(1099511628211);
    return h;
}

/* A slot holds a number plus 1; 0: free. */
static size_t place(const struct vg_quality_names *n, const char *p, size_t len)
{
    size_t at = (size_t)hash(p, len) & (n->slots - 1);
    while (n->slot[at] && (strlen(n->name[n->slot[at] - 1]) != len || memcmp(n->name[n->slot[at] - 1], p, len) != 0))
        at = (at + 1) & (n->slots - 1);
    return at;
}

static enum vg_err widen(struct vg_quality_names *n)
{
    struct vg_quality_names wider = *n;
    if (n->slots && 2 * n->count < n->slots)
        return VG_OK;
    wider.slots = n->slots ? 2 * n->slots : FIRST;
    if (!(wider.slot = calloc(wider.slots, sizeof *wider.slot)))
        return VG_NOMEM;
    for (size_t i = 0; i < n->count; i++)
        wider.slot[place(&wider, n->name[i], strlen(n->name[i]))] = i + 1;
    free(n->slot);
    *n = wider;
    return VG_OK;
}

enum vg_err vg_quality_names_number(struct vg_quality_names *n, struct vg_row_cell text, size_t *ret)
{
    const size_t len = strnlen(text.at, text.len);
    enum vg_err err = widen(n);
    if (err)
        return err;
    const size_t at = place(n, text.at, len);
    if (!n->slot[at]) {
        void *names = n->name;
        err = vg_quality_grow(&names, &n->cap, n->count, sizeof *n->name);
        n->name = names;
        if (err || !(n->name[n->count] = strndup(text.at, len)))
            return VG_NOMEM;
        n->slot[at] = ++n->count;
    }
    *ret = n->slot[at] - 1;
    return VG_OK;
}

void vg_quality_names_free(struct vg_quality_names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->name[i]);
    free(n->name);
    free(n->slot);
    memset(n, 0, sizeof *n);
}
