#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store_list.h"

#define AHEAD 16 /* rows that are fetched before they are needed: they lie in the order they came */

/* ---- opening ---- */

static bool needs_work(const struct vg_store_writer *w, const struct vg_store_parts *parts)
{
    return parts->count > 1 || (parts->count == 1 && parts->items[0].first == parts->items[0].last &&
                                w->rules.level != w->rules.fresh_level);
}

/* Removes what a crash left, and finds the hours that compaction has work with. */
static enum vg_err look_around(struct vg_store_writer *w)
{
    struct vg_store_parts parts = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        struct vg_store_hours hours = {0};
        err = vg_store_list_hours(w->dir, t, INT64_MIN, INT64_MAX, &hours);
        for (size_t i = 0; i < hours.count && !err; i++) {
            err = vg_store_list_parts(w->dir, t, hours.items[i], w->state.commit, true, &parts);
            if (!err && needs_work(w, &parts))
                err = vg_store_hours_add(&w->due[t], hours.items[i]);
        }
        free(hours.items);
    }
    free(parts.items);
    return err;
}

/* No state, but hours: the state was lost, and without it a half commit can't be told from a whole one. */
static enum vg_err start_state(struct vg_store_writer *w)
{
    struct vg_store_hours hours = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        err = vg_store_list_hours(w->dir, t, INT64_MIN, INT64_MAX, &hours);
    if (!err && hours.count) {
        snprintf(w->why, sizeof w->why, "%s has hours but no state.json", w->dir);
        err = VG_CORRUPT;
    }
    free(hours.items);
    return err ? err : vg_store_switch(w, &w->state);
}

static enum vg_err open_dir(struct vg_store_writer *w)
{
    if (mkdir(w->dir, 0755) && errno != EEXIST) {
        snprintf(w->why, sizeof w->why, "%s: %s", w->dir, strerror(errno));
        return VG_IO;
    }
    enum vg_err err = vg_store_state_read(w->dir, &w->state);
    if (err == VG_NOT_FOUND)
        err = start_state(w);
    else if (err == VG_UNSUPPORTED)
        snprintf(w->why, sizeof w->why, "%s was written by a newer version of vigia", w->dir);
    else if (err)
        snprintf(w->why, sizeof w->why, "%s/state.json: %s", w->dir, vg_err_text(err));
    if (!err && w->state.missing_count && !w->rules.repairs) {
        snprintf(w->why, sizeof w->why, "%s: a repair was interrupted: 'vigia repair' goes on with it", w->dir);
        err = VG_CORRUPT;
    }
    if (!err)
        err = look_around(w);
    if (!err) {
        vg_store_list_open(w);
        vg_store_settle_all(w);
    }
    if (err && !w->why[0])
        snprintf(w->why, sizeof w->why, "%s: %s", w->dir, vg_err_text(err));
    return err;
}

enum vg_err vg_store_open(const char *dir, const struct vg_store_rules *rules, const struct vg_sources *sources,
                          struct vg_store_writer **ret_writer, uint64_t *ret_mark, const char **ret_why)
{
    static _Thread_local char why[sizeof((struct vg_store_writer *)0)->why];
    *ret_why = "out of memory";
    if (rules->most_rows < VG_STORE_REPORT_ROWS || rules->level < 1 || rules->level > 22 || rules->fresh_level < 1 ||
        rules->fresh_level > 22) {
        *ret_why = "bad rules";
        return VG_ARG;
    }
    struct vg_store_writer *w = calloc(1, sizeof *w);
    if (!w)
        return VG_NOMEM;
    w->rules = *rules;
    w->sources = sources;
    w->dir = strdup(dir);
    enum vg_err err = w->dir ? open_dir(w) : VG_NOMEM;
    if (err) {
        memcpy(why, w->why, sizeof why);
        if (why[0])
            *ret_why = why;
        vg_store_close(w);
        return err;
    }
    memcpy(w->note, w->state.note, sizeof w->note);
    *ret_writer = w;
    *ret_mark = w->state.mark;
    *ret_why = "";
    return VG_OK;
}

void vg_store_close(struct vg_store_writer *w)
{
    if (!w)
        return;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        free(w->due[t].items);
        free(w->synced[t].items);
        free(w->rows[t].items);
    }
    vg_store_forget_texts(w);
    vg_store_retraction_free(&w->retraction);
    if (w->extent_list)
        vg_store_list_free(w->extent_list);
    free(w->extent_list);
    free(w->mixed_hours.items);
    vg_store_sorted_free(&w->sorted);
    vg_store_list_drop(w);
    if (w->known)
        vg_store_list_free(w->known);
    free(w->known);
    free(w->dir);
    free(w);
}

