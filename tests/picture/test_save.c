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
        uint8_t row[VG_SAVE_CONTACT_MOST];
        struct saved_contact contact;
        struct saved_head head;
        struct saved_block block;
        struct packed_point point;
        for (size_t k = 0; k < sizeof row; k++)
            row[k] = (uint8_t)next(&dice);
        row[vg_save_contact_size - 1] &= 1; /* a flag */
#define SAME_BYTES(what, size)                                                                                         \
    do {                                                                                                               \
        uint8_t again[VG_SAVE_CONTACT_MOST + 16], beyond[16];                                                          \
        memset(again, 0xEE, sizeof again);                                                                             \
        memset(beyond, 0xEE, sizeof beyond);                                                                           \
        vg_save_get_##what(row, &what);                                                                                \
        vg_save_put_##what(again, &what);                                                                              \
        assert_memory_equal(row, again, size);                                                                         \
        assert_memory_equal(again + (size), beyond, sizeof beyond); /* and no byte more is written */                  \
    } while (0)
        SAME_BYTES(contact, vg_save_contact_size);
        SAME_BYTES(head, vg_save_head_size);
        SAME_BYTES(block, VG_SAVE_BLOCK_SIZE);
        SAME_BYTES(point, VG_SAVE_POINT_SIZE);
#undef SAME_BYTES
    }
}

/* The layout that version 3 of the section has: whoever changes it takes a step of VG_PICTURE_SAVE_VERSION. */
static void rows_are_little_endian_and_of_fixed_places(void **state)
{
    (void)state;
    uint8_t row[VG_SAVE_CONTACT_MOST] = {0};
    struct saved_contact c = {.contact = {.id = UINT64_C(0x0102030405060708), .mmsi = SHIP}, .dwelling = 1};
    c.contact.claimed = vg_prov_of(1000, 0xABC, 27, 3);
    c.contact.claimed.suspect = 1;
    c.contact.pos = (struct vg_pos){-2, 3};
    vg_save_put_contact(row, &c);
    assert_int_equal(VG_PICTURE_SAVE_VERSION, 3);
    assert_int_equal(vg_save_contact_size, vg_save_contact_size_2 + 1);
    assert_int_equal(vg_save_contact_size_2, vg_save_contact_size_1 + 8 + 8 + 1 + 2);
    assert_int_equal(vg_save_contact_size_1, 8 + 4 + 8 + 8 + 8 + 8 + 8 + 4 + 2 + 2 + 6 + 2 + 2 + 20 * 16 + 2 + 1 + 4 +
                                                 4 + 2 + 8 + 36 + 8 + 21 + 40 + 24 + 2 + 4 + 6 + 4 * 20 + 16 + 1);
    for (int i = 0; i < 8; i++)
        assert_int_equal(row[i], 8 - i);
    static const uint8_t pos[8] = {0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0};
    static const uint8_t claimed[16] = {1, 0, 0, 0, 0, 0xC0, 0xAB, 27, 7};
    assert_memory_equal(row + 28, pos, 8);
    assert_memory_equal(row + 70, claimed, 16);
    assert_int_equal(row[vg_save_contact_size_1 - 1], 1);
}

/* ---- what must hold of saved bytes ---- */

#define ROWS 8

/* A saved picture, taken apart. */
struct parts {
    struct saved_head head;
    struct saved_contact contact[ROWS];
    uint32_t held[ROWS];
    struct saved_block block[ROWS];
    uint32_t tracks;
    struct saved_track track[2];
    struct packed_point point[ROWS][TRAIL_BLOCK_POINTS];
};

static struct parts taken_apart(const struct vg_picture *p)
{
    struct parts s = {0};
    struct vg_out out = saved(p);
    const uint8_t *at = (const uint8_t *)out.buf;
    vg_save_get_head(at, &s.head);
    at += vg_save_head_size;
    assert_true(s.head.vessels <= ROWS && s.head.held <= ROWS && s.head.blocks <= ROWS);
    for (uint32_t i = 0; i < s.head.vessels; i++, at += vg_save_contact_size)
        vg_save_get_contact(at, &s.contact[i]);
    for (uint32_t i = 0; i < s.head.held; i++, at += VG_SAVE_HELD_SIZE)
        s.held[i] = at[0];
    for (uint32_t i = 0; i < s.head.blocks; i++) {
        vg_save_get_block(at, &s.block[i]);
        at += VG_SAVE_BLOCK_SIZE;
        for (unsigned k = s.block[i].first; k < s.block[i].end; k++, at += VG_SAVE_POINT_SIZE)
            vg_save_get_point(at, &s.point[i][k]);
    }
    s.tracks = vg_get_u32(at);
    at += 4;
    assert_true(s.tracks <= 2);
    for (uint32_t i = 0; i < s.tracks; i++, at += vg_save_track_size)
        vg_save_get_track(at, &s.track[i]);
    assert_ptr_equal(at, out.buf + out.len);
    vg_out_free(&out);
    return s;
}

