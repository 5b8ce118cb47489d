/* What the tests of the archive share: numbers from a seed, and a file in memory. */
#ifndef VG_TESTS_ARCHIVE_PARQUET_TEST_H
#define VG_TESTS_ARCHIVE_PARQUET_TEST_H

#include "archive/parquet_read.h"
#include "archive/parquet_write.h"
#include "test.h"

static inline uint64_t dice(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline enum vg_err to_memory(void *arg, const void *bytes, size_t len)
{
    struct vg_out *out = arg;
    vg_out_bytes(out, bytes, len);
    return out->err;
}

#endif
