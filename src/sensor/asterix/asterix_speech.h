/* Which item of which category says what of a report. Within sensor/asterix. */
#ifndef VG_SENSOR_ASTERIX_ASTERIX_SPEECH_H
#define VG_SENSOR_ASTERIX_ASTERIX_SPEECH_H

#include <stddef.h>
#include <stdint.h>

/* Of a group the last values count, in their order. What comes first in a table wins, where both can't hold. */
enum vg_asterix_what {
    VG_ASTERIX_TIME,               /* of day, 1/128 s */
    VG_ASTERIX_TIME_PART,          /* the same, 16 bits of it */
    VG_ASTERIX_NUMBER,             /* of a track */
    VG_ASTERIX_POLAR,              /* range, bearing */
    VG_ASTERIX_CARTESIAN,          /* x, y from the sensor */
    VG_ASTERIX_POSITION,           /* latitude, longitude */
    VG_ASTERIX_RANGE,              /* alone */
    VG_ASTERIX_BEARING,            /* alone */
    VG_ASTERIX_AZIMUTH,            /* of the antenna; `octet`: how many values before the last one */
    VG_ASTERIX_ELLIPSE,            /* one standard deviation east, north */
    VG_ASTERIX_RADIUS,             /* of uncertainty */
    VG_ASTERIX_VELOCITY_POLAR,     /* speed, course */
    VG_ASTERIX_VELOCITY_CARTESIAN, /* east, north */
    VG_ASTERIX_LENGTH,
    VG_ASTERIX_MODE_3A,
    VG_ASTERIX_ALTITUDE,
    VG_ASTERIX_ADDRESS,
    VG_ASTERIX_TARGET_NAME,
    VG_ASTERIX_ORIGIN, /* latitude, longitude of the sensor */
    VG_ASTERIX_FLAG,   /* octet & mask == equals: effect */
};

enum vg_asterix_effect {
    VG_ASTERIX_SIMULATED, /* a test target, a simulation, a fixed transponder */
    VG_ASTERIX_IS_LOST,
    VG_ASTERIX_IS_ALIVE,
    VG_ASTERIX_NORTH, /* the antenna points there */
    VG_ASTERIX_SOUTH,
    VG_ASTERIX_SECTOR, /* … where AZIMUTH says */
};

struct vg_asterix_says {
    uint8_t slot;
    uint8_t part; /* of a compound item, from 1; 0: the item itself */
    uint8_t what; /* enum vg_asterix_what */
    uint8_t octet, mask, equals, effect;
};

struct vg_asterix_speech {
    uint8_t category;
    const char *edition; /* NULL: any */
    uint8_t variant;
    uint8_t sensor; /* enum vg_sensor */
    uint8_t says;   /* enum vg_radar_says, unless an item says otherwise */
    uint8_t count;
    const struct vg_asterix_says *row;
};

/* NULL: no report comes of this category. */
const struct vg_asterix_speech *vg_asterix_speech_of(uint8_t category, const char *edition, uint8_t variant);

#endif
