#include "journal/findings.h"

#include "journal/bundle.h"

static char *make_bundle(const char *dir, const struct vg_bundle_query *query, struct vg_bundle_stats *stats)
{
    struct vg_out out = vg_out_growing(1 << 24);
    const char *why;
    enum vg_err err = vg_bundle_write(dir, NULL, query, &out, stats, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    vg_out_char(&out, '\0');
    return out.buf;
}

static uint64_t verify_text(const char *text, struct vg_verify_result *v)
{
    struct vg_verify_options o = {.on_finding = on_finding};
    memset(found, 0, sizeof found);
    assert_int_equal(vg_verify_bundle(text, strlen(text), &o, v), VG_OK);
    return v->findings;
}

static void a_bundle_proves_its_records(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    fill(dir, NULL, 0, 300, 3);
    struct vg_bundle_query q = {.from_us = T0_US + 100000, .to_us = T0_US + 119000};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.records, 20);
    assert_int_equal(verify_text(text, &v), 0);
    assert_int_equal(v.records, 20);
    assert_int_equal(v.frames, stats.frames);
    free(text);
    uint64_t offsets[] = {vg_journal_offset(299, 60), vg_journal_offset(2, 60), vg_journal_offset(2, 61),
                          vg_journal_offset(257, 60)};
    q = (struct vg_bundle_query){
        .from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = offsets, .offset_count = 4};
    text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.frames, 3);
    assert_int_equal(stats.records, 3);
    assert_int_equal(verify_text(text, &v), 0);
    free(text);
    q = (struct vg_bundle_query){.from_us = INT64_MIN, .to_us = INT64_MAX, .source = "Manta"};
    text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.records, 300);
    assert_int_equal(verify_text(text, &v), 0);
    free(text);
}

static void a_bundle_of_a_journal_that_begins_later_proves_its_records(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    o.first = 1000000;
    fill(dir, &o, 0, 300, 3);
    uint64_t offsets[] = {vg_journal_offset(1000299, 60), vg_journal_offset(1000002, 60)};
    struct vg_bundle_query q = {
        .from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = offsets, .offset_count = 2};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.frames, 2);
    assert_int_equal(verify_text(text, &v), 0);
    char *first = strstr(text, "\"first\":1000000");
    assert_non_null(first);
    first[strlen("\"first\":100000")] = '1';
    assert_int_not_equal(verify_text(text, &v), 0);
    free(text);
}

static void every_changed_letter_of_a_bundle_is_found(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    fill(dir, NULL, 0, 5, 2);
    struct vg_bundle_query q = {.from_us = T0_US + 2000, .to_us = T0_US + 5000};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(verify_text(text, &v), 0);
    for (size_t i = 0, all = strlen(text); i < all; i += EACH_BYTE) {
        char was = text[i];
        if (was <= ' ')
            continue;
        text[i] = was == '5' ? '6' : was == '9' ? '8' : (char)(was ^ 1);
        if (!verify_text(text, &v))
            fail_msg("letter %zu, '%c' for '%c', is not noticed: %.60s", i, text[i], was, text + (i < 30 ? 0 : i - 30));
        text[i] = was;
    }
    free(text);
}

/* A bundle in which one member was changed; NULL: it stands no more in the text. */
static uint64_t verify_changed(const char *text, const char *from, const char *to)
{
    struct vg_verify_result v;
    const char *at = strstr(text, from);
    if (!at)
        fail_msg("the bundle has no %s", from);
    struct vg_out out = vg_out_growing(1 << 24);
    vg_out_bytes(&out, text, (size_t)(at - text));
    vg_out_text(&out, to);
    vg_out_text(&out, at + strlen(from));
    vg_out_char(&out, '\0');
    uint64_t findings = verify_text(out.buf, &v);
    vg_out_free(&out);
    return findings;
}

