/*
 * The only way in: the bytes of one source become reports, each with its final time, source and journal offset.
 *
 * A source is a feed, with a stream for each of its senders, or a recording, which has stream 0 only. Decoding may be
 * done by any thread, one at a time; the names of stations behind the source are numbers then. vg_intake_name() turns
 * them into sources; that is for the thread which owns the table of sources, and may go on while the next bytes are
 * decoded. What comes out depends on the bytes and their receive times alone, not on how they are cut.
 */
#ifndef VG_INTAKE_INTAKE_H
#define VG_INTAKE_INTAKE_H

#include "base/source.h"
#include "feed/feed.h"
#include "intake/clock.h"
#include "intake/sameness.h"
#include "sensor/ais/batch.h"
#include "site/site.h"

/* Of bytes that no journal has, because there is none or its disk fails: their reports have offset 0. */
#define VG_JOURNAL_OFFSET_NONE (UINT64_C(1) << 63)

/* Streams of the journal from here on are recordings: this plus the number in the ledger of the ingest. Below are
 * senders of feeds. */
#define VG_RECORDING_STREAM (UINT32_C(1) << 20)

/* Where an entry's time comes from stands in the upper bits of its stream; entries from before that was kept have none.
 */
#define VG_RECORDING_TIME_BITS 24

static inline uint32_t vg_recording_stream(uint32_t file, enum vg_time_source source)
{
    return (VG_RECORDING_STREAM + file) | (uint32_t)source << VG_RECORDING_TIME_BITS;
}

/* The number in the ledger, of a stream that is a recording's. */
static inline uint32_t vg_recording_stream_file(uint32_t stream)
{
    return (stream & ((UINT32_C(1) << VG_RECORDING_TIME_BITS) - 1)) - VG_RECORDING_STREAM;
}

static inline enum vg_time_source vg_recording_stream_time(uint32_t stream)
{
    uint32_t source = stream >> VG_RECORDING_TIME_BITS;
    return source < VG_TIME_SOURCE_COUNT ? (enum vg_time_source)source : VG_TIME_SOURCE_UNKNOWN;
}

/*
 * The language of a feed's bytes stands in its entries' stream, too (docs/formats/journal.md): a feed that speaks
 * another one some day, or has gone from the configuration, is read as what it was. Entries of NMEA, and those from
 * before there were others, have none.
 */
#define VG_FEED_LANGUAGE_BITS 16

static inline uint32_t vg_feed_stream(uint32_t number, enum vg_feed_language language)
{
    return number | (uint32_t)language << VG_FEED_LANGUAGE_BITS;
}

/* The sender's number, of a stream that is a feed's: below VG_FEED_CONNECTIONS … */
static inline uint32_t vg_feed_stream_number(uint32_t stream)
{
    return stream & ((UINT32_C(1) << VG_FEED_LANGUAGE_BITS) - 1);
}

/* … and the language; VG_FEED_LANGUAGES or more: one of a later version. */
static inline uint32_t vg_feed_stream_language(uint32_t stream)
{
    return stream >> VG_FEED_LANGUAGE_BITS;
}

struct vg_intake; /* opaque; 70 KiB for each stream that has spoken, and 48 bytes for each station behind it */

struct vg_intake_options {
    struct vg_sources *sources;
    uint16_t source; /* the feed's or the recording's own, in `sources` */
    enum vg_intake_clock clock;
    const struct vg_sites *sites; /* sensors described: reports of radars get theirs. Borrowed; NULL: none */
    struct vg_sameness *sameness; /* marks what was heard before; shared by what lives together. NULL: nothing does */
};

/* VG_NOMEM. Of a recording, all the memory that it will need is had now. */
enum vg_err vg_intake_new(const struct vg_intake_options *options, struct vg_intake **ret_intake);
void vg_intake_free(struct vg_intake *intake); /* NULL is fine */

/* Reports as they come; begins with zeros. */
struct vg_report_list {
    struct vg_report *report;
    size_t count, room;
};
void vg_report_list_free(struct vg_report_list *list);

/*
 * Takes a piece of a feed, its begin and end of stream included, and adds its reports to the list. The first byte
 * stands at `journal_offset`, or VG_JOURNAL_OFFSET_NONE. VG_NOMEM: the list is as it was, the piece is counted as lost,
 * and the stream is lost until its next line. VG_ARG: there is no such stream. To be followed by vg_intake_name() for
 * what was added.
 */
enum vg_err vg_intake_take(struct vg_intake *intake, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                           struct vg_report_list *list);

/*
 * Of a recording (clock VG_INTAKE_RECORDING) only, stream 0: as vg_batch_push(), into the caller's array of at least
 * VG_BATCH_LINE_MAX. `from`: where received_us comes from, which is then the time of all these lines; UNKNOWN: own
 * times are believed (VG_INTAKE_RECORDING). Times are final; the source is after vg_intake_name(). Nothing here can
 * fail.
 */
size_t vg_intake_push(struct vg_intake *intake, const void *bytes, size_t len, int64_t received_us,
                      enum vg_time_source from, struct vg_report *ret, size_t cap, size_t *ret_taken);
size_t vg_intake_end(struct vg_intake *intake, int64_t received_us, enum vg_time_source from, struct vg_report *ret,
                     size_t cap);
void vg_intake_set_journal_offset(struct vg_intake *intake, uint64_t journal_offset);

/*
 * Gives reports that came from `stream` their source and, if they are a radar's, their site, and marks what was heard
 * before. By the thread that owns the
 * table of sources, in the order of their coming.
 */
void vg_intake_name(struct vg_intake *intake, uint32_t stream, struct vg_report *reports, size_t count);

/*
 * By the data's clock: the last time that the source gave itself, which a line without one has; VG_TIME_NONE: none yet.
 * It outlives the process with what is saved.
 */
int64_t vg_intake_own_us(const struct vg_intake *intake);
void vg_intake_set_own_us(struct vg_intake *intake, int64_t own_us);

/* WALL or DATA, of a feed: the clock of what is taken from now on. */
void vg_intake_set_clock(struct vg_intake *intake, enum vg_intake_clock clock);

struct vg_intake_counters {
    uint64_t bytes, lines, sentences, messages;
    uint64_t lost;       /* pieces whose reports are missing, for want of memory */
    uint64_t duplicates; /* messages that were heard before: vg_intake_name() counts them */
    struct vg_refusals refusals;
};
void vg_intake_counters(const struct vg_intake *intake, struct vg_intake_counters *ret);

/* The messages of vg_intake_counters(), at no cost. */
uint64_t vg_intake_messages(const struct vg_intake *intake);

#endif
