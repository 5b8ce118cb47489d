/* A picture saved and loaded is the same one, and goes on as it would have; damaged bytes are refused. */
#include <stdlib.h>

#include "picture/save.h"
#include "picture/save_rows.h"
#include "say.h"

struct bytes {
    const char *at;
    size_t len, taken;
};

static enum vg_err give(void *arg, void *bytes, size_t len)
{
    struct bytes *b = arg;
    if (b->len - b->taken < len)
        return VG_EOF;
    memcpy(bytes, b->at + b->taken, len);
    b->taken += len;
    return VG_OK;
}

static struct vg_picture *make(uint32_t vessels, size_t trail_bytes)
{
    struct vg_picture *p;
    assert_int_equal(
        vg_picture_new(&(struct vg_picture_limits){.vessels = vessels, .trail_bytes = trail_bytes, .trail_points = 100},
                       &p),
        VG_OK);
    return p;
}

static uint32_t next(uint64_t *dice)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*dice >> 33);
}

/* Ships that sail, moor, jump, are named; devices that call; hours that pass. */
static void go_on(struct vg_picture *p, uint64_t *dice, int64_t *now_us, int steps)
{
    for (int i = 0; i < steps; i++) {
        uint32_t who = next(dice) % 60;
        if (next(dice) % 8 == 0) {
            *now_us += (int64_t)(next(dice) % 90) * VG_SECOND_US + (next(dice) % 300 == 0) * VG_HOUR_US;
            vg_picture_advance(p, *now_us);
        }
        struct vg_report r =
            position(who == 7 ? SART : SHIP + who, 0, 9000.0 * who + next(dice) % 900, next(dice) % 900);
        r.class = who == 7 ? VG_CLASS_SART : VG_CLASS_SHIP_A;
        r.time_us = *now_us - (int64_t)(next(dice) % 9000000);
        r.source = (uint16_t)(1 + next(dice) % 3);
        r.sog_dkn = who % 5 ? (uint16_t)(next(dice) % 200) : 0;
        r.cog_ddeg = (uint16_t)(next(dice) % 3600);
        if (next(dice) % 20 == 0)
            r.pos = metres(2e6 + next(dice) % 100, 0);
        if (next(dice) % 6 == 0) {
            r.fields = VG_FIELD_BIT(NAME);
            snprintf(r.name, sizeof r.name, "SHIP %u", next(dice) % 1000);
        }
        vg_picture_apply(p, &r, NULL);
    }
}

static struct vg_out saved(const struct vg_picture *p)
{
    struct vg_out out = vg_out_growing((size_t)64 << 20);
    assert_int_equal(vg_picture_save(p, &out), VG_OK);
    return out;
}

static void a_loaded_picture_goes_on_as_the_saved_one(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 30; seed++) {
        uint64_t dice = seed, dice_again;
        int64_t now_us = START_US, now_again_us;
        struct vg_picture *p = make(40, 40 * 512), *again = make(40, 40 * 512);
        go_on(p, &dice, &now_us, (int)(seed * 150));
        struct vg_out out = saved(p);
        struct bytes b = {out.buf, out.len, 0};
        assert_int_equal(vg_picture_load(again, give, &b), VG_OK);
        assert_int_equal(b.taken, b.len);
        assert_true(vg_picture_check(again));
        assert_true(vg_picture_hash(again, NULL) == vg_picture_hash(p, NULL));
        assert_int_equal(vg_picture_publish(again), VG_OK);
        dice_again = dice;
        now_again_us = now_us;
        go_on(p, &dice, &now_us, 1500);
        go_on(again, &dice_again, &now_again_us, 1500);
        assert_true(vg_picture_check(again));
        assert_true(vg_picture_hash(again, NULL) == vg_picture_hash(p, NULL));
        vg_out_free(&out);
        vg_picture_free(p);
        vg_picture_free(again);
    }
}

static void smaller_limits_keep_the_newest(void **state)
{
    (void)state;
    uint64_t dice = 5;
    int64_t now_us = START_US;
    struct vg_picture *p = make(100, 400 * 512), *small = make(10, 4 * 512);
    go_on(p, &dice, &now_us, 2000);
    struct vg_out out = saved(p);
    struct bytes b = {out.buf, out.len, 0};
    assert_int_equal(vg_picture_load(small, give, &b), VG_OK);
    assert_true(vg_picture_check(small));
    assert_int_equal(vg_picture_count(small), 10);
    assert_non_null(vg_picture_find(small, SART)); /* it calls: the last to go */
    const struct vg_picture_counters *c = vg_picture_counters(small), *before = vg_picture_counters(p);
    assert_int_equal(c->evicted - before->evicted, vg_picture_count(p) - 10);
    go_on(small, &dice, &now_us, 1000);
    assert_true(vg_picture_check(small));
    vg_out_free(&out);
    vg_picture_free(p);
    vg_picture_free(small);
}

