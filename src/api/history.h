/*
 * Questions to the archive. What the history_*.c of this room share; nobody else includes it but api.c and metrics.c.
 *
 * Reading Parquet takes from a millisecond to seconds: it is a job (serve/job.h) on one of two queues, each with
 * threads of its own and, since a vg_store belongs to one thread, a store for each:
 *
 *     questions   the whole answer is made in memory, within a bound, then sent. Short; a few may wait.
 *     exports     sent as they are read, for as long as that takes: the thread waits for the reader. None waits.
 */
#ifndef VG_API_HISTORY_H
#define VG_API_HISTORY_H

#include "api/inner.h"
#include "archive/store.h"
#include "vessel/belief.h"
#include "vessel/rules.h"

#define VG_HISTORY_THREADS     2 /* for questions */
#define VG_EXPORT_THREADS      4 /* an export lasts as long as its reader … */
#define VG_EXPORT_SHARE        3 /* … and one address has not all of them */
#define VG_EXPORT_WAITING      12
#define VG_HISTORY_WAITING     64                  /* questions; a page asks for some blocks ahead */
#define VG_HISTORY_WAIT_US     (60 * VG_SECOND_US) /* a question may wait */
#define VG_HISTORY_US          (20 * VG_SECOND_US) /* a question may take */
#define VG_HISTORY_EXPORT_US   (30 * VG_MINUTE_US) /* an export may take */
#define VG_HISTORY_BODY        ((size_t)96 << 20)  /* an answer before it is packed */
#define VG_HISTORY_BLOCK_ROWS  ((size_t)1500000)
#define VG_HISTORY_TRACK_ROWS  ((size_t)300000)
#define VG_HISTORY_EXPORT_ROWS UINT64_C(50000000)
#define VG_HISTORY_VESSELS     ((size_t)200000)
#define VG_HISTORY_CELLS       ((size_t)1 << 20)
#define VG_HISTORY_SPAN_US     (31 * VG_DAY_US)    /* most time that one question may cover */
#define VG_HISTORY_FINAL_US    (10 * VG_MINUTE_US) /* what is so far before the newest hour changes no more */
#define VG_HISTORY_LOOK_US     (2 * VG_SECOND_US)  /* the folder is looked through at most so often */
#define VG_HISTORY_BACK_US     (2 * VG_HOUR_US)    /* the state at a moment is sought so far back: everybody */
#define VG_HISTORY_FAR_US      (6 * VG_HOUR_US)    /* who was heard by long-range messages */
#define VG_HISTORY_MOST_US     VG_SILENCE_MOST_US  /* base stations, aids, distress devices */
#define VG_HISTORY_BLOCK_US    VG_HOUR_US          /* before a block, to know who is still and what to believe */
#define VG_HISTORY_CHECK_US    (5 * VG_MINUTE_US)  /* and for files that have gone, though nothing was committed */
#define VG_HISTORY_TOLD        1024                /* damaged files that are known by their paths, each told once */
#define VG_HISTORY_UNREAD      64                  /* of one answer: more are counted as often as they are met */
#define VG_HISTORY_NAMES_HOURS 24                  /* and who a vessel was, so many hours */

enum vg_history_format { VG_HISTORY_JSON, VG_HISTORY_GEOJSON, VG_HISTORY_CSV, VG_HISTORY_BINARY };

/* What was asked, checked. */
struct vg_history_ask {
    uint32_t mmsi;           /* 0: all */
    struct vg_filter filter; /* its box is that of the query */
    int64_t from_us, to_us;  /* [from, to) */
    bool relative;           /* these follow the clock */
    uint32_t step_s;
    uint32_t cell_e4deg; /* side of a cell in 1/10 000 degree */
    enum vg_history_format format;
};

/* What the questions of one archive share. */
struct vg_history {
    char *dir;
    struct vg_job_queue *questions, *exports;
    pthread_mutex_t lock;
    struct vg_store_hour *hours; /* under lock, as of looked_us */
    size_t hour_count;
    uint64_t unread;             /* of them and of the archive, as the look found */
    int64_t looked_us;           /* monotonic; 0: never */
    int64_t checked_us;          /* likewise: for files that have gone */
    struct vg_store_hour newest; /* the hour that newest_us was found in; under lock */
    int64_t newest_us;
    _Atomic uint64_t damaged, rows;
    _Atomic bool seen;                                   /* there was an archive: there must be one */
    struct vg_storage_damage damage[VG_STORAGE_DAMAGES]; /* under lock: not yet taken by the service */
    size_t damage_count;
    uint64_t told[VG_HISTORY_TOLD]; /* under lock: hashes of the paths of damage that was told */
    size_t told_count;
};

struct vg_history_job;

/*
 * Makes the answer in a thread of the job queue: writes to job->out. VG_OK: done. VG_LIMIT: too much, `why` says of
 * what; VG_EOF: nobody wants it any more. Others: the archive can't be read.
 */
