/*
 * Records back into lines: each stream of each source is joined by itself, so that senders whose bytes came interleaved
 * are not mixed. A line ends at LF, at the end of a datagram and at the end of a stream; CR before LF is dropped. One
 * thread.
 */
#ifndef VG_JOURNAL_LINES_H
#define VG_JOURNAL_LINES_H

#include "journal/frame.h"

#define VG_LINES_STREAMS    256  /* that hold an unfinished line at once; one more lets the oldest's go, as it is */
#define VG_JOURNAL_LINE_MAX 4096 /* longer ones are cut */

struct vg_journal_line {
    const char *bytes;
    size_t len;
    int64_t time_us;         /* when its last byte was received */
    uint64_t journal_offset; /* of the record with its last byte */
};

typedef void vg_on_line(void *arg, const struct vg_journal_line *line);

struct vg_lines; /* opaque, 1 MiB */

enum vg_err vg_lines_new(vg_on_line *on_line, void *arg, struct vg_lines **ret_lines);

/* Hands on what is unfinished, and frees. */
void vg_lines_free(struct vg_lines *lines);

/* Takes a data record. */
void vg_lines_take(struct vg_lines *lines, const struct vg_record *record);

#endif