/* Puts it together and loads it. *ret_taken: how many bytes were asked for. */
static enum vg_err loads(const struct parts *s, const struct vg_picture_limits *limits, size_t *ret_taken)
{
    static uint8_t
        row[VG_SAVE_HEAD_MOST + ROWS * (VG_SAVE_CONTACT_MOST + 8 + 18 + 40 * 16) + 4 + 2 * VG_SAVE_TRACK_MOST];
    struct vg_picture *p;
    uint8_t *at = row;
    vg_save_put_head(at, &s->head);
    at += vg_save_head_size;
    for (uint32_t i = 0; i < s->head.vessels && i < ROWS; i++, at += vg_save_contact_size)
        vg_save_put_contact(at, &s->contact[i]);
    for (uint32_t i = 0; i < s->head.held && i < ROWS; i++) {
        const uint8_t number[4] = {(uint8_t)s->held[i], (uint8_t)(s->held[i] >> 8)};
        memcpy(at, number, sizeof number);
        at += VG_SAVE_HELD_SIZE;
    }
    for (uint32_t i = 0; i < s->head.blocks && i < ROWS; i++) {
        vg_save_put_block(at, &s->block[i]);
        at += VG_SAVE_BLOCK_SIZE;
        for (unsigned k = s->block[i].first; k < s->block[i].end; k++, at += VG_SAVE_POINT_SIZE)
            vg_save_put_point(at, &s->point[i][k < TRAIL_BLOCK_POINTS ? k : 0]);
    }
    vg_put_u32(at, s->tracks);
    at += 4;
    for (uint32_t i = 0; i < s->tracks && i < 2; i++, at += vg_save_track_size)
        vg_save_put_track(at, &s->track[i]);
    struct bytes b = {(const char *)row, (size_t)(at - row), 0};
    assert_int_equal(vg_picture_new(limits, &p), VG_OK);
    enum vg_err err = vg_picture_load(p, give, &b);
    assert_true(err || (b.taken == b.len && vg_picture_check(p)));
    *ret_taken = b.taken;
    vg_picture_free(p);
    return err;
}

static const struct vg_picture_limits FEW = {.vessels = ROWS, .trail_bytes = 40 * 512, .trail_points = 100};

/* Two that move, two that are held apart, one with a trail of two blocks. */
static struct parts sound(void)
{
    size_t taken;
    struct vg_picture *p = make(ROWS, 40 * 512);
    vg_picture_advance(p, START_US);
    for (int i = 0; i < 40; i++) {
        struct vg_report r = position(SHIP, 10 * i, 40.0 * i, i % 2 * 30);
        r.cog_ddeg = i % 2 ? 300 : 1500;
        say(p, r);
    }
    tick(p, 500);
    say_at(p, OTHER, 500, 0, 0);
    for (uint32_t i = 1; i <= 2; i++) {
        say_at(p, SHIP + i, 501, 0, 0);
        say_at(p, SHIP + i, 502, 900000, 0);
    }
    struct parts s = taken_apart(p);
    vg_picture_free(p);
    assert_int_equal(s.head.vessels, 4);
    assert_int_equal(s.head.held, 2);
    assert_int_equal(s.head.blocks, 5);
    assert_int_equal(s.block[0].vessel, s.block[1].vessel);
    assert_int_equal(loads(&s, &FEW, &taken), VG_OK);
    return s;
}

/* The picture with `what` set to a value, and back. */
#define LOADS_WITH(what, value, expected)                                                                              \
    do {                                                                                                               \
        __typeof__(what) was = (what);                                                                                 \
        (what) = (value);                                                                                              \
        assert_int_equal(loads(&s, &FEW, &taken), expected);                                                           \
        (what) = was;                                                                                                  \
    } while (0)
#define REFUSED(what, value) LOADS_WITH(what, value, VG_CORRUPT)
#define TAKEN(what, value)   LOADS_WITH(what, value, VG_OK)
#define HEAD_REFUSED(what, value)                                                                                      \
    do {                                                                                                               \
        REFUSED(what, value);                                                                                          \
        assert_int_equal(taken, vg_save_head_size); /* no contact is read any more */                                  \
    } while (0)

