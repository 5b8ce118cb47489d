/*
 * Static data that can't be, and names that change: what a vessel says she is.
 *
 * Can't be, said twice, 30 s or more apart: a breadth without a length; longer than 500 m (no ship is: the longest had
 * 458, the longest hull afloat 488); broader than long; a draught over half the length; an IMO number of seven digits
 * whose last digit does not fit; longer than a ship of her type can be (fishing 200 m, pilots and tugs 120, sailing and
 * pleasure 200, high-speed craft 150). Each goes on until she says otherwise or nothing for 6 h.
 *
 * Another name or call sign under one MMSI: said twice, 5 min or more apart, and the old one not between. Not if it
 * differs by spaces, marks, two letters (call sign: one) or by being cut: that is a typing error. Far less sure in
 * port, where owners rename ships; not while two ships use the number (identity.c).
 *
 * Innocent: typing errors of whoever set the transponder up, a ship sold or renamed, damaged messages. What makes it
 * wrong: numbers that inland ships put where the IMO number stands, if they have seven digits.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fnv.h"
#include "base/imo.h"
#include "behaviour/identity.h"
#include "behaviour/method.h"
#include "behaviour/watch_inner.h"

#define APART_US       (30 * VG_SECOND_US)
#define SILENT_US      (6 * VG_HOUR_US) /* static data is said every 6 min; by satellite it is heard rarely */
#define NAME_APART_S   (5 * 60)
#define LENGTH_MOST_M  500
#define DRAUGHT_SHARE  0.5
#define NAME_TYPO      2 /* letters */
#define CALLSIGN_TYPO  1
#define SHORE_KM       3
#define CUT_LEAST      3 /* letters of a name that was cut */
#define CONFIDENT_SEA  0.85
#define CONFIDENT_PORT 0.35

/* ---- what can't be ---- */

#define FAULT_LIST(X)                                                                                                  \
    X(NO_LENGTH, "a breadth without a length", 0.8)                                                                    \
    X(TOO_LONG, "longer than any ship", 0.95)                                                                          \
    X(TOO_BROAD, "broader than long", 0.75)                                                                            \
    X(TOO_DEEP, "a draught over half the length", 0.75)                                                                \
    X(IMO, "an IMO number whose last digit does not fit", 0.95)                                                        \
    X(TYPE, "longer than a ship of this type can be", 0.95)

enum fault {
#define X(name, text, sure) FAULT_##name,
    FAULT_LIST(X)
#undef X
        FAULTS
};

static const struct {
    const char *text;
    double sure;
} faults[FAULTS] = {
#define X(name, text, sure) {text, sure},
    FAULT_LIST(X)
#undef X
};

