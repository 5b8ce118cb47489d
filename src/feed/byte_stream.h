/*
 * Bytes in blocks: what the layers of a file reader take from the layer below and give to the one above. Within feed.
 */
#ifndef VG_FEED_BYTE_STREAM_H
#define VG_FEED_BYTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Where the bytes of a block belong. */
struct vg_file_block {
    bool datagram;   /* it is one, whole; else the next bytes of a stream */
    bool fresh;      /* of a stream: they don't follow the ones before: its first ones, or bytes are missing */
    uint16_t stream; /* which: below VG_FILE_STREAMS */
    int64_t time_us; /* when the packet was captured; VG_TIME_NONE: not known */
};

#define VG_FILE_STREAMS 256 /* of one capture at once; a file that is none is stream 0 */

struct vg_byte_stream {
    /* As vg_file_reader_next(): a block of at least one byte, valid until the next call; an end or error comes again.
     */
    enum vg_err (*next)(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why);
    int64_t (*seek)(void *arg, int64_t offset, int whence); /* as lseek(), also behind the end; NULL: it can't be */
    void *arg;
};

#endif
