/*
 * A scenario as people write it (YAML): a world, who is in it, who listens, what happens. docs/simulation.md has every
 * key. vg_sim_script_read() makes a script of a text, vg_sim_new() plays it (vg_sim_options.script).
 *
 * Plain memory, no pointers into the text. Any thread.
 */
#ifndef VG_SIM_SCRIPT_H
#define VG_SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"

#define VG_SIM_NAME          64 /* bytes of a name, the zero included */
#define VG_SIM_STATION       16 /* … of a receiver or satellite: NMEA 0183 allows 15 characters in a tag block */
#define VG_SIM_RECEIVERS_MAX 32
#define VG_SIM_OUTAGES_MAX   16
#define VG_SIM_PASSES_MAX    16
#define VG_SIM_AREAS_MAX     32 /* of areas, gates, lanes and holes each */
#define VG_SIM_POINTS_MAX    64 /* of one area or lane */
#define VG_SIM_PLACED_MAX    256
#define VG_SIM_KINDS_MAX     48
#define VG_SIM_DEEDS_MAX     4096  /* that are played, placed ones among them */
#define VG_SIM_SCRIPT_SHIPS  50000 /* vessels that move, those of deeds not counted */
#define VG_SIM_TIMES_A_DAY   1000  /* of one deed */
#define VG_SIM_CREW_MAX      60000 /* vessels that deeds bring */

/* What may be asked for by number: deeds, and normal life that must raise nothing (deeds.def, life.def). */
enum vg_sim_deed_id {
#define DEED(key, ...) DEED_##key,
#define LIFE(key, ...) DEED_##key,
#include "sim/deeds.def"
#undef DEED
#undef LIFE
    DEED_COUNT
};

/* As it stands in files; and whether it is normal life. */
const char *vg_sim_deed_key(int deed);
bool vg_sim_deed_is_life(int deed);

struct vg_sim_spot_deg {
    double lon_deg, lat_deg;
};

/* Seconds since the start, [from, to). */
struct vg_sim_span {
    double from_s, to_s;
};

struct vg_sim_receiver {
    char name[VG_SIM_STATION];
    struct vg_sim_spot_deg at;
    double height_m;   /* of its antenna, over the sea */
    double range_nm;   /* it hears no farther, whatever its horizon */
    double lost;       /* share of messages lost, 0–1 */
    double collisions; /* how much a full channel hurts: 0 nothing, 1 as without any order */
    double clock_s;    /* how much later its clock is than the true time */
    struct vg_sim_span outage[VG_SIM_OUTAGES_MAX];
    size_t outages;
};

struct vg_sim_pass {
    char name[VG_SIM_STATION];
    double period_s, first_s, swath_s; /* one pass a period; the first begins then and lasts so long */
    double probability;                /* that a position of class A is heard in a pass; others in proportion */
};

struct vg_sim_hole { /* nobody ashore hears who is in it */
    struct vg_sim_spot_deg at;
    double radius_nm;
    struct vg_sim_span when;
};

struct vg_sim_shape { /* an area (closed), a lane (from the first point to the last), a gate (two points) */
    char name[VG_SIM_NAME];
    struct vg_sim_spot_deg point[VG_SIM_POINTS_MAX];
    size_t points;
};

struct vg_sim_shapes {
    struct vg_sim_shape shape[VG_SIM_AREAS_MAX];
    size_t count;
};

struct vg_sim_placed {
    uint8_t deed;
    double at_s; /* since the start */
    struct vg_sim_spot_deg at;
    bool has_place;
};

struct vg_sim_script {
    char name[VG_SIM_NAME];
    bool is_box;       /* else the region "ecuador" */
    struct vg_box box; /* west < east */
    int64_t start_us;  /* VG_TIME_NONE: not said */
    double hours;      /* 0: not said */
    uint64_t seed;
    bool has_seed;
    double damage;  /* share of sentences spoiled */
    uint32_t fleet; /* so many in all, in the shares of kinds.def; besides `vessels` */
    uint32_t vessels[VG_SIM_KINDS_MAX];
    struct vg_sim_receiver receiver[VG_SIM_RECEIVERS_MAX];
    struct vg_sim_pass pass[VG_SIM_PASSES_MAX];
    struct vg_sim_hole hole[VG_SIM_AREAS_MAX];
    size_t receivers, passes, holes;
    struct vg_sim_shapes areas, gates, lanes;
    double a_day[DEED_COUNT];
    struct vg_sim_placed placed[VG_SIM_PLACED_MAX];
    size_t placed_count;
    char sensors[256]; /* a file, as it is written there; "": none */
};

/* What is wrong in a text: one printable sentence, with the key where there is one. line 0: in none. */
struct vg_sim_script_error {
    unsigned line;
    char text[600];
};

/*
 * Reads a scenario. VG_SYNTAX: *ret_error says what and where; VG_NOMEM. Both outputs are else untouched; a text that
 * is too long for its place is an error like others.
 */
enum vg_err vg_sim_script_read(const char *yaml, size_t len, struct vg_sim_script *ret_script,
                               struct vg_sim_script_error *ret_error);

#endif
