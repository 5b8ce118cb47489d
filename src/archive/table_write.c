#include <stdlib.h>
#include <string.h>

#include "archive/table.h"

/* A question reads whole pages: many rows pay for smaller ones. */
#define MANY_ROWS    (1 << 18)
#define PAGE_OF_FEW  8192
#define PAGE_OF_MANY 4096

#define TEXT ((size_t)1 << 20) /* bytes of text of a batch */

int vg_table_order(const void *a, const void *b)
{
    const struct vg_table_key *x = a, *y = b;
    if (x->mmsi != y->mmsi)
        return x->mmsi < y->mmsi ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->journal_offset < y->journal_offset ? -1 : x->journal_offset > y->journal_offset;
}

struct vg_parquet_text vg_table_source(const struct vg_sources *sources, uint16_t source)
{
    const char *name = vg_source_get(sources, source)->name;
    return (struct vg_parquet_text){name, (uint32_t)strnlen(name, VG_SOURCE_NAME)};
}

static void out_free(struct vg_table_out *out)
{
    vg_parquet_writer_free(out->parquet);
    free(out->ints);
    free(out->present);
    free(out->texts);
    free(out->text);
    vg_vessels_out_free(&out->vessels);
    free(out);
}

enum vg_err vg_table_out_open(const struct vg_table *table, const char *path, const struct vg_parquet_options *options,
                              struct vg_table_out **ret_out)
{
    struct vg_table_out *out = calloc(1, sizeof *out);
    struct vg_parquet_options fitting = *options;
    if (!out)
        return VG_NOMEM;
    if (!fitting.page_rows)
        fitting.page_rows = fitting.rows && fitting.rows < MANY_ROWS ? PAGE_OF_FEW : PAGE_OF_MANY;
    out->vessels.failed = !table->located || options->codings;
    size_t cells = table->count * VG_TABLE_STRIDE;
    out->table = table;
    out->ints = malloc(cells * sizeof *out->ints);
    out->present = malloc(cells);
    out->texts = malloc(cells * sizeof *out->texts);
    out->text = malloc(TEXT);
    enum vg_err err = out->ints && out->present && out->texts && out->text ? VG_OK : VG_NOMEM;
    if (!err)
        err = vg_atomic_open(&out->file, path);
    if (err) {
        out_free(out);
        return err;
    }
    err = vg_parquet_writer_new(table->columns, table->count, &fitting, vg_atomic_write, &out->file, &out->parquet);
    if (err)
        vg_table_out_abandon(out);
    else
        *ret_out = out;
    return err;
}

static void flush(struct vg_table_out *out)
{
    struct vg_parquet_cells cells[VG_TABLE_COLUMNS];
    for (size_t c = 0; c < out->table->count; c++)
        cells[c] = (struct vg_parquet_cells){out->ints + c * VG_TABLE_STRIDE, out->texts + c * VG_TABLE_STRIDE,
                                             out->present + c * VG_TABLE_STRIDE};
    for (size_t i = 0; i < out->count && !out->vessels.failed; i++)
        vg_vessels_add(&out->vessels, (uint32_t)out->ints[i], (int32_t)out->ints[2 * VG_TABLE_STRIDE + i],
                       (int32_t)out->ints[3 * VG_TABLE_STRIDE + i]);
    if (!out->err && out->count)
        out->err = vg_parquet_write(out->parquet, cells, out->count);
    out->count = out->text_len = 0;
    memset(out->names, 0, sizeof out->names);
}

enum vg_err vg_table_out_row(struct vg_table_out *out, const void *row)
{
    if (out->count == VG_TABLE_BATCH || out->text_len > TEXT - VG_TABLE_COLUMNS * 256)
        flush(out);
    uint64_t place = ((const struct vg_table_key *)row)->journal_offset;
    if (place && (!out->place_first || place < out->place_first))
        out->place_first = place;
    if (place > out->place_last)
        out->place_last = place;
    out->table->put(out, row);
    out->count++;
    return out->err;
}

