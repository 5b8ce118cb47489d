/* What rows of the archive tell of vessels: where each was at a moment, and who it said to be. */
#include <math.h>
#include <stdlib.h>

#include "api/history.h"
#include "report/mmsi.h"

/* ---- the table ---- */

#define FIRST_SLOTS 1024

enum vg_err vg_pasts_init(struct vg_pasts *p)
{
    *p = (struct vg_pasts){.slots = FIRST_SLOTS};
    p->slot = calloc(FIRST_SLOTS, sizeof *p->slot);
    if (p->slot && !vg_sources_init(&p->sources))
        return VG_OK;
    free(p->slot);
    p->slot = NULL;
    return VG_NOMEM;
}

void vg_pasts_free(struct vg_pasts *p)
{
    if (!p->slot)
        return;
    free(p->slot);
    free(p->row);
    vg_sources_free(&p->sources);
}

/* The slot where the MMSI is, or would be. */
static size_t slot_of(const struct vg_pasts *p, uint32_t mmsi)
{
    size_t at = (size_t)(mmsi * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (p->slots - 1);
    while (p->slot[at] && p->row[p->slot[at] - 1].mmsi != mmsi)
        at = (at + 1) & (p->slots - 1);
    return at;
}

struct vg_past *vg_pasts_find(const struct vg_pasts *p, uint32_t mmsi)
{
    uint32_t index = p->slot[slot_of(p, mmsi)];
    return index ? &p->row[index - 1] : NULL;
}

static enum vg_err grow(struct vg_pasts *p)
{
    size_t slots = p->slots * 2, cap = slots / 2;
    uint32_t *slot = calloc(slots, sizeof *slot);
    struct vg_past *row = calloc(cap, sizeof *row);
    if (!slot || !row) {
        free(slot);
        free(row);
        return VG_NOMEM;
    }
    if (p->row)
        memcpy(row, p->row, p->count * sizeof *row);
    free(p->row);
    free(p->slot);
    p->row = row;
    p->cap = cap;
    p->slot = slot;
    p->slots = slots;
    for (size_t i = 0; i < p->count; i++)
        p->slot[slot_of(p, p->row[i].mmsi)] = (uint32_t)i + 1;
    return VG_OK;
}

enum vg_err vg_pasts_take(struct vg_pasts *p, uint32_t mmsi, struct vg_past **ret)
{
    struct vg_past *found = vg_pasts_find(p, mmsi);
    if (!found) {
        if (p->count == VG_HISTORY_VESSELS)
            return VG_LIMIT;
        if ((p->count == p->cap && grow(p)) || !p->row)
            return VG_NOMEM;
        found = &p->row[p->count];
        *found = (struct vg_past){.mmsi = mmsi, .said.mmsi = mmsi};
        p->slot[slot_of(p, mmsi)] = (uint32_t)++p->count;
    }
    *ret = found;
    return VG_OK;
}

uint16_t vg_history_source(struct vg_sources *sources, struct vg_parquet_text name)
{
    char text[VG_SOURCE_NAME];
    size_t n = name.len < sizeof text ? name.len : sizeof text - 1;
    if (!n)
        return 0;
    memcpy(text, name.bytes, n);
    text[n] = '\0';
    return vg_source_feed(sources, text);
}

/* ---- what a vessel is ---- */

enum vg_class vg_history_class(uint32_t mmsi, uint8_t message)
{
    enum vg_class class = vg_mmsi_class(mmsi);
    if (class != VG_CLASS_UNKNOWN)
        return class;
    switch (message) {
    case 1:
    case 2:
    case 3:
    case 5:
    case 27:
        return VG_CLASS_SHIP_A;
    case 4:
    case 17:
        return VG_CLASS_BASE;
    case 9:
        return VG_CLASS_SAR;
    case 18:
    case 19:
    case 24:
        return VG_CLASS_SHIP_B;
    case 21:
        return VG_CLASS_ATON;
    default:
        return VG_CLASS_UNKNOWN;
    }
}

void vg_static_merge(struct vg_static *to, const struct vg_static *row, uint32_t not )
{
    uint32_t fields = row->fields & ~not ;
    if (fields & VG_FIELD_BIT(NAME))
        memcpy(to->name, row->name, sizeof to->name);
    if (fields & VG_FIELD_BIT(CALLSIGN))
        memcpy(to->callsign, row->callsign, sizeof to->callsign);
    if (fields & VG_FIELD_BIT(DESTINATION))
        memcpy(to->destination, row->destination, sizeof to->destination);
    if (fields & VG_FIELD_BIT(IMO))
        to->imo = row->imo;
    if (fields & VG_FIELD_BIT(SHIPTYPE))
        to->shiptype = row->shiptype;
    if (fields & VG_FIELD_BIT(DRAUGHT))
        to->draught_dm = row->draught_dm;
    if (fields & VG_FIELD_BIT(ETA)) {
        to->eta_month = row->eta_month;
        to->eta_day = row->eta_day;
        to->eta_hour = row->eta_hour;
        to->eta_minute = row->eta_minute;
    }
    if (fields & VG_FIELD_BIT(DIMENSIONS)) {
        to->to_bow_m = row->to_bow_m;
        to->to_stern_m = row->to_stern_m;
        to->to_port_m = row->to_port_m;
        to->to_starboard_m = row->to_starboard_m;
    }
    to->fields |= fields;
    if (row->time_us >= to->time_us || !to->time_us) {
        to->time_us = row->time_us;
        to->journal_offset = row->journal_offset;
        to->message = row->message;
        to->class = row->class;
        to->source = row->source;
    }
}

/* ---- names ---- */

struct naming {
    struct vg_history_job *job;
    struct vg_pasts *pasts;
    size_t named;
};

static enum vg_err on_static(void *arg, const struct vg_static *row)
{
    struct naming *n = arg;
    struct vg_past *past = vg_pasts_find(n->pasts, row->mmsi);
    if (past) {
        bool named = past->said.fields & VG_FIELD_BIT(NAME);
        struct vg_static copy = *row;
        copy.source = vg_history_source(&n->pasts->sources, row->source_name);
        copy.source_name = (struct vg_parquet_text){0};
        vg_static_merge(&past->said, &copy, past->settled);
        n->named += !named && past->said.fields & VG_FIELD_BIT(NAME);
    }
    return vg_history_row(n->job);
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)path, (void)err;
    vg_history_damage(*(struct vg_history_job **)arg);
}

