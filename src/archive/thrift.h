/*
 * The part of Thrift's compact protocol that Parquet's metadata needs: integers, booleans, binaries, lists, structs.
 *
 * Reference: thrift/doc/specs/thrift-compact-protocol.md. Pure functions on the caller's structs; one thread each.
 *
 * Reading never fails with a code: a bad byte sets `bad`, after which every read gives zero and vg_thrift_field() says
 * "no more". Look at `bad` once at the end. Every list length was checked against the bytes that are left, so it may be
 * used to allocate: an element takes at least one byte.
 */
#ifndef VG_ARCHIVE_THRIFT_H
#define VG_ARCHIVE_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"

#define VG_THRIFT_DEPTH 16 /* structs in structs; Parquet's metadata needs 7 */

enum vg_thrift_type {
    VG_THRIFT_TRUE = 1,
    VG_THRIFT_FALSE = 2,
    VG_THRIFT_I8 = 3,
    VG_THRIFT_I16 = 4,
    VG_THRIFT_I32 = 5,
    VG_THRIFT_I64 = 6,
    VG_THRIFT_DOUBLE = 7,
    VG_THRIFT_BINARY = 8,
    VG_THRIFT_LIST = 9,
    VG_THRIFT_SET = 10,
    VG_THRIFT_MAP = 11,
    VG_THRIFT_STRUCT = 12,
};

/* Writing: errors stick in `out`. Fields of a struct go in ascending order of id. */
struct vg_thrift_out {
    struct vg_out *out;
    int16_t last[VG_THRIFT_DEPTH]; /* the last field id, for each open struct */
    unsigned depth;
};

/* A struct that stands alone or in a list; vg_thrift_end() closes it and those opened by vg_thrift_struct(). */
void vg_thrift_begin(struct vg_thrift_out *t);
void vg_thrift_end(struct vg_thrift_out *t);
void vg_thrift_struct(struct vg_thrift_out *t, int16_t id);

void vg_thrift_i8(struct vg_thrift_out *t, int16_t id, int8_t value);
void vg_thrift_i16(struct vg_thrift_out *t, int16_t id, int16_t value);
void vg_thrift_i32(struct vg_thrift_out *t, int16_t id, int32_t value);
void vg_thrift_i64(struct vg_thrift_out *t, int16_t id, int64_t value);
void vg_thrift_bool(struct vg_thrift_out *t, int16_t id, bool value);
void vg_thrift_binary(struct vg_thrift_out *t, int16_t id, const void *bytes, size_t len);

/* A list's head; its elements follow by vg_thrift_begin/end or the functions below. */
void vg_thrift_list(struct vg_thrift_out *t, int16_t id, enum vg_thrift_type type, size_t count);
void vg_thrift_element_int(struct vg_thrift_out *t, int64_t value);
void vg_thrift_element_bool(struct vg_thrift_out *t, bool value);
void vg_thrift_element_binary(struct vg_thrift_out *t, const void *bytes, size_t len);

/* Unsigned LEB128, as the protocol and Parquet's own encodings write lengths. */
void vg_varint_put(struct vg_out *out, uint64_t value);

static inline uint64_t vg_zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}
static inline int64_t vg_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

struct vg_thrift_in {
    const uint8_t *p, *end;
    unsigned depth;
    bool bad;
};

/* One open struct's place among its fields. Start with zeros. */
struct vg_thrift_field {
    int16_t id;
    enum vg_thrift_type type;
};

struct vg_thrift_list {
    enum vg_thrift_type type;
    uint32_t count;
};

struct vg_thrift_bytes {
    const uint8_t *bytes;
    uint32_t len;
};

/* Goes to the next field; false at the struct's end. The caller reads the value or skips it. */
bool vg_thrift_field(struct vg_thrift_in *t, struct vg_thrift_field *field);
void vg_thrift_skip(struct vg_thrift_in *t, enum vg_thrift_type type);

/* The value of the field, which is bad if it is of another type. Integers of every width are read as one. */
int64_t vg_thrift_get_int(struct vg_thrift_in *t, enum vg_thrift_type type);
bool vg_thrift_get_bool(struct vg_thrift_in *t, enum vg_thrift_type type);
struct vg_thrift_bytes vg_thrift_get_binary(struct vg_thrift_in *t, enum vg_thrift_type type);
struct vg_thrift_list vg_thrift_get_list(struct vg_thrift_in *t, enum vg_thrift_type type, enum vg_thrift_type element);
bool vg_thrift_element_is_true(struct vg_thrift_in *t);

uint64_t vg_varint_get(struct vg_thrift_in *t);

#endif
