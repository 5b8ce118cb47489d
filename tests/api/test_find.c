/*
 * Whom a question about the past finds, and since when their reports are read: every window's edges, to the
 * microsecond. The time that a question may take is not over here (a wrapper says so).
 */
#include "api/history.h"
#include "small_archive.h"

#define H  VG_HOUR_US
#define MI VG_MINUTE_US
#define NO INT64_MIN /* not found */

static struct small_archive archive;
static struct vg_store *store;
static struct vg_pasts pasts;
static struct vg_history history;
static struct vg_api api = {.history = &history};
static struct vg_history_job job;
static int64_t now_us; /* the moment that is asked for, or the beginning of a block of ten minutes */

enum vg_err __wrap_vg_job_check(struct vg_job *handle);
enum vg_err __wrap_vg_job_check(struct vg_job *handle)
{
    assert_ptr_equal(handle, job.job);
    return VG_OK;
}

static struct vg_report told(uint32_t mmsi, int64_t us, uint8_t message)
{
    struct vg_report r = said_by(mmsi, 0, message);
    r.time_us = now_us + us;
    return r;
}

static struct vg_report placed(uint32_t mmsi, int64_t us, uint8_t message)
{
    struct vg_report r = seen_at(mmsi, 0, message, -80, -2);
    r.time_us = now_us + us;
    return r;
}

/* Every ten minutes a word without a position, so that nobody falls silent. */
static void keep_alive(uint32_t mmsi, uint8_t message)
{
    for (int64_t us = -26 * H + 7 * MI; message && us < 0; us += 10 * MI) {
        struct vg_report r = told(mmsi, us, message);
        r.fields = VG_FIELD_BIT(NAME);
        snprintf(r.name, sizeof r.name, "ALIVE");
        archive_add(&archive, r);
    }
}

static void open_archive(void)
{
    archive_end(&archive);
    assert_int_equal(vg_store_reader_open(archive.folder, &store), VG_OK);
    assert_int_equal(vg_pasts_init(&pasts), VG_OK);
    job = (struct vg_history_job){.api = &api, .ask.filter = {.boxed = true, .box = {-81, -3, -79, -1}}};
}

static void close_archive(void)
{
    vg_pasts_free(&pasts);
    vg_store_reader_close(store);
    archive_drop(&archive);
    archive = (struct small_archive){0};
}

/* ---- who is found, and since when she is read ---- */

