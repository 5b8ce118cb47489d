/* Areas and gates of a scenario as people write them. */
#include <string.h>

#include "sim/script.h"
#include "sim/sim.h"

static void put_shape(struct vg_out *out, const struct vg_sim_shape *s, bool gate, bool first)
{
    vg_out_text(out, first ? "" : ",\n");
    vg_out_text(out, "{\"type\":\"Feature\",\"properties\":{\"name\":");
    vg_out_json_string(out, s->name, strlen(s->name));
    vg_out_text(out, gate ? "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":["
                          : "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    for (size_t i = 0; i < s->points + !gate; i++)
        vg_out_printf(out, "%s[%.6f,%.6f]", i ? "," : "", s->point[i % s->points].lon_deg,
                      s->point[i % s->points].lat_deg);
    vg_out_text(out, gate ? "]}}" : "]]}}");
}

void vg_sim_script_areas(const struct vg_sim_script *script, struct vg_out *out)
{
    vg_out_text(out, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    for (size_t i = 0; i < script->areas.count; i++)
        put_shape(out, &script->areas.shape[i], false, i == 0);
    for (size_t i = 0; i < script->gates.count; i++)
        put_shape(out, &script->gates.shape[i], true, i == 0 && !script->areas.count);
    vg_out_text(out, "\n]}\n");
}
