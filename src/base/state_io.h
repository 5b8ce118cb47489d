/*
 * All of a state, written, read and hashed by one walk over its fields: what is in one of the three is in all. Integers
 * and doubles, little-endian. Reading short bytes gives zeros and sets `short_of`. One thread.
 *
 *     static void walk_thing(struct io *io, struct thing *t) { IO(t->a), IO(t->b); IO_EACH(t->list); }
 */
#ifndef VG_BASE_STATE_IO_H
#define VG_BASE_STATE_IO_H

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/out.h"

enum io_mode { IO_SAVE, IO_LOAD, IO_HASH };

struct io {
    enum io_mode mode;
    struct vg_out *out;
    const uint8_t *at, *end;
    uint64_t hash;
    bool short_of; /* reading: the bytes ended before the state did */
};

static inline void io_bits(struct io *io, uint64_t *v, size_t bytes)
{
    uint8_t raw[8] = {0};
    if (io->mode == IO_HASH) {
        io->hash = (io->hash ^ *v) * UINT64_C(0x9E3779B97F4A7C15);
        io->hash ^= io->hash >> 29;
    } else if (io->mode == IO_SAVE) {
        vg_put_u64(raw, *v);
        vg_out_bytes(io->out, raw, bytes);
    } else if ((size_t)(io->end - io->at) < bytes) {
        io->short_of = true;
        *v = 0;
    } else {
        memcpy(raw, io->at, bytes);
        io->at += bytes;
        *v = vg_get_u64(raw);
    }
}

/* Only a reader writes: the state of a tracker that is saved may be const. */
#define WHOLE(name, type)                                                                                              \
    static inline void name(struct io *io, type *p)                                                                    \
    {                                                                                                                  \
        uint64_t v = (uint64_t)*p;                                                                                     \
        io_bits(io, &v, sizeof *p);                                                                                    \
        if (io->mode == IO_LOAD)                                                                                       \
            *p = (type)v;                                                                                              \
    }
WHOLE(io_u64, uint64_t)
WHOLE(io_i64, int64_t)
WHOLE(io_u32, uint32_t)
WHOLE(io_i32, int32_t)
WHOLE(io_u16, uint16_t)
WHOLE(io_u8, uint8_t)

static inline void io_bool(struct io *io, bool *p)
{
    uint64_t v = *p;
    io_bits(io, &v, 1);
    if (io->mode == IO_LOAD)
        *p = v & 1;
}

static inline void io_double(struct io *io, double *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    io_bits(io, &v, sizeof v);
    if (io->mode == IO_LOAD)
        memcpy(p, &v, sizeof v);
}

#define IO(v)                                                                                                          \
    _Generic((v), double                                                                                               \
             : io_double, bool                                                                                         \
             : io_bool, uint64_t                                                                                       \
             : io_u64, int64_t                                                                                         \
             : io_i64, uint32_t                                                                                        \
             : io_u32, int32_t                                                                                         \
             : io_i32, uint16_t                                                                                        \
             : io_u16, uint8_t                                                                                         \
             : io_u8)(io, &(v))
#define IO_EACH(v)                                                                                                     \
    for (size_t io_i = 0; io_i < sizeof(v) / sizeof *(v); io_i++)                                                      \
    IO((v)[io_i])

/* The members of what p points to: IO_OF(p, a, b.c, d), up to twelve. */
#define IO_1(p, a)                                                              IO((p)->a)
#define IO_2(p, a, ...)                                                         IO_1(p, a), IO_1(p, __VA_ARGS__)
#define IO_3(p, a, ...)                                                         IO_1(p, a), IO_2(p, __VA_ARGS__)
#define IO_4(p, a, ...)                                                         IO_1(p, a), IO_3(p, __VA_ARGS__)
#define IO_5(p, a, ...)                                                         IO_1(p, a), IO_4(p, __VA_ARGS__)
#define IO_6(p, a, ...)                                                         IO_1(p, a), IO_5(p, __VA_ARGS__)
#define IO_7(p, a, ...)                                                         IO_1(p, a), IO_6(p, __VA_ARGS__)
#define IO_8(p, a, ...)                                                         IO_1(p, a), IO_7(p, __VA_ARGS__)
#define IO_9(p, a, ...)                                                         IO_1(p, a), IO_8(p, __VA_ARGS__)
#define IO_10(p, a, ...)                                                        IO_1(p, a), IO_9(p, __VA_ARGS__)
#define IO_11(p, a, ...)                                                        IO_1(p, a), IO_10(p, __VA_ARGS__)
#define IO_12(p, a, ...)                                                        IO_1(p, a), IO_11(p, __VA_ARGS__)
#define IO_PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, chosen, ...) chosen
#define IO_OF(p, ...)                                                                                                  \
    IO_PICK(__VA_ARGS__, IO_12, IO_11, IO_10, IO_9, IO_8, IO_7, IO_6, IO_5, IO_4, IO_3, IO_2, IO_1, )(p, __VA_ARGS__)

#endif
