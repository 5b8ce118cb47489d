#include "archive/store_repair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store_list.h"

struct planning {
    const char *dir;
    uint64_t from;
    vg_store_on_loss *on_loss;
    void *arg;
    struct vg_store_state state;
    struct vg_store_list list;
    struct vg_store_plan *plan;
    bool whole; /* a part whose places nobody knows */
    enum vg_err err;
};

/* ---- planning ---- */

static enum vg_err note_file(struct vg_store_plan *plan, const char *path)
{
    for (size_t i = 0; i < plan->damaged_count; i++)
        if (strcmp(plan->damaged[i], path) == 0)
            return VG_OK;
    if (plan->damaged_count == plan->room) {
        size_t room = 2 * plan->room + 16;
        char(*more)[128] = realloc(plan->damaged, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        plan->damaged = more;
        plan->room = room;
    }
    snprintf(plan->damaged[plan->damaged_count++], sizeof plan->damaged[0], "%s", path);
    return VG_OK;
}

static enum vg_err take_range(struct planning *p, uint64_t from, uint64_t to)
{
    if (from < p->from)
        from = p->from;
    return from < to ? vg_offset_ranges_add(&p->plan->missing, (struct vg_offset_range){from, to}) : VG_OK;
}

static void on_part(struct planning *p, struct vg_store_loss *loss, enum vg_store_table table, int64_t hour_us,
                    const struct vg_store_part *part)
{
    const struct vg_store_listed *l = vg_store_list_find(&p->list, table, hour_us, part);
    loss->table = vg_store_table(table)->folder;
    loss->hour_us = hour_us == VG_STORE_MIXED ? VG_TIME_NONE : hour_us;
    loss->rows = l ? l->file.rows : VG_STORE_ROWS_UNKNOWN;
    if (l && l->file.place_first) {
        loss->lost = l->file.place_first < p->from;
        p->err = take_range(p, l->file.place_first, l->file.place_last + 1);
    } else {
        p->whole = true;
        loss->lost = p->from > (UINT64_C(1) << 20); /* rows without a place, or from before the list: who knows */
    }
}

/* A file that stands where a folder must be. */
static enum vg_err note_above(struct planning *p, const char *below)
{
    char path[VG_ATOMIC_PATH];
    struct stat st;
    enum vg_err err = VG_OK;
    for (const char *slash = below; (slash = strchr(slash, '/')) && !err; slash++) {
        int n = snprintf(path, sizeof path, "%s/%.*s", p->dir, (int)(slash - below), below);
        if (n > 0 && (size_t)n < sizeof path && !stat(path, &st) && !S_ISDIR(st.st_mode))
            err = note_file(p->plan, path + strlen(p->dir) + 1);
    }
    return err;
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    struct planning *p = arg;
    struct vg_store_part part;
    enum vg_store_table table;
    int64_t hour_us;
    size_t len = strlen(p->dir);
    const char *below = strncmp(path, p->dir, len) == 0 && path[len] == '/' ? path + len + 1 : path;
    struct vg_store_loss loss = {.path = below, .err = err, .hour_us = VG_TIME_NONE, .rows = VG_STORE_ROWS_UNKNOWN};
    if (p->err)
        return;
    if (vg_store_path_parse(below, &table, &hour_us, &part))
        on_part(p, &loss, table, hour_us, &part);
    else if (strcmp(below, "state.json") != 0 || !p->state.missing_count)
        p->whole = p->whole || strcmp(below, "state.json") != 0; /* a folder, or the list */
    if (err != VG_NOT_FOUND && !p->err && !(p->state.missing_count && !loss.table))
        p->err = note_file(p->plan, below);
    if (err == VG_NOT_FOUND && !p->err)
        p->err = note_above(p, below);
    p->plan->losses++;
    if (p->on_loss)
        p->on_loss(p->arg, &loss);
}

/* The greatest number that a part has: the next commit's lies above. */
static enum vg_err last_commit(const char *dir, uint64_t *ret_commit)
{
    struct vg_store_parts parts = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && (!err || err == VG_IO); t++) {
        struct vg_store_hours hours = {0};
        err = vg_store_list_hours(dir, t, INT64_MIN, INT64_MAX, &hours);
        for (size_t h = 0; h < hours.count && (!err || err == VG_IO); h++) {
            err = vg_store_list_parts(dir, t, hours.items[h], VG_STORE_NUMBER_MAX - 1, false, &parts);
            for (size_t i = 0; i < parts.count && !err; i++)
                *ret_commit = parts.items[i].last > *ret_commit ? parts.items[i].last : *ret_commit;
        }
        free(hours.items);
    }
    free(parts.items);
    return err == VG_IO ? VG_OK : err;
}

