/* The metadata of any writer's file: its schema, and its row groups one after the other. */
#include "archive/parquet_any.h"

#include <stdlib.h>
#include <string.h>

#include "archive/parquet_any_inner.h"
#include "archive/thrift.h"

#define DAMAGED    "its metadata is damaged"
#define CONVERTED  22 /* the format's old names of logical types, one more than the last */
#define NO_LOGICAL 0

/* ---- schema ---- */

/* An element of the schema as it is told. */
struct element {
    int64_t type, width, repetition, children, converted, scale;
    struct vg_thrift_bytes name;
    int64_t logical;  /* the field of LogicalType; 0: none */
    int64_t one, two; /* its numbers: scale and precision, or bits and sign */
    int64_t unit;     /* 1 ms, 2 µs, 3 ns */
};

/* TimeType and TimestampType. */
static void get_unit(struct vg_thrift_in *in, struct element *e)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 2 && f.type == VG_THRIFT_STRUCT) {
            struct vg_thrift_field unit = {0};
            while (vg_thrift_field(in, &unit)) {
                e->unit = unit.id;
                vg_thrift_skip(in, unit.type);
            }
        } else {
            vg_thrift_skip(in, f.type);
        }
}

/* IntType and DecimalType. */
static void get_numbers(struct vg_thrift_in *in, struct element *e)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f)) {
        bool flag = f.type == VG_THRIFT_TRUE || f.type == VG_THRIFT_FALSE;
        int64_t v = flag ? vg_thrift_get_bool(in, f.type) : vg_thrift_get_int(in, f.type);
        if (f.id == 1)
            e->one = v;
        else if (f.id == 2)
            e->two = v;
    }
}

static void get_logical(struct vg_thrift_in *in, struct element *e)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f)) {
        e->logical = f.id;
        if ((f.id == 7 || f.id == 8) && f.type == VG_THRIFT_STRUCT)
            get_unit(in, e);
        else if ((f.id == 5 || f.id == 10) && f.type == VG_THRIFT_STRUCT)
            get_numbers(in, e);
        else
            vg_thrift_skip(in, f.type);
    }
}

static void get_element(struct vg_thrift_in *in, struct element *e)
{
    struct vg_thrift_field f = {0};
    *e = (struct element){.type = -1, .converted = -1};
    while (vg_thrift_field(in, &f))
        if (f.id == 1)
            e->type = vg_thrift_get_int(in, f.type);
        else if (f.id == 2)
            e->width = vg_thrift_get_int(in, f.type);
        else if (f.id == 3)
            e->repetition = vg_thrift_get_int(in, f.type);
        else if (f.id == 4)
            e->name = vg_thrift_get_binary(in, f.type);
        else if (f.id == 5)
            e->children = vg_thrift_get_int(in, f.type);
        else if (f.id == 6)
            e->converted = vg_thrift_get_int(in, f.type);
        else if (f.id == 7)
            e->scale = vg_thrift_get_int(in, f.type);
        else if (f.id == 10 && f.type == VG_THRIFT_STRUCT)
            get_logical(in, e);
        else
            vg_thrift_skip(in, f.type);
}

/* The old name of a logical type as the new one says it. */
static void modernise(struct element *e)
{
    static const struct {
        uint8_t logical, one, two, unit;
    } now[CONVERTED] = {
        [0] = {1, 0, 0, 0},   [4] = {1, 0, 0, 0},    [5] = {5, 0, 0, 0},    [6] = {6, 0, 0, 0},
        [7] = {7, 0, 0, 1},   [8] = {7, 0, 0, 2},    [9] = {8, 0, 0, 1},    [10] = {8, 0, 0, 2},
        [11] = {10, 8, 0, 0}, [12] = {10, 16, 0, 0}, [13] = {10, 32, 0, 0}, [14] = {10, 64, 0, 0},
        [15] = {10, 8, 1, 0}, [16] = {10, 16, 1, 0}, [17] = {10, 32, 1, 0}, [18] = {10, 64, 1, 0},
        [19] = {12, 0, 0, 0},
    };
    if (e->logical || e->converted < 0 || e->converted >= CONVERTED)
        return;
    e->logical = now[e->converted].logical;
    e->one = e->logical == 5 ? e->scale : now[e->converted].one;
    e->two = now[e->converted].two;
    e->unit = now[e->converted].unit;
}

