/* What the tests of the reader of any writer's Parquet files share: all that is in one as a text. */
#ifndef VG_TESTS_ARCHIVE_ANY_READ_H
#define VG_TESTS_ARCHIVE_ANY_READ_H

#include "archive/any_file.h"

#define DICTIONARY(e, b)                                                                                               \
    {                                                                                                                  \
        .kind = 2, .encoding = e, .values = 3, .body = ANY_BYTES_OF(b)                                                 \
    }
#define DATA(e, b)                                                                                                     \
    {                                                                                                                  \
        .encoding = e, .values = 4, .body = ANY_BYTES_OF(b)                                                            \
    }

#define TEXT 4096

/* All rows of all columns that can be read: cells behind each other with '|', rows with '/', nulls as '-'. */
static inline enum vg_err read_all(const struct vg_out *from, char *text, const char **why)
{
    struct vg_parquet_any *file;
    struct vg_parquet_cell cell[VG_PARQUET_ANY_COLUMNS];
    struct vg_out out = vg_out_fixed(text, TEXT - 1); /* what is too much is left out */
    *text = '\0';
    *why = "";
    enum vg_err err = vg_parquet_any_open_bytes(from->buf, from->len, &file, why);
    if (err)
        return err;
    for (size_t i = 0; vg_parquet_any_column(file, i); i++)
        vg_parquet_any_want(file, i);
    while (!(err = vg_parquet_any_next(file, cell, why))) {
        for (size_t i = 0; vg_parquet_any_column(file, i); i++) {
            const struct vg_parquet_any_column *c = vg_parquet_any_column(file, i);
            if (!c->wanted)
                continue;
            if (!cell[i].present)
                vg_out_printf(&out, "-|");
            else if (c->kind == VG_PARQUET_ANY_TEXT || c->kind == VG_PARQUET_ANY_BYTES)
                vg_out_printf(&out, "%.*s|", (int)cell[i].text.len, cell[i].text.bytes);
            else if (c->kind == VG_PARQUET_ANY_FLOAT || c->kind == VG_PARQUET_ANY_DOUBLE)
                vg_out_printf(&out, "%g|", cell[i].real);
            else if (c->kind == VG_PARQUET_ANY_UINT)
                vg_out_printf(&out, "%llu|", (unsigned long long)cell[i].number);
            else
                vg_out_printf(&out, "%lld|", (long long)cell[i].number);
        }
        vg_out_text(&out, "/");
    }
    vg_parquet_any_close(file);
    text[out.len] = '\0';
    return err == VG_EOF ? VG_OK : err;
}

static inline void check(const struct any_file *f, const char *what, enum vg_err want, const char *want_text)
{
    char text[TEXT];
    const char *why;
    struct vg_out out = any_make(f);
    enum vg_err err = read_all(&out, text, &why);
    if (err != want || (!err && strcmp(text, want_text) != 0))
        fail_msg("%s: %s, %s, %s", what, vg_err_text(err), text, why);
    if (err && !*why)
        fail_msg("%s: no word of why", what);
    vg_out_free(&out);
}

#endif
