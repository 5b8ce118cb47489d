/* A case: one file that people can read and that verifies, whatever a vessel is called. */
#include "../alert/events.h"
#undef T0_US
#include "../journal/room.h"
#include "evidence/case.h"
#include "journal/exhibit.h"
#include "journal/verify.h"

static const char yaml[] = "rules:\n  - {name: all, kinds: [drift, gap], severity: caution}\n";

static struct vg_alert_book *book;
static struct vg_journal *journal;

static uint64_t tell_of(const char *name, uint32_t mmsi, const uint64_t *place, size_t count)
{
    struct vg_alert_told told = told_at(mmsi % 2 ? VG_EVENT_DRIFT : VG_EVENT_GAP, mmsi, 0);
    told.event.places = 0;
    for (size_t i = 0; i < count; i++)
        vg_event_place(&told.event, place[i]);
    snprintf(told.subject[0].name, sizeof told.subject[0].name, "%s", name);
    tell(book, told);
    return vg_alert_id_of(told.event.id, "all");
}

static void begin(const char *dir)
{
    book = book_open(NULL, yaml);
    journal = open_journal(dir, NULL);
}

static void finish(void)
{
    vg_alert_book_close(book);
    vg_journal_close(journal, NULL);
}

static struct vg_case case_of(const char *name, uint64_t alert)
{
    struct vg_case c = {.who = "Ana", .count = 1, .alert = {alert}, .made_us = 1700000000 * VG_SECOND_US};
    snprintf(c.name, sizeof c.name, "%s", name);
    return c;
}

static enum vg_err write_case(const char *dir, const struct vg_case *c, struct vg_out *out, enum vg_proof_state *state)
{
    const struct vg_evidence_of of = {.book = book, .journal_dir = dir};
    const char *why = NULL;
    *out = vg_out_growing(1 << 24);
    enum vg_err err = vg_case_write(&of, c, out, state, &why);
    assert_non_null(why);
    vg_out_char(out, '\0');
    out->len--;
    return err;
}

static bool is_good(const struct vg_out *out)
{
    struct vg_verify_options how = {0};
    struct vg_verify_result v;
    assert_int_equal(vg_verify_exhibit(out->buf, out->len, &how, &v), VG_OK);
    return v.findings == 0;
}

static void has(const struct vg_out *out, const char *text)
{
    if (!strstr(out->buf, text))
        fail_msg("it does not say: %s", text);
}

