#include "evidence/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_plain.h"
#include "base/time.h"
#include "journal/bundle.h"
#include "journal/reader.h"
#include "nmea/nmea.h"
#include "sensor/ais/ais.h"

#define SOURCES_SHOWN   8
#define CONTINUES_MOST  64 /* records that are read for the rest of a sentence that was cut by them */
#define BYTES_SHOWN     96 /* of what is no text */
#define FRAGMENT_LINES  64 /* that are looked at for further fragments */
#define ASTERIX_HEAD    3
#define POSITION_DIGITS 6

const char *vg_proof_state_key(enum vg_proof_state state)
{
    static const char *const keys[] = {
#define X(name, key, text) key,
        VG_PROOF_STATE_LIST(X)
#undef X
    };
    return keys[state];
}

const char *vg_proof_state_text(enum vg_proof_state state)
{
    static const char *const texts[] = {
#define X(name, key, text) text,
        VG_PROOF_STATE_LIST(X)
#undef X
    };
    return texts[state];
}

/* ---- a sentence ---- */

static bool is_text(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] == 0x7F || (p[i] < 0x20 && p[i] != '\t' && p[i] != '\r' && p[i] != '\n'))
            return false;
    return len > 0;
}

static void add(struct vg_proof *p, const uint8_t *bytes, size_t len)
{
    const size_t room = sizeof p->sentence - p->len;
    if (len > room)
        len = room;
    memcpy(p->sentence + p->len, bytes, len);
    p->len += len;
}

static size_t line_length(const uint8_t *p, size_t len)
{
    const uint8_t *end = memchr(p, '\n', len);
    return end ? (size_t)(end - p) : len;
}

static size_t without_return(const uint8_t *p, size_t len)
{
    return len && p[len - 1] == '\r' ? len - 1 : len;
}

/* The first sentence of a line that can be used. */
static bool sentence_of(const uint8_t *line, size_t len, struct vg_sentence *ret)
{
    size_t pos = 0;
    enum vg_refusal refusal;
    while (vg_nmea_next((const char *)line, len, &pos, ret, &refusal))
        if (ret->text.len && refusal == VG_REFUSAL_NONE)
            return true;
    return false;
}

/* The other fragments of the message that stand behind it in the same record. */
static void add_fragments(struct vg_proof *p, const struct vg_sentence *first, const uint8_t *rest, size_t len)
{
    unsigned missing = first->fragments - 1u;
    for (int lines = 0; missing && len && lines < FRAGMENT_LINES; lines++) {
        struct vg_sentence next;
        const size_t n = line_length(rest, len), shown = without_return(rest, n);
        if (sentence_of(rest, shown, &next) && next.fragments == first->fragments && next.fragment > 1 &&
            next.sequence == first->sequence && next.channel == first->channel) {
            add(p, (const uint8_t *)"\n", 1);
            add(p, rest, shown);
            missing--;
        }
        const size_t step = n < len ? n + 1 : n;
        rest += step, len -= step;
    }
}

/* The position that the message says, if its fragments are all here. */
static struct vg_pos position_of(const struct vg_sentence *s)
{
    struct vg_ais message;
    struct vg_report report;
    if (s->fragments != 1 || !s->payload.len ||
        vg_ais_decode(s->payload.at, s->payload.len, s->fill_bits, &message) != VG_REFUSAL_NONE)
        return VG_POS_NONE;
    memset(&report, 0, sizeof report);
    if (!vg_ais_report(&message, &report) || !(report.fields & VG_FIELD_BIT(POS)))
        return VG_POS_NONE;
    return report.pos;
}

/* A block of ASTERIX tells its length; of other bytes some are shown. */
static size_t bytes_length(const uint8_t *p, size_t len)
{
    const size_t told = len >= ASTERIX_HEAD ? (size_t)p[1] << 8 | p[2] : 0;
    return told >= ASTERIX_HEAD && told <= len ? told : len < BYTES_SHOWN ? len : BYTES_SHOWN;
}

/* The rest of a sentence that its record cut: in the next ones of the same sender. */
static void add_rest(struct vg_journal_reader *reader, struct vg_proof *p, uint32_t stream)
{
    struct vg_record r;
    for (int i = 0; i < CONTINUES_MOST && vg_journal_reader_next(reader, &r) == VG_OK; i++) {
        if (r.kind != VG_RECORD_DATA || r.stream != stream || r.name_len != strlen(p->source) ||
            memcmp(r.name ? r.name : "", p->source, r.name_len) != 0)
            continue;
        const size_t n = line_length(r.bytes, r.len);
        add(p, r.bytes, n < r.len ? without_return(r.bytes, n) : n);
        p->rest = r.journal_offset;
        if (n < r.len || r.flags & (VG_RECORD_BEGINS | VG_RECORD_ENDS))
            return;
    }
}