enum vg_err vg_pasts_name(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t to_us)
{
    struct naming n = {.job = job, .pasts = pasts};
    int64_t hour_us = (to_us - 1) / VG_HOUR_US * VG_HOUR_US;
    for (int i = 0; i < VG_HISTORY_NAMES_HOURS && n.named * 50 < pasts->count * 49; i++, hour_us -= VG_HOUR_US) {
        struct vg_positions_query q = VG_POSITIONS_ALL;
        q.mmsi = pasts->count == 1 ? pasts->row[0].mmsi : 0;
        q.from_us = hour_us;
        q.to_us = hour_us + VG_HOUR_US < to_us ? hour_us + VG_HOUR_US : to_us;
        enum vg_err err = vg_store_statics(store, &q, on_static, on_damage, &n);
        err = err ? err : vg_history_check(job);
        if (err)
            return err;
        for (size_t k = 0; k < pasts->count; k++)
            pasts->row[k].settled = pasts->row[k].said.fields;
    }
    return VG_OK;
}

/* ---- as the picture would have had it ---- */

#define STILL_SOG_DKN        5
#define STATUS_ANCHORED      1
#define STATUS_MOORED        5
#define STATUS_AGROUND       6
#define STATUS_BELIED_BY_DKN 20 /* picture/believe.c says the same */
#define STATUS_SART_TEST     15

static bool is_still(const struct vg_past *past, enum vg_class class)
{
    const struct vg_position *p = &past->at;
    bool sog = p->fields & VG_FIELD_BIT(SOG);
    if (class == VG_CLASS_BASE || class == VG_CLASS_ATON || (sog && p->sog_dkn < STILL_SOG_DKN))
        return true;
    bool rests = p->fields & VG_FIELD_BIT(STATUS) &&
                 (p->status == STATUS_ANCHORED || p->status == STATUS_MOORED || p->status == STATUS_AGROUND);
    return rests && !(sog && p->sog_dkn >= STATUS_BELIED_BY_DKN);
}

