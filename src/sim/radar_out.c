#include "sim/radar_out.h"

#include <stdlib.h>

#include "base/time.h"
#include "nmea/write.h"
#include "sensor/asterix/asterix_write.h"
#include "sim/radar_arpa.h"
#include "sim/radar_csv.h"

#define OWN_US      (10 * VG_SECOND_US) /* between two times and positions of a radar ashore */
#define SETTINGS_US (30 * VG_SECOND_US)
#define LINE_MAX    200

struct speaker {
    struct vg_sim_arpa *arpa;    /* TTM */
    int64_t own_us, settings_us; /* when these are due again */
    struct vg_asterix_writer writer;
    uint8_t bytes[VG_SIM_DATAGRAM]; /* ASTERIX */
};

struct vg_sim_radar_out {
    enum vg_sim_radar_format format;
    const struct vg_sites *sites;
    uint16_t site;
    vg_sim_send *send;
    void *arg;
    bool headed;              /* CSV */
    struct speaker speaker[]; /* by site; [0] is unused */
};

const char *vg_sim_radar_format_key(enum vg_sim_radar_format format)
{
    static const char *const keys[] = {"ttm", "asterix", "asterix010", "csv"};
    return keys[format];
}

enum vg_err vg_sim_radar_out_new(enum vg_sim_radar_format format, const struct vg_sites *sites, uint16_t site,
                                 vg_sim_send *send, void *arg, struct vg_sim_radar_out **ret_out)
{
    struct vg_sim_radar_out *o = calloc(1, sizeof *o + (sites->count + 1) * sizeof *o->speaker);
    if (!o)
        return VG_NOMEM;
    *o = (struct vg_sim_radar_out){.format = format, .sites = sites, .site = site, .send = send, .arg = arg};
    for (size_t i = 1; i <= sites->count; i++) {
        struct speaker *s = &o->speaker[i];
        vg_asterix_write_begin(&s->writer, s->bytes, sizeof s->bytes);
        if (format == VG_SIM_RADAR_TTM && (site == 0 || site == i) && vg_sim_arpa_new(&sites->site[i], &s->arpa)) {
            vg_sim_radar_out_free(o);
            return VG_NOMEM;
        }
    }
    *ret_out = o;
    return VG_OK;
}

void vg_sim_radar_out_free(struct vg_sim_radar_out *out)
{
    if (!out)
        return;
    for (size_t i = 1; i <= out->sites->count; i++)
        vg_sim_arpa_free(out->speaker[i].arpa);
    free(out);
}

/* ---- NMEA ---- */

/* Sentences fill a datagram; each has a tag block with the second, for a feed that is replayed faster than it happens.
 */
struct page {
    struct vg_sim_radar_out *o;
    int64_t time_us;
    struct vg_out out;
    char buf[VG_SIM_DATAGRAM];
};

static void send_page(struct page *p)
{
    if (p->out.len)
        p->o->send(p->o->arg, p->out.buf, p->out.len);
    p->out.len = 0;
}

static struct vg_out *next_line(struct page *p)
{
    if (p->out.cap - p->out.len < LINE_MAX)
        send_page(p);
    vg_nmea_put_tag_block(&p->out, NULL, p->time_us);
    return &p->out;
}

static void say_own(struct page *p, const struct vg_site *site, struct speaker *s, const struct vg_sim_radar_event *e)
{
    bool due = e->time_us >= s->own_us;
    if (site->moving || due)
        vg_nmea_write_gga(next_line(p), "GP", e->time_us, e->lat_deg, e->lon_deg, site->height_m);
    if (site->moving)
        vg_nmea_write_osd(next_line(p), "RA", e->heading_deg, e->course_deg, e->speed_kn);
    if (due) {
        vg_nmea_write_zda(next_line(p), "GP", e->time_us);
        s->own_us = e->time_us + OWN_US;
    }
    if (e->time_us >= s->settings_us) {
        vg_nmea_write_rsd(next_line(p), "RA", site->range_m);
        s->settings_us = e->time_us + SETTINGS_US;
    }
}

static void take_nmea(struct vg_sim_radar_out *o, struct speaker *s, const struct vg_sim_radar_event *e)
{
    if (!vg_sim_arpa_take(s->arpa, e))
        return;
    struct page p = {.o = o, .time_us = e->time_us};
    struct vg_ttm ttm;
    int32_t thing;
    size_t at = 0;
    p.out = vg_out_fixed(p.buf, sizeof p.buf);
    say_own(&p, &o->sites->site[e->site], s, e);
    while (vg_sim_arpa_next(s->arpa, e, &at, &ttm, &thing))
        vg_nmea_write_ttm(next_line(&p), "RA", &ttm);
    send_page(&p);
}

