/*
 * What the files of this room share. Nobody else includes it.
 *
 * Threads. The owner of the picture calls serve.h. libmicrohttpd's pool runs the handlers. A deadline_thread thread
 * sleeps until a question to the owner is overdue. `lock` guards: who is suspended, the questions, the board's pointer,
 * the ring of notices. It is never held while something is encoded, read from disk or asked of the picture. Lock order:
 * `lock`, then libmicrohttpd's own (suspend and resume take it).
 *
 * Parking. A handler with nothing to say suspends its connection. Suspending and the look whether there is news happen
 * under `lock`, as do resuming and the arrival of news, so no wake-up is lost and only what is suspended is resumed.
 *
 * Clocks. Only the monotonic one is asked, for heartbeats and deadlines; what is told about vessels has the picture's
 * time.
 */
#ifndef VG_SERVE_INNER_H
#define VG_SERVE_INNER_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/out.h"
#include "base/time.h"
#include "serve/serve.h"
#include "serve/target.h"

#define VG_BODY_MAX        ((size_t)256 << 20) /* one answer */
#define VG_BODIES_MAX      ((size_t)512 << 20) /* all answers that are being sent: one more gets 503 */
#define VG_GZIP_MIN        1024
#define VG_GZIP_MAX        ((size_t)16 << 20) /* a fast thread packs this in 0.2 s; the other readers of the thread wait */
#define VG_QUESTIONS_MAX   32
#define VG_QUESTION_US     (2 * VG_SECOND_US)
#define VG_NOTICES         1024
#define VG_NOTICE_SIZE     1024 /* bytes of JSON */
#define VG_EVENT_READERS   256
#define VG_EVENT_BEAT_US   (15 * VG_SECOND_US)
#define VG_STUCK_S         120                 /* a connection that takes nothing for so long is dropped */
#define VG_UNHEALTHY_US    (10 * VG_SECOND_US) /* without a publication */
#define VG_POOL_THREADS    2
#define VG_CONNECTION_POOL ((size_t)96 << 10) /* for each connection; half of it is the write buffer: a frame fits */
#define VG_SEND_BUFFER     (256 << 10) /* kernel's, for streams: what lies there is old news that a slow reader gets */

struct vg_request;
typedef enum MHD_Result vg_handler(struct vg_request *rq);

/* Parameters, by name; a route's row says which it takes. */
#define VG_PARAM_LIST(X)                                                                                               \
    X(BBOX, "bbox", "string", "W,S,E,N in degrees; W > E crosses the antimeridian")                                    \
    X(CLASS, "class", "string", "classes with commas between: a, b, base, aton, sar, sart, mob, epirb, aux, …")        \
    X(STATUS, "status", "string", "navigational statuses 0-15 with commas between")                                    \
    X(FLAG, "flag", "string", "ISO 3166-1 country codes of two letters with commas between")                           \
    X(MIN_SPEED, "min_speed", "number", "knots; vessels whose speed is not known are left out")                        \
    X(MAX_SPEED, "max_speed", "number", "knots; vessels whose speed is not known are left out")                        \
    X(TYPE, "type", "string", "ship types 0-255 or ranges, as 70-79,30")                                               \
    X(Q, "q", "string", "in name, call sign or destination, or how MMSI or IMO number begin; case does not matter")    \
    X(LIMIT, "limit", "integer", "at most so many vessels; default: all")                                              \
    X(FORMAT, "format", "string", "json (default) or geojson: a FeatureCollection of the vessels with a position")     \
    X(MINUTES, "minutes", "integer", "how far back, 1-1440; default 60")                                               \
    X(MMSI, "mmsi", "integer", "one vessel")                                                                           \
    X(FROM, "from", "string", "beginning: ISO 8601 in UTC, or seconds since 1970")                                     \
    X(TO, "to", "string", "end, itself not included")                                                                  \
    X(AT, "at", "string", "moment: ISO 8601 in UTC, or seconds since 1970")                                            \
    X(SECONDS, "seconds", "integer", "length of the block: 600 or 3600; from must be a multiple of it")                \
    X(STEP, "step", "integer", "at most one position of a vessel in so many seconds; 0 (default): all")                \
    X(CELL, "cell", "number", "side of a cell in degrees: 1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001") \
    X(VERSION, "version", "integer", "of the stream that the reader reads: 2")                                         \
    X(REV, "rev", "string", "not looked at: changes the address when the hour's rev has changed")

enum vg_param_id {
#define X(id, name, type, text) VG_PARAM_##id,
    VG_PARAM_LIST(X)
#undef X
        VG_PARAM_COUNT
};

