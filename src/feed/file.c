/*
 * Replays a recording: at its own pace (the lines' own times), N times as fast, or as fast as it goes.
 *
 * The reader's blocks are cut into runs: neighbouring lines of one time, which are handed on together. A line that lies
 * across two blocks is put together first, so that a time at its end counts for its beginning. Reading is done in the
 * loop's thread, at most VG_FEED_TURN_BYTES a turn: a disk is fast enough that threads would cost more than they save.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "feed/adapter.h"
#include "nmea/line_time.h"

#define HEAD_BYTES       65536        /* looked at to find out whether the lines carry times */
#define LINE_BYTES       2048         /* a longer one loses its time, not its bytes */
#define JUMP_US          VG_MINUTE_US /* longer gaps in a recording are not waited for */
#define LONGEST_WAIT_US  1e15         /* of a speed near 0; keeps the arithmetic in range */
#define LONGEST_SLEEP_MS 3600000

struct run {
    const char *at;
    size_t len;
    int64_t time_us;   /* own time, or VG_TIME_NONE */
    uint64_t due_us;   /* when to hand it on, monotonic; 0: now */
    const char *after; /* where the next one begins in the block */
};

struct file_feed {
    struct vg_feed feed;
    struct vg_file_reader *reader;
    uv_idle_t turn;
    uv_timer_t sleep;
    double speed;                /* 0: as fast as it goes */
    bool timed;                  /* received_us is the lines' own time */
    bool payloads;               /* no lines: blocks are handed on one by one, with their own time if they have one */
    struct vg_file_block what;   /* of payloads: the block */
    bool begun;                  /* bytes were handed on */
    bool last;                   /* the reader has no more blocks */
    const char *why;             /* what it said about that; NULL: a proper end */
    const char *p, *end, *block; /* the unread part of the block, and its beginning */
    double share_before, share_after;
    int64_t line_us;       /* of the last line; lines without a time inherit it */
    const char *peeked;    /* the line that begins here … */
    int64_t peeked_us;     /* … was read already: its time, or VG_TIME_NONE */
    bool anchored;         /* a due time follows from the anchor: */
    int64_t anchor_us;     /* this time of the recording … */
    uint64_t anchor_at_us; /* … was at this monotonic time */
    struct run run;        /* waits to be handed on, if len > 0 */
    size_t carried;        /* bytes of an unfinished line from the blocks before */
    char carry[LINE_BYTES];
};

/* ---- blocks ---- */

static bool next_block(struct file_feed *f)
{
    const void *bytes;
    size_t len;
    const char *why = NULL;
    enum vg_err err = vg_file_reader_next(f->reader, &bytes, &len, &why);
    f->share_before = f->share_after;
    f->share_after = vg_file_reader_progress(f->reader);
    f->peeked = NULL;
    if (err) {
        f->last = true;
        if (err != VG_EOF) {
            snprintf(f->feed.text, sizeof f->feed.text, "%s", why);
            f->why = f->feed.text;
        }
        return false;
    }
    f->p = f->block = bytes;
    f->end = f->p + len;
    if (f->payloads)
        f->what = *vg_file_reader_block(f->reader);
    return true;
}

static void show_progress(struct file_feed *f)
{
    double done = (double)(f->p - f->block) / (double)(f->end - f->block); /* no block is empty */
    f->feed.status.progress = f->share_before + (f->share_after - f->share_before) * done;
}

/* Who asks for a pace gets it from whatever times there are; without being asked, a file must be clearly timed. */
static void choose_pace(struct file_feed *f)
{
    const struct vg_feed_spec *spec = &f->feed.spec;
    const char *end = f->end - f->p > HEAD_BYTES ? f->p + HEAD_BYTES : f->end;
    unsigned share_pct = f->payloads ? 0 : vg_lines_timed_pct(f->p, end, &f->line_us);
    if (f->payloads) {
        f->line_us = f->what.time_us;
        share_pct = f->line_us != VG_TIME_NONE ? 100 : 0;
    }
    bool asked = spec->speed_given && spec->speed > 0;
    f->timed = share_pct >= VG_LINES_TIMED_PCT || (asked && f->line_us != VG_TIME_NONE);
    f->speed = spec->speed_given ? spec->speed : f->timed ? 1 : 0;
}

