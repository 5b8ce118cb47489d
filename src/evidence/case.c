#include "evidence/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/version.h"
#include "evidence/alert_sheet.h"
#include "evidence/clocks.h"
#include "evidence/models.h"
#include "journal/exhibit.h"
#include "journal/name.h"
#include "vessel/contact.h"

#define DETAIL_MAX ((size_t)4 << 20)
#define TEXT       1024

/* What is gathered before anything is written. */
struct gathered {
    uint64_t *place; /* of all alerts that a bundle can be made of; VG_BUNDLE_OFFSETS_MAX */
    size_t places;
    uint32_t kinds; /* bits */
    bool exercise;
    enum vg_proof_state state; /* the first reason why a bundle can't be made of one */
    struct vg_source_clocks clocks;
    json_t *detail[VG_CASE_ALERTS];
};

static void forget(struct gathered *g, size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_decref(g->detail[i]);
    free(g->place);
    free(g);
}

/* ---- gathering ---- */

static bool has_place(const struct gathered *g, uint64_t place)
{
    for (size_t i = 0; i < g->places; i++)
        if (g->place[i] == place)
            return true;
    return false;
}

static enum vg_err take_event(const struct vg_evidence_of *of, struct gathered *g, uint64_t alert)
{
    struct vg_event_read read;
    struct vg_proofs proofs;
    enum vg_err err = vg_alert_event(of, alert, &read);
    if (!err)
        err = vg_proofs_read(of->journal_dir, read.event.place, read.event.places, &proofs);
    if (err)
        return err;
    g->kinds |= UINT32_C(1) << read.event.kind;
    g->exercise |= read.event.exercise;
    if (proofs.state == VG_PROOF_NOT_SIGNED || (g->state == VG_PROOF_READY && proofs.state != VG_PROOF_READY))
        g->state = proofs.state;
    uint64_t place[2 * VG_EVENT_PLACES];
    const size_t places = vg_proofs_places(&proofs, place);
    for (size_t i = 0; i < places && !err; i++) {
        if (has_place(g, place[i]))
            continue;
        if (g->places == VG_BUNDLE_OFFSETS_MAX)
            err = VG_LIMIT;
        else
            g->place[g->places++] = place[i];
    }
    for (size_t i = 0; i < proofs.count; i++)
        if (proofs.proof[i].found && proofs.proof[i].own_us != VG_TIME_NONE)
            vg_source_clock_take(&g->clocks, proofs.proof[i].source, proofs.proof[i].own_us, proofs.proof[i].time_us);
    vg_proofs_free(&proofs);
    return err;
}

struct export_ask {
    const struct vg_case *c;
    const char *why;
};

/* The export is part of each alert's history, before anything leaves. */
static enum vg_err ask_export(struct vg_alert_book *book, void *arg)
{
    struct export_ask *a = arg;
    struct vg_alert_by by = {.host_us = a->c->made_us};
    memcpy(by.who, a->c->who, sizeof by.who);
    snprintf(by.why, sizeof by.why, "%s: %s", vg_word(a->c->language, "case", "title"), a->c->name);
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < a->c->count && !err; i++) {
        struct vg_alert alert;
        err = vg_alert_book_act(book, a->c->alert[i], VG_ALERT_ACTION_EXPORT, &by, &alert, &a->why);
    }
    return err;
}

static enum vg_err take_detail(const struct vg_evidence_of *of, uint64_t alert, json_t **ret)
{
    struct vg_out out = vg_out_growing(DETAIL_MAX);
    enum vg_err err = vg_alert_detail(of, alert, &out);
    if (!err)
        err = out.err;
    if (!err) {
        *ret = json_loadb(out.buf, out.len, JSON_ALLOW_NUL, NULL);
        err = *ret ? VG_OK : VG_CORRUPT;
    }
    vg_out_free(&out);
    return err;
}

/* ---- writing ---- */

static void fact(struct vg_sheet *s, const char *key, const char *value)
{
    vg_sheet_fact(s, vg_word(s->language, "case", key), value);
}

