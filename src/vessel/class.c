#include "vessel/class.h"

#include "report/mmsi.h"

/* What one message weighs. Static data is typed in once for the ship that sends it: it weighs more than a position. */
#define WEIGHT_POSITION 2
#define WEIGHT_STATIC   4
/* VG_EVIDENCE_SHARED counts only where nothing else was heard. */

static unsigned weight_of(const struct vg_report *r)
{
    switch (r->message) {
    case 27:
        return VG_EVIDENCE_SHARED;
    case 24:
        /* part A, its name left blank or not; a part B that says nothing is no more than that */
        return r->fields & ~VG_FIELD_BIT(NAME) ? WEIGHT_STATIC : VG_EVIDENCE_SHARED;
    case 5:
    case 19:
        return WEIGHT_STATIC;
    default:
        return WEIGHT_POSITION;
    }
}

static bool any(const struct vg_evidence *e)
{
    unsigned sum = 0;
    for (unsigned c = VG_CLASS_SHIP_A; c <= VG_CLASS_SAR; c++)
        sum += e->weight[c];
    return sum > 0;
}

enum vg_class vg_class_weigh(struct vg_evidence *e, uint32_t mmsi, enum vg_class before, const struct vg_report *r)
{
    enum vg_class form = vg_mmsi_class(mmsi), said = (enum vg_class)r->class;
    if (form != VG_CLASS_UNKNOWN)
        return form; /* a craft of a parent ship talks like class B; a SART like a ship */
    if (said == VG_CLASS_UNKNOWN || said > VG_CLASS_SAR || !vg_mmsi_has_digits(mmsi))
        return before;
    unsigned weight = weight_of(r);
    if (weight == VG_EVIDENCE_SHARED && any(e))
        return before;
    for (unsigned c = VG_CLASS_SHIP_A; c <= VG_CLASS_SAR; c++)
        if (c != said && e->weight[c])
            e->weight[c]--;
    unsigned sum = e->weight[said] + weight;
    e->weight[said] = (uint8_t)(sum > VG_EVIDENCE_MAX ? VG_EVIDENCE_MAX : sum);
    if (before == VG_CLASS_UNKNOWN || before > VG_CLASS_SAR)
        return said;
    return e->weight[said] > e->weight[before] ? said : before;
}

static bool is_ship(enum vg_class class)
{
    return class == VG_CLASS_SHIP_A || class == VG_CLASS_SHIP_B;
}

bool vg_class_is_foreign(enum vg_class believed, uint32_t mmsi, const struct vg_report *r)
{
    enum vg_class said = (enum vg_class)r->class;
    if (said == VG_CLASS_UNKNOWN || believed == VG_CLASS_UNKNOWN || said == believed)
        return false;
    if (vg_mmsi_class(mmsi) != VG_CLASS_UNKNOWN) /* the number says what it is, whatever it sends */
        return false;
    if (believed == VG_CLASS_SAR && (r->message == 5 || r->message == 24)) /* aircraft tell their names so */
        return false;
    return !(is_ship(believed) && is_ship(said));
}
