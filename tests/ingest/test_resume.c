/* Where a recording is gone on with: far enough back, and no further than needed. */
#include <unistd.h>

#include "ingest/resume.h"
#include "sensor/table/table.h"
#include "test.h"

#define SEGMENT VG_CSV_SEGMENT
#define BACK    (UINT64_C(8) << 20) /* fragments wait for 1000 lines of at most 1 KiB */

static void is(const struct vg_resume_points *p, uint64_t offset0, uint64_t at0, uint64_t offset1, uint64_t at1)
{
    assert_true(p->point[0].offset == offset0 && p->point[0].journal_offset == at0);
    assert_true(p->point[1].offset == offset1 && p->point[1].journal_offset == at1);
}

static void the_points_are_the_last_chunks_of_two_segments(void **state)
{
    (void)state;
    struct vg_resume_points p = {0};
    vg_resume_points_move(&p, 0, 1000, 7);
    is(&p, 0, 7, 0, 7);
    vg_resume_points_move(&p, 1000, SEGMENT - 1, 8); /* ends within the segment */
    is(&p, 0, 7, 0, 7);
    vg_resume_points_move(&p, 5000, SEGMENT, 9);
    is(&p, 0, 7, 5000, 9);
    vg_resume_points_move(&p, SEGMENT, 2 * SEGMENT - 1, 10);
    is(&p, 0, 7, 5000, 9);
    vg_resume_points_move(&p, 2 * SEGMENT - 1, 2 * SEGMENT + 5, 11);
    is(&p, 5000, 9, 2 * SEGMENT - 1, 11);
    struct vg_resume_points late = {0};
    vg_resume_points_move(&late, 3 * SEGMENT - 1, 3 * SEGMENT, 5); /* the first one always */
    is(&late, 3 * SEGMENT - 1, 5, 3 * SEGMENT - 1, 5);
}

static void the_newer_point_is_taken_when_it_lies_far_enough_back(void **state)
{
    (void)state;
    static const struct {
        uint64_t point1, bytes;
        bool newer;
    } rows[] = {
        {100, 101, false},
        {100, BACK - 1, false},
        {100, BACK, false},
        {100, SEGMENT + BACK - 1, false},
        {100, SEGMENT + BACK, true},
        {SEGMENT - 1, SEGMENT + BACK - 1, false},
        {SEGMENT - 1, SEGMENT + BACK, true},
        {SEGMENT, 2 * SEGMENT + BACK - 1, false},
        {SEGMENT, 2 * SEGMENT + BACK, true},
        {5 * SEGMENT + 9, 5 * SEGMENT + 10, false},
        {5 * SEGMENT + 9, 6 * SEGMENT + BACK, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct vg_resume_points p = {{{50, 11}, {rows[i].point1, 22}}};
        struct vg_ledger_file f = {.bytes = rows[i].bytes};
        vg_resume_points_note(&p, false, &f);
        if (f.from != (rows[i].newer ? rows[i].point1 : 50) || f.from_journal_offset != (rows[i].newer ? 22 : 11))
            fail_msg("row %zu", i);
        assert_true(f.bytes == rows[i].bytes);
        vg_resume_points_note(&p, true, &f); /* cut within a line: behind it, without what came before */
        assert_true(f.from == rows[i].bytes && f.from_journal_offset == 0);
    }
}

/* Bytes that the journal doesn't have any more are gone on without; a journal that can't be read is told. */
static void a_decoder_needs_the_journal_or_none(void **state)
{
    (void)state;
    char path[] = "/tmp/vigia-resume-XXXXXX";
    struct vg_sources sources;
    struct vg_resume_points points;
    struct vg_recording *r = NULL;
    int64_t last_us = 77;
    const struct vg_ledger_file f = {.id = 1, .name = "log", .bytes = 500, .from = 100, .from_journal_offset = 9};
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_resume_go_on("/nowhere/at/all", &f, &sources, &points, &r, &last_us), VG_OK);
    assert_int_equal(vg_recording_offset(r), 500);
    is(&points, 0, 0, 0, 0);
    assert_int_equal(last_us, 77);
    vg_recording_free(r);
    r = NULL;
    int fd = mkstemp(path); /* a file is no folder */
    assert_true(fd >= 0);
    enum vg_err err = vg_resume_go_on(path, &f, &sources, &points, &r, &last_us);
    close(fd);
    unlink(path);
    assert_true(err == VG_IO ? !r : err == VG_OK);
    vg_recording_free(r);
    struct vg_ledger_file table = f;
    table.layout = "noaa";
    table.header = "a,b";
    assert_int_equal(vg_resume_begin(&table, 100, &sources, &r), VG_UNSUPPORTED);
    table.layout = "no layout";
    assert_int_not_equal(vg_resume_begin(&table, 100, &sources, &r), VG_OK);
    assert_int_not_equal(vg_resume_go_on("/nowhere/at/all", &table, &sources, &points, &r, &last_us), VG_OK);
    vg_sources_free(&sources);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_points_are_the_last_chunks_of_two_segments),
        cmocka_unit_test(a_decoder_needs_the_journal_or_none),
        cmocka_unit_test(the_newer_point_is_taken_when_it_lies_far_enough_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
