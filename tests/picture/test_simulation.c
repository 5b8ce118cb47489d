/*
 * A random world, replayed by its seed (VIGIA_SEED sets another): each step is compared with a model that is too simple
 * to be wrong, and the invariants are checked.
 */
#include <inttypes.h>
#include <stdio.h>

#include "say.h"

struct dice {
    uint64_t state;
};

/* splitmix64 */
static uint64_t roll(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint32_t below(struct dice *d, uint32_t n)
{
    return (uint32_t)(roll(d) % n);
}

/* ---- the model: an array, searched from end to end; names, and who is there ---- */

#define CAPACITY   24
#define IDENTITIES 60

struct model_vessel {
    bool there;
    int64_t arrival_us, since_us, name_us;
    unsigned reports, source;
    char name[VG_NAME_SIZE];
    bool moored;
};

struct model {
    struct model_vessel vessel[IDENTITIES];
    uint64_t order[IDENTITIES], orders;
    int64_t now_us;
    uint32_t count;
    uint64_t expired, evicted;
};

static bool is_device(uint32_t i)
{
    return i % 10 == 0;
}

static bool is_moored(uint32_t i)
{
    return i % 2;
}

static uint32_t mmsi_of(uint32_t i)
{
    return is_device(i) ? SART + i : SHIP + i * 1000;
}

/* 0: heard once, 1: often, 2: for ten minutes. */
static unsigned tier_of(const struct model *m, uint32_t i)
{
    const struct model_vessel *v = &m->vessel[i];
    return v->arrival_us - v->since_us >= 10 * VG_MINUTE_US ? 2 : v->reports > 1;
}

/* 0: newcomers, 1: established, 2: devices that call. */
static unsigned part_of(const struct model *m, uint32_t i)
{
    return is_device(i) ? 2 : tier_of(m, i) == 2;
}

/* How many are there: of a part (3: of any) and a source (0: of any). */
static unsigned count_of(const struct model *m, unsigned part, unsigned source)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < IDENTITIES; i++)
        n += m->vessel[i].there && (part == 3 || part_of(m, i) == part) && (!source || m->vessel[i].source == source);
    return n;
}

/* Of a part of a source: the least known goes first; of several, the one unheard for longest. */
static int victim_of(const struct model *m, unsigned part, unsigned source)
{
    int choice = -1;
    for (unsigned tier = 0; tier < 3 && choice < 0; tier++)
        for (uint32_t i = 0; i < IDENTITIES; i++)
            if (m->vessel[i].there && m->vessel[i].source == source && part_of(m, i) == part && tier_of(m, i) == tier &&
                (choice < 0 || m->order[i] < m->order[choice]))
                choice = (int)i;
    return choice;
}

/* What docs/picture.md says of a full table, read from end to end. All ships here are of one class. */
static void model_evict(struct model *m)
{
    unsigned new = count_of(m, 0, 0), known = count_of(m, 1, 0), calls = count_of(m, 2, 0), most = 0;
    unsigned part = calls * 20 > CAPACITY && calls > 4             ? 2
                    : new >= 1 + CAPACITY / 128 || (new && !known) ? 0
                    : known                                        ? 1
                                                                   : 2;
    int choice = -1;
    for (unsigned source = 1; source <= 3; source++) {
        int victim = victim_of(m, part, source);
        unsigned count = count_of(m, part, source);
        if (count && (count > most || (count == most && m->order[victim] < m->order[choice])))
            choice = victim;
        most = count > most ? count : most;
    }
    m->vessel[choice].there = false;
    m->count--;
    m->evicted++;
}

static void model_hear(struct model *m, uint32_t i, const struct vg_report *r)
{
    struct model_vessel *v = &m->vessel[i];
    if (!v->there) {
        if (m->count == CAPACITY)
            model_evict(m);
        *v = (struct model_vessel){.there = true, .since_us = m->now_us, .source = r->source};
        m->count++;
    }
    if (count_of(m, 3, r->source) < count_of(m, 3, v->source) - 1) /* itself is not counted */
        v->source = r->source;
    v->reports++;
    v->arrival_us = m->now_us;
    m->order[i] = m->orders++;
    if (r->fields & VG_FIELD_BIT(NAME) && r->time_us / 1000 >= v->name_us / 1000) {
        v->name_us = r->time_us;
        memcpy(v->name, r->name, sizeof v->name);
    }
    if (r->fields & VG_FIELD_BIT(POS))
        v->moored = is_moored(i);
}

static void model_advance(struct model *m, int64_t now_us)
{
    m->now_us = now_us;
    for (uint32_t i = 0; i < IDENTITIES; i++) {
        struct model_vessel *v = &m->vessel[i];
        int64_t patience = is_device(i) ? 12 * VG_HOUR_US : v->moored ? VG_HOUR_US : VG_HOUR_US / 2;
        if (v->there && now_us - v->arrival_us >= patience) {
            v->there = false;
            m->count--;
            m->expired++;
        }
    }
}

