/* libvigia-ais: the interface of <vigia/ais.h> over the receiver. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <vigia/ais.h>

#include "sensor/ais/library.h"
#include "sensor/ais/receiver.h"

struct vigia_ais {
    struct vg_receiver *receiver;
    vigia_ais_on_message *on;
    void *arg;
};

static_assert(VIGIA_TIME_NONE == VG_TIME_NONE, "one word for no time");
static_assert(VIGIA_AIS_JSON_SIZE >= VG_AIS_JSON_MAX, "always enough");

const char *vigia_ais_version(void)
{
    return VG_VERSION;
}

static void pass_on(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct vigia_ais *d = arg;
    d->on(d->arg, &(struct vigia_ais_message){msg, payload});
}

struct vigia_ais *vigia_ais_new(vigia_ais_on_message *on, void *arg)
{
    struct vigia_ais *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    *d = (struct vigia_ais){.on = on, .arg = arg};
    if (vg_receiver_new(pass_on, d, &d->receiver)) {
        free(d);
        return NULL;
    }
    return d;
}

void vigia_ais_free(struct vigia_ais *d)
{
    if (!d)
        return;
    vg_receiver_free(d->receiver);
    free(d);
}

void vigia_ais_push(struct vigia_ais *d, const void *bytes, size_t len, int64_t received_us)
{
    vg_receiver_push(d->receiver, bytes, len, received_us);
}

void vigia_ais_end(struct vigia_ais *d)
{
    vg_receiver_end(d->receiver);
}

size_t vg_library_text(const char *text, size_t len, char *buf, size_t size)
{
    size_t n = len < size ? len : size - 1;
    if (size) {
        memcpy(buf, text, n);
        buf[n] = '\0';
    }
    return len;
}

/* Callers may be older, with a shorter struct, or newer, with a longer one. */
static void copy_out(void *to, size_t size, const void *from, size_t have)
{
    memcpy(to, from, size < have ? size : have);
    if (size > have)
        memset((char *)to + have, 0, size - have);
}

void vigia_ais_get_counts(const struct vigia_ais *d, struct vigia_ais_counts *ret, size_t size)
{
    const struct vg_receiver_counters *c = vg_receiver_counters(d->receiver);
    const struct vg_refusals *r = vg_receiver_refusals(d->receiver);
    struct vigia_ais_counts counts = {c->bytes, c->lines, c->sentences, c->messages, c->others, 0};
    for (int i = VG_REFUSAL_NONE + 1; i < VG_REFUSAL_COUNT; i++)
        counts.refused += r->count[i];
    copy_out(ret, size, &counts, sizeof counts);
}

int vigia_ais_get_refusal(const struct vigia_ais *d, unsigned number, struct vigia_ais_refusal *ret, size_t size)
{
    const struct vg_refusals *r = vg_receiver_refusals(d->receiver);
    if (number >= VG_REFUSAL_COUNT - 1) /* 0 is no refusal */
        return 0;
    enum vg_refusal reason = (enum vg_refusal)(number + 1);
    struct vigia_ais_refusal refusal = {vg_refusal_key(reason), vg_refusal_text(reason), r->example[reason],
                                        r->count[reason]};
    copy_out(ret, size, &refusal, sizeof refusal);
    return 1;
}

unsigned vigia_ais_type(const struct vigia_ais_message *m)
{
    return m->msg->type;
}

uint32_t vigia_ais_mmsi(const struct vigia_ais_message *m)
{
    return m->msg->mmsi;
}

int vigia_ais_suspect(const struct vigia_ais_message *m)
{
    return vg_ais_suspect(m->msg);
}

size_t vigia_ais_json(const struct vigia_ais_message *m, char *buf, size_t size)
{
    char json[VG_AIS_JSON_MAX];
    struct vg_out out = vg_out_fixed(json, sizeof json);
    vg_ais_json(m->msg, m->payload, &out);
    return vg_library_text(json, out.len, buf, size);
}

static double said(const struct vg_report *r, enum vg_field field, double value)
{
    return r->fields >> field & 1 ? value : (double)NAN;
}

int vigia_ais_report(const struct vigia_ais_message *m, struct vigia_ais_report *ret, size_t size)
{
    struct vg_report r;
    if (!vg_ais_report(m->msg, &r))
        return 0;
    struct vigia_ais_report out = {
        .mmsi = r.mmsi,
        .type = r.message,
        .time_us = m->payload->time_us,
        .lon = said(&r, VG_FIELD_POS, r.pos.lon_e4min / (double)VG_E4MIN_PER_DEGREE),
        .lat = said(&r, VG_FIELD_POS, r.pos.lat_e4min / (double)VG_E4MIN_PER_DEGREE),
        .speed_kn = said(&r, VG_FIELD_SOG, r.sog_dkn / 10.0),
        .course_deg = said(&r, VG_FIELD_COG, r.cog_ddeg / 10.0),
        .heading_deg = said(&r, VG_FIELD_HEADING, r.heading_deg),
        .status = r.fields & VG_FIELD_BIT(STATUS) ? r.status : -1,
        .imo = r.imo,
        .shiptype = r.shiptype,
        .length_m = said(&r, VG_FIELD_DIMENSIONS, r.to_bow_m + r.to_stern_m),
        .beam_m = said(&r, VG_FIELD_DIMENSIONS, r.to_port_m + r.to_starboard_m),
        .draught_m = said(&r, VG_FIELD_DRAUGHT, r.draught_dm / 10.0),
    };
    static_assert(sizeof out.name >= sizeof r.name && sizeof out.callsign >= sizeof r.callsign &&
                      sizeof out.destination >= sizeof r.destination,
                  "names are not cut");
    memcpy(out.name, r.name, sizeof r.name);
    memcpy(out.callsign, r.callsign, sizeof r.callsign);
    memcpy(out.destination, r.destination, sizeof r.destination);
    copy_out(ret, size, &out, sizeof out);
    return 1;
}