/* What the state and the list say, as far as they do. */
static enum vg_err load(struct planning *p)
{
    enum vg_err err = vg_store_state_read(p->dir, &p->state);
    if (err == VG_NOMEM)
        return err;
    p->plan->state_lost = err != VG_OK;
    if (err) {
        p->state = (struct vg_store_state){.mark = INT64_MAX};
        return last_commit(p->dir, &p->plan->commit);
    }
    err = vg_store_list_read(p->dir, &p->state.list, &p->list);
    p->plan->list_lost = err && err != VG_NOMEM;
    return err == VG_NOMEM ? err : VG_OK;
}

enum vg_err vg_store_plan_make(const char *dir, uint64_t from, vg_store_on_loss *on_loss, void *arg,
                               struct vg_store_plan *ret_plan)
{
    struct vg_store_plan plan = {0};
    struct planning p = {.dir = dir, .from = from, .on_loss = on_loss, .arg = arg, .plan = &plan};
    enum vg_err err = load(&p);
    if (!err)
        err = vg_store_check(dir, true, on_damage, &p);
    if (!err)
        err = p.err;
    for (size_t i = 0; i < p.state.missing_count && !err; i++)
        err = take_range(&p, p.state.missing[i].from, p.state.missing[i].to);
    bool any = plan.losses != 0;
    if (!err && any && (p.whole || plan.state_lost || plan.list_lost))
        err = take_range(&p, 1, INT64_MAX);
    plan.state_lost = plan.state_lost && any;
    vg_store_list_free(&p.list);
    if (err)
        vg_store_plan_free(&plan);
    else
        *ret_plan = plan;
    return err;
}

void vg_store_plan_free(struct vg_store_plan *plan)
{
    vg_offset_ranges_free(&plan->missing);
    free(plan->damaged);
    *plan = (struct vg_store_plan){0};
}

/* ---- setting aside ---- */

/* Moves a file or folder, with the folders above it as they are. One that has gone meanwhile is moved already. */
static enum vg_err set_aside(const char *dir, const char *aside, const char *below)
{
    char from[VG_ATOMIC_PATH], to[VG_ATOMIC_PATH];
    int n = snprintf(from, sizeof from, "%s/%s", dir, below), m = snprintf(to, sizeof to, "%s/%s", aside, below);
    if (n <= 0 || (size_t)n >= sizeof from || m <= 0 || (size_t)m >= sizeof to)
        return VG_RANGE;
    for (char *slash = to + strlen(aside); (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        if (mkdir(to, 0750) && errno != EEXIST)
            return VG_IO;
    }
    return rename(from, to) && errno != ENOENT ? VG_IO : VG_OK;
}

/* Few ranges fit into the state: those that stand closest become one. */
static void put_ranges(struct vg_store_state *state, const struct vg_offset_ranges *ranges)
{
    size_t count = ranges->count < VG_STORE_MISSING ? ranges->count : VG_STORE_MISSING;
    for (size_t i = 0; i < count; i++)
        state->missing[i] = ranges->items[i];
    if (ranges->count > count)
        state->missing[count - 1].to = ranges->items[ranges->count - 1].to;
    state->missing_count = count;
}

/* The list without what was set aside or is missing: the rest is as it was listed. */
static enum vg_err drop_lines(struct vg_store_writer *w)
{
    struct vg_store_list *list = w->known;
    enum vg_err err = VG_OK;
    char path[VG_ATOMIC_PATH];
    struct stat st;
    for (size_t i = 0; list && i < list->count && !err; i++) {
        const struct vg_store_listed *l = &list->items[i];
        err = vg_store_path(w->dir, l->table, l->hour_us, &l->part, path);
        if (!err && stat(path, &st))
            err = vg_store_list_remove(w, l->table, l->hour_us, &l->part);
    }
    return err;
}

enum vg_err vg_store_plan_begin(const char *dir, const char *aside, const struct vg_store_plan *plan)
{
    const struct vg_store_rules rules = {.most_rows = VG_STORE_TABLES, .level = 1, .fresh_level = 1, .repairs = true};
    struct vg_store_state state = {.commit = plan->commit, .mixed = true, .sensors = true};
    struct vg_store_writer *w;
    struct vg_sources none = {0};
    const char *why;
    uint64_t mark;
    enum vg_err err = plan->damaged_count && mkdir(aside, 0750) && errno != EEXIST ? VG_IO : VG_OK;
    put_ranges(&state, &plan->missing);
    for (size_t i = 0; i < plan->damaged_count && !err; i++)
        err = set_aside(dir, aside, plan->damaged[i]);
    if (!err && plan->state_lost)
        err = vg_store_state_write(dir, &state); /* without a mark: all that the journal has is taken anew */
    if (!err)
        err = vg_store_open(dir, &rules, &none, &w, &mark, &why);
    if (err)
        return err;
    struct vg_store_state next = w->state;
    put_ranges(&next, &plan->missing);
    err = drop_lines(w);
    if (!err)
        err = vg_store_switch(w, &next);
    vg_store_close(w);
    return err;
}

void vg_store_repaired(struct vg_store_writer *w)
{
    w->repaired = true;
}
