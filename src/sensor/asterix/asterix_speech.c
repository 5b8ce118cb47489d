#include "sensor/asterix/asterix_speech.h"

#include <string.h>

#include "report/report.h"
#include "sensor/asterix/asterix.h"
#include "sensor/asterix/asterix_slots.h"

#define ITEM(id, of)                                                                                                   \
    {                                                                                                                  \
        .slot = VG_ASTERIX_##id, .what = VG_ASTERIX_##of                                                               \
    }
#define PART(id, number, of)                                                                                           \
    {                                                                                                                  \
        .slot = VG_ASTERIX_##id, .part = number, .what = VG_ASTERIX_##of                                               \
    }
#define FLAG(id, at, bits, value, then)                                                                                \
    {                                                                                                                  \
        VG_ASTERIX_##id, 0, VG_ASTERIX_FLAG, at, bits, value, VG_ASTERIX_##then                                        \
    }
#define BIT(id, at, bits, then) FLAG(id, at, bits, bits, then)

static const struct vg_asterix_says plots_001[] = {
    BIT(001_PLOT_020, 0, 0x40, SIMULATED), BIT(001_PLOT_020, 0, 0x02, SIMULATED),
    BIT(001_PLOT_020, 1, 0x80, SIMULATED), ITEM(001_PLOT_040, POLAR),
    ITEM(001_PLOT_070, MODE_3A),           ITEM(001_PLOT_090, ALTITUDE),
    ITEM(001_PLOT_141, TIME_PART),
};

static const struct vg_asterix_says tracks_001[] = {
    BIT(001_TRACK_020, 0, 0x40, SIMULATED),
    BIT(001_TRACK_020, 0, 0x02, SIMULATED),
    BIT(001_TRACK_020, 1, 0x80, SIMULATED),
    ITEM(001_TRACK_161, NUMBER),
    ITEM(001_TRACK_040, POLAR),
    ITEM(001_TRACK_042, CARTESIAN),
    ITEM(001_TRACK_200, VELOCITY_POLAR),
    ITEM(001_TRACK_070, MODE_3A),
    ITEM(001_TRACK_090, ALTITUDE),
    ITEM(001_TRACK_141, TIME_PART),
    BIT(001_TRACK_170, 1, 0x80, IS_LOST),
};

static const struct vg_asterix_says service_002[] = {
    ITEM(002_030, TIME),
    FLAG(002_000, 0, 0xFF, 1, NORTH),
    FLAG(002_000, 0, 0xFF, 3, SOUTH),
    FLAG(002_000, 0, 0xFF, 2, SECTOR),
    ITEM(002_020, AZIMUTH),
};

static const struct vg_asterix_says target_010[] = {
    ITEM(010_140, TIME),
    BIT(010_020, 1, 0x80, SIMULATED),
    BIT(010_020, 1, 0x40, SIMULATED),
    BIT(010_020, 1, 0x20, SIMULATED),
    ITEM(010_161, NUMBER),
    ITEM(010_040, POLAR),
    ITEM(010_041, POSITION),
    ITEM(010_042, CARTESIAN),
    ITEM(010_500, ELLIPSE),
    ITEM(010_200, VELOCITY_POLAR),
    ITEM(010_202, VELOCITY_CARTESIAN),
    ITEM(010_060, MODE_3A),
    ITEM(010_220, ADDRESS),
    ITEM(010_245, TARGET_NAME),
    ITEM(010_090, ALTITUDE),
    ITEM(010_091, ALTITUDE),
    ITEM(010_270, LENGTH),
    BIT(010_170, 0, 0x40, IS_LOST),
    FLAG(010_000, 0, 0xFF, 2, IS_ALIVE),
    FLAG(010_000, 0, 0xFF, 3, IS_ALIVE),
    FLAG(010_000, 0, 0xFF, 4, IS_ALIVE),
};

static const struct vg_asterix_says target_015[] = {
    ITEM(015_145, TIME),     ITEM(015_161, NUMBER),     PART(015_600, 1, POSITION), PART(015_600, 3, ELLIPSE),
    PART(015_625, 1, RANGE), PART(015_627, 1, BEARING), PART(015_270, 1, LENGTH),   FLAG(015_000, 0, 0xFE, 10, IS_LOST),
};

static const struct vg_asterix_says service_016[] = {
    ITEM(016_140, TIME),
    ITEM(016_400, ORIGIN),
};

static const struct vg_asterix_says service_019[] = {
    ITEM(019_140, TIME),
    ITEM(019_600, ORIGIN),
};

static const struct vg_asterix_says target_020[] = {
    ITEM(020_140, TIME),
    BIT(020_020, 1, 0x80, SIMULATED),
    BIT(020_020, 1, 0x04, SIMULATED),
    BIT(020_020, 1, 0x02, SIMULATED),
    ITEM(020_161, NUMBER),
    ITEM(020_041, POSITION),
    PART(020_500, 2, ELLIPSE),
    ITEM(020_202, VELOCITY_CARTESIAN),
    ITEM(020_070, MODE_3A),
    ITEM(020_220, ADDRESS),
    ITEM(020_245, TARGET_NAME),
    ITEM(020_090, ALTITUDE),
    ITEM(020_105, ALTITUDE),
    BIT(020_170, 0, 0x40, IS_LOST),
};

static const struct vg_asterix_says aircraft_021[] = {
    ITEM(021_073, TIME),
    ITEM(021_071, TIME),
    ITEM(021_077, TIME),
    BIT(021_040, 0, 0x02, SIMULATED),
    BIT(021_040, 1, 0x20, SIMULATED),
    BIT(021_040, 1, 0x10, SIMULATED),
    ITEM(021_161, NUMBER),
    ITEM(021_131, POSITION),
    ITEM(021_130, POSITION),
    ITEM(021_160, VELOCITY_POLAR),
    ITEM(021_070, MODE_3A),
    ITEM(021_080, ADDRESS),
    ITEM(021_170, TARGET_NAME),
    ITEM(021_145, ALTITUDE),
    ITEM(021_140, ALTITUDE),
};

