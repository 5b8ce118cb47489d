/* Areas of a text of rules, and when what nobody looks at is escalated. */
#include <string.h>

#include "alert/rules_inner.h"

/* [[lon, lat], …] */
static bool read_points(struct reading *r, struct vg_rule_area *area)
{
    static const char expected[] = "a list of 3 to 64 [lon, lat]";
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return vg_rules_wrong(r, "points", expected);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT)) {
        if (area->points == VG_RULE_AREA_POINTS || !vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
            return vg_rules_wrong(r, "points", expected);
        double *at = area->point[area->points++];
        if (!vg_yaml_next(&r->yaml) || !vg_rules_number(r, "points", -180, 180, &at[0]) || !vg_yaml_next(&r->yaml) ||
            !vg_rules_number(r, "points", -90, 90, &at[1]) || !vg_yaml_next(&r->yaml))
            return false;
        if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))
            return vg_rules_wrong(r, "points", expected);
    }
    return !r->err && (area->points >= 3 || vg_rules_wrong(r, "points", expected));
}

bool vg_rules_area(struct reading *r)
{
    static const char *const names[] = {"name", "box", "points", "harbour"};
    struct vg_rule_area area = {.points = 0};
    struct vg_box box;
    unsigned line = vg_yaml_line(&r->yaml);
    uint32_t seen = 0;
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return vg_rules_wrong(r, "areas", "an area (name: …, box: … or points: …)");
    if (r->rules->areas == VG_RULE_AREAS_MAX)
        return vg_rules_too_many(r, "areas", VG_RULE_AREAS_MAX);
    while (vg_rules_in_mapping(r)) {
        int i = vg_rules_key(r, "an area", names, 4, &seen);
        bool good = i == 0   ? vg_rules_text(r, "name", area.name, sizeof area.name)
                    : i == 1 ? vg_rules_box(r, "box", &box)
                    : i == 2 ? read_points(r, &area)
                             : i == 3 && vg_yaml_flag(&r->yaml, "harbour", &area.harbour);
        if (!good)
            return false;
    }
    if (r->err || r->yaml.stopped)
        return false;
    if (!*area.name || ((seen >> 1 & 1) == (seen >> 2 & 1)))
        return vg_yaml_wrong(&r->yaml, line, "areas", "expected an area with name and either box or points");
    if (seen >> 1 & 1) {
        area.points = 2;
        memcpy(area.point, (double[2][2]){{box.west_deg, box.south_deg}, {box.east_deg, box.north_deg}},
               sizeof(double[2][2]));
    }
    r->rules->area[r->rules->areas++] = area;
    return true;
}

bool vg_rules_escalate(struct reading *r)
{
    const char *names[VG_SEVERITIES];
    uint32_t seen = 0;
    for (int i = 0; i < VG_SEVERITIES; i++)
        names[i] = vg_severity_key((enum vg_severity)i);
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return vg_rules_wrong(r, "escalate", "{SEVERITY: MINUTES, …}; 0: never");
    while (vg_rules_in_mapping(r)) {
        uint32_t minutes;
        int i = vg_rules_key(r, "escalate", names, VG_SEVERITIES, &seen);
        if (i < 0 || !vg_rules_whole(r, names[i], 10080, &minutes))
            return false;
        r->rules->escalate_minutes[i] = (uint16_t)minutes;
    }
    return !r->err;
}
