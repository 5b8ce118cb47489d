/*
 * What the handlers share. Nobody else includes it.
 *
 * A handler gets its context by vg_api_of(): snapshots of the picture, the sources' names, the boards, the archive. It
 * sees nothing of the transport but serve/http.h, job.h, flow.h and notices.h. `lock` guards the boards; it is
 * never held while something is encoded.
 */
#ifndef VG_API_INNER_H
#define VG_API_INNER_H

#include <pthread.h>

#include "api/api.h"
#include "api/filter.h"
#include "api/json.h"
#include "base/time.h"
#include "base/time_asked.h"
#include "serve/flow.h"
#include "serve/job.h"
#include "serve/notices.h"

#define VG_UNHEALTHY_US (10 * VG_SECOND_US) /* without a publication */

/* The parameters, by name; a route's row says which it takes. */
#define VG_PARAM_LIST(X)                                                                                               \
    X(BBOX, "bbox", "string", "W,S,E,N in degrees; W > E crosses the antimeridian")                                    \
    X(CLASS, "class", "string", "classes with commas between: a, b, base, aton, sar, sart, mob, epirb, aux, …")        \
    X(STATUS, "status", "string", "navigational statuses 0-15 with commas between")                                    \
    X(FLAG, "flag", "string", "ISO 3166-1 country codes of two letters with commas between")                           \
    X(MIN_SPEED, "min_speed", "number", "knots; vessels whose speed is not known are left out")                        \
    X(MAX_SPEED, "max_speed", "number", "knots; vessels whose speed is not known are left out")                        \
    X(TYPE, "type", "string", "ship types 0-255 or ranges, as 70-79,30")                                               \
    X(Q, "q", "string", "in name, call sign or destination, or how MMSI or IMO number begin; case does not matter")    \
    X(LIMIT, "limit", "integer", "at most so many; default: all vessels, 500 alerts or events (10000 at most)")        \
    X(FORMAT, "format", "string",                                                                                      \
      "json (default) or geojson: a FeatureCollection of what has a position; events also csv, events and alerts "     \
      "also "                                                                                                          \
      "parquet")                                                                                                       \
    X(MINUTES, "minutes", "integer", "how far back, 1-1440; default 60")                                               \
    X(MMSI, "mmsi", "integer", "one vessel")                                                                           \
    X(FROM, "from", "string", "beginning: " VG_TIME_ASKED_FORMS)                                                       \
    X(TO, "to", "string", "end, itself not included; of a day alone its end")                                          \
    X(AT, "at", "string", "moment: as from")                                                                           \
    X(SECONDS, "seconds", "integer", "length of the block: 600 or 3600; from must be a multiple of it")                \
    X(STEP, "step", "integer", "at most one position of a vessel in so many seconds; 0 (default): all")                \
    X(CELL, "cell", "number", "side of a cell in degrees: 1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001") \
    X(CONTACT, "contact", "string", "a contact's id, 16 hexadecimal digits")                                           \
    X(VERSION, "version", "integer", "of the stream that the reader reads: 2")                                         \
    X(KIND, "kind", "string", "kinds of events with commas between: gap, disabling, encounter, …")                     \
    X(STATE, "state", "string", "states with commas between")                                                          \
    X(SEVERITY, "severity", "string", "information, caution, warning, distress, with commas between")                  \
    X(RULE, "rule", "string", "name of a rule")                                                                        \
    X(MINE, "mine", "string", "a role or a person: alerts for that role, or taken by that person")                     \
    X(EXERCISE, "exercise", "string", "true: those of exercises and simulations, and no others; default: false")       \
    X(AFTER, "after", "string", "an event's id: those behind it in the list (`next` of the answer before)")            \
    X(REV, "rev", "string", "not looked at: changes the address when the hour's rev has changed")

enum vg_param_id {
#define X(id, name, type, text) VG_PARAM_##id,
    VG_PARAM_LIST(X)
#undef X
        VG_PARAM_COUNT
};

extern const struct vg_route vg_routes[];
extern const struct vg_param_row vg_params[VG_PARAM_COUNT];

/* A board of feeds: immutable once published, counted. */
struct vg_board {
    _Atomic uint32_t refs;
    size_t count;
    struct vg_feed_board feed[];
};

/* A board of sensors that measure: likewise. */
struct vg_sensor_boards {
    _Atomic uint32_t refs;
    size_t count;
    struct vg_tracker_counters counters;
    struct vg_sensor_board sensor[];
};

