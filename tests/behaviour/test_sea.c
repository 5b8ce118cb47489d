/*
 * The simulated sea off Ecuador, by ear: its stories are found, and the ordinary fleet raises next to nothing. Counts
 * are printed. And a state that was written down and read goes on as if it had not been.
 */
#include "behaviour/play.h"

#define START_US (INT64_C(1773568800) * VG_SECOND_US)
#define SECONDS  16200 /* four and a half hours */
#define HEARD    4096

struct heard {
    struct vg_event event[HEARD]; /* the newest revision of each */
    size_t count, told;
};

static void hear(void *arg, const struct vg_event *e)
{
    struct heard *h = arg;
    h->told++;
    assert_true(e->id != 0);
    assert_true(e->kind < VG_EVENT_KINDS);
    assert_true(e->begin_us <= e->end_us);
    assert_true(e->confidence >= 0 && e->confidence <= 1);
    for (int i = 1; i < e->places; i++)
        assert_true(e->place[i - 1] < e->place[i]);
    for (size_t i = h->count; i-- > 0;)
        if (h->event[i].id == e->id) {
            assert_int_equal(h->event[i].kind, e->kind);
            assert_int_equal(h->event[i].begin_us, e->begin_us);
            assert_int_equal(h->event[i].revision + 1, e->revision);
            h->event[i] = *e;
            return;
        }
    assert_int_equal(e->revision, 0);
    assert_true(h->count < HEARD);
    h->event[h->count++] = *e;
}

static uint32_t mmsi_of(struct play *p, const char *name)
{
    for (size_t i = 0; i < vg_sim_count(p->sim); i++) {
        struct vg_sim_truth t;
        vg_sim_truth(p->sim, i, &t);
        if (strcmp(t.name, name) == 0 && t.story[0])
            return t.mmsi;
    }
    fail_msg("nobody is called %s", name);
    return 0;
}

static bool is_of(const struct vg_event *e, uint32_t mmsi)
{
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].mmsi == mmsi)
            return true;
    return false;
}

static const struct vg_event *find(const struct heard *h, enum vg_event_kind kind, uint32_t mmsi)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->event[i].kind == kind && h->event[i].state != VG_EVENT_WITHDRAWN && is_of(&h->event[i], mmsi))
            return &h->event[i];
    return NULL;
}

/* The stories of squid jiggers and fish carriers are no line of stories.def: they meet as such ships do. */
static bool is_transfer(struct play *p, const struct vg_event *e)
{
    for (size_t k = 0; e->kind == VG_EVENT_ENCOUNTER && k < vg_sim_count(p->sim); k++) {
        struct vg_sim_truth t;
        vg_sim_truth(p->sim, k, &t);
        if (t.mmsi && is_of(e, t.mmsi) && strcmp(t.kind, "fish carrier") == 0)
            return true;
    }
    return false;
}

/* Prints them all but port visits and fishing. Returns how many are of nobody's story. */
static size_t show(struct play *p, const struct heard *h, uint32_t except[], size_t excepted)
{
    size_t others = 0;
    size_t of[VG_EVENT_KINDS] = {0};
    for (size_t i = 0; i < h->count; i++) {
        const struct vg_event *e = &h->event[i];
        of[e->kind] += e->state != VG_EVENT_WITHDRAWN;
        bool story = is_transfer(p, e);
        if (e->kind == VG_EVENT_PORT_VISIT || e->kind == VG_EVENT_FISHING) /* everybody's day */
            continue;
        for (size_t k = 0; k < excepted; k++)
            story |= is_of(e, except[k]);
        /* ships of the simulation don't give way: that two pass each other so near is true; jiggers drift to fish */
        others += !story && e->kind != VG_EVENT_LOITERING && e->kind != VG_EVENT_VOYAGE &&
                  e->kind != VG_EVENT_CLOSE_QUARTERS && e->state != VG_EVENT_WITHDRAWN;
        print_message("  %s: %s %s %u %u begin +%.2f h, %.2f h, conf %.2f at %.3f %.3f %s", story ? "story" : "other",
                      vg_event_kind_key((enum vg_event_kind)e->kind), vg_event_state_key((enum vg_event_state)e->state),
                      e->contact[0].mmsi, e->contacts > 1 ? e->contact[1].mmsi : 0,
                      (double)(e->begin_us - START_US) / VG_HOUR_US, (double)(e->end_us - e->begin_us) / VG_HOUR_US,
                      e->confidence, vg_pos_lon_deg(e->pos), vg_pos_lat_deg(e->pos), e->text);
        for (int k = 0; k < e->numbers; k++)
            print_message(" %s=%.4g", e->number[k].key, e->number[k].value);
        for (size_t k = 0; k < vg_sim_count(p->sim); k++) {
            struct vg_sim_truth t;
            vg_sim_truth(p->sim, k, &t);
            if (t.mmsi && is_of(e, t.mmsi))
                print_message(" [%s %s %s]", t.name, t.kind, t.activity);
        }
        print_message("\n");
    }
    for (int k = 0; k < VG_EVENT_KINDS; k++)
        if (of[k])
            print_message("%s: %zu\n", vg_event_kind_key((enum vg_event_kind)k), of[k]);
    return others;
}

