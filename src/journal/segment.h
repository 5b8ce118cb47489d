/*
 * One segment file, read: shared by the writer's repair, the reader and the verifier. One thread.
 */
#ifndef VG_JOURNAL_SEGMENT_H
#define VG_JOURNAL_SEGMENT_H

#include "journal/frame.h"
#include "journal/io.h"

#define VG_SEGMENTS_MAX (1u << 20) /* of one journal */

/* `DIR/segments/0000000000000100.vgj`: named by the number of its first frame, in hex. */
bool vg_segment_path(char out[static VG_IO_PATH], const char *dir, uint64_t first);

/*
 * `DIR/first`: the number of the journal's first frame, decimal. Without that file 0. A journal that follows another
 * one in its folder begins behind it, so that no offset ever means other bytes. VG_CORRUPT, VG_IO, VG_NOMEM, VG_LIMIT.
 */
#define VG_FRAME_NUMBER_END (UINT64_C(1) << 43) /* numbers are below it */
/* The number of a frame in one of the journal's small files, decimal. As below, and VG_NOT_FOUND. */
enum vg_err vg_journal_number_load(const struct vg_io *io, const char *dir, const char *name, uint64_t *ret);
enum vg_err vg_journal_first_load(const struct vg_io *io, const char *dir, uint64_t *ret_first);

/* The first numbers of all segments, ascending; free() frees. *ret_strange counts names that are none of ours. */
enum vg_err vg_segments_list(const struct vg_io *io, const char *dir, uint64_t **ret_firsts, size_t *ret_count,
                             size_t *ret_strange);

struct vg_segment {
    const struct vg_io *io;
    int fd;
    uint64_t first;            /* by its name */
    int64_t size;              /* of the file */
    int64_t end;               /* of its frames: where the footer begins, or size */
    bool head_good;            /* its head is whole and says the same number as the name */
    bool closed;               /* it has a good footer */
    bool foot_bad;             /* it ends like a footer, but that is damaged */
    uint32_t rows;             /* closed */
    struct vg_footer_row *row; /* closed */
};

/* VG_NOT_FOUND, VG_IO, VG_NOMEM. Damage is no error: see the flags. */
enum vg_err vg_segment_open(const struct vg_io *io, const char *dir, uint64_t first, struct vg_segment *ret);
void vg_segment_close(struct vg_segment *segment);

/*
 * Reads the frame at an offset: its head as it stands there into raw_head, and, unless stored is NULL, its payload into
 * stored[VG_FRAME_STORED_MAX], checked. VG_EOF at the end of the frames; VG_CORRUPT with a constant *ret_why; VG_IO.
 */
enum vg_err vg_segment_frame(const struct vg_segment *segment, int64_t at, struct vg_frame_head *ret_head,
                             uint8_t raw_head[static VG_FRAME_HEAD], uint8_t *stored, const char **ret_why);

static inline int64_t vg_frame_size(const struct vg_frame_head *head)
{
    return VG_FRAME_HEAD + (int64_t)head->stored_len;
}

/* The next offset ≥ `from` where a frame's head stands whole, or `end`. Looks at bytes, not at the index. VG_IO. */
enum vg_err vg_segment_resync(const struct vg_segment *segment, int64_t from, int64_t *ret_at);

#endif
