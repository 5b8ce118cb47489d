/* What was observed, in words: each kind has its sentence in both languages, and nothing in it is left to fill in. */
#include "../test.h"
#include "behaviour/event.h"
#include "evidence/alert_sheet.h"

static void sheet_of(enum vg_language language, const char *kind, const char *state, const char *end, const char *text,
                     struct vg_out *out)
{
    json_t *detail = json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s,s:{}},s:[{s:s,s:s}]}", "event", "id", "00000000000000a1",
                               "kind", kind, "state", state, "begin", "2026-11-30T02:00:00Z", "end", end, "text", text,
                               "numbers", "vessels", "name", "ALFA", "contact", "00000000000000b1");
    assert_non_null(detail);
    *out = vg_out_growing(1 << 20);
    struct vg_sheet sheet = {.out = out, .language = language};
    vg_alert_sheet(&sheet, detail);
    vg_sheet_end(&sheet);
    vg_out_char(out, '\0');
    assert_int_equal(out->err, VG_OK);
    json_decref(detail);
}

static void says(enum vg_language language, const char *kind, const char *state, const char *end, const char *text,
                 const char *words)
{
    struct vg_out out;
    sheet_of(language, kind, state, end, text, &out);
    if (!strstr(out.buf, words))
        fail_msg("%s does not say '%s' but: %s", kind, words, out.buf);
    vg_out_free(&out);
}

static void each_kind_has_a_whole_sentence(void **state)
{
    static const char *const ends[] = {"2026-11-30T02:00:00Z", "2026-11-30T03:10:00Z"};
    static const char *const states[] = {"ongoing", "ended"};
    (void)state;
    for (int kind = 0; kind < VG_EVENT_KINDS; kind++)
        for (int i = 0; i < 8; i++) {
            struct vg_out out;
            sheet_of(i & 1 ? VG_LANGUAGE_ES : VG_LANGUAGE_EN, vg_event_kind_key((enum vg_event_kind)kind),
                     states[i >> 1 & 1], ends[i >> 2 & 1], "Roads", &out);
            assert_non_null(strstr(out.buf, "ALFA"));
            assert_non_null(strstr(out.buf, "2026-11-30T02:00:00Z"));
            if (strpbrk(out.buf, "{}"))
                fail_msg("%s: %s", vg_event_kind_key((enum vg_event_kind)kind), out.buf);
            vg_out_free(&out);
        }
}

static void what_goes_on_is_told_otherwise_than_what_is_over(void **state)
{
    (void)state;
    says(VG_LANGUAGE_EN, "drift", "ongoing", "2026-11-30T03:10:00Z", "",
         "since 2026-11-30T02:00:00Z (1 h 10 min so far)");
    says(VG_LANGUAGE_EN, "drift", "ended", "2026-11-30T03:10:00Z", "",
         "from 2026-11-30T02:00:00Z to 2026-11-30T03:10:00Z (1 h 10 min)");
    says(VG_LANGUAGE_EN, "close_quarters", "ongoing", "2026-11-30T02:10:00Z", "", "ALFA will pass close");
    says(VG_LANGUAGE_EN, "close_quarters", "ended", "2026-11-30T02:10:00Z", "", "ALFA passed close");
    says(VG_LANGUAGE_ES, "distress", "ended", "2026-11-30T02:10:00Z", "", "ALFA pidió auxilio de 2026");
}

static void a_text_is_told_by_its_kind(void **state)
{
    (void)state;
    says(VG_LANGUAGE_ES, "watchlist", "ended", "2026-11-30T02:10:00Z",
         "OROP 2026: MMSI 735000001; Res. 1; of 2026-01-05", "de la lista OROP 2026. Una entrada no prueba nada");
    says(VG_LANGUAGE_EN, "area", "ended", "2026-11-30T02:10:00Z", "Roads: North: enter",
         "ALFA was in Roads: North, where");
    says(VG_LANGUAGE_ES, "gate", "ended", "2026-11-30T02:00:00Z", "off", "ALFA cruzó off a las");
    says(VG_LANGUAGE_ES, "anomaly", "ended", "2026-11-30T02:10:00Z", "back", "volvió atrás");
    says(VG_LANGUAGE_ES, "spoofing", "ended", "2026-11-30T02:10:00Z", "positions on land", "posiciones en tierra");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_kind_has_a_whole_sentence),
                                       cmocka_unit_test(what_goes_on_is_told_otherwise_than_what_is_over),
                                       cmocka_unit_test(a_text_is_told_by_its_kind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
