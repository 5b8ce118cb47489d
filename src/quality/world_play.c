/* A world through the rooms that ship. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "intake/recording.h"
#include "quality/table.h"
#include "quality/world.h"
#include "quality/world_radar.h"
#include "sim/sim.h"
#include "situation/situation.h"

#define BYTES_BUF  (256 * 1024)
#define WAIT_US    (2 * VG_MINUTE_US) /* reports are put into the order of time as far as they come so late */
#define EVENTS_MAX 512                /* of one report, before they are handed on */
#define NEAR_M     2000.0
#define VISIBLE_US (5 * VG_MINUTE_US) /* less of it radars need not tell */
#define SEEN       (1u << 18)         /* numbers that are counted; a power of two */

struct player {
    const struct vg_world_play *play;
    struct vg_world_run *run;
    struct vg_sim *sim;
    struct vg_situation *situation;
    struct vg_recording *recording;
    struct vg_areas *areas;
    struct vg_watch_list *watch_list;
    struct vg_world_radar *radar; /* NULL: none watch */
    struct vg_report_list plots;  /* of a second */
    struct vg_alert_book *book;
    struct vg_report *report; /* that wait for their turn */
    size_t reports, room;
    struct vg_event pending[EVENTS_MAX];
    size_t pendings;
    struct {
        uint32_t mmsi;
        int32_t hour;
    } * seen;
    char bytes[BYTES_BUF];
};

/* ---- who truly was it ---- */

static void put_was(const struct vg_sim_truth *t, double m, char was[static VG_WORLD_WAS])
{
    int n = m > 0 ? snprintf(was, VG_WORLD_WAS, "%.0f m off: ", m) : 0;
    snprintf(was + n, VG_WORLD_WAS - (size_t)n, "%s, %s%s%s, %.1f kn%s", t->kind, t->activity,
             *t->story ? ", deed " : "", t->story, t->sog_kn, t->on_air ? "" : ", off the air");
}

static void describe(struct player *p, uint32_t mmsi, char was[static VG_WORLD_WAS])
{
    *was = '\0';
    for (size_t i = 0; mmsi && i < vg_sim_count(p->sim); i++) {
        struct vg_sim_truth t;
        vg_sim_truth(p->sim, i, &t);
        if (t.mmsi != mmsi)
            continue;
        put_was(&t, 0, was);
        return;
    }
}

/* Who is nearest to a place, for a person who looks. */
static void describe_place(struct player *p, struct vg_pos pos, char was[static VG_WORLD_WAS])
{
    double best_m = NEAR_M;
    *was = '\0';
    for (size_t i = 0; i < vg_sim_count(p->sim); i++) {
        struct vg_sim_truth t;
        vg_sim_truth(p->sim, i, &t);
        const double m = vg_geo_distance_m(pos, vg_pos_from_deg(t.lon_deg, t.lat_deg));
        if (!t.afloat || m >= best_m)
            continue;
        best_m = m;
        put_was(&t, fmax(m, 1), was);
    }
}

static bool is_of_radars(const struct vg_event *e)
{
    return e->kind == VG_EVENT_DARK || e->kind == VG_EVENT_MEETING;
}

/* ---- events and alerts ---- */

static void note_told(struct player *p, const struct vg_event *e)
{
    struct vg_world_run *r = p->run;
    void *told = r->told;
    if (vg_events_kept_find(&r->kept, e->id) < r->kept.count)
        return;
    if (vg_quality_grow(&told, &r->told_room, r->told_count, sizeof *r->told)) {
        r->no_memory = true;
        return;
    }
    r->told = told;
    struct vg_world_told *t = &r->told[r->told_count++];
    *t = (struct vg_world_told){.id = e->id, .first_us = e->told_us, .thing = -1};
    for (int i = 0; i < 2 && i < e->contacts; i++)
        describe(p, e->contact[i].mmsi, t->was[i]);
    if (!p->radar || !is_of_radars(e))
        return;
    t->thing = vg_world_radar_nearest(p->radar, e->pos, e->told_us, NEAR_M);
    describe_place(p, e->pos, t->was[*t->was[0] != 0]);
}

