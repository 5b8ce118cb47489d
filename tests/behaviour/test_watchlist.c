/* Watch lists: what is read and refused, and which vessels a row means. */
#include "base/out.h"
#include "behaviour/watch_list.h"
#include "sail.h"

#define HEADER    "list,date,basis,expires,imo,mmsi,callsign,name,flag,note\r\n"
#define ROW(rest) "IUU,2026-01-02,\"Art. 3, Law 7\"," rest "\r\n"

static struct vg_watch_list *list_of(const char *text)
{
    struct vg_watch_list *list = NULL;
    char *error = NULL;
    if (vg_watch_list_read(text, strlen(text), "list.csv", &list, &error))
        fail_msg("%s", error);
    return list;
}

static void rows_are_read_with_quotes_columns_in_any_order_and_no_others(void **state)
{
    (void)state;
    struct vg_watch_list *list = list_of("\xEF\xBB\xBFname,callsign,basis,list,date,imo\n"
                                         "\"EL \"\"NI\xC3\x91O\"\" 2\",HC 4-711,\"A\nB\",IUU,2026-01-02,IMO 9074729\n");
    const struct vg_watch_row *row = vg_watch_list_get(list, 0);
    assert_int_equal(vg_watch_list_count(list), 1);
    assert_string_equal(row->name, "ELNINO2");
    assert_string_equal(row->callsign, "HC4711");
    assert_int_equal(row->imo, 9074729);
    assert_true(row->expires_us == INT64_MAX);
    vg_watch_list_free(list);
    list = list_of(HEADER);
    assert_int_equal(vg_watch_list_count(list), 0);
    assert_int_equal(vg_watch_list_count(NULL), 0);
    vg_watch_list_free(list);
}

static void a_wrong_row_refuses_the_file_with_its_line_and_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line, *expected;
    } cases[] = {
        {"", "line 1", "a header was expected"},
        {"list,date\nA,2026-01-01\n", "line 1", "a column 'basis' was expected"},
        {"list,date,basis,expiry\n", "line 1", "one of list, date"},
        {"list,date,basis,list\n", "line 1", "'list' twice"},
        {HEADER ROW(",,,,EL NINO,,"), "line 2", "a name alone is no identity"},
        {HEADER ROW(",,,HC1,,,"), "line 2", "a name alone is no identity"},
        {HEADER ROW(",,,,,,"), "line 2", "a name alone is no identity"},
        {HEADER ROW(",9074729,,,,,") ROW(",9074728,,,,,"), "line 3", "an IMO number whose last digit fits"},
        {HEADER ROW(",907472,,,,,"), "line 2", "an IMO number, seven digits"},
        {HEADER ROW(",,73500001,,,,"), "line 2", "an MMSI, nine digits"},
        {HEADER ROW(",,73500001x,,,,"), "line 2", "an MMSI, nine digits"},
        {HEADER ROW("2026-02-30,9074729,,,,,"), "line 2", "expires: a day such as"},
        {HEADER ROW("2025-12-31,9074729,,,,,"), "line 2", "not before the list's date"},
        {HEADER "IUU,2.1.2026,L,,9074729,,,,,\n", "line 2", "date: a day such as"},
        {HEADER "IUU,,L,,9074729,,,,,\n", "line 2", "date: it is demanded"},
        {HEADER "IUU,2026-01-02,,,9074729,,,,,\n", "line 2", "basis: it is demanded"},
        {HEADER ",2026-01-02,L,,9074729,,,,,\n", "line 2", "list: it is demanded"},
        {HEADER "A: B,2026-01-02,L,,9074729,,,,,\n", "line 2", "list: a name without"},
        {HEADER ROW(",9074729,,,,ec,"), "line 2", "flag: a country"},
        {HEADER ROW(",9074729,,,,,") "\n" ROW(",9074729,,,"), "line 4", "10 cells were expected"},
        {HEADER "\"IUU,2026-01-02,L,,9074729,,,,,\n", "line 2", "expected"},
        {HEADER "IUU,2026-01-02,a\x1B[31m,,9074729,,,,,\n", "line 2", "without control characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vg_watch_list *list = NULL;
        char *error = NULL;
        if (!vg_watch_list_read(cases[i].text, strlen(cases[i].text), "list.csv", &list, &error) || !error ||
            strncmp(error, "list.csv: ", 10) != 0 || !strstr(error, cases[i].line) || !strstr(error, cases[i].expected))
            fail_msg("case %zu: %s", i, error ? error : "no error");
        assert_null(list);
        free(error);
    }
}

static size_t find(const struct vg_watch_list *list, uint32_t mmsi, uint32_t imo, const char *callsign,
                   const char *name, struct vg_watch_match *ret)
{
    unsigned contradicted;
    const struct vg_watch_said said = {
        .mmsi = mmsi, .imo = imo, .callsign = callsign, .name = name, .time_us = SAIL_START_US};
    return vg_watch_list_find(list, &said, ret, &contradicted);
}

