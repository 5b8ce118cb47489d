/*
 * What a cell says: numbers exactly, words by tables. Pure; any thread. Within sensor/table.
 */
#ifndef VG_SENSOR_TABLE_CELL_H
#define VG_SENSOR_TABLE_CELL_H

#include "sensor/table/layout.h"
#include "sensor/table/row.h"

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

/* A unit's factor, and whether a cell may have it. */
void vg_unit_factor(enum vg_unit unit, int64_t *ret_num, int64_t *ret_den);
bool vg_unit_fits(enum vg_unit unit, enum vg_cell cell);

/* Words for codes; −1 if there is no such word. */
int vg_word_status(const struct vg_row_cell *cell);
int vg_word_shiptype(const struct vg_row_cell *cell);
int vg_word_class(const struct vg_row_cell *cell);

/* True for what tables write where nothing was said: empty, unknown, undefined, null, nan, \N. */
bool vg_cell_is_absent(const struct vg_row_cell *cell);

/* The cell as text of at most size − 1 bytes of whole UTF-8 characters; bytes that are none become '?'. The length. */
size_t vg_cell_words(const struct vg_row_cell *cell, char quote, char *ret, size_t size);

#endif
