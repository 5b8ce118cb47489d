#include "vessel/rules.h"

#include <string.h>

#include "vessel/class.h"
#include "vessel/inner.h"

/* ---- still ---- */

/* The slowest speeds that a ship at rest shows: GPS noise, and swinging at anchor. */
#define STILL_SOG_DKN        5
#define STATUS_BELIED_BY_DKN 20 /* says "anchored" or "moored" and makes 2 kn: forgot to change the status */

#define STATUS_ANCHORED 1
#define STATUS_MOORED   5
#define STATUS_AGROUND  6

bool vg_status_is_anchored(uint8_t status)
{
    return status == STATUS_ANCHORED;
}

bool vg_status_is_at_rest(uint8_t status)
{
    return status == STATUS_ANCHORED || status == STATUS_MOORED || status == STATUS_AGROUND;
}

bool vg_contact_is_still(const struct vg_contact *c)
{
    if (vg_class_is_fixed((enum vg_class)c->class))
        return true;
    bool sog = vg_contact_holds(c, VG_FIELD_SOG, c->heard_us);
    if (sog && c->sog_dkn < STILL_SOG_DKN)
        return true;
    bool at_rest = vg_contact_holds(c, VG_FIELD_STATUS, c->heard_us) && vg_status_is_at_rest(c->status);
    return at_rest && !(sog && c->sog_dkn >= STATUS_BELIED_BY_DKN);
}

/* ---- distress ---- */

#define STATUS_SART_ACTIVE 14
#define STATUS_SART_TEST   15
#define ACTIVE_OUTLASTS_MS (60 * 1000) /* an ACTIVE in the same minute as a TEST: believe the call */

uint8_t vg_call_of_status(uint8_t status)
{
    return status == STATUS_SART_ACTIVE ? VG_CONTACT_DISTRESS
           : status == STATUS_SART_TEST ? VG_CONTACT_DISTRESS_TEST
                                        : 0;
}

uint8_t vg_call_of_text(const char *text)
{
    return strstr(text, "ACTIVE") ? VG_CONTACT_DISTRESS : strstr(text, "TEST") ? VG_CONTACT_DISTRESS_TEST : 0;
}

uint8_t vg_contact_distress(const struct vg_contact *c)
{
    uint64_t active = 0, test = 0;
    if (!vg_class_is_distress((enum vg_class)c->class))
        return 0;
    if (vg_contact_said(c, VG_FIELD_STATUS)) {
        uint8_t status = vg_call_of_status(c->status);
        if (status == VG_CONTACT_DISTRESS)
            active = c->prov[VG_FIELD_STATUS].time_ms;
        else if (status)
            test = c->prov[VG_FIELD_STATUS].time_ms;
    }
    uint64_t text_ms = c->prov[VG_FIELD_TEXT].time_ms;
    uint8_t text = vg_call_of_text(c->text);
    if (text == VG_CONTACT_DISTRESS)
        active = text_ms > active ? text_ms : active;
    else if (text)
        test = text_ms > test ? text_ms : test;
    if (test && test > active + (active ? ACTIVE_OUTLASTS_MS : 0))
        return VG_CONTACT_DISTRESS_TEST;
    bool placed = vg_pos_valid(c->pos) || vg_pos_valid(c->held_pos);
    return active || placed ? VG_CONTACT_DISTRESS : 0; /* said nothing but where it is: err on the side of life */
}

bool vg_contact_status_unconfirmed(const struct vg_contact *c, int64_t now_us)
{
    return vg_contact_holds(c, VG_FIELD_STATUS, now_us) && c->status == STATUS_SART_ACTIVE &&
           !vg_class_is_distress((enum vg_class)c->class);
}

uint8_t vg_contact_shown_flags(const struct vg_contact *c, int64_t now_us)
{
    uint8_t hidden = c->class != VG_CLASS_ATON                          ? VG_CONTACT_VIRTUAL | VG_CONTACT_OFF_POSITION
                     : !vg_contact_holds(c, VG_FIELD_AID_FLAGS, now_us) ? VG_CONTACT_OFF_POSITION
                                                                        : 0;
    return (uint8_t)(c->flags & ~hidden);
}

void vg_contact_update_flags(struct vg_contact *c)
{
    c->flags &= (uint8_t)~VG_CONTACT_STILL;
    c->flags |= vg_contact_is_still(c) ? VG_CONTACT_STILL : 0;
    if (!vg_class_is_distress((enum vg_class)c->class))
        c->flags &= (uint8_t) ~(VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST);
}

/* ---- silence ---- */

static const struct {
    int64_t silence_us;
    enum vg_share share;
} groups[VG_SILENCE_GROUPS] = {
#define X(name, minutes, share) [VG_SILENCE_##name] = {(minutes)*VG_MINUTE_US, VG_SHARE_##share},
    VG_SILENCE_LIST(X)
#undef X
};

int64_t vg_silence_us(enum vg_silence group)
{
    return groups[group].silence_us;
}

enum vg_share vg_silence_share(enum vg_silence group)
{
    return groups[group].share;
}

int vg_silence_rank(enum vg_silence group)
{
    return groups[group].share == VG_SHARE_DISTRESS ? 2 : groups[group].share == VG_SHARE_TESTS ? 1 : 0;
}

static const struct {
    const char *key;
    uint32_t twentieths;
} shares[VG_SHARES] = {
#define X(name, key, twentieths) [VG_SHARE_##name] = {key, twentieths},
    VG_SHARE_LIST(X)
#undef X
};

const char *vg_share_key(enum vg_share share)
{
    return shares[share].key;
}

uint32_t vg_share_twentieths(enum vg_share share)
{
    return shares[share].twentieths;
}

#define TYPE_LONG_RANGE 27

enum vg_silence vg_contact_silence(const struct vg_contact *c)
{
    bool still = c->flags & VG_CONTACT_STILL;
    if (c->flags & VG_CONTACT_DISTRESS)
        return VG_SILENCE_DISTRESS;
    if (c->flags & VG_CONTACT_DISTRESS_TEST || vg_class_is_distress((enum vg_class)c->class))
        return VG_SILENCE_DISTRESS_TEST;
    if (vg_class_is_fixed((enum vg_class)c->class))
        return VG_SILENCE_FIXED;
    if (c->class == VG_CLASS_SAR)
        return VG_SILENCE_AIRCRAFT;
    if (vg_contact_said(c, VG_FIELD_POS) && c->prov[VG_FIELD_POS].message == TYPE_LONG_RANGE)
        return VG_SILENCE_FAR;
    switch (c->class) {
    case VG_CLASS_SHIP_A:
        return still ? VG_SILENCE_A_STILL : VG_SILENCE_A_MOVING;
    case VG_CLASS_SHIP_B:
    case VG_CLASS_AUX:
    case VG_CLASS_HANDHELD:
        return still ? VG_SILENCE_B_STILL : VG_SILENCE_B_MOVING;
    default:
        return VG_SILENCE_UNKNOWN;
    }
}
