/* The files of one run, in one thread or side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "base/time_text.h"
#include "ingest/inner.h"
#include "ingest/parquet_rows.h"
#include "ingest/queue.h"

#define CHUNKS  16
#define BATCHES 16

struct run {
    struct vg_ingest *ingest;
    const struct vg_ingest_job *jobs;
    size_t count;
    struct vg_file_reader *reader;   /* of the file before next_job; NULL: that is done */
    char name[VG_INGEST_NAME];       /* of its member that is open; "": it is no archive */
    struct vg_ingest_source *source; /* the reader's, or NULL */
    bool begun;                      /* it has given a chunk */
    char told[512];                  /* why the member before failed: the whole archive may, for the same */
    size_t next_job;
    struct vg_worker worker;
    /* side by side */
    struct vg_queue free_chunks, chunks, free_batches, batches;
    enum vg_err sink_err; /* the archive thread's; read when it has ended */
};

/* ---- reading ---- */

static void tell_failure(struct run *r, struct vg_file_chunk *c, bool first, enum vg_err err, const char *why)
{
    c->job = (uint32_t)(r->next_job - 1);
    c->len = 0;
    c->first = first;
    c->last = false;
    c->failed = err;
    c->waiting = 0;
    c->passed_over = 0;
    c->share = r->reader && r->name[0] ? vg_file_reader_progress(r->reader) : 1;
    snprintf(c->name, sizeof c->name, "%s", r->name);
    snprintf(c->why, sizeof c->why, "%s", why ? why : vg_err_text(err));
    snprintf(r->told, sizeof r->told, "%s", c->why);
}

/* An archive has no more members. True: what was passed over in it is to be told. */
static bool end_job(struct run *r, struct vg_file_chunk *c)
{
    uint64_t passed_over = vg_file_reader_passed_over(r->reader);
    vg_file_reader_close(r->reader);
    r->reader = NULL;
    r->name[0] = '\0';
    if (!passed_over)
        return false;
    tell_failure(r, c, true, VG_EXISTS, "");
    c->passed_over = passed_over;
    return true;
}

/* When an undated file is from: the archive's word counts if it is neither absurd nor later than the archive. */
static int64_t time_of(const struct vg_ingest_job *job, const struct vg_file_member *member)
{
    bool fits = member->changed_us >= VG_TIME_TEXT_EARLIEST_US && member->changed_us <= job->time_us + VG_DAY_US;
    return fits ? member->changed_us : job->time_us;
}

/* Opens the next member, of the next file if need be. VG_EOF: no more files. */
static enum vg_err open_next(struct run *r, struct vg_file_member *ret_member, const char **ret_why)
{
    if (r->reader)
        return vg_file_reader_next_member(r->reader, ret_member, ret_why);
    if (r->next_job == r->count)
        return VG_EOF;
    r->name[0] = '\0';
    const char *path = r->jobs[r->next_job++].path;
    if (strcmp(path, "-") != 0 && vg_parquet_rows_fits(path)) { /* read from its end on: the source opens it */
        *ret_member = (struct vg_file_member){0};
        return VG_OK;
    }
    enum vg_err err = vg_file_reader_open(path, &r->reader, ret_why);
    if (err)
        return err;
    vg_file_reader_stop_by(r->reader, r->ingest->options.stop);
    return vg_file_reader_next_member(r->reader, ret_member, ret_why);
}

static enum vg_err open_source(struct run *r, const struct vg_file_member *member, const char **ret_why)
{
    size_t job = r->next_job - 1;
    const struct vg_ingest_job *j = &r->jobs[job];
    if (member->name)
        snprintf(r->name, sizeof r->name, "%s/%s", j->name_given ? j->path : j->name, member->name);
    struct vg_ingest_source_plan plan = {.path = j->path,
                                         .name = member->name && !j->name_given ? r->name : j->name,
                                         .shown = member->name ? r->name : NULL,
                                         .layout = j->layout,
                                         .time_us = time_of(j, member),
                                         .begun_us = r->ingest->options.begun_us,
                                         .told = j->told,
                                         .again = j->again,
                                         .stop = r->ingest->options.stop,
                                         .reader = r->reader ? &r->reader : NULL,
                                         .member = member->number};
    return vg_ingest_source_open(&plan, (uint32_t)job, r->ingest->ledger, &r->source, ret_why);
}