static void the_stories_of_a_day_are_found_and_hardly_anything_else(void **state)
{
    (void)state;
    static struct heard h;
    memset(&h, 0, sizeof h);
    const struct vg_sim_options options = {
        .scenario = VG_SIM_ECUADOR, .seed = 11, .vessels = 200, .start_us = START_US, .damage = 0.001};
    struct play *p = play_new(&options, hear, &h);
    static const char *const names[] = {"DON TEODORO II", "ANDEAN SONATA",      "XING HAI YU 908", "GOLDEN TIDE",
                                        "NUEVA SERENA",   "VIRGEN DEL CISNE 7", "GUARDACOSTAS 44", "BRISA DEL MAR 3"};
    uint32_t mmsi[10];
    for (int i = 0; i < 8; i++)
        mmsi[i] = mmsi_of(p, names[i]);
    mmsi[8] = 970735001, mmsi[9] = 972735002;
    play_seconds(p, SECONDS);
    vg_behaviours_finish(p->behaviours);
    const size_t others = show(p, &h, mmsi, 10);
    const double vessel_hours = (double)vg_sim_count(p->sim) * SECONDS / 3600;
    print_message("%zu of the ordinary fleet in %.0f vessel-hours: %.2f in 1000\n", others, vessel_hours,
                  (double)others / vessel_hours * 1000);
    assert_true((double)others / vessel_hours * 1000 < 1);
    size_t fishing = 0;
    for (size_t i = 0; i < h.count; i++)
        fishing += h.event[i].kind == VG_EVENT_FISHING;
    assert_in_range(fishing, 20, 200);
    print_message("%llu sightings, %zu events told %zu times\n",
                  (unsigned long long)vg_behaviours_counters(p->behaviours)->sightings, h.count, h.told);
    assert_non_null(find(&h, VG_EVENT_ENCOUNTER, mmsi[0]));
    assert_true(find(&h, VG_EVENT_ENCOUNTER, mmsi[0]) == find(&h, VG_EVENT_ENCOUNTER, mmsi[1]));
    assert_non_null(find(&h, VG_EVENT_GAP, mmsi[2]));
    assert_non_null(find(&h, VG_EVENT_SPOOFING, mmsi[3]));
    assert_non_null(find(&h, VG_EVENT_LOITERING, mmsi[4]));
    assert_non_null(find(&h, VG_EVENT_IDENTITY, mmsi[5]));
    assert_non_null(find(&h, VG_EVENT_DISTRESS, mmsi[9]));
    assert_null(find(&h, VG_EVENT_DISTRESS, mmsi[8])); /* a test */
    play_free(p);
}

/* The same second hour, from a state that was written down after the first and from the one that went on. */
static void a_state_in_the_middle_goes_on_as_if_nothing_had_been(void **state)
{
    (void)state;
    static struct heard h, k;
    memset(&h, 0, sizeof h), memset(&k, 0, sizeof k);
    const struct vg_sim_options options = {
        .scenario = VG_SIM_ECUADOR, .seed = 5, .vessels = 100, .start_us = START_US, .damage = 0.001};
    struct play *p = play_new(&options, hear, &h), *q = play_new(&options, hear, &k);
    play_seconds(p, 2400), play_seconds(q, 2400);
    assert_true(vg_behaviours_hash(p->behaviours) == vg_behaviours_hash(q->behaviours));
    struct vg_out out = vg_out_growing(1 << 28);
    vg_behaviours_save(q->behaviours, &out);
    vg_behaviours_free(q->behaviours);
    const struct vg_behaviours_options o = {.vessels = 8192};
    assert_int_equal(vg_behaviours_new(&o, &q->behaviours), VG_OK);
    vg_behaviours_set_on_event(q->behaviours, hear, &k);
    assert_int_equal(vg_behaviours_load(q->behaviours, out.buf, out.len), VG_OK);
    print_message("state: %.1f MB\n", (double)out.len / 1e6);
    vg_out_free(&out);
    play_seconds(p, 2400), play_seconds(q, 2400);
    assert_true(vg_behaviours_hash(p->behaviours) == vg_behaviours_hash(q->behaviours));
    assert_true(h.count > 0);
    assert_int_equal(h.count, k.count);
    assert_int_equal(h.told, k.told);
    for (size_t i = 0; i < h.count; i++) {
        assert_true(h.event[i].id == k.event[i].id);
        assert_int_equal(h.event[i].revision, k.event[i].revision);
        assert_int_equal(h.event[i].end_us, k.event[i].end_us);
    }
    play_free(p), play_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stories_of_a_day_are_found_and_hardly_anything_else),
        cmocka_unit_test(a_state_in_the_middle_goes_on_as_if_nothing_had_been),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