struct vg_route {
    const char *path; /* "{…}" stands for one segment */
    vg_handler *handle;
    const char *id; /* operationId, and `route` in the metrics */
    const char *summary;
    const char *type;   /* of the 200 answer */
    const char *schema; /* in components/schemas; NULL: not JSON */
    uint32_t params;    /* bits of enum vg_param_id */
};

#define VG_ROUTES_MAX 32

/* The table, ending with a row without a path; the row before that is the page ("/"). */
extern const struct vg_route vg_routes[];

/* Status codes that are counted apart; the last is "other". */
#define VG_CODE_LIST(X)                                                                                                \
    X(200)                                                                                                             \
    X(304) X(400) X(403) X(404) X(405) X(413) X(414) X(421) X(500) X(503)

enum {
#define X(code) VG_CODE_##code,
    VG_CODE_LIST(X)
#undef X
        VG_CODE_OTHER,
    VG_CODES
};

/* A board of feeds: immutable once published, counted. */
struct vg_board {
    _Atomic uint32_t refs;
    size_t count;
    struct vg_feed_board feed[];
};

struct vg_notice {
    uint64_t id;
    char event[16];
    uint32_t len;
    char json[VG_NOTICE_SIZE];
};

/* A connection that may be suspended. */
struct vg_suspended {
    struct MHD_Connection *connection;
    bool suspended;                   /* under lock */
    struct vg_suspended *prev, *next; /* list of streams, or of event readers; under lock */
    bool listed;
};

enum vg_question_state { VG_WAITING, VG_ANSWERING, VG_ANSWERED, VG_OVERDUE };

/* A question to the picture's owner. Points are allocated by the asker, filled by the owner. */
struct vg_question {
    enum vg_question_state state; /* under lock */
    struct vg_question *next;     /* of those waiting, or being answered */
    struct vg_suspended *asker;
    int64_t deadline_us; /* monotonic */
    int64_t since_us;    /* trails: INT64_MIN for the whole */
    bool back;           /* since_us is relative to the picture's clock */
    size_t trails, points_max;
    bool truncated;
    struct vg_question_item {
        uint32_t mmsi;
        bool found;
        size_t points;
        uint64_t dropped;
        struct vg_contact vessel;
    } * asked;
    struct vg_trail_point *points; /* of all trails, one after another */
};

struct vg_event_reader;
struct vg_live_stream;
struct vg_history;
struct vg_history_job;

struct vg_request {
    struct vg_serve *serve;
    struct MHD_Connection *connection;
    const struct vg_route *route; /* NULL until dispatched */
    bool begun, head;
    enum vg_err target_err;
    const char *target_why;
    char argument[64]; /* of the path's {…} */
    struct vg_question *question;
    struct vg_suspended suspended; /* for questions */
    struct vg_live_stream *stream; /* freed with the response */
    struct vg_event_reader *events;
    struct vg_history_job *history; /* asked of the archive */
    struct vg_target target;
};

struct vg_serve {
    struct vg_serve_options options; /* strings are copies */
    char *web_dir, *layers_dir, *title, *listen_host;
    bool loopback;
    char address[80];
    struct vg_picture *picture;
    const struct vg_sources *sources;
    vg_serve_wake *wake;
    void *wake_arg;
    struct MHD_Daemon *daemon;
    const struct vg_route *routes; /* vg_routes */
    char *openapi;
    size_t openapi_len;
    bool lock_ready, watching;
    pthread_t deadline_thread;
    int64_t begun_us; /* monotonic */

    pthread_mutex_t lock;
    pthread_cond_t watch;
    bool stopping;
    uint64_t generation; /* of publications */
    struct vg_suspended *streams, *event_readers;
    uint32_t streams_now, event_readers_now;
    struct vg_question *waiting, **waiting_end;
    uint32_t questions;
    struct vg_board *board;
    struct vg_storage_status storage;
    uint64_t notice_id, notice_base; /* of the newest; ids above base are or were in the ring */
    struct vg_notice *ring;
    struct vg_history *history; /* NULL: no archive was given */

    _Atomic int64_t published_us; /* monotonic */
    _Atomic size_t bodies;        /* bytes of answers being sent */
    _Atomic uint64_t requests[VG_ROUTES_MAX][VG_CODES];
    _Atomic uint64_t streams_total, streams_refused, streams_dropped, stream_bytes;
    _Atomic uint64_t events_total, events_refused, events_missed, notices_refused;
    _Atomic uint64_t questions_total, questions_refused, questions_overdue;
    _Atomic uint64_t busy, no_memory;
};

