#include "ingest/repair.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store_repair.h"
#include "base/time_text.h"
#include "ingest/contents.h"
#include "ingest/first_frame.h"
#include "ingest/ingest.h"
#include "intake/clock.h"
#include "intake/described.h"
#include "journal/check.h"
#include "journal/journal.h"
#include "journal/segment.h"

struct repair {
    const struct vg_repair_options *options;
    struct vg_repair_result *result;
    char dir[VG_IO_PATH], journal[VG_IO_PATH], archive[VG_IO_PATH], aside[VG_IO_PATH];
    uint64_t from; /* the journal has all from this offset on */
    struct vg_store_plan plan;
    bool has_journal;  /* with frames in it */
    bool archive_gone; /* all of it */
    uint64_t rows;     /* of damaged parts, as far as they are known */
    char why[1024];
};

static void line(struct repair *r, enum vg_repair_kind kind, const char *what, const char *path, const char *format,
                 ...) __attribute__((format(printf, 5, 6)));

static void line(struct repair *r, enum vg_repair_kind kind, const char *what, const char *path, const char *format,
                 ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    r->result->damages += kind == VG_REPAIR_DAMAGE;
    r->result->lost += kind == VG_REPAIR_LOST;
    r->options->on_line(r->options->arg, &(struct vg_repair_line){kind, what, path, text});
}

static enum vg_err failed(struct repair *r, enum vg_err err, const char *what)
{
    if (!r->why[0])
        snprintf(r->why, sizeof r->why, "%s: %s", what, errno && err == VG_IO ? strerror(errno) : vg_err_text(err));
    return err;
}

static void step(struct repair *r, const char *text)
{
    if (r->options->on_progress)
        r->options->on_progress(r->options->arg, text);
}

/* ---- setting aside ---- */

static enum vg_err make_aside(struct repair *r)
{
    if (mkdir(r->aside, 0750) && errno != EEXIST)
        return failed(r, VG_IO, r->aside);
    snprintf(r->result->aside, sizeof r->result->aside, "%s", strrchr(r->aside, '/') + 1);
    return VG_OK;
}

/* DIR/name to DIR/damaged-TIME/name. One that isn't there needs no moving. */
static enum vg_err set_aside(struct repair *r, const char *name)
{
    char from[VG_IO_PATH], to[VG_IO_PATH];
    if (!vg_io_path(from, "%s/%s", r->dir, name) || !vg_io_path(to, "%s/%s", r->aside, name))
        return failed(r, VG_LIMIT, name);
    if (r->options->dry_run || access(from, F_OK))
        return VG_OK;
    enum vg_err err = make_aside(r);
    for (char *slash = to + strlen(r->aside); !err && (slash = strchr(slash + 1, '/')); *slash = '/') {
        *slash = 0;
        if (mkdir(to, 0750) && errno != EEXIST)
            err = failed(r, VG_IO, to);
    }
    return !err && rename(from, to) ? failed(r, VG_IO, from) : err;
}

/* ---- the journal ---- */

/* VG_EXISTS: somebody has it open. *ret_fd holds it, −1: there is nothing to hold. */
static enum vg_err hold(struct repair *r, int *ret_fd)
{
    char path[VG_IO_PATH];
    *ret_fd = vg_io_path(path, "%s/lock", r->journal) ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (*ret_fd < 0 || !flock(*ret_fd, LOCK_EX | LOCK_NB))
        return VG_OK;
    close(*ret_fd);
    *ret_fd = -1;
    return errno == EWOULDBLOCK ? failed(r, VG_EXISTS, r->dir) : VG_OK;
}

