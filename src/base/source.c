#include "base/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/out.h"

#define SLOTS (2 * VG_SOURCE_MAX) /* power of two; half full at most */

enum vg_err vg_sources_init(struct vg_sources *s)
{
    *s = (struct vg_sources){.rows = calloc(2 * VG_SOURCE_MAX, sizeof *s->rows),
                             .row = calloc(VG_SOURCE_MAX, sizeof *s->row),
                             .slots = calloc(SLOTS, sizeof *s->slots),
                             .life = calloc(VG_SOURCE_MAX, sizeof *s->life)};
    if (!s->rows || !s->row || !s->slots || !s->life) {
        vg_sources_free(s);
        return VG_NOMEM;
    }
    snprintf(s->rows[0].name, VG_SOURCE_NAME, "unknown");
    atomic_init(&s->row[0], &s->rows[0]);
    atomic_init(&s->count, 1);
    atomic_init(&s->overflowed, 0);
    return VG_OK;
}

void vg_sources_free(struct vg_sources *s)
{
    free(s->rows);
    free(s->row);
    free(s->slots);
    free(s->life);
    s->rows = NULL;
    s->row = NULL;
    s->slots = NULL;
    s->life = NULL;
}

static uint32_t count_of(const struct vg_sources *s)
{
    return atomic_load_explicit(&s->count, memory_order_relaxed);
}

static const struct vg_source *row_of(const struct vg_sources *s, uint32_t id)
{
    return atomic_load_explicit(&s->row[id], memory_order_acquire);
}

/* ---- names ---- */

static uint32_t hash_name(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h;
}

