#include "ingest/ingest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store_repair.h"
#include "ingest/contents.h"
#include "ingest/first_frame.h"
#include "ingest/inner.h"
#include "intake/journal_replay.h"

#define QUEUE    256 /* frames of the journal in memory: 64 MiB at most, synced by halves */
#define NEVER_US (INT64_C(1) << 62)
#define SYNC_US  (5 * VG_SECOND_US)

enum vg_err vg_ingest_failed(struct vg_ingest *in, enum vg_err err, const char *format, ...)
{
    va_list args;
    if (in->why[0]) /* the first one is the cause */
        return err;
    va_start(args, format);
    vsnprintf(in->why, sizeof in->why, format, args);
    va_end(args);
    return err;
}

const char *vg_ingest_why(const struct vg_ingest *in)
{
    return in->why;
}

static enum vg_err make_dir(struct vg_ingest *in, const char *dir)
{
    if (mkdir(dir, 0755) && errno != EEXIST)
        return vg_ingest_failed(in, VG_IO, "%s: %s", dir, strerror(errno));
    return VG_OK;
}

static enum vg_err open_journal(struct vg_ingest *in)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    const char *why;
    o.rules.level = in->options.journal_level;
    o.rules.queue = QUEUE;
    o.rules.sync_us = SYNC_US;
    o.rules.segment_us = NEVER_US; /* a recording's times leap */
    o.dice = in->options.dice;
    enum vg_err err = vg_first_frame(in->dir, &o.first);
    if (err)
        return vg_ingest_failed(in, err, "%s: where a new journal would begin can't be told: %s", in->dir,
                                vg_err_text(err));
    o.monotonic_us = in->options.threads > 1 ? in->options.monotonic_us : NULL;
    err = vg_journal_open(in->journal_dir, &o, &in->journal, &report, &why);
    if (err == VG_EXISTS)
        return vg_ingest_failed(in, err, "%s is in use: %s", in->dir, why);
    return err ? vg_ingest_failed(in, err, "%s: %s", in->journal_dir, why) : VG_OK;
}

bool vg_ingest_is_given_up(void *arg)
{
    struct vg_ingest *in = arg;
    if (!vg_ingest_is_stopped(in)) {
        in->stopped_us = 0;
        return false;
    }
    if (in->compacting || !in->options.monotonic_us)
        return in->compacting;
    int64_t now_us = in->options.monotonic_us();
    in->stopped_us = in->stopped_us ? in->stopped_us : now_us;
    return now_us - in->stopped_us >= VG_INGEST_STOP_US;
}

static enum vg_err open_archive(struct vg_ingest *in, uint64_t *ret_mark)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    char path[VG_IO_PATH];
    const char *why;
    if (in->options.archive_level)
        rules.level = in->options.archive_level;
    if (in->options.fresh_level)
        rules.fresh_level = in->options.fresh_level;
    if (in->options.most_rows)
        rules.most_rows = in->options.most_rows;
    rules.repairs = in->options.missing != NULL;
    if (!vg_io_path(path, "%s/archive", in->dir))
        return vg_ingest_failed(in, VG_LIMIT, "%s: the path is too long", in->dir);
    enum vg_err err = vg_store_open(path, &rules, &in->sources, &in->store, ret_mark, &why);
    in->sink.most_rows = rules.most_rows;
    if (!err)
        vg_store_stop_by(in->store, vg_ingest_is_given_up, in);
    return err ? vg_ingest_failed(in, err, "%s: %s", path, why) : VG_OK;
}

static enum vg_err open_ledger(struct vg_ingest *in, const char *path, uint64_t mark)
{
    const char *why;
    enum vg_err err = vg_ledger_open(path, mark, &in->ledger, &why);
    in->sink.ledger = in->ledger;
    return err ? vg_ingest_failed(in, err, "%s: %s", path, why) : VG_OK;
}

/* ---- a repair ---- */

static enum vg_err bring_back(struct vg_ingest *in, uint64_t mark)
{
    const struct vg_offset_ranges *all = in->options.missing;
    struct vg_offset_ranges only = {0};
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < all->count && !err; i++) /* what is behind the mark comes by itself */
        if (all->items[i].from < mark)
            err = vg_offset_ranges_add(
                &only, (struct vg_offset_range){all->items[i].from, all->items[i].to < mark ? all->items[i].to : mark});
    if (!err && only.count)
        err = vg_ingest_catch_up(in, mark, &only);
    vg_offset_ranges_free(&only);
    return err ? err : vg_store_commit(in->store, mark);
}

static void count_rows(struct vg_ingest *in)
{
    const struct vg_store_counters *c = vg_store_counters(in->store);
    in->counts.rows_left = in->counts.rows_back = 0;
    for (int t = 0; t < VG_STORE_TABLES; t++) {
        in->counts.rows_left += c->retracted[t];
        in->counts.rows_back += c->rows[t];
    }
}

