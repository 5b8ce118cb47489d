/*
 * What is answered over HTTP: JSON, GeoJSON, the binary stream, server-sent events, history, metrics, the page.
 *
 * Handlers read snapshots (picture/snapshot.h) and status boards that the service publishes; for what only the
 * picture's owner may read (trails) they post a job and wait for the answer. Nothing here changes the picture. Bytes,
 * sockets and waiting are the transport's (serve/).
 *
 * All functions are the owner's: of the thread that publishes the picture; vg_api_notice() also others', of alerts.
 */
#ifndef VG_API_API_H
#define VG_API_API_H

#include "alert/desk.h"
#include "behaviour/behaviour.h"
#include "picture/snapshot.h"
#include "place/area.h"
#include "situation/hand.h"
#include "situation/notice.h"
#include "situation/status.h"

/* What operators do (situation/hand.h): done and told by the picture's owner, in its thread. */
struct vg_api_hand {
    void *arg;
    /* Does it and journals it; *action gets its number, time and contact. An error: *ret_why is a constant sentence. */
    enum vg_err (*act)(void *arg, struct vg_hand_action *action, const char **ret_why);  /* NULL: nobody may */
    size_t (*list)(void *arg, uint64_t contact, struct vg_hand_action *ret, size_t cap); /* vg_hand_list() */
};

/* Areas and gates (docs/formats/areas.md): who keeps and uses them. */
struct vg_api_areas {
    void *arg;
    const char *text; /* as they are at the start; copied. NULL: none */
    size_t len;
    const char *fixed; /* a sentence: why nobody may change them here; NULL: who may act may */
    enum vg_err (*keep)(void *arg, const char *text, size_t len); /* onto the disk; a thread of the server */
    void (*use)(void *arg, struct vg_areas *areas);               /* takes them over; the owner's thread */
};

/* A number that is 0 stands for the default in its comment. Strings are copied. */
struct vg_api_options {
    const char *listen;      /* "127.0.0.1:8080", "[::1]:8080", port 0: any */
    const char *web_dir;     /* the page; NULL: only the interface */
    const char *layers_dir;  /* *.geojson; NULL: none */
    const char *archive_dir; /* NULL: no history */
    const char *journal_dir; /* what was received, for the evidence of alerts; NULL: it is not kept */
    bool archive_lost;       /* there was one: that there is none now is damage */
    const char *title;       /* shown in the page; NULL: "Vigía" */
    bool trust_network;      /* others may reach that address */
    bool demo;
    bool data_clock; /* the picture's time is that of the data */
    bool view_given;
    double view_lon_deg, view_lat_deg, view_zoom;
    uint32_t max_streams;     /* 256 */
    uint32_t max_connections; /* 1024 */
    uint32_t per_address;     /* connections of one address; 64 */
    bool loopback_unlimited;  /* … but not of this machine's own */
    const char *hosts;        /* names that are answered to besides the address, with commas between; NULL: none */
    uint32_t max_vessels;     /* the picture's limit: slots are below this; 200 000 */
    uint32_t stuck_s;         /* a connection that takes nothing for so long is dropped; 120 */
    uint16_t tick_ms;         /* how often snapshots are published: told to readers; 250 */
    int64_t started_us;
    int64_t (*wall_us)(void);         /* what time it is, for questions about the past; NULL: vg_clock_wall_us() */
    uint64_t epoch;                   /* differs each start */
    const struct vg_api_hand *hand;   /* borrowed; NULL: nothing may be done */
    bool may_act;                     /* who reaches it may act on alerts */
    const struct vg_api_areas *areas; /* borrowed; NULL: nothing looks at areas */
    struct vg_alert_desk *alerts;     /* borrowed, outlives the server; NULL: there are none */
};

struct vg_api; /* opaque */

/* Called in a thread of the server when a question waits: must wake the owner's loop, nothing more (uv_async_send). */
typedef void vg_api_wake(void *arg);

/*
 * Starts to answer. `picture` must have been published once; `sources` outlives the server. VG_ARG, VG_IO: *ret_why is
 * a sentence (port in use, bad address). Loopback is not enforced here: the command line does that.
 */
enum vg_err vg_api_start(const struct vg_api_options *options, struct vg_picture *picture,
                         const struct vg_sources *sources, vg_api_wake *wake, void *wake_arg, struct vg_api **ret_api,
                         const char **ret_why);

/* The address it really listens on, "127.0.0.1:41234". */
const char *vg_api_address(const struct vg_api *api);

/* After each vg_picture_publish(): wakes the streams. */
void vg_api_published(struct vg_api *api);

/* Replaces the board of feeds. */
void vg_api_feeds(struct vg_api *api, const struct vg_feed_board *feeds, size_t count);

/* A sensor that measures, as it is described and as it was found. */
struct vg_sensor_board {
    struct vg_site site;
    struct vg_site_state state;
    uint32_t tracks; /* that it holds now */
};

/* Replaces the board of sensors, in the order of their numbers from 1 on, with what their tracker counted. */
void vg_api_sensors(struct vg_api *api, const struct vg_sensor_board *sensors, size_t count,
                    const struct vg_tracker_counters *counters);

/* What looks for behaviours has counted, and the webhook of alerts. */
struct vg_looking_board {
    struct vg_behaviour_counters behaviours;
    bool hooked; /* there is a webhook: the rest is its */
    bool hook_failing;
    uint32_t hook_waiting;
    uint64_t hook_posted, hook_retried, hook_dropped; /* dropped: after all tries, or because too many waited */
};
void vg_api_looking(struct vg_api *api, const struct vg_looking_board *board);

/* Replaces what is told of the data folder; a change between failing and not is an event, too. */
void vg_api_storage(struct vg_api *api, const struct vg_storage_status *board);
/* The host's clock as it was looked at last. What it did is an event of its own. The caller's thread. */
void vg_api_host_clock(struct vg_api *api, const struct vg_host_clock *clock);

/*
 * What answers found lost or damaged in the archive since the last call, each file once: at most `cap`, how many. The
 * paths begin with the archive's folder.
 */
size_t vg_api_damage(struct vg_api *api, struct vg_storage_damage *ret, size_t cap);

/* Tells whoever listens at /api/v1/notices; the newest 1 024 are kept. Any thread. */
void vg_api_notice(struct vg_api *api, const struct vg_notice *event);

/* How many events were told in groups so far (situation/notice_budget.h): for /metrics. */
void vg_api_notices_grouped(struct vg_api *api, uint64_t count);

/* Answers all waiting questions out of the picture. After a wake. */
void vg_api_answer(struct vg_api *api);

/* Ends streams, closes, frees. NULL is fine. */
void vg_api_stop(struct vg_api *api);

#endif
