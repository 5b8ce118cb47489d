/* Any text as a scenario: an error is one printable sentence; what is taken is in bounds. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

static void check_shapes(const struct vg_sim_shapes *shapes, size_t least)
{
    check(shapes->count <= VG_SIM_AREAS_MAX);
    for (size_t i = 0; i < shapes->count; i++) {
        const struct vg_sim_shape *s = &shapes->shape[i];
        check(*s->name && memchr(s->name, 0, sizeof s->name) && s->points >= least && s->points <= VG_SIM_POINTS_MAX);
        for (size_t k = 0; k < s->points; k++)
            check(fabs(s->point[k].lon_deg) <= 180 && fabs(s->point[k].lat_deg) <= 85);
    }
}

static void check_script(const struct vg_sim_script *s)
{
    check(*s->name && s->receivers <= VG_SIM_RECEIVERS_MAX && s->passes <= VG_SIM_PASSES_MAX);
    check(s->fleet <= VG_SIM_SCRIPT_SHIPS && s->damage >= 0 && s->damage <= 1 && s->hours >= 0);
    check_shapes(&s->areas, 3);
    check_shapes(&s->gates, 2);
    check_shapes(&s->lanes, 2);
    for (size_t i = 0; i < s->receivers; i++) {
        const struct vg_sim_receiver *r = &s->receiver[i];
        check(memchr(r->name, 0, sizeof r->name) && r->lost >= 0 && r->lost <= 1 && r->outages <= VG_SIM_OUTAGES_MAX);
        for (size_t k = 0; k < r->outages; k++)
            check(r->outage[k].from_s < r->outage[k].to_s);
    }
    for (size_t i = 0; i < s->placed_count; i++)
        check(s->placed[i].deed < DEED_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_sim_script script;
    struct vg_sim_script_error error = {0};
    if (vg_sim_script_read((const char *)data, size, &script, &error)) {
        check(*error.text && memchr(error.text, 0, sizeof error.text));
        for (const char *p = error.text; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
        return 0;
    }
    check_script(&script);
    return 0;
}