/* Around when: by the segments before and behind. */
static void times_around(const struct repair *r, uint64_t from, uint64_t to, char ret[static 80])
{
    uint64_t *firsts;
    size_t count, strange;
    int64_t begin_us = VG_TIME_NONE, end_us = VG_TIME_NONE;
    char a[VG_TIME_TEXT] = "?", b[VG_TIME_TEXT] = "?";
    if (vg_segments_list(vg_io_posix(), r->journal, &firsts, &count, &strange))
        count = 0, firsts = NULL;
    for (size_t i = 0; i < count; i++) {
        struct vg_segment s;
        if ((firsts[i] < to && firsts[i] >= from) || vg_segment_open(vg_io_posix(), r->journal, firsts[i], &s))
            continue;
        if (firsts[i] < from && s.rows)
            begin_us = s.row[s.rows - 1].last_us;
        if (firsts[i] >= to && s.rows && end_us == VG_TIME_NONE)
            end_us = s.row[0].first_us;
        vg_segment_close(&s);
    }
    free(firsts);
    if (begin_us != VG_TIME_NONE)
        vg_time_text(begin_us, a);
    if (end_us != VG_TIME_NONE)
        vg_time_text(end_us, b);
    snprintf(ret, 80, "between %.30s and %.30s", a, b);
}

/* True: no frame in the file can be read. */
static bool is_useless(const struct repair *r, uint64_t first)
{
    struct vg_segment s;
    int64_t at;
    if (vg_segment_open(vg_io_posix(), r->journal, first, &s))
        return true;
    bool useless = vg_segment_resync(&s, 0, &at) != VG_OK || at >= s.end;
    vg_segment_close(&s);
    return useless;
}

static void on_segment(void *arg, const struct vg_segment_damage *d)
{
    struct repair *r = arg;
    char path[80], times[80];
    snprintf(path, sizeof path, "journal/segments/%s", d->name);
    line(r, VG_REPAIR_DAMAGE, "journal", path, "%s", d->text);
    times_around(r, d->from, d->to, times);
    line(r, VG_REPAIR_LOST, "journal", path, "frames %" PRIu64 " to %" PRIu64 ", received %s, or some of them", d->from,
         d->to - 1, times);
    uint64_t first = strtoull(d->name, NULL, 16);
    if (!d->missing && is_useless(r, first))
        set_aside(r, path);
    if (!r->options->dry_run)
        vg_journal_lost_add(vg_io_posix(), r->journal, d->from, d->to);
}

/* A system that takes every change and makes none: whether a journal can be opened is known without touching it. */
static int dry_open(void *arg, const char *path, int flags, unsigned mode)
{
    const struct vg_io *io = vg_io_posix();
    (void)arg, (void)mode;
    if (flags & (O_CREAT | O_TRUNC) && access(path, F_OK))
        path = "/dev/null";
    return io->open(io->arg, path, O_RDONLY, 0);
}

static ssize_t dry_write(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    (void)arg, (void)fd, (void)buf, (void)at;
    return (ssize_t)len;
}

static int dry_fd(void *arg, int fd)
{
    (void)arg, (void)fd;
    return 0;
}

static int dry_truncate(void *arg, int fd, int64_t len)
{
    (void)arg, (void)fd, (void)len;
    return 0;
}

static int dry_rename(void *arg, const char *from, const char *to)
{
    (void)arg, (void)from, (void)to;
    return 0;
}

static int dry_unlink(void *arg, const char *path)
{
    (void)arg, (void)path;
    return 0;
}

static int dry_mkdir(void *arg, const char *path, unsigned mode)
{
    (void)arg, (void)path, (void)mode;
    return 0;
}

static void look_at_journal(struct repair *r)
{
    struct vg_io io = *vg_io_posix();
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *journal;
    const char *why = "";
    io.open = dry_open;
    io.pwrite = dry_write;
    io.sync = io.lock = dry_fd; /* held already */
    io.truncate = dry_truncate;
    io.rename = dry_rename;
    io.unlink = dry_unlink;
    io.mkdir = dry_mkdir;
    o.io = &io;
    o.dice = r->options->dice;
    if (access(r->journal, F_OK))
        return;
    if (vg_journal_open(r->journal, &o, &journal, &report, &why) == VG_OK) {
        vg_journal_close(journal, NULL);
        return;
    }
    line(r, VG_REPAIR_DAMAGE, strstr(why, "key") ? "key" : "journal", "journal", "%s", why);
    line(r, VG_REPAIR_LOST, "journal", "journal",
         "nothing more can be added to this journal: it will be set aside, untouched, and a new one begins");
}

