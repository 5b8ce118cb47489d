#include "archive/parquet_read.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/parquet_inner.h"
#include "archive/thrift.h"

#define ATTACHED "vigia." /* how the keys of our attachments begin */

int64_t vg_parquet_int(const struct vg_parquet_column *column, const uint8_t *p)
{
    uint64_t low = (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
    if (column->type == VG_PARQUET_INT32)
        return column->logical == VG_PARQUET_UINT ? (int64_t)low : (int32_t)(uint32_t)low;
    return (int64_t)(low | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56);
}

static bool get_bound(const struct vg_parquet_column *column, struct vg_thrift_bytes b, int64_t *ret_value)
{
    if (column->type == VG_PARQUET_BYTES || b.len != (column->type == VG_PARQUET_INT32 ? 4u : 8u))
        return false;
    *ret_value = vg_parquet_int(column, b.bytes);
    return true;
}

/* TimestampType: false unless UTC and microseconds. */
static bool get_time_us(struct vg_thrift_in *in)
{
    struct vg_thrift_field f = {0};
    bool utc = false, us = false;
    while (vg_thrift_field(in, &f))
        if (f.id == 1) {
            utc = vg_thrift_get_bool(in, f.type);
        } else if (f.id == 2 && f.type == VG_THRIFT_STRUCT) {
            struct vg_thrift_field unit = {0};
            while (vg_thrift_field(in, &unit)) {
                us = unit.id == 2;
                vg_thrift_skip(in, unit.type);
            }
        } else {
            vg_thrift_skip(in, f.type);
        }
    return utc && us;
}

/* IntType and DecimalType: two fields each. */
static void get_pair(struct vg_thrift_in *in, int64_t *ret_one, int64_t *ret_two)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f)) {
        bool flag = f.type == VG_THRIFT_TRUE || f.type == VG_THRIFT_FALSE;
        int64_t v = flag ? vg_thrift_get_bool(in, f.type) : vg_thrift_get_int(in, f.type);
        if (f.id == 1)
            *ret_one = v;
        else if (f.id == 2)
            *ret_two = v;
    }
}

static bool get_logical(struct vg_thrift_in *in, struct vg_parquet_column *c)
{
    struct vg_thrift_field f = {0};
    bool known = true;
    while (vg_thrift_field(in, &f)) {
        int64_t one = 0, two = 0;
        if (f.type != VG_THRIFT_STRUCT || (f.id != 1 && f.id != 5 && f.id != 8 && f.id != 10)) {
            vg_thrift_skip(in, f.type);
            known = false;
        } else if (f.id == 8) {
            c->logical = VG_PARQUET_TIME_US;
            known = get_time_us(in);
        } else {
            get_pair(in, &one, &two);
            c->logical = f.id == 1 ? VG_PARQUET_STRING : f.id == 5 ? VG_PARQUET_DECIMAL : VG_PARQUET_UINT;
            if (f.id == 5) {
                c->scale = (uint8_t)one;
                c->precision = (uint8_t)two;
                known = one >= 0 && one <= 18 && two >= 1 && two <= 18;
            } else if (f.id == 10) {
                c->bits = (uint8_t)one;
                c->logical = two ? VG_PARQUET_SIGNED : VG_PARQUET_UINT;
            }
        }
    }
    return known;
}

/* A column, or false if it isn't of our subset. */
static bool get_column(struct vg_thrift_in *in, struct vg_parquet_column *c)
{
    struct vg_thrift_field f = {0};
    int64_t type = -1, repetition = 0, children = 0;
    bool known = true, logical = false;
    *c = (struct vg_parquet_column){0};
    while (vg_thrift_field(in, &f))
        if (f.id == 1) {
            type = vg_thrift_get_int(in, f.type);
        } else if (f.id == 3) {
            repetition = vg_thrift_get_int(in, f.type);
        } else if (f.id == 4) {
            struct vg_thrift_bytes name = vg_thrift_get_binary(in, f.type);
            known = known && name.len > 0 && name.len < sizeof c->name && !memchr(name.bytes, 0, name.len);
            if (known)
                memcpy(c->name, name.bytes, name.len);
        } else if (f.id == 5) {
            children = vg_thrift_get_int(in, f.type);
        } else if (f.id == 10 && f.type == VG_THRIFT_STRUCT) {
            logical = true;
            known = get_logical(in, c) && known;
        } else {
            vg_thrift_skip(in, f.type);
        }
    c->optional = repetition == 1;
    c->type = type > 0 && type < 8 ? (uint8_t)type : 0;
    if (!logical) {
        c->logical = c->type == VG_PARQUET_BYTES ? VG_PARQUET_STRING : VG_PARQUET_SIGNED;
        c->bits = c->type == VG_PARQUET_INT32 ? 32 : 64;
    }
    return known && !children && (repetition == 0 || repetition == 1) && vg_parquet_column_valid(c);
}

