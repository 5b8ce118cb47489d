/* All of the state, written, read and hashed by one walk: what is in one of the three is in all. */
#include <math.h>
#include <string.h>

#include "base/state_io.h"
#include "track/inner.h"

#define MAGIC   UINT32_C(0x4B544756) /* "VGTK" */
#define VERSION 2

static void walk_filter(struct io *io, struct vg_filter *f)
{
    IO(f->turns);
    IO_EACH(f->weight);
    for (int i = 0; i < 4; i++)
        IO_EACH(f->x[i]);
    for (int i = 0; i < VG_COV; i++)
        IO_EACH(f->p[i]);
}

static void walk_track(struct io *io, struct track *t)
{
    walk_filter(io, &t->filter);
    IO(t->frame.lat_deg), IO(t->frame.lon_deg);
    IO(t->frame.metres_lat), IO(t->frame.metres_lon), IO(t->frame.bend);
    IO(t->time_us), IO(t->seen_us), IO(t->began_us), IO(t->number), IO(t->id), IO(t->journal_offset);
    IO(t->first.journal_offset), IO(t->first.journal), IO(t->first.arrival), IO(t->first.received_us);
    IO(t->first.source);
    IO(t->seen), IO(t->hidden), IO(t->existence_us), IO(t->looked);
    IO_EACH(t->site_us);
    IO_EACH(t->site);
    IO(t->hits);
    IO_EACH(t->label);
    IO_EACH(t->label_site);
    IO_EACH(t->label_us);
    IO(t->source), IO(t->mmsi), IO(t->log_ratio), IO(t->said_us), IO(t->said_lat), IO(t->said_lon);
    IO(t->said_e), IO(t->said_n), IO(t->said_every_s), IO(t->said_source), IO(t->said_count);
    IO(t->echoes), IO(t->misses), IO(t->icao), IO(t->altitude_ft), IO(t->mode_3a), IO(t->length_m);
    IO(t->airborne), IO(t->has_altitude), IO(t->kept), IO(t->by_hand), IO(t->bound_by_hand), IO(t->parted_by_hand);
    IO(t->told), IO(t->unseen), IO(t->claims), IO(t->elsewhere), IO(t->looks), IO(t->found);
    IO(t->other_mmsi), IO(t->other_id), IO(t->site_scans);
}

static void walk_meas(struct io *io, struct meas *m)
{
    IO(m->time_us), IO(m->sequence), IO(m->journal_offset), IO(m->journal), IO(m->arrival), IO(m->received_us);
    IO(m->lat_deg), IO(m->lon_deg), IO(m->range_m), IO(m->bearing_deg), IO(m->ee), IO(m->en), IO(m->nn);
    IO(m->speed_mps), IO(m->course_deg), IO(m->mmsi), IO(m->sensor_track), IO(m->icao), IO(m->altitude_ft);
    IO(m->site), IO(m->source), IO(m->mode_3a), IO(m->length_m), IO(m->kind);
    IO(m->polar), IO(m->airborne), IO(m->has_altitude), IO(m->accurate), IO(m->suspect), IO(m->tracked);
}

static void walk_site(struct io *io, struct site *s)
{
    struct vg_site_state *t = &s->state;
    IO(t->plots), IO(t->used), IO(t->false_plots), IO(t->late), IO(t->out_of_coverage), IO(t->refused);
    IO(t->clock_wrong);
    IO(t->heard_us), IO(t->detection_probability), IO(t->clutter_per_scan);
    IO(t->bias_range_m), IO(t->bias_bearing_deg), IO(t->bias_time_s);
    IO(t->sigma_bias_range_m), IO(t->sigma_bias_bearing_deg), IO(t->sigma_bias_time_s), IO(t->registered);
    IO(s->lat_deg), IO(s->lon_deg), IO(s->own_us), IO(s->group_us), IO(s->turn_us);
    IO(s->newest_us), IO(s->parts_us);
    IO_EACH(s->clutter);
    IO(s->scans), IO(s->false_density), IO(s->unseen_density), IO(s->looks), IO(s->hits);
    IO_EACH(s->bias);
    IO_EACH(s->bias_cov);
    IO(s->bias_us);
}

