/* Association of plots with tracks: small clusters exactly, large ones nearly, against all ways written out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "track/scan.h"

#define LOOKS 12
#define PLOTS 12
#define EDGES 128

struct scene {
    struct scan_work work;
    struct look look[LOOKS];
    struct plot plot[PLOTS];
    struct edge edge[EDGES];
    uint32_t list[PLOTS];
    double expected[EDGES], none[LOOKS], total;
    uint32_t choice[LOOKS];
};

static uint64_t dice = 7;

static double uniform(void)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(dice >> 11) / 9007199254740992.0;
}

/* Each pair is near enough with the chance `dense`. */
static void make(struct scene *s, uint32_t looks, uint32_t plots, double dense)
{
    memset(s, 0, sizeof *s);
    s->work.look = s->look, s->work.plot = s->plot, s->work.edge = s->edge, s->work.list = s->list;
    s->work.looks = looks;
    for (uint32_t k = 0; k < looks; k++) {
        s->look[k].first = s->work.edges;
        for (uint32_t j = 0; j < plots; j++)
            if (uniform() < dense) {
                s->edge[s->work.edges++] = (struct edge){.look = k, .plot = j, .weight = exp(20 * uniform() - 8)};
                s->plot[j].degree++;
                s->look[k].count++;
            }
    }
}

/* All ways from look k on, of which the ones before weigh so much. */
static void write_out(struct scene *s, uint32_t k, uint32_t used, double weight)
{
    if (k == s->work.looks) {
        s->total += weight;
        for (uint32_t i = 0; i < k; i++)
            if (s->choice[i] == NONE)
                s->none[i] += weight;
            else
                s->expected[s->choice[i]] += weight;
        return;
    }
    s->choice[k] = NONE;
    write_out(s, k + 1, used, weight);
    for (uint32_t i = s->look[k].first; i < s->look[k].first + s->look[k].count; i++)
        if (!(used & 1u << s->edge[i].plot)) {
            s->choice[k] = i;
            write_out(s, k + 1, used | 1u << s->edge[i].plot, weight * s->edge[i].weight);
        }
}

/* The largest difference to what is written out. */
static double difference(struct scene *s, uint32_t plots)
{
    double most = 0, none[PLOTS];
    vg_trk_associate(&s->work, plots);
    write_out(s, 0, 0, 1);
    for (uint32_t j = 0; j < plots; j++)
        none[j] = 1;
    for (uint32_t i = 0; i < s->work.edges; i++) {
        most = fmax(most, fabs(s->edge[i].probability - s->expected[i] / s->total));
        none[s->edge[i].plot] -= s->expected[i] / s->total;
    }
    for (uint32_t k = 0; k < s->work.looks; k++)
        most = fmax(most, fabs(s->look[k].none - s->none[k] / s->total));
    for (uint32_t j = 0; j < plots; j++)
        most = fmax(most, fabs(s->plot[j].none - none[j]));
    return most;
}

static void small_clusters_are_exact(void **state)
{
    (void)state;
    struct scene *s = malloc(sizeof *s);
    for (int i = 0; i < 2000; i++) {
        const uint32_t looks = 1 + (uint32_t)(uniform() * 6), plots = 1 + (uint32_t)(uniform() * EXACT_PLOTS);
        make(s, looks, plots, 0.2 + 0.8 * uniform());
        assert_true(difference(s, plots) < 1e-9);
    }
    free(s);
}

/* Several clusters beside each other, some too large: those are near, the small ones exact. */
static void large_clusters_are_near(void **state)
{
    (void)state;
    struct scene *s = malloc(sizeof *s);
    int large = 0;
    double sum = 0;
    for (int i = 0; i < 60; i++) {
        make(s, 7, 8, 0.5);
        const double most = difference(s, 8);
        bool loopy = false;
        for (uint32_t k = 0; k < s->work.looks; k++)
            loopy |= s->look[k].loopy;
        large += loopy;
        sum += most;
        assert_true(loopy || most < 1e-9);
        assert_true(most < 0.5);
    }
    assert_true(large > 10); /* else nothing was tried */
    assert_true(sum / 60 < 0.1);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_clusters_are_exact),
        cmocka_unit_test(large_clusters_are_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