/* Metres that no ship of a type reaches; 0: no limit. */
static unsigned longest_of(uint8_t shiptype)
{
    static const struct {
        uint8_t from, to;
        unsigned metres;
    } rows[] = {{30, 30, 200}, {36, 37, 200}, {40, 49, 150}, {50, 50, 120}, {52, 52, 120}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (shiptype >= rows[i].from && shiptype <= rows[i].to)
            return rows[i].metres;
    return 0;
}

/* Bits of what this report says and what can't be. */
static unsigned faults_of(const struct vessel *v, const struct vg_report *r)
{
    unsigned found = 0;
    if (r->fields & VG_FIELD_BIT(IMO) && r->imo >= 1000000 && r->imo <= 9999999 && !vg_imo_valid(r->imo))
        found |= 1u << FAULT_IMO;
    if (!(r->fields & VG_FIELD_BIT(DIMENSIONS)))
        return found;
    const unsigned length = r->to_bow_m + r->to_stern_m, breadth = r->to_port_m + r->to_starboard_m;
    const unsigned longest = longest_of(v->shiptype);
    if (breadth && !length)
        found |= 1u << FAULT_NO_LENGTH;
    if (length > LENGTH_MOST_M)
        found |= 1u << FAULT_TOO_LONG;
    else if (longest && length > longest)
        found |= 1u << FAULT_TYPE;
    if (length && breadth > length)
        found |= 1u << FAULT_TOO_BROAD;
    if (length && r->fields & VG_FIELD_BIT(DRAUGHT) && r->draught_dm / 10.0 > length * DRAUGHT_SHARE)
        found |= 1u << FAULT_TOO_DEEP;
    return found;
}

static void tell_fault(struct vg_behaviours *b, const struct vessel *v, struct odd *o, enum vg_event_state state)
{
    const int fault = o->what - ODD_FAULT;
    struct vg_event e = vg_bhv_event(VG_EVENT_IDENTITY, v, NULL, &o->going, o->pos);
    if (fault == FAULT_IMO) {
        vg_event_number(&e, "imo", o->value[0], NAN, "");
    } else {
        const double limit = fault == FAULT_TYPE ? longest_of(v->shiptype) : LENGTH_MOST_M;
        vg_event_number(&e, "length", o->value[0], limit, "m");
        vg_event_number(&e, "breadth", o->value[1], NAN, "m");
        vg_event_number(&e, "shiptype", v->shiptype, NAN, "");
        if (fault == FAULT_TOO_DEEP)
            vg_event_number(&e, "draught", o->value[2], o->value[0] * DRAUGHT_SHARE, "m");
    }
    vg_event_number(&e, "said", o->count, 2, "");
    e.confidence = faults[fault].sure;
    snprintf(e.text, sizeof e.text, "%s", faults[fault].text);
    vg_bhv_tell(b, &e, &o->going, state, faults[fault].text);
}

static void end_fault(struct vg_behaviours *b, const struct vessel *v, struct odd *o)
{
    if (o->going.told)
        tell_fault(b, v, o, VG_EVENT_ENDED);
    vg_odd_drop(b, o);
}

/* The first word is kept; the second, later one makes it so. */
static void say_fault(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r, int fault)
{
    struct odd *o = vg_odd_of(b, v, (uint8_t)(ODD_FAULT + fault));
    if (!o) {
        if (!(o = vg_odd_add(b, v, (uint8_t)(ODD_FAULT + fault))))
            return;
        o->going.begin_us = r->time_us, o->going.first_offset = r->journal_offset;
        v->words.faults |= (uint8_t)(1u << fault);
    }
    o->going.last_us = r->time_us, o->going.last_offset = r->journal_offset;
    o->pos = v->last.pos;
    o->count += o->count < UINT16_MAX;
    if (o->going.told || r->time_us - o->going.begin_us < APART_US)
        return;
    o->value[0] = fault == FAULT_IMO ? r->imo : r->to_bow_m + r->to_stern_m;
    o->value[1] = r->to_port_m + r->to_starboard_m;
    o->value[2] = r->draught_dm / 10.0;
    tell_fault(b, v, o, VG_EVENT_ONGOING);
}

static void look_at_faults(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r)
{
    const unsigned found = faults_of(v, r);
    const unsigned asked = (r->fields & VG_FIELD_BIT(IMO) ? 1u << FAULT_IMO : 0) |
                           (r->fields & VG_FIELD_BIT(DIMENSIONS) ? ~(1u << FAULT_IMO) : 0);
    for (int fault = 0; fault < FAULTS; fault++) {
        if (found >> fault & 1) {
            say_fault(b, v, r, fault);
        } else if (v->words.faults & asked & 1u << fault) { /* she says otherwise now */
            struct odd *o = vg_odd_of(b, v, (uint8_t)(ODD_FAULT + fault));
            v->words.faults &= (uint8_t) ~(1u << fault);
            if (o)
                end_fault(b, v, o);
        }
    }
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < b->odds; i++) {
        struct odd *o = &b->odd[i];
        if (o->what >= ODD_FAULT + FAULTS || (!all && b->clock_us - o->going.last_us <= SILENT_US))
            continue;
        struct vessel *v = vg_vessel_find(b, o->vessel);
        if (v)
            v->words.faults = 0, end_fault(b, v, o);
        else
            vg_odd_drop(b, o);
        i--;
    }
}

/* ---- names ---- */

static bool is_cut(const char *a, const char *c)
{
    const size_t n = strlen(a) < strlen(c) ? strlen(a) : strlen(c);
    return n >= CUT_LEAST && strncmp(a, c, n) == 0;
}

