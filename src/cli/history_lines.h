/*
 * The received lines behind rows of the archive, in the rows' order. Rows come by vessel and the journal by time, so
 * places are looked up many at a time, in the journal's order: each of its frames is unpacked once.
 */
#ifndef VG_CLI_HISTORY_LINES_H
#define VG_CLI_HISTORY_LINES_H

#include "archive/positions.h"
#include "base/out.h"
#include "journal/reader.h"

struct vg_cli_lines; /* opaque */

/*
 * Lines go to `out`, each with its row's time in front, as they were received; `plain`: without what a terminal would
 * obey (base/text_plain.h). VG_NOMEM.
 */
enum vg_err vg_cli_lines_new(struct vg_journal_reader *journal, struct vg_out *out, bool plain,
                             struct vg_cli_lines **ret_lines);
void vg_cli_lines_free(struct vg_cli_lines *lines); /* NULL is fine */

/* The output's error, VG_NOMEM. */
enum vg_err vg_cli_lines_add(struct vg_cli_lines *lines, const struct vg_position *row);
enum vg_err vg_cli_lines_end(struct vg_cli_lines *lines);

/*
 * Lines written, and rows without one: `missing` isn't in the journal any more; of `foreign` another vessel's sentence
 * stands there, for the row is of a journal that an older version set aside.
 */
struct vg_cli_lines_count {
    uint64_t lines, missing, foreign;
};
struct vg_cli_lines_count vg_cli_lines_count(const struct vg_cli_lines *lines);

#endif
