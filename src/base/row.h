/*
 * A row of CSV: where it ends, and its cells (RFC 4180, with any delimiter). Pure; any thread.
 */
#ifndef VG_BASE_ROW_H
#define VG_BASE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VG_ROW_CELLS   128   /* further ones are passed over */
#define VG_ROW_MAX     16384 /* bytes of a row */
#define VG_ROW_BREAKS  16    /* line ends within a row's quotes: a quote that nobody closes costs no more than that */
#define VG_ROW_EXAMPLE 96    /* bytes of a refused row, kept to show */

/* A cell without its quotes; `doubled`: quotes in it stand twice. */
struct vg_row_cell {
    const char *at;
    uint32_t len;
    bool doubled;
};

struct vg_row {
    size_t count; /* cells there were; at most VG_ROW_CELLS are in `cell` */
    struct vg_row_cell cell[VG_ROW_CELLS];
};

enum vg_row_end {
    VG_ROW_WHOLE, /* *ret_len bytes, the line end included */
    VG_ROW_MORE,  /* it may go on behind `len` */
    VG_ROW_LONG,  /* longer than a row may be, or with more breaks: its first line is *ret_len bytes (0: not ended) */
};

/* Where the row that begins at p ends. `last`: nothing comes behind, so the end of the bytes ends it as well. */
enum vg_row_end vg_row_end(const char *p, size_t len, char delimiter, char quote, bool last, size_t *ret_len);

/* The row's length without a byte-order mark, which *row is moved behind, and without its line end. */
size_t vg_row_bare(const char **row, size_t len);

/* What may stand in front of a header: a line that begins with #, or Excel's `sep=;`. */
bool vg_row_is_remark(const char *row, size_t len);

/* Cuts a row without its line end. True: the quotes are not those of a row. */
bool vg_row_split(const char *p, size_t len, char delimiter, char quote, struct vg_row *ret);

#endif