typedef enum vg_err vg_history_run(struct vg_history_job *job, struct vg_store *store);

struct vg_history_job {
    struct vg_api *api;
    struct vg_job *job; /* set when it runs */

    /* the asker's, before the job waits */
    struct vg_history_ask ask;
    int64_t now_us; /* when it was asked */
    vg_history_run *run;
    const char *type;                   /* of the answer */
    const char *filename;               /* NULL: shown, not saved */
    bool summary, streamed, takes_gzip; /* summary: of the whole archive */
    char has[200];                      /* If-None-Match, as far as it fits */
    uint64_t hash;                      /* of route and parameters */

    /* the worker's, then the asker's */
    struct vg_out out;
    uint64_t rows, unread;           /* parts of the archive that the answer lacks, for they can't be read */
    uint64_t met[VG_HISTORY_UNREAD]; /* hashes of their paths */
    uint64_t unread_ahead;           /* of a streamed answer, before its first piece: what its headers say */
    bool begun, broken;              /* rows are being sent; a part that was not known as damaged then is */
    bool final, packed, unchanged, sent;
    char etag[48];
    const char *why; /* constant; with VG_LIMIT and VG_RANGE */
};

/* ---- history_jobs.c ---- */

/* Starts the queues. VG_NOMEM: the threads are not to be had. */
enum vg_err vg_history_start(struct vg_api *api, const char *dir);

/* After the transport has stopped. NULL is fine. */
void vg_history_free(struct vg_history *history);

/* Puts the job on its queue, or refuses; a handler's result. Takes the job over. */
bool vg_history_ask(struct vg_request *rq, struct vg_history_job *job);

void vg_history_metrics(struct vg_out *out, struct vg_api *api);

/* ---- history_archive.c ---- */

/* For run(), every few thousand rows: VG_EOF if nobody wants the answer, VG_LIMIT if it took too long. */
enum vg_err vg_history_check(struct vg_history_job *job);

/* Counts a row; looks every 4 096 rows whether to go on. VG_CORRUPT: what was sent is not whole, and can't say so. */
static inline enum vg_err vg_history_row(struct vg_history_job *job)
{
    if (job->broken)
        return VG_CORRUPT;
    return ++job->rows % 4096 ? VG_OK : vg_history_check(job);
}

/* For vg_store_…(): counts a part that can't be read, once for an answer, and keeps it for vg_api_damage(). */
void vg_history_damage(struct vg_history_job *job, const char *path, enum vg_err err);

/* The hours of the archive, looked up at most every two seconds. Free it. VG_NOMEM. */
enum vg_err vg_history_hours(struct vg_history_job *job, struct vg_store *store, struct vg_store_hour **ret_hours,
                             size_t *ret_count);

/* All that the last look at the hours could not read. */
uint64_t vg_history_unread(struct vg_history_job *job);

/*
 * Of the hours, those that can be: not before 1990, and begun by now. Returns how many, *ret_first is the first. The
 * others came from rows with an absurd time; they can be asked for, but move no bound of what there is.
 */
size_t vg_history_possible(const struct vg_store_hour *hours, size_t count, int64_t now_us, size_t *ret_first);

/* What lies before this changes no more, as far as it is not ingested; VG_TIME_NONE: there is nothing. */
int64_t vg_history_final(const struct vg_store_hour *hours, size_t count, int64_t now_us);

/* The newest position's time, if it was sought in this hour as it is now: finding it reads the whole hour. */
bool vg_history_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t *ret_time_us);
void vg_history_set_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t time_us);

/* ---- history_box.c ---- */

/* The box outward to a grid of 180/2^k degrees, the finest that it covers with at most four cells each way. */
struct vg_box vg_history_snap(const struct vg_box *box);

/* ---- history_vessel.c: contacts as the archive's reports tell of them, by the rules of vessel/belief.h ---- */

struct vg_past {
    uint32_t mmsi;
    int64_t from_us;  /* reports were read since then; INT64_MAX: none were */
    bool far, fixed;  /* heard by long-range messages; a base station or an aid, by its number or a message */
    uint32_t undated; /* lasting fields whose word has no date but that of its file */
    uint8_t time_source, placed_from; /* enum vg_time_source: of the newest report, of the position */
    bool unsure;                      /* what it is was contradicted before it was sure */
    bool again;                       /* read again, from longer ago */
    uint8_t near;                     /* positions heard by others, before what is asked for; 10 at most */
    int64_t clock_us;                 /* of the newest report; VG_TIME_NONE: none was applied */
    bool placed;                      /* vg_pasts_at(): it is there */
    struct vg_contact contact;
    struct vg_memory memory;
};

/* Contacts by MMSI, at most VG_HISTORY_VESSELS. */
struct vg_pasts {
    struct vg_past *row;
    size_t count, cap;
    uint32_t *slot; /* index + 1 into row */
    size_t slots;   /* a power of two */
    struct vg_sources sources;
};

