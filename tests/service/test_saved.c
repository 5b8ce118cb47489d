/* What the service saves comes back: the situation, the place in the journal, the counters of feeds. */
#include "../situation/raw.h"
#include "room.h"

static struct vg_saved make(void)
{
    struct vg_saved s = {.journal_offset = UINT64_C(0x0102030405060708), .situation = room_situation(true)};
    snprintf(s.journal, sizeof s.journal, "vigia-journal/0123456789abcdef");
    room_hear(s.situation, SHIP, NOON_US);
    struct vg_saved_feed *manta = vg_saved_feed(&s, "Manta");
    assert_non_null(manta);
    manta->own_us = NOON_US - 5;
    struct vg_station_counters *c = &manta->counters;
    *c = (struct vg_station_counters){.bytes = 1,
                                      .reconnects = 2,
                                      .rejected = 3,
                                      .dropped = 4,
                                      .lines = 5,
                                      .sentences = 6,
                                      .messages = 7,
                                      .lost = 8,
                                      .duplicates = 10};
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        c->refusals.count[i] = 100 + (uint64_t)i;
        c->refusals.time_us[i] = NOON_US + i;
        snprintf(c->refusals.example[i], VG_EXAMPLE_SIZE, "line %d", i);
    }
    vg_saved_feed(&s, "Salinas")->counters.lines = 9;
    return s;
}

static void clear(struct vg_saved *s)
{
    vg_situation_free(s->situation);
    free(s->feed);
}

static void everything_saved_is_back(void **state)
{
    char why[VG_STATE_WHY];
    struct vg_saved s = make(), again = {0};
    assert_int_equal(vg_saved_write(vg_io_posix(), room_path(state, "state"), &s), VG_OK);
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, true, NULL, &again, why), VG_OK);
    assert_true(again.journal_offset == s.journal_offset);
    assert_string_equal(again.journal, s.journal);
    assert_true(vg_situation_hash(again.situation) == vg_situation_hash(s.situation));
    assert_int_equal(again.feeds, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct vg_station_counters *a = &again.feed[i].counters, *b = &s.feed[i].counters;
        assert_string_equal(again.feed[i].name, s.feed[i].name);
        assert_int_equal(a->bytes, b->bytes);
        assert_int_equal(a->reconnects, b->reconnects);
        assert_int_equal(a->rejected, b->rejected);
        assert_int_equal(a->dropped, b->dropped);
        assert_int_equal(a->lines, b->lines);
        assert_int_equal(a->sentences, b->sentences);
        assert_int_equal(a->messages, b->messages);
        assert_int_equal(a->lost, b->lost);
        assert_int_equal(a->duplicates, b->duplicates);
        assert_true(again.feed[i].own_us == s.feed[i].own_us);
        assert_memory_equal(&a->refusals, &b->refusals, sizeof a->refusals);
    }
    clear(&again);
    clear(&s);
}

/* Another layout is another version: old files must be read as what they are. */
static void the_sections_have_the_sizes_of_their_version(void **state)
{
    (void)state;
    struct vg_state_section sections[VG_SAVED_SECTIONS];
    struct vg_saved s = {.situation = room_situation(false)};
    vg_saved_sections(&s, sections);
    assert_string_equal(sections[0].name, "journal");
    assert_int_equal(sections[0].version, 1);
    assert_int_equal(sections[0].size(&s), 8 + VG_KEY_NAME);
    assert_string_equal(sections[1].name, "feeds");
    assert_int_equal(sections[1].version, 3);
    assert_int_equal(sections[1].size(&s), 8);
    for (uint64_t n = 1; n <= 3; n++) {
        char name[20];
        snprintf(name, sizeof name, "feed %d", (int)n);
        assert_non_null(vg_saved_feed(&s, name));
        assert_int_equal(sections[1].size(&s),
                         8 + n * (VG_FEED_NAME + 10 * 8 + VG_REFUSAL_COUNT * (8 + 8 + VG_EXAMPLE_SIZE)));
    }
    clear(&s);
}

static void a_service_without_feeds_is_saved_too(void **state)
{
    char why[VG_STATE_WHY];
    struct vg_saved s = {.situation = room_situation(false)}, again;
    assert_int_equal(vg_saved_write(vg_io_posix(), room_path(state, "state"), &s), VG_OK);
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, false, NULL, &again, why), VG_OK);
    assert_int_equal(again.feeds, 0);
    assert_int_equal(again.journal_offset, 0);
    clear(&again);
    clear(&s);
}

