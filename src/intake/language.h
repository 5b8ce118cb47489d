/*
 * The languages of feeds: how the bytes of one become reports. Within intake.
 *
 * A row a language. A state belongs to one stream of one feed, and is used by one thread at a time; names of stations
 * may be asked for by another one meanwhile (sensor/ais/stations.h).
 */
#ifndef VG_INTAKE_LANGUAGE_H
#define VG_INTAKE_LANGUAGE_H

#include "intake/intake.h"

struct vg_language {
    /* Has all the memory that a line or block needs: VG_NOMEM here, or the piece is taken whole. */
    enum vg_err (*open)(void **ret_state);
    void (*close)(void *state); /* NULL is fine */

    /* The stream begins anew, or bytes of it are missing here: what was unfinished is dropped and counted. */
    void (*restart)(void *state);

    /*
     * A piece of the stream, but for its `begins`; its first byte stands at `journal_offset`. Reports are added with
     * the time that they have themselves, or VG_TIME_NONE, and `source` the number of a station, 0 for none. VG_NOMEM:
     * some are missing.
     */
    enum vg_err (*take)(void *state, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                        struct vg_report_list *list);

    void (*count)(const void *state, struct vg_intake_counters *to); /* adds */
    uint64_t (*messages)(const void *state);
};

/* The row of a language. */
const struct vg_language *vg_language_of(enum vg_feed_language language);

extern const struct vg_language vg_language_nmea;
struct vg_batch *vg_language_nmea_batch(void *state);

/* Room for so many more reports. */
bool vg_report_list_room(struct vg_report_list *list, size_t more);

#endif