/* Copies a text, mended. True if there was nothing to mend. */
static bool copy_text(char *to, const char *text, size_t len)
{
    bool whole = true;
    for (size_t i = 0; i < len;) {
        size_t n = vg_utf8_length((const uint8_t *)text + i, len - i);
        if (n)
            memcpy(to + i, text + i, n);
        else
            to[i] = '?';
        whole = whole && n;
        i += n ? n : 1;
    }
    return whole;
}

void vg_table_put_text(struct vg_table_out *out, size_t column, bool present, const char *text, size_t len)
{
    size_t cell = column * VG_TABLE_STRIDE + out->count;
    out->present[cell] = present;
    if (!present)
        return;
    if (!len) {
        out->texts[cell] = (struct vg_parquet_text){out->text, 0};
        return;
    }
    len = len < 255 ? len : 255;
    size_t slot = (len * 31 + (uint8_t)text[len - 1] * 7u + (uint8_t)text[len / 2]) % VG_TABLE_NAMES;
    struct vg_parquet_text *known = &out->names[slot];
    if (known->bytes && known->len == len && !memcmp(known->bytes, text, len)) {
        out->texts[cell] = *known;
        return;
    }
    char *to = out->text + out->text_len;
    out->texts[cell] = (struct vg_parquet_text){to, (uint32_t)len};
    if (copy_text(to, text, len))
        *known = out->texts[cell];
    out->text_len += len;
}

void vg_table_put_class_key(struct vg_table_out *out, size_t column, uint8_t class)
{
    const char *key = vg_class_key((enum vg_class) class);
    vg_table_put_text(out, column, true, key, strlen(key));
}

/* These texts stay where they are: no row copies one. */
void vg_table_put_time_source(struct vg_table_out *out, size_t column, uint8_t time_source)
{
    static const struct vg_parquet_text keys[] = {
#define X(name, key) {key, sizeof key - 1},
        VG_TIME_SOURCE_LIST(X)
#undef X
    };
    const size_t cell = column * VG_TABLE_STRIDE + out->count;
    out->present[cell] = time_source != VG_TIME_SOURCE_UNKNOWN && time_source < VG_TIME_SOURCE_COUNT;
    if (out->present[cell])
        out->texts[cell] = keys[time_source];
}

/* The file has its name. */
static enum vg_err finish(struct vg_table_out *out)
{
    flush(out);
    enum vg_err err = out->err;
    if (!err)
        err = vg_vessels_attach(&out->vessels, out->parquet);
    if (!err)
        err = vg_parquet_finish(out->parquet);
    if (err)
        vg_atomic_abandon(&out->file);
    else
        err = vg_atomic_commit(&out->file);
    return err;
}

enum vg_err vg_table_out_commit(struct vg_table_out *out, uint64_t *ret_bytes,
                                uint64_t column_bytes[VG_PARQUET_COLUMNS])
{
    enum vg_err err = finish(out);
    if (!err && ret_bytes)
        *ret_bytes = vg_parquet_written_bytes(out->parquet);
    for (size_t c = 0; c < out->table->count && !err && column_bytes; c++)
        column_bytes[c] = vg_parquet_written_column_bytes(out->parquet, c);
    out_free(out);
    return err;
}

enum vg_err vg_table_out_finish(struct vg_table_out *out, struct vg_table_written *ret_written)
{
    enum vg_err err = finish(out);
    if (!err)
        *ret_written = (struct vg_table_written){.bytes = vg_parquet_written_bytes(out->parquet),
                                                 .rows = vg_parquet_written_rows(out->parquet),
                                                 .place_first = out->place_first,
                                                 .place_last = out->place_last,
                                                 .foot = vg_parquet_written_foot(out->parquet)};
    out_free(out);
    return err;
}

void vg_table_out_abandon(struct vg_table_out *out)
{
    if (!out)
        return;
    vg_atomic_abandon(&out->file);
    out_free(out);
}