static void put_front(struct vg_sheet *s, const struct vg_case *c, const struct gathered *g)
{
    char text[TEXT], time[VG_TIME_TEXT];
    snprintf(text, sizeof text, "%s: %s", vg_word(s->language, "case", "title"), c->name);
    vg_sheet_begin(s, text);
    vg_sheet_heading(s, 1, text);
    vg_sheet_text(s, vg_word(s->language, "case", "about"));
    if (g->exercise)
        vg_sheet_text(s, vg_word(s->language, "case", "exercise"));
    fact(s, "by", c->who);
    vg_time_text(c->made_us, time);
    fact(s, "made", time);
    if (c->installation)
        fact(s, "installation", c->installation);
    snprintf(text, sizeof text, "vigia %s", vg_version());
    fact(s, "program", text);
    snprintf(text, sizeof text, "%zu", c->count);
    fact(s, "alerts", text);
    for (size_t i = 0; i < c->count; i++) {
        vg_alert_sheet_title(s->language, g->detail[i], text, sizeof text);
        vg_sheet_item(s, text);
    }
    if (*c->notes) {
        vg_sheet_heading(s, 2, vg_word(s->language, "case", "notes"));
        vg_sheet_text(s, c->notes);
    }
}

static void put_clocks(struct vg_sheet *s, const struct vg_evidence_of *of, const struct vg_case *c,
                       const struct gathered *g)
{
    struct vg_clock_note note;
    uint64_t first = UINT64_MAX;
    for (size_t i = 0; i < g->places; i++)
        first = g->place[i] < first ? g->place[i] : first;
    const bool known = g->places && vg_clock_before(of->journal_dir, first, &note);
    vg_sheet_heading(s, 2, vg_word(s->language, "case", "clocks"));
    vg_sheet_text(s, vg_word(s->language, "case", "clocks_about"));
    vg_clock_fact(s, vg_word(s->language, "case", "host_clock"), known ? &note : NULL);
    vg_clock_fact(s, vg_word(s->language, "case", "host_clock_now"), c->clock_now);
    fact(s, "trace", vg_word(s->language, "case", "not_known")); /* the system doesn't say it */
    vg_source_clocks_sheet(s, &g->clocks);
}

/* A member of the bundle: what it was made with, and not what may be newer in the folder. */
static void put_proof(struct vg_sheet *s, const struct vg_out *bundle, const struct vg_bundle_stats *stats)
{
    json_t *root = json_loadb(bundle->buf, bundle->len, 0, NULL), *key;
    const char *origin = json_string_value(json_object_get(root, "origin"));
    const char *checkpoint = json_string_value(json_object_get(root, "checkpoint"));
    char text[TEXT];
    uint8_t hash[VG_HASH];
    size_t i;
    vg_sheet_heading(s, 2, vg_word(s->language, "case", "evidence"));
    vg_sheet_text(s, vg_word(s->language, "case", "evidence_about"));
    vg_sheet_text(s, vg_word(s->language, "case", "how"));
    static const char command[] = "vigia verify case.html --key key.pub";
    vg_sheet_code(s, command, sizeof command - 1);
    fact(s, "journal", origin ? origin : "");
    json_array_foreach(json_object_get(root, "keys"), i, key)
    {
        fact(s, "key", json_string_value(key) ? json_string_value(key) : "");
    }
    snprintf(text, sizeof text, "%s: %llu; %s: %llu", vg_word(s->language, "case", "frames"),
             (unsigned long long)stats->frames, vg_word(s->language, "case", "records"),
             (unsigned long long)stats->records);
    fact(s, "bundle_holds", text);
    struct vg_out hex = vg_out_fixed(text, sizeof text - 1);
    vg_hash(bundle->buf, bundle->len, hash);
    vg_out_hex(&hex, hash, sizeof hash);
    text[hex.len] = '\0';
    fact(s, "bundle_hash", text);
    vg_sheet_heading(s, 3, vg_word(s->language, "case", "checkpoint"));
    if (checkpoint)
        vg_sheet_code(s, checkpoint, strlen(checkpoint));
    vg_sheet_end(s);
    json_decref(root);
}