void vg_past_vessel(const struct vg_past *past, struct vg_contact *ret)
{
    const struct vg_position *p = &past->at;
    const struct vg_static *said = &past->said;
    enum vg_class class = vg_history_class(past->mmsi, p->message ? p->message : said->message);
    *ret = (struct vg_contact){.mmsi = past->mmsi,
                               .class = (uint8_t) class,
                               .pos = past->placed ? p->pos : VG_POS_NONE,
                               .heard_us = past->placed ? p->time_us : said->time_us,
                               .sog_dkn = p->sog_dkn,
                               .cog_ddeg = p->cog_ddeg,
                               .heading_deg = p->heading_deg,
                               .turn_raw = p->turn_raw,
                               .status = p->status,
                               .shiptype = said->shiptype,
                               .draught_dm = said->draught_dm,
                               .eta_month = said->eta_month,
                               .eta_day = said->eta_day,
                               .eta_hour = said->eta_hour,
                               .eta_minute = said->eta_minute,
                               .to_bow_m = said->to_bow_m,
                               .to_stern_m = said->to_stern_m,
                               .to_port_m = said->to_port_m,
                               .to_starboard_m = said->to_starboard_m,
                               .imo = said->imo};
    memcpy(ret->name, said->name, sizeof ret->name);
    memcpy(ret->callsign, said->callsign, sizeof ret->callsign);
    memcpy(ret->destination, said->destination, sizeof ret->destination);
    memcpy(ret->flag, vg_mmsi_country(past->mmsi), *vg_mmsi_country(past->mmsi) ? 2 : 0);
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++) {
        bool moves = f == VG_FIELD_POS ? past->placed : past->placed && p->fields >> f & 1;
        if (moves)
            ret->prov[f] = vg_prov_of(p->time_us, p->source, p->message, p->journal_offset);
        else if (said->fields >> f & 1)
            ret->prov[f] = vg_prov_of(said->time_us, said->source, said->message, said->journal_offset);
    }
    if (past->placed && is_still(past, class))
        ret->flags |= VG_CONTACT_STILL;
    if (past->placed && p->accurate)
        ret->flags |= VG_CONTACT_ACCURATE;
    if (vg_class_is_distress(class))
        ret->flags |= p->fields & VG_FIELD_BIT(STATUS) && p->status == STATUS_SART_TEST ? VG_CONTACT_DISTRESS_TEST
                                                                                        : VG_CONTACT_DISTRESS;
}

/* ---- the state at a moment ---- */

#define MARGIN_DEG 0.5 /* a ship of 60 kn that left the box half an hour ago is found, and so known to have left */

static int64_t lifetime_us(const struct vg_past *past)
{
    enum vg_class class = vg_history_class(past->mmsi, past->at.message);
    if (class == VG_CLASS_SAR)
        return 15 * VG_MINUTE_US;
    if (past->at.message == 27 || vg_class_is_distress(class) || is_still(past, class))
        return VG_HISTORY_BACK_US;
    return 30 * VG_MINUTE_US;
}

static enum vg_err on_position(void *arg, const struct vg_position *row)
{
    struct naming *n = arg;
    struct vg_past *past;
    enum vg_err err = vg_pasts_take(n->pasts, row->mmsi, &past);
    if (err == VG_LIMIT)
        n->job->why = "more than 200000 vessels: ask for a smaller area";
    if (err)
        return err;
    if (!past->placed || row->time_us >= past->at.time_us) {
        past->at = *row;
        past->at.source = vg_history_source(&n->pasts->sources, row->source_name);
        past->at.source_name = (struct vg_parquet_text){0};
        past->placed = true;
    }
    return vg_history_row(n->job);
}

static struct vg_box widen(const struct vg_box *b)
{
    double widest = fmax(fabs(b->south_deg), fabs(b->north_deg)) + MARGIN_DEG;
    double lon = widest < 85 ? MARGIN_DEG / cos(widest * (3.14159265358979323846 / 180)) : 360;
    double width = b->east_deg - b->west_deg + (b->west_deg > b->east_deg ? 360 : 0) + 2 * lon;
    struct vg_box w = {b->west_deg - lon, fmax(b->south_deg - MARGIN_DEG, -90), b->east_deg + lon,
                       fmin(b->north_deg + MARGIN_DEG, 90)};
    if (width >= 360) {
        w.west_deg = -180;
        w.east_deg = 180;
    }
    if (w.west_deg < -180)
        w.west_deg += 360;
    if (w.east_deg > 180)
        w.east_deg -= 360;
    return w;
}

enum vg_err vg_pasts_at(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t at_us)
{
    const struct vg_box *box = &job->ask.filter.box;
    struct vg_box wide = widen(box);
    struct vg_positions_query q = {.box = &wide, .from_us = at_us - VG_HISTORY_BACK_US, .to_us = at_us + 1};
    struct naming n = {.job = job, .pasts = pasts};
    enum vg_err err = vg_store_positions(store, &q, on_position, on_damage, &n, NULL);
    if (err)
        return err;
    for (size_t i = 0; i < pasts->count; i++) {
        struct vg_past *past = &pasts->row[i];
        if (at_us - past->at.time_us > lifetime_us(past) || !vg_box_contains(box, past->at.pos))
            past->placed = false;
    }
    return VG_OK;
}