static enum vg_parquet_kind kind_of_number(const struct element *e, uint8_t *ret_scale)
{
    bool unit = e->unit >= 1 && e->unit <= 3;
    switch (e->logical) {
    case NO_LOGICAL:
        return VG_PARQUET_ANY_INT;
    case 5:
        *ret_scale = (uint8_t)e->one;
        return e->one >= 0 && e->one <= 18 ? VG_PARQUET_ANY_DECIMAL : VG_PARQUET_ANY_NOTHING;
    case 6:
        return e->type == ANY_INT32 ? VG_PARQUET_ANY_DATE : VG_PARQUET_ANY_NOTHING;
    case 7:
    case 8:
        *ret_scale = (uint8_t)(3 * e->unit);
        return !unit ? VG_PARQUET_ANY_NOTHING : e->logical == 7 ? VG_PARQUET_ANY_CLOCK : VG_PARQUET_ANY_TIME;
    case 10:
        return e->two ? VG_PARQUET_ANY_INT : VG_PARQUET_ANY_UINT;
    default:
        return VG_PARQUET_ANY_NOTHING;
    }
}

/* 1 text, 4 enum, 12 JSON; 5 decimal; 15 floats of 16 bits; 17, 18 geometry, as WKB. */
static enum vg_parquet_kind kind_of_bytes(const struct element *e, uint8_t *ret_scale)
{
    bool fixed = e->type == ANY_FIXED;
    if (e->logical == 5)
        return kind_of_number(e, ret_scale);
    if (fixed)
        return e->logical == 15 && e->width == 2 ? VG_PARQUET_ANY_FLOAT : VG_PARQUET_ANY_NOTHING;
    if (e->logical == 1 || e->logical == 4 || e->logical == 12)
        return VG_PARQUET_ANY_TEXT;
    return e->logical == NO_LOGICAL || e->logical == 17 || e->logical == 18 ? VG_PARQUET_ANY_BYTES
                                                                            : VG_PARQUET_ANY_NOTHING;
}

static enum vg_parquet_kind kind_of(const struct element *e, uint8_t *ret_scale)
{
    switch (e->type) {
    case ANY_BOOL:
        return VG_PARQUET_ANY_BOOL;
    case ANY_INT32:
    case ANY_INT64:
        return kind_of_number(e, ret_scale);
    case ANY_INT96: /* what Spark and Impala once wrote: nanoseconds of a day */
        *ret_scale = 9;
        return VG_PARQUET_ANY_TIME;
    case ANY_FLOAT:
        return VG_PARQUET_ANY_FLOAT;
    case ANY_DOUBLE:
        return VG_PARQUET_ANY_DOUBLE;
    case ANY_BYTES:
    case ANY_FIXED:
        return kind_of_bytes(e, ret_scale);
    default:
        return VG_PARQUET_ANY_NOTHING;
    }
}

static enum vg_err add_column(struct vg_parquet_any *file, struct element *e, bool nested)
{
    if (file->count == VG_PARQUET_ANY_COLUMNS)
        return vg_any_fail(file, VG_LIMIT, "more than 256 columns");
    struct vg_any_column *c = &file->column[file->count++];
    char *name = malloc((size_t)e->name.len + 1);
    if (!name)
        return vg_any_fail(file, VG_NOMEM, "out of memory");
    if (e->name.len)
        memcpy(name, e->name.bytes, e->name.len);
    name[e->name.len] = '\0';
    modernise(e);
    c->told.name = name;
    c->type = e->type >= 0 && e->type <= ANY_FIXED ? (uint8_t)e->type : ANY_BYTES;
    c->width = e->width > 0 && e->width <= VG_PARQUET_TEXT_MAX ? (uint32_t)e->width : 0;
    c->optional = e->repetition == 1;
    bool flat = !nested && (e->repetition == 0 || e->repetition == 1) && (c->type != ANY_FIXED || c->width);
    c->told.kind = (uint8_t)(flat ? kind_of(e, &c->told.scale) : VG_PARQUET_ANY_NOTHING);
    return VG_OK;
}