/* The beginning of what comes next. True: *c tells something of it. */
static bool begin_source(struct run *r, struct vg_file_chunk *c, bool *ret_more)
{
    struct vg_file_member member;
    const char *why = NULL;
    bool had = r->reader != NULL;
    enum vg_err err = open_next(r, &member, &why);
    *ret_more = err != VG_EOF || had;
    if (err == VG_EOF)
        return had && end_job(r, c);
    bool opened = !err;
    if (!opened && had && why && *r->told && strncmp(why, r->told, sizeof r->told - 1) == 0)
        return end_job(r, c); /* that was told */
    *r->told = '\0';
    if (opened)
        err = open_source(r, &member, &why);
    if (!err)
        return false;
    r->source = NULL;
    if (vg_ingest_is_stopped(r->ingest))
        return false;
    tell_failure(r, c, true, err, why);
    if (!opened || !r->reader) { /* nothing more can come of this file */
        vg_file_reader_close(r->reader);
        r->reader = NULL;
    }
    return true;
}

/* The next chunk of the files. False: no more, or stopped. */
static bool read_chunk(struct run *r, struct vg_file_chunk *c)
{
    const char *why = NULL;
    bool more = true;
    while (!vg_ingest_is_stopped(r->ingest)) {
        if (!r->source && begin_source(r, c, &more))
            return true;
        if (!more)
            return false;
        if (!r->source)
            continue;
        enum vg_err err = vg_ingest_source_next(r->source, c, &why);
        snprintf(c->name, sizeof c->name, "%s", r->name);
        bool first = !r->begun;
        r->begun = !err;
        if (!err)
            return true;
        vg_ingest_source_close(r->source);
        r->source = NULL;
        if (err != VG_EOF && !vg_ingest_is_stopped(r->ingest)) {
            tell_failure(r, c, first, err, why);
            return true;
        }
    }
    return false;
}

static void *reader_thread(void *arg)
{
    struct run *r = arg;
    struct vg_file_chunk *c;
    while ((c = vg_queue_take(&r->free_chunks)) && read_chunk(r, c))
        if (!vg_queue_put(&r->chunks, c))
            break;
    vg_queue_close(&r->chunks);
    return NULL;
}

/* ---- decoding ---- */

static void tell(const struct run *r, const struct vg_file_chunk *c)
{
    struct vg_ingest *in = r->ingest;
    bool useless = c->last && r->worker.is_useless;
    struct vg_ingest_progress p = {.job = c->job,
                                   .member = c->name[0] ? c->name : NULL,
                                   .share = c->share,
                                   .waiting = c->waiting,
                                   .ended = c->last || c->failed,
                                   .err = useless ? VG_UNSUPPORTED : c->failed,
                                   .why = useless     ? "nothing in it could be used"
                                          : c->failed ? c->why
                                                      : NULL,
                                   .counts = &in->counts};
    if (c->passed_over) {
        in->counts.passed_over += c->passed_over;
        return;
    }
    p.note = c->last && c->why[0] ? c->why : NULL;
    if (c->failed == VG_EXISTS)
        in->counts.known++;
    else if (p.err)
        in->counts.failed++;
    else if (c->last)
        in->counts.files++;
    in->counts.waiting += c->last && c->waiting;
    if (in->options.on_progress)
        in->options.on_progress(in->options.arg, &p);
}

static enum vg_err take_chunk(struct run *r, const struct vg_file_chunk *c)
{
    enum vg_err err = c->first && c->failed ? VG_OK : vg_worker_chunk(&r->worker, c);
    if (!err)
        tell(r, c);
    return err;
}

/* ---- in one thread ---- */

static struct vg_report_batch *pass_here(void *arg, struct vg_report_batch *batch)
{
    struct run *r = arg;
    r->sink_err = vg_sink_take(&r->ingest->sink, batch);
    return r->sink_err ? NULL : batch;
}

static enum vg_err run_alone(struct run *r)
{
    struct vg_file_chunk *c = malloc(sizeof *c);
    struct vg_report_batch *batch = malloc(sizeof *batch); /* the worker has none any more after a failure */
    r->worker.batch = batch;
    r->worker.pass = pass_here;
    enum vg_err err = c && r->worker.batch ? VG_OK : VG_NOMEM;
    if (!err) {
        r->worker.batch->count = 0;
        r->worker.batch->replacing = 0;
        r->worker.batch->noted = r->worker.batch->final = false;
    }
    while (!err && read_chunk(r, c))
        err = take_chunk(r, c);
    free(batch);
    free(c);
    return r->sink_err ? r->sink_err : err;
}