static void flush_events(struct player *p)
{
    const struct vg_picture *picture = vg_situation_picture(p->situation);
    for (size_t k = 0; k < p->pendings; k++) {
        struct vg_alert_told told = {.event = p->pending[k]};
        for (int i = 0; i < told.event.contacts; i++) {
            struct vg_alert_subject *s = &told.subject[told.subjects++];
            s->contact = told.event.contact[i].id;
            s->mmsi = told.event.contact[i].mmsi;
            const struct vg_contact *c =
                s->contact ? vg_picture_find_id(picture, s->contact) : vg_picture_find(picture, s->mmsi);
            if (c)
                vg_alert_subject_of(c, s);
        }
        if (vg_alert_book_events(p->book, &told, 1))
            p->run->no_memory = true;
    }
    p->pendings = 0;
}

/* Within a call of the situation: the book comes behind it, with what is believed then. */
static void on_event(void *arg, const struct vg_event *e)
{
    struct player *p = arg;
    note_told(p, e);
    vg_events_kept_take(&p->run->kept, e);
    if (p->pendings == EVENTS_MAX)
        flush_events(p);
    p->pending[p->pendings++] = *e;
}

static void on_alert(void *arg, const struct vg_alert *alert, const char *what)
{
    struct vg_world_run *r = ((struct player *)arg)->run;
    void *alerts = r->alert;
    if (strcmp(what, "opened") != 0)
        return;
    if (vg_quality_grow(&alerts, &r->alert_room, r->alerts, sizeof *r->alert)) {
        r->no_memory = true;
        return;
    }
    r->alert = alerts;
    struct vg_world_alert *a = &r->alert[r->alerts++];
    a->event = alert->event;
    a->opened_us = alert->opened_us;
    memcpy(a->rule, alert->rule, sizeof a->rule);
}

/* ---- reports ---- */

static void count_heard(struct player *p, const struct vg_report *r)
{
    if (!(r->fields & VG_FIELD_BIT(POS)) || !r->mmsi || r->mmsi < 200000000 || r->mmsi >= 800000000)
        return;
    const int32_t hour = (int32_t)(r->time_us / VG_HOUR_US);
    uint32_t i = r->mmsi * UINT32_C(2654435761) >> 14;
    while (p->seen[i].mmsi && p->seen[i].mmsi != r->mmsi)
        i = (i + 1) % SEEN;
    p->run->vessels += !p->seen[i].mmsi;
    p->run->vessel_hours += !p->seen[i].mmsi || p->seen[i].hour != hour;
    p->seen[i].mmsi = r->mmsi;
    p->seen[i].hour = hour;
}

/* Equal times in the order of the journal, as `vigia events` has it. */
static int by_time(const void *x, const void *y)
{
    const struct vg_report *a = x, *b = y;
    if (a->time_us != b->time_us)
        return a->time_us < b->time_us ? -1 : 1;
    return (a->journal_offset > b->journal_offset) - (a->journal_offset < b->journal_offset);
}

static void take_until(struct player *p, int64_t until_us)
{
    size_t n = 0;
    if (p->reports)
        qsort(p->report, p->reports, sizeof *p->report, by_time);
    while (n < p->reports && p->report[n].time_us < until_us) {
        const struct vg_report *r = &p->report[n++];
        count_heard(p, r);
        vg_situation_take(p->situation, r->time_us, r, 1);
        if (p->pendings)
            flush_events(p);
    }
    p->run->reports += n;
    p->reports -= n;
    if (p->reports)
        memmove(p->report, p->report + n, p->reports * sizeof *p->report);
}