/* The tree's elements stand in depth-first order; each says how many children follow. */
static enum vg_err get_schema(struct vg_parquet_any *file, struct vg_thrift_in *in, enum vg_thrift_type type)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_STRUCT);
    struct element e;
    uint64_t within = 0; /* elements that are still to come below the last top one */
    enum vg_err err = VG_OK;
    if (in->bad || l.count < 2 || file->count)
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    get_element(in, &e); /* the root */
    for (uint32_t i = 1; i < l.count && !err && !in->bad; i++) {
        get_element(in, &e);
        bool nested = within > 0;
        within -= nested;
        if (e.children > 0 && e.children < l.count)
            within += (uint64_t)e.children;
        else
            err = add_column(file, &e, nested);
    }
    return err ? err : in->bad ? vg_any_fail(file, VG_CORRUPT, DAMAGED) : VG_OK;
}

/* ---- row groups ---- */

struct chunk {
    int64_t codec, data_at, dict_at, bytes, values;
    bool elsewhere; /* in another file */
};

static void get_chunk_data(struct vg_thrift_in *in, struct chunk *c)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 4)
            c->codec = vg_thrift_get_int(in, f.type);
        else if (f.id == 5)
            c->values = vg_thrift_get_int(in, f.type);
        else if (f.id == 7)
            c->bytes = vg_thrift_get_int(in, f.type);
        else if (f.id == 9)
            c->data_at = vg_thrift_get_int(in, f.type);
        else if (f.id == 11)
            c->dict_at = vg_thrift_get_int(in, f.type);
        else
            vg_thrift_skip(in, f.type);
}

static void get_chunk(struct vg_thrift_in *in, struct chunk *c)
{
    struct vg_thrift_field f = {0};
    *c = (struct chunk){0};
    while (vg_thrift_field(in, &f))
        if (f.id == 3 && f.type == VG_THRIFT_STRUCT) {
            get_chunk_data(in, c);
        } else {
            c->elsewhere |= f.id == 1;
            vg_thrift_skip(in, f.type);
        }
}

/* Where the pages lie; the dictionary's comes first where there is one. */
static enum vg_err begin_chunk(struct vg_parquet_any *file, struct vg_any_column *column, const struct chunk *c)
{
    int64_t at = c->dict_at > 0 && c->dict_at < c->data_at ? c->dict_at : c->data_at;
    if (!column->told.wanted)
        return VG_OK;
    if (c->elsewhere)
        return vg_any_fail(file, VG_UNSUPPORTED, "its columns lie in other files");
    if (at < 4 || c->bytes < 0 || (uint64_t)at > file->input.size ||
        (uint64_t)c->bytes > file->input.size - (uint64_t)at)
        return vg_any_fail(file, VG_CORRUPT, "a column lies beyond the end of the file");
    vg_any_begin(column, (uint64_t)at, (uint64_t)(at + c->bytes), file->group_rows, (int32_t)c->codec);
    return VG_OK;
}

static enum vg_err get_chunks(struct vg_parquet_any *file, struct vg_thrift_in *in, enum vg_thrift_type type,
                              struct chunk *ret)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_STRUCT);
    if (in->bad || l.count != file->count)
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    for (uint32_t i = 0; i < l.count; i++)
        get_chunk(in, &ret[i]);
    return VG_OK;
}

static enum vg_err next_group(struct vg_parquet_any *file)
{
    struct chunk chunk[VG_PARQUET_ANY_COLUMNS];
    struct vg_thrift_in in = {.p = file->group, .end = file->footer + file->footer_len};
    struct vg_thrift_field f = {0};
    bool found = false;
    int64_t rows = -1;
    enum vg_err err = VG_OK;
    while (!err && vg_thrift_field(&in, &f))
        if (f.id == 1 && !found) {
            err = get_chunks(file, &in, f.type, chunk);
            found = true;
        } else if (f.id == 3) {
            rows = vg_thrift_get_int(&in, f.type);
        } else {
            vg_thrift_skip(&in, f.type);
        }
    if (!err && (in.bad || !found || rows < 0))
        err = vg_any_fail(file, VG_CORRUPT, DAMAGED);
    if (err)
        return err;
    file->groups--;
    file->group = in.p;
    file->group_rows = (uint64_t)rows;
    for (size_t i = 0; i < file->count && !err; i++)
        err = begin_chunk(file, &file->column[i], &chunk[i]);
    return err;
}

