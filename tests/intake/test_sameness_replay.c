/* Whoever reads a journal again from its middle knows the transmissions that were heard before it. */
#include "journal/room.h"

#include "base/out.h"
#include "base/time.h"
#include "intake/journal_replay.h"
#include "sensor/ais/ais.h"

#define STEP_S 10
#define LAG_S  68
#define STEPS  150 /* 25 minutes */

/* A ship under way, as she says it at a step. */
static size_t she_says(int step, char *to, size_t size)
{
    struct vg_ais msg;
    struct vg_out out = vg_out_fixed(to, size);
    assert_int_equal(vg_ais_blank("1", 224123000, &msg), VG_OK);
    vg_ais_set(&msg, "speed", 17);
    vg_ais_set(&msg, "course", 90);
    vg_ais_set_pos(&msg, (struct vg_pos){-5000000 + step * 500, 22000000});
    vg_ais_set_raw(&msg, "second", step * STEP_S % 60);
    vg_ais_sentences(&msg, "AI", 'A', 0, NULL, VG_TIME_NONE, &out);
    return out.len;
}

static void put(struct vg_journal *j, const char *name, int64_t second, int step)
{
    char text[100];
    size_t len = she_says(step, text, sizeof text);
    const struct vg_journal_entry e = {.source = name[0] == 'M' ? 1 : 2,
                                       .name = name,
                                       .received_us = T0_US + second * VG_SECOND_US,
                                       .bytes = text,
                                       .len = len};
    assert_int_not_equal(vg_journal_append(j, &e), 0);
    turn(j);
}

/* Manta hears all; Salinas brings it 68 s later, but Manta missed every seventh. */
static void write_journal(const char *journal)
{
    struct vg_journal *j = open_journal(journal, NULL);
    for (int64_t second = 0; second < STEPS * STEP_S; second++) {
        int64_t then = second - LAG_S;
        if (second % STEP_S == 0 && second / STEP_S % 7)
            put(j, "Manta", second, (int)(second / STEP_S));
        if (then >= 0 && then % STEP_S == 0)
            put(j, "Salinas", second, (int)(then / STEP_S));
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
}

/* A letter for each record from `from` on, and their offsets; what Salinas had as duplicates. */
static size_t marks(const char *journal, uint64_t from, int64_t from_us, unsigned threads, char *ret,
                    uint64_t *ret_offsets, uint64_t *ret_duplicates)
{
    struct vg_sources sources;
    struct vg_sameness *sameness;
    struct vg_journal_replay *replay;
    struct vg_journal_replay_item item;
    struct vg_intake_counters c;
    const char *why;
    size_t n = 0;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_sameness_new(VG_SAMENESS_RECORDING, &sameness), VG_OK);
    const struct vg_journal_replay_options o = {.dir = journal,
                                                .sources = &sources,
                                                .sameness = sameness,
                                                .threads = threads,
                                                .from = from,
                                                .from_us = from_us};
    assert_int_equal(vg_journal_replay_open(&o, &replay, &why), VG_OK);
    for (; vg_journal_replay_next(replay, &item) == VG_OK; n++) {
        assert_int_equal(item.count, 1);
        ret[n] = item.reports[0].again ? 'a' : 'n';
        if (ret_offsets)
            ret_offsets[n] = item.journal_offset;
    }
    ret[n] = '\0';
    assert_true(vg_journal_replay_counters(replay, "Salinas", &c));
    *ret_duplicates = c.duplicates;
    vg_journal_replay_close(replay);
    vg_sameness_free(sameness);
    vg_sources_free(&sources);
    return n;
}

static size_t count(const char *marks, char letter)
{
    size_t n = 0;
    for (; *marks; marks++)
        n += *marks == letter;
    return n;
}

static void marks_are_the_same_wherever_reading_begins(void **state)
{
    static char all[2 * STEPS + 1], part[2 * STEPS + 1];
    static uint64_t offsets[2 * STEPS];
    uint64_t duplicates;
    const char *journal = in(*state, "journal");
    write_journal(journal);
    size_t n = marks(journal, 0, VG_TIME_NONE, 1, all, offsets, &duplicates);
    assert_int_equal(count(all, 'a'), duplicates);
    assert_in_range(count(all, 'a'), 100, 140); /* six of seven that Salinas brings */
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        for (size_t from = 0; from < n; from += 23) {
            size_t left = marks(journal, from ? offsets[from] : 0, VG_TIME_NONE, threads, part, NULL, &duplicates);
            assert_int_equal(left, n - from);
            assert_string_equal(part, all + from);
            assert_int_equal(count(part, 'a'), duplicates); /* of what was given, not of what was only read */
        }
        size_t left = marks(journal, 0, T0_US + 20 * VG_MINUTE_US, threads, part, NULL, &duplicates);
        assert_true(left > 30 && left < 80);
        assert_string_equal(part, all + n - left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {in_a_room(marks_are_the_same_wherever_reading_begins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
