/*
 * Application payloads: arrays and choices of the tables, unfolded.
 *
 * Rows never nest deeper than the tables write them (an area's line has legs: application, area, line, leg), so the
 * recursion below is bounded by fields_app*.def.
 */
#include <stdio.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

unsigned vg_ais_application_end(const struct vg_ais *msg)
{
    unsigned tail = msg->type == 26 ? 20 : 0;
    return msg->bits >= msg->application_start + tail ? msg->bits - tail : msg->bits;
}

static const struct vg_ais_layout *layout_at(unsigned index)
{
    size_t count;
    return &vg_ais_layouts(&count)[index];
}

const struct vg_ais_layout *vg_ais_chosen(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base)
{
    int64_t raw;
    if (vg_ais_raw(msg, f, base, &raw) != VG_AIS_PRESENT || raw < f->first || raw >= f->first + f->max)
        return NULL;
    return layout_at(f->sub_layout + (unsigned)(raw - f->first));
}

const struct vg_ais_layout *vg_ais_element(const struct vg_ais_field *f)
{
    return layout_at(f->sub_layout);
}

unsigned vg_ais_elements(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, unsigned end)
{
    unsigned start = base + f->start, each = vg_ais_element(f)->bits;
    if (start >= end)
        return 0;
    /* Up to a byte is filling (M.1371-5, annex 2, §5.2.1 asks for whole bytes); more is an element that was cut. */
    unsigned n = (end - start) / each + ((end - start) % each > 8);
    if (f->first) {
        unsigned said = vg_ais_uint(msg, start - f->first, f->first);
        n = said < n ? said : n;
    }
    return n < f->max ? n : f->max;
}

/* ---- JSON ---- */

struct writer {
    const struct vg_ais *msg;
    struct vg_out *out;
    const char *cut; /* key of the row that the end of the message cuts, or NULL */
};

static void put_object(struct writer *w, const struct vg_ais_layout *layout, unsigned base, unsigned end, bool first);

static void put_key(struct writer *w, const char *key, bool *first)
{
    vg_out_text(w->out, *first ? "\"" : ",\"");
    vg_out_text(w->out, key);
    vg_out_text(w->out, "\":");
    *first = false;
}

static void put_array(struct writer *w, const struct vg_ais_field *f, unsigned base, unsigned end, bool *first)
{
    const struct vg_ais_layout *element = vg_ais_element(f);
    unsigned n = vg_ais_elements(w->msg, f, base, end);
    put_key(w, f->key, first);
    vg_out_char(w->out, '[');
    for (unsigned i = 0; i < n; i++) {
        unsigned at = base + f->start + i * element->bits;
        vg_out_text(w->out, i ? ",{" : "{");
        put_object(w, element, at, at + element->bits < end ? at + element->bits : end, true);
        vg_out_char(w->out, '}');
        if (at + element->bits > end)
            w->cut = f->key;
    }
    vg_out_char(w->out, ']');
}

static void put_field(struct writer *w, const struct vg_ais_field *f, unsigned base, bool *first)
{
    char value[1024];
    int64_t raw;
    struct vg_out v = vg_out_fixed(value, sizeof value);
    bool there = vg_ais_put_value(w->msg, f, base, &v, true);
    if (there && !v.err) {
        put_key(w, f->key, first);
        vg_out_bytes(w->out, value, v.len);
    }
    if (vg_ais_raw(w->msg, f, base, &raw) == VG_AIS_PARTIAL)
        w->cut = f->key;
}

/* The members of an object, without its braces. */
static void put_object(struct writer *w, const struct vg_ais_layout *layout, unsigned base, unsigned end, bool first)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        if (f->kind == VG_AIS_REPEAT) {
            if (base + f->start < end)
                put_array(w, f, base, end, &first);
            continue;
        }
        put_field(w, f, base, &first);
        const struct vg_ais_layout *chosen = f->kind == VG_AIS_CHOICE ? vg_ais_chosen(w->msg, f, base) : NULL;
        if (chosen)
            put_object(w, chosen, base, end, first);
    }
}

void vg_ais_put_application(const struct vg_ais *msg, struct vg_out *out)
{
    struct vg_ais without_state;
    unsigned end = vg_ais_application_end(msg);
    if (end < msg->bits) { /* type 26: what stands behind is no part of the text or array */
        without_state = *msg;
        without_state.bits = (uint16_t)end;
        msg = &without_state;
    }
    struct writer w = {msg, out, NULL};
    put_object(&w, msg->application, msg->application_start, end, false);
    if (w.cut) {
        vg_out_text(out, ",\"partial\":\"");
        vg_out_text(out, w.cut);
        vg_out_char(out, '"');
    }
}

/* ---- one field after the other ---- */

struct walk {
    const struct vg_ais *msg;
    vg_ais_on_field *on;
    void *arg;
    bool application;
};

static void walk_layout(const struct walk *w, const struct vg_ais_layout *layout, unsigned base, unsigned end,
                        const char *prefix)
{
    char path[VG_AIS_PATH_SIZE];
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        if (f->kind == VG_AIS_REPEAT) {
            const struct vg_ais_layout *element = vg_ais_element(f);
            unsigned n = vg_ais_elements(w->msg, f, base, end);
            for (unsigned k = 0; k < n; k++) {
                unsigned at = base + f->start + k * element->bits;
                snprintf(path, sizeof path, "%s%s[%u].", prefix, f->key, k);
                walk_layout(w, element, at, at + element->bits < end ? at + element->bits : end, path);
            }
            continue;
        }
        snprintf(path, sizeof path, "%s%s", prefix, f->key);
        w->on(w->arg, f, base, path, w->application);
        const struct vg_ais_layout *chosen = f->kind == VG_AIS_CHOICE ? vg_ais_chosen(w->msg, f, base) : NULL;
        if (chosen)
            walk_layout(w, chosen, base, end, prefix);
    }
}

void vg_ais_each_field(const struct vg_ais *msg, vg_ais_on_field *on, void *arg)
{
    struct walk w = {msg, on, arg, false};
    walk_layout(&w, msg->layout, 0, msg->bits, "");
    w.application = true;
    if (msg->application)
        walk_layout(&w, msg->application, msg->application_start, vg_ais_application_end(msg), "");
}
