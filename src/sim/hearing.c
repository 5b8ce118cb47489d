/* How well a station hears a vessel (reception.c has what it hears). */
#include "sim/world.h"

static double antenna_m(const struct vg_sim_vessel *v)
{
    if (v->class == VG_CLASS_SAR || v->class == VG_CLASS_BASE)
        return v->altitude_m;
    if (vg_class_is_distress((enum vg_class)v->class))
        return 1;
    return fmax(3, fmin(40, 0.15 * (v->to_bow_m + v->to_stern_m)));
}

/* What reaches a receiver of what it could hear: some is lost, and some falls together with another on a full channel.
 * Two channels have 4 500 slots a minute; as without any order (slotted Aloha) a message is alone in its slot with
 * exp(−load / slots). */
static double share_kept(const struct vg_sim_ear *e)
{
    return (1 - e->lost) * exp(-e->collisions * e->load / 4500.0);
}

bool vg_sim_is_in_hole(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    double since_s = (double)(world->now_us - world->start_us) / 1e6;
    for (size_t i = 0; world->script && i < world->script->holes; i++) {
        const struct vg_sim_hole *h = &world->script->hole[i];
        if (since_s >= h->when.from_s && since_s < h->when.to_s &&
            vg_sphere_distance_m(v->lon_deg, v->lat_deg, h->at.lon_deg, h->at.lat_deg) <
                h->radius_nm * VG_METRES_PER_NM)
            return true;
    }
    return false;
}

/* The chance of one message, at one station. */
double vg_sim_chance_at(const struct vg_sim_ear *e, const struct vg_sim_vessel *v)
{
    double best = v->class == VG_CLASS_SHIP_A ? 0.97 : v->class == VG_CLASS_SHIP_B ? 0.85 : 0.95; /* 12.5 W, 2 W */
    double nm = vg_sphere_distance_m(v->lon_deg, v->lat_deg, e->lon_deg, e->lat_deg) / VG_METRES_PER_NM;
    double far_nm = fmin(e->range_nm, 2.5 * (sqrt(e->antenna_m) + sqrt(antenna_m(v))));
    return best * share_kept(e) * fmin(1, fmax(0, (1.1 - nm / far_nm) / 0.35));
}

double vg_sim_heard_share(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    double missed = 1;
    for (size_t i = 0; i < world->ears && !vg_sim_is_in_hole(world, v); i++)
        if (!world->ear[i].off)
            missed *= 1 - vg_sim_chance_at(&world->ear[i], v);
    return 1 - missed;
}
