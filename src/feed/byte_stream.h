/*
 * Bytes in blocks: what the layers of a file reader take from the layer below and give to the one above. Within feed.
 */
#ifndef VG_FEED_BYTE_STREAM_H
#define VG_FEED_BYTE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vg_byte_stream {
    /* As vg_file_reader_next(): a block of at least one byte, valid until the next call; an end or error comes again.
     */
    enum vg_err (*next)(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why);
    int64_t (*seek)(void *arg, int64_t offset, int whence); /* as lseek(), also behind the end; NULL: it can't be */
    void *arg;
};

#endif