static void a_name_alone_never_matches_and_each_identity_is_as_sure_as_it_is(void **state)
{
    (void)state;
    struct vg_watch_match found[VG_WATCH_MATCHES];
    struct vg_watch_list *list = list_of(HEADER ROW(",9074729,735000001,HC1,EL NINO,EC,seen at night"));
    assert_int_equal(find(list, 999, 0, NULL, "EL NINO", found), 0);
    assert_int_equal(find(list, 999, 0, "HC1", NULL, found), 0);
    assert_int_equal(find(list, 999, 0, "HC2", "EL NINO", found), 0);
    assert_int_equal(find(list, 999, 0, "HC1", "el ni\xC3\xB1o", found), 1);
    assert_int_equal(found[0].by, VG_WATCH_BY_CALLSIGN);
    assert_int_equal(find(list, 735000001, 0, NULL, NULL, found), 1);
    assert_int_equal(found[0].by, VG_WATCH_BY_MMSI);
    assert_int_equal(find(list, 735000001, 9074729, "HC1", "EL NINO", found), 1);
    assert_int_equal(found[0].by, VG_WATCH_BY_IMO);
    assert_int_equal(find(list, 1, 9074729, "XX", "OTHER", found), 1); /* sold, renamed: the hull is the same */
    /* another valid number contradicts whatever is alike; one that is none does not */
    assert_int_equal(find(list, 735000001, 9319466, "HC1", "EL NINO", found), 0);
    assert_int_equal(find(list, 735000001, 9319467, "HC1", "EL NINO", found), 1);
    assert_true(vg_watch_sure(VG_WATCH_BY_IMO) > vg_watch_sure(VG_WATCH_BY_CALLSIGN));
    assert_true(vg_watch_sure(VG_WATCH_BY_CALLSIGN) > vg_watch_sure(VG_WATCH_BY_MMSI));
    vg_watch_list_free(list);
}

static void a_row_holds_to_the_end_of_the_day_on_which_it_expires(void **state)
{
    (void)state;
    struct vg_watch_match found[VG_WATCH_MATCHES];
    struct vg_watch_list *list = list_of(HEADER ROW("2026-03-14,9074729,,,,,"));
    assert_int_equal(find(list, 1, 9074729, NULL, NULL, found), 0);
    vg_watch_list_free(list);
    list = list_of(HEADER ROW("2026-03-15,9074729,,,,,") ROW(",9074729,,,,,"));
    assert_int_equal(find(list, 1, 9074729, NULL, NULL, found), 2);
    char text[160];
    vg_watch_text(&found[0], text, sizeof text);
    assert_string_equal(text, "IUU: IMO 9074729; Art. 3, Law 7; of 2026-01-02; until 2026-03-15");
    vg_watch_text(&found[1], text, sizeof text);
    assert_string_equal(text, "IUU: IMO 9074729; Art. 3, Law 7; of 2026-01-02");
    vg_watch_list_free(list);
}

static void a_long_basis_is_cut_and_the_dates_stay(void **state)
{
    (void)state;
    struct vg_watch_match found[VG_WATCH_MATCHES];
    char text[VG_EVENT_TEXT], csv[600], basis[161];
    for (int i = 0; i < 160; i += 2)
        basis[i] = (char)0xC3, basis[i + 1] = (char)0xA9;
    basis[160] = '\0';
    snprintf(csv, sizeof csv, "%sL23456789012345678901234567890123456789,2026-01-02,%s,2027-01-02,,,%s", HEADER, basis,
             "HC12345,A234567890123456789,,\n");
    struct vg_watch_list *list = list_of(csv);
    assert_int_equal(find(list, 1, 0, "HC12345", "A234567890123456789", found), 1);
    vg_watch_text(&found[0], text, sizeof text);
    assert_true(strlen(text) < sizeof text && strlen(text) > 155);
    assert_non_null(strstr(text, "\xC3\xA9…; of 2026-01-02; until 2027-01-02"));
    vg_watch_list_free(list);
}