static void walk_counters(struct io *io, struct vg_tracker_counters *c)
{
#define X(name, text) IO(c->name);
    VG_TRACKER_COUNTER_LIST(X)
#undef X
}

/* The slots of a loaded tracker are others than those of the saved one; nothing rests on them. */
static bool walk(struct io *io, struct vg_tracker *tr)
{
    uint32_t count = tr->count, waiting = tr->waiting;
    IO(tr->sequence), IO(tr->arrivals), IO(tr->numbers), IO(tr->now_us), IO(tr->facts_us);
    walk_counters(io, &tr->counters);
    IO_EACH(tr->heard_us);
    for (size_t i = 1; i <= tr->sites->count; i++)
        walk_site(io, &tr->site[i]);
    IO(count), IO(waiting);
    if (count > tr->cap || waiting > tr->queue_max)
        return false;
    for (uint32_t i = 0; i < count && !io->short_of; i++) {
        if (io->mode == IO_LOAD)
            tr->live[i] = i;
        walk_track(io, &tr->track[tr->live[i]]);
    }
    for (uint32_t i = 0; i < waiting && !io->short_of; i++)
        walk_meas(io, &tr->queue[i]);
    if (io->mode == IO_LOAD)
        tr->count = count, tr->waiting = waiting;
    return !io->short_of;
}

static void walk_head(struct io *io, uint32_t *magic, uint32_t *version, uint64_t *sites)
{
    IO(*magic), IO(*version), IO(*sites);
}

void vg_tracker_save(const struct vg_tracker *tr, struct vg_out *out)
{
    struct io io = {.mode = IO_SAVE, .out = out};
    uint32_t magic = MAGIC, version = VERSION;
    uint64_t sites = vg_sites_hash(tr->sites);
    walk_head(&io, &magic, &version, &sites);
    walk(&io, (struct vg_tracker *)tr);
}

uint64_t vg_tracker_hash(const struct vg_tracker *tr)
{
    struct io io = {.mode = IO_HASH, .hash = VERSION};
    walk(&io, (struct vg_tracker *)tr);
    return io.hash;
}

static void clear(struct vg_tracker *tr)
{
    vg_trk_table_clear(tr);
    tr->waiting = 0;
    tr->sequence = tr->arrivals = tr->numbers = 0;
    tr->counters = (struct vg_tracker_counters){0};
    vg_trk_begin_sites(tr);
}

/* Who is found by which number, and which slots are free. False: a number stands twice. */
static bool find_all(struct vg_tracker *tr)
{
    uint32_t other;
    for (uint32_t i = 0; i < tr->cap - tr->count; i++)
        tr->spare[i] = tr->cap - 1 - i;
    for (uint32_t i = 0; i < tr->count; i++) {
        const struct track *t = &tr->track[i];
        if ((t->mmsi && vg_map_get(&tr->by_mmsi, t->mmsi, &other)) || (t->id && vg_map_get(&tr->by_id, t->id, &other)))
            return false;
        if (t->mmsi)
            vg_map_set(&tr->by_mmsi, t->mmsi, i);
        if (t->id)
            vg_map_set(&tr->by_id, t->id, i);
    }
    return true;
}

enum vg_err vg_tracker_load(struct vg_tracker *tr, const void *bytes, size_t len)
{
    struct io io = {.mode = IO_LOAD, .at = bytes, .end = (const uint8_t *)bytes + len};
    uint32_t magic = 0, version = 0;
    uint64_t sites = 0;
    clear(tr);
    walk_head(&io, &magic, &version, &sites);
    if (io.short_of || magic != MAGIC || version != VERSION)
        return VG_CORRUPT;
    if (sites != vg_sites_hash(tr->sites))
        return VG_ARG;
    if (walk(&io, tr) && io.at == io.end && find_all(tr) && vg_tracker_check(tr))
        return VG_OK;
    clear(tr);
    return VG_CORRUPT;
}
