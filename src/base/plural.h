/* One or many: the word that goes with a count, in what people are told. Pure. */
#ifndef VG_BASE_PLURAL_H
#define VG_BASE_PLURAL_H

#include <stdint.h>

/* `one` for 1, `many` for any other number: vg_plural(n, "entry", "entries"), vg_plural(n, "", "s"). */
static inline const char *vg_plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

#endif
