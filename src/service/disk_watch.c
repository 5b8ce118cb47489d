#include "service/disk_watch.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/plural.h"
#include "base/time.h"

#define GIB 1073741824.0

static void say(const struct vg_disk_watch *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(const struct vg_disk_watch *w, const char *format, ...)
{
    char line[512];
    va_list args;
    if (!w->log)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    w->log(w->log_arg, line);
}

void vg_disk_watch_init(struct vg_disk_watch *w, const char *dir, const struct vg_io *io,
                        struct vg_retention_rules rules)
{
    *w = (struct vg_disk_watch){.dir = dir,
                                .io = io ? io : vg_io_posix(),
                                .rules = rules,
                                .space.status.full_in_s = VG_SPACE_UNKNOWN_S,
                                .look_us = INT64_MIN,
                                .keep_us = INT64_MIN,
                                .jumped_us = VG_TIME_NONE};
}

void vg_disk_watch_jumped(struct vg_disk_watch *w, int64_t monotonic_us)
{
    w->jumped_us = monotonic_us;
}

/* ---- room ---- */

static void say_space(const struct vg_disk_watch *w)
{
    const struct vg_space_status *s = &w->space.status;
    char left[80] = "";
    if (s->full_in_s != VG_SPACE_UNKNOWN_S)
        snprintf(left, sizeof left, "; at the growth of the last hours it is full in %.1f days",
                 (double)s->full_in_s * VG_SECOND_US / VG_DAY_US);
    say(w, "disk: its room is %s: %.1f of %.1f GiB are free%s%s", vg_space_key(s->space), (double)s->free_bytes / GIB,
        (double)s->total_bytes / GIB, left,
        s->space == VG_SPACE_OK ? "" : "; --keep-days and --keep-bytes let the oldest go");
}

static void look(struct vg_disk_watch *w, int64_t monotonic_us)
{
    enum vg_space before = w->space.status.space;
    uint64_t free_bytes = 0, total_bytes = 0;
    if (!w->io->space || w->io->space(w->io->arg, w->dir, &free_bytes, &total_bytes) < 0)
        free_bytes = total_bytes = 0;
    bool turned = vg_disk_space_take(&w->space, monotonic_us, free_bytes, total_bytes);
    if (turned && (before > VG_SPACE_OK || w->space.status.space > VG_SPACE_OK))
        say_space(w);
}

/* ---- retention ---- */

static void say_retired(struct vg_disk_watch *w, const struct vg_follower_status *f)
{
    char until[VG_TIME_TEXT];
    uint64_t parts = f->retired.parts - w->told_parts;
    if (!parts)
        return;
    vg_time_text(f->retired.until_us, until);
    say(w, "archive: %llu part%s went by the rules of retention; what is older than %s is gone",
        (unsigned long long)parts, vg_plural(parts, "", "s"), until);
    w->told_parts = f->retired.parts;
}

static void keep_within(struct vg_disk_watch *w, int64_t monotonic_us, int64_t wall_us, struct vg_journal *journal,
                        struct vg_follower *follower)
{
    struct vg_journal_status j;
    struct vg_follower_status f = {
        .looked = true, .extent = {.oldest_us = VG_TIME_NONE, .newest_us = VG_TIME_NONE, .reference_us = VG_TIME_NONE}};
    struct vg_store_retirement plan = {.before_us = VG_TIME_NONE, .excess_before_us = VG_TIME_NONE};
    vg_journal_status(journal, &j);
    if (follower)
        vg_follower_status(follower, &f);
    w->keep_us = monotonic_us + VG_SECOND_US;
    if (follower && f.steps < w->steps)
        return; /* it is still at the last one */
    const struct vg_retention_now now = {.wall_us = wall_us,
                                         .doubtful = w->jumped_us != VG_TIME_NONE &&
                                                     monotonic_us - w->jumped_us < VG_RETENTION_JUMP_US,
                                         .journal_bytes = j.stored_bytes,
                                         .journal = j.oldest,
                                         .archive = f.extent};
    bool from_journal = f.looked && vg_retention_plan(&w->rules, &now, &plan);
    bool due = from_journal || plan.excess_bytes ||
               (f.extent.oldest_us != VG_TIME_NONE && f.extent.oldest_us + VG_HOUR_US <= plan.before_us);
    /* A step lets little go: the next one comes soon, as long as there is something to do and it is done. */
    bool goes_on =
        !f.looked || f.retired.parts != w->told_parts || j.retired_segments != w->segments || (due && !w->due);
    w->due = due;
    w->segments = j.retired_segments;
    if (from_journal)
        vg_journal_retire_oldest(journal);
    if (follower) {
        vg_follower_retire(follower, &plan, wall_us);
        w->steps = f.steps + 1;
    }
    say_retired(w, &f);
    w->keep_us = monotonic_us + (goes_on ? VG_SECOND_US : VG_MINUTE_US);
}

void vg_disk_watch_second(struct vg_disk_watch *w, int64_t monotonic_us, int64_t wall_us, struct vg_journal *journal,
                          struct vg_follower *follower)
{
    struct vg_journal_status j;
    vg_journal_status(journal, &j);
    if (monotonic_us >= w->look_us || j.error || w->failing) { /* while it fails, room may come back at any time */
        look(w, monotonic_us);
        w->look_us = monotonic_us + VG_MINUTE_US;
    }
    w->failing = j.error != 0;
    if (follower)
        vg_follower_set_sparing(follower, vg_space_is_reserved(&w->space.status));
    if (monotonic_us >= w->keep_us)
        keep_within(w, monotonic_us, wall_us, journal, follower);
}