static inline void vg_count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* ---- storage.c ---- */

void vg_storage_read(struct vg_serve *s, struct vg_storage_status *ret);
bool vg_storage_fails(const struct vg_storage_status *board);
void vg_write_storage_event(struct vg_out *out, const struct vg_storage_status *board); /* the JSON of a notice */

/* ---- reply.c: answers. All of them end a handler: `return vg_reply_…(rq, …)` ---- */

/* Sends `body` (growing; taken over) as JSON or another text. `etag` NULL: none. Gzipped if that is asked for. */
enum MHD_Result vg_reply_text(struct vg_request *rq, unsigned code, const char *type, struct vg_out *body,
                              const char *etag);
enum MHD_Result vg_reply_error(struct vg_request *rq, unsigned code, const char *name, const char *message);
enum MHD_Result vg_reply_not_modified(struct vg_request *rq, const char *etag);

/* Sends `body` (growing; taken over) as it is: with encoding "gzip" if it is packed, with a Cache-Control of its own.
 */
enum MHD_Result vg_reply_bytes(struct vg_request *rq, const char *type, struct vg_out *body, bool packed,
                               const char *etag, const char *cache);
enum MHD_Result vg_reply_unchanged(struct vg_request *rq, const char *etag, const char *cache);

/* Packs *body if that makes it smaller. */
bool vg_gzip(struct vg_out *body);

/* Adds the headers every answer has, counts, queues and lets go of the response. */
enum MHD_Result vg_reply_send(struct vg_request *rq, unsigned code, struct MHD_Response *response);

/* True if the client said it has this version already. */
bool vg_request_has(struct vg_request *rq, const char *etag);
bool vg_request_takes_gzip(struct vg_request *rq);
bool vg_accepts_gzip(const char *accept_encoding);
bool vg_etag_listed(const char *if_none_match, const char *etag);

/* Reserves memory for an answer of about `bytes`; false: too much is being sent already. Return it with a negative. */
bool vg_bodies_reserve(struct vg_serve *serve, size_t bytes);
void vg_bodies_return(struct vg_serve *serve, size_t bytes);

/* ---- park.c ---- */

/* Under lock. Resumes if suspended. */
void vg_suspended_resume(struct vg_suspended *suspended);
void vg_suspended_list(struct vg_suspended **list, struct vg_suspended *suspended);
void vg_suspended_unlist(struct vg_suspended **list, struct vg_suspended *suspended);

/* ---- question.c ---- */
void *vg_deadline_thread(void *serve);

/* A question about `trails` vessels with room for so many points; NULL: no memory. */
struct vg_question *vg_question_new(size_t trails, size_t points);
void vg_question_free(struct vg_question *question);

/* Posts and suspends. False, question freed: too many wait. After the resumption the handler is called again. */
bool vg_question_ask(struct vg_request *rq, struct vg_question *question);

/* After resumption: the answer, or NULL if it did not come in time. Free it. */
struct vg_question *vg_question_take(struct vg_request *rq);

/* ---- board.c ---- */
const struct vg_board *vg_board_acquire(struct vg_serve *serve);
void vg_board_release(const struct vg_board *board);

/* ---- vessel_json.c ---- */
void vg_json_vessel(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v);
void vg_json_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v);
void vg_json_text(struct vg_out *out, const char *text);
void vg_json_pos(struct vg_out *out, struct vg_pos pos); /* "lon":…,"lat":… */
void vg_json_turn(struct vg_out *out, int8_t raw);       /* ,"turn":… or ,"turning":… */
void vg_json_reported(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v);

/* ---- handlers ---- */
vg_handler vg_handle_status, vg_handle_vessels, vg_handle_vessel, vg_handle_trails, vg_handle_feeds, vg_handle_storage,
    vg_handle_stream, vg_handle_events, vg_handle_layers, vg_handle_layer, vg_handle_openapi, vg_handle_health,
    vg_handle_metrics, vg_handle_page, vg_handle_history;

enum MHD_Result vg_dispatch(struct vg_request *rq, const char *method);
char *vg_openapi_text(size_t *ret_len);
void vg_request_done(struct vg_request *rq, enum MHD_RequestTerminationCode toe);
void vg_stream_done(struct vg_request *rq, enum MHD_RequestTerminationCode toe);
void vg_events_done(struct vg_request *rq);
void vg_history_done(struct vg_request *rq);
void vg_events_wake(struct vg_serve *serve, int64_t now_us); /* under lock */

#endif