enum vg_err vg_store_set_note(struct vg_store_writer *w, const char *note)
{
    struct vg_store_state state = {.commit = VG_STORE_NUMBER_MAX,
                                   .mark = INT64_MAX,
                                   .mixed = true,
                                   .sensors = true,
                                   .emptied = true,
                                   .list = {VG_STORE_NUMBER_MAX, VG_STORE_LIST_BYTES},
                                   .missing_count = VG_STORE_MISSING};
    char text[VG_STORE_STATE_MAX];
    size_t len = strlen(note);
    for (size_t i = 0; i < VG_STORE_MISSING; i++)
        state.missing[i] = (struct vg_offset_range){INT64_MAX - 1, INT64_MAX};
    if (len >= sizeof w->note)
        return VG_LIMIT;
    memcpy(state.note, note, len + 1);
    if (!vg_store_state_text(&state, text))
        return VG_LIMIT;
    memcpy(w->note, note, len + 1);
    return VG_OK;
}

const char *vg_store_note(const struct vg_store_writer *w)
{
    return w->state.note;
}

const struct vg_store_counters *vg_store_counters(const struct vg_store_writer *w)
{
    return &w->counters;
}

/* ---- committing ---- */

void vg_store_stop_by(struct vg_store_writer *w, vg_store_is_stopped *is_stopped, void *arg)
{
    w->is_stopped = is_stopped;
    w->is_stopped_arg = arg;
}

static enum vg_err write_part(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                              struct vg_store_part part, const void *const *rows, size_t count)
{
    char path[VG_ATOMIC_PATH];
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out = NULL;
    options.level = w->rules.fresh_level;
    options.sorted = hour_us == VG_STORE_MIXED ? 0 : 2;
    options.rows = count;
    options.codings = vg_store_table(table)->codings;
    enum vg_err err = vg_store_path(w->dir, table, hour_us, &part, path);
    if (!err)
        err = vg_store_hour_folder(w, table, hour_us);
    if (!err)
        err = vg_table_out_open(vg_store_table(table), path, &options, &out);
    if (err)
        return err;
    for (size_t i = 0; i < count && !err; i++) {
        if (i + AHEAD < count) {
            __builtin_prefetch(rows[i + AHEAD]);
            __builtin_prefetch((const char *)rows[i + AHEAD] + 64);
        }
        err = vg_table_out_row(out, rows[i]);
        if (!err && !(i % VG_STORE_GIVE_UP_ROWS) && vg_store_is_given_up(w))
            err = VG_EOF;
    }
    if (err) {
        vg_table_out_abandon(out);
        return err;
    }
    struct vg_table_written written;
    err = vg_table_out_finish(out, &written);
    return err ? err : vg_store_list_add(w, table, hour_us, &part, &written);
}

/* The hours of sorted rows, with how many each has; free()d by the caller. NULL: no memory. */
static struct vg_hour_count *hours_of(const struct vg_store_sorted *sorted)
{
    struct vg_hour_count *hours = malloc((sorted->hours + 1) * sizeof *hours);
    for (size_t h = 0; hours && h < sorted->hours; h++) {
        const struct vg_table_key *first = sorted->rows[sorted->starts[h]];
        hours[h] = (struct vg_hour_count){vg_store_hour_of(first->time_us), sorted->starts[h + 1] - sorted->starts[h]};
    }
    return hours;
}

static enum vg_err write_hour(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us, uint64_t number,
                              const void *const *rows, size_t count, struct vg_store_hours *written)
{
    enum vg_err err = vg_store_hours_add(written, hour_us); /* first: what is half there is removed as well */
    return err ? err : write_part(w, table, hour_us, (struct vg_store_part){number, number}, rows, count);
}

/* Hours with many rows have parts of their own; the rows of the others move up and share one. */
static enum vg_err write_hours(struct vg_store_writer *w, enum vg_store_table table, uint64_t number,
                               const struct vg_hour_count *hours, const struct vg_store_hours *own,
                               struct vg_store_hours *written)
{
    struct vg_store_sorted *sorted = &w->sorted;
    enum vg_err err = VG_OK;
    size_t mixed = 0;
    for (size_t h = 0; h < sorted->hours && !err; h++) {
        const void **rows = sorted->rows + sorted->starts[h];
        if (vg_store_hours_have(own, hours[h].hour_us)) {
            err = write_hour(w, table, hours[h].hour_us, number, rows, hours[h].rows, written);
        } else {
            memmove(sorted->rows + mixed, rows, hours[h].rows * sizeof *rows);
            mixed += hours[h].rows;
        }
    }
    return err || !mixed ? err : write_hour(w, table, VG_STORE_MIXED, number, sorted->rows, mixed, written);
}

static enum vg_err write_table(struct vg_store_writer *w, enum vg_store_table table, uint64_t number,
                               struct vg_store_hours *written)
{
    struct vg_store_sorted *sorted = &w->sorted;
    struct vg_store_hours own = {0};
    enum vg_err err =
        vg_store_sort(w->rows[table].items, vg_store_table(table)->row_size, w->rows[table].count, sorted);
    struct vg_hour_count *hours = err ? NULL : hours_of(sorted);
    if (!err)
        err = hours ? vg_store_choose_hours(w, table, hours, sorted->hours, &own) : VG_NOMEM;
    if (!err)
        err = write_hours(w, table, number, hours, &own, written);
    free(own.items);
    free(hours);
    return err;
}