/* One that can't be opened is set aside as a start of the service would: its name says so, and its numbers are kept. */
static enum vg_err try_journal(struct repair *r)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *journal;
    const char *why = "";
    char aside[VG_IO_PATH];
    o.dice = r->options->dice;
    enum vg_err err = vg_first_frame(r->dir, &o.first);
    if (!err)
        err = vg_journal_open(r->journal, &o, &journal, &report, &why);
    if (!err)
        return vg_journal_close(journal, NULL) ? failed(r, VG_IO, r->journal) : VG_OK;
    if (err == VG_EXISTS || err == VG_NOMEM || err == VG_LIMIT)
        return failed(r, err, why);
    line(r, VG_REPAIR_DAMAGE, strstr(why, "key") ? "key" : "journal", "journal", "%s", why);
    err = vg_set_journal_aside(r->dir, r->options->now_us, aside);
    if (err)
        return failed(r, err, "the journal can't be set aside");
    line(r, VG_REPAIR_LOST, "journal", strrchr(aside, '/') + 1,
         "nothing more can be added to this journal: it was set aside, untouched, and a new one begins");
    err = vg_first_frame(r->dir, &o.first);
    if (!err)
        err = vg_journal_open(r->journal, &o, &journal, &report, &why);
    return err ? failed(r, err, why) : vg_journal_close(journal, NULL) ? failed(r, VG_IO, r->journal) : VG_OK;
}

/* Journals that were set aside, by a start of the service perhaps: they are not read any more. */
static void tell_asides(struct repair *r)
{
    DIR *folder = opendir(r->dir);
    struct dirent *e;
    while (folder && (e = readdir(folder)))
        if (strncmp(e->d_name, "journal.aside-", 14) == 0)
            line(r, VG_REPAIR_NOTE, "journal", e->d_name,
                 "it was set aside, as it could not be gone on with; 'vigia verify %s/%s' tells what it holds", r->dir,
                 e->d_name);
    if (folder)
        closedir(folder);
}

static enum vg_err mend_journal(struct repair *r)
{
    uint64_t *firsts;
    size_t count, strange;
    step(r, "the journal's segments");
    tell_asides(r);
    if (r->options->dry_run)
        look_at_journal(r);
    enum vg_err err = r->options->dry_run ? VG_OK : try_journal(r);
    if (!err)
        err = vg_journal_check_frames(r->journal, NULL, r->options->stop, on_segment, r);
    if ((err == VG_NOT_FOUND || err == VG_IO) && r->options->dry_run)
        err = VG_OK; /* told above */
    if (!err && !vg_segments_list(vg_io_posix(), r->journal, &firsts, &count, &strange)) {
        r->has_journal = count > 0;
        r->from = count ? vg_journal_offset(firsts[0], 0) : INT64_MAX;
        free(firsts);
    }
    return err ? failed(r, err, r->journal) : VG_OK;
}

/* ---- small files ---- */

/* Its first bytes are not those of a state. What is damaged behind them, the next start tells, and saves anew. */
static bool is_no_state(const struct repair *r)
{
    static const uint8_t zstd[4] = {0x28, 0xB5, 0x2F, 0xFD};
    char path[VG_IO_PATH];
    uint8_t begin[4] = {0};
    int fd = vg_io_path(path, "%s/state", r->dir) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    bool is = read(fd, begin, sizeof begin) == (ssize_t)sizeof begin && memcmp(begin, zstd, sizeof zstd) == 0;
    close(fd);
    return !is;
}

/* Lines of it can be read, or there is none. One that lost lines goes on with the rest. */
static bool is_ledger(const char *path)
{
    struct stat st;
    return stat(path, &st) || (S_ISREG(st.st_mode) && !vg_ledger_check(path));
}

