#include <stdlib.h>
#include <sys/mman.h>

#include "archive/store_inner.h"

#define LARGE   ((size_t)2 << 20)
#define DIGIT   11
#define BUCKETS (1u << DIGIT)
#define PASSES  6 /* digits of a key */

/* A row by its hour and vessel; those come together by radix, and are nearly in the order of time already. */
struct entry {
    uint64_t key;              /* number of the hour × 2^32 + MMSI */
    uint32_t index, within_us; /* within_us: since the hour began */
};

void vg_store_large_pages(void *memory, size_t size)
{
    uintptr_t from = ((uintptr_t)memory + LARGE - 1) / LARGE * LARGE, to = ((uintptr_t)memory + size) / LARGE * LARGE;
    if (to > from)
        madvise((void *)from, to - from, MADV_HUGEPAGE); /* a wish: where it isn't heard, all is slower and right */
}

int64_t vg_store_hour_of(int64_t time_us)
{
    int64_t within = time_us % VG_HOUR_US;
    return time_us - (within < 0 ? within + VG_HOUR_US : within);
}

static const struct vg_table_key *key_of(const char *rows, size_t size, size_t i)
{
    return (const struct vg_table_key *)(const void *)(rows + i * size);
}

/* True if rows came in the order of the journal: among equal times, the order of coming is the right one. */
static bool make_entries(const char *rows, size_t size, size_t count, struct entry *entries)
{
    int64_t least = INT64_MAX, hour = 0;
    uint64_t offset = 0;
    bool in_order = true;
    for (size_t i = 0; i < count; i++) {
        const struct vg_table_key *key = key_of(rows, size, i);
        least = key->time_us < least ? key->time_us : least;
        in_order = in_order && key->journal_offset >= offset;
        offset = key->journal_offset;
    }
    least = vg_store_hour_of(least);
    for (size_t i = 0; i < count; i++) {
        const struct vg_table_key *key = key_of(rows, size, i);
        uint64_t since = (uint64_t)key->time_us - (uint64_t)least;
        if (since - (uint64_t)hour * VG_HOUR_US >= VG_HOUR_US) /* rarely: divisions are slow */
            hour = (int64_t)(since / VG_HOUR_US);
        entries[i] = (struct entry){(uint64_t)hour << 32 | key->mmsi, (uint32_t)i,
                                    (uint32_t)(since - (uint64_t)hour * VG_HOUR_US)};
    }
    return in_order;
}

/* Sorts by key, stable. Returns where the result is: `entries` or `other`. */
static struct entry *radix(struct entry *entries, struct entry *other, size_t count, uint32_t (*places)[BUCKETS])
{
    for (size_t i = 0; i < count; i++)
        for (unsigned p = 0; p < PASSES; p++)
            places[p][entries[i].key >> p * DIGIT & (BUCKETS - 1)]++;
    for (unsigned p = 0; p < PASSES; p++) {
        uint32_t *place = places[p], sum = 0;
        if (place[entries[0].key >> p * DIGIT & (BUCKETS - 1)] == count)
            continue; /* all have the same digit */
        for (size_t b = 0; b < BUCKETS; b++) {
            uint32_t n = place[b];
            place[b] = sum;
            sum += n;
        }
        for (size_t i = 0; i < count; i++)
            other[place[entries[i].key >> p * DIGIT & (BUCKETS - 1)]++] = entries[i];
        struct entry *swap = entries;
        entries = other;
        other = swap;
    }
    return entries;
}

struct where {
    const char *rows;
    size_t size;
    bool in_order;
};

/* Of one hour and vessel: by time, journal offset, and as they came. */
static int by_time(const void *a, const void *b, void *arg)
{
    const struct entry *x = a, *y = b;
    const struct where *in = arg;
    if (x->within_us != y->within_us)
        return x->within_us < y->within_us ? -1 : 1;
    int order =
        in->in_order ? 0 : vg_table_order(key_of(in->rows, in->size, x->index), key_of(in->rows, in->size, y->index));
    return order ? order : x->index < y->index ? -1 : 1;
}

/* Puts each vessel's rows in the order of time, if they aren't. The rows themselves are far apart: they are looked at
 * only where times are the same. */
static void order_times(struct entry *entries, size_t count, struct where rows)
{
    for (size_t first = 0, end; first < count; first = end) {
        bool ordered = true;
        for (end = first + 1; end < count && entries[end].key == entries[first].key; end++)
            ordered = ordered && (entries[end - 1].within_us < entries[end].within_us ||
                                  by_time(&entries[end - 1], &entries[end], &rows) < 0);
        if (!ordered)
            qsort_r(entries + first, end - first, sizeof *entries, by_time, &rows);
    }
}

static enum vg_err find_hours(const struct entry *entries, size_t count, struct vg_store_sorted *sorted)
{
    size_t hours = 0;
    for (size_t i = 0; i < count; i++)
        hours += i == 0 || entries[i].key >> 32 != entries[i - 1].key >> 32;
    if (hours + 1 > sorted->starts_room) {
        size_t *starts = realloc(sorted->starts, (hours + 1) * sizeof *starts);
        if (!starts)
            return VG_NOMEM;
        sorted->starts = starts;
        sorted->starts_room = hours + 1;
    }
    for (size_t i = 0; i < count; i++)
        if (i == 0 || entries[i].key >> 32 != entries[i - 1].key >> 32)
            sorted->starts[sorted->hours++] = i;
    sorted->starts[hours] = count;
    return VG_OK;
}

/* Room for so many rows; what was there is of no use any more. */
static enum vg_err make_room(struct vg_store_sorted *sorted, size_t count)
{
    if (count <= sorted->room)
        return VG_OK;
    vg_store_sorted_free(sorted);
    sorted->entries = malloc(2 * count * sizeof(struct entry));
    sorted->rows = malloc(count * sizeof *sorted->rows);
    if (!sorted->entries || !sorted->rows) {
        vg_store_sorted_free(sorted);
        return VG_NOMEM;
    }
    sorted->room = count;
    vg_store_large_pages(sorted->entries, 2 * count * sizeof(struct entry));
    vg_store_large_pages(sorted->rows, count * sizeof *sorted->rows);
    return VG_OK;
}

enum vg_err vg_store_sort(const void *rows, size_t size, size_t count, struct vg_store_sorted *sorted)
{
    sorted->hours = 0;
    if (!count)
        return VG_OK;
    if (count > UINT32_MAX)
        return VG_LIMIT;
    uint32_t(*places)[BUCKETS] = calloc(PASSES, sizeof *places);
    enum vg_err err = places ? make_room(sorted, count) : VG_NOMEM;
    if (!err) {
        struct entry *entries = sorted->entries;
        bool in_order = make_entries(rows, size, count, entries);
        entries = radix(entries, entries + count, count, places);
        order_times(entries, count, (struct where){rows, size, in_order});
        for (size_t i = 0; i < count; i++)
            sorted->rows[i] = (const char *)rows + entries[i].index * size;
        err = find_hours(entries, count, sorted);
    }
    free(places);
    return err;
}

void vg_store_sorted_free(struct vg_store_sorted *sorted)
{
    free(sorted->rows);
    free(sorted->starts);
    free(sorted->entries);
    *sorted = (struct vg_store_sorted){0};
}