struct vg_history; /* history.h */

#define VG_ANSWERS_KEPT 4

#define VG_CALLS_AHEAD 10 /* as many as the beginning of /api/v1/notices tells one by one */

/*
 * Answers of the newest picture that were asked for: who asks the same gets the same bytes. Gone with the next picture.
 */
struct vg_kept_answer {
    struct vg_shared *shared;
    uint64_t version;
    const char *type;
    char etag[96];
    bool packed;
    size_t key_len;
    char *key;
};

struct vg_api {
    struct vg_api_options options; /* its strings are the copies below */
    char *web_dir, *layers_dir, *title, *openapi, *journal_dir;
    size_t openapi_len;
    struct vg_picture *picture;
    const struct vg_sources *sources;
    int64_t begun_us; /* monotonic */
    _Atomic int64_t published_us;
    _Atomic uint64_t answers_made, answers_shared;
    _Atomic uint64_t notices_grouped;

    struct vg_serve *serve;
    struct vg_job_queue *questions; /* to the picture's owner */
    struct vg_job_queue *answers;   /* large ones, made beside the streams */
    struct vg_job_queue *book;      /* to the book of alerts */
    struct vg_job_queue *proofs;    /* bundles and cases: large, and read from the disk */
    struct vg_flows *streams;
    struct vg_notices *notices;
    struct vg_history *history; /* NULL: no archive was given */

    pthread_mutex_t lock;
    struct vg_kept_answer kept[VG_ANSWERS_KEPT];
    size_t next_kept;
    bool stopping;
    char *areas_text; /* under lock; NULL: none */
    size_t areas_len;
    struct vg_board *board;
    struct vg_sensor_boards *sensors; /* NULL: none were told of yet */
    struct vg_storage_status storage;
    struct vg_host_clock host_clock;
    struct vg_looking_board looking;
    /* Calls for help that the newest snapshot doesn't know yet; with more than fit the newest stay. */
    struct vg_notice call[VG_CALLS_AHEAD];
    size_t calls;
};

static inline struct vg_api *vg_api_of(const struct vg_request *rq)
{
    return vg_request_context(rq);
}

/* ---- boards.c ---- */
const struct vg_board *vg_board_acquire(struct vg_api *api);
void vg_board_release(const struct vg_board *board);
const struct vg_sensor_boards *vg_sensors_acquire(struct vg_api *api);          /* NULL: none */
void vg_sensors_release(const struct vg_sensor_boards *sensors);                /* NULL is fine */
bool vg_storage_set(struct vg_api *api, const struct vg_storage_status *board); /* true: people are to be told */
void vg_storage_read(struct vg_api *api, struct vg_storage_status *ret);
void vg_host_clock_set(struct vg_api *api, const struct vg_host_clock *clock);
void vg_host_clock_get(struct vg_api *api, struct vg_host_clock *ret);

void vg_looking_get(struct vg_api *api, struct vg_looking_board *ret);

/* ---- answer.c: a large answer, made by a job ---- */

/* Writes the answer to *out; `arg` is what was given, and stays the caller's. */
typedef void vg_answer_write(struct vg_api *api, void *arg, struct vg_out *out);

struct vg_answer {
    vg_answer_write *write;
    void *arg;
    void (*free_arg)(void *arg); /* NULL: it needs none */
    const char *type;
    char etag[96];   /* "": none */
    size_t estimate; /* bytes of memory that it may take */
    /*
     * Of an answer that others may share, who ask the same of the same version: takes the newest data, writes its tag,
     * and returns its version. NULL: it is this request's alone.
     */
    uint64_t (*renew)(struct vg_api *api, void *arg, char *etag, size_t size);
    uint64_t version; /* the newest now; not 0 */
};

void vg_answers_published(struct vg_api *api); /* there is a newer picture: forgets what was kept of the older */

/* Makes it beside the streams and sends it. Takes `answer->arg` over. A handler's result; call vg_answer_reply() when
 * the handler comes again. */
bool vg_answer_make(struct vg_request *rq, const struct vg_answer *answer);
bool vg_answer_reply(struct vg_request *rq);
bool vg_is_answer(const struct vg_request *rq); /* true if the request's job is one */

/* ---- question.c: what only the picture's owner may read ---- */