static enum vg_err mend_contents(struct repair *r)
{
    static const char *const losses[VG_CONTENTS] = {
        [VG_CONTENT_JOURNAL] = "all that it had received",
        [VG_CONTENT_LEDGER] = "which recordings were taken: take none of them again without looking",
        [VG_CONTENT_CLOCK] = "by which clock the feeds' bytes came: the wall clock is taken for it",
        [VG_CONTENT_SENSORS] =
            "which sensors were described: until the service has run again, what is archived anew has "
            "no sensors and no tracks",
    };
    struct vg_contents had;
    struct vg_clock_turns turns;
    char ledger[VG_IO_PATH];
    enum vg_err err = VG_OK;
    vg_contents_load(r->dir, &had);
    if (had.damaged) {
        line(r, VG_REPAIR_DAMAGE, "contents", "contents", "it is damaged: what else is lost may not be known");
        err = set_aside(r, "contents");
    }
    for (int i = 0; i < VG_CONTENTS && !err; i++) {
        const char *name = vg_content_name((enum vg_content)i), *what = vg_content_what((enum vg_content)i);
        const char *lack = vg_contents_lack(r->dir, &had, (enum vg_content)i);
        bool is_of_use = i == VG_CONTENT_LEDGER && vg_io_path(ledger, "%s/%s", r->dir, name) && is_ledger(ledger);
        if (!lack && i == VG_CONTENT_LEDGER && !is_of_use)
            lack = "not a line of it can be read";
        if (!lack && i == VG_CONTENT_STATE && is_no_state(r))
            lack = "it is none";
        if (!lack && i == VG_CONTENT_CLOCK && vg_clock_turns_load(r->dir, &turns))
            lack = "it is none";
        if (!lack && i == VG_CONTENT_SENSORS && vg_described_check(r->dir))
            lack = "it is none";
        if (!lack)
            continue;
        line(r, VG_REPAIR_DAMAGE, what, name, "%s", lack);
        r->archive_gone = r->archive_gone || i == VG_CONTENT_ARCHIVE;
        if (losses[i])
            line(r, VG_REPAIR_LOST, what, name, "%s", losses[i]);
        err = is_of_use ? VG_OK : set_aside(r, name);
    }
    return err;
}

/* ---- the archive ---- */

static void on_loss(void *arg, const struct vg_store_loss *loss)
{
    struct repair *r = arg;
    char path[160], hour[VG_TIME_TEXT] = "many hours", rows[40] = "an unknown number of";
    snprintf(path, sizeof path, "archive/%s", loss->path);
    if (loss->hour_us != VG_TIME_NONE)
        vg_time_text(loss->hour_us, hour);
    if (loss->rows != UINT64_MAX && !loss->lost)
        r->rows += loss->rows;
    if (loss->rows != UINT64_MAX)
        snprintf(rows, sizeof rows, "%" PRIu64, loss->rows);
    line(r, VG_REPAIR_DAMAGE, "archive", path, "%s",
         loss->err == VG_NOT_FOUND ? "it is missing" : vg_err_text(loss->err));
    if (loss->table && loss->lost)
        line(r, VG_REPAIR_LOST, "archive", path,
             "%s rows of %s in %s, as far as the journal does not reach back to them", rows, loss->table, hour);
}

/* So that rows which were there and did not come back are told: damaged segments had their sentences. */
static enum vg_err rebuild(struct repair *r)
{
    const bool whole = r->archive_gone;
    const struct vg_ingest_options options = {.threads = 1,
                                              .journal_level = 3,
                                              .dice = r->options->dice,
                                              .stop = r->options->stop,
                                              .missing = whole ? NULL : &r->plan.missing};
    struct vg_ingest *ingest;
    const char *why;
    step(r, whole ? "a new archive out of the journal" : "the missing rows out of the journal");
    enum vg_err err = vg_ingest_open(r->dir, &options, &ingest, &why);
    if (err) {
        snprintf(r->why, sizeof r->why, "%s", why);
        return err;
    }
    const struct vg_ingest_counts *n = vg_ingest_counts(ingest);
    const uint64_t had = r->rows + n->rows_left;
    r->result->rows = n->caught_up + n->repaired;
    if (had > n->rows_back)
        line(r, VG_REPAIR_LOST, "archive", "archive",
             "%" PRIu64 " rows of %" PRIu64 " did not come back: the journal does not have their sentences any more",
             had - n->rows_back, had);
    line(r, VG_REPAIR_DONE, "archive", "archive", "%" PRIu64 " reports came again out of the journal", r->result->rows);
    return vg_ingest_close(ingest) ? failed(r, VG_IO, r->journal) : VG_OK;
}

