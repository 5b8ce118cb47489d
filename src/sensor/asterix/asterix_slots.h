/*
 * The places of items in the presence bits of a record: VG_ASTERIX_<category>_<item>, from 0. Those of the categories
 * that reports are made of or that are written; out of the same tables. Within sensor/asterix.
 */
#ifndef VG_SENSOR_ASTERIX_ASTERIX_SLOTS_H
#define VG_SENSOR_ASTERIX_ASTERIX_SLOTS_H

#define SLOT_PLOT(number, item, at, octets) VG_ASTERIX_001_PLOT_##item = (number)-1,
enum {
#include "sensor/asterix/cat001.def"
};
#undef SLOT_PLOT

#define SLOT_TRACK(number, item, at, octets) VG_ASTERIX_001_TRACK_##item = (number)-1,
enum {
#include "sensor/asterix/cat001.def"
};
#undef SLOT_TRACK

#define SLOT(number, item, at, octets) VG_ASTERIX_002_##item = (number)-1,
enum {
#include "sensor/asterix/cat002.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_004_##item = (number)-1,
enum {
#include "sensor/asterix/cat004.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_010_##item = (number)-1,
enum {
#include "sensor/asterix/cat010.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_015_##item = (number)-1,
enum {
#include "sensor/asterix/cat015.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_016_##item = (number)-1,
enum {
#include "sensor/asterix/cat016.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_019_##item = (number)-1,
enum {
#include "sensor/asterix/cat019.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_020_##item = (number)-1,
enum {
#include "sensor/asterix/cat020.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_021_##item = (number)-1,
enum {
#include "sensor/asterix/cat021.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_034_##item = (number)-1,
enum {
#include "sensor/asterix/cat034.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_048_##item = (number)-1,
enum {
#include "sensor/asterix/cat048.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_062_##item = (number)-1,
enum {
#include "sensor/asterix/cat062.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_063_##item = (number)-1,
enum {
#include "sensor/asterix/cat063.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_065_##item = (number)-1,
enum {
#include "sensor/asterix/cat065.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_205_##item = (number)-1,
enum {
#include "sensor/asterix/cat205.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_240_##item = (number)-1,
enum {
#include "sensor/asterix/cat240.def"
};
#undef SLOT

#define SLOT(number, item, at, octets) VG_ASTERIX_247_##item = (number)-1,
enum {
#include "sensor/asterix/cat247.def"
};
#undef SLOT

/* Of the old edition 0.26 of 021; 2.1 and 2.7 have one list. */
#define SLOT(number, item, at, octets) VG_ASTERIX_021_OLD_##item = (number)-1,
enum {
#include "sensor/asterix/cat021_0_26.def"
};
#undef SLOT

#endif
