/* Rows of watch lists: an index for each way in which a row may match, and what is said of a match. */
#include "behaviour/watch_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/imo.h"
#include "base/out.h"
#include "base/time.h"
#include "behaviour/identity.h"
#include "behaviour/watch_inner.h"

void vg_watch_list_free(struct vg_watch_list *list)
{
    if (!list)
        return;
    for (int by = 0; by < VG_WATCH_INDEXES; by++)
        free(list->index[by].entry);
    free(list->row);
    free(list);
}

size_t vg_watch_list_count(const struct vg_watch_list *list)
{
    return list ? list->count : 0;
}

const struct vg_watch_row *vg_watch_list_get(const struct vg_watch_list *list, size_t i)
{
    return list && i < list->count ? &list->row[i] : NULL;
}

uint64_t vg_watch_list_hash(const struct vg_watch_list *list)
{
    return list ? list->hash : 0;
}

double vg_watch_sure(enum vg_watch_by by)
{
    static const double sure[] = {[VG_WATCH_BY_IMO] = 0.99, [VG_WATCH_BY_CALLSIGN] = 0.9, [VG_WATCH_BY_MMSI] = 0.8};
    return by < VG_WATCH_BYS ? sure[by] : 0;
}

/* ---- words ---- */

/* Latin-1 letters U+00C0–U+00FF as their letter; two bytes of UTF-8 that begin with 0xC3. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO*OUUUUYTY";

void vg_watch_plain_word(char *to, size_t size, const char *text)
{
    size_t n = 0;
    for (const uint8_t *p = (const uint8_t *)text; *p && n + 1 < size; p++) {
        char c = (char)*p;
        if (*p == 0xC3 && p[1] >= 0x80 && p[1] <= 0xBF)
            c = latin[*++p - 0x80];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            to[n++] = c;
    }
    to[n] = '\0';
}

uint64_t vg_watch_name_key(const char *callsign, const char *name)
{
    const uint64_t h = vg_fnv_text(vg_fnv_number(vg_fnv_text(VG_FNV_BEGIN, callsign), 0), name);
    return h ? h : 1;
}

/* ---- finding ---- */

/* The first entry of a key, or where it would stand. */
static size_t first_of(const struct vg_watch_index *index, uint64_t key)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (index->entry[mid].key < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool vg_watch_list_has(const struct vg_watch_list *list, uint64_t key)
{
    if (!list)
        return false;
    const struct vg_watch_index *index = &list->index[VG_WATCH_BY_KEY];
    const size_t i = first_of(index, key);
    return i < index->count && index->entry[i].key == key;
}

static bool is_same_callsign_and_name(const struct vg_watch_row *row, const char *callsign, const char *name)
{
    return strcmp(row->callsign, callsign) == 0 && strcmp(row->name, name) == 0;
}

struct finding {
    const struct vg_watch_list *list;
    const struct vg_watch_said *said;
    char name[VG_NAME_SIZE], callsign[VG_CALLSIGN_SIZE];
    struct vg_watch_match *ret;
    size_t count;
    unsigned contradicted;
};

/* In the order of the file; a row that was found by something surer stays as it is. */
static void put(struct finding *f, const struct vg_watch_row *row, enum vg_watch_by by)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->ret[i].row == row)
            return;
    if (f->count == VG_WATCH_MATCHES)
        return;
    size_t at = f->count++;
    for (; at && f->ret[at - 1].row > row; at--)
        f->ret[at] = f->ret[at - 1];
    f->ret[at] = (struct vg_watch_match){row, by};
}

static void look_up(struct finding *f, enum vg_watch_by by, uint64_t key)
{
    const struct vg_watch_index *index = &f->list->index[by];
    for (size_t i = first_of(index, key); i < index->count && index->entry[i].key == key; i++) {
        const struct vg_watch_row *row = &f->list->row[index->entry[i].row];
        if (f->said->time_us >= row->expires_us ||
            (by == VG_WATCH_BY_CALLSIGN && !is_same_callsign_and_name(row, f->callsign, f->name)))
            continue;
        if (row->imo && f->said->imo && row->imo != f->said->imo)
            f->contradicted++;
        else
            put(f, row, by);
    }
}

size_t vg_watch_list_find(const struct vg_watch_list *list, const struct vg_watch_said *said,
                          struct vg_watch_match ret[static VG_WATCH_MATCHES], unsigned *ret_contradicted)
{
    struct vg_watch_said own = *said;
    struct finding f = {.list = list, .said = &own, .ret = ret};
    if (!vg_imo_valid(own.imo)) /* a number that is none contradicts nothing */
        own.imo = 0;
    vg_watch_plain_word(f.name, sizeof f.name, said->name ? said->name : "");
    vg_watch_plain_word(f.callsign, sizeof f.callsign, said->callsign ? said->callsign : "");
    if (own.imo)
        look_up(&f, VG_WATCH_BY_IMO, own.imo);
    if (*f.name && *f.callsign)
        look_up(&f, VG_WATCH_BY_CALLSIGN, vg_watch_name_key(f.callsign, f.name));
    if (own.mmsi)
        look_up(&f, VG_WATCH_BY_MMSI, own.mmsi);
    *ret_contradicted = f.contradicted;
    return f.count;
}

/* ---- what is said of it ---- */

#define DAY_TEXT 12 /* "2026-11-22" */

static void day(int64_t time_us, char ret[static DAY_TEXT])
{
    char text[VG_TIME_TEXT];
    vg_time_text(time_us, text);
    snprintf(ret, DAY_TEXT, "%.10s", text);
}

static void what_matched(const struct vg_watch_match *m, char *ret, size_t size)
{
    const struct vg_watch_row *row = m->row;
    if (m->by == VG_WATCH_BY_IMO)
        snprintf(ret, size, "IMO %u", row->imo);
    else if (m->by == VG_WATCH_BY_MMSI)
        snprintf(ret, size, "MMSI %09u", row->mmsi);
    else
        snprintf(ret, size, "call sign %s and name %.20s", row->callsign, row->name);
}

/* As much of a text as fits, with "…" where it was cut. */
static size_t cut(const char *text, size_t room)
{
    size_t n = strlen(text);
    if (n <= room)
        return n;
    for (n = room; n && ((uint8_t)text[n] & 0xC0) == 0x80; n--)
        ;
    return n;
}

void vg_watch_text(const struct vg_watch_match *match, char *ret, size_t size)
{
    const struct vg_watch_row *row = match->row;
    char matched[64], of[DAY_TEXT], until[DAY_TEXT] = "", behind[2 * DAY_TEXT + 16];
    what_matched(match, matched, sizeof matched);
    day(row->date_us, of);
    if (row->expires_us != INT64_MAX)
        day(row->expires_us - 1, until);
    snprintf(behind, sizeof behind, "; of %s%s%s", of, *until ? "; until " : "", until);
    const size_t others = strlen(row->list) + 2 + strlen(matched) + 2 + strlen(behind);
    const size_t room = size - 1 - (others < size - 1 ? others : size - 1);
    const bool whole = strlen(row->basis) <= room;
    const size_t n = whole ? strlen(row->basis) : cut(row->basis, room > 3 ? room - 3 : 0);
    snprintf(ret, size, "%s: %s; %.*s%s%s", row->list, matched, (int)n, row->basis, whole ? "" : "…", behind);
}
