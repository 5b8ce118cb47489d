/*
 * A reader of the live stream: what it was told, and the frames that bring it up to date (docs/formats/stream.md).
 *
 * There is no backlog. A reader is a number up to which it was told, a place in the running pass, and a bit for each
 * slot it holds; each call cuts the next frames out of whatever snapshot is the newest. One thread at a time; pure.
 *
 * Why nothing is lost: a pass may be cut short by a full buffer and go on later with a newer snapshot, but what counts
 * as told at its end is the sequence number of the snapshot it *began* with. A change behind the cursor that is newer
 * than that is told by the next pass; one ahead of the cursor may be told twice, with the same latest value.
 */
#ifndef VG_API_STREAM_READER_H
#define VG_API_STREAM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "picture/snapshot.h"

#define VG_STREAM_VERSION    2     /* docs/formats/stream.md */
#define VG_FRAME_MAX         32768 /* bytes with the length field */
#define VG_STREAM_FRAME_HEAD 16
#define VG_MOVE_SIZE         48
#define VG_STATIC_SIZE       32 /* and its text */
#define VG_TRACK_SIZE        40
#define VG_READER_ROOM       512                    /* the least buffer that makes progress */
#define VG_READER_TICK_US    (1 * INT64_C(1000000)) /* a TICK at least so often; the format promises 5 s */

enum vg_frame { VG_FRAME_HELLO = 1, VG_FRAME_MOVE, VG_FRAME_STATIC, VG_FRAME_GONE, VG_FRAME_TICK, VG_FRAME_TRACK };

/* What a reader is told of, besides every call for help and every test of a device. All zero: everything. */
struct vg_stream_view {
    bool boxed;
    struct vg_box box;
    uint32_t classes; /* bit (1 << enum vg_class); 0: all */
};

struct vg_greeting {
    uint64_t epoch;
    uint32_t capacity; /* slots */
    uint16_t tick_ms;
};

struct vg_stream_reader; /* opaque: 100 bytes and a bit for each slot */

/* VG_NOMEM. Free with free(). */
enum vg_err vg_stream_reader_new(const struct vg_greeting *greeting, const struct vg_stream_view *view,
                                 struct vg_stream_reader **ret);

/*
 * Writes the next frames for this reader, whole ones only, and returns their bytes: at most `max`, which must be at
 * least VG_READER_ROOM. 0: it knows everything in this snapshot. Snapshots must not go back between calls. `now_us` is
 * monotonic and only paces the TICKs of quiet times.
 */
size_t vg_stream_reader_fill(struct vg_stream_reader *reader, const struct vg_snapshot *snapshot, int64_t now_us,
                             uint8_t *buf, size_t max);

/* Vessels the reader holds. */
uint32_t vg_stream_reader_in_view(const struct vg_stream_reader *reader);

#endif
