/* What a contact is called, and by whom: by itself, by the sensors that follow it, by operators. */
#include "api/inner.h"

struct told {
    struct vg_out *out;
    bool any;
};

static void begin(struct told *t, enum vg_claim_kind kind)
{
    vg_out_text(t->out, t->any ? ",{\"kind\":" : "{\"kind\":");
    t->any = true;
    vg_json_text(t->out, vg_claim_key(kind));
    vg_json_key(t->out, "value");
}

static void end(struct told *t, const char *source, int64_t time_us, uint8_t probability_pct)
{
    vg_json_key(t->out, "source");
    vg_json_text(t->out, source);
    vg_json_key(t->out, "time");
    vg_out_json_time(t->out, time_us);
    vg_json_key(t->out, "probability");
    vg_out_scaled(t->out, probability_pct, 2);
}

static void own(struct told *t, const struct vg_sources *sources, const struct vg_contact *v)
{
    struct vg_claim claim[VG_CLAIM_KINDS];
    const size_t count = vg_contact_claims(v, claim);
    for (size_t i = 0; i < count; i++) {
        begin(t, claim[i].kind);
        vg_out_uint(t->out, claim[i].value);
        end(t, vg_source_get(sources, (uint16_t)claim[i].said.source)->name, (int64_t)claim[i].said.time_ms * 1000,
            claim[i].probability_pct);
        vg_out_char(t->out, '}');
    }
}

/* The sensors' own numbers, the newest first. */
static void by_sensors(struct told *t, const struct vg_claimed_by *by)
{
    const struct vg_track *track = by->row ? &by->row->track : NULL;
    if (!track || !track->id || by->row->facts & VG_TRACK_OVER)
        return;
    for (size_t i = 0; i < sizeof track->sensor_track / sizeof *track->sensor_track; i++) {
        if (!track->sensor_track[i])
            continue;
        begin(t, VG_CLAIM_SENSOR_TRACK);
        vg_out_uint(t->out, track->sensor_track[i]);
        end(t, vg_sensor_name(by->sensors, track->sensor_site[i]), track->sensor_us[i],
            vg_claim_sure_pct(VG_CLAIM_SENSOR_TRACK, track->seen_by >> track->sensor_site[i] & 1));
        vg_out_char(t->out, '}');
    }
}

/* The newest word of an operator that holds; NULL: none. An empty one takes back those before. */
static const struct vg_hand_action *newest(const struct vg_claimed_by *by, enum vg_claim_kind kind)
{
    const struct vg_hand_action *start = NULL;
    for (size_t i = 0; i < by->hand_count; i++) {
        const struct vg_hand_action *a = &by->hand[i];
        if (a->undone)
            continue;
        if (a->kind == (kind == VG_CLAIM_NAME ? VG_HAND_NAME : VG_HAND_CLASSIFY))
            return a;
        if (a->kind == VG_HAND_START)
            start = a;
    }
    return start;
}

static void by_operators(struct told *t, const struct vg_claimed_by *by)
{
    static const enum vg_claim_kind kinds[] = {VG_CLAIM_NAME, VG_CLAIM_THING};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct vg_hand_action *a = newest(by, kinds[i]);
        const char *value = !a                          ? ""
                            : kinds[i] == VG_CLAIM_NAME ? a->name
                            : a->thing != VG_THING_NONE ? vg_thing_key((enum vg_thing)a->thing)
                                                        : "";
        if (!*value)
            continue;
        begin(t, kinds[i]);
        vg_json_text(t->out, value);
        end(t, VG_HAND_SOURCE, a->time_us, vg_claim_sure_pct(kinds[i], true));
        vg_json_key(t->out, "who");
        vg_json_text(t->out, a->who);
        vg_out_char(t->out, '}');
    }
}

void vg_json_claims(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                    const struct vg_claimed_by *others)
{
    struct told t = {.out = out};
    vg_json_key(out, "claims");
    vg_out_char(out, '[');
    own(&t, sources, v);
    if (others) {
        by_sensors(&t, others);
        by_operators(&t, others);
    }
    vg_out_char(out, ']');
}
