/*
 * Watch list: a vessel that a list names was seen (watch_list.h says when a row matches).
 *
 * Definition: begins with the first report after which a row matches, ends when she was not heard for 6 h, when the row
 * expires, or when the list is taken away. How sure: IMO number .99, call sign and name .9, MMSI .8, for MMSIs change
 * hands. It is told again when something surer matches and at each arrival in a port or anchorage, else never. A row
 * whose IMO number contradicts hers is no match: counted; if it had matched before she said the number, it is
 * withdrawn.
 *
 * An entry of a list is no finding about anybody. Innocent: a number set wrongly, a ship sold or renamed, a list that
 * is out of date. What makes it wrong: identities are words that anybody may say.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/imo.h"
#include "behaviour/identity.h"
#include "behaviour/method.h"

#define SILENT_US (6 * VG_HOUR_US) /* as long as a ship heard by satellite may be silent (vessel/rules.h) */

static void tell(struct vg_behaviours *b, struct watched *w, enum vg_event_state state)
{
    struct vg_event e = vg_bhv_event_of(VG_EVENT_WATCHLIST, w->contact, w->mmsi, 0, 0, &w->going, w->pos);
    for (int i = 0; i < WATCHED_PLACES; i++)
        if (w->place[i])
            vg_event_place(&e, w->place[i]);
    vg_event_number(&e, "list_age", floor((double)(w->going.begin_us - w->date_us) / VG_DAY_US), NAN, "d");
    if (w->expires_us != INT64_MAX)
        vg_event_number(&e, "expires_in", floor((double)(w->expires_us - w->going.begin_us) / VG_DAY_US), 0, "d");
    vg_event_number(&e, "arrivals", w->arrivals, NAN, "");
    e.confidence = vg_watch_sure((enum vg_watch_by)w->by);
    snprintf(e.text, sizeof e.text, "%s", w->text);
    char about[24];
    snprintf(about, sizeof about, "%016llx", (unsigned long long)w->row);
    vg_bhv_tell(b, &e, &w->going, state, about);
}

static void drop(struct vg_behaviours *b, uint32_t i, enum vg_event_state state)
{
    tell(b, &b->watched[i], state);
    b->watched[i] = b->watched[--b->watched_count];
    memset(&b->watched[b->watched_count], 0, sizeof b->watched[0]);
}

static struct watched *watched_of(struct vg_behaviours *b, const struct vessel *v, uint64_t row)
{
    for (uint32_t i = 0; i < b->watched_count; i++)
        if (b->watched[i].row == row && b->watched[i].vessel == v->key)
            return &b->watched[i];
    return NULL;
}

static void place_of(struct watched *w, int i, const struct vg_contact *c, enum vg_field field)
{
    w->place[i] = vg_contact_said(c, field) ? c->prov[field].journal_offset : 0;
}

/* What matched, and the reports that said it. */
static void note(struct watched *w, const struct vg_watch_match *m, const struct vg_sighting *s)
{
    w->by = (uint8_t)m->by;
    w->imo = m->row->imo, w->date_us = m->row->date_us, w->expires_us = m->row->expires_us;
    memset(w->place, 0, sizeof w->place);
    if (m->by == VG_WATCH_BY_IMO) {
        place_of(w, 0, s->contact, VG_FIELD_IMO);
    } else if (m->by == VG_WATCH_BY_CALLSIGN) {
        place_of(w, 0, s->contact, VG_FIELD_CALLSIGN);
        place_of(w, 1, s->contact, VG_FIELD_NAME);
    } else {
        w->place[0] = s->report->journal_offset;
    }
    vg_watch_text(m, w->text, sizeof w->text);
}

static void matched(struct vg_behaviours *b, struct vessel *v, const struct vg_watch_match *m,
                    const struct vg_sighting *s)
{
    struct watched *w = watched_of(b, v, m->row->key);
    if (w && m->by >= w->by) {
        return;
    }
    if (!w) {
        if (b->watched_count == WATCHED) {
            b->counters.watched_dropped++;
            return;
        }
        w = &b->watched[b->watched_count++];
        *w = (struct watched){.vessel = v->key, .row = m->row->key, .mmsi = v->mmsi, .arrivals = v->port.inside};
        w->going = (struct going){.begin_us = s->report->time_us, .first_offset = s->report->journal_offset};
        w->in_port = v->port.inside;
    }
    w->contact = v->id;
    w->pos = v->last.pos;
    w->going.last_us = s->report->time_us, w->going.last_offset = s->report->journal_offset;
    note(w, m, s);
    tell(b, w, VG_EVENT_ONGOING);
}

/* She says an IMO number that is another than the row's: what matched by less was not her. */
static void withdraw_contradicted(struct vg_behaviours *b, const struct vessel *v, uint32_t imo)
{
    for (uint32_t i = 0; vg_imo_valid(imo) && i < b->watched_count; i++) {
        const struct watched *w = &b->watched[i];
        if (w->vessel == v->key && w->by != VG_WATCH_BY_IMO && w->imo && w->imo != imo)
            drop(b, i--, VG_EVENT_WITHDRAWN);
    }
}

/* A word that is believed, and whose report was no noise. */
static bool is_said(const struct vg_contact *c, enum vg_field field)
{
    return vg_contact_said(c, field) && !c->prov[field].suspect;
}

/* Identities are looked at when they are said: once for the MMSI, then with each report that says another one. */
static void told(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    const uint32_t identities = VG_FIELD_BIT(IMO) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN);
    if (!b->options.watch_list || (v->watch_looked && !(r->fields & identities)) || r->suspect)
        return;
    v->watch_looked = true;
    const struct vg_contact *c = s->contact;
    const struct vg_watch_said said = {.mmsi = v->mmsi,
                                       .imo = is_said(c, VG_FIELD_IMO) ? c->imo : 0,
                                       .name = is_said(c, VG_FIELD_NAME) ? c->name : NULL,
                                       .callsign = is_said(c, VG_FIELD_CALLSIGN) ? c->callsign : NULL,
                                       .time_us = r->time_us};
    struct vg_watch_match found[VG_WATCH_MATCHES];
    unsigned contradicted;
    const size_t count = vg_watch_list_find(b->options.watch_list, &said, found, &contradicted);
    b->counters.watch_contradicted += contradicted;
    withdraw_contradicted(b, v, said.imo);
    for (size_t i = 0; i < count; i++)
        matched(b, v, &found[i], s);
}

/* Whether it is over; what she did since is noted. */
static bool go_on(struct vg_behaviours *b, struct watched *w)
{
    const struct vessel *v = vg_vessel_find(b, w->vessel);
    if (v && v->heard_us > w->going.last_us)
        w->going.last_us = v->heard_us, w->going.last_offset = v->last.offset, w->pos = v->last.pos, w->contact = v->id;
    if (w->going.last_us >= w->expires_us)
        w->going.last_us = w->expires_us;
    const bool arrives = v && v->port.inside && !w->in_port;
    w->in_port = v && v->port.inside;
    if (arrives) {
        w->arrivals += w->arrivals < UINT16_MAX;
        tell(b, w, VG_EVENT_ONGOING);
    }
    return b->clock_us - w->going.last_us <= SILENT_US && b->clock_us < w->expires_us;
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < b->watched_count; i++)
        if (!go_on(b, &b->watched[i]) || all || !vg_watch_list_has(b->options.watch_list, b->watched[i].row))
            drop(b, i--, VG_EVENT_ENDED);
}

const struct method vg_method_watchlist = {.kind = VG_EVENT_WATCHLIST, .told = told, .review = review};