static void a_case_says_what_was_seen_and_verifies(void **state)
{
    const char *dir = in(*state, "j");
    begin(dir);
    const uint64_t place[2] = {append(journal, 1), append(journal, 2)};
    turn(journal);
    const uint64_t alert = tell_of("MANTA EXPRESS", 11, place, 2);
    assert_int_equal(act(book, alert, VG_ALERT_ACTION_ACKNOWLEDGE, "Luis", "I look"), VG_OK);
    static const struct {
        enum vg_language language;
        const char *has[11];
    } rows[] = {
        {VG_LANGUAGE_EN,
         {"<html lang=\"en\">", "MANTA EXPRESS seems to move with wind and current only", "What speaks against it",
          "Waiting for orders", "<td>Luis</td><td>I look</td>", "Exported in a case", "<td>Case: Night</td>",
          "median speed", "<h3>drift.c</h3>", "vigia verify case.html", NULL}},
        {VG_LANGUAGE_ES,
         {"<html lang=\"es\">", "MANTA EXPRESS parece moverse", "Lo que habla en contra", "En espera de órdenes",
          "Exportada en un caso", "Trazabilidad de ese reloj a UTC", "no se conoce", NULL}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_case c = case_of("Night", alert);
        struct vg_out out;
        enum vg_proof_state ready;
        c.language = rows[i].language;
        snprintf(c.notes, sizeof c.notes, "first\nsecond");
        assert_int_equal(write_case(dir, &c, &out, &ready), VG_OK);
        assert_int_equal(ready, VG_PROOF_READY);
        assert_true(is_good(&out));
        for (int k = 0; rows[i].has[k]; k++)
            has(&out, rows[i].has[k]);
        has(&out, "<p>first<br>\nsecond</p>");
        static const char *const never[] = {"guilty", "suspect", "target", "hostile", "threat", "culpable", "sospech"};
        const size_t text = (size_t)(strstr(out.buf, VG_EXHIBIT_BUNDLE) - out.buf);
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            if (memmem(out.buf, text, never[k], strlen(never[k])))
                fail_msg("it says %s", never[k]);
        vg_out_free(&out);
    }
    finish();
}

static void nothing_that_anybody_is_called_runs(void **state)
{
    const char *dir = in(*state, "j");
    static const char hostile[] = "</script><script>x";
    begin(dir);
    const struct vg_journal_entry e = {
        .source = 1, .name = "</script><img src=x>", .received_us = T0_US, .bytes = hostile, .len = sizeof hostile - 1};
    const uint64_t place = vg_journal_append(journal, &e);
    turn(journal);
    const uint64_t alert = tell_of(hostile, 11, &place, 1);
    struct vg_case c = case_of("</script><script>alert(1)</script>", alert);
    struct vg_out out;
    enum vg_proof_state ready;
    snprintf(c.who, sizeof c.who, "\"><svg onload=x>");
    snprintf(c.notes, sizeof c.notes, "%s", VG_EXHIBIT_BUNDLE "{}" VG_EXHIBIT_SIGNATURE);
    c.installation = "<b>";
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_OK);
    assert_true(is_good(&out));
    size_t scripts = 0, ends = 0;
    for (const char *p = out.buf; (p = strstr(p, "<script")); p++)
        scripts++;
    for (const char *p = out.buf; (p = strstr(p, "</script")); p++)
        ends++;
    assert_int_equal(scripts, 2); /* the bundle and the note: neither runs */
    assert_int_equal(ends, 2);
    static const char *const tags[] = {"<img", "<svg", "<b>"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        assert_null(strstr(out.buf, tags[i]));
    vg_out_free(&out);
    finish();
}

static void what_cannot_be_proved_is_said_or_refused(void **state)
{
    const char *dir = in(*state, "j");
    begin(dir);
    uint64_t place[2] = {append(journal, 1), 0};
    turn(journal);
    const uint64_t proved = tell_of("A", 11, place, 1), bare = tell_of("B", 13, NULL, 0);
    struct vg_case c = case_of("Both", proved);
    struct vg_out out;
    enum vg_proof_state ready;
    c.alert[c.count++] = bare;
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_OK);
    assert_true(is_good(&out));
    has(&out, "the event names no places in the journal");
    vg_out_free(&out);
    c = case_of("None", bare);
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_OK);
    assert_int_equal(ready, VG_PROOF_NO_PLACES);
    assert_int_equal(out.len, 0);
    vg_out_free(&out);
    place[1] = append(journal, 2);
    c = case_of("Soon", tell_of("C", 15, place, 2));
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_OK);
    assert_int_equal(ready, VG_PROOF_NOT_SIGNED);
    vg_out_free(&out);
    c = case_of("Nobody", 17);
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_NOT_FOUND);
    vg_out_free(&out);
    c = case_of(" ", proved);
    assert_int_equal(write_case(dir, &c, &out, &ready), VG_ARG);
    vg_out_free(&out);
    json_t *detail = shown(book, bare); /* what was refused left no step */
    assert_int_equal(json_array_size(json_object_get(detail, "history")), 2);
    json_decref(detail);
    finish();
}

static void a_file_is_named_by_the_case(void **state)
{
    static const char *const rows[][2] = {{"Night 3", "case-Night-3.html"},
                                          {"../../etc/passwd", "case-etc-passwd.html"},
                                          {"ñandú", "case-and.html"},
                                          {"", "case-.html"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[VG_CASE_FILE];
        vg_case_file_name(rows[i][0], name);
        assert_string_equal(name, rows[i][1]);
    }
    char many[400], name[VG_CASE_FILE];
    memset(many, 'a', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    vg_case_file_name(many, name);
    assert_string_equal(name + strlen(name) - 5, ".html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_case_says_what_was_seen_and_verifies), in_a_room(nothing_that_anybody_is_called_runs),
        in_a_room(what_cannot_be_proved_is_said_or_refused), cmocka_unit_test(a_file_is_named_by_the_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
