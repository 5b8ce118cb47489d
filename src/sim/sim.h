/*
 * A simulated sea: vessels with a true course of things, and the AIS sentences that receivers ashore and in orbit would
 * have heard of it. The product's demo, its load generator, and a truth to measure detectors against.
 *
 * Deterministic: the same options give the same bytes on every machine with IEEE doubles and the same libm. The library
 * asks no clock and opens no file; the caller steps time, one second at a call. One thread per instance. Memory is
 * taken in vg_sim_new() only: about 1 KiB for a vessel of "ecuador", 64 bytes for one of "load".
 *
 * Ships, names, call signs, MMSIs and IMO numbers are made up. MMSIs are <MID>9xxxxx; IMO numbers begin with 4, a range
 * that was never given out. Any likeness to a real vessel is chance.
 */
#ifndef VG_SIM_SIM_H
#define VG_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "report/report.h"

enum vg_sim_scenario {
    VG_SIM_ECUADOR, /* a day off Ecuador and the Galapagos */
    VG_SIM_LOAD,    /* many ships on all seas, each heard every ten seconds; no shores, no stories, no truth */
};

struct vg_sim_script; /* sim/script.h */

#define VG_SIM_VESSELS_ECUADOR 820
#define VG_SIM_VESSELS_LOAD    50000
#define VG_SIM_VESSELS_MAX     1000000 /* load; "ecuador" stops at 20 000 */

struct vg_sim_options {
    enum vg_sim_scenario scenario;
    uint32_t vessels;   /* about how many move; 0: the scenario's default */
    uint64_t seed;      /* another number, another world */
    int64_t start_us;   /* UTC; cut to whole seconds */
    double damage;      /* share of sentences that the radio or the line spoils, 0–1 */
    bool statics_first; /* load: all names in the first minute instead of spread over six */
    bool dark;          /* "ecuador": also those without AIS and whom they meet; what the others say stays as it is */
    const struct vg_sim_script *script; /* plays this in place of `scenario`; borrowed as long as the sim lives */
    double hours; /* of a script: how long it will be played, for deeds to have room; 0: as it says, or a day */
};

struct vg_sim_counters {
    uint64_t sent;      /* messages put on the air */
    uint64_t sentences; /* lines written, a message heard by two stations counting twice */
    uint64_t damaged;
    uint64_t deeds_left_out; /* beyond VG_SIM_DEEDS_MAX */
    uint64_t pairs_left_out; /* meetings beyond VG_SIM_PAIRS_MAX at once, which the truth lacks */
};

struct vg_sim;

/* VG_ARG for options out of range, VG_NOMEM. Free with vg_sim_free() (NULL is fine). */
enum vg_err vg_sim_new(const struct vg_sim_options *options, struct vg_sim **ret_sim);
void vg_sim_free(struct vg_sim *sim);

/* Plays one second and writes what was heard in it, CR LF ended, with tag blocks. Errors stay in `out`. */
void vg_sim_step(struct vg_sim *sim, struct vg_out *out);

/* The second that the next step plays. */
int64_t vg_sim_now_us(const struct vg_sim *sim);

const struct vg_sim_counters *vg_sim_counters(const struct vg_sim *sim);

/* What is true of one thing, now. Strings are constant or live as long as the sim. */
struct vg_sim_truth {
    uint32_t mmsi;
    enum vg_class class;
    const char *name, *kind, *activity;
    const char *story; /* "" for those without one */
    double lon_deg, lat_deg, sog_kn, cog_deg, heading_deg;
    bool on_air;    /* its transmitter works */
    bool true_mmsi; /* false: it uses another's number */
    bool has_ais;   /* it carries a transmitter; without one `mmsi` is 0 */
    bool afloat;    /* not an aircraft, a station or an aid */
};

/* Things in the world: 0 … count − 1. "load" tells none. */
size_t vg_sim_count(const struct vg_sim *sim);
void vg_sim_truth(const struct vg_sim *sim, size_t i, struct vg_sim_truth *ret_truth);

/* The same as one JSON object and a line end. */
void vg_sim_truth_json(const struct vg_sim *sim, size_t i, struct vg_out *out);

/*
 * What is done in the world of a script, from now on: an event a line when it has ended, as JSON into `out` (borrowed),
 * deeds and what ordinary people do alike. docs/simulation.md has the members. vg_sim_end() tells what still goes on.
 */
void vg_sim_tell_events(struct vg_sim *sim, struct vg_out *out);
void vg_sim_end(struct vg_sim *sim);

/* The watch list of a world (docs/formats/watchlist.md) as CSV: a header, and who is brought by "watch_listed". At the
 * beginning of the world, before anybody takes another number. */
void vg_sim_watch_list(const struct vg_sim *sim, struct vg_out *out);

/* The areas and gates of a scenario as GeoJSON (docs/formats/areas.md); any thread. (script_areas.c) */
void vg_sim_script_areas(const struct vg_sim_script *script, struct vg_out *out);

/*
 * The world's places as a GeoJSON FeatureCollection, one layer (zones, grounds, ports, anchorages, lanes, signals) or
 * with NULL all of them. The zones are our own construction, approximate and not for navigation. Any thread.
 */
void vg_sim_places_geojson(const char *layer, struct vg_out *out);

/* The names of the layers; NULL behind the last. */
const char *vg_sim_layer_name(size_t i);

#endif