/* Takes away what has a number beyond the last commit's. False: something stays, or can't be looked at. */
static bool clear_hour(const struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                       struct vg_store_parts *parts)
{
    bool clear = vg_store_list_parts(w->dir, table, hour_us, VG_STORE_NUMBER_MAX, false, parts) == VG_OK;
    for (size_t i = 0; i < parts->count && clear; i++)
        if (parts->items[i].last > w->state.commit)
            clear = vg_store_remove_part(w->dir, table, hour_us, &parts->items[i]);
    return clear;
}

/* Takes a failed commit's parts away. One that can't be taken away would count with the next commit. */
static void withdraw(struct vg_store_writer *w, const struct vg_store_hours written[VG_STORE_TABLES])
{
    struct vg_store_parts parts = {0};
    vg_store_list_drop(w);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        for (size_t i = 0; i < written[t].count; i++)
            if (!clear_hour(w, t, written[t].items[i], &parts))
                w->stuck = true;
    free(parts.items);
}

bool vg_store_can_number(struct vg_store_writer *w)
{
    struct vg_store_parts parts = {0};
    bool clear = true;
    for (enum vg_store_table t = 0; w->stuck && clear && t < VG_STORE_TABLES; t++) {
        struct vg_store_hours hours = {0};
        clear = vg_store_list_hours(w->dir, t, INT64_MIN, INT64_MAX, &hours) == VG_OK;
        for (size_t i = 0; i < hours.count && clear; i++)
            clear = clear_hour(w, t, hours.items[i], &parts);
        free(hours.items);
    }
    free(parts.items);
    w->stuck = w->stuck && !clear;
    return !w->stuck;
}

/* Writes all parts of the next commit, whose number is next->commit; they don't count yet. */
static enum vg_err write_parts(struct vg_store_writer *w, struct vg_store_hours written[VG_STORE_TABLES],
                               uint64_t retracted[VG_STORE_TABLES], struct vg_store_state *next)
{
    bool emptied = false;
    enum vg_err err = vg_store_retracts(w) ? vg_store_write_retraction(w, written, retracted, &emptied) : VG_OK;
    next->emptied = w->state.emptied || emptied;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        err = vg_store_is_given_up(w) ? VG_EOF : write_table(w, t, next->commit, &written[t]);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        next->mixed = next->mixed || vg_store_hours_have(&written[t], VG_STORE_MIXED);
    next->sensors = next->sensors || written[VG_STORE_DETECTIONS].count || written[VG_STORE_TRACKS].count;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        for (size_t i = 0; i < written[t].count && !err; i++)
            err = vg_store_hours_add(&w->due[t], written[t].items[i]);
    return err;
}

/* The state says that the commit is there. `settles`: one before may have left parts without rows. */
static void conclude(struct vg_store_writer *w, bool settles, const uint64_t retracted[VG_STORE_TABLES])
{
    bool settled = !settles; /* nothing was left to do before */
    w->why[0] = 0;
    w->counters.commits++;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        w->counters.rows[t] += w->rows[t].count;
        w->counters.retracted[t] += retracted[t];
        w->rows[t].count = 0;
    }
    vg_store_forget_texts(w);
    if (vg_store_retracts(w))
        vg_store_conclude_retraction(w, settled);
}

enum vg_err vg_store_commit(struct vg_store_writer *w, uint64_t mark)
{
    struct vg_store_hours written[VG_STORE_TABLES] = {0};
    uint64_t retracted[VG_STORE_TABLES] = {0};
    bool settles = w->state.emptied,
         retracts = vg_store_retracts(w); /* what it writes anew has a number, and the new rows one above */
    struct vg_store_state next = w->state;
    next.commit += 1 + (uint64_t)retracts;
    next.mark = mark;
    next.missing_count = w->repaired ? 0 : next.missing_count;
    memcpy(next.note, w->note, sizeof next.note);
    w->why[0] = 0;
    enum vg_err err = vg_store_can_number(w) ? VG_OK : VG_IO;
    if (!err && !retracts && !vg_store_waiting(w) && mark == w->state.mark &&
        next.missing_count == w->state.missing_count)
        return VG_OK;
    if (!err && next.commit > VG_STORE_NUMBER_MAX)
        err = VG_LIMIT;
    if (!err)
        err = write_parts(w, written, retracted, &next);
    if (!err)
        err = vg_store_switch(w, &next);
    if (err) {
        withdraw(w, written);
        w->counters.failures += err != VG_EOF;
        vg_store_tell(w, w->dir, err);
    } else {
        conclude(w, settles, retracted);
    }
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        free(written[t].items);
    return err;
}

const char *vg_store_why(const struct vg_store_writer *w)
{
    return w->why;
}
