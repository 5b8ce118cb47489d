/* Which rows of a file stand for certain journal offsets, by as few of its pages as can be. */
#include "archive/table.h"

/* False only if no row of `rows` has an offset in the ranges. */
static bool possible(const struct vg_offset_ranges *ranges, struct vg_parquet_bounds bounds, uint64_t rows)
{
    if (!bounds.known)
        return bounds.nulls != rows;
    return vg_offset_ranges_meet(ranges, (uint64_t)bounds.min, (uint64_t)bounds.max);
}

static uint64_t count_page(const struct vg_parquet_page *page, const struct vg_offset_ranges *ranges)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < page->rows; i++)
        count += page->present[i] && page->ints[i] && vg_offset_ranges_have(ranges, (uint64_t)page->ints[i]);
    return count;
}

static enum vg_err count_group(struct vg_table_file *file, size_t group, const struct vg_offset_ranges *ranges,
                               struct vg_parquet_page *page, uint64_t *count)
{
    size_t column = file->columns[file->table->place], pages = 0;
    enum vg_err err = vg_parquet_pages(file->parquet, group, column, &pages);
    for (size_t i = 0; i < pages && !err; i++) {
        uint64_t first, end;
        vg_parquet_page_rows(file->parquet, group, column, i, &first, &end);
        if (!possible(ranges, vg_parquet_page_bounds(file->parquet, group, column, i), end - first))
            continue;
        err = vg_parquet_read_page(file->parquet, group, column, i, page);
        if (!err)
            *count += count_page(page, ranges);
    }
    return err;
}

enum vg_err vg_table_count_offsets(struct vg_table_file *file, const struct vg_offset_ranges *ranges,
                                   struct vg_parquet_page *page, uint64_t *ret_rows)
{
    size_t column = file->columns[file->table->place];
    uint64_t count = 0;
    enum vg_err err = VG_OK;
    for (size_t g = 0; column != VG_TABLE_MISSING && g < vg_parquet_groups(file->parquet) && !err; g++)
        if (possible(ranges, vg_parquet_group_bounds(file->parquet, g, column),
                     vg_parquet_group_rows(file->parquet, g)))
            err = count_group(file, g, ranges, page, &count);
    if (!err)
        *ret_rows = count;
    return err;
}
