/*
 * Where a new journal of a data folder begins. Rows of the archive lead into the journal by offsets, and a journal that
 * was set aside, or taken away, leaves its rows behind: the next one's offsets begin behind all of them, so that an old
 * row leads nowhere instead of to another ship's sentences. Any thread.
 */
#ifndef VG_INGEST_FIRST_FRAME_H
#define VG_INGEST_FIRST_FRAME_H

#include <stdint.h>

#include "base/err.h"

#define VG_FIRST_FRAME_STEP 1000000 /* a first frame is a multiple of it: easily told from one of another journal */

/*
 * The number for vg_journal_options.first: 0 in a fresh folder, else behind what the archive's mark, the turns of the
 * clock and the journals beside (`journal.aside-…`) know. Only a journal that is yet to be made takes it. VG_IO,
 * VG_LIMIT, VG_NOMEM; VG_CORRUPT: the archive's state can't be read.
 */
enum vg_err vg_first_frame(const char *dir, uint64_t *ret_first);

#endif