/* ---- runs ---- */

static void set_run(struct file_feed *f, const char *at, const char *end, const char *after, int64_t time_us)
{
    f->run = (struct run){.at = at, .len = (size_t)(end - at), .time_us = time_us, .after = after};
    if (f->timed && f->speed > 0) {
        int64_t jump_us = time_us - f->line_us;
        if (!f->anchored || jump_us > JUMP_US || jump_us < -JUMP_US) {
            f->anchored = true;
            f->anchor_us = time_us;
            f->anchor_at_us = uv_hrtime() / 1000;
        }
        double wait_us = (double)(time_us - f->anchor_us) / f->speed;
        wait_us = wait_us < LONGEST_WAIT_US ? wait_us : LONGEST_WAIT_US;
        f->run.due_us = wait_us > 0 ? f->anchor_at_us + (uint64_t)wait_us : 0;
    }
    f->line_us = time_us;
}

/* The time of the line at `line`, or the one it inherits. */
static int64_t time_of(struct file_feed *f, const char *line, const char *end)
{
    if (line != f->peeked) {
        f->peeked = line;
        if (vg_line_time_read(line, (size_t)(end - line), &f->peeked_us) != VG_LINE_TIMED)
            f->peeked_us = VG_TIME_NONE;
    }
    return f->peeked_us;
}

/* Finishes the carried line with what the block begins with. False: the block was not enough. */
static bool take_carried(struct file_feed *f)
{
    size_t room = sizeof f->carry - f->carried, have = (size_t)(f->end - f->p), n = have < room ? have : room;
    const char *newline = n > 0 ? memchr(f->p, '\n', n) : NULL;
    if (newline)
        n = (size_t)(newline - f->p) + 1;
    if (n > 0) {
        memcpy(f->carry + f->carried, f->p, n);
        f->carried += n;
        f->p += n;
    }
    if (!newline && f->carried < sizeof f->carry && !f->last)
        return false;
    int64_t time_us = f->line_us;
    vg_line_time_read(f->carry, f->carried, &time_us);
    set_run(f, f->carry, f->carry + f->carried, f->p, time_us);
    f->carried = 0;
    return true;
}

/* Takes the lines of one time that the block has next. False: it has no whole line left. */
static bool take_lines(struct file_feed *f)
{
    const char *p = f->p, *newline;
    int64_t run_us = f->line_us;
    while (p < f->end && (newline = memchr(p, '\n', (size_t)(f->end - p)))) {
        int64_t time_us = time_of(f, p, newline);
        if (p == f->p && time_us != VG_TIME_NONE)
            run_us = time_us;
        else if (time_us != VG_TIME_NONE && time_us != run_us)
            break;
        p = newline + 1;
    }
    if (p == f->p && (size_t)(f->end - p) < sizeof f->carry) {
        f->carried = (size_t)(f->end - p);
        memcpy(f->carry, p, f->carried);
        f->p = f->end;
        return false;
    }
    if (p == f->p) /* a line beyond all measure: as it comes */
        p += sizeof f->carry;
    set_run(f, f->p, p, p, run_us);
    return true;
}

/* Finds what is to be handed on next. False: not without another block, or there is none. */
static bool take_run(struct file_feed *f)
{
    if (f->carried > 0)
        return (f->p < f->end || f->last) && take_carried(f);
    if (f->p == f->end)
        return false;
    if (f->payloads) {
        set_run(f, f->p, f->end, f->end, f->what.time_us != VG_TIME_NONE ? f->what.time_us : f->line_us);
        return true;
    }
    if (f->timed)
        return take_lines(f);
    set_run(f, f->p, f->end, f->end, VG_TIME_NONE);
    return true;
}

/* ---- turns ---- */

static void on_turn(uv_idle_t *idle);
static void on_wake(uv_timer_t *timer);