/* Where the name's id stands, or will stand. */
static uint32_t find(const struct vg_sources *s, const char *name)
{
    uint32_t slot = hash_name(name) % SLOTS;
    while (s->slots[slot] && strcmp(row_of(s, s->slots[slot])->name, name) != 0)
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* After names have gone. */
static void hash_anew(struct vg_sources *s)
{
    memset(s->slots, 0, SLOTS * sizeof *s->slots);
    for (uint32_t id = 1; id < count_of(s); id++)
        if (s->life[id].step < VG_SOURCE_BLANK)
            s->slots[find(s, row_of(s, id)->name)] = (uint16_t)id;
}

/* Into the place of the two that nobody reads by now. */
static void write_row(struct vg_sources *s, uint32_t id, const char *name, uint16_t feed)
{
    struct vg_source *to = row_of(s, id) == &s->rows[id] ? &s->rows[VG_SOURCE_MAX + id] : &s->rows[id];
    snprintf(to->name, VG_SOURCE_NAME, "%s", name);
    to->feed = feed;
    atomic_store_explicit(&s->row[id], to, memory_order_release);
}

static void set_step(struct vg_sources *s, uint32_t id, enum vg_source_step step)
{
    struct vg_source_life *life = &s->life[id];
    s->blank += (step >= VG_SOURCE_BLANK) - (life->step >= VG_SOURCE_BLANK);
    s->free += (step == VG_SOURCE_FREE) - (life->step == VG_SOURCE_FREE);
    life->step = (uint8_t)step;
    life->step_us = s->now_us;
}

/* A row for a new name: a further one, else a free one. 0: the table is full. */
static uint32_t take_row(struct vg_sources *s)
{
    uint32_t id = count_of(s);
    if (id < VG_SOURCE_MAX)
        return id;
    for (id = 1; s->free && id < VG_SOURCE_MAX; id++)
        if (s->life[id].step == VG_SOURCE_FREE)
            return id;
    return 0;
}

static void give_row(struct vg_sources *s, uint32_t id, const char *name, uint16_t feed)
{
    write_row(s, id, name, feed ? feed : (uint16_t)id);
    set_step(s, id, VG_SOURCE_USED);
    s->life[id].heard_us = s->now_us;
    if (id == count_of(s))
        atomic_store_explicit(&s->count, id + 1, memory_order_release);
}

static uint16_t intern(struct vg_sources *s, const char *name, uint16_t feed)
{
    uint32_t slot = find(s, name);
    uint32_t id = s->slots[slot];
    if (id) {
        if (s->life[id].step == VG_SOURCE_RETIRED)
            set_step(s, id, VG_SOURCE_USED);
        return (uint16_t)id;
    }
    id = take_row(s);
    if (!id) {
        atomic_fetch_add_explicit(&s->overflowed, 1, memory_order_relaxed);
        return feed;
    }
    give_row(s, id, name, feed);
    s->slots[slot] = (uint16_t)id;
    return (uint16_t)id;
}

uint16_t vg_source_feed(struct vg_sources *s, const char *name)
{
    char cut[VG_SOURCE_NAME];
    vg_text_plain(cut, sizeof cut, name, strlen(name));
    return intern(s, cut, 0);
}

uint16_t vg_source_station(struct vg_sources *s, uint16_t feed, const char *station, size_t len)
{
    char name[VG_SOURCE_NAME];
    size_t n = (size_t)snprintf(name, sizeof name, "%s/", vg_source_get(s, feed)->name);
    if (n < sizeof name)
        vg_text_plain(name + n, sizeof name - n, station, len);
    return intern(s, name, feed);
}

uint16_t vg_source_restore(struct vg_sources *s, const char *name, uint16_t feed)
{
    return vg_source_restore_life(s, name, feed, NULL);
}

uint16_t vg_source_restore_life(struct vg_sources *s, const char *name, uint16_t feed,
                                const struct vg_source_life *life)
{
    const uint32_t next = count_of(s);
    const bool nobody = life && life->step >= VG_SOURCE_BLANK;
    if (next == VG_SOURCE_MAX && nobody)
        return 0;
    feed = feed < next ? feed : 0;
    if (nobody)
        give_row(s, next, name, feed);
    uint16_t id = nobody ? (uint16_t)next : intern(s, name, feed);
    if (id != next || !life)
        return id;
    set_step(s, id, (enum vg_source_step)life->step);
    s->life[id] = *life;
    return id;
}

const struct vg_source *vg_source_get(const struct vg_sources *s, uint16_t id)
{
    return row_of(s, id < atomic_load_explicit(&s->count, memory_order_acquire) ? id : 0);
}

/* ---- age ---- */

uint32_t vg_sources_used(const struct vg_sources *s)
{
    return count_of(s) - s->blank;
}

bool vg_sources_fill_up(const struct vg_sources *s)
{
    return count_of(s) - s->free > VG_SOURCE_FILLED;
}

bool vg_sources_are_aging(const struct vg_sources *s)
{
    return vg_sources_fill_up(s) && s->now_us - s->looked_us >= VG_SOURCE_STEP_US;
}

static void go_blank(struct vg_sources *s, uint32_t id)
{
    const uint16_t feed = row_of(s, id)->feed;
    write_row(s, id, row_of(s, feed)->name, feed);
    set_step(s, id, VG_SOURCE_BLANK);
}

static void take_step(struct vg_sources *s, uint32_t id, bool used, int64_t long_us)
{
    struct vg_source_life *life = &s->life[id];
    if (life->heard_us == VG_TIME_NONE)
        life->heard_us = s->now_us;
    const int64_t unheard_us = s->now_us - life->heard_us;
    const bool due = s->now_us - life->step_us >= VG_SOURCE_STEP_US, needed = used || unheard_us < VG_SOURCE_UNHEARD_US;
    if (life->step == VG_SOURCE_USED && !needed)
        set_step(s, id, unheard_us >= long_us ? VG_SOURCE_FREE : VG_SOURCE_RETIRED);
    else if (life->step == VG_SOURCE_RETIRED && needed)
        set_step(s, id, VG_SOURCE_USED);
    else if (life->step == VG_SOURCE_RETIRED && due)
        go_blank(s, id);
    else if (life->step == VG_SOURCE_BLANK && !used && due)
        set_step(s, id, VG_SOURCE_FREE);
}

void vg_sources_age(struct vg_sources *s, const bool used[static VG_SOURCE_MAX], int64_t long_us)
{
    const uint32_t blank = s->blank;
    s->looked_us = s->now_us;
    for (uint32_t id = 1; id < count_of(s); id++)
        if (row_of(s, id)->feed != id)
            take_step(s, id, used[id], long_us);
    if (s->blank == blank)
        return;
    s->renamed++; /* who keeps ids asks again */
    hash_anew(s);
}

void vg_sources_forget_stations(struct vg_sources *s)
{
    for (uint32_t id = 1; id < count_of(s); id++)
        if (row_of(s, id)->feed != id)
            set_step(s, id, VG_SOURCE_FREE);
    s->renamed++;
    hash_anew(s);
}