static enum vg_err make_room(struct player *p)
{
    if (p->room - p->reports >= VG_BATCH_LINE_MAX)
        return VG_OK;
    const size_t room = p->room ? 2 * p->room : 4 * VG_BATCH_LINE_MAX;
    struct vg_report *more = realloc(p->report, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    p->report = more;
    p->room = room;
    return VG_OK;
}

static enum vg_err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct player *p = arg;
    for (size_t taken; len; len -= taken, bytes = (const char *)bytes + taken) {
        if (make_room(p))
            return VG_NOMEM;
        p->reports += vg_recording_decode(p->recording, bytes, len, vg_sim_now_us(p->sim), VG_TIME_SOURCE_UNKNOWN,
                                          p->report + p->reports, p->room - p->reports, &taken);
    }
    return VG_OK;
}

/* What the radars saw in the second that was played, behind what was heard in it. */
static enum vg_err take_plots(struct player *p)
{
    p->plots.count = 0;
    enum vg_err err = vg_world_radar_step(p->radar, &p->plots);
    for (size_t i = 0; i < p->plots.count && !err; i++) {
        err = make_room(p);
        if (!err)
            p->report[p->reports++] = p->plots.report[i];
    }
    return err;
}

static enum vg_err end_bytes(struct player *p)
{
    for (size_t n = 1; n;) {
        if (make_room(p))
            return VG_NOMEM;
        n = vg_recording_end(p->recording, p->report + p->reports, p->room - p->reports);
        p->reports += n;
    }
    take_until(p, INT64_MAX);
    vg_situation_finish(p->situation);
    flush_events(p);
    return VG_OK;
}

/* ---- from begin to end ---- */

static enum vg_err read_areas(struct player *p)
{
    char *error = NULL;
    struct vg_out text = vg_out_growing(SIZE_MAX / 2);
    const struct vg_sim_script *s = p->play->script;
    if (!s->areas.count && !s->gates.count)
        return VG_OK;
    vg_sim_script_areas(s, &text);
    enum vg_err err = text.err ? text.err : vg_areas_read(text.buf, text.len, s->name, &p->areas, &error);
    free(error);
    vg_out_free(&text);
    return err;
}

/* Those whom deeds bring; who is on no list is on none. */
static enum vg_err read_watch_list(struct player *p)
{
    char *error = NULL;
    const struct vg_sim_script *s = p->play->script;
    struct vg_out text = vg_out_growing(SIZE_MAX / 2);
    bool listed = s->a_day[DEED_watch_listed] > 0;
    for (size_t i = 0; i < s->placed_count; i++)
        listed |= s->placed[i].deed == DEED_watch_listed;
    if (!listed)
        return VG_OK;
    vg_sim_watch_list(p->sim, &text);
    enum vg_err err = text.err ? text.err : vg_watch_list_read(text.buf, text.len, s->name, &p->watch_list, &error);
    free(error);
    vg_out_free(&text);
    return err;
}

static enum vg_err open_rooms(struct player *p)
{
    const struct vg_sim_script *s = p->play->script;
    char why[VG_DB_WHY], journal[48];
    const struct vg_sim_options sim = {
        .seed = p->play->seed, .start_us = s->start_us, .damage = s->damage, .script = s, .hours = p->play->hours};
    const struct vg_alert_book_options book = {.on_change = on_alert, .arg = p};
    enum vg_err err = vg_sim_new(&sim, &p->sim);
    if (!err)
        err = read_areas(p);
    if (!err)
        err = read_watch_list(p);
    if (!err)
        err = vg_situation_new(NULL, true, &p->situation);
    if (!err)
        err = vg_alert_book_open(&book, &p->book, why);
    if (err)
        return err;
    struct vg_sources *sources = vg_situation_sources(p->situation);
    const struct vg_behaviours_options behaviours = {.areas = p->areas, .watch_list = p->watch_list};
    snprintf(journal, sizeof journal, "world %llu", (unsigned long long)p->play->seed);
    vg_situation_set_journal(p->situation, journal);
    if (p->play->sites)
        err = vg_world_radar_new(p->play->sites, p->sim, sources, p->play->seed, &p->radar);
    if (!err && p->radar)
        err = vg_situation_set_sites(p->situation, vg_world_radar_sites(p->radar));
    if (!err)
        err = vg_situation_set_behaviours(p->situation, &behaviours, on_event, p);
    if (!err)
        err = vg_recording_new(NULL, sources, vg_source_feed(sources, "world"), &p->recording);
    if (!err)
        vg_recording_map_offset(p->recording, 0, 1);
    return err;
}