/* "Manta/r003": as the sources of the picture are called. */
static void add_station(struct vg_proof *p, const struct vg_sentence *s)
{
    const size_t n = strlen(p->source);
    if (s->station.len && n + 1 < sizeof p->source)
        snprintf(p->source + n, sizeof p->source - n, "/%.*s", (int)s->station.len, s->station.at);
}

static void read_text(struct vg_journal_reader *reader, struct vg_proof *p, const struct vg_record *r, size_t offset)
{
    const uint8_t *at = (const uint8_t *)r->bytes + offset;
    const size_t left = r->len - offset, n = line_length(at, left);
    const bool whole = n < left || r->flags & (VG_RECORD_DATAGRAM | VG_RECORD_ENDS);
    struct vg_sentence s;
    p->text = true;
    add(p, at, without_return(at, n));
    if (!whole)
        add_rest(reader, p, r->stream); /* the record's bytes are gone from here on */
    if (!sentence_of(p->sentence, p->len, &s))
        return;
    add_station(p, &s);
    p->own_us = s.time_us;
    p->pos = position_of(&s);
    if (whole && n < left && s.fragments > 1)
        add_fragments(p, &s, at + n + 1, left - n - 1);
}

static void read_place(struct vg_journal_reader *reader, struct vg_proof *p)
{
    struct vg_record r;
    size_t offset;
    if (vg_journal_reader_at(reader, p->place, &r, &offset))
        return;
    const size_t name_len = r.name && r.name_len < sizeof p->source ? r.name_len : 0;
    memcpy(p->source, r.name ? r.name : "", name_len);
    p->found = true;
    p->time_us = r.time_us;
    const uint8_t *at = (const uint8_t *)r.bytes + offset;
    if (is_text(at, line_length(at, r.len - offset)))
        read_text(reader, p, &r, offset);
    else
        add(p, at, bytes_length(at, r.len - offset));
}

/* ---- all of an event ---- */

static enum vg_proof_state state_of(const struct vg_proofs *proofs, uint64_t signed_end)
{
    enum vg_proof_state state = proofs->count ? VG_PROOF_READY : VG_PROOF_NO_PLACES;
    for (size_t i = 0; i < proofs->count; i++) {
        const struct vg_proof *p = &proofs->proof[i];
        if (vg_journal_offset_frame(p->place) >= signed_end)
            return VG_PROOF_NOT_SIGNED;
        if (vg_journal_offset_frame(p->rest) >= signed_end)
            return VG_PROOF_NOT_SIGNED;
        if (!p->found)
            state = VG_PROOF_NOT_KEPT;
    }
    return state;
}

enum vg_err vg_proofs_read(const char *journal_dir, const uint64_t *places, size_t count, struct vg_proofs *ret)
{
    struct vg_journal_reader *reader = NULL;
    const char *why;
    uint64_t signed_end = 0;
    struct vg_proofs proofs = {.state = VG_PROOF_NO_JOURNAL, .count = count};
    proofs.proof = calloc(count + 1, sizeof *proofs.proof);
    if (!proofs.proof)
        return VG_NOMEM;
    for (size_t i = 0; i < count; i++)
        proofs.proof[i] = (struct vg_proof){.place = places[i], .own_us = VG_TIME_NONE, .pos = VG_POS_NONE};
    enum vg_err err = journal_dir ? vg_journal_reader_open(journal_dir, NULL, NULL, NULL, &reader, &why) : VG_NOT_FOUND;
    if (err == VG_NOMEM) {
        free(proofs.proof);
        return err;
    }
    for (size_t i = 0; i < count && !err; i++)
        read_place(reader, &proofs.proof[i]);
    if (!err && vg_bundle_signed_end(journal_dir, NULL, &signed_end) == VG_NOMEM)
        signed_end = 0; /* as if nothing were signed: who asks again is told */
    if (!err)
        proofs.state = state_of(&proofs, signed_end);
    vg_journal_reader_close(reader);
    *ret = proofs;
    return VG_OK;
}

size_t vg_proofs_places(const struct vg_proofs *proofs, uint64_t *to)
{
    size_t n = 0;
    for (size_t i = 0; i < proofs->count; i++) {
        if (proofs->proof[i].found)
            to[n++] = proofs->proof[i].place;
        if (proofs->proof[i].rest)
            to[n++] = proofs->proof[i].rest;
    }
    return n;
}

