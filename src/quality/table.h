/*
 * Labelled data as CSV: a header and rows, plain or gzip, columns by name in any order, quotes as in RFC 4180. Comma
 * alone. Errors name file, line and what was expected. One thread.
 *
 *     vg_quality_table_open(job, &table, ret_error);
 *     vg_quality_table_column(table, "lat", &lat, ret_error);
 *     while ((err = vg_quality_table_next(table, ret_error)) == VG_OK)
 *         vg_quality_table_number(table, lat, -90, 90, &lat_deg, ret_error);   // VG_EOF ends it
 */
#ifndef VG_QUALITY_TABLE_H
#define VG_QUALITY_TABLE_H

#include "base/row.h"
#include "quality/quality.h"

#define VG_QUALITY_FILE_MAX (UINT64_C(512) << 20) /* bytes, unpacked: VG_LIMIT, told */
#define VG_QUALITY_ROWS_MAX UINT64_C(20000000)    /* VG_LIMIT, told */

struct vg_quality_table; /* opaque */

/* Reads the whole file, or the job's bytes, and its header. Close with vg_quality_table_close() (NULL is fine).
 * VG_IO, VG_LIMIT, VG_NOMEM, VG_SYNTAX: it has no header. */
enum vg_err vg_quality_table_open(const struct vg_quality_job *job, struct vg_quality_table **ret_table,
                                  char **ret_error);
void vg_quality_table_close(struct vg_quality_table *table);

/* The column of this name; VG_SYNTAX: there is none. */
enum vg_err vg_quality_table_column(const struct vg_quality_table *table, const char *name, int *ret_column,
                                    char **ret_error);
/* The same, −1 if there is none. */
int vg_quality_table_find(const struct vg_quality_table *table, const char *name);

/* The next row that isn't empty. VG_EOF; VG_SYNTAX: it isn't cut as the header is; VG_LIMIT. */
enum vg_err vg_quality_table_next(struct vg_quality_table *table, char **ret_error);

/* A number from low to high of the row. VG_SYNTAX: it is none. */
enum vg_err vg_quality_table_number(const struct vg_quality_table *table, int column, double low, double high,
                                    double *ret, char **ret_error);
/* The same; NAN where nothing was said: column −1, an empty cell, NA, NaN, null. */
enum vg_err vg_quality_table_maybe(const struct vg_quality_table *table, int column, double low, double high,
                                   double *ret, char **ret_error);
/* A time in any form that has a date (base/time.h), or seconds since 1970. */
enum vg_err vg_quality_table_time(const struct vg_quality_table *table, int column, int64_t *ret_us, char **ret_error);

/* The cell's text; valid until the next row. */
struct vg_row_cell vg_quality_table_cell(const struct vg_quality_table *table, int column);
bool vg_quality_table_says(const struct vg_quality_table *table, int column, const char *word);

/* "FILE:LINE: " and a sentence about the row into *ret_error; returns VG_SYNTAX, or VG_NOMEM. */
enum vg_err vg_quality_table_wrong(const struct vg_quality_table *table, char **ret_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Texts to numbers, from 0 in the order of their coming: tracks, vessels. */
struct vg_quality_names {
    char **name;
    size_t count, cap, *slot, slots;
};
/* The number of a text. VG_NOMEM. Free with vg_quality_names_free(). */
enum vg_err vg_quality_names_number(struct vg_quality_names *names, struct vg_row_cell text, size_t *ret);
void vg_quality_names_free(struct vg_quality_names *names);

/* Room for one more of `size` bytes at *array, which grows. VG_NOMEM, all untouched. */
enum vg_err vg_quality_grow(void **array, size_t *cap, size_t count, size_t size);

#endif
