#include "sim/radar_model.h"

#include <string.h>

/* Pd of Swerling's first case is exp(−threshold / (1 + signal)): one half at this signal. */
#define HALF_SIGNAL (VG_SIM_THRESHOLD / M_LN2 - 1)

#define SHORE_ONE_M2_M 26000 /* a coastal radar: large antenna, 25 kW */
#define SHIP_ONE_M2_M  7800  /* an ARPA's radar */
#define SCAN_GAIN      6.3   /* 8 dB: spikes of the sea don't stay from turn to turn, a boat does */
#define LOST_ANYHOW    0.02  /* of looks, whatever the signal */
#define FLOATING_AID   20    /* types from here on are buoys: M.1371 table 74 */

/* Kinds whose size at radar isn't that of their length. Low-profile vessels: awash, freeboard 46 cm. */
static const struct {
    const char *kind;
    double area_m2, height_m;
} special[] = {
    {"low-profile vessel", 0.3, 0.5}, {"drifting boat", 1.5, 1.2}, {"panga", 2.0, 1.5},
    {"fibre boat", 2.5, 1.5},         {"go-fast", 8.0, 2.0},
};

/* Plastic and wood to 20 m grow with their face; steel has corners, and its median grows faster (Skolnik). */
static double area_of_length(double length_m)
{
    return length_m < 20 ? 2 * pow(length_m / 7, 2) : 100 * pow(length_m / 25, 2.6);
}

static bool target_of_aid(const struct vg_sim_vessel *v, struct vg_sim_target *ret)
{
    const struct vg_sim_aid *a = &vg_sim_aids[v->berth];
    *ret = (struct vg_sim_target){10, 3, false}; /* a corner reflector */
    return a->type >= FLOATING_AID && !a->is_virtual;
}

bool vg_sim_target_of(const struct vg_sim_vessel *v, struct vg_sim_target *ret_target)
{
    double length_m = v->to_bow_m + v->to_stern_m;
    if (v->activity == ACTIVITY_AWAY || v->activity == ACTIVITY_MOORED || v->class == VG_CLASS_BASE ||
        vg_class_is_distress((enum vg_class)v->class))
        return false;
    if (v->class == VG_CLASS_ATON)
        return target_of_aid(v, ret_target);
    if (v->class == VG_CLASS_SAR) {
        *ret_target = (struct vg_sim_target){10, v->altitude_m, true};
        return v->activity == ACTIVITY_FLYING;
    }
    *ret_target = (struct vg_sim_target){area_of_length(length_m), fmin(40, fmax(1.5, 0.12 * length_m)), false};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(special[i].kind, v->kind->key) == 0) {
            ret_target->area_m2 = special[i].area_m2;
            ret_target->height_m = special[i].height_m;
        }
    return true;
}

struct vg_sim_power vg_sim_power_of(const struct vg_site *site)
{
    return (struct vg_sim_power){
        .one_m2_m = site->moving ? SHIP_ONE_M2_M : SHORE_ONE_M2_M,
        .beam_deg = fmax(0.4, 2.5 * site->sigma_bearing_deg),
        .cell_m = fmax(15, 2 * site->sigma_range_m),
    };
}

/* ---- the sea ---- */

double vg_sim_sea_upwind(const struct vg_sim_sea *sea, double bearing_deg)
{
    return (1 + 0.6 * cos((bearing_deg - sea->wind_from_deg) * VG_RAD)) / 1.6;
}

double vg_sim_sea_plots(const struct vg_sim_sea *sea)
{
    static const double plots[] = {0.5, 2, 6, 14, 30, 60, 110};
    return plots[sea->state];
}

double vg_sim_sea_scale_m(const struct vg_sim_sea *sea)
{
    return 1500 + 800 * sea->state;
}

double vg_sim_sea_reach_m(const struct vg_site *site, const struct vg_sim_sea *sea)
{
    double height_m = isnan(site->height_m) ? 15 : site->height_m;
    return fmin(site->range_m, vg_site_horizon_m(height_m, 0.3 * sea->state));
}

/* Cross-section of the sea in one cell of the radar. */
static double sea_area_m2(const struct vg_site *site, const struct vg_sim_power *power, const struct vg_sim_sea *sea,
                          double range_m, double bearing_deg)
{
    const double bent_m = 2 * 8494.7e3; /* 2 · 4/3 of the earth's radius */
    double height_m = isnan(site->height_m) ? 15 : site->height_m;
    double grazing_deg = (atan2(height_m, range_m) - range_m / bent_m) / VG_RAD;
    if (range_m > vg_sim_sea_reach_m(site, sea) || grazing_deg <= 0)
        return 0;
    double reflects = pow(10, (-52 + 5.5 * sea->state) / 10) * grazing_deg / 0.5;
    return reflects * 1.6 * vg_sim_sea_upwind(sea, bearing_deg) * range_m * power->beam_deg * VG_RAD * power->cell_m;
}

double vg_sim_signal(const struct vg_site *site, const struct vg_sim_power *power, const struct vg_sim_sea *sea,
                     const struct vg_sim_target *target, double aspect_deg, double range_m, double bearing_deg)
{
    double horizon_m = isnan(site->height_m) ? HUGE_VAL : vg_site_horizon_m(site->height_m, target->height_m);
    if (range_m >= horizon_m)
        return 0;
    double side = sin(aspect_deg * VG_RAD);
    double area_m2 = target->area_m2 * (0.6 + 1.2 * side * side); /* the broad side is three times the bow */
    double over_noise = HALF_SIGNAL * area_m2 * pow(power->one_m2_m / range_m, 4);
    double sinks = fmin(1, (horizon_m - range_m) / (0.15 * horizon_m)); /* the hull goes under the horizon bit by bit */
    if (!isinf(horizon_m))
        over_noise *= sinks * sinks;
    double sea_m2 = target->airborne ? 0 : sea_area_m2(site, power, sea, range_m, bearing_deg);
    double over_sea = sea_m2 > 0 ? SCAN_GAIN * area_m2 / sea_m2 : HUGE_VAL;
    return 1 / (1 / over_noise + 1 / over_sea);
}

double vg_sim_detection(double signal)
{
    return signal > 0 ? (1 - LOST_ANYHOW) * exp(-VG_SIM_THRESHOLD / (1 + signal)) : 0;
}

double vg_sim_detect(uint64_t *dice, double signal)
{
    if (!(signal > 0) || vg_rng_chance(dice, LOST_ANYHOW))
        return 0;
    double power = (1 + signal) * vg_rng_exponential(dice);
    return power > VG_SIM_THRESHOLD ? power : 0;
}

/* ---- dice ---- */

double vg_rng_normal(uint64_t *dice)
{
    double far = sqrt(-2 * log(1 - vg_rng_unit(dice)));
    return far * cos(2 * M_PI * vg_rng_unit(dice));
}

double vg_rng_exponential(uint64_t *dice)
{
    return -log(1 - vg_rng_unit(dice));
}

uint32_t vg_rng_poisson(uint64_t *dice, double mean)
{
    uint32_t n = 0;
    for (double left = vg_rng_exponential(dice); left < mean; left += vg_rng_exponential(dice))
        n++;
    return n;
}