static void what_is_cut_or_changed_is_refused_or_sound(void **state)
{
    (void)state;
    uint64_t dice = 9;
    int64_t now_us = START_US;
    struct vg_picture *p = make(60, 40 * 512);
    go_on(p, &dice, &now_us, 3000);
    struct vg_out out = saved(p);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
        struct vg_picture *again = make(60, 40 * 512);
        size_t at = next(&dice) % out.len;
        char was = out.buf[at];
        bool cut = i % 3 == 0;
        if (!cut)
            out.buf[at] ^= (char)(1 << next(&dice) % 8);
        struct bytes b = {out.buf, cut ? at : out.len, 0};
        enum vg_err err = vg_picture_load(again, give, &b);
        assert_true(!cut || err);
        assert_true(err || vg_picture_check(again));
        if (!err)
            go_on(again, &(uint64_t){3}, &(int64_t){now_us}, 20);
        refused += err != VG_OK;
        out.buf[at] = was;
        vg_picture_free(again);
    }
    assert_true(refused > 1000);
    vg_out_free(&out);
    vg_picture_free(p);
}

/* Each bit of a row is a bit of a member, and goes back to its place. */
static void rows_read_and_written_again_are_the_same_bytes(void **state)
{
    (void)state;
    uint64_t dice = 11;
    for (int i = 0; i < 200; i++) {
        uint8_t row[VG_SAVE_CONTACT_MOST], again[VG_SAVE_CONTACT_MOST] = {0};
        struct saved_contact contact;
        struct saved_head head;
        struct saved_block block;
        struct packed_point point;
        for (size_t k = 0; k < sizeof row; k++)
            row[k] = (uint8_t)next(&dice);
        vg_save_get_contact(row, &contact);
        vg_save_put_contact(again, &contact);
        assert_memory_equal(row, again, vg_save_contact_size);
        vg_save_get_head(row, &head);
        vg_save_put_head(again, &head);
        assert_memory_equal(row, again, vg_save_head_size);
        vg_save_get_block(row, &block);
        vg_save_put_block(again, &block);
        assert_memory_equal(row, again, VG_SAVE_BLOCK_SIZE);
        vg_save_get_point(row, &point);
        vg_save_put_point(again, &point);
        assert_memory_equal(row, again, VG_SAVE_POINT_SIZE);
    }
}

/* The layout that version 1 of the section has: whoever changes it takes a step of VG_PICTURE_SAVE_VERSION. */
static void rows_are_little_endian_and_of_fixed_places(void **state)
{
    (void)state;
    uint8_t row[VG_SAVE_CONTACT_MOST] = {0};
    struct saved_contact c = {.contact = {.id = UINT64_C(0x0102030405060708), .mmsi = SHIP}, .dwelling = 1};
    c.contact.claimed = vg_prov_of(1000, 0xABC, 27, 3);
    c.contact.claimed.suspect = 1;
    c.contact.pos = (struct vg_pos){-2, 3};
    vg_save_put_contact(row, &c);
    assert_int_equal(VG_PICTURE_SAVE_VERSION, 1);
    assert_int_equal(vg_save_contact_size, 8 + 4 + 8 + 8 + 8 + 8 + 8 + 4 + 2 + 2 + 6 + 2 + 2 + 20 * 16 + 2 + 1 + 4 + 4 +
                                               2 + 8 + 36 + 8 + 21 + 40 + 24 + 2 + 4 + 6 + 4 * 20 + 16 + 1);
    for (int i = 0; i < 8; i++)
        assert_int_equal(row[i], 8 - i);
    static const uint8_t pos[8] = {0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0};
    static const uint8_t claimed[16] = {1, 0, 0, 0, 0, 0xC0, 0xAB, 27, 7};
    assert_memory_equal(row + 28, pos, 8);
    assert_memory_equal(row + 70, claimed, 16);
    assert_int_equal(row[vg_save_contact_size - 1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loaded_picture_goes_on_as_the_saved_one),
        cmocka_unit_test(smaller_limits_keep_the_newest),
        cmocka_unit_test(what_is_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(rows_read_and_written_again_are_the_same_bytes),
        cmocka_unit_test(rows_are_little_endian_and_of_fixed_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