/* The rows of damaged parts leave as far as they are elsewhere, and come again out of the journal. */
static enum vg_err mend(struct vg_ingest *in, const char *ledger, uint64_t mark)
{
    const struct vg_offset_ranges *all = in->options.missing;
    const char *why = "";
    enum vg_err err = vg_store_retract(in->store, all->items, all->count, &why);
    if (err)
        return vg_ingest_failed(in, err, "%s", *why ? why : vg_err_text(err));
    err = bring_back(in, mark);
    if (err)
        return vg_ingest_failed(in, err, "the archive can't be mended: %s",
                                *vg_store_why(in->store) ? vg_store_why(in->store) : vg_err_text(err));
    count_rows(in);
    vg_ledger_close(in->ledger); /* in memory it was begun anew */
    in->ledger = NULL;
    return open_ledger(in, ledger, mark);
}

/* Nothing is missing any more. */
static enum vg_err conclude(struct vg_ingest *in, uint64_t mark)
{
    if (!mark) /* all of it came behind the mark */
        count_rows(in);
    vg_store_repaired(in->store);
    enum vg_err err = vg_store_commit(in->store, in->sink.mark);
    return err ? vg_ingest_failed(in, err, "the archive can't be written: %s", vg_err_text(err)) : VG_OK;
}

static enum vg_err open_all(struct vg_ingest *in)
{
    char path[VG_IO_PATH];
    uint64_t mark;
    if (!vg_io_path(in->journal_dir, "%s/journal", in->dir) || !vg_io_path(path, "%s/ingest.log", in->dir))
        return vg_ingest_failed(in, VG_LIMIT, "%s: the path is too long", in->dir);
    enum vg_err err = make_dir(in, in->dir);
    if (!err)
        err = open_journal(in);
    if (!err && vg_sources_init(&in->sources))
        err = vg_ingest_failed(in, VG_NOMEM, "out of memory");
    if (!err)
        err = open_archive(in, &mark);
    if (!err)
        err = open_ledger(in, path, mark);
    if (err)
        return err;
    in->sink.ingest = in;
    in->sink.store = in->store;
    in->sink.journal = in->journal;
    in->sink.mark = in->sink.committed = mark;
    if (in->options.missing)
        err = mend(in, path, mark);
    if (!err)
        err = vg_ingest_catch_up(in, mark, NULL);
    if (!err && in->options.missing)
        err = conclude(in, mark);
    if (err == VG_EOF)
        return vg_ingest_failed(in, err,
                                "interrupted while the archive was brought up to the journal; call it again to go on");
    return err ? vg_ingest_failed(in, err, "%s: the archive can't be brought up to the journal: %s", in->dir,
                                  in->sink.why ? in->sink.why : vg_journal_replay_text(err))
               : VG_OK;
}

enum vg_err vg_ingest_open(const char *dir, const struct vg_ingest_options *options, struct vg_ingest **ret_ingest,
                           const char **ret_why)
{
    static _Thread_local char why[sizeof((struct vg_ingest *)0)->why];
    struct vg_ingest *in = calloc(1, sizeof *in);
    *ret_why = "out of memory";
    if (!in)
        return VG_NOMEM;
    in->options = *options;
    struct vg_contents had;
    vg_contents_load(dir, &had);
    if (!vg_contents_lack(dir, &had, VG_CONTENT_LEDGER))
        vg_contents_note(dir, VG_CONTENTS_OPENING);
    enum vg_err err =
        vg_io_path(in->dir, "%s", dir) ? open_all(in) : vg_ingest_failed(in, VG_LIMIT, "the path is too long");
    if (err) {
        memcpy(why, in->why, sizeof why);
        *ret_why = why;
        vg_ingest_close(in);
        return err;
    }
    vg_contents_note(in->dir, VG_CONTENTS_MORE);
    *ret_ingest = in;
    return VG_OK;
}

enum vg_err vg_ingest_compact(struct vg_ingest *in)
{
    bool more = true;
    const char *why = "";
    enum vg_err err = VG_OK;
    while (more && !err) {
        if (vg_ingest_is_stopped(in))
            return VG_EOF;
        in->compacting = true;
        err = vg_store_compact(in->store, INT64_MAX, &more, &why);
        in->compacting = false;
    }
    if (err == VG_EOF)
        return err;
    return err ? vg_ingest_failed(in, err, "the archive's parts can't be joined: %s", *why ? why : vg_err_text(err))
               : VG_OK;
}

const struct vg_ingest_counts *vg_ingest_counts(struct vg_ingest *in)
{
    const struct vg_store_counters *c = vg_store_counters(in->store);
    in->counts.positions = c->rows[VG_STORE_POSITIONS];
    in->counts.statics = c->rows[VG_STORE_STATICS];
    return &in->counts;
}

enum vg_err vg_ingest_close(struct vg_ingest *in)
{
    if (!in)
        return VG_OK;
    const bool opened = in->ledger != NULL;
    enum vg_err err = vg_journal_close(in->journal, NULL);
    vg_store_close(in->store);
    vg_ledger_close(in->ledger);
    if (in->sources.rows)
        vg_sources_free(&in->sources);
    if (opened)
        vg_contents_note(in->dir, VG_CONTENTS_MORE); /* else: what is lost from now on is not told */
    free(in);
    return err;
}
