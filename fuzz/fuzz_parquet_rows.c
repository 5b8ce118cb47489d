/* Any bytes as a Parquet file of any writer, and its rows as text: the same text twice, and whole lines. */
#include <stdlib.h>
#include <string.h>

#include "ingest/parquet_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOCKS 4 /* of 256 KiB: a few bytes may stand for millions of rows */

static uint64_t hash_of(const void *bytes, size_t len, uint64_t hash)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t read_all(const uint8_t *data, size_t size)
{
    struct vg_parquet_rows *rows;
    const char *why = NULL;
    const void *bytes;
    size_t len;
    uint64_t hash = 14695981039346656037u;
    enum vg_err err = vg_parquet_rows_open_bytes(data, size, &rows, &why);
    if (err) {
        if (!why)
            abort();
        return err;
    }
    for (int i = 0; i < BLOCKS && !(err = vg_parquet_rows_next(rows, &bytes, &len, &why)); i++) {
        if (!len || ((const char *)bytes)[len - 1] != '\n')
            abort();
        hash = hash_of(bytes, len, hash);
    }
    if (err && err != VG_EOF && !why)
        abort();
    vg_parquet_rows_note(rows);
    vg_parquet_rows_close(rows);
    return hash + err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (read_all(data, size) != read_all(data, size))
        abort();
    return 0;
}
