/*
 * What a cell says: numbers exactly, words by tables. Pure; any thread. Within sensor/table.
 */
#ifndef VG_SENSOR_TABLE_CELL_H
#define VG_SENSOR_TABLE_CELL_H

#include "base/decimal.h"
#include "base/row.h"
#include "sensor/table/layout.h"

/* A unit's factor, and whether a cell may have it. */
void vg_unit_factor(enum vg_unit unit, int64_t *ret_num, int64_t *ret_den);
bool vg_unit_fits(enum vg_unit unit, enum vg_cell cell);

/* Words for codes; −1 if there is no such word. */
int vg_word_status(const struct vg_row_cell *cell);
int vg_word_shiptype(const struct vg_row_cell *cell);
int vg_word_class(const struct vg_row_cell *cell);

/* MarineCadastre's own types of ships, 1001–1025, as AIS types of the same group; −1 if it is none of them. */
int vg_avis_shiptype(int64_t code);

/*
 * A number as it is written. mark 0: its decimal mark is found. A point is one; so is a comma that stands alone, for
 * where commas part the cells, only quotes could bring one in. 1.234,5 is no number: nobody knows which it is.
 */
bool vg_cell_decimal(const struct vg_row_cell *cell, char mark, struct vg_decimal *ret);

/* True for what tables write where nothing was said: empty, unknown, undefined, null, nan, \N. */
bool vg_cell_is_absent(const struct vg_row_cell *cell);

/* The cell as text of at most size − 1 bytes of whole UTF-8 characters; bytes that are none become '?'. The length. */
size_t vg_cell_words(const struct vg_row_cell *cell, char quote, char *ret, size_t size);

#endif
