/* A small archive whose every row is known: four hours, four vessels. */
#ifndef VG_TESTS_API_ARCHIVE_FIXTURE_H
#define VG_TESTS_API_ARCHIVE_FIXTURE_H

#include "archive/store.h"
#include "picture_fixture.h"

#define BEGIN_US (INT64_C(1700000000) / 3600 * 3600 * VG_SECOND_US) /* 2023-11-14T22:00:00Z */
#define BEGIN    "2023-11-14T22:00:00Z"
#define HOURS    4
#define MOVER    UINT32_C(735059037) /* goes east along 2° S at 12 kn, heard every 10 s */
#define LEAVER   UINT32_C(412345678) /* goes north, out of the box, and falls silent in the second hour */
#define STILL    UINT32_C(366000001) /* at anchor, every 3 min, class B */
#define FAR_AWAY UINT32_C(503000001) /* on the other side of the antimeridian */

/* Far south, in the first hour only. */
#define JUMPER     UINT32_C(725000001) /* goes south at 12 kn; once a position that nothing could reach, once a type 4 */
#define BASE       UINT32_C(7250001)
#define AID        UINT32_C(997250001)
#define SEEN_AFAR  UINT32_C(725000002) /* by type 27 */
#define DEVICE     UINT32_C(970010001) /* a SART: a test, then the call */
#define RESTING    UINT32_C(725000003) /* three words at rest, then a position that nothing could reach, then silence */
#define RETURNER   UINT32_C(725000004) /* says her name, falls silent, and comes back without it */
#define CORRECTOR  UINT32_C(7250002)   /* a base station, by type 17 only */
#define ODD_AID    UINT32_C(997250002) /* an aid by its number, though it sends type 1 */
#define SOUTH      (62 + 4 + 4 + 2 + 2) /* positions of theirs */
#define NUMBERLESS 3                    /* positions of the MMSI 0, which somebody forgot to set; far east */

/* Far north, in the first and the third hour, with more than an hour between. */
#define CALLER UINT32_C(970010002) /* a SART: the call, then three times, without a position, that it was a test */
#define AFAR_B UINT32_C(725000005) /* class B, by type 18, then by type 27 only */
#define NORTH  4                   /* positions of theirs */

#define NEARER UINT32_C(725000006) /* far north: seen by type 27, then by type 1 */

static inline double mover_lon(int64_t s)
{
    return -81 + 12.0 / 3600 / 60 * (double)s; /* near the equator a knot is a minute an hour */
}

static inline void add(struct vg_store_writer *w, struct vg_report r)
{
    assert_int_equal(vg_store_add(w, &r), VG_OK);
}

static inline struct vg_report moving(uint32_t mmsi, int64_t s, double lon, double lat)
{
    struct vg_report r = at_position(mmsi, BEGIN_US + s * VG_SECOND_US, lon, lat);
    r.sog_dkn = 120;
    r.cog_ddeg = 900;
    r.journal_offset = (uint64_t)s + 1;
    return r;
}

static inline struct vg_report speaking(uint32_t mmsi, int64_t s, uint8_t message, double lon, double lat)
{
    struct vg_report r = at_position(mmsi, BEGIN_US + s * VG_SECOND_US, lon, lat);
    r.message = message;
    r.class = (uint8_t)vg_message_class(message);
    r.fields = VG_FIELD_BIT(POS);
    r.journal_offset = (uint64_t)s * 10 + 7;
    return r;
}

/* Those who teach the rules something, all in the first hour. */
static inline void fill_far_south(struct vg_store_writer *w)
{
    for (int64_t s = 0; s < 3600; s += 60) {
        struct vg_report r = moving(JUMPER, s, -71.5, -20 - (double)s / 18000);
        r.cog_ddeg = 1800;
        r.journal_offset = (uint64_t)s * 10 + 1;
        add(w, r);
    }
    struct vg_report r = moving(JUMPER, 1230, -72.9, -21);
    r.journal_offset = 12301;
    add(w, r);                                        /* nothing gets there in 30 s */
    add(w, speaking(JUMPER, 2430, 4, -71.5, -20.14)); /* says once that it is a base station */
    for (int64_t s = 0; s < 40; s += 10) {
        r = moving(RESTING, s, s < 30 ? -70.8 : -72, -20.6); /* the last is too far away */
        r.sog_dkn = 0;
        add(w, r);
    }
    add(w, called(RETURNER, BEGIN_US, "AWAY"));
    add(w, moving(RETURNER, 1, -70.6, -20.7));
    add(w, moving(RETURNER, 3000, -70.5, -20.7)); /* after more silence than a moving ship may keep */
    add(w, called(RETURNER, BEGIN_US + 3605 * VG_SECOND_US, "AWAY"));
    add(w, speaking(BASE, 600, 4, -71.3, -20.3));
    add(w, speaking(CORRECTOR, 700, 17, -71.3, -20.4));
    add(w, speaking(ODD_AID, 800, 1, -71.2, -20.4));
    r = speaking(AID, 900, 21, -71.2, -20.2);
    r.fields |= VG_FIELD_BIT(AID_FLAGS) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(NAME);
    r.aid_type = 30;
    r.aid_off_position = true;
    snprintf(r.name, sizeof r.name, "BOYA");
    add(w, r);
    add(w, speaking(SEEN_AFAR, 1200, 27, -71.1, -20.1));
    r = speaking(DEVICE, 1500, 1, -71.0, -20.4);
    r.fields |= VG_FIELD_BIT(STATUS);
    r.status = 15; /* a test */
    add(w, r);
    r = speaking(DEVICE, 1700, 14, 0, 0);
    r.fields = VG_FIELD_BIT(TEXT);
    r.pos = VG_POS_NONE;
    snprintf(r.text, sizeof r.text, "SART ACTIVE"); /* and then the call, which has no position */
    add(w, r);
}

