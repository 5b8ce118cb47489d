/* Any bytes as a Parquet file: every page of every column, then as the table of positions. */
#include <stdint.h>
#include <stdlib.h>

#include "archive/parquet_read.h"
#include "archive/positions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum;

static void read_pages(struct vg_parquet_file *file, size_t group, size_t column, struct vg_parquet_page *page)
{
    size_t pages = 0;
    if (vg_parquet_pages(file, group, column, &pages))
        return;
    for (size_t p = 0; p < pages && p < 8; p++) {
        if (vg_parquet_read_page(file, group, column, p, page))
            continue;
        for (uint32_t i = 0; i < page->rows; i++) {
            sum += page->present[i] + (uint64_t)page->ints[i] * page->present[i];
            if (vg_parquet_column(file, column)->type == VG_PARQUET_BYTES)
                for (uint32_t k = 0; k < page->texts[i].len; k++)
                    sum += (uint8_t)page->texts[i].bytes[k];
        }
    }
}

static enum vg_err on_row(void *arg, const struct vg_position *p)
{
    uint64_t *rows = arg;
    sum += p->mmsi + p->journal_offset;
    return ++*rows < 10000 ? VG_OK : VG_LIMIT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_parquet_file *file;
    struct vg_positions_file *positions;
    struct vg_parquet_page page = {0};
    if (!vg_parquet_open_bytes(data, size, &file)) {
        for (size_t g = 0; g < vg_parquet_groups(file) && g < 4; g++)
            for (size_t c = 0; c < vg_parquet_columns(file); c++)
                read_pages(file, g, c, &page);
        vg_parquet_page_free(&page);
        vg_parquet_close(file);
    }
    if (!vg_positions_open_bytes(data, size, &positions)) {
        struct vg_positions_query all = VG_POSITIONS_ALL;
        uint64_t rows = 0;
        vg_positions_read(positions, &all, on_row, &rows, NULL);
        vg_positions_close(positions);
    }
    return 0;
}