/* ---- ASTERIX ---- */

static uint32_t time_of_day_ms(int64_t time_us)
{
    return (uint32_t)(time_us % VG_DAY_US / 1000);
}

static void send_blocks(struct vg_sim_radar_out *o, struct speaker *s)
{
    if (s->writer.len)
        o->send(o->arg, s->writer.bytes, s->writer.len);
    vg_asterix_write_begin(&s->writer, s->bytes, sizeof s->bytes);
}

static enum vg_err write_sector(struct speaker *s, const struct vg_site *site, const struct vg_sim_radar_event *e)
{
    struct vg_asterix_service m = {.sac = (uint8_t)site->sac,
                                   .sic = (uint8_t)site->sic,
                                   .time_of_day_ms = time_of_day_ms(e->time_us),
                                   .north = e->sector == 0,
                                   .azimuth_deg = 360.0 * e->sector / VG_SIM_RADAR_SECTORS,
                                   .period_s = e->sector == 0 ? site->period_s : NAN,
                                   .from = VG_POS_NONE};
    if (e->sector == 0) {
        m.from = vg_pos_from_deg(e->lon_deg, e->lat_deg);
        m.height_m = (int16_t)(isnan(site->height_m) ? 0 : site->height_m);
    }
    return vg_asterix_write_034(&s->writer, &m);
}

static enum vg_err write_plot(const struct vg_sim_radar_out *o, struct speaker *s, const struct vg_site *site,
                              const struct vg_sim_radar_event *e)
{
    struct vg_asterix_target t = VG_ASTERIX_TARGET_NONE;
    t.sac = (uint8_t)site->sac;
    t.sic = (uint8_t)site->sic;
    t.time_of_day_ms = time_of_day_ms(e->time_us);
    t.range_m = e->plot.range_m;
    t.bearing_deg = e->plot.bearing_deg;
    return o->format == VG_SIM_RADAR_ASTERIX ? vg_asterix_write_048(&s->writer, &t)
                                             : vg_asterix_write_010(&s->writer, &t);
}

/* A datagram is a sector: its message, then its plots. */
static void take_asterix(struct vg_sim_radar_out *o, struct speaker *s, const struct vg_sim_radar_event *e)
{
    const struct vg_site *site = &o->sites->site[e->site];
    bool border = e->kind == VG_SIM_RADAR_SECTOR;
    if (border)
        send_blocks(o, s);
    if (border && o->format != VG_SIM_RADAR_ASTERIX)
        return;
    for (int tries = 0; tries < 2; tries++) {
        enum vg_err err = border ? write_sector(s, site, e) : write_plot(o, s, site, e);
        if (err != VG_LIMIT)
            return; /* written, or beyond what the category can say: such a plot has no record */
        send_blocks(o, s);
    }
}

/* ---- CSV ---- */

static void take_csv(struct vg_sim_radar_out *o, const struct vg_sim_radar_event *e)
{
    char buf[256];
    struct vg_out line = vg_out_fixed(buf, sizeof buf);
    if (!o->headed)
        vg_sim_plots_csv_head(&line);
    o->headed = true;
    vg_sim_plots_csv(o->sites, e, &line);
    o->send(o->arg, buf, line.len);
}

void vg_sim_radar_out_take(struct vg_sim_radar_out *out, const struct vg_sim_radar_event *event)
{
    struct speaker *s = &out->speaker[event->site];
    if (out->site && out->site != event->site)
        return;
    switch (out->format) {
    case VG_SIM_RADAR_TTM:
        take_nmea(out, s, event);
        break;
    case VG_SIM_RADAR_ASTERIX:
    case VG_SIM_RADAR_ASTERIX010:
        take_asterix(out, s, event);
        break;
    case VG_SIM_RADAR_CSV:
        if (event->kind == VG_SIM_RADAR_PLOT)
            take_csv(out, event);
        break;
    case VG_SIM_RADAR_FORMATS:
        break;
    }
}

void vg_sim_radar_out_flush(struct vg_sim_radar_out *out)
{
    for (size_t i = 1; i <= out->sites->count; i++)
        send_blocks(out, &out->speaker[i]);
}