/* ---- side by side ---- */

static void *sink_thread(void *arg)
{
    struct run *r = arg;
    struct vg_report_batch *h;
    while (!r->sink_err && (h = vg_queue_take(&r->batches))) {
        r->sink_err = vg_sink_take(&r->ingest->sink, h);
        vg_queue_put(&r->free_batches, h);
    }
    if (r->sink_err) {
        vg_queue_abort(&r->free_batches);
        vg_queue_abort(&r->batches);
    }
    return NULL;
}

static struct vg_report_batch *pass_over(void *arg, struct vg_report_batch *batch)
{
    struct run *r = arg;
    return vg_queue_put(&r->batches, batch) ? vg_queue_take(&r->free_batches) : NULL;
}

static enum vg_err decode_all(struct run *r)
{
    struct vg_file_chunk *c;
    enum vg_err err = VG_OK;
    r->worker.pass = pass_over;
    r->worker.batch = vg_queue_take(&r->free_batches);
    if (r->worker.batch) {
        r->worker.batch->count = 0;
        r->worker.batch->replacing = 0;
        r->worker.batch->noted = r->worker.batch->final = false;
    }
    while (!err && (c = vg_queue_take(&r->chunks))) {
        err = take_chunk(r, c);
        vg_queue_put(&r->free_chunks, c);
    }
    return err;
}

static enum vg_err run_threads(struct run *r)
{
    pthread_t reader, sink;
    enum vg_err err = VG_NOMEM;
    if (vg_thread_start(&sink, sink_thread, r))
        return VG_NOMEM;
    if (!vg_thread_start(&reader, reader_thread, r)) {
        err = decode_all(r);
        vg_queue_abort(&r->free_chunks); /* after a failure the reader may wait */
        vg_queue_abort(&r->chunks);
        pthread_join(reader, NULL);
    }
    vg_queue_close(&r->batches);
    pthread_join(sink, NULL);
    return r->sink_err ? r->sink_err : err;
}

static enum vg_err run_side_by_side(struct run *r)
{
    struct vg_file_chunk *chunks = malloc(CHUNKS * sizeof *chunks);
    struct vg_report_batch *batches = malloc(BATCHES * sizeof *batches);
    enum vg_err err = chunks && batches ? VG_OK : VG_NOMEM;
    vg_queue_init(&r->free_chunks);
    vg_queue_init(&r->chunks);
    vg_queue_init(&r->free_batches);
    vg_queue_init(&r->batches);
    for (size_t i = 0; i < CHUNKS && !err; i++)
        vg_queue_put(&r->free_chunks, &chunks[i]);
    for (size_t i = 0; i < BATCHES && !err; i++)
        vg_queue_put(&r->free_batches, &batches[i]);
    if (!err)
        err = run_threads(r);
    vg_queue_free(&r->free_chunks);
    vg_queue_free(&r->chunks);
    vg_queue_free(&r->free_batches);
    vg_queue_free(&r->batches);
    free(chunks);
    free(batches);
    return err;
}

enum vg_err vg_ingest_run(struct vg_ingest *in, const struct vg_ingest_job *jobs, size_t count)
{
    struct run *r = calloc(1, sizeof *r);
    if (!r)
        return vg_ingest_failed(in, VG_NOMEM, "out of memory");
    r->ingest = in;
    r->jobs = jobs;
    r->count = count;
    r->worker.ingest = in;
    r->worker.mark = in->sink.mark;
    r->worker.arg = r;
    enum vg_err err = in->options.threads > 1 ? run_side_by_side(r) : run_alone(r);
    vg_ingest_source_close(r->source);
    vg_file_reader_close(r->reader);
    vg_recording_free(r->worker.recording);
    free(r);
    if (!err)
        err = vg_sink_commit(&in->sink);
    if (err == VG_EOF)
        return err;
    if (err && in->sink.why)
        return vg_ingest_failed(in, err, "%s: %s", in->sink.why, vg_err_text(err));
    if (err)
        return vg_ingest_failed(in, err, "%s", vg_err_text(err));
    return vg_ingest_is_stopped(in) ? VG_EOF : VG_OK;
}