static void a_head_that_can_t_be_is_refused(void **state)
{
    (void)state;
    size_t taken;
    struct parts s = sound();
    struct saved_head *h = &s.head;
    const int64_t most_us = INT64_C(1) << 60;
    LOADS_WITH(h->counters, h->counters + 1, VG_UNSUPPORTED);
    LOADS_WITH(h->counters, h->counters - 1, VG_UNSUPPORTED);
    HEAD_REFUSED(h->clock_known, 2);
    TAKEN(h->clock_known, 0);
    HEAD_REFUSED(h->held, h->vessels + 1);
    HEAD_REFUSED(h->elapsed_us, -1);
    HEAD_REFUSED(h->elapsed_us, 2 * most_us + 1);
    TAKEN(h->elapsed_us, 2 * most_us);
    HEAD_REFUSED(h->clock_us, most_us + 1);
    HEAD_REFUSED(h->clock_us, -most_us - 1);
    TAKEN(h->clock_us, most_us);
    TAKEN(h->clock_us, -most_us);
    HEAD_REFUSED(h->count.added, h->count.added + 1);
    HEAD_REFUSED(h->count.expired, 1);
    HEAD_REFUSED(h->count.evicted, 1);
    HEAD_REFUSED(h->count.positions, h->count.reports + 1);
    TAKEN(h->count.positions, h->count.reports);
    HEAD_REFUSED(h->count.moved, h->count.held + 1);
    TAKEN(h->count.moved, h->count.held);
    uint32_t vessels = h->vessels;
    h->count.added = h->vessels = (1u << 24) + 1;
    assert_int_equal(loads(&s, &FEW, &taken), VG_CORRUPT);
    assert_int_equal(taken, vg_save_head_size);
    h->count.added = h->vessels = 1u << 24; /* as many as there may be: their bytes are missed */
    assert_int_equal(loads(&s, &FEW, &taken), VG_CORRUPT);
    assert_true(taken > vg_save_head_size);
    h->count.added = h->vessels = vessels;
}

static void a_contact_that_can_t_be_is_refused(void **state)
{
    (void)state;
    size_t taken;
    struct parts s = sound();
    for (uint32_t i = 0; i < s.head.vessels; i++) {
        struct saved_contact *c = &s.contact[i];
        struct vg_contact *v = &c->contact;
        struct vg_memory *m = &c->memory;
        const int64_t now_us = s.head.elapsed_us;
        REFUSED(v->class, VG_CLASS_COUNT);
        REFUSED(v->reports, 0);
        REFUSED(v->id, 0);
        REFUSED(v->id, s.contact[(i + 1) % 4].contact.id);
        REFUSED(v->mmsi, s.contact[(i + 1) % 4].contact.mmsi);
        REFUSED(v->prov[VG_FIELD_POS], (struct vg_prov){0});
        REFUSED(v->pos, VG_POS_NONE);
        REFUSED(v->held_pos, v->flags & VG_CONTACT_HELD ? VG_POS_NONE : v->pos);
        REFUSED(v->flags, v->flags ^ VG_CONTACT_HELD);
        REFUSED(v->flags, v->flags ^ VG_CONTACT_STILL);
        REFUSED(c->dwelling, 2);
        REFUSED(c->arrival_no, s.head.arrivals + 1);
        REFUSED(m->heard_next, VG_HEARD_KEPT);
        TAKEN(m->heard_next, VG_HEARD_KEPT - 1);
        REFUSED(m->arrival_us, now_us + 1);
        REFUSED(m->arrival_us, -1);
        REFUSED(m->held_arrival_us, now_us + 1);
        REFUSED(m->held_arrival_us, -1);
        REFUSED(m->moved_arrival_us, now_us + 1);
        REFUSED(m->moved_arrival_us, -1);
        TAKEN(m->moved_arrival_us, now_us);
        TAKEN(m->held_arrival_us, now_us);
        for (unsigned class = 0; class <= VG_CLASS_SAR; class ++) {
            REFUSED(m->evidence.weight[class], VG_EVIDENCE_MAX + 1);
            TAKEN(m->evidence.weight[class], VG_EVIDENCE_MAX);
        }
        char *const texts[] = {v->name, v->callsign, v->destination, v->text};
        const size_t sizes[] = {sizeof v->name, sizeof v->callsign, sizeof v->destination, sizeof v->text};
        for (int t = 0; t < 4; t++) { /* without an end; with an end at the last byte */
            char was[VG_REPORT_TEXT_SIZE + VG_NAME_SIZE] = {0};
            assert_true(sizes[t] <= sizeof was);
            memcpy(was, texts[t], sizes[t]);
            memset(texts[t], 'A', sizes[t]);
            assert_int_equal(loads(&s, &FEW, &taken), VG_CORRUPT);
            texts[t][sizes[t] - 1] = '\0';
            assert_int_equal(loads(&s, &FEW, &taken), VG_OK);
            memcpy(texts[t], was, sizes[t]);
        }
    }
    for (uint32_t i = 1; i < s.head.vessels; i++) { /* all of one list, in the order in which they were heard */
        REFUSED(s.contact[i].arrival_no, s.contact[i - 1].arrival_no);
        REFUSED(s.contact[i - 1].memory.arrival_us, s.contact[i].memory.arrival_us + 1);
    }
}

