/*
 * Facts for those who watch: who speaks and is not seen, who is seen and doesn't speak, two who speak from one echo,
 * one who speaks from two. Each is evidence that adds up, as the logarithm of a likelihood ratio that never falls below
 * nought (Page's test), so that one odd scan tells nothing.
 */
#include <math.h>

#include "track/inner.h"

#define TELLS       12.0 /* evidence at which a fact is told: e^12 to one … */
#define MOST        16.0
#define CEASES      1.0  /* … and at which it has ceased */
#define UNSEEN_PD   0.02 /* of who isn't seen: what is found is a false plot */
#define FADE        0.98 /* of the counts, by look */
#define TWO_ECHOES  2.0  /* reports that fit another track, too */
#define DARK_S      180.0
#define DARK_KN     7.0 /* fishing boats under way, and all that is faster */
#define DARK_M      20.0
#define REPORT_S    10.0 /* pause of who must carry AIS, at the longest under way */
#define HEARD_S     300.0
#define ASK_S       10.0
#define CELL_DEG    0.25
#define CELLS_ROUND 1440 /* 360 / CELL_DEG */

static bool is_told(const struct track *t, enum vg_track_event_kind kind)
{
    return t->told >> kind & 1;
}

static void tell(struct vg_tracker *tr, struct track *t, enum vg_track_event_kind kind, int64_t time_us,
                 const struct vg_track_event *more)
{
    if (is_told(t, kind) || !t->id)
        return;
    t->told |= (uint16_t)(1u << kind);
    vg_trk_event(tr, kind, t, time_us, more);
}

void vg_trk_fact_ends(struct vg_tracker *tr, struct track *t, enum vg_track_event_kind kind, int64_t time_us)
{
    if (!is_told(t, kind))
        return;
    t->told &= (uint16_t) ~(1u << kind);
    const struct vg_track_event more = {.ceased = (uint8_t)kind,
                                        .expected = t->looks,
                                        .had = t->found,
                                        .other_mmsi = t->other_mmsi,
                                        .other_id = t->other_id};
    vg_trk_event(tr, VG_TRACK_EVENT_SEEN, t, time_us, &more);
}

/* ---- who speaks and is not seen ---- */

void vg_trk_fact_look(struct vg_tracker *tr, struct track *t, uint16_t site, double pd, double found, int64_t time_us)
{
    if (!t->mmsi || t->said_us == VG_TIME_NONE || seconds(time_us - t->said_us) > fmax(3 * t->said_every_s, 30))
        return;
    t->looks = FADE * t->looks + pd;
    t->found = FADE * t->found + found;
    const double step = (1 - found) * log((1 - UNSEEN_PD) / (1 - pd)) + found * log(UNSEEN_PD / pd);
    t->unseen = fmin(fmax(t->unseen + step, 0), MOST);
    if (t->unseen > TELLS)
        tell(tr, t, VG_TRACK_EVENT_UNSEEN, time_us,
             &(struct vg_track_event){
                 .site = site, .log_ratio = t->unseen, .expected = t->looks, .had = t->found, .mmsi = t->mmsi});
    else if (t->unseen < CEASES)
        vg_trk_fact_ends(tr, t, VG_TRACK_EVENT_UNSEEN, time_us);
}

/* ---- two who speak from one echo ---- */

/* Both may be of one plot. Two things give two plots as often as radar finds each. */
void vg_trk_fact_claims(struct vg_tracker *tr, struct track *a, struct track *b, double pd, double found,
                        int64_t time_us)
{
    struct track *t = a->number < b->number ? a : b, *other = t == a ? b : a;
    if (t->other_mmsi != other->mmsi) {
        t->other_mmsi = other->mmsi;
        t->claims = 0;
    }
    const double both = fmin(fmax(found - 1, 0), 1);
    const double step = (1 - both) * log(1 / (2 * (1 - pd) + 0.1)) + both * log(UNSEEN_PD / (pd * pd));
    t->claims = fmin(fmax(t->claims + step, 0), MOST);
    if (t->claims > TELLS)
        tell(tr, t, VG_TRACK_EVENT_TWO_CLAIMS, time_us,
             &(struct vg_track_event){
                 .log_ratio = t->claims, .mmsi = t->mmsi, .other_mmsi = other->mmsi, .other_id = other->id});
    else if (t->claims < CEASES)
        vg_trk_fact_ends(tr, t, VG_TRACK_EVENT_TWO_CLAIMS, time_us);
}