static void close_rooms(struct player *p)
{
    vg_recording_free(p->recording);
    vg_world_radar_free(p->radar);
    vg_report_list_free(&p->plots);
    vg_situation_free(p->situation);
    vg_alert_book_close(p->book);
    vg_areas_free(p->areas);
    vg_watch_list_free(p->watch_list);
    vg_sim_free(p->sim);
    free(p->report);
    free(p->seen);
    free(p);
}

static enum vg_err play_seconds(struct player *p)
{
    struct vg_out out = vg_out_stream(p->bytes, sizeof p->bytes, take_bytes, p);
    const double seconds = p->play->hours * 3600;
    for (uint64_t s = 0; (double)s < seconds && !out.err; s++) {
        vg_sim_step(p->sim, &out);
        enum vg_err err = p->radar ? vg_out_flush(&out) : VG_OK;
        if (!err && p->radar)
            err = take_plots(p);
        if (!err && p->radar && s % VG_WORLD_LOOK_S == 0)
            err = vg_world_radar_look(p->radar);
        if (err)
            return err;
        if (s % 60)
            continue;
        vg_out_flush(&out);
        take_until(p, vg_sim_now_us(p->sim) - WAIT_US);
        if (p->play->on_minute && !p->play->on_minute(p->play->arg, (double)s / seconds))
            return VG_EOF;
    }
    return vg_out_flush(&out);
}

/* What only radars could see must be told if they could, for some minutes; without radars nobody could. */
static void look_at_radars(struct player *p)
{
    for (size_t i = 0; i < p->run->facts; i++) {
        struct vg_world_fact *f = &p->run->fact[i];
        if (f->thing < 0 || f->counts != VG_WORLD_MUST)
            continue;
        if (!p->radar || vg_world_radar_seen_us(p->radar, (size_t)f->thing, f->begin_us, f->end_us) < VISIBLE_US)
            f->counts = VG_WORLD_SPARE;
    }
}

static void sum_up(struct player *p)
{
    const struct vg_sim_counters *c = vg_sim_counters(p->sim);
    p->run->left_out = c->deeds_left_out + c->pairs_left_out;
    p->run->held = vg_alert_book_counters(p->book)->held;
}

enum vg_err vg_world_play(const struct vg_world_play *play, struct vg_world_run *ret)
{
    *ret = (struct vg_world_run){.truth = vg_out_growing(VG_WORLD_FACT_MAX)};
    struct player *p = calloc(1, sizeof *p);
    if (!p)
        return VG_NOMEM;
    struct vg_world_play whole = *play;
    if (!(whole.hours > 0))
        whole.hours = play->script->hours > 0 ? play->script->hours : 24;
    p->play = &whole;
    p->run = ret;
    p->seen = calloc(SEEN, sizeof *p->seen);
    enum vg_err err = p->seen ? open_rooms(p) : VG_NOMEM;
    if (!err) {
        vg_sim_tell_events(p->sim, &ret->truth);
        err = play_seconds(p);
    }
    if (!err) {
        vg_sim_end(p->sim);
        err = end_bytes(p);
        sum_up(p);
    }
    if (!err && (ret->no_memory || ret->kept.no_memory || ret->truth.err))
        err = VG_NOMEM;
    if (!err)
        err = vg_world_facts(ret);
    if (!err)
        look_at_radars(p);
    close_rooms(p);
    vg_events_kept_sort(&ret->kept);
    return err;
}

void vg_world_run_free(struct vg_world_run *run)
{
    vg_events_kept_free(&run->kept);
    vg_out_free(&run->truth);
    free(run->told);
    free(run->alert);
    free(run->fact);
    *run = (struct vg_world_run){0};
}
