#include "report/put.h"

#include <math.h>
#include <stdlib.h>

#define ROT_FACTOR     4.733  /* ITU-R M.1371-5, table 45 */
#define ROT_MOST       126    /* 127 would say "more than 5° in 30 s" */
#define RATE_MOST      720000 /* what 127 stands for at least is 708° a minute */
#define SPEED_NONE     1023
#define SAR_SPEED_MOST 10220
#define SAR_SPEED_NONE 10230
#define COURSE_NONE_E5 36000000
#define IMO_MOST       0x3FFFFFFF /* 30 bits */

static enum vg_put check(int64_t v, int64_t least, int64_t most, int64_t none)
{
    return v == none ? VG_PUT_NONE : v < least || v > most ? VG_PUT_REFUSED : VG_PUT_DONE;
}

enum vg_put vg_put_position(struct vg_report *r, int64_t lon, int64_t lat)
{
    if (lat == 91 * VG_E4MIN_PER_DEGREE || lon == 181 * VG_E4MIN_PER_DEGREE)
        return VG_PUT_NONE;
    if (lon < -180 * VG_E4MIN_PER_DEGREE || lon > 180 * VG_E4MIN_PER_DEGREE || lat < -90 * VG_E4MIN_PER_DEGREE ||
        lat > 90 * VG_E4MIN_PER_DEGREE)
        return VG_PUT_REFUSED;
    r->pos = (struct vg_pos){(int32_t)lon, (int32_t)lat};
    r->fields |= VG_FIELD_BIT(POS);
    return VG_PUT_DONE;
}

enum vg_put vg_put_speed(struct vg_report *r, int64_t dkn)
{
    bool sar = r->class == VG_CLASS_SAR;
    if (sar && dkn == SAR_SPEED_NONE)
        return VG_PUT_NONE;
    enum vg_put put = check(dkn, 0, sar ? SAR_SPEED_MOST : SPEED_NONE - 1, SPEED_NONE);
    if (put == VG_PUT_DONE) {
        r->sog_dkn = (uint16_t)dkn;
        r->fields |= VG_FIELD_BIT(SOG);
    }
    return put;
}

enum vg_put vg_put_course(struct vg_report *r, int64_t ddeg, int64_t deg_e5)
{
    enum vg_put put = check(deg_e5, 0, COURSE_NONE_E5, COURSE_NONE_E5);
    if (put == VG_PUT_DONE) {
        r->cog_ddeg = (uint16_t)(ddeg % 3600);
        r->fields |= VG_FIELD_BIT(COG);
    }
    return put;
}

enum vg_put vg_put_heading(struct vg_report *r, int64_t deg)
{
    enum vg_put put = check(deg, 0, 359, 511);
    if (put == VG_PUT_DONE) {
        r->heading_deg = (uint16_t)deg;
        r->fields |= VG_FIELD_BIT(HEADING);
    }
    return put;
}

enum vg_put vg_put_turn_raw(struct vg_report *r, int64_t raw)
{
    enum vg_put put = check(raw, -127, 127, -128);
    if (put == VG_PUT_DONE) {
        r->turn_raw = (int8_t)raw;
        r->fields |= VG_FIELD_BIT(TURN);
    }
    return put;
}

enum vg_put vg_put_turn_rate(struct vg_report *r, int64_t mdeg_min)
{
    if (mdeg_min < -RATE_MOST || mdeg_min > RATE_MOST)
        return VG_PUT_REFUSED;
    double raw = ROT_FACTOR * sqrt(fabs((double)mdeg_min / 1000));
    int n = raw > ROT_MOST ? ROT_MOST : (int)(raw + 0.5);
    return vg_put_turn_raw(r, mdeg_min < 0 ? -n : n);
}

enum vg_put vg_put_status(struct vg_report *r, int64_t status)
{
    enum vg_put put = check(status, 0, 15, -1);
    if (put == VG_PUT_DONE) {
        r->status = (uint8_t)status;
        r->fields |= VG_FIELD_BIT(STATUS);
    }
    return put;
}

enum vg_put vg_put_imo(struct vg_report *r, int64_t imo)
{
    enum vg_put put = check(imo, 1, IMO_MOST, 0);
    if (put == VG_PUT_DONE) {
        r->imo = (uint32_t)imo;
        r->fields |= VG_FIELD_BIT(IMO);
    }
    return put;
}

enum vg_put vg_put_shiptype(struct vg_report *r, int64_t shiptype)
{
    enum vg_put put = check(shiptype, 1, 255, 0);
    if (put == VG_PUT_DONE) {
        r->shiptype = (uint8_t)shiptype;
        r->fields |= VG_FIELD_BIT(SHIPTYPE);
    }
    return put;
}

enum vg_put vg_put_draught(struct vg_report *r, int64_t dm)
{
    enum vg_put put = check(dm, 1, 255, 0);
    if (put == VG_PUT_DONE) {
        r->draught_dm = (uint8_t)dm;
        r->fields |= VG_FIELD_BIT(DRAUGHT);
    }
    return put;
}