enum vg_err vg_pasts_init(struct vg_pasts *pasts);
void vg_pasts_free(struct vg_pasts *pasts);

/* The contact, added if it is new: VG_LIMIT, VG_NOMEM. Pointers to others are not valid any more. */
enum vg_err vg_pasts_take(struct vg_pasts *pasts, uint32_t mmsi, struct vg_past **ret_past);
struct vg_past *vg_pasts_find(const struct vg_pasts *pasts, uint32_t mmsi);

/*
 * Applies a report as the live picture would have done when it arrived. Who was silent for too long begins anew; who
 * she said to be before stays known. True if she began.
 */
bool vg_past_apply(struct vg_past *past, const struct vg_report *report, struct vg_change *ret_change);
/* Time goes on until at_us without a report. */
void vg_past_tick(struct vg_past *past, int64_t at_us);
/* True if it is shown at a moment not before its newest report: a position was believed, and it is not silent for too
 * long. */
bool vg_past_is_there(const struct vg_past *past, int64_t at_us);
/* As if nothing had been heard or read. */
void vg_past_forget(struct vg_past *past);
/* True if all is known, by words with a date, that a thing of its class may say of who it is. */
bool vg_past_is_told(const struct vg_past *past);
/*
 * Takes what a report says of who it is that no newer one has told (vg_fields_lasting()); where no report was applied,
 * its class, too. Changes nothing else. Returns the fields that were taken.
 *
 * Here and in vg_past_apply() a word without a date (VG_TIME_SOURCE_FILE) is never newer than one with a date, however
 * new its file is.
 */
uint32_t vg_past_learn(struct vg_past *past, const struct vg_report *report);

/* ---- history_find.c ---- */

/* The MMSIs of all, ascending; the caller frees. NULL: no memory. */
uint32_t *vg_pasts_numbers(const struct vg_pasts *pasts, size_t *ret_count);

/* For vg_store_…(): counts the damage. `arg` begins with a pointer to the job. */
void vg_pasts_damage(void *arg, const char *path, enum vg_err err);

/*
 * Everybody who was in the question's box in [from_us, to_us), or may have been shown there at from_us, as all her
 * reports before to_us tell.
 */
enum vg_err vg_pasts_between(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                             int64_t from_us, int64_t to_us);
/*
 * For a block [from_us, to_us): who has a position in the box in it or the hour before, or may be shown there though
 * silent for hours (devices, long-range messages), as their reports before from_us tell.
 */
enum vg_err vg_pasts_before(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t from_us,
                            int64_t to_us);
/* Everybody as at a moment; `placed` are those that were shown in the box. */
enum vg_err vg_pasts_at(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t at_us);

#define VG_PASTS_WORDS (1u << VG_STORE_STATICS | 1u << VG_STORE_DETAILS)
/*
 * Fills in who they said to be before what was read, from reports before to_us, the newest first, hour by hour, until
 * all told it, or VG_HISTORY_NAMES_HOURS are searched. `tables`: VG_PASTS_WORDS, for those whose reports were
 * applied; VG_STORE_ALL where none was, so that what they are follows from all that they sent.
 */
enum vg_err vg_pasts_name(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, unsigned tables,
                          int64_t to_us);

/* ---- the answers ---- */
vg_history_run vg_run_summary, vg_run_block, vg_run_region, vg_run_vessels, vg_run_vessel, vg_run_track, vg_run_export,
    vg_run_density;

/* ---- history_block.c: rows as a block of docs/formats/history.md ---- */
struct vg_block_row {
    uint32_t time_ms; /* after the block's base */
    int32_t lon_e4min, lat_e4min;
    uint16_t sog_dkn, cog_ddeg, heading_deg, source;
    uint16_t silence_min;
    int8_t turn_raw;
    uint8_t status, message, flags, class, kind;
};

enum vg_block_kind { VG_BLOCK_POSITION, VG_BLOCK_STATE };

struct vg_block_vessel {
    uint32_t mmsi, rows;
    uint8_t class;
};

struct vg_block {
    int64_t base_us;
    struct vg_block_row *row;
    struct vg_block_vessel *vessel; /* their rows one after another */
    size_t rows, row_cap, vessels, vessel_cap;
    const struct vg_sources *sources; /* lent */
};

void vg_block_free(struct vg_block *block);

/*
 * A row of time_us that says what a contact is at seen_us (what has expired by then is left out), and that it is shown
 * until until_us without a further word. Rows of one contact must come together and in the order of time. VG_LIMIT:
 * more than VG_HISTORY_BLOCK_ROWS; VG_NOMEM.
 */
enum vg_err vg_block_add(struct vg_block *block, const struct vg_contact *contact, int64_t time_us, int64_t seen_us,
                         enum vg_block_kind kind, int64_t until_us);
void vg_block_write(const struct vg_block *block, const struct vg_history_job *job, struct vg_out *out);

#endif
