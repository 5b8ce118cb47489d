/*
 * The service: feeds → journal → receivers → situation → server, on one libuv loop. The only place where the rooms
 * meet.
 *
 * The loop's thread owns feeds, receivers and the situation; the server's threads see snapshots and a board that is
 * replaced each tick. What happens is told through `log`, one line at a time, in the loop's thread.
 */
#ifndef VG_SERVICE_SERVICE_H
#define VG_SERVICE_SERVICE_H

#include "alert/rules.h"
#include "api/api.h"
#include "behaviour/watch_list.h"
#include "feed/feed.h"
#include "picture/picture.h"
#include "site/site.h"

/* Which clock the picture lives by. */
enum vg_service_clock {
    VG_CLOCK_AUTO, /* DATA if every feed is a file, else WALL */
    VG_CLOCK_WALL,
    VG_CLOCK_DATA, /* the newest time among what was received: replays */
};

typedef void vg_service_log(void *arg, const char *line);

struct vg_service_options {
    const struct vg_feed_spec *feeds;
    size_t feed_count; /* 1 … VG_FEED_MAX */
    struct vg_picture_limits limits;
    enum vg_service_clock clock;
    bool allow_actions;                     /* operators may do things (situation/hand.h): there are no accounts yet */
    const struct vg_rules *alert_rules;     /* NULL: those built in. Borrowed */
    const char *areas;                      /* file of areas and gates; NULL: that of the data folder */
    const struct vg_watch_list *watch_list; /* NULL: none. Borrowed */
    const char *alert_webhook;              /* URL; NULL: none */
    const struct vg_sites *sites;           /* sensors described (site/site.h); NULL: none. Borrowed */
    const char *data_dir;                   /* where everything is kept (service/data_folder.h); NULL: nowhere */
    int64_t keep_us;                        /* of journal and archive, by age; 0: all */
    int64_t keep_bytes;                     /* of both together, by size; 0: all */
    unsigned restore_threads;               /* that decode what the journal has at the start; 0: one */
    struct vg_api_options serve;            /* tick_ms 0: 250; data_clock, epoch and started_us are set here */
    vg_service_log *log;
    void *log_arg;
};

/*
 * Opens everything, runs until SIGINT or SIGTERM, closes everything. VG_OK after an orderly end.
 * While it listens, it reads both from a descriptor: the process's other threads must hold them back
 * (vg_thread_start()). An error means that it could not start: *ret_why is a sentence, valid until the next call.
 */
enum vg_err vg_service_run(const struct vg_service_options *options, const char **ret_why);

#endif