static void a_held_place_or_a_trail_that_can_t_be_is_refused(void **state)
{
    (void)state;
    size_t taken;
    struct parts s = sound();
    REFUSED(s.held[0], s.head.vessels);
    REFUSED(s.held[0], s.held[1]);
    REFUSED(s.held[0], s.block[0].vessel); /* which is not held */
    REFUSED(s.head.held, 1);               /* one is missing */
    for (uint32_t i = 0; i < s.head.blocks; i++) {
        struct saved_block *b = &s.block[i];
        REFUSED(b->vessel, s.head.vessels);
        REFUSED(b->first, b->end);
        REFUSED(b->end, TRAIL_BLOCK_POINTS + 1);
        REFUSED(b->base_ms, -1);
        REFUSED(b->base_ms, INT64_C(1) << 44);
        REFUSED(s.point[i][b->first].pos, VG_POS_NONE);
        REFUSED(s.point[i][b->end - 1].pos, VG_POS_NONE);
    }
    TAKEN(s.block[1].base_ms, (INT64_C(1) << 44) - 1); /* the last of its trail */
    REFUSED(s.block[0].base_ms, (INT64_C(1) << 44) - 1);
    REFUSED(s.point[0][1].after_ms, s.point[0][2].after_ms + 1);
    TAKEN(s.point[0][1].after_ms, s.point[0][2].after_ms);
    REFUSED(s.block[1].base_ms, s.block[0].base_ms + s.point[0][TRAIL_BLOCK_POINTS - 1].after_ms - 1);
    TAKEN(s.block[1].base_ms, s.block[0].base_ms + s.point[0][TRAIL_BLOCK_POINTS - 1].after_ms);
}

static void what_smaller_limits_leave_out_is_counted(void **state)
{
    (void)state;
    struct vg_picture *p;
    struct parts s = sound();
    struct vg_picture_limits limits = FEW;
    size_t taken;
    for (uint32_t points = 0; points < 3; points++) {
        limits.trail_points = points;
        assert_int_equal(loads(&s, &limits, &taken), VG_OK);
    }
    uint64_t dice = 1;
    int64_t now_us = START_US;
    struct vg_picture *full = make(60, 400 * 512);
    go_on(full, &dice, &now_us, 3000);
    uint32_t all = 0;
    for (uint32_t slot = 0; slot < full->slots; slot++)
        all += vg_pic_state(full, slot)->used ? vg_pic_state(full, slot)->trail_points : 0;
    assert_true(all > 20);
    for (uint32_t points = 0; points < 40; points += 3) {
        struct vg_out out = saved(full);
        struct bytes b = {out.buf, out.len, 0};
        limits = (struct vg_picture_limits){.vessels = 5, .trail_bytes = 40 * 512, .trail_points = points};
        assert_int_equal(vg_picture_new(&limits, &p), VG_OK);
        assert_int_equal(vg_picture_load(p, give, &b), VG_OK);
        uint32_t kept = 0;
        for (uint32_t slot = 0; slot < p->slots; slot++) {
            assert_true(vg_pic_state(p, slot)->trail_points <= points);
            kept += vg_pic_state(p, slot)->trail_points;
        }
        assert_int_equal(p->counters.trail_dropped - full->counters.trail_dropped, all - kept);
        vg_picture_free(p);
        vg_out_free(&out);
    }
    vg_picture_free(full);
}

static void more_callers_for_help_than_fit_are_a_limit(void **state)
{
    (void)state;
    size_t taken;
    struct vg_picture *p = make(ROWS, 0);
    vg_picture_advance(p, START_US);
    for (uint32_t i = 0; i < 3; i++)
        say_at(p, SART + i, i, 0, 0);
    struct parts s = taken_apart(p);
    vg_picture_free(p);
    struct vg_picture_limits limits = {.vessels = 3};
    assert_int_equal(loads(&s, &limits, &taken), VG_OK);
    limits.vessels = 2; /* none of them may be left out */
    assert_int_equal(loads(&s, &limits, &taken), VG_LIMIT);
}

