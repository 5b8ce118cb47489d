/*
 * A stream whose first bytes were looked at before they are handed on. Within feed; one thread for each.
 */
#ifndef VG_FEED_PEEK_H
#define VG_FEED_PEEK_H

#include <stdbool.h>

#include "feed/byte_stream.h"
#include "feed/file_kind.h"

/* All zero but `under`: nothing was looked at. Must not move in memory once vg_peek_bytes() was taken. */
struct vg_peek {
    struct vg_byte_stream under;
    size_t head_len;     /* first bytes of several short blocks, put together … */
    const uint8_t *rest; /* … and what follows them in the block below, which is all of it if there is no head */
    size_t rest_len;
    enum vg_err err; /* comes behind them */
    const char *why;
    uint8_t head[VG_FILE_HEAD];
};

/* Adds a block, which stays valid until the next one is added. */
void vg_peek_add(struct vg_peek *peek, const void *bytes, size_t len);

/* Adds blocks from below until VG_FILE_HEAD bytes are there, or no more. */
void vg_peek_fill(struct vg_peek *peek);

/* Enough is there to tell every kind, or there is no more. */
bool vg_peek_is_full(const struct vg_peek *peek);

/* Bytes that are there so far. */
size_t vg_peek_len(const struct vg_peek *peek);

/* What the first bytes say. */
struct vg_file_kind vg_peek_kind(const struct vg_peek *peek);

/* What is there so far is mostly no text, as vg_file_is_binary(). */
bool vg_peek_is_binary(const struct vg_peek *peek);

/* Leaves out first bytes: at most as many as are there. */
void vg_peek_drop(struct vg_peek *peek, size_t len);

/* Hands on what was looked at. False: all of that was handed on. */
bool vg_peek_take(struct vg_peek *peek, const void **ret_bytes, size_t *ret_len);

/* The whole stream: what was looked at, then what is below. */
struct vg_byte_stream vg_peek_bytes(struct vg_peek *peek);

#endif
