/* Binary answers byte by byte: which number stands where. */
#ifndef VG_TESTS_API_PARTS_H
#define VG_TESTS_API_PARTS_H

#include "test.h"

struct part {
    size_t at, width; /* bytes */
    uint64_t value;   /* little-endian */
};

static inline uint64_t number_at(const void *bytes, size_t width)
{
    const uint8_t *p = bytes;
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;)
        value = value << 8 | p[i];
    return value;
}

static inline void has_parts(const void *bytes, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t found = number_at((const uint8_t *)bytes + parts[i].at, parts[i].width);
        if (found != parts[i].value)
            fail_msg("at %zu: %llu, not %llu", parts[i].at, (unsigned long long)found,
                     (unsigned long long)parts[i].value);
    }
}

#endif