/* A question about `trails` contacts. Points are allocated by the asker, filled by the owner. */
struct vg_question {
    int64_t since_us; /* how far back trails go */
    bool back;        /* since_us is relative to the picture's clock; else the whole */
    size_t trails, points_max;
    bool truncated;
    struct vg_question_item {
        uint64_t id; /* or, if that is 0, */
        uint32_t mmsi;
        bool found;
        size_t points;
        uint64_t dropped;
        struct vg_contact vessel;
        struct vg_track_row track; /* track.id 0: no track holds it */
    } * asked;
    struct vg_trail_point *points; /* of all trails, one after another */
    struct vg_hand_action *hand;   /* what operators did to the first contact, the newest first: vg_question_hand() */
    size_t hand_count, hand_max;
    int64_t clock_us; /* the picture's, when it was answered */
    struct vg_api *api;
};

/* Room for so many points; NULL: no memory. */
struct vg_question *vg_question_new(struct vg_api *api, size_t trails, size_t points);
void vg_question_free(void *question);
bool vg_question_hand(struct vg_question *question, size_t most); /* asks for that, too. False: no memory */

/* Posts it (NULL: out of memory); a handler's result. When the handler comes again, vg_question_take() has the answer,
 * or NULL after it has answered that there is none. */
bool vg_question_ask(struct vg_request *rq, struct vg_question *question);
struct vg_question *vg_question_take(struct vg_request *rq, bool *ret_replied);

/* ---- hand.c ---- */

#define VG_HAND_SHOWN 50 /* actions of one contact */

/* ---- claims.c ---- */

/* Who claims something of a contact besides itself. */
struct vg_claimed_by {
    const struct vg_sensor_boards *sensors;
    const struct vg_track_row *row;    /* NULL: nothing follows it */
    const struct vg_hand_action *hand; /* what operators did to it, the newest first */
    size_t hand_count;
};
/* ,"claims":[…]. `others`: NULL: nobody */
void vg_json_claims(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                    const struct vg_claimed_by *others);

/* ,"hand":[…] */
void vg_json_hand(struct vg_out *out, const struct vg_hand_action *action, size_t count);

/* ---- sensors.c ---- */

/* ,"track":{…}, or ,"track":null of a contact that no track holds (NULL, or its row is over). */
/* The name of a sensor by its number, "ais" for 0. */
const char *vg_sensor_name(const struct vg_sensor_boards *sensors, unsigned number);
void vg_json_track(struct vg_out *out, const struct vg_sensor_boards *sensors, const struct vg_track_row *row);

/* Who holds a track, names with ", " between; NULL: nobody does. `to` has room for all names. */
const char *vg_seen_by_text(const struct vg_sensor_boards *sensors, const struct vg_track_row *row, char *to,
                            size_t size);

/* ---- alerts.c ---- */
void vg_alert_metrics(struct vg_out *out, struct vg_api *api);

/* ---- life of the parts ---- */
enum vg_err vg_book_jobs_start(struct vg_api *api);
enum vg_err vg_proof_jobs_start(struct vg_api *api);
enum vg_err vg_answers_start(struct vg_api *api);
enum vg_err vg_questions_start(struct vg_api *api, vg_api_wake *wake, void *wake_arg);
enum vg_err vg_streams_start(struct vg_api *api);
enum vg_err vg_notices_start(struct vg_api *api);
void vg_notices_published(struct vg_api *api); /* a snapshot that knows all calls for help so far */
char *vg_openapi_text(const struct vg_app *app, size_t *ret_len);

/* ---- handlers ---- */
vg_handler vg_handle_status, vg_handle_vessels, vg_handle_vessel, vg_handle_contacts, vg_handle_contact,
    vg_handle_trails, vg_handle_feeds, vg_handle_sensors, vg_handle_hand, vg_handle_act, vg_handle_storage,
    vg_handle_stream, vg_handle_notices, vg_handle_layers, vg_handle_layer, vg_handle_openapi, vg_handle_health,
    vg_handle_metrics, vg_handle_page, vg_handle_history, vg_handle_events, vg_handle_event, vg_handle_alerts,
    vg_handle_alert, vg_handle_alert_act, vg_handle_alert_rules, vg_handle_alert_rules_change, vg_handle_alert_silence,
    vg_handle_alert_precision, vg_handle_alert_evidence, vg_handle_case_make, vg_handle_handover, vg_handle_handovers,
    vg_handle_areas, vg_handle_areas_change;

#endif
