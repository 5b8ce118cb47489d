#include "base/offset_ranges.h"

#include <stdlib.h>
#include <string.h>

/* Index of the first range that ends at `offset` or behind. */
static size_t first_to(const struct vg_offset_ranges *set, uint64_t offset)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->items[middle].to < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum vg_err make_room(struct vg_offset_ranges *set)
{
    if (set->count == VG_OFFSET_RANGES_MAX)
        return VG_LIMIT;
    if (set->count < set->room)
        return VG_OK;
    size_t room = 2 * set->room + 8;
    struct vg_offset_range *more = realloc(set->items, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    set->items = more;
    set->room = room;
    return VG_OK;
}

enum vg_err vg_offset_ranges_add(struct vg_offset_ranges *set, struct vg_offset_range range)
{
    if (range.from >= range.to)
        return range.from > range.to ? VG_ARG : VG_OK;
    size_t at = first_to(set, range.from), end = at; /* [at, end): what the range touches becomes one with it */
    for (; end < set->count && set->items[end].from <= range.to; end++) {
        range.from = set->items[end].from < range.from ? set->items[end].from : range.from;
        range.to = set->items[end].to > range.to ? set->items[end].to : range.to;
    }
    enum vg_err err = at == end ? make_room(set) : VG_OK;
    if (err)
        return err;
    if (set->count > end)
        memmove(set->items + at + 1, set->items + end, (set->count - end) * sizeof range);
    set->items[at] = range;
    set->count = set->count + at + 1 - end;
    return VG_OK;
}

enum vg_err vg_offset_ranges_join(struct vg_offset_ranges *set, const struct vg_offset_ranges *other)
{
    struct vg_offset_ranges both = {0};
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < set->count && !err; i++)
        err = vg_offset_ranges_add(&both, set->items[i]);
    for (size_t i = 0; i < other->count && !err; i++)
        err = vg_offset_ranges_add(&both, other->items[i]);
    struct vg_offset_ranges unused = err ? both : *set;
    if (!err)
        *set = both;
    vg_offset_ranges_free(&unused);
    return err;
}

bool vg_offset_ranges_meet(const struct vg_offset_ranges *set, uint64_t first, uint64_t last)
{
    size_t at = first == UINT64_MAX ? set->count : first_to(set, first + 1);
    return first <= last && at < set->count && set->items[at].from <= last;
}

bool vg_offset_ranges_have(const struct vg_offset_ranges *set, uint64_t offset)
{
    return vg_offset_ranges_meet(set, offset, offset);
}

void vg_offset_ranges_free(struct vg_offset_ranges *set)
{
    free(set->items);
    *set = (struct vg_offset_ranges){0};
}
