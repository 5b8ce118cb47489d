/* Deeds of one whose transponder says another place than its own. Where no source is named the numbers are assumed, and
 * stated here. */
#include <stdio.h>

#include "sim/deed.h"

#define ACTOR(i)    vg_deed_actor(world, d, i)
#define INLAND_M    3000.0
#define INLAND_MOST 60000.0

/* Its position jumps 20 to 150 km away for 3 to 15 minutes, three to eight times, 10 to 30 minutes apart. */
void vg_sim_play_spoof_jump(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        d->count = (uint8_t)(3 + vg_rng_below(&d->dice, 6));
        d->number[0] = vg_deed_draw(d, 20000, 150000);
        d->number[1] = vg_deed_draw(d, 0, 360);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 10))
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"km\":%.0f,\"times\":%u", d->number[0] / 1000, d->count);
        d->phase = 2;
        vg_deed_last(world, d, vg_deed_draw(d, 3, 15) / 60);
        ACTOR(0)->lies = true;
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        vg_deed_sail_on(world, d, v, 10);
        if (vg_deed_is_due(world, d)) {
            if (v->lies && --d->count == 0) {
                v->lies = false;
                vg_deed_tell(world, d, true);
                vg_deed_over(world, d);
                break;
            }
            v->lies = !v->lies;
            vg_deed_last(world, d, (v->lies ? vg_deed_draw(d, 3, 15) : vg_deed_draw(d, 10, 30)) / 60);
        }
        v->lie_lon_deg = v->lon_deg;
        v->lie_lat_deg = v->lat_deg;
        vg_sphere_move(&v->lie_lon_deg, &v->lie_lat_deg, d->number[1], d->number[0]);
        v->lie_kn = v->sog_kn;
        v->lie_deg = v->cog_deg;
    }
}

/* It says that it goes round a circle of 0.4 to 3 km, 5 to 40 km off, at 8 to 18 kn, for 1 to 5 hours. */
void vg_sim_play_spoof_circle(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    double *radius_m = &d->number[0], *kn = &d->number[1], *at_deg = &d->number[2];
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        *radius_m = vg_deed_draw(d, 400, 3000);
        *kn = vg_deed_draw(d, 8, 18);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 10))
            break;
        vg_deed_begin(world, d);
        d->number[3] = d->lon_deg;
        d->number[4] = d->lat_deg;
        vg_sphere_move(&d->number[3], &d->number[4], vg_deed_draw(d, 0, 360), vg_deed_draw(d, 5000, 40000));
        vg_deed_say(d, "\"radius_m\":%.0f,\"kn\":%.1f", *radius_m, *kn);
        vg_deed_last(world, d, vg_deed_draw(d, 1, 5));
        d->phase = 2;
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        vg_deed_sail_on(world, d, v, 10);
        *at_deg = vg_angle_360(*at_deg + *kn * VG_MPS_PER_KNOT / *radius_m / VG_RAD);
        v->lies = !vg_deed_is_due(world, d);
        v->lie_lon_deg = d->number[3];
        v->lie_lat_deg = d->number[4];
        vg_sphere_move(&v->lie_lon_deg, &v->lie_lat_deg, *at_deg, *radius_m);
        v->lie_kn = *kn;
        v->lie_deg = vg_angle_360(*at_deg + 90);
        if (v->lies)
            break;
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* A bearing on which land lies all about within 60 km; false: there is none. */
static bool find_inland(const struct vg_sim_world *world, struct vg_sim_deed *d, double *ret_bearing, double *ret_m)
{
    const struct vg_sim_vessel *v = ACTOR(0);
    for (double m = 5000; m < INLAND_MOST; m += 2000)
        for (int b = 0; b < 360; b += 10) {
            int land = 0;
            for (int i = 0; i < 5; i++) {
                double lon = v->lon_deg, lat = v->lat_deg;
                vg_sphere_move(&lon, &lat, b, m);
                if (i)
                    vg_sphere_move(&lon, &lat, i * 90, INLAND_M);
                land += vg_sim_world_is_land(world, lon, lat);
            }
            if (land < 5)
                continue;
            *ret_bearing = b;
            *ret_m = m;
            return true;
        }
    return false;
}

/* It says that it sails on over the land, at 9 to 14 kn, three kilometres in and farther. */
void vg_sim_play_spoof_land(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    double *kn = &d->number[0], *bearing = &d->number[1], *most_m = &d->number[2], *done_m = &d->number[3];
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        *kn = vg_deed_draw(d, 9, 14);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 10))
            break;
        d->phase = 2;
        if (!find_inland(world, d, bearing, most_m)) {
            vg_deed_over(world, d);
            break;
        }
        *most_m += 4000;
        d->number[4] = ACTOR(0)->lon_deg;
        d->number[5] = ACTOR(0)->lat_deg;
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        vg_deed_sail_on(world, d, v, 10);
        *done_m += *kn * VG_MPS_PER_KNOT;
        v->lies = *done_m < *most_m;
        v->lie_lon_deg = d->number[4];
        v->lie_lat_deg = d->number[5];
        vg_sphere_move(&v->lie_lon_deg, &v->lie_lat_deg, *bearing, *done_m);
        v->lie_kn = *kn;
        v->lie_deg = *bearing;
        if (!d->begun && v->lies && vg_sim_world_is_land(world, v->lie_lon_deg, v->lie_lat_deg)) {
            vg_deed_begin(world, d);
            d->lon_deg = v->lie_lon_deg;
            d->lat_deg = v->lie_lat_deg;
            vg_deed_say(d, "\"kn\":%.1f", *kn);
        }
        if (v->lies)
            break;
        if (d->begun)
            vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}
