#include <stdlib.h>

#include "archive/parquet_inner.h"
#include "archive/thrift.h"

#include <string.h>

/* Where the pages lie; rows must ascend from 0. */
static enum vg_err get_locations(const uint8_t *bytes, size_t len, uint64_t group_rows, struct vg_column_chunk *chunk)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(&in, &f)) {
        if (f.id != 1 || chunk->pages) {
            vg_thrift_skip(&in, f.type);
            continue;
        }
        struct vg_thrift_list l = vg_thrift_get_list(&in, f.type, VG_THRIFT_STRUCT);
        chunk->pages = calloc(l.count ? l.count : 1, sizeof *chunk->pages);
        if (!chunk->pages)
            return VG_NOMEM;
        chunk->page_count = l.count;
        for (uint32_t i = 0; i < l.count; i++) {
            struct vg_thrift_field at = {0};
            struct vg_page_location *page = &chunk->pages[i];
            while (vg_thrift_field(&in, &at)) {
                int64_t v = vg_thrift_get_int(&in, at.type);
                if (at.id == 1)
                    page->offset = (uint64_t)v;
                else if (at.id == 2)
                    page->bytes = v > 0 && v <= VG_PARQUET_PAGE_BYTES ? (uint32_t)v : 0;
                else if (at.id == 3)
                    page->first = (uint64_t)v;
            }
        }
    }
    if (in.bad || (!chunk->page_count && group_rows))
        return VG_CORRUPT;
    for (uint32_t i = 0; i < chunk->page_count; i++) {
        const struct vg_page_location *page = &chunk->pages[i];
        uint64_t end = i + 1 < chunk->page_count ? page[1].first : group_rows;
        if (!page->bytes || page->first >= end || (i == 0 && page->first) || end > group_rows)
            return VG_CORRUPT;
        if (end - page->first > VG_PARQUET_PAGE_ROWS)
            return VG_UNSUPPORTED;
    }
    return VG_OK;
}

static void get_bound_list(const struct vg_parquet_column *column, struct vg_thrift_in *in, enum vg_thrift_type type,
                           struct vg_column_chunk *chunk, bool max)
{
    struct vg_thrift_list l = vg_thrift_get_list(in, type, VG_THRIFT_BINARY);
    size_t size = column->type == VG_PARQUET_INT32 ? 4 : 8;
    for (uint32_t i = 0; i < l.count; i++) {
        struct vg_thrift_bytes b = vg_thrift_get_binary(in, VG_THRIFT_BINARY);
        if (i >= chunk->page_count)
            continue;
        struct vg_parquet_bounds *bounds = &chunk->pages[i].bounds;
        if (in->bad || b.len != size || column->type == VG_PARQUET_BYTES)
            bounds->known = false;
        else
            *(max ? &bounds->max : &bounds->min) = vg_parquet_int(column, b.bytes);
    }
    for (uint32_t i = l.count; i < chunk->page_count; i++)
        chunk->pages[i].bounds.known = false;
}

/* The pages' bounds. */
static enum vg_err get_bounds(const struct vg_parquet_column *column, const uint8_t *bytes, size_t len,
                              struct vg_column_chunk *chunk)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    struct vg_thrift_field f = {0};
    unsigned seen = 0;
    for (uint32_t i = 0; i < chunk->page_count; i++)
        chunk->pages[i].bounds.known = true;
    while (vg_thrift_field(&in, &f)) {
        if (f.id == 2 || f.id == 3) {
            get_bound_list(column, &in, f.type, chunk, f.id == 3);
            seen |= 1u << f.id;
        } else if (f.id == 1 || f.id == 5) {
            struct vg_thrift_list l = vg_thrift_get_list(&in, f.type, f.id == 1 ? VG_THRIFT_TRUE : VG_THRIFT_I64);
            for (uint32_t i = 0; i < l.count; i++) {
                int64_t v = f.id == 1 ? vg_thrift_element_is_true(&in) : vg_unzigzag(vg_varint_get(&in));
                if (i < chunk->page_count && f.id == 5)
                    chunk->pages[i].bounds.nulls = (uint64_t)v;
                else if (i < chunk->page_count && v)
                    chunk->pages[i].bounds.known = false; /* nothing but nulls */
            }
        } else {
            vg_thrift_skip(&in, f.type);
        }
    }
    return in.bad || seen != 12 ? VG_CORRUPT : VG_OK;
}