static void a_bundle_that_lacks_a_member_is_refused(void **state)
{
    static const char *const members[] = {"\"vigia_evidence\"", "\"origin\"",  "\"keys\"",   "\"checkpoint\"",
                                          "\"frames\"",         "\"number\"",  "\"entry\"",  "\"proof\"",
                                          "\"payload\"",        "\"records\"", "\"place\"",  "\"time_us\"",
                                          "\"time\"",           "\"source\"",  "\"stream\"", "\"text\""};
    const char *dir = in(*state, "j");
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    fill(dir, NULL, 0, 5, 2);
    struct vg_bundle_query q = {.from_us = T0_US + 2000, .to_us = T0_US + 5000};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(verify_text(text, &v), 0);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!verify_changed(text, members[i], "\"other\""))
            fail_msg("without %s it is good", members[i]);
    assert_true(verify_changed(text, "\"vigia_evidence\":1", "\"vigia_evidence\":2") > 0);
    assert_true(verify_changed(text, "\"frames\":[", "\"frames\":[],\"more\":[") > 0);
    assert_true(verify_changed(text, "\"records\":[", "\"records\":[],\"more\":[") > 0);
    assert_int_equal(verify_changed(text, "]}\n]}", "]}\n]") > 0, 1);
    free(text);
}