static inline void fill_far_north(struct vg_store_writer *w, int64_t hour)
{
    struct vg_report r = speaking(CALLER, 1500, 1, 10, 70);
    r.fields |= VG_FIELD_BIT(STATUS);
    r.status = 14;
    if (hour == 0) {
        add(w, r);
        add(w, speaking(AFAR_B, 1200, 18, 10.2, 70));
        add(w, speaking(AFAR_B, 1400, 27, 10.2, 70));
        return;
    }
    for (int i = 0; i < 3; i++) { /* one test alone would not end the call */
        r = speaking(CALLER, 7300 + 150 * i, 14, 0, 0);
        r.fields = VG_FIELD_BIT(TEXT);
        r.pos = VG_POS_NONE;
        snprintf(r.text, sizeof r.text, "SART TEST");
        add(w, r);
    }
    add(w, speaking(AFAR_B, 7300, 27, 10.2, 70));
}

static inline void fill_hour(struct vg_store_writer *w, int64_t hour)
{
    for (int64_t s = hour * 3600; s < (hour + 1) * 3600; s += 10) {
        struct vg_report r = moving(MOVER, s, mover_lon(s), -2);
        if (s % 100 == 0) {
            r.fields |= VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN);
            r.heading_deg = 91;
            r.turn_raw = -10;
            r.accurate = true;
        }
        add(w, r);
        if (s < 5400)
            add(w, moving(LEAVER, s, -80.5, -2.4 + (double)s / 3600));
        if (s % 180 == 0) {
            r = moving(STILL, s, -80.2, -2.2);
            r.message = 18;
            r.class = VG_CLASS_SHIP_B;
            r.sog_dkn = 0;
            r.fields &= ~VG_FIELD_BIT(STATUS);
            add(w, r);
            add(w, moving(FAR_AWAY, s, -179.99, -17));
        }
    }
    add(w, called(MOVER, BEGIN_US + hour * VG_HOUR_US + VG_MINUTE_US, hour < 2 ? "MANTA EXPRESS" : "RENAMED"));
    struct vg_report r = called(STILL, BEGIN_US + hour * VG_HOUR_US + VG_MINUTE_US, "=EVIL()");
    r.message = 24;
    r.class = VG_CLASS_SHIP_B;
    add(w, r);
    if (hour == 0 || hour == 3) {
        r = called(FAR_AWAY, BEGIN_US + hour * VG_HOUR_US + VG_MINUTE_US, hour ? "VITI" : "");
        r.message = 24; /* first part B, which has no name, then part A, which has nothing else */
        r.class = VG_CLASS_SHIP_B;
        r.fields = hour ? VG_FIELD_BIT(NAME) : VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(PARENT);
        snprintf(r.callsign, sizeof r.callsign, "3DVB");
        r.parent_mmsi = 503000009;
        add(w, r);
    }
    if (hour == 0) {
        fill_far_south(w);
        add(w, speaking(NEARER, 1200, 27, 10, 70));
        add(w, speaking(NEARER, 1400, 1, 10, 70));
    }
    if (hour == 0 || hour == 2)
        fill_far_north(w, hour);
    if (hour < NUMBERLESS)
        add(w, moving(0, hour * 3600 + 5 - hour, 100, 60));
}

static inline void archive_build(const char *folder)
{
    struct vg_sources sources;
    struct vg_store_writer *w;
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    uint64_t mark;
    const char *why = "";
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    vg_source_feed(&sources, "Manta");
    if (vg_store_open(folder, &rules, &sources, &w, &mark, &why))
        fail_msg("%s", why);
    for (int64_t hour = 0; hour < HOURS; hour++) {
        fill_hour(w, hour);
        assert_int_equal(vg_store_commit(w, (uint64_t)hour + 1), VG_OK);
    }
    vg_store_close(w);
    vg_sources_free(&sources);
}

#endif