static void after_an_error_nothing_was_taken(void **state)
{
    char why[VG_STATE_WHY];
    struct vg_saved s = make(), untouched = {.journal_offset = 77};
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, true, NULL, &untouched, why),
                     VG_NOT_FOUND);
    assert_int_equal(vg_saved_write(vg_io_posix(), room_path(state, "state"), &s), VG_OK);
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, false, NULL, &untouched, why),
                     VG_UNSUPPORTED);
    assert_string_equal(why, "section 'clock' belongs to a picture that lived by another clock");
    const struct vg_picture_limits none = {0};
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), &none, true, NULL, &untouched, why),
                     VG_ARG);
    assert_int_equal(truncate(room_path(state, "state"), 100), 0);
    assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, true, NULL, &untouched, why),
                     VG_CORRUPT);
    assert_int_equal(untouched.journal_offset, 77);
    assert_null(untouched.situation);
    assert_null(untouched.feed);
    clear(&s);
}

static void a_feed_is_counted_under_its_name(void **state)
{
    (void)state;
    struct vg_saved s = {0};
    char name[VG_FEED_NAME + 10];
    memset(name, 'x', sizeof name - 1);
    name[VG_FEED_NAME - 1] = '\0';
    vg_saved_feed(&s, name)->counters.lines = 1;
    vg_saved_feed(&s, "Manta")->counters.lines = 2;
    assert_int_equal(vg_saved_feed(&s, "Manta")->counters.lines, 2);
    assert_int_equal(vg_saved_feed(&s, name)->counters.lines, 1);
    assert_int_equal(vg_saved_feed(&s, "Mant")->counters.lines, 0);
    assert_int_equal(s.feeds, 3);
    free(s.feed);
}

/* Reads one of the service's own sections of these bytes. */
static enum vg_err read_into(struct vg_saved *ret, size_t which, const char *tag, uint32_t version,
                             const struct vg_out *payload, char *why)
{
    struct vg_saved s = {0};
    struct vg_state_section all[VG_SAVED_SECTIONS];
    struct vg_out out = vg_out_growing(1 << 20);
    s.situation = room_situation(true);
    vg_saved_sections(&s, all);
    vg_out_bytes(&out, "VIGSTAT2", 8);
    raw_head(&out, tag, version, payload->len);
    vg_out_bytes(&out, payload->buf, payload->len);
    raw_head(&out, "END.", 0, 0);
    enum vg_err err = raw_read(&out, &all[which], 1, why);
    vg_out_free(&out);
    *ret = s;
    return err;
}

static enum vg_err read_section(size_t which, const char *tag, uint32_t version, const struct vg_out *payload,
                                char *why)
{
    struct vg_saved s;
    enum vg_err err = read_into(&s, which, tag, version, payload, why);
    clear(&s);
    return err;
}

static enum vg_err read_feeds(const struct vg_out *payload, char *why)
{
    return read_section(1, "FEED", 3, payload, why);
}

/* Version 1 had seven counters and no own time, version 2 eight. */
static void feeds_of_earlier_versions_are_read(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_saved s = make(), again;
    struct vg_state_section all[VG_SAVED_SECTIONS];
    struct vg_out now = vg_out_growing(1 << 20), was = vg_out_growing(1 << 20);
    vg_saved_sections(&s, all);
    assert_int_equal(all[1].write(&s, &now), VG_OK);
    vg_out_bytes(&was, now.buf, 8);
    const size_t row = (now.len - 8) / 2;
    for (uint32_t version = 1; version <= 2; version++) {
        const size_t numbers = VG_FEED_NAME + (version == 1 ? 7 : 8) * 8,
                     rest = VG_FEED_NAME + (version == 1 ? 10 : 9) * 8;
        was.len = 8;
        for (const char *at = now.buf + 8; at < now.buf + now.len; at += row) {
            vg_out_bytes(&was, at, numbers);
            vg_out_bytes(&was, at + rest, row - rest);
        }
        assert_int_equal(read_into(&again, 1, "FEED", version, &was, why), VG_OK);
        assert_int_equal(again.feeds, 2);
        assert_string_equal(again.feed[0].name, "Manta");
        assert_int_equal(again.feed[0].counters.messages, 7);
        assert_int_equal(again.feed[0].counters.lost, version == 1 ? 0 : 8);
        assert_int_equal(again.feed[0].counters.duplicates, 0);
        assert_true(again.feed[0].own_us == (version == 1 ? VG_TIME_NONE : NOON_US - 5));
        assert_memory_equal(&again.feed[0].counters.refusals, &s.feed[0].counters.refusals,
                            sizeof s.feed[0].counters.refusals);
        assert_int_equal(again.feed[1].counters.lines, 9);
        assert_int_equal(read_section(1, "FEED", version, &now, why), VG_CORRUPT);
        clear(&again);
    }
    clear(&s);
    vg_out_free(&now);
    vg_out_free(&was);
}

