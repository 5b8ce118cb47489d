#include "sensor/ais/reception.h"

#include <stdlib.h>
#include <string.h>

#define EXPECT_VSI 32 /* sentences */
#define SLOTS      2250
#define AGREE_US   VG_MINUTE_US /* a VSI's time and the log's own time of the same message */

void vg_reception_init(struct vg_reception *r)
{
    *r = (struct vg_reception){.clock_us = VG_TIME_NONE, .next_us = VG_TIME_NONE};
}

static void copy_text(char *to, size_t size, struct vg_span s)
{
    size_t n = s.len < size - 1 ? s.len : size - 1;
    memcpy(to, s.at, n);
    to[n] = '\0';
}

void vg_reception_before(struct vg_reception *r, struct vg_sentence *s)
{
    /* Of several fragments $PGHP has the XOR of their checksums, which the first doesn't know. */
    bool meant =
        !r->next_checksum[0] || s->fragments > 1 || memcmp(r->next_checksum, s->text.at + s->text.len - 2, 2) == 0;
    if (r->next_us != VG_TIME_NONE && meant) {
        if (s->time_us == VG_TIME_NONE)
            s->time_us = r->next_us;
        if (!s->station.len)
            s->station = (struct vg_span){r->next_station, (uint32_t)strlen(r->next_station)};
    }
    r->next_us = VG_TIME_NONE;
    if (s->time_us != VG_TIME_NONE)
        r->clock_us = s->time_us;
}

bool vg_reception_keep(struct vg_reception *r, const struct vg_sentence *s, const struct vg_ais *msg,
                       const struct vg_payload *payload)
{
    bool goes_on = s->group_part < s->group_count;
    if (!r->wait || (!goes_on && !r->expects))
        return false;
    if (!goes_on)
        r->expects--;
    r->held = true;
    r->group_id = s->group_id;
    r->sequence = s->sequence;
    r->msg = *msg;
    r->payload = *payload;
    memcpy(r->chars, payload->chars, payload->len);
    r->payload.chars = r->chars;
    return true;
}

/* The instant nearest to `near_us` at this time of day. */
static int64_t on_day_of(int64_t near_us, int64_t clock_us)
{
    int64_t day = near_us / VG_DAY_US - (near_us % VG_DAY_US < 0), t = day * VG_DAY_US + clock_us;
    if (t - near_us > VG_DAY_US / 2)
        t -= VG_DAY_US;
    else if (near_us - t > VG_DAY_US / 2)
        t += VG_DAY_US;
    return t;
}

static void add_signal(struct vg_reception *r, const struct vg_other *vsi)
{
    struct vg_payload *p = &r->payload;
    int64_t value, near_us = p->time_us != VG_TIME_NONE ? p->time_us : r->clock_us;
    if (vg_other_number(vsi, "signal_dbm", 1, &value) && value > -3000 && value < 3000) {
        p->signal_ddbm = (int16_t)value;
        p->known |= VG_KNOWN_SIGNAL;
    }
    if (vg_other_number(vsi, "snr_db", 1, &value) && value > -3000 && value < 3000) {
        p->snr_ddb = (int16_t)value;
        p->known |= VG_KNOWN_SNR;
    }
    if (vg_other_number(vsi, "slot", 0, &value) && value >= 0 && value < SLOTS) {
        p->slot = (int16_t)value;
        p->known |= VG_KNOWN_SLOT;
    }
    if (near_us != VG_TIME_NONE && vg_other_clock(vsi, &value)) {
        int64_t t = on_day_of(near_us, value);
        if (p->time_us == VG_TIME_NONE || llabs(t - p->time_us) <= AGREE_US)
            p->time_us = t;
    }
    if (!p->station[0])
        copy_text(p->station, sizeof p->station, vg_other_text(vsi, "station"));
}

static bool belongs(const struct vg_reception *r, const struct vg_sentence *s, const struct vg_other *vsi)
{
    int64_t link;
    if (r->group_id != s->group_id)
        return false;
    return !vg_other_number(vsi, "link", 0, &link) || r->sequence < 0 || link == r->sequence;
}

bool vg_reception_other(struct vg_reception *r, const struct vg_sentence *s, const struct vg_other *other)
{
    bool more = r->held && s->group_id && s->group_id == r->group_id && s->group_part < s->group_count;
    if (other->kind == VG_OTHER_VSI) {
        if (!s->group_id)
            r->expects = EXPECT_VSI;
        if (r->held && belongs(r, s, other))
            add_signal(r, other);
        return more;
    }
    int64_t t = vg_other_time(other);
    if (t == VG_TIME_NONE)
        return more;
    struct vg_span checksum = vg_other_text(other, "checksum"), station = vg_other_text(other, "transponder");
    r->clock_us = r->next_us = t;
    copy_text(r->next_checksum, sizeof r->next_checksum, checksum.len == 2 ? checksum : (struct vg_span){"", 0});
    copy_text(r->next_station, sizeof r->next_station, station.len > 1 ? station : (struct vg_span){"", 0});
    return more;
}
