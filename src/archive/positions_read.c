#include <stdlib.h>

#include "archive/positions.h"
#include "archive/table.h"

struct vg_positions_file {
    struct vg_table_file table;
    struct vg_scan scan;
};

static enum vg_err wrap(struct vg_parquet_file *parquet, struct vg_positions_file **ret_file)
{
    struct vg_positions_file *file = calloc(1, sizeof *file);
    if (!file) {
        vg_parquet_close(parquet);
        return VG_NOMEM;
    }
    enum vg_err err = vg_table_file_init(&file->table, &vg_table_positions, parquet);
    if (err)
        free(file);
    else
        *ret_file = file;
    return err;
}

enum vg_err vg_positions_open(const char *path, struct vg_positions_file **ret_file)
{
    struct vg_parquet_file *parquet;
    enum vg_err err = vg_parquet_open(path, &parquet);
    return err ? err : wrap(parquet, ret_file);
}

enum vg_err vg_positions_open_bytes(const void *bytes, size_t len, struct vg_positions_file **ret_file)
{
    struct vg_parquet_file *parquet;
    enum vg_err err = vg_parquet_open_bytes(bytes, len, &parquet);
    return err ? err : wrap(parquet, ret_file);
}

void vg_positions_close(struct vg_positions_file *file)
{
    if (!file)
        return;
    vg_scan_free(&file->scan);
    vg_table_file_close(&file->table);
    free(file);
}

uint64_t vg_positions_rows(const struct vg_positions_file *file)
{
    return vg_parquet_rows(file->table.parquet);
}

enum vg_err vg_positions_read(struct vg_positions_file *file, const struct vg_positions_query *query,
                              vg_positions_on_row *on_row, void *arg, struct vg_positions_work *work)
{
    struct vg_positions_work unasked = {0};
    size_t count = 1;
    enum vg_err err = VG_OK;
    vg_scan_start(&file->scan, &file->table, query);
    while (count && !err) {
        err = vg_scan_next(&file->scan, work ? work : &unasked, &count);
        const struct vg_position *rows = file->scan.rows;
        for (size_t i = 0; i < count && !err; i++)
            err = on_row(arg, &rows[i]);
    }
    return err;
}