static enum vg_err fetch(const struct vg_parquet_file *file, uint64_t offset, uint32_t len, uint8_t **ret_bytes)
{
    if (len > VG_PARQUET_FOOTER_MAX)
        return VG_LIMIT;
    if (len > file->input.size)
        return VG_CORRUPT;
    uint8_t *bytes = malloc(len + 1u);
    if (!bytes)
        return VG_NOMEM;
    enum vg_err err = vg_parquet_fetch(&file->input, offset, bytes, len);
    if (err)
        free(bytes);
    else
        *ret_bytes = bytes;
    return err;
}

enum vg_err vg_parquet_pages(struct vg_parquet_file *file, size_t group, size_t column, size_t *ret_count)
{
    uint8_t *bytes = NULL;
    if (group >= file->group_count || column >= file->count)
        return VG_ARG;
    struct vg_column_chunk *chunk = &file->groups[group].chunks[column];
    if (chunk->loaded) {
        *ret_count = chunk->page_count;
        return VG_OK;
    }
    if (!chunk->offset_index)
        return VG_UNSUPPORTED;
    enum vg_err err = fetch(file, chunk->offset_index, chunk->offset_index_bytes, &bytes);
    if (!err)
        err = get_locations(bytes, chunk->offset_index_bytes, file->groups[group].rows, chunk);
    free(bytes);
    bytes = NULL;
    if (!err && chunk->column_index) {
        err = fetch(file, chunk->column_index, chunk->column_index_bytes, &bytes);
        if (!err)
            err = get_bounds(&file->columns[column], bytes, chunk->column_index_bytes, chunk);
        free(bytes);
    }
    if (err) {
        free(chunk->pages);
        chunk->pages = NULL;
        chunk->page_count = 0;
        return err;
    }
    chunk->loaded = true;
    *ret_count = chunk->page_count;
    return VG_OK;
}

void vg_parquet_page_rows(const struct vg_parquet_file *file, size_t group, size_t column, size_t page,
                          uint64_t *ret_first, uint64_t *ret_end)
{
    const struct vg_column_chunk *chunk = &file->groups[group].chunks[column];
    *ret_first = chunk->pages[page].first;
    *ret_end = page + 1 < chunk->page_count ? chunk->pages[page + 1].first : file->groups[group].rows;
}

struct vg_parquet_bounds vg_parquet_page_bounds(const struct vg_parquet_file *file, size_t group, size_t column,
                                                size_t page)
{
    return file->groups[group].chunks[column].pages[page].bounds;
}

uint64_t vg_parquet_rows(const struct vg_parquet_file *file)
{
    return file->rows;
}

size_t vg_parquet_columns(const struct vg_parquet_file *file)
{
    return file->count;
}

const struct vg_parquet_column *vg_parquet_column(const struct vg_parquet_file *file, size_t column)
{
    return &file->columns[column];
}

size_t vg_parquet_find(const struct vg_parquet_file *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (!strcmp(file->columns[i].name, name))
            return i;
    return VG_PARQUET_COLUMNS;
}

const struct vg_parquet_attachment *vg_parquet_attachment(const struct vg_parquet_file *file, const char *key)
{
    return file->attachment.key[0] && !strcmp(file->attachment.key, key) ? &file->attachment : NULL;
}

size_t vg_parquet_memory(const struct vg_parquet_file *file)
{
    size_t bytes =
        sizeof *file + file->group_count * (sizeof *file->groups + file->count * sizeof *file->groups->chunks);
    for (size_t g = 0; g < file->group_count; g++)
        for (size_t c = 0; c < file->count; c++)
            bytes += file->groups[g].chunks[c].page_count * sizeof(struct vg_page_location);
    return bytes;
}

size_t vg_parquet_groups(const struct vg_parquet_file *file)
{
    return file->group_count;
}

uint64_t vg_parquet_group_rows(const struct vg_parquet_file *file, size_t group)
{
    return file->groups[group].rows;
}

struct vg_parquet_bounds vg_parquet_group_bounds(const struct vg_parquet_file *file, size_t group, size_t column)
{
    return file->groups[group].chunks[column].bounds;
}
