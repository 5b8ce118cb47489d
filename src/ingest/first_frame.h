/*
 * Where a new journal of a data folder begins. Rows of the archive lead into the journal by offsets, and a journal that
 * was set aside, or taken away, leaves its rows behind: the next one's offsets begin behind all of them, so that an old
 * row leads nowhere instead of to another ship's sentences. Any thread.
 */
#ifndef VG_INGEST_FIRST_FRAME_H
#define VG_INGEST_FIRST_FRAME_H

#include <stdint.h>

#include "base/err.h"
#include "base/time.h"
#include "journal/io.h"

#define VG_FIRST_FRAME_STEP 1000000 /* a first frame is a multiple of it: easily told from one of another journal */

/*
 * The number for vg_journal_options.first: 0 in a fresh folder, else behind what the archive's mark, the turns of the
 * clock and the journals beside (`journal.aside-…`) know. Only a journal that is yet to be made takes it. VG_IO,
 * VG_LIMIT, VG_NOMEM. Where the mark can't be read, the rows that can be stand for it.
 */
enum vg_err vg_first_frame(const char *dir, uint64_t *ret_first);

/*
 * Renames DIR/journal to DIR/journal.aside-TIME, untouched: a journal that can't be gone on with is evidence. now_us:
 * UTC. VG_LIMIT, VG_IO.
 */
enum vg_err vg_set_journal_aside(const char *dir, int64_t now_us, char ret_path[static VG_IO_PATH]);

/* A time as part of a file's name: no colon. */
void vg_time_in_name(int64_t time_us, char ret_text[static VG_TIME_TEXT]);

#endif
