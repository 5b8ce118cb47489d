/*
 * Thrift's compact protocol, read into a tree: a second reader, which shares no line with src/archive/thrift.c. Only
 * what Parquet's metadata has; anything else fails the test. Nothing is freed before the program ends but by
 * tree_clear().
 */
#ifndef VG_TESTS_ARCHIVE_THRIFT_TREE_H
#define VG_TESTS_ARCHIVE_THRIFT_TREE_H

#include "test.h"

enum { T_TRUE = 1, T_FALSE = 2, T_I8 = 3, T_I16 = 4, T_I32 = 5, T_I64 = 6, T_BINARY = 8, T_LIST = 9, T_STRUCT = 12 };

struct tree {
    int type, id;
    int64_t number;       /* integers; booleans: 0 or 1 */
    const uint8_t *bytes; /* binary: its content; integers: their varint */
    size_t len;
    struct tree *item; /* of lists and structs */
    size_t count;
};

struct tree_in {
    const uint8_t *p, *end;
};

static struct tree tree_nodes[1 << 16];
static size_t tree_used;

static inline void tree_clear(void)
{
    tree_used = 0;
}

static inline uint8_t tree_byte(struct tree_in *in)
{
    assert_true(in->p < in->end);
    return *in->p++;
}

static inline uint64_t tree_varint(struct tree_in *in)
{
    uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t b = tree_byte(in);
        assert_true(shift < 64);
        v |= (uint64_t)(b & 127) << shift;
        if (b < 128)
            return v;
    }
}

static inline void tree_value(struct tree_in *in, int type, struct tree *ret);

static inline struct tree *tree_room(size_t n)
{
    assert_true(tree_used + n <= sizeof tree_nodes / sizeof *tree_nodes);
    struct tree *first = &tree_nodes[tree_used];
    tree_used += n;
    return first;
}

static inline struct tree tree_struct(struct tree_in *in)
{
    struct tree fields[32], s = {.type = T_STRUCT};
    int id = 0;
    for (;;) {
        uint8_t head = tree_byte(in);
        if (!head)
            break;
        uint64_t z = head >> 4 ? 0 : tree_varint(in);
        id = head >> 4 ? id + (head >> 4) : (int)(z >> 1);
        assert_true(s.count < 32);
        tree_value(in, head & 15, &fields[s.count]);
        if ((head & 15) == T_TRUE || (head & 15) == T_FALSE)
            fields[s.count].number = (head & 15) == T_TRUE;
        fields[s.count++].id = id;
    }
    s.item = tree_room(s.count);
    memcpy(s.item, fields, s.count * sizeof *fields);
    return s;
}

static inline void tree_value(struct tree_in *in, int type, struct tree *ret)
{
    *ret = (struct tree){.type = type, .bytes = in->p};
    if (type >= T_I8 && type <= T_I64) {
        uint64_t z = type == T_I8 ? tree_byte(in) : tree_varint(in);
        ret->number = type == T_I8 ? (int8_t)z : (int64_t)(z >> 1) ^ -(int64_t)(z & 1);
        ret->len = (size_t)(in->p - ret->bytes);
    } else if (type == T_BINARY) {
        ret->len = tree_varint(in);
        ret->bytes = in->p;
        assert_true(ret->len <= (size_t)(in->end - in->p));
        in->p += ret->len;
    } else if (type == T_LIST) {
        uint8_t head = tree_byte(in);
        ret->count = head >> 4 == 15 ? tree_varint(in) : head >> 4;
        ret->item = tree_room(ret->count);
        for (size_t i = 0; i < ret->count; i++)
            if ((head & 15) == T_TRUE || (head & 15) == T_FALSE)
                ret->item[i] = (struct tree){.type = T_TRUE, .number = tree_byte(in) == T_TRUE};
            else
                tree_value(in, head & 15, &ret->item[i]);
    } else if (type == T_STRUCT) {
        *ret = tree_struct(in);
    } else {
        assert_true(type == T_TRUE || type == T_FALSE);
    }
}

/* A struct that takes exactly these bytes. */
static inline struct tree tree_read(const void *bytes, size_t len)
{
    struct tree_in in = {bytes, (const uint8_t *)bytes + len};
    struct tree t = tree_struct(&in);
    assert_ptr_equal(in.p, in.end);
    return t;
}

/* The field of a struct, or NULL. */
static inline const struct tree *tree_find(const struct tree *s, int id)
{
    assert_int_equal(s->type, T_STRUCT);
    for (size_t i = 0; i < s->count; i++)
        if (s->item[i].id == id)
            return &s->item[i];
    return NULL;
}

/* The field of a struct, which must be there. */
static inline const struct tree *tree_at(const struct tree *s, int id)
{
    const struct tree *t = tree_find(s, id);
    if (!t)
        fail_msg("field %d is missing", id);
    return t;
}

static inline int64_t tree_int(const struct tree *s, int id)
{
    return tree_at(s, id)->number;
}

#endif
