#include "intake/intake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "intake/language.h"
#include "sensor/ais/stations.h"

/* The source of a station's number, as long as neither means something else. */
struct named {
    uint16_t source; /* 0: not asked for yet */
    uint32_t turn, renamed;
};

/* A feed may come to speak another language; then the state of the one before stays, for its counters and names. */
struct stream {
    void *state[VG_FEED_LANGUAGES]; /* NULL: the stream has not spoken it */
    enum vg_feed_language language; /* that was spoken last */
    struct named *named;            /* by station number. The naming thread's */
};

struct vg_intake {
    struct vg_intake_options options;
    struct vg_receive_time time;
    bool by_station;     /* a site's feed is a station behind this one */
    uint64_t lost;       /* pieces */
    uint64_t duplicates; /* the naming thread's */
    struct stream stream[VG_FEED_CONNECTIONS];
};

/* Makes all that a stream will need: its reports then come whole, or the error does. */
static enum vg_err open_stream(struct stream *s, enum vg_feed_language language)
{
    enum vg_err err = VG_OK;
    if (language == VG_FEED_LANGUAGE_NMEA && !s->named && !(s->named = calloc(VG_STATIONS_MAX + 1, sizeof *s->named)))
        return VG_NOMEM;
    if (!s->state[language])
        err = vg_language_of(language)->open(&s->state[language]);
    if (!err && language != s->language && s->state[s->language])
        vg_language_of(s->language)->restart(s->state[s->language]);
    if (!err)
        s->language = language;
    return err;
}

static bool has_stations(const struct vg_sites *sites)
{
    for (size_t i = 1; sites && i <= sites->count; i++)
        if (strchr(sites->site[i].feed, '/'))
            return true;
    return false;
}

enum vg_err vg_intake_new(const struct vg_intake_options *options, struct vg_intake **ret_intake)
{
    struct vg_intake *in = calloc(1, sizeof *in);
    if (!in)
        return VG_NOMEM;
    in->options = *options;
    in->by_station = has_stations(options->sites);
    in->time = (struct vg_receive_time){.clock = options->clock, .own_us = VG_TIME_NONE};
    if (options->clock == VG_INTAKE_RECORDING && open_stream(&in->stream[0], VG_FEED_LANGUAGE_NMEA)) {
        vg_intake_free(in);
        return VG_NOMEM;
    }
    *ret_intake = in;
    return VG_OK;
}

void vg_intake_free(struct vg_intake *in)
{
    if (!in)
        return;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++) {
        for (int k = 0; k < VG_FEED_LANGUAGES; k++)
            vg_language_of((enum vg_feed_language)k)->close(in->stream[i].state[k]);
        free(in->stream[i].named);
    }
    free(in);
}

/* ---- decoding ---- */

static void finish(struct vg_intake *in, struct vg_report *r, size_t count, int64_t received_us)
{
    vg_receive_time_set(&in->time, r, count, received_us);
    for (size_t i = 0; i < count; i++) {
        r[i].measured_us = vg_measured_us(r[i].time_us, r[i].time_of_day_ms);
        if (r[i].journal_offset >= VG_JOURNAL_OFFSET_NONE)
            r[i].journal_offset = 0;
    }
}

/* A recording's. */
static struct vg_batch *batch_of(struct vg_intake *in)
{
    assert(in->options.clock == VG_INTAKE_RECORDING);
    return vg_language_nmea_batch(in->stream[0].state[VG_FEED_LANGUAGE_NMEA]);
}

/* Whoever took the recording has dated its lines; those of before left it to us. */
static void set_line_time(struct vg_intake *in, int64_t received_us, enum vg_time_source from)
{
    in->time.from = from;
    vg_batch_set_line_time(batch_of(in), from ? received_us : VG_TIME_NONE);
}

size_t vg_intake_push(struct vg_intake *in, const void *bytes, size_t len, int64_t received_us,
                      enum vg_time_source from, struct vg_report *ret, size_t cap, size_t *ret_taken)
{
    set_line_time(in, received_us, from);
    size_t n = vg_batch_push(batch_of(in), bytes, len, VG_TIME_NONE, ret, cap, ret_taken);
    finish(in, ret, n, received_us);
    return n;
}

size_t vg_intake_end(struct vg_intake *in, int64_t received_us, enum vg_time_source from, struct vg_report *ret,
                     size_t cap)
{
    set_line_time(in, received_us, from);
    size_t n = vg_batch_end(batch_of(in), ret, cap);
    finish(in, ret, n, received_us);
    return n;
}

