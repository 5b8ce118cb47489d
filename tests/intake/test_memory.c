/* Each allocation of the intake fails once: then an error is told, or counted, and never are other reports given. */
#include "test.h"

#include "base/time.h"
#include "intake/recording.h"

#define TAGGED "\\s:stA*0F\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"

/* ---- memory that fails: the linker puts these in the place of calloc() and realloc() (tests/CMakeLists.txt) ---- */

static unsigned fails_in; /* allocations until the one that fails; 0: none does */

static bool fails(void)
{
    return fails_in && --fails_in == 0;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* ---- claims ---- */

static void a_recording_has_all_its_memory_from_the_begin_or_is_not_begun(void **state)
{
    (void)state;
    struct vg_sources sources;
    static struct vg_report report[VG_BATCH_LINE_MAX];
    struct vg_recording *r;
    unsigned refused = 0;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    uint16_t source = vg_source_feed(&sources, "log");
    for (unsigned n = 1; n < 100; n++) {
        size_t taken;
        fails_in = n;
        enum vg_err err = vg_recording_new(NULL, &sources, source, &r);
        if (err) {
            assert_int_equal(err, VG_NOMEM);
            fails_in = 0;
            refused++;
            continue;
        }
        vg_recording_map_offset(r, 0, 1000);
        assert_int_equal(vg_recording_decode(r, TAGGED, sizeof TAGGED - 1, 1, VG_TIME_SOURCE_UNKNOWN, report,
                                             VG_BATCH_LINE_MAX, &taken),
                         1);
        assert_string_equal(vg_source_get(&sources, report[0].source)->name, "log/stA");
        assert_int_equal(report[0].journal_offset, 1000);
        assert_int_not_equal(fails_in, 0); /* none of it asked for memory */
        fails_in = 0;
        vg_recording_free(r);
    }
    assert_in_range(refused, 4, 20);
    vg_sources_free(&sources);
}

static void a_piece_without_memory_is_counted_and_gives_no_report(void **state)
{
    (void)state;
    struct vg_sources sources;
    unsigned lost = 0;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    const struct vg_intake_options o = {.sources = &sources, .source = vg_source_feed(&sources, "Manta")};
    for (unsigned n = 1; n < 100; n++) {
        const struct vg_feed_bytes bytes = {.at = TAGGED, .len = sizeof TAGGED - 1, .received_us = 1, .stream = n % 64};
        struct vg_report_list list = {0};
        struct vg_intake *in;
        struct vg_intake_counters c;
        assert_int_equal(vg_intake_new(&o, &in), VG_OK);
        fails_in = n;
        enum vg_err err = vg_intake_take(in, &bytes, 1000, &list);
        vg_intake_name(in, bytes.stream, list.report, list.count);
        fails_in = 0;
        vg_intake_counters(in, &c);
        assert_int_equal(c.lost, err ? 1 : 0);
        assert_int_equal(list.count, err ? 0 : 1);
        if (err)
            assert_int_equal(err, VG_NOMEM);
        else
            assert_string_equal(vg_source_get(&sources, list.report[0].source)->name, "Manta/stA");
        lost += err != VG_OK;
        list.count = 0;
        assert_int_equal(vg_intake_take(in, &bytes, 2000, &list), VG_OK); /* and then it goes on */
        assert_int_equal(list.count, 1);
        vg_report_list_free(&list);
        vg_intake_free(in);
    }
    assert_in_range(lost, 4, 20);
    vg_sources_free(&sources);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_has_all_its_memory_from_the_begin_or_is_not_begun),
        cmocka_unit_test(a_piece_without_memory_is_counted_and_gives_no_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
