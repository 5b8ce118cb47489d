/*
 * Behaviours over an archive: its reports, put into the order of time, through a situation as they were live. One
 * thread.
 */
#ifndef VG_CLI_EVENTS_PAST_H
#define VG_CLI_EVENTS_PAST_H

#include "archive/store.h"
#include "situation/situation.h"

struct vg_events_past {
    struct vg_store *store;
    const struct vg_behaviours_options *options;
    int64_t to_us;                           /* what was received before this */
    bool (*on_hour)(void *arg, double done); /* before each hour, 0–1; false: no more. NULL: nobody asks */
    vg_store_on_damage *on_damage;
    void *arg;        /* of both */
    uint64_t reports; /* that were taken */
};

/*
 * Every event as it is told, `on` with `on_arg`, then the end of the data. An hour is read in as many pieces as memory
 * asks for: some 300 MB at most. VG_NOMEM, VG_IO.
 */
enum vg_err vg_events_past_run(struct vg_events_past *past, vg_event_sink *on, void *on_arg);

#endif