/* ---- opening ---- */

static enum vg_err get_footer(struct vg_parquet_any *file)
{
    struct vg_thrift_in in = {.p = file->footer, .end = file->footer + file->footer_len};
    struct vg_thrift_field f = {0};
    enum vg_err err = VG_OK;
    while (!err && vg_thrift_field(&in, &f))
        if (f.id == 2) {
            err = get_schema(file, &in, f.type);
        } else if (f.id == 3) {
            file->rows = (uint64_t)vg_thrift_get_int(&in, f.type);
        } else if (f.id == 4 && !file->group) {
            struct vg_thrift_list l = vg_thrift_get_list(&in, f.type, VG_THRIFT_STRUCT);
            file->groups = l.count;
            file->group = in.p;
            for (uint32_t i = 0; i < l.count && !in.bad; i++)
                vg_thrift_skip(&in, VG_THRIFT_STRUCT);
        } else {
            vg_thrift_skip(&in, f.type);
        }
    if (!err && (in.bad || !file->count || !file->group))
        err = vg_any_fail(file, VG_CORRUPT, DAMAGED);
    return err;
}

static enum vg_err open_input(struct vg_parquet_any *file)
{
    enum vg_err err = vg_parquet_load_footer(&file->input, &file->footer, &file->footer_len);
    if (err == VG_SYNTAX)
        return vg_any_fail(file, err, "no whole Parquet file: its marks are missing");
    if (err == VG_CORRUPT)
        return vg_any_fail(file, err, "its metadata is said to be longer than the file");
    if (err)
        return vg_any_fail(file, err, vg_err_text(err));
    return get_footer(file);
}

static enum vg_err new_file(const struct vg_parquet_input *input, struct vg_parquet_any **ret_file,
                            const char **ret_why)
{
    struct vg_parquet_input in = *input;
    struct vg_parquet_any *file = calloc(1, sizeof *file);
    if (!file) {
        vg_parquet_input_close(&in);
        *ret_why = "out of memory";
        return VG_NOMEM;
    }
    file->input = in;
    enum vg_err err = open_input(file);
    if (err) {
        *ret_why = file->why;
        vg_parquet_any_close(file);
    } else {
        *ret_file = file;
    }
    return err;
}

enum vg_err vg_parquet_any_open_bytes(const void *bytes, size_t len, struct vg_parquet_any **ret_file,
                                      const char **ret_why)
{
    const struct vg_parquet_input input = {-1, bytes, len};
    return new_file(&input, ret_file, ret_why);
}

enum vg_err vg_parquet_any_open(const char *path, struct vg_parquet_any **ret_file, const char **ret_why)
{
    struct vg_parquet_input input;
    enum vg_err err = vg_parquet_input_open(path, &input);
    *ret_why = vg_err_text(err);
    return err ? err : new_file(&input, ret_file, ret_why);
}

void vg_parquet_any_close(struct vg_parquet_any *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->count; i++) {
        vg_any_free(&file->column[i]);
        free((char *)(uintptr_t)file->column[i].told.name);
    }
    vg_unpacker_free(&file->unpacker);
    vg_parquet_input_close(&file->input);
    free(file->footer);
    free(file);
}

const struct vg_parquet_any_column *vg_parquet_any_column(const struct vg_parquet_any *file, size_t column)
{
    return column < file->count ? &file->column[column].told : NULL;
}

uint64_t vg_parquet_any_rows(const struct vg_parquet_any *file)
{
    return file->rows;
}

void vg_parquet_any_want(struct vg_parquet_any *file, size_t column)
{
    file->column[column].told.wanted = file->column[column].told.kind != VG_PARQUET_ANY_NOTHING;
}

enum vg_err vg_parquet_any_next(struct vg_parquet_any *file, struct vg_parquet_cell *cell, const char **ret_why)
{
    enum vg_err err = VG_OK;
    while (!err && !file->group_rows)
        err = file->groups ? next_group(file) : VG_EOF;
    for (size_t i = 0; i < file->count && !err; i++)
        if (file->column[i].told.wanted)
            err = vg_any_cell(file, &file->column[i], &cell[i]);
    if (!err)
        file->group_rows--;
    else if (err != VG_EOF)
        *ret_why = file->why;
    return err;
}
