#include "intake/own_times.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

static size_t find(const struct vg_own_times *t, const char *name)
{
    for (size_t i = t->count; i-- > 0;) /* mostly the last one */
        if (strncmp(t->item[i].name, name, VG_SOURCE_NAME - 1) == 0)
            return i;
    return t->count;
}

enum vg_err vg_own_times_set(struct vg_own_times *t, const char *name, int64_t own_us)
{
    struct vg_own_time item = {.own_us = own_us};
    if (own_us == VG_TIME_NONE)
        return VG_OK;
    size_t i = find(t, name);
    if (i == t->count && t->count == VG_SOURCE_MAX)
        return VG_LIMIT;
    if (i == t->count && t->count == t->room) {
        size_t room = t->room ? 2 * t->room : 8;
        struct vg_own_time *more = realloc(t->item, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        t->item = more;
        t->room = room;
    }
    snprintf(item.name, sizeof item.name, "%s", name);
    if (i == t->count)
        t->count++;
    else
        memmove(t->item + i, t->item + i + 1, (t->count - i - 1) * sizeof *t->item);
    t->item[t->count - 1] = item;
    return VG_OK;
}

int64_t vg_own_times_get(const struct vg_own_times *t, const char *name)
{
    size_t i = t ? find(t, name) : 0;
    return t && i < t->count ? t->item[i].own_us : VG_TIME_NONE;
}

void vg_own_times_free(struct vg_own_times *t)
{
    free(t->item);
    *t = (struct vg_own_times){0};
}

void vg_own_times_put(const struct vg_own_times *t, char *text, size_t size)
{
    size_t len = 0;
    *text = '\0';
    for (size_t i = t->count; i-- > 0;) {
        char line[VG_SOURCE_NAME + 32];
        int n = snprintf(line, sizeof line, "%" PRId64 " %s\n", t->item[i].own_us, t->item[i].name);
        if (strchr(t->item[i].name, '\n'))
            continue;
        if (len + (size_t)n >= size)
            return;
        memcpy(text + len, line, (size_t)n + 1);
        len += (size_t)n;
    }
}

enum vg_err vg_own_times_parse(struct vg_own_times *t, const char *text)
{
    enum vg_err err = VG_OK;
    const char *end = text + strlen(text);
    while (end > text && !err) { /* from the last line, which told its time longest ago */
        const char *line = end - 1;
        while (line > text && line[-1] != '\n')
            line--;
        char name[VG_SOURCE_NAME], *rest;
        errno = 0;
        long long own_us = strtoll(line, &rest, 10);
        size_t len = (size_t)(end - rest) - (end > rest && end[-1] == '\n');
        if (!errno && rest > line && *rest == ' ' && rest < end && len > 1 && len <= sizeof name) {
            memcpy(name, rest + 1, len - 1);
            name[len - 1] = '\0';
            err = vg_own_times_set(t, name, own_us);
        }
        end = line;
    }
    return err;
}
