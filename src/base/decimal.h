/*
 * Decimal numbers exactly as they are written, and their products rounded once. Pure; any thread.
 */
#ifndef VG_BASE_DECIMAL_H
#define VG_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A decimal number as it is written: digits × 10^exponent. */
struct vg_decimal {
    int64_t digits;   /* at most 18 of them; what is behind is dropped */
    int32_t exponent; /* −400 … 400 */
};

/* [+-]digits[.digits][e[+-]digits], with this decimal mark. False, *ret untouched, if the text is anything else. */
bool vg_decimal_read(const char *text, size_t len, char mark, struct vg_decimal *ret);

/* d × num / den, rounded once, half away from zero. num, den > 0 and below 10^9. INT64_MAX or MIN if it is too large.
 */
int64_t vg_decimal_times(struct vg_decimal d, int64_t num, int64_t den);

#endif