static void a_journal_s_name_without_an_end_is_refused(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_out out = vg_out_growing(1000);
    for (int i = 0; i < 8 + VG_KEY_NAME - 1; i++)
        vg_out_char(&out, 'x');
    vg_out_char(&out, '\0');
    assert_int_equal(read_section(0, "JOUR", 1, &out, why), VG_OK);
    out.buf[out.len - 1] = 'x';
    assert_int_equal(read_section(0, "JOUR", 1, &out, why), VG_CORRUPT);
    assert_string_equal(why, "section 'journal' is damaged");
    vg_out_free(&out);
}

/* As a version wrote it that had fewer reasons: the last ones are not in its rows. */
static void counters_of_fewer_reasons_are_read(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_saved s = make();
    struct vg_state_section all[VG_SAVED_SECTIONS];
    struct vg_out out = vg_out_growing(1 << 20), fewer = vg_out_growing(1 << 20);
    const size_t less = 2 * (16 + VG_EXAMPLE_SIZE);
    vg_saved_sections(&s, all);
    assert_int_equal(all[1].write(&s, &out), VG_OK);
    const size_t row = (out.len - 8) / s.feeds;
    out.buf[4] -= 2;
    vg_out_bytes(&fewer, out.buf, 8);
    for (size_t i = 0; i < s.feeds; i++)
        vg_out_bytes(&fewer, out.buf + 8 + i * row, row - less);
    assert_int_equal(read_feeds(&fewer, why), VG_OK);
    fewer.len--;
    assert_int_equal(read_feeds(&fewer, why), VG_CORRUPT);
    vg_out_free(&fewer);
    vg_out_free(&out);
    clear(&s);
}

static void damaged_counters_are_refused(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_saved s = make();
    struct vg_state_section all[VG_SAVED_SECTIONS];
    struct vg_out out = vg_out_growing(1 << 20);
    vg_saved_sections(&s, all);
    assert_int_equal(all[1].write(&s, &out), VG_OK);
    assert_int_equal(read_feeds(&out, why), VG_OK);
    out.buf[4]++; /* reasons of refusal */
    assert_int_equal(read_feeds(&out, why), VG_UNSUPPORTED);
    assert_string_equal(why, "section 'feeds' counts other refusals than this version of the program");
    out.buf[4]--;
    out.buf[0]++; /* one feed more than there is */
    assert_int_equal(read_feeds(&out, why), VG_CORRUPT);
    out.buf[0] -= 2; /* one less: bytes are left */
    assert_int_equal(read_feeds(&out, why), VG_CORRUPT);
    out.buf[0]++;
    out.buf[3] = 1; /* so many that no memory is asked for */
    assert_int_equal(read_feeds(&out, why), VG_CORRUPT);
    out.buf[3] = 0;
    memset(out.buf + 8, 'x', VG_FEED_NAME); /* a name without an end */
    assert_int_equal(read_feeds(&out, why), VG_CORRUPT);
    out.buf[8 + VG_FEED_NAME - 1] = '\0';
    assert_int_equal(read_feeds(&out, why), VG_OK);
    memset(out.buf + 8 + VG_FEED_NAME + 80 + 16, 'x', VG_EXAMPLE_SIZE); /* an example without one */
    assert_int_equal(read_feeds(&out, why), VG_CORRUPT);
    vg_out_free(&out);
    clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_saved_is_back, room_make, room_clear),
        cmocka_unit_test_setup_teardown(the_sections_have_the_sizes_of_their_version, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_service_without_feeds_is_saved_too, room_make, room_clear),
        cmocka_unit_test_setup_teardown(after_an_error_nothing_was_taken, room_make, room_clear),
        cmocka_unit_test(a_feed_is_counted_under_its_name),
        cmocka_unit_test(a_journal_s_name_without_an_end_is_refused),
        cmocka_unit_test(counters_of_fewer_reasons_are_read),
        cmocka_unit_test(damaged_counters_are_refused),
        cmocka_unit_test(feeds_of_earlier_versions_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