static void finish(struct file_feed *f)
{
    struct vg_feed *feed = &f->feed;
    uv_idle_stop(&f->turn);
    vg_file_reader_close(f->reader);
    f->reader = NULL;
    if (!f->why)
        feed->status.progress = 1;
    int64_t time_us = f->timed ? f->line_us : VG_TIME_NONE;
    if (f->begun && !vg_feed_hand(feed, (struct vg_feed_bytes){.received_us = time_us, .ends = true}))
        return;
    vg_feed_become(feed, VG_FEED_ENDED, f->why);
}

/* Sleeps until the run is due; false if it is. */
static bool sleep_until_due(struct file_feed *f)
{
    uint64_t now_us = f->run.due_us ? uv_hrtime() / 1000 : 0;
    if (f->run.due_us <= now_us)
        return false;
    uint64_t wait_ms = (f->run.due_us - now_us + 999) / 1000;
    uv_idle_stop(&f->turn);
    uv_update_time(f->feed.loop); /* the loop's clock stands still during a turn */
    uv_timer_start(&f->sleep, on_wake, wait_ms < LONGEST_SLEEP_MS ? wait_ms : LONGEST_SLEEP_MS, 0);
    return true;
}

/* Hands on what is due, one turn's worth. */
static void replay(struct file_feed *f)
{
    for (size_t done = 0; done < VG_FEED_TURN_BYTES;) {
        while (f->run.len == 0 && !take_run(f)) {
            if (f->last) {
                finish(f);
                return;
            }
            if (f->p == f->end)
                next_block(f);
        }
        if (sleep_until_due(f))
            return;
        struct vg_feed_bytes bytes = {
            .at = f->run.at, .len = f->run.len, .received_us = f->run.time_us, .begins = !f->begun};
        if (f->payloads)
            vg_feed_as_block(&bytes, &f->what);
        f->begun = true;
        f->p = f->run.after;
        f->run.len = 0;
        done += bytes.len;
        show_progress(f);
        if (!vg_feed_hand(&f->feed, bytes))
            return;
    }
    uv_idle_start(&f->turn, on_turn); /* not a timer of 0 ms: libuv 1.44 would never come to its sockets */
}

static void on_turn(uv_idle_t *idle)
{
    replay(idle->data);
}

static void on_wake(uv_timer_t *timer)
{
    replay(timer->data);
}

/* ---- the adapter ---- */

static enum vg_err open_file(struct vg_feed *feed, const char **ret_why)
{
    struct file_feed *f = (struct file_feed *)feed;
    struct stat st;
    f->line_us = VG_TIME_NONE;
    if (strcmp(feed->spec.path, "-") == 0) { /* the reader would take it for standard input, and wait for that */
        *ret_why = "standard input is no file: write stdin: or -, and ./- for a file of that name";
        return VG_UNSUPPORTED;
    }
    if (stat(feed->spec.path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        /* Reading a pipe or a device would stop the loop until somebody writes. */
        *ret_why = vg_feed_why("%s: not a regular file: serial: reads devices, stdin: pipes", feed->spec.path);
        return VG_UNSUPPORTED;
    }
    enum vg_err err = vg_file_reader_open(feed->spec.path, &f->reader, ret_why);
    if (err)
        return err;
    feed->status.progress = 0;
    f->payloads = feed->spec.language != VG_FEED_LANGUAGE_NMEA;
    if (f->payloads)
        vg_file_reader_as_payloads(f->reader);
    if (next_block(f))
        choose_pace(f);
    uv_idle_init(feed->loop, &f->turn);
    vg_feed_own(feed, (uv_handle_t *)&f->turn);
    uv_timer_init(feed->loop, &f->sleep);
    vg_feed_own(feed, (uv_handle_t *)&f->sleep);
    uv_idle_start(&f->turn, on_turn);
    return VG_OK;
}

static void close_file(struct vg_feed *feed)
{
    struct file_feed *f = (struct file_feed *)feed;
    if (f->turn.data) {
        vg_feed_drop(feed, (uv_handle_t *)&f->turn);
        vg_feed_drop(feed, (uv_handle_t *)&f->sleep);
    }
}

static void release_file(struct vg_feed *feed)
{
    vg_file_reader_close(((struct file_feed *)feed)->reader);
}

const struct vg_feed_adapter vg_feed_file = {
    .size = sizeof(struct file_feed), .open = open_file, .close = close_file, .release = release_file};