/* Letters put in, left out or changed between two words (Levenshtein), at most 20 letters each. */
static int letters_between(const char *a, const char *c)
{
    int row[WORDS_NAME + 1];
    const int n = (int)strlen(a), m = (int)strlen(c);
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            const int above = row[j], changed = corner + (a[i - 1] != c[j - 1]);
            const int other = (above < row[j - 1] ? above : row[j - 1]) + 1;
            row[j] = changed < other ? changed : other;
            corner = above;
        }
    }
    return row[m];
}

/* A word that was said: true if it is another one now, and is no typing error; the old one is in *ret_was. */
static bool is_another(const char *said, char *kept, size_t size, uint32_t *new_hash, uint32_t *new_s, uint32_t now_s,
                       int typo, char *ret_was)
{
    char word[WORDS_NAME + 1];
    vg_watch_plain_word(word, size < sizeof word ? size + 1 : sizeof word, said);
    const uint32_t hash = (uint32_t)vg_fnv_text(VG_FNV_BEGIN, word) | 1;
    memcpy(ret_was, kept, size);
    ret_was[size] = '\0';
    if (!*word || strcmp(word, ret_was) == 0) {
        *new_hash = *word ? 0 : *new_hash;
        return false;
    }
    if (*ret_was && *new_hash != hash) {
        *new_hash = hash;
        *new_s = now_s;
        return false;
    }
    if (*ret_was && now_s - *new_s < NAME_APART_S)
        return false;
    *new_hash = 0;
    memset(kept, 0, size);
    memcpy(kept, word, strlen(word));
    return *ret_was && letters_between(word, ret_was) > typo && !is_cut(word, ret_was);
}

static void tell_renamed(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s, const char *name,
                         const char *callsign)
{
    const struct vg_report *r = s->report;
    const struct going g = {.begin_us = r->time_us,
                            .last_us = r->time_us,
                            .first_offset = v->last.offset,
                            .last_offset = r->journal_offset};
    const bool at_sea = !v->port.inside && !v->last.still && vg_pos_valid(v->last.pos) &&
                        !vg_anchorage_at(b, v->last.pos) && vg_past_shore_km(b, v, v->last.pos) >= SHORE_KM;
    struct vg_event e = vg_bhv_event(VG_EVENT_IDENTITY, v, NULL, &g, v->last.pos);
    vg_event_number(&e, "at_sea", at_sea, 1, "");
    e.confidence = at_sea ? CONFIDENT_SEA : CONFIDENT_PORT;
    if (name && callsign)
        snprintf(e.text, sizeof e.text, "another name and call sign: before %s, %s", name, callsign);
    else
        snprintf(e.text, sizeof e.text, "another %s: before %s", name ? "name" : "call sign", name ? name : callsign);
    vg_bhv_tell_once(b, &e, "renamed");
}

static void look_at_names(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    const uint32_t now_s = (uint32_t)(r->time_us / VG_SECOND_US);
    char name[WORDS_NAME + 1] = "", callsign[WORDS_NAME + 1] = "";
    const bool renamed =
        r->fields & VG_FIELD_BIT(NAME) && is_another(r->name, v->words.name, sizeof v->words.name, &v->words.new_name,
                                                     &v->words.new_s, now_s, NAME_TYPO, name);
    const bool called = r->fields & VG_FIELD_BIT(CALLSIGN) &&
                        is_another(r->callsign, v->words.callsign, sizeof v->words.callsign, &v->words.new_callsign,
                                   &v->words.new_callsign_s, now_s, CALLSIGN_TYPO, callsign);
    if ((renamed || called) && !vg_identity_is_shared(v, r->time_us))
        tell_renamed(b, v, s, renamed ? name : NULL, called ? callsign : NULL);
}

static void told(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    const uint32_t words = VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN);
    if (!(r->fields & words) || r->suspect || !vg_is_ship(v))
        return;
    look_at_faults(b, v, r);
    look_at_names(b, v, s);
}

const struct method vg_method_static_data = {.kind = VG_EVENT_IDENTITY, .told = told, .review = review};
