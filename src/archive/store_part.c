/* One part of an hour, and its folder. */
#include <unistd.h>

#include "archive/store_list.h"

enum vg_err vg_store_open_part(const char *dir, enum vg_store_table table, int64_t hour_us,
                               const struct vg_store_part *part, struct vg_table_file *ret_file)
{
    char path[VG_ATOMIC_PATH];
    struct vg_parquet_file *parquet;
    enum vg_err err = vg_store_path(dir, table, hour_us, part, path);
    if (!err)
        err = vg_parquet_open(path, &parquet);
    return err ? err : vg_table_file_init(ret_file, vg_store_table(table), parquet);
}

enum vg_err vg_store_is_empty(const char *dir, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part, bool *ret_empty)
{
    struct vg_table_file file = {0};
    enum vg_err err = vg_store_open_part(dir, table, hour_us, part, &file);
    if (err)
        return err;
    *ret_empty = !vg_parquet_rows(file.parquet);
    vg_table_file_close(&file);
    return VG_OK;
}

enum vg_err vg_store_list_open_part(const struct vg_store_writer *w, const struct vg_store_job *job, size_t part,
                                    struct vg_table_file *ret_file)
{
    const struct vg_store_part *numbers = &job->parts.items[part];
    const struct vg_store_listed *listed =
        w->known ? vg_store_list_find(w->known, job->table, job->hour_us, numbers) : NULL;
    char path[VG_ATOMIC_PATH];
    enum vg_err err = vg_store_open_part(w->dir, job->table, job->hour_us, numbers, ret_file);
    if (!err && listed && !vg_store_path(w->dir, job->table, job->hour_us, numbers, path)) {
        err = vg_store_listed_check(listed, path);
        if (err)
            vg_table_file_close(ret_file);
    }
    return err;
}

enum vg_err vg_store_hour_folder(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us)
{
    char path[VG_ATOMIC_PATH];
    enum vg_err err = vg_store_path(w->dir, table, hour_us, NULL, path);
    if (err || (vg_store_hours_have(&w->synced[table], hour_us) && !access(path, F_OK)))
        return err;
    err = vg_store_make_folder(w->dir, table, hour_us);
    return err ? err : vg_store_hours_add(&w->synced[table], hour_us);
}
