/*
 * Between the parts of the ingest: what one reads, another decodes and journals, and a third archives.
 *
 *     source ─chunk─► worker ─batch─► sink
 *                       └► journal     └► ledger, archive
 */
#ifndef VG_INGEST_INNER_H
#define VG_INGEST_INNER_H

#include "archive/store.h"
#include "ingest/ingest.h"
#include "ingest/ledger.h"
#include "ingest/replace.h"
#include "ingest/resume.h"
#include "ingest/source.h"
#include "journal/journal.h"
#include "nmea/line_clock.h"

#define VG_REPORT_BATCH 8192

/* Reports on their way to the archive, and how far into journal and file they reach. */
struct vg_report_batch {
    size_t count;
    uint32_t replacing;         /* a file begins here that takes the place of others; 0: none */
    bool noted;                 /* a chunk ends here: a commit may come behind it */
    bool final;                 /* and its file as well */
    uint64_t mark;              /* journal offset behind the chunk's last byte */
    struct vg_ledger_file file; /* as it is then; id 0: a stream that is no file */
    struct vg_report report[VG_REPORT_BATCH];
};

/* ---- the archive's end (sink.c) ---- */

struct vg_sink {
    struct vg_ingest *ingest;
    struct vg_store_writer *store;
    struct vg_ledger *ledger;
    struct vg_journal *journal;
    size_t most_rows;
    bool inside;                /* of a chunk */
    uint64_t mark, committed;   /* of the last note, and of the last commit */
    struct vg_ledger_file file; /* of the last note; id 0: none that isn't written down */
    const char *why;            /* of a failure */
};

/* Takes a batch; commits before it if the archive is nearly full. */
enum vg_err vg_sink_take(struct vg_sink *sink, const struct vg_report_batch *batch);

/* Ledger, journal, archive: each on the disk before the next. */
enum vg_err vg_sink_commit(struct vg_sink *sink);

/* ---- decoding and journaling (worker.c) ---- */

/* Takes a batch that is full or noted, and gives the next one to fill. NULL: a failure further on. */
typedef struct vg_report_batch *vg_worker_pass(void *arg, struct vg_report_batch *batch);

struct vg_worker {
    struct vg_ingest *ingest;
    struct vg_recording *recording; /* of the file being taken */
    struct vg_ledger_file file;
    struct vg_line_clock clock; /* of sentences */
    int64_t last_us;            /* of a table: of the row before */
    struct vg_resume_points points;
    uint64_t chunk_journal_offset; /* of the chunk's first byte; 0: not journaled yet */
    uint64_t mark;                 /* behind the last byte that was journaled */
    uint64_t messages;             /* of the file */
    bool went_on;                  /* of a file that grew */
    bool is_useless;               /* the file that ended last had none */
    struct vg_report_batch *batch;
    vg_worker_pass *pass;
    void *arg;
};

enum vg_err vg_worker_chunk(struct vg_worker *worker, const struct vg_file_chunk *chunk);

/* ---- out of the journal (catchup.c) ---- */

/*
 * Archives what the journal has behind the archive's mark. With `only`: the rows of these journal offsets, read from
 * the journal's beginning on, and nothing else; the mark stays, and the ledger, but in memory, begins anew.
 */
enum vg_err vg_ingest_catch_up(struct vg_ingest *ingest, uint64_t mark, const struct vg_offset_ranges *only);

/* ---- the whole (ingest.c) ---- */

struct vg_ingest {
    struct vg_ingest_options options;
    char dir[VG_IO_PATH], journal_dir[VG_IO_PATH];
    struct vg_sources sources;
    struct vg_journal *journal;
    struct vg_store_writer *store;
    struct vg_ledger *ledger;
    struct vg_sink sink;
    struct vg_ingest_counts counts; /* the worker's */
    int64_t stopped_us;             /* monotonic, when the thread that archives saw the stop; 0: not yet */
    bool compacting;                /* what is under way can be done at any time */
    char why[1024];
};

/* A stop commits what was taken, unless that takes longer than this: the next opening takes it from the journal then.
 */
#define VG_INGEST_STOP_US (3 * VG_SECOND_US)

/* vg_store_is_stopped: the caller waits no longer for a commit. Without a clock in the options it waits. */
bool vg_ingest_is_given_up(void *ingest);

/* Its caller wants it to end at the next chunk. */
static inline bool vg_ingest_is_stopped(const struct vg_ingest *ingest)
{
    return ingest->options.stop && *ingest->options.stop;
}

/* Puts the sentence together that vg_ingest_why() tells. Returns err. */
enum vg_err vg_ingest_failed(struct vg_ingest *ingest, enum vg_err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
