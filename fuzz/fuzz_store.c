/*
 * The store's own parsers, by the first byte: 's' a state file, 'p' the name of a part, 'v' an index of vessels (its
 * count in two bytes), 't' a Parquet file as the table of static reports, 'i' one as positions with an index.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/store_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum;

static void on_state(const char *bytes, size_t len)
{
    struct vg_store_state state;
    if (!vg_store_state_parse(bytes, len, &state) && state.commit > VG_STORE_NUMBER_MAX)
        abort();
}

static void on_name(const char *bytes, size_t len)
{
    struct vg_store_part part;
    char name[64] = "", path[VG_ATOMIC_PATH];
    memcpy(name, bytes, len < sizeof name ? len : sizeof name - 1);
    if (!vg_store_part_parse(name, &part))
        return;
    if (!part.first || part.first > part.last || vg_store_path("d", VG_STORE_STATICS, 0, &part, path) ||
        strcmp(strrchr(path, '/') + 1, name))
        abort(); /* what was read is written the same */
}

static void find(struct vg_vessels *vessels, uint64_t rows)
{
    const struct vg_box box = {-100, -10, 20, 60};
    if (!vessels)
        return;
    struct vg_row_range *spans = malloc(vessels->count * sizeof *spans);
    size_t n = spans ? vg_vessels_find(vessels, &box, spans) : 0;
    for (size_t i = 0; i < n; i++)
        if (spans[i].first >= spans[i].end || spans[i].end > rows || (i && spans[i].first <= spans[i - 1].end))
            abort();
    free(spans);
    free(vessels);
}

static void on_table(const struct vg_table *table, const uint8_t *bytes, size_t len)
{
    const struct vg_box box = {-100, -10, 20, 60};
    struct vg_positions_query query = VG_POSITIONS_ALL;
    struct vg_positions_work work = {0};
    struct vg_parquet_file *parquet;
    struct vg_table_file file;
    struct vg_scan scan = {0};
    if (vg_parquet_open_bytes(bytes, len, &parquet) || vg_table_file_init(&file, table, parquet))
        return;
    find(vg_vessels_read(parquet), vg_parquet_rows(parquet));
    query.box = table->located ? &box : NULL;
    vg_scan_start(&scan, &file, &query);
    for (size_t i = 0, count = 1; i < 64 && count; i++) {
        if (vg_scan_next(&scan, &work, &count))
            continue; /* damage is passed over */
        for (size_t n = 0; n < count; n++)
            sum += ((const struct vg_table_key *)(const void *)((const char *)scan.rows + n * table->row_size))->mmsi;
    }
    vg_scan_free(&scan);
    vg_table_file_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    if (data[0] == 's')
        on_state((const char *)data + 1, size - 1);
    else if (data[0] == 'p')
        on_name((const char *)data + 1, size - 1);
    else if (data[0] == 'v' && size >= 3)
        for (uint64_t rows = 1; rows < 300; rows += 37)
            find(vg_vessels_parse(data + 3, size - 3, data[1] | (size_t)data[2] << 8, rows), rows);
    else if (data[0] == 't')
        on_table(&vg_table_statics, data + 1, size - 1);
    else if (data[0] == 'i')
        on_table(&vg_table_positions, data + 1, size - 1);
    return 0;
}