static void she_is_told_once_when_she_is_seen_and_again_when_it_is_surer(void **state)
{
    (void)state;
    struct vg_watch_list *list = list_of(HEADER ROW(",9074729,735000001,,,,") ROW("2026-03-15,,735000009,,,,"));
    struct sail *s = sail_new(list);
    struct sail_boat b = sail_boat_of(735000001, 70, -86, -1), other = sail_boat_of(735000002, 70, -87, -1);
    sail_on(s, &other, 10, 90, 30, 60);
    assert_int_equal(sail_count(s, VG_EVENT_WATCHLIST), 0);
    sail_on(s, &b, 10, 90, 60, 60);
    const struct vg_event *e = sail_heard(s, VG_EVENT_WATCHLIST, "IUU: MMSI 735000001");
    assert_non_null(e);
    assert_true(e->confidence == 0.8 && e->begin_us == SAIL_START_US + VG_MINUTE_US && e->places == 1);
    const size_t told = s->told;
    sail_says(s, &b, 9074729, NULL, NULL);
    assert_int_equal(s->told, told + 1);
    e = sail_heard(s, VG_EVENT_WATCHLIST, "IUU: IMO 9074729");
    assert_true(e && e->confidence == 0.99);
    assert_int_equal(sail_count(s, VG_EVENT_WATCHLIST), 1);
    for (int i = 0; i < 10; i++)
        sail_says(s, &b, 9074729, NULL, NULL);
    assert_int_equal(s->told, told + 1);
    const int64_t heard_us = b.time_us;
    vg_behaviours_advance(s->behaviours, b.time_us + 7 * VG_HOUR_US);
    e = sail_heard(s, VG_EVENT_WATCHLIST, "IUU: ");
    assert_int_equal(e->state, VG_EVENT_ENDED);
    assert_true(e->end_us == heard_us);
    /* a day later the other row has expired: nothing */
    struct sail_boat late = sail_boat_of(735000009, 70, -86, -1);
    late.time_us += 30 * VG_HOUR_US;
    sail_on(s, &late, 10, 90, 30, 60);
    assert_int_equal(sail_count(s, VG_EVENT_WATCHLIST), 1);
    sail_free(s);
    vg_watch_list_free(list);
}

static void an_imo_number_that_contradicts_withdraws_what_an_mmsi_said(void **state)
{
    (void)state;
    struct vg_watch_list *list = list_of(HEADER ROW(",9074729,735000001,,,,"));
    struct sail *s = sail_new(list);
    struct sail_boat b = sail_boat_of(735000001, 70, -86, -1);
    sail_on(s, &b, 10, 90, 10, 60);
    assert_int_equal(sail_count(s, VG_EVENT_WATCHLIST), 1);
    sail_says(s, &b, 9319466, NULL, NULL);
    assert_int_equal(sail_count(s, VG_EVENT_WATCHLIST), 0);
    assert_int_equal(s->event[0].state, VG_EVENT_WITHDRAWN);
    assert_true(vg_behaviours_counters(s->behaviours)->watch_contradicted > 0);
    sail_free(s);
    vg_watch_list_free(list);
}

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return VG_OK;
}

static void saved_behaviours_go_on_with_the_list_and_end_what_is_on_it_no_more(void **state)
{
    (void)state;
    struct vg_watch_list *list = list_of(HEADER ROW(",,735000001,,,,")), *other = list_of(HEADER);
    struct sail *s = sail_new(list);
    struct sail_boat b = sail_boat_of(735000001, 70, -86, -1);
    sail_on(s, &b, 10, 90, 10, 60);
    struct vg_out bytes = vg_out_growing(64 << 20);
    char buf[4096];
    struct vg_out out = vg_out_stream(buf, sizeof buf, keep, &bytes);
    vg_behaviours_save(s->behaviours, &out);
    vg_out_flush(&out);
    struct sail *again = sail_new(list);
    assert_int_equal(vg_behaviours_load(again->behaviours, bytes.buf, bytes.len), VG_OK);
    assert_true(vg_behaviours_hash(again->behaviours) == vg_behaviours_hash(s->behaviours));
    sail_on(again, &b, 10, 90, 30, 60);
    assert_int_equal(again->told, 0); /* it was told before */
    vg_behaviours_set_watch_list(again->behaviours, other);
    sail_on(again, &b, 10, 90, 30, 60);
    assert_int_equal(again->told, 1);
    assert_int_equal(again->event[0].state, VG_EVENT_ENDED);
    assert_true(again->event[0].id == s->event[0].id);
    vg_out_free(&bytes);
    sail_free(s);
    sail_free(again);
    vg_watch_list_free(list);
    vg_watch_list_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_with_quotes_columns_in_any_order_and_no_others),
        cmocka_unit_test(a_wrong_row_refuses_the_file_with_its_line_and_what_was_expected),
        cmocka_unit_test(a_name_alone_never_matches_and_each_identity_is_as_sure_as_it_is),
        cmocka_unit_test(a_row_holds_to_the_end_of_the_day_on_which_it_expires),
        cmocka_unit_test(a_long_basis_is_cut_and_the_dates_stay),
        cmocka_unit_test(she_is_told_once_when_she_is_seen_and_again_when_it_is_surer),
        cmocka_unit_test(an_imo_number_that_contradicts_withdraws_what_an_mmsi_said),
        cmocka_unit_test(saved_behaviours_go_on_with_the_list_and_end_what_is_on_it_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