/* Version 1 had the same rows without what stands at their ends now, and no tracks. */
static void what_version_1_wrote_is_taken(void **state)
{
    (void)state;
    struct vg_picture *p = make(100, 40 * 512), *again = make(100, 40 * 512);
    uint64_t dice = 3;
    int64_t now_us = START_US;
    vg_picture_advance(p, now_us);
    vg_picture_advance(p, now_us += VG_HOUR_US);
    go_on(p, &dice, &now_us, 500);
    struct vg_out out = saved(p);
    const size_t less = vg_save_contact_size - vg_save_contact_size_1, count = vg_picture_count(p);
    char *to = out.buf + vg_save_head_size, *from = to;
    for (size_t i = 0; i < count; i++, from += vg_save_contact_size, to += vg_save_contact_size_1)
        memmove(to, from, vg_save_contact_size_1);
    memmove(to, from, (size_t)(out.buf + out.len - from));
    struct bytes b = {out.buf, out.len - count * less - 4, 0};
    assert_int_equal(vg_picture_load_version(again, 1, give, &b), VG_OK);
    assert_int_equal(b.taken, b.len);
    assert_true(vg_picture_check(again));
    assert_int_equal(vg_picture_count(again), count);
    const struct vg_contact *ship = vg_picture_find(again, SHIP), *before = vg_picture_find(p, SHIP);
    assert_true(ship && before && same_pos(ship->pos, before->pos));
    assert_true(vg_memory_is_established(&vg_pic_state(again, ship->slot)->memory)); /* it was there before */
    go_on(again, &dice, &now_us, 500);
    assert_true(vg_picture_check(again));
    vg_out_free(&out);
    vg_picture_free(p);
    vg_picture_free(again);
}

static void a_source_s_error_ends_the_loading(void **state)
{
    (void)state;
    struct vg_picture *p = make(ROWS, 0);
    struct bytes none = {"", 0, 0};
    assert_int_equal(vg_picture_load(p, give, &none), VG_CORRUPT);
    vg_picture_free(p);
    p = make(ROWS, 0);
    struct vg_out small = vg_out_growing(100); /* not even its head */
    assert_int_equal(vg_picture_save(p, &small), VG_LIMIT);
    vg_out_free(&small);
    vg_picture_free(p);
}

static void a_track_that_can_t_be_is_refused(void **state)
{
    (void)state;
    size_t taken;
    struct parts good = sound();
    good.tracks = 2;
    for (uint32_t i = 0; i < 2; i++) {
        struct vg_track *t = &good.track[i].row.track;
        *t = (struct vg_track){.id = 77 + i, .lat_deg = 1, .lon_deg = 2, .existence = 0.9, .seen_by = 3};
        good.track[i].vessel = i;
    }
    assert_int_equal(loads(&good, &FEW, &taken), VG_OK);
    struct parts bad = good;
    bad.track[1].vessel = 0; /* two on one contact */
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[1].row.track.id = 77; /* one on two contacts */
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[0].vessel = good.head.vessels;
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[0].row.track.id = 0;
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[0].row.track.sigma_minor_m = NAN;
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[0].row.track.lat_deg = 91;
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.track[0].row.facts = VG_TRACK_OVER;
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
    bad = good;
    bad.tracks = 3; /* the bytes end */
    assert_int_equal(loads(&bad, &FEW, &taken), VG_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loaded_picture_goes_on_as_the_saved_one),
        cmocka_unit_test(smaller_limits_keep_the_newest),
        cmocka_unit_test(what_is_cut_or_changed_is_refused_or_sound),
        cmocka_unit_test(rows_read_and_written_again_are_the_same_bytes),
        cmocka_unit_test(rows_are_little_endian_and_of_fixed_places),
        cmocka_unit_test(a_track_that_can_t_be_is_refused),
        cmocka_unit_test(a_head_that_can_t_be_is_refused),
        cmocka_unit_test(a_contact_that_can_t_be_is_refused),
        cmocka_unit_test(a_held_place_or_a_trail_that_can_t_be_is_refused),
        cmocka_unit_test(what_smaller_limits_leave_out_is_counted),
        cmocka_unit_test(more_callers_for_help_than_fit_are_a_limit),
        cmocka_unit_test(what_version_1_wrote_is_taken),
        cmocka_unit_test(a_source_s_error_ends_the_loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
