/*
 * Reading a journal back: records in order, from a time or a journal offset. Reads while another process writes: what
 * is not yet whole at the very end is not there yet. One thread for each reader.
 *
 * Damage stops nothing. It is told to a callback (what, where), and reading goes on with the next whole frame.
 */
#ifndef VG_JOURNAL_READER_H
#define VG_JOURNAL_READER_H

#include "journal/frame.h"
#include "journal/io.h"

struct vg_damage {
    const char *what; /* constant */
    uint64_t segment; /* its first frame; its file is named by it */
    int64_t at;       /* offset in the segment */
    int64_t until;    /* where reading went on */
    uint64_t frame;   /* the one that was expected there */
    bool tail;        /* at the end of the last segment: a writer is at work, or was stopped */
};

typedef void vg_on_damage(void *arg, const struct vg_damage *damage);

struct vg_journal_reader; /* opaque; some 2.2 MiB */

/* Opens the journal in a folder. io NULL: vg_io_posix(). VG_NOT_FOUND, VG_IO, VG_NOMEM; *ret_why is constant. */
enum vg_err vg_journal_reader_open(const char *dir, const struct vg_io *io, vg_on_damage *on_damage, void *arg,
                                   struct vg_journal_reader **ret_reader, const char **ret_why);
void vg_journal_reader_close(struct vg_journal_reader *reader);

/*
 * The next record of any kind, in the order of writing; its pointers hold until the next call. VG_EOF at the end (later
 * calls may find more), VG_IO, VG_NOMEM.
 */
enum vg_err vg_journal_reader_next(struct vg_journal_reader *reader, struct vg_record *ret);

/*
 * Goes to the first frame that may have a record of `from_us` or later: by the segments' indexes, so frames that lie
 * wholly before are never unpacked. Their own order may differ a little from that of time: the caller still compares.
 */
enum vg_err vg_journal_reader_seek_time(struct vg_journal_reader *reader, int64_t from_us);

/* Goes to a frame. VG_NOT_FOUND: retired, lost or not written. */
enum vg_err vg_journal_reader_seek_frame(struct vg_journal_reader *reader, uint64_t frame);

/*
 * Reads the record that a journal offset leads to; the byte is ret->bytes[*ret_offset]. Reading goes on behind it.
 * VG_NOT_FOUND as above, VG_RANGE: no received byte stands at this offset; VG_CORRUPT.
 */
enum vg_err vg_journal_reader_at(struct vg_journal_reader *reader, uint64_t journal_offset, struct vg_record *ret,
                                 size_t *ret_offset);

/* The frame of the last record: its head as it stands on the disk, and its stored payload. */
const struct vg_frame_head *vg_journal_reader_frame(const struct vg_journal_reader *reader,
                                                    const uint8_t **ret_raw_head, const uint8_t **ret_stored);

#endif
