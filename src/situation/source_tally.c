#include "situation/source_tally.h"

#include <stdio.h>
#include <string.h>

static bool add_to(struct vg_source_tally *t, const char *source, uint64_t count, uint32_t most)
{
    uint32_t i = 0;
    while (i < t->rows && strcmp(t->row[i].source, source) != 0)
        i++;
    if (i == t->rows) {
        if (i >= most)
            return false;
        snprintf(t->row[t->rows++].source, VG_SOURCE_NAME, "%s", source);
    }
    t->row[i].count += count;
    return true;
}

void vg_source_tally_add(struct vg_source_tally *t, const char *source, uint64_t count)
{
    char feed[VG_SOURCE_NAME];
    if (add_to(t, source, count, VG_TALLY_STATIONS))
        return;
    snprintf(feed, sizeof feed, "%.*s", (int)strcspn(source, "/"), source);
    add_to(t, feed, count, VG_TALLY_ROWS);
}

static bool comes_before(const struct vg_source_tally *t, uint32_t i, const struct vg_notice_distress_group *g,
                         uint32_t k)
{
    return t->row[i].count > g->source[k].count ||
           (t->row[i].count == g->source[k].count && strcmp(t->row[i].source, g->source[k].source) < 0);
}

void vg_source_tally_top(const struct vg_source_tally *t, struct vg_notice_distress_group *g)
{
    g->sources = 0;
    for (uint32_t i = 0; i < t->rows; i++) {
        uint32_t k = g->sources < VG_GROUP_SOURCES ? g->sources++ : VG_GROUP_SOURCES;
        for (; k > 0 && comes_before(t, i, g, k - 1); k--)
            if (k < VG_GROUP_SOURCES)
                g->source[k] = g->source[k - 1];
        if (k == VG_GROUP_SOURCES)
            continue;
        snprintf(g->source[k].source, VG_SOURCE_NAME, "%s", t->row[i].source);
        g->source[k].count = t->row[i].count;
    }
}
