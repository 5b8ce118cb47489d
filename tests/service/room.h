/* A folder of the test's own, and small situations to be saved. */
#ifndef VG_TESTS_SERVICE_ROOM_H
#define VG_TESTS_SERVICE_ROOM_H

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/saved.h"
#include "test.h"

#define NOON_US INT64_C(1773568800000000)
#define SHIP    735057548u

static inline int room_remove_(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static inline int room_make(void **state)
{
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-room-XXXXXX" : "/tmp/vigia-room-XXXXXX");
    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

static inline int room_clear(void **state)
{
    nftw(*state, room_remove_, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

/* A path in it. Valid until the fourth call after. */
static inline const char *room_path(void **state, const char *name)
{
    static char paths[4][300];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", (char *)*state, name);
    return path;
}

static inline bool room_has(void **state, const char *name)
{
    return access(room_path(state, name), F_OK) == 0;
}

static inline struct vg_situation *room_situation(bool data_clock)
{
    struct vg_situation *s;
    const struct vg_picture_limits small = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40};
    assert_int_equal(vg_situation_new(&small, data_clock, &s), VG_OK);
    return s;
}

/* She was heard. */
static inline void room_hear(struct vg_situation *s, uint32_t mmsi, int64_t time_us)
{
    struct vg_report r = {.time_us = time_us,
                          .mmsi = mmsi,
                          .sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .class = VG_CLASS_SHIP_A,
                          .fields = VG_FIELD_BIT(POS),
                          .measured = VG_MEASURED_POSITION,
                          .pos = vg_pos_from_deg(-81, -1)};
    r.source = vg_source_feed(vg_situation_sources(s), "Manta");
    vg_situation_take(s, time_us, &r, 1);
}

#endif