static enum vg_err put_all(const struct vg_evidence_of *of, const struct vg_case *c, const struct gathered *g,
                           struct vg_out *out, const char **ret_why)
{
    struct vg_sheet s = {.out = out, .html = true, .language = c->language};
    struct vg_out bundle = vg_out_growing(VG_CASE_BYTES_MAX);
    struct vg_bundle_stats stats;
    const struct vg_bundle_query query = {
        .from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = g->place, .offset_count = g->places};
    enum vg_err err = vg_bundle_write(of->journal_dir, NULL, &query, &bundle, &stats, ret_why);
    if (!err) {
        put_front(&s, c, g);
        for (size_t i = 0; i < c->count; i++)
            vg_alert_sheet(&s, g->detail[i]);
        put_clocks(&s, of, c, g);
        vg_sheet_heading(&s, 2, vg_word(s.language, "case", "models"));
        vg_models_sheet(&s, g->kinds);
        put_proof(&s, &bundle, &stats);
        vg_exhibit_bundle(out, bundle.buf, bundle.len);
        err = vg_exhibit_sign(of->journal_dir, NULL, out, ret_why);
    }
    vg_out_free(&bundle);
    return err;
}

/* ---- the case ---- */

static bool is_blank(const char *text)
{
    return text[strspn(text, "\n\r\t ")] == '\0';
}

static enum vg_err gather(const struct vg_evidence_of *of, const struct vg_case *c, struct gathered *g,
                          const char **ret_why)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < c->count && !err; i++)
        err = take_event(of, g, c->alert[i]);
    *ret_why = err == VG_NOT_FOUND ? "there is no such alert"
               : err == VG_LIMIT   ? "too many places for one case: make several"
                                   : "the file of alerts can't be read";
    return err;
}

enum vg_err vg_case_write(const struct vg_evidence_of *of, const struct vg_case *c, struct vg_out *out,
                          enum vg_proof_state *ret_state, const char **ret_why)
{
    *ret_why = "a case has a name, somebody who makes it, and alerts";
    if (is_blank(c->name) || is_blank(c->who) || !c->count)
        return VG_ARG;
    *ret_why = "out of memory";
    struct gathered *g = calloc(1, sizeof *g);
    if (g)
        g->place = calloc(VG_BUNDLE_OFFSETS_MAX, sizeof *g->place);
    if (!g || !g->place) {
        free(g);
        return VG_NOMEM;
    }
    enum vg_err err = gather(of, c, g, ret_why);
    const bool can = !err && g->places && g->state != VG_PROOF_NOT_SIGNED;
    if (!err)
        *ret_state = can ? VG_PROOF_READY : g->state;
    if (can) {
        struct export_ask a = {.c = c, .why = "the file of alerts does not take it: nothing is done without a record"};
        err = vg_evidence_ask(of, ask_export, &a);
        *ret_why = a.why;
        for (size_t i = 0; i < c->count && !err; i++)
            err = take_detail(of, c->alert[i], &g->detail[i]);
        if (!err)
            err = put_all(of, c, g, out, ret_why);
    }
    forget(g, c->count);
    return err;
}

void vg_case_file_name(const char *name, char ret[static VG_CASE_FILE])
{
    size_t n = (size_t)snprintf(ret, VG_CASE_FILE, "case-");
    for (; *name && n + sizeof ".html" < VG_CASE_FILE; name++) {
        const bool stays = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                           (*name >= '0' && *name <= '9') || *name == '_';
        if (stays || ret[n - 1] != '-')
            ret[n++] = stays ? *name : '-';
    }
    while (n > 5 && ret[n - 1] == '-')
        n--;
    snprintf(ret + n, VG_CASE_FILE - n, ".html");
}