static enum vg_err get_schema(struct vg_parquet_file *file, struct vg_thrift_in *in, enum vg_thrift_type type)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_STRUCT);
    if (in->bad || l.count < 2)
        return VG_CORRUPT;
    if (l.count - 1 > VG_PARQUET_COLUMNS)
        return VG_UNSUPPORTED;
    vg_thrift_skip(in, VG_THRIFT_STRUCT); /* the root */
    for (uint32_t i = 0; i + 1 < l.count; i++)
        if (!get_column(in, &file->columns[i]))
            return in->bad ? VG_CORRUPT : VG_UNSUPPORTED;
    file->count = l.count - 1;
    return VG_OK;
}

static void get_statistics(const struct vg_parquet_column *column, struct vg_thrift_in *in, struct vg_parquet_bounds *b)
{
    struct vg_thrift_field f = {0};
    bool max = false, min = false;
    while (vg_thrift_field(in, &f))
        if (f.id == 3)
            b->nulls = (uint64_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 5)
            max = get_bound(column, vg_thrift_get_binary(in, f.type), &b->max);
        else if (f.id == 6)
            min = get_bound(column, vg_thrift_get_binary(in, f.type), &b->min);
        else
            vg_thrift_skip(in, f.type);
    b->known = max && min;
}

static void get_column_data(const struct vg_parquet_column *column, struct vg_thrift_in *in,
                            struct vg_column_chunk *chunk)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 4)
            chunk->codec = (int32_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 9)
            chunk->data_offset = (uint64_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 11)
            chunk->dict_offset = (uint64_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 12 && f.type == VG_THRIFT_STRUCT)
            get_statistics(column, in, &chunk->bounds);
        else
            vg_thrift_skip(in, f.type);
}

static void get_chunk(const struct vg_parquet_column *column, struct vg_thrift_in *in, struct vg_column_chunk *chunk)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 3 && f.type == VG_THRIFT_STRUCT)
            get_column_data(column, in, chunk);
        else if (f.id == 4)
            chunk->offset_index = (uint64_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 5)
            chunk->offset_index_bytes = (uint32_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 6)
            chunk->column_index = (uint64_t)vg_thrift_get_int(in, f.type);
        else if (f.id == 7)
            chunk->column_index_bytes = (uint32_t)vg_thrift_get_int(in, f.type);
        else
            vg_thrift_skip(in, f.type);
}

static enum vg_err get_group(struct vg_parquet_file *file, struct vg_thrift_in *in, struct vg_row_group *group)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 1 && !group->chunks) {
            struct vg_thrift_list l = vg_thrift_get_list(in, f.type, VG_THRIFT_STRUCT);
            if (in->bad || l.count != file->count)
                return VG_CORRUPT;
            group->chunks = calloc(l.count, sizeof *group->chunks);
            if (!group->chunks)
                return VG_NOMEM;
            for (uint32_t i = 0; i < l.count; i++)
                get_chunk(&file->columns[i], in, &group->chunks[i]);
        } else if (f.id == 3) {
            group->rows = (uint64_t)vg_thrift_get_int(in, f.type);
        } else {
            vg_thrift_skip(in, f.type);
        }
    return in->bad || !group->chunks ? VG_CORRUPT : group->rows > VG_PARQUET_GROUP_ROWS ? VG_UNSUPPORTED : VG_OK;
}

static enum vg_err get_groups(struct vg_parquet_file *file, struct vg_thrift_in *in, enum vg_thrift_type type)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_STRUCT);
    enum vg_err err = VG_OK;
    if (in->bad || !file->count || file->groups)
        return VG_CORRUPT;
    file->groups = calloc(l.count ? l.count : 1, sizeof *file->groups);
    if (!file->groups)
        return VG_NOMEM;
    for (; file->group_count < l.count && !err; file->group_count++)
        err = get_group(file, in, &file->groups[file->group_count]);
    return err;
}

