/*
 * The HTTP side: JSON, GeoJSON, the binary stream, server-sent events, metrics, the static page.
 *
 * libmicrohttpd with an epoll thread pool. Handlers read snapshots (picture/snapshot.h) and a status board that the
 * service publishes; for what only the picture's owner may read (trails) they post a question and wait for the answer.
 * Nothing here changes the picture.
 */
#ifndef VG_SERVE_SERVE_H
#define VG_SERVE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/source.h"
#include "picture/snapshot.h"
#include "situation/status.h"

/* A number that is 0 stands for the default in its comment. Strings are copied. */
struct vg_serve_options {
    const char *listen;      /* "127.0.0.1:8080", "[::1]:8080", port 0: any */
    const char *web_dir;     /* the page; NULL: only the interface */
    const char *layers_dir;  /* *.geojson; NULL: none */
    const char *archive_dir; /* NULL: no history */
    const char *title;       /* shown in the page; NULL: "Vigía" */
    bool demo;
    bool data_clock; /* the picture's time is that of the data */
    bool view_given;
    double view_lon_deg, view_lat_deg, view_zoom;
    uint32_t max_streams;     /* 256 */
    uint32_t max_connections; /* 1024 */
    uint32_t max_vessels;     /* the picture's limit: slots are below this; 200 000 */
    uint32_t stuck_s;         /* a connection that takes nothing for so long is dropped; 120 */
    uint16_t tick_ms;         /* how often snapshots are published: told to readers; 250 */
    int64_t started_us;
    uint64_t epoch; /* differs each start */
};

/* A question to the picture's owner. Filled by a server thread; answered by vg_serve_answer() in the owner's thread. */
struct vg_serve; /* opaque */

/* Called in a server thread when a question waits: must wake the owner's loop, nothing more (uv_async_send). */
typedef void vg_serve_wake(void *arg);

/*
 * Starts listening. `picture` must have been published once; `sources` outlives the server. VG_ARG, VG_IO: *ret_why is
 * a sentence (port in use, bad address). Loopback is not enforced here: the command line does that.
 */
enum vg_err vg_serve_start(const struct vg_serve_options *options, struct vg_picture *picture,
                           const struct vg_sources *sources, vg_serve_wake *wake, void *wake_arg,
                           struct vg_serve **ret_serve, const char **ret_why);

/* The address it really listens on, "127.0.0.1:41234". */
const char *vg_serve_address(const struct vg_serve *serve);

/* After each vg_picture_publish(): wakes the streams. Owner. */
void vg_serve_published(struct vg_serve *serve);

/* Replaces the board of feeds. Owner. */
void vg_serve_feeds(struct vg_serve *serve, const struct vg_feed_board *feeds, size_t count);

/* Replaces what is told of the data folder; a change between failing and not is a notice, too. Owner. */
void vg_serve_storage(struct vg_serve *serve, const struct vg_storage_status *board);

/* Notices for /api/v1/events; kept in a ring of 1 024. `json` is an object's text without line ends. Owner. */
void vg_serve_notice(struct vg_serve *serve, const char *event, const char *json, size_t len);

/* Answers all waiting questions out of the picture. Owner, after a wake. */
void vg_serve_answer(struct vg_serve *serve);

/* Ends streams, closes, frees. */
void vg_serve_stop(struct vg_serve *serve);

#endif