static const struct vg_asterix_says aircraft_021_old[] = {
    ITEM(021_OLD_030, TIME),
    BIT(021_OLD_040, 0, 0x20, SIMULATED),
    BIT(021_OLD_040, 0, 0x10, SIMULATED),
    BIT(021_OLD_040, 0, 0x08, SIMULATED),
    ITEM(021_OLD_130, POSITION),
    ITEM(021_OLD_160, VELOCITY_POLAR),
    ITEM(021_OLD_070, MODE_3A),
    ITEM(021_OLD_080, ADDRESS),
    ITEM(021_OLD_170, TARGET_NAME),
    ITEM(021_OLD_145, ALTITUDE),
    ITEM(021_OLD_140, ALTITUDE),
};

static const struct vg_asterix_says service_034[] = {
    ITEM(034_030, TIME),   FLAG(034_000, 0, 0xFF, 1, NORTH), FLAG(034_000, 0, 0xFF, 2, SECTOR), ITEM(034_020, AZIMUTH),
    ITEM(034_120, ORIGIN),
};

static const struct vg_asterix_says target_048[] = {
    ITEM(048_140, TIME),
    BIT(048_020, 0, 0x10, SIMULATED),
    BIT(048_020, 0, 0x02, SIMULATED),
    BIT(048_020, 1, 0x80, SIMULATED),
    ITEM(048_161, NUMBER),
    ITEM(048_040, POLAR),
    ITEM(048_042, CARTESIAN),
    ITEM(048_200, VELOCITY_POLAR),
    ITEM(048_070, MODE_3A),
    ITEM(048_220, ADDRESS),
    ITEM(048_240, TARGET_NAME),
    ITEM(048_090, ALTITUDE),
    ITEM(048_110, ALTITUDE),
    BIT(048_170, 1, 0x80, IS_LOST),
};

static const struct vg_asterix_says track_062[] = {
    ITEM(062_070, TIME),        BIT(062_080, 1, 0x80, SIMULATED), ITEM(062_040, NUMBER),
    ITEM(062_105, POSITION),    PART(062_500, 1, ELLIPSE),        ITEM(062_185, VELOCITY_CARTESIAN),
    ITEM(062_060, MODE_3A),     PART(062_380, 1, ADDRESS),        PART(062_380, 2, TARGET_NAME),
    ITEM(062_245, TARGET_NAME), ITEM(062_136, ALTITUDE),          ITEM(062_130, ALTITUDE),
    ITEM(062_270, LENGTH),      BIT(062_080, 1, 0x40, IS_LOST),
};

static const struct vg_asterix_says service_065[] = {
    ITEM(065_030, TIME),
};

static const struct vg_asterix_says bearing_205[] = {
    ITEM(205_030, TIME),     ITEM(205_160, NUMBER), FLAG(205_000, 0, 0xFF, 4, IS_LOST),
    ITEM(205_050, POSITION), ITEM(205_110, RADIUS), ITEM(205_070, BEARING),
};

/* `octet` of AZIMUTH: the first of four values. */
static const struct vg_asterix_says video_240[] = {
    ITEM(240_140, TIME),
    FLAG(240_000, 0, 0xFF, 2, SECTOR),
    {.slot = VG_ASTERIX_240_040, .what = VG_ASTERIX_AZIMUTH, .octet = 3},
    {.slot = VG_ASTERIX_240_041, .what = VG_ASTERIX_AZIMUTH, .octet = 3},
};

#define SPEECH(number, name, list, of, is, rows)                                                                       \
    {                                                                                                                  \
        number, name, list, VG_SENSOR_##of, VG_RADAR_##is, sizeof(rows) / sizeof *(rows), rows                         \
    }

static const struct vg_asterix_speech speeches[] = {
    SPEECH(1, NULL, 0, RADAR, PLOT, plots_001),         SPEECH(1, NULL, 1, RADAR, PLOT, tracks_001),
    SPEECH(2, NULL, 0, RADAR, ALIVE, service_002),      SPEECH(10, NULL, 0, RADAR, PLOT, target_010),
    SPEECH(15, NULL, 0, RADAR, PLOT, target_015),       SPEECH(16, NULL, 0, RADAR, ALIVE, service_016),
    SPEECH(19, NULL, 0, RADAR, ALIVE, service_019),     SPEECH(20, NULL, 0, RADAR, PLOT, target_020),
    SPEECH(21, "0.26", 0, AIR, PLOT, aircraft_021_old), SPEECH(21, NULL, 0, AIR, PLOT, aircraft_021),
    SPEECH(34, NULL, 0, RADAR, ALIVE, service_034),     SPEECH(48, NULL, 0, RADAR, PLOT, target_048),
    SPEECH(62, NULL, 0, RADAR, TRACK, track_062),       SPEECH(65, NULL, 0, RADAR, ALIVE, service_065),
    SPEECH(205, NULL, 0, RADAR, PLOT, bearing_205),     SPEECH(240, NULL, 0, RADAR, ALIVE, video_240),
};

const struct vg_asterix_speech *vg_asterix_speech_of(uint8_t category, const char *edition, uint8_t variant)
{
    for (size_t i = 0; i < sizeof speeches / sizeof *speeches; i++) {
        const struct vg_asterix_speech *s = &speeches[i];
        if (s->category == category && s->variant == variant && (!s->edition || strcmp(s->edition, edition) == 0))
            return s;
    }
    return NULL;
}