/* A key and its value. Ours are "OFFSET LENGTH NOTE" under a key of ours; others' are passed over. */
static void get_key_value(struct vg_thrift_in *in, struct vg_parquet_attachment *ret)
{
    struct vg_thrift_field f = {0};
    struct vg_thrift_bytes key = {0}, value = {0};
    struct vg_parquet_attachment a = {0};
    char text[VG_PARQUET_NOTE + 48] = "";
    int used = 0;
    while (vg_thrift_field(in, &f))
        if (f.id == 1)
            key = vg_thrift_get_binary(in, f.type);
        else if (f.id == 2)
            value = vg_thrift_get_binary(in, f.type);
        else
            vg_thrift_skip(in, f.type);
    if (in->bad || key.len < sizeof ATTACHED - 1 || memcmp(key.bytes, ATTACHED, sizeof ATTACHED - 1) ||
        key.len >= sizeof a.key || !value.len || value.len >= sizeof text)
        return;
    memcpy(a.key, key.bytes, key.len);
    memcpy(text, value.bytes, value.len);
    if (sscanf(text, "%" SCNu64 " %" SCNu32 " %n", &a.offset, &a.bytes, &used) != 2 || !used ||
        strlen(text + used) >= sizeof a.note)
        return;
    memcpy(a.note, text + used, strlen(text + used));
    *ret = a;
}

static void get_key_values(struct vg_thrift_in *in, enum vg_thrift_type type, struct vg_parquet_attachment *ret)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_STRUCT);
    for (uint32_t i = 0; i < l.count && !in->bad; i++)
        get_key_value(in, ret);
}

static enum vg_err get_footer(struct vg_parquet_file *file, const uint8_t *bytes, size_t len)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    struct vg_thrift_field f = {0};
    enum vg_err err = VG_OK;
    uint64_t rows = 0;
    while (!err && vg_thrift_field(&in, &f))
        if (f.id == 2 && !file->count)
            err = get_schema(file, &in, f.type);
        else if (f.id == 3)
            file->rows = (uint64_t)vg_thrift_get_int(&in, f.type);
        else if (f.id == 4)
            err = get_groups(file, &in, f.type);
        else if (f.id == 5)
            get_key_values(&in, f.type, &file->attachment);
        else
            vg_thrift_skip(&in, f.type);
    for (size_t g = 0; g < file->group_count && !err; g++)
        rows += file->groups[g].rows;
    if (!err && (in.bad || !file->groups || rows != file->rows))
        err = VG_CORRUPT;
    return err;
}

static enum vg_err new_file(const struct vg_parquet_input *input, struct vg_parquet_file **ret_file)
{
    static _Atomic uint64_t ids;
    struct vg_parquet_input in = *input;
    struct vg_parquet_file *file = calloc(1, sizeof *file);
    uint8_t *footer;
    size_t len;
    if (!file) {
        vg_parquet_input_close(&in);
        return VG_NOMEM;
    }
    file->input = in;
    file->id = atomic_fetch_add(&ids, 1) + 1;
    enum vg_err err = vg_parquet_load_footer(&in, &footer, &len);
    if (!err) {
        err = get_footer(file, footer, len);
        free(footer);
    }
    if (err)
        vg_parquet_close(file);
    else
        *ret_file = file;
    return err;
}

enum vg_err vg_parquet_open_bytes(const void *bytes, size_t len, struct vg_parquet_file **ret_file)
{
    const struct vg_parquet_input input = {-1, bytes, len};
    return new_file(&input, ret_file);
}

enum vg_err vg_parquet_open(const char *path, struct vg_parquet_file **ret_file)
{
    struct vg_parquet_input input;
    enum vg_err err = vg_parquet_input_open(path, &input);
    return err ? err : new_file(&input, ret_file);
}

void vg_parquet_close(struct vg_parquet_file *file)
{
    if (!file)
        return;
    for (size_t g = 0; g < file->group_count; g++) {
        for (size_t i = 0; file->groups[g].chunks && i < file->count; i++)
            free(file->groups[g].chunks[i].pages);
        free(file->groups[g].chunks);
    }
    free(file->groups);
    vg_parquet_input_close(&file->input);
    free(file);
}
