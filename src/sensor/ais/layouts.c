/* The tables of fields.def as C, and the choice among them. */
#include "sensor/ais/layouts.h"

#include <string.h>

#define END()
#define FIELD(key, start, width, kind, decimals, none, unit, target, what)
#define LAYOUT(id, name, type, bits, title) id,
enum layout_id {
#include "sensor/ais/fields.def"
    LAYOUTS
};
#undef LAYOUT
#undef FIELD
#undef END

#define END()                                                                                                          \
    }                                                                                                                  \
    ;
#define FIELD(key, start, width, kind, decimals, none, unit, target, what)                                             \
    {#key, start, width, VG_AIS_##kind,   decimals,        VG_AIS_TO_##target, none, unit, what, 0, 0, false,          \
     0,    0,     0,     sizeof #key + 3, ",\"" #key "\":"},
#define SCALED(key, start, width, kind, decimals, step, offset, none, unit, what)                                      \
    {#key, start, width, VG_AIS_##kind, decimals, 0, none, unit, what, step, offset, false, 0, 0, 0, 0, ""},
#define UPWARDS(key, start, width, kind, decimals, step, offset, none, unit, what)                                     \
    {#key, start, width, VG_AIS_##kind, decimals, 0, none, unit, what, step, offset, true, 0, 0, 0, 0, ""},
#define REPEAT(key, start, count_width, max, layout, what)                                                             \
    {#key, start, 0, VG_AIS_REPEAT, 0, 0, VG_AIS_NO_NONE, "", what, 0, 0, false, max, count_width, layout, 0, ""},
#define CHOICE(key, start, width, first, layout, count, what)                                                          \
    {#key, start, width, VG_AIS_CHOICE, 0, 0, VG_AIS_NO_NONE, "", what, 0, 0, false, count, first, layout, 0, ""},
#define LAYOUT(id, name, type, bits, title) static const struct vg_ais_field id##_fields[] = {
#include "sensor/ais/fields.def"
#undef LAYOUT
#undef CHOICE
#undef REPEAT
#undef UPWARDS
#undef SCALED
#undef FIELD
#undef END

#define END()
#define FIELD(key, start, width, kind, decimals, none, unit, target, what)
#define LAYOUT(id, name, type, bits, title)                                                                            \
    {name, title, type, (uint8_t)(sizeof id##_fields / sizeof *id##_fields), bits, id##_fields},
const struct vg_ais_layout vg_ais_layout_table[] = {
#include "sensor/ais/fields.def"
};
#undef LAYOUT
#undef FIELD
#undef END

static const struct vg_ais_application applications[] = {
#define APPLICATION(dac, fid, min_bits, layout) {dac, fid, min_bits, layout},
#include "sensor/ais/applications.def"
#undef APPLICATION
};

const struct vg_ais_layout *vg_ais_layouts(size_t *ret_count)
{
    *ret_count = LAYOUTS;
    return vg_ais_layout_table;
}

const struct vg_ais_layout *vg_ais_layout_by_name(const char *name)
{
    for (size_t i = 0; i < LAYOUTS; i++)
        if (strcmp(vg_ais_layout_table[i].name, name) == 0)
            return &vg_ais_layout_table[i];
    return NULL;
}

const struct vg_ais_field *vg_ais_field(const struct vg_ais_layout *layout, const char *key)
{
    for (size_t i = 0; i < layout->fields; i++)
        if (strcmp(layout->field[i].key, key) == 0)
            return &layout->field[i];
    return NULL;
}

unsigned vg_ais_needed_bits(const struct vg_ais_layout *layout)
{
    unsigned bits = layout->bits;
    for (size_t i = 0; layout->bits == 0 && i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        unsigned end = (unsigned)f->start + f->width;
        if (f->kind != VG_AIS_TAIL && end > bits)
            bits = end;
    }
    return bits;
}

#define ALWAYS(n) [n] = &vg_ais_layout_table[t##n]
const struct vg_ais_layout *const vg_ais_layout_always[64] = {
    ALWAYS(1),  ALWAYS(2),  ALWAYS(3),  ALWAYS(4),  ALWAYS(5),  ALWAYS(7),  ALWAYS(9),
    ALWAYS(10), ALWAYS(11), ALWAYS(12), ALWAYS(13), ALWAYS(14), ALWAYS(15), ALWAYS(16),
    ALWAYS(17), ALWAYS(18), ALWAYS(19), ALWAYS(20), ALWAYS(21), ALWAYS(23), ALWAYS(27),
};
#undef ALWAYS

static enum layout_id static_part(const struct vg_ais *msg)
{
    switch (vg_ais_uint(msg, 38, 2)) {
    case 0:
        return t24a;
    case 1:
        return msg->mmsi / 10000000 == 98 ? t24m : t24b;
    default:
        return t24;
    }
}

const struct vg_ais_layout *vg_ais_choose_layout(const struct vg_ais *msg)
{
    static const uint8_t plain[VG_AIS_TYPE_MAX + 1] = {
        [1] = t1,   [2] = t2,   [3] = t3,   [4] = t4,   [5] = t5,   [6] = t6,   [7] = t7,
        [8] = t8,   [9] = t9,   [10] = t10, [11] = t11, [12] = t12, [13] = t13, [14] = t14,
        [15] = t15, [16] = t16, [17] = t17, [18] = t18, [19] = t19, [20] = t20, [21] = t21,
        [22] = t22, [23] = t23, [24] = t24, [25] = t25, [26] = t26, [27] = t27, [28] = t28,
    };
    if (msg->type < 1 || msg->type > VG_AIS_TYPE_MAX)
        return NULL;
    unsigned addressed, structured;
    switch (msg->type) {
    case 22:
        return &vg_ais_layout_table[vg_ais_uint(msg, 139, 1) ? t22a : t22];
    case 24:
        return &vg_ais_layout_table[static_part(msg)];
    case 25:
        addressed = vg_ais_uint(msg, 38, 1), structured = vg_ais_uint(msg, 39, 1);
        return &vg_ais_layout_table[addressed ? (structured ? t25ai : t25a) : (structured ? t25i : t25)];
    case 26:
        addressed = vg_ais_uint(msg, 38, 1), structured = vg_ais_uint(msg, 39, 1);
        return &vg_ais_layout_table[addressed ? (structured ? t26ai : t26a) : (structured ? t26i : t26)];
    default:
        return &vg_ais_layout_table[plain[msg->type]];
    }
}

const struct vg_ais_application *vg_ais_applications(size_t *ret_count)
{
    *ret_count = sizeof applications / sizeof *applications;
    return applications;
}

const struct vg_ais_layout *vg_ais_application_layout(unsigned dac, unsigned fid, unsigned bits)
{
    for (size_t i = 0; i < sizeof applications / sizeof *applications; i++) {
        const struct vg_ais_application *a = &applications[i];
        if (a->dac == dac && a->fid == fid && bits >= a->min_bits)
            return &vg_ais_layout_table[a->layout];
    }
    return NULL;
}