static enum vg_err mend_archive(struct repair *r)
{
    char aside[VG_IO_PATH];
    step(r, "every page of the archive");
    enum vg_err err = VG_OK;
    if (!r->archive_gone && r->has_journal && access(r->archive, F_OK)) { /* and nobody knows that it was there */
        line(r, VG_REPAIR_DAMAGE, "archive", "archive", "it is missing");
        r->archive_gone = true;
    }
    if (!r->archive_gone)
        err = vg_store_plan_make(r->archive, r->from > 1 ? r->from : 1, on_loss, r, &r->plan);
    if (err)
        return failed(r, err, r->archive);
    if ((!r->plan.losses && !r->plan.missing.count && !r->archive_gone) || r->options->dry_run)
        return VG_OK;
    if (!r->archive_gone) {
        err = r->plan.damaged_count ? make_aside(r) : VG_OK;
        if (!err && !vg_io_path(aside, "%s/archive", r->aside))
            err = VG_LIMIT;
        if (!err)
            err = vg_store_plan_begin(r->archive, aside, &r->plan);
    }
    return err ? failed(r, err, r->archive) : rebuild(r);
}

/* ---- the whole ---- */

static enum vg_err repair(struct repair *r)
{
    char time[VG_TIME_TEXT];
    struct stat st;
    int fd;
    vg_time_in_name(r->options->now_us, time);
    if (!vg_io_path(r->journal, "%s/journal", r->dir) || !vg_io_path(r->archive, "%s/archive", r->dir) ||
        !vg_io_path(r->aside, "%s/damaged-%s", r->dir, time))
        return failed(r, VG_LIMIT, r->dir);
    bool folder = !stat(r->journal, &st) || !stat(r->archive, &st);
    char contents[VG_IO_PATH];
    folder = folder || (vg_io_path(contents, "%s/contents", r->dir) && !access(contents, F_OK));
    if (!folder)
        return failed(r, VG_NOT_FOUND, "there is neither a journal nor an archive");
    enum vg_err err = hold(r, &fd);
    if (err)
        return err;
    err = mend_contents(r);
    if (fd >= 0 && !r->options->dry_run) { /* who opens the journal holds it himself */
        close(fd);
        fd = -1;
    }
    if (!err)
        err = mend_journal(r);
    if (!err)
        err = mend_archive(r);
    if (!err && !r->options->dry_run)
        err = vg_contents_note(r->dir, VG_CONTENTS_ANEW);
    if (fd >= 0)
        close(fd);
    return err;
}

enum vg_err vg_repair(const char *dir, const struct vg_repair_options *options, struct vg_repair_result *ret,
                      const char **ret_why)
{
    static _Thread_local char why[sizeof((struct repair *)0)->why];
    struct repair *r = calloc(1, sizeof *r);
    *ret = (struct vg_repair_result){0};
    *ret_why = "out of memory";
    if (!r)
        return VG_NOMEM;
    r->options = options;
    r->result = ret;
    errno = 0;
    enum vg_err err = vg_io_path(r->dir, "%s", dir) ? repair(r) : failed(r, VG_LIMIT, dir);
    memcpy(why, r->why, sizeof why);
    *ret_why = why[0] ? why : vg_err_text(err);
    vg_store_plan_free(&r->plan);
    free(r);
    return err;
}