/* ---- one who speaks from two ---- */

void vg_trk_fact_elsewhere(struct vg_tracker *tr, struct track *t, const struct track *other, const struct meas *m,
                           double ratio)
{
    if (!other->id)
        return;
    t->elsewhere = (t->other_id == other->id ? t->elsewhere : 0) + 1;
    t->other_id = other->id;
    if (t->elsewhere >= TWO_ECHOES)
        tell(tr, t, VG_TRACK_EVENT_TWO_ECHOES, m->time_us,
             &(struct vg_track_event){
                 .log_ratio = ratio, .mmsi = t->mmsi, .other_id = other->id, .journal_offset = m->journal_offset});
}

/* ---- who is seen and doesn't speak ---- */

/* The cells come round: one of 4096 stands for several that are far from each other. */
static int64_t *cell_of(struct vg_tracker *tr, int y, int x)
{
    x = (x % CELLS_ROUND + CELLS_ROUND) % CELLS_ROUND;
    return &tr->heard_us[((unsigned)y * 64 + (unsigned)x) % HEARD_CELLS];
}

static int row_of(double lat_deg)
{
    return (int)floor((lat_deg + 90) / CELL_DEG);
}

static int column_of(double lon_deg)
{
    return (int)floor((lon_deg + 180) / CELL_DEG);
}

void vg_trk_fact_heard(struct vg_tracker *tr, const struct meas *m)
{
    int64_t *at_us = cell_of(tr, row_of(m->lat_deg), column_of(m->lon_deg));
    if (m->time_us > *at_us)
        *at_us = m->time_us;
}

static bool is_heard(struct vg_tracker *tr, const struct track *t, int64_t time_us)
{
    const int y = row_of(t->frame.lat_deg), x = column_of(t->frame.lon_deg);
    for (int i = -1; i <= 1; i++)
        for (int k = -1; k <= 1; k++) {
            const int64_t at_us = *cell_of(tr, y + i, x + k);
            if (at_us != VG_TIME_NONE && seconds(time_us - at_us) < HEARD_S)
                return true;
        }
    return false;
}

static void ask(struct vg_tracker *tr, struct track *t, int64_t time_us)
{
    const double age = seconds(time_us - t->began_us);
    if (t->mmsi || !t->id || t->airborne || is_told(t, VG_TRACK_EVENT_DARK) || age < DARK_S || existence(t) < 0.9)
        return;
    struct vg_estimate e;
    vg_filter_estimate(&t->filter, &e);
    const double speed_kn = hypot(e.x[2], e.x[3]) / VG_MPS_PER_KNOT;
    const double sigma_kn = sqrt((e.p[VG_UU] + e.p[VG_VV]) / 2) / VG_MPS_PER_KNOT;
    if ((speed_kn - 2 * sigma_kn < DARK_KN && t->length_m < DARK_M) || !is_heard(tr, t, time_us))
        return;
    tell(tr, t, VG_TRACK_EVENT_DARK, time_us,
         &(struct vg_track_event){.expected = age / REPORT_S, .log_ratio = age / REPORT_S});
}

void vg_trk_fact_dark(struct vg_tracker *tr, int64_t time_us)
{
    if (tr->facts_us != VG_TIME_NONE && seconds(time_us - tr->facts_us) < ASK_S)
        return;
    tr->facts_us = time_us;
    for (uint32_t i = 0; i < tr->count; i++)
        ask(tr, &tr->track[tr->live[i]], time_us);
}