void vg_proofs_free(struct vg_proofs *proofs)
{
    free(proofs->proof);
    *proofs = (struct vg_proofs){.state = VG_PROOF_NO_JOURNAL};
}

/* ---- JSON ---- */

static void put_sentence(struct vg_out *out, const struct vg_proof *p)
{
    vg_out_printf(out, "{\"place\":%llu,\"time\":", (unsigned long long)p->place);
    if (p->found)
        vg_out_json_time(out, p->time_us);
    else
        vg_out_text(out, "null");
    vg_out_text(out, ",\"source\":");
    vg_out_json_plain(out, p->source, strlen(p->source));
    if (!p->found) {
        vg_out_text(out, ",\"sentence\":null}");
    } else if (p->text) {
        vg_out_text(out, ",\"sentence\":");
        vg_out_json_string(out, (const char *)p->sentence, p->len); /* as received: LF stands between fragments */
        if (p->own_us != VG_TIME_NONE) {
            vg_out_text(out, ",\"own_time\":");
            vg_out_json_time(out, p->own_us);
        }
        vg_out_char(out, '}');
    } else {
        vg_out_text(out, ",\"sentence\":null,\"bytes\":\"");
        vg_out_hex(out, p->sentence, p->len);
        vg_out_text(out, "\"}");
    }
}

void vg_proofs_members(struct vg_out *out, const struct vg_proofs *proofs)
{
    vg_out_printf(out, ",\"bundle\":%s,\"why\":", proofs->state == VG_PROOF_READY ? "true" : "false");
    vg_out_printf(out, proofs->state == VG_PROOF_READY ? "null" : "\"%s\"", vg_proof_state_key(proofs->state));
    vg_out_text(out, ",\"sentences\":[");
    const bool read = proofs->state != VG_PROOF_NO_JOURNAL;
    for (size_t i = 0; read && i < proofs->count; i++) {
        vg_out_text(out, i ? ",\n" : "\n");
        put_sentence(out, &proofs->proof[i]);
    }
    vg_out_char(out, ']');
}

/* Each source once, in the order in which they are met. */
static void put_sources(struct vg_out *out, const struct vg_proofs *proofs)
{
    char names[SOURCES_SHOWN * 48] = "";
    size_t len = 0, shown = 0;
    for (size_t i = 0; i < proofs->count && shown < SOURCES_SHOWN; i++) {
        const char *name = proofs->proof[i].source;
        size_t before = 0;
        while (before < i && strcmp(proofs->proof[before].source, name) != 0)
            before++;
        if (!*name || before < i)
            continue;
        const int n = snprintf(names + len, sizeof names - len, "%s%.44s", len ? ", " : "", name);
        len += n > 0 && (size_t)n < sizeof names - len ? (size_t)n : 0;
        names[len] = '\0';
        shown++;
    }
    if (!len)
        return;
    vg_out_text(out, ",\"source\":");
    vg_out_json_plain(out, names, len);
}

static void put_heard(struct vg_out *out, const char *which, const struct vg_proof *p)
{
    vg_out_printf(out, ",\"%s_heard\":", which);
    vg_out_json_time(out, p->time_us);
    if (vg_pos_valid(p->pos))
        vg_out_printf(out, ",\"%s_lon\":%.*f,\"%s_lat\":%.*f", which, POSITION_DIGITS, vg_pos_lon_deg(p->pos), which,
                      POSITION_DIGITS, vg_pos_lat_deg(p->pos));
}

/* Of silence: the last word before it and the next one after it. Of all else: the first and the last that prove it. */
void vg_proofs_reception(struct vg_out *out, const struct vg_proofs *proofs, const struct vg_event *event)
{
    const bool silence = event->kind == VG_EVENT_GAP || event->kind == VG_EVENT_DISABLING;
    const struct vg_proof *first = NULL, *last = NULL;
    put_sources(out, proofs);
    for (size_t i = 0; i < proofs->count; i++) {
        const struct vg_proof *p = &proofs->proof[i];
        if (!p->found)
            continue;
        first = !first || p->time_us < first->time_us ? p : first;
        last = !last || p->time_us >= last->time_us ? p : last;
    }
    if (!first)
        return;
    if (!silence) {
        if (first != last)
            put_heard(out, "first", first);
        put_heard(out, "last", last);
        return;
    }
    put_heard(out, "last", first);
    if (last != first && event->state == VG_EVENT_ENDED)
        put_heard(out, "next", last);
}