void vg_intake_set_journal_offset(struct vg_intake *in, uint64_t journal_offset)
{
    vg_batch_set_journal_offset(batch_of(in), journal_offset);
}

/* ---- a feed's pieces ---- */

void vg_report_list_free(struct vg_report_list *list)
{
    free(list->report);
    *list = (struct vg_report_list){0};
}

enum vg_err vg_intake_take(struct vg_intake *in, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                           struct vg_report_list *list)
{
    size_t before = list->count;
    if (bytes->stream >= VG_FEED_CONNECTIONS || (unsigned)bytes->language >= VG_FEED_LANGUAGES)
        return VG_ARG;
    struct stream *s = &in->stream[bytes->stream];
    const struct vg_language *language = vg_language_of(bytes->language);
    enum vg_err err = open_stream(s, bytes->language);
    void *state = s->state[bytes->language];
    if (!err && bytes->begins)
        language->restart(state);
    if (!err)
        err = language->take(state, bytes, journal_offset, list);
    if (err) { /* a piece is told whole or not at all */
        if (state)
            language->restart(state);
        list->count = before;
        in->lost++;
        return err;
    }
    finish(in, list->report + before, list->count - before, bytes->received_us);
    return VG_OK;
}

/* ---- names ---- */

/* A station without a row of its own asks again each time: rows become free. */
static uint16_t source_of(struct vg_intake *in, struct stream *s, uint16_t station)
{
    struct vg_sources *sources = in->options.sources;
    struct named *known = &s->named[station];
    const struct vg_batch *batch = vg_language_nmea_batch(s->state[VG_FEED_LANGUAGE_NMEA]);
    const uint32_t turn = vg_batch_station_turn(batch, station), renamed = vg_sources_renamed(sources);
    if (known->source && known->turn == turn && known->renamed == renamed)
        return known->source;
    const char *name = vg_batch_station(batch, station);
    uint16_t source = vg_source_station(sources, in->options.source, name, strlen(name));
    *known = (struct named){.source = source == in->options.source ? 0 : source, .turn = turn, .renamed = renamed};
    return source;
}

/* The described sensor of a radar's report: that of the station which sent it, or of the feed. */
static uint16_t site_of(const struct vg_intake *in, const struct vg_report *r)
{
    const struct vg_sources *sources = in->options.sources;
    uint16_t site = 0;
    if (in->by_station && r->source != in->options.source)
        site = vg_sites_of_feed(in->options.sites, vg_source_get(sources, r->source)->name, r->radar.sac, r->radar.sic);
    return site ? site
                : vg_sites_of_feed(in->options.sites, vg_source_get(sources, in->options.source)->name, r->radar.sac,
                                   r->radar.sic);
}

void vg_intake_name(struct vg_intake *in, uint32_t stream, struct vg_report *r, size_t count)
{
    struct stream *s = &in->stream[stream];
    for (size_t i = 0; i < count; i++) {
        r[i].source = r[i].source ? source_of(in, s, r[i].source) : in->options.source;
        if (r[i].sensor == VG_SENSOR_RADAR && in->options.sites)
            r[i].site = site_of(in, &r[i]);
    }
    if (in->options.sameness)
        in->duplicates += vg_sameness_mark(in->options.sameness, r, count);
}

/* ---- what goes on after a restart ---- */

int64_t vg_intake_own_us(const struct vg_intake *in)
{
    return in->time.own_us;
}

void vg_intake_set_own_us(struct vg_intake *in, int64_t own_us)
{
    in->time.own_us = own_us;
}

void vg_intake_set_clock(struct vg_intake *in, enum vg_intake_clock clock)
{
    in->time.clock = clock;
}

/* ---- counters ---- */

void vg_intake_counters(const struct vg_intake *in, struct vg_intake_counters *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->lost = in->lost;
    ret->duplicates = in->duplicates;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        for (int k = 0; k < VG_FEED_LANGUAGES; k++)
            if (in->stream[i].state[k])
                vg_language_of((enum vg_feed_language)k)->count(in->stream[i].state[k], ret);
}

uint64_t vg_intake_messages(const struct vg_intake *in)
{
    uint64_t n = 0;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        for (int k = 0; k < VG_FEED_LANGUAGES; k++)
            if (in->stream[i].state[k])
                n += vg_language_of((enum vg_feed_language)k)->messages(in->stream[i].state[k]);
    return n;
}
