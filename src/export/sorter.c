#include "export/sorter.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTS  1024
#define WINDOW 256 /* points of a part that are in memory while parts are merged */

struct part {
    int64_t next, end; /* numbers of points in the file */
    size_t at, count;  /* in the window */
    struct vg_point *window;
};

struct vg_sorter {
    struct vg_point *point;
    size_t count, most, at;
    uint64_t order;
    bool reading;
    FILE *file;
    int64_t written;
    size_t parts;
    struct part part[PARTS];
};

static int compare(const void *a, const void *b)
{
    const struct vg_point *x = a, *y = b;
    if (x->mmsi != y->mmsi)
        return x->mmsi < y->mmsi ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

enum vg_err vg_sorter_new(size_t most, struct vg_sorter **ret_sorter)
{
    struct vg_sorter *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    s->most = most ? most : VG_SORTER_POINTS;
    s->point = malloc(s->most * sizeof *s->point);
    if (!s->point) {
        free(s);
        return VG_NOMEM;
    }
    *ret_sorter = s;
    return VG_OK;
}

void vg_sorter_free(struct vg_sorter *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->parts; i++)
        free(s->part[i].window);
    if (s->file)
        fclose(s->file);
    free(s->point);
    free(s);
}

static enum vg_err write_part(struct vg_sorter *s)
{
    if (s->parts == PARTS)
        return VG_LIMIT;
    if (!s->file && !(s->file = tmpfile()))
        return VG_IO;
    qsort(s->point, s->count, sizeof *s->point, compare);
    if (fwrite(s->point, sizeof *s->point, s->count, s->file) != s->count)
        return VG_IO;
    s->part[s->parts++] = (struct part){.next = s->written, .end = s->written + (int64_t)s->count};
    s->written += (int64_t)s->count;
    s->count = 0;
    return VG_OK;
}

enum vg_err vg_sorter_add(struct vg_sorter *s, const struct vg_point *point)
{
    enum vg_err err = s->count == s->most ? write_part(s) : VG_OK;
    if (err)
        return err;
    s->point[s->count] = *point;
    s->point[s->count++].order = s->order++;
    return VG_OK;
}

static enum vg_err fill(struct vg_sorter *s, struct part *p)
{
    p->at = 0;
    p->count = p->end - p->next < WINDOW ? (size_t)(p->end - p->next) : WINDOW;
    if (!p->count)
        return VG_OK;
    if (!p->window && !(p->window = malloc(WINDOW * sizeof *p->window)))
        return VG_NOMEM;
    if (fseeko(s->file, (off_t)p->next * (off_t)sizeof *p->window, SEEK_SET) ||
        fread(p->window, sizeof *p->window, p->count, s->file) != p->count)
        return VG_IO;
    p->next += (int64_t)p->count;
    return VG_OK;
}

static enum vg_err begin(struct vg_sorter *s)
{
    enum vg_err err = VG_OK;
    s->reading = true;
    if (s->parts && s->count)
        err = write_part(s);
    else
        qsort(s->point, s->count, sizeof *s->point, compare);
    if (!err && s->file && fflush(s->file))
        err = VG_IO;
    for (size_t i = 0; i < s->parts && !err; i++)
        err = fill(s, &s->part[i]);
    return err;
}

enum vg_err vg_sorter_next(struct vg_sorter *s, struct vg_point *ret)
{
    enum vg_err err = s->reading ? VG_OK : begin(s);
    if (err)
        return err;
    if (!s->parts) {
        if (s->at == s->count)
            return VG_EOF;
        *ret = s->point[s->at++];
        return VG_OK;
    }
    struct part *least = NULL;
    for (size_t i = 0; i < s->parts; i++) {
        struct part *p = &s->part[i];
        if (p->at < p->count && (!least || compare(&p->window[p->at], &least->window[least->at]) < 0))
            least = p;
    }
    if (!least)
        return VG_EOF;
    *ret = least->window[least->at++];
    return least->at == least->count ? fill(s, least) : VG_OK;
}