/* The key that the verifier brings is the one that counts, not the bundle's. */
static void a_bundle_is_held_against_the_key_that_is_brought(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_key key[VG_KEYS_MAX], other;
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    uint8_t seed[32] = {9};
    size_t len, count;
    fill(dir, NULL, 0, 3, 3);
    char *pub = (char *)slurp(in(dir, "key.pub"), &len);
    assert_int_equal(vg_keys_parse(pub, len, key, &count), VG_OK);
    free(pub);
    assert_int_equal(vg_key_from_seed(seed, key[0].name, &other), VG_OK);
    struct vg_bundle_query q = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    char *text = make_bundle(dir, &q, &stats);
    struct vg_verify_options o = {.keys = key, .key_count = 1, .on_finding = on_finding};
    assert_int_equal(vg_verify_bundle(text, strlen(text), &o, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    assert_false(v.own_key);
    assert_int_equal(v.covered, 3);
    assert_int_equal(v.bytes, 9 * sentence(0, (char[96]){0}));
    assert_string_equal(v.origin, key[0].name);
    o.keys = &other;
    assert_int_equal(vg_verify_bundle(text, strlen(text), &o, &v), VG_OK);
    assert_true(v.findings > 0);
    assert_true(verify_text(text, &v) == 0 && v.own_key);
    free(text);
}

/* Bytes that are no plain text stand in base 64, names that are no UTF-8 with a replacement; both are checked. */
static void a_bundle_proves_any_bytes(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_bundle_stats stats;
    struct vg_verify_result v;
    struct vg_journal *j = open_journal(dir, NULL);
    static const struct {
        const char *name, *bytes;
        size_t len;
    } entries[] = {{"\xFFn", "\0\x80\xFF", 3},
                   {"Bahía", "tab\there\r\n", 10},
                   {"x", "\x1F", 1},
                   {"y", "\x7F", 1},
                   {"z", "", 0},
                   {"t", "~ ", 2}};
    for (unsigned i = 0; i < 6; i++) {
        struct vg_journal_entry e = {.source = (uint16_t)i,
                                     .name = entries[i].name,
                                     .received_us = T0_US + i,
                                     .bytes = entries[i].bytes,
                                     .len = entries[i].len};
        assert_int_not_equal(vg_journal_append(j, &e), 0);
    }
    turn(j);
    vg_journal_close(j, NULL);
    struct vg_bundle_query q = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.records, 6);
    assert_int_equal(verify_text(text, &v), 0);
    assert_int_equal(v.records, 6);
    unsigned encoded = 0;
    for (const char *p = text; (p = strstr(p, "\"base64\"")); p++)
        encoded++;
    assert_int_equal(encoded, 3);
    assert_true(verify_changed(text, "\"base64\":\"AID/\"", "\"base64\":\"AID+\"") > 0);
    assert_true(verify_changed(text, "\"base64\":\"AID/\"", "\"base64\":\"AIA=\"") > 0);
    free(text);
}

static enum vg_err bundle_err(const char *dir, const struct vg_bundle_query *q, const char *says)
{
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_bundle_stats stats;
    const char *why;
    enum vg_err err = vg_bundle_write(dir, NULL, q, &out, &stats, &why);
    if (!strstr(why, says))
        fail_msg("it says: %s", why);
    vg_out_free(&out);
    return err;
}

static void what_can_not_be_proven_is_refused(void **state)
{
    const char *dir = in(*state, "j");
    uint64_t offset[VG_BUNDLE_OFFSETS_MAX + 1];
    fill(dir, NULL, 0, 3, 3);
    struct vg_bundle_query q = {.from_us = INT64_MIN, .to_us = INT64_MAX, .source = "Mant"};
    assert_int_equal(bundle_err(dir, &q, "no such record"), VG_NOT_FOUND);
    q = (struct vg_bundle_query){.from_us = T0_US + 9000, .to_us = INT64_MAX};
    assert_int_equal(bundle_err(dir, &q, "no such record"), VG_NOT_FOUND);
    offset[0] = vg_journal_offset(9, 60);
    q = (struct vg_bundle_query){.journal_offsets = offset, .offset_count = 1};
    assert_int_equal(bundle_err(dir, &q, "no record stands"), VG_NOT_FOUND);
    offset[0] = vg_journal_offset(1, 0);
    assert_int_equal(bundle_err(dir, &q, "no record stands"), VG_NOT_FOUND);
    for (int i = 0; i <= VG_BUNDLE_OFFSETS_MAX; i++)
        offset[i] = vg_journal_offset(1, 60);
    q.offset_count = VG_BUNDLE_OFFSETS_MAX;
    assert_int_equal(bundle_err(dir, &q, ""), VG_OK);
    q.offset_count = VG_BUNDLE_OFFSETS_MAX + 1;
    assert_int_equal(bundle_err(dir, &q, ""), VG_LIMIT);
    /* A frame behind the checkpoint. */
    struct vg_journal_options o = plain_options();
    o.rules.checkpoint_us = INT64_MAX / 2;
    struct vg_journal *j = open_journal(dir, &o);
    offset[0] = append(j, 50);
    assert_int_equal(vg_journal_turn(j, 2000000, false), VG_OK);
    q.offset_count = 1;
    assert_int_equal(bundle_err(dir, &q, "isn't signed yet"), VG_RANGE);
    vg_journal_close(j, NULL);
    assert_int_equal(bundle_err(dir, &q, ""), VG_OK);
    /* A frame that is not the signed one. */
    size_t len;
    uint8_t *bytes = slurp(in(dir, "tile/0/000.p/4"), &len);
    bytes[3 * 32] ^= 1;
    spill(in(dir, "tile/0/000.p/4"), bytes, len);
    offset[0] = vg_journal_offset(1, 60);
    assert_int_equal(bundle_err(dir, &q, "not what the checkpoint signed"), VG_CORRUPT);
    free(bytes);
    unlink(in(dir, "key.pub"));
    assert_int_equal(bundle_err(dir, &q, "missing"), VG_NOT_FOUND);
}

/* The end of a range is looked for ten minutes further, for times may be out of order by a little. */
static void a_range_finds_records_that_came_late(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_bundle_stats stats;
    struct vg_journal *j = open_journal(dir, NULL);
    for (int64_t minute = 0; minute < 30; minute++) {
        for (int late = 0; late < 2; late++) {
            int64_t at_us = T0_US + (late ? minute - 9 : minute) * 60000000;
            struct vg_journal_entry e = {
                .source = 1, .name = late ? "late" : "now", .received_us = at_us, .bytes = "x", .len = 1};
            assert_int_not_equal(vg_journal_append(j, &e), 0);
            turn(j);
        }
    }
    vg_journal_close(j, NULL);
    struct vg_bundle_query q = {.from_us = T0_US + 300000000, .to_us = T0_US + 360000000};
    char *text = make_bundle(dir, &q, &stats);
    assert_int_equal(stats.records, 4); /* minutes 5 and 6, now and nine minutes later */
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_bundle_proves_its_records),
        in_a_room(a_bundle_of_a_journal_that_begins_later_proves_its_records),
        in_a_room(a_bundle_that_lacks_a_member_is_refused),
        in_a_room(a_bundle_is_held_against_the_key_that_is_brought),
        in_a_room(a_bundle_proves_any_bytes),
        in_a_room(what_can_not_be_proven_is_refused),
        in_a_room(a_range_finds_records_that_came_late),
        in_a_room(every_changed_letter_of_a_bundle_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