static const struct find_case {
    const char *what;
    uint32_t mmsi;
    uint8_t keep; /* the message of keep_alive(); 0: none */
    struct {
        int64_t us; /* after the moment */
        uint8_t message;
    } said[2];
    int more; /* positions of type 1, one a minute from 45 minutes before on */
    struct found {
        int64_t since_us; /* after the moment */
        uint8_t near;
        bool far, fixed;
    } at, block;
} cases[] = {
    {"two hours before", 735000001, 5, {{-2 * H, 1}}, 0, {-2 * H, 1, 0, 0}, {NO, 0, 0, 0}},
    {"longer before", 735000002, 5, {{-2 * H - 1, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"an hour before", 735000003, 5, {{-H, 1}}, 0, {-2 * H, 1, 0, 0}, {-H, 1, 0, 0}},
    {"more than an hour", 735000004, 5, {{-H - 1, 1}}, 0, {-2 * H, 1, 0, 0}, {NO, 0, 0, 0}},
    {"at the moment", 735000005, 5, {{0, 1}}, 0, {-2 * H, 1, 0, 0}, {-H, 0, 0, 0}},
    {"just before", 735000006, 5, {{-1, 1}}, 0, {-2 * H, 1, 0, 0}, {-H, 1, 0, 0}},
    {"after it", 735000007, 5, {{1, 1}}, 0, {NO, 0, 0, 0}, {-H, 0, 0, 0}},
    {"at the block's end", 735000008, 5, {{10 * MI - 1, 1}}, 0, {NO, 0, 0, 0}, {-H, 0, 0, 0}},
    {"after the block", 735000009, 5, {{10 * MI, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"from afar", 735000010, 5, {{-6 * H, 27}}, 0, {-6 * H, 0, 1, 0}, {-6 * H, 0, 1, 0}},
    {"from afar, long ago", 735000011, 5, {{-6 * H - 1, 27}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"from afar, lately", 735000012, 5, {{-H - 1, 27}}, 0, {-6 * H, 0, 1, 0}, {-6 * H, 0, 1, 0}},
    {"from afar, now", 735000013, 5, {{-MI, 27}}, 0, {-6 * H, 0, 1, 0}, {-6 * H, 0, 1, 0}},
    {"and nine from near", 735000014, 5, {{-MI, 27}}, 9, {-6 * H, 9, 1, 0}, {-6 * H, 9, 1, 0}},
    {"and ten from near", 735000015, 5, {{-MI, 27}}, 10, {-2 * H, 10, 1, 0}, {-H, 10, 1, 0}},
    {"eleven are ten", 735000016, 5, {{-MI, 27}}, 11, {-2 * H, 10, 1, 0}, {-H, 10, 1, 0}},
    {"afar hours ago and near", 735000017, 5, {{-3 * H, 27}}, 1, {-6 * H, 1, 1, 0}, {-6 * H, 1, 1, 0}},
    {"afar hours ago and ten", 735000018, 5, {{-3 * H, 27}}, 10, {-2 * H, 10, 1, 0}, {-H, 10, 1, 0}},
    {"nine and one in the block", 735000019, 5, {{-MI, 27}, {1, 1}}, 9, {-6 * H, 9, 1, 0}, {-6 * H, 9, 1, 0}},
    {"a station by its word", 735000020, 4, {{-24 * H, 4}}, 0, {-24 * H, 0, 0, 1}, {NO, 0, 0, 0}},
    {"a station, longer ago", 735000021, 4, {{-24 * H - 1, 4}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"a station, two hours", 735000022, 4, {{-2 * H - 1, 4}}, 0, {-24 * H, 0, 0, 1}, {NO, 0, 0, 0}},
    {"a station, lately", 735000023, 4, {{-MI, 4}}, 0, {-24 * H, 1, 0, 1}, {-24 * H, 1, 0, 1}},
    {"a station in the block", 735000024, 4, {{1, 4}}, 0, {NO, 0, 0, 0}, {-24 * H, 0, 0, 1}},
    {"a station by its number", 2735001, 4, {{-20 * H, 1}}, 0, {-24 * H, 0, 0, 1}, {NO, 0, 0, 0}},
    {"and lately", 2735002, 4, {{-MI, 1}}, 0, {-24 * H, 1, 0, 1}, {-24 * H, 1, 0, 1}},
    {"the last such number", 7999999, 4, {{-20 * H, 1}}, 0, {-24 * H, 0, 0, 1}, {NO, 0, 0, 0}},
    {"no such number", 1999999, 5, {{-20 * H, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"an aid by its number", 997350001, 21, {{-20 * H, 1}}, 0, {-24 * H, 0, 0, 1}, {NO, 0, 0, 0}},
    {"no aid", 990000001, 5, {{-20 * H, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"a device", 970000001, 1, {{-24 * H, 1}}, 0, {-24 * H, 0, 0, 0}, {-24 * H, 0, 0, 0}},
    {"a device, longer ago", 970000002, 1, {{-24 * H - 1, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"a device, lately", 970000003, 1, {{-MI, 1}}, 0, {-24 * H, 1, 0, 0}, {-24 * H, 1, 0, 0}},
    {"a device in the block", 970000004, 1, {{1, 1}}, 0, {NO, 0, 0, 0}, {-24 * H, 0, 0, 0}},
    {"the first device", 970000000, 1, {{-20 * H, 1}}, 0, {-24 * H, 0, 0, 0}, {-24 * H, 0, 0, 0}},
    {"the last device", 979999999, 1, {{-20 * H, 1}}, 0, {-24 * H, 0, 0, 0}, {-24 * H, 0, 0, 0}},
    {"before the devices", 969999999, 1, {{-20 * H, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"behind the devices", 980000000, 1, {{-20 * H, 1}}, 0, {NO, 0, 0, 0}, {NO, 0, 0, 0}},
    {"said nothing else", 735000030, 0, {{-MI, 1}}, 0, {-2 * H, 1, 0, 0}, {-H, 1, 0, 0}},
};
#define CASES (sizeof cases / sizeof *cases)

/* How many of the reports of a case lie in [since, until). */
static uint64_t reports_in(const struct find_case *c, int64_t since_us, int64_t until_us)
{
    uint64_t n = 0;
    for (int64_t us = -26 * H + 7 * MI; c->keep && us < 0; us += 10 * MI)
        n += us >= since_us && us < until_us;
    for (size_t i = 0; i < 2 && c->said[i].message; i++)
        n += c->said[i].us >= since_us && c->said[i].us < until_us;
    for (int i = 0; i < c->more; i++)
        n += (i - 45) * MI >= since_us && (i - 45) * MI < until_us;
    return n;
}

static void is_found(const struct find_case *c, const struct found *expected, int64_t until_us)
{
    const struct vg_past *past = vg_pasts_find(&pasts, c->mmsi);
    if (!past != (expected->since_us == NO))
        fail_msg("%s: %s", c->what, past ? "found" : "not found");
    if (!past)
        return;
    if (past->from_us - now_us != expected->since_us)
        fail_msg("%s: since %lld s", c->what, (long long)((past->from_us - now_us) / VG_SECOND_US));
    if (past->near != expected->near || past->far != expected->far || past->fixed != expected->fixed || past->again)
        fail_msg("%s: near %u, far %d, fixed %d, again %d", c->what, past->near, past->far, past->fixed, past->again);
    if (past->contact.reports != reports_in(c, expected->since_us, until_us))
        fail_msg("%s: %llu reports", c->what, (unsigned long long)past->contact.reports);
}

static void fill_cases(void)
{
    archive_begin(&archive, "Manta");
    for (size_t k = 0; k < CASES; k++) {
        const struct find_case *c = &cases[k];
        keep_alive(c->mmsi, c->keep);
        for (size_t i = 0; i < 2 && c->said[i].message; i++)
            archive_add(&archive, placed(c->mmsi, c->said[i].us, c->said[i].message));
        for (int i = 0; i < c->more; i++)
            archive_add(&archive, placed(c->mmsi, (i - 45) * MI, 1));
    }
    struct vg_report r = seen_at(735000099, 0, 1, 0, 0); /* elsewhere */
    r.time_us = now_us - MI;
    archive_add(&archive, r);
    open_archive();
}

/* The moment lies in an hour, or is where one begins. */
static const int64_t moments_us[] = {BEGIN_US + 48 * H, BEGIN_US + 48 * H + 1234567891};

static void who_may_be_shown_at_a_moment_is_read_as_far_back_as_it_matters(void **state)
{
    (void)state;
    for (size_t m = 0; m < 2; m++) {
        now_us = moments_us[m];
        fill_cases();
        job.ask.from_us = now_us;
        job.ask.to_us = now_us + 1;
        assert_int_equal(vg_pasts_between(&pasts, &job, store, now_us, now_us + 1), VG_OK);
        for (size_t k = 0; k < CASES; k++)
            is_found(&cases[k], &cases[k].at, 1);
        assert_null(vg_pasts_find(&pasts, 735000099));
        close_archive();
    }
}

static void who_may_be_shown_in_a_block_is_read_until_it_begins(void **state)
{
    (void)state;
    for (size_t m = 0; m < 2; m++) {
        now_us = moments_us[m];
        fill_cases();
        assert_int_equal(vg_pasts_before(&pasts, &job, store, now_us, now_us + 10 * MI), VG_OK);
        for (size_t k = 0; k < CASES; k++)
            is_found(&cases[k], &cases[k].block, 0);
        assert_null(vg_pasts_find(&pasts, 735000099));
        close_archive();
    }
}

/* What is only sent by base stations and aids is sought for 24 hours, type 27 for six, all else for two. */
static void each_message_is_sought_for_as_long_as_its_sender_may_be_silent(void **state)
{
    (void)state;
    now_us = moments_us[0];
    archive_begin(&archive, "Manta");
    for (uint8_t m = 1; m <= VG_AIS_MESSAGE_MAX; m++)
        archive_add(&archive, placed(735001000 + m, -3 * H, m));
    open_archive();
    assert_int_equal(vg_pasts_between(&pasts, &job, store, now_us, now_us + 1), VG_OK);
    for (uint8_t m = 1; m <= VG_AIS_MESSAGE_MAX; m++) {
        bool fixed = vg_class_is_fixed(vg_message_class(m));
        if ((vg_pasts_find(&pasts, 735001000 + m) != NULL) != (fixed || m == 27))
            fail_msg("message %u", m);
    }
    close_archive();
}

/* ---- what is open is read again, from 24 hours before ---- */

static void hold(uint32_t mmsi, int count)
{
    static const double places[][2] = {{60, 10}, {0, 40}, {-150, -40}, {120, 70}}; /* no two agree */
    for (int i = 0; i < 5; i++)
        archive_add(&archive, placed(mmsi, (i - 55) * MI, 1));
    for (int i = 0; i < count; i++) {
        struct vg_report r = seen_at(mmsi, 0, 1, places[i][0], places[i][1]);
        r.time_us = now_us + (i - 40) * MI;
        archive_add(&archive, r);
    }
    archive_add(&archive, placed(mmsi, -35 * MI, 1));
}

static void says(uint32_t mmsi, const char *messages) /* one a minute */
{
    for (int64_t i = 0; messages[i]; i++)
        archive_add(&archive, placed(mmsi, (i - 50) * MI, (uint8_t)messages[i]));
}

static void what_is_left_open_is_read_again_from_24_hours_before(void **state)
{
    (void)state;
    static const struct {
        uint32_t mmsi;
        int held; /* positions held apart */
        const char *messages;
        bool again;
    } rows[] = {
        {735000001, 2, "", false},
        {735000002, 3, "", true},
        {735000003, 4, "", true},
        {735000004, 0, "\1", false},
        {735000005, 0, "\22\1", true}, /* class B, and then A */
        {735000006, 0, "\22\22\22\22\22\22\22\22\22\22\1", false},
        {735000007, 0, "\22\22\22\22\22\22\22\22\22\1", true},
        {735000008, 0, "\33", true}, /* afar alone */
        {735000009, 0, "\33\33\33", true},
        {735000010, 0, "\33\1", false},
        {735000011, 0, "\22", false},
        {735000012, 0, "\4", false},
        {970000001, 0, "\33", false},
    };
    for (int block = 0; block < 2; block++) {
        now_us = moments_us[1];
        archive_begin(&archive, "Manta");
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].held)
                hold(rows[i].mmsi, rows[i].held);
            says(rows[i].mmsi, rows[i].messages);
            struct vg_report r = told(rows[i].mmsi, -23 * H, 5); /* that is not read otherwise */
            r.fields = VG_FIELD_BIT(CALLSIGN);
            snprintf(r.callsign, sizeof r.callsign, "LONGAGO");
            archive_add(&archive, r);
        }
        open_archive();
        assert_int_equal(block ? vg_pasts_before(&pasts, &job, store, now_us, now_us + 10 * MI)
                               : vg_pasts_between(&pasts, &job, store, now_us, now_us + 1),
                         VG_OK);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const struct vg_past *past = vg_pasts_find(&pasts, rows[i].mmsi);
            bool whole = past->again || past->fixed || rows[i].mmsi >= 970000000; /* read as far back anyway */
            if (past->again != rows[i].again || (past->from_us == now_us - 24 * H) != whole)
                fail_msg("row %zu: again %d", i, past->again);
            if (!past->fixed) /* a base station's word is not type 5 */
                assert_int_equal(*past->contact.callsign != '\0', whole);
        }
        close_archive();
    }
}

/* ---- who is shown ---- */

static void who_is_shown_is_in_the_box_and_not_silent(void **state)
{
    (void)state;
    now_us = moments_us[1];
    archive_begin(&archive, "Manta");
    archive_add(&archive, placed(735000001, -30 * MI + 1000, 1));
    archive_add(&archive, placed(735000002, -30 * MI, 1)); /* silent for too long */
    for (int i = 0; i < 2; i++) {                          /* she leaves */
        struct vg_report r = seen_at(735000003, 0, 1, i ? -78.99 : -79.01, -2);
        r.time_us = now_us - (i ? 1 : 10 * MI);
        archive_add(&archive, r);
    }
    archive_add(&archive, placed(735000004, 0, 1));
    open_archive();
    assert_int_equal(vg_pasts_at(&pasts, &job, store, now_us), VG_OK);
    assert_true(vg_pasts_find(&pasts, 735000001)->placed);
    assert_false(vg_pasts_find(&pasts, 735000002)->placed);
    assert_false(vg_pasts_find(&pasts, 735000003)->placed);
    assert_int_equal(vg_pasts_find(&pasts, 735000003)->contact.held_count, 0);
    assert_true(vg_pasts_find(&pasts, 735000004)->placed);
    close_archive();
}

/* ---- names ---- */

/* All that class B says of herself. */
static void tell_all(uint32_t mmsi, int64_t us, const char *name)
{
    struct vg_report r = told(mmsi, us, 19);
    r.fields = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS);
    snprintf(r.name, sizeof r.name, "%s", name);
    snprintf(r.callsign, sizeof r.callsign, "CALL");
    r.shiptype = 37;
    r.to_bow_m = 5;
    archive_add(&archive, r);
}

/* Hour by hour, the newest first: the hour of the moment and the 23 before it. */
static void names_are_sought_in_24_hours(void **state)
{
    (void)state;
    now_us = moments_us[1];
    const int64_t hour_us = -(1234567891 % H); /* its beginning, after the moment */
    static const char *const names[] = {"", "OLD", "NEW"};
    const struct {
        int64_t us[2]; /* when the old and the new name were told; 0: never */
        int name;
    } rows[] = {
        {{0, 0}, 0},
        {{-3 * H, 0}, 1},
        {{-4 * H, -3 * H}, 2},
        {{hour_us - 23 * H, 0}, 1},
        {{hour_us - 23 * H - 1, 0}, 0},
        {{hour_us - 23 * H - 1, -5 * H}, 2},
        {{-3 * H, -MI}, 2}, /* in what is read anyway */
    };
    archive_begin(&archive, "Manta");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t mmsi = 735000001 + (uint32_t)i;
        archive_add(&archive, placed(mmsi, -MI, 18));
        for (int k = 0; k < 2; k++)
            if (rows[i].us[k])
                tell_all(mmsi, rows[i].us[k], names[k + 1]);
    }
    open_archive();
    assert_int_equal(vg_pasts_at(&pasts, &job, store, now_us), VG_OK);
    assert_int_equal(vg_pasts_name(&pasts, &job, store, VG_PASTS_WORDS, now_us + 1), VG_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct vg_past *past = vg_pasts_find(&pasts, 735000001 + (uint32_t)i);
        if (strcmp(past->contact.name, names[rows[i].name]) != 0)
            fail_msg("row %zu: %s", i, past->contact.name);
        assert_int_equal(vg_past_is_told(past), rows[i].name != 0);
        assert_true(past->placed);
    }
    close_archive();
}

/* Who has told all, and tells it again and again, does not end the search for the others. */
static void one_is_sought_until_all_have_told(void **state)
{
    (void)state;
    now_us = moments_us[0];
    archive_begin(&archive, "Manta");
    archive_add(&archive, placed(735000001, -MI, 18));
    archive_add(&archive, placed(735000002, -MI, 18));
    for (int i = 0; i < 10; i++)
        tell_all(735000001, -3 * H - i * MI, "OFTEN");
    tell_all(735000002, -20 * H, "ONCE");
    open_archive();
    assert_int_equal(vg_pasts_at(&pasts, &job, store, now_us), VG_OK);
    assert_int_equal(vg_pasts_name(&pasts, &job, store, VG_PASTS_WORDS, now_us + 1), VG_OK);
    assert_string_equal(vg_pasts_find(&pasts, 735000001)->contact.name, "OFTEN");
    assert_string_equal(vg_pasts_find(&pasts, 735000002)->contact.name, "ONCE");
    close_archive();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_be_shown_at_a_moment_is_read_as_far_back_as_it_matters),
        cmocka_unit_test(who_may_be_shown_in_a_block_is_read_until_it_begins),
        cmocka_unit_test(each_message_is_sought_for_as_long_as_its_sender_may_be_silent),
        cmocka_unit_test(what_is_left_open_is_read_again_from_24_hours_before),
        cmocka_unit_test(who_is_shown_is_in_the_box_and_not_silent),
        cmocka_unit_test(names_are_sought_in_24_hours),
        cmocka_unit_test(one_is_sought_until_all_have_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