static void compare(const struct vg_picture *p, const struct model *m)
{
    assert_int_equal(vg_picture_count(p), m->count);
    assert_int_equal(vg_picture_counters(p)->expired, m->expired);
    assert_int_equal(vg_picture_counters(p)->evicted, m->evicted);
    for (uint32_t i = 0; i < IDENTITIES; i++) {
        const struct vg_contact *v = vg_picture_find(p, mmsi_of(i));
        assert_int_equal(v != NULL, m->vessel[i].there);
        if (v)
            assert_string_equal(v->name, m->vessel[i].name);
    }
}

/* A ship sails near its own place, names itself, or (rarely) is somewhere else; a device is where it is, and calls. */
static struct vg_report random_report(struct dice *d, uint32_t i, int64_t now_us)
{
    struct vg_report r = position(mmsi_of(i), 0, 10000.0 * i + below(d, 300), below(d, 300));
    r.time_us = now_us - (int64_t)below(d, 20000000);
    r.source = (uint16_t)(1 + below(d, 3));
    r.sog_dkn = is_moored(i) ? 0 : (uint16_t)(50 + below(d, 100));
    r.cog_ddeg = (uint16_t)below(d, 3600);
    if (!is_device(i) && below(d, 4) == 0) {
        r.fields = VG_FIELD_BIT(NAME);
        snprintf(r.name, sizeof r.name, "SHIP %u", below(d, 1000000));
    } else if (below(d, 15) == 0) {
        r.pos = metres(1e6 + below(d, 1000000), below(d, 1000000)); /* held or adopted, the model need not know */
    }
    return r;
}

static uint64_t run(uint64_t seed, unsigned publish_every, bool with_model)
{
    struct dice d = {seed}, other = {~seed};
    struct vg_picture *p = picture_of(CAPACITY, 40 * 512, 100);
    struct model m = {.now_us = START_US};
    const struct vg_snapshot *held[4] = {0};
    vg_picture_advance(p, m.now_us); /* both clocks begin here */
    for (int step = 0; step < 4000; step++) {
        if (below(&d, 5) == 0) {
            int64_t forward_us = below(&d, 200) ? (int64_t)below(&d, 60000000) : 3 * VG_HOUR_US;
            model_advance(&m, m.now_us + forward_us + 1);
            vg_picture_advance(p, m.now_us);
        }
        uint32_t fleet = step / 500 % 2 ? IDENTITIES : 20, i = below(&d, fleet); /* crowded, and not */
        struct vg_report r = random_report(&d, i, m.now_us);
        vg_picture_apply(p, &r, NULL);
        model_hear(&m, i, &r);
        if (publish_every && step % (int)publish_every == 0) {
            assert_int_equal(vg_picture_publish(p), VG_OK);
            uint32_t k = below(&other, 4); /* readers come and go */
            vg_snapshot_release(held[k]);
            held[k] = below(&other, 2) ? vg_snapshot_acquire(p) : NULL;
        }
        assert_true(vg_picture_check(p));
        if (with_model)
            compare(p, &m);
    }
    for (int k = 0; k < 4; k++)
        vg_snapshot_release(held[k]);
    uint64_t hash = vg_picture_hash(p, NULL);
    vg_picture_free(p);
    return hash;
}

static uint64_t first_seed(void)
{
    const char *given = getenv("VIGIA_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 1;
    print_message("seed %" PRIu64 "\n", seed);
    return seed;
}

static void the_picture_agrees_with_a_naive_model(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed(), i = 0; i < 5; i++)
        run(seed + i, 7, true);
}

static void the_same_reports_give_the_same_picture_whenever_it_is_published(void **state)
{
    (void)state;
    uint64_t seed = first_seed(), once = run(seed, 0, false);
    assert_true(once == run(seed, 1, false));
    assert_true(once == run(seed, 13, false));
    assert_true(once != run(seed + 1, 13, false));
}

static void the_hash_sees_every_kind_of_change(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    uint64_t before = vg_picture_hash(p, NULL), now;
    struct vg_report steps[] = {position(SHIP, 0, 0, 0), position(SHIP, 10, 60, 0), position(SHIP, 20, 5e5, 0),
                                named(SHIP, 30, "A"), named(SHIP, 30, "B")};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        say(p, steps[i]);
        assert_true((now = vg_picture_hash(p, NULL)) != before);
        before = now;
    }
    tick(p, 1);
    assert_true(vg_picture_hash(p, NULL) != before);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_agrees_with_a_naive_model),
        cmocka_unit_test(the_same_reports_give_the_same_picture_whenever_it_is_published),
        cmocka_unit_test(the_hash_sees_every_kind_of_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
