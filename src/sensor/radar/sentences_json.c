/* A sentence of the table as a JSON object: what `vigia decode --as nmea-radar` writes. */
#include <string.h>

#include "sensor/radar/sentences.h"

/* The names of a row; `named` as in sentences.def. */
static const struct {
    bool named;
    uint8_t count;
    const char *field[16];
} table[VG_RADAR_KINDS] = {
#define SENTENCE(type, named, needed)                                                                                  \
    {                                                                                                                  \
        named, VG_##type##_FIELDS,                                                                                     \
        {
#define FIELD(type, name) #name,
#define END(type)                                                                                                      \
    }                                                                                                                  \
    }                                                                                                                  \
    ,
#include "sensor/radar/sentences.def"
#undef SENTENCE
#undef FIELD
#undef END
};

/* ---- where it stands ---- */

static bool is_word(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* $ or !, five capitals or digits, a comma; behind tag blocks, and whatever a logger wrote in front. */
static const char *find_sentence(const char *p, const char *end)
{
    for (; end - p > 7; p++) {
        bool good = (*p == '$' || *p == '!') && p[6] == ',';
        for (int i = 1; good && i < 6; i++)
            good = is_word(p[i]);
        if (good)
            return p;
    }
    return NULL;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* `star` is where the sentence ends: at its *, or at the end of the line. */
static bool is_right(const char *at, const char *star, const char *end)
{
    uint8_t sum = 0;
    for (const char *p = at + 1; p < star; p++)
        sum ^= (uint8_t)*p;
    return end - star >= 3 && hex_digit(star[1]) == sum >> 4 && hex_digit(star[2]) == (sum & 15);
}

/* ---- what it says ---- */

static void put_field(struct vg_out *out, struct vg_span s)
{
    vg_out_json_plain(out, s.at, s.len);
}

static void put_fields(struct vg_out *out, const struct vg_radar_fields *f)
{
    vg_out_text(out, ",\"fields\":[");
    for (unsigned i = 0; i < f->count; i++) {
        if (i)
            vg_out_char(out, ',');
        put_field(out, f->field[i]);
    }
    vg_out_char(out, ']');
}

/* As far as the sentence goes; what it has more than the row is only in "fields". */
static void put_names(struct vg_out *out, const char *key, const struct vg_radar_fields *f)
{
    vg_out_printf(out, ",\"%s\":{", key);
    for (unsigned i = 0; i < f->count && i < table[f->kind].count; i++) {
        vg_out_printf(out, i ? ",\"%s\":" : "\"%s\":", table[f->kind].field[i]);
        put_field(out, f->field[i]);
    }
    vg_out_char(out, '}');
}

static void put_labels(struct vg_out *out, const struct vg_radar_fields *f)
{
    vg_out_text(out, ",\"labels\":[");
    for (unsigned i = 0; i + 1 < f->count; i += 2) {
        vg_out_text(out, i ? ",{\"target_number\":" : "{\"target_number\":");
        put_field(out, f->field[i]);
        vg_out_text(out, ",\"label\":");
        put_field(out, f->field[i + 1]);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
}

static void put_value(struct vg_out *out, const char *key, uint16_t value, unsigned decimals)
{
    vg_out_printf(out, ",\"%s\":", key);
    if (value == UINT16_MAX)
        vg_out_text(out, "null");
    else
        vg_out_scaled(out, value, decimals);
}

static void put_target(struct vg_out *out, const struct vg_ttd_target *t)
{
    vg_out_printf(out, "{\"target_number\":%u", t->number);
    put_value(out, "distance_nm", t->distance_cnm, 2);
    put_value(out, "bearing_deg", t->bearing_ddeg, 1);
    put_value(out, "speed_kn", t->speed_dkn, 1);
    put_value(out, "course_deg", t->course_ddeg, 1);
    put_value(out, "heading_deg", t->heading_ddeg, 1);
    vg_out_printf(out, ",\"status\":%u,\"test\":%s,\"relative\":%s,\"through_water\":%s,\"association\":%u}",
                  t->tracking, t->test ? "true" : "false", t->relative ? "true" : "false",
                  t->through_water ? "true" : "false", t->association);
}

/* Of a sentence alone: targets that are cut between sentences are not among them. */
static void put_targets(struct vg_out *out, const struct vg_radar_fields *f)
{
    const struct vg_span data = vg_radar_field(f, VG_TTD_data);
    struct vg_ttd_bits bits = {.count = 0};
    struct vg_ttd_target target;
    vg_out_text(out, ",\"targets\":[");
    for (uint32_t i = 0, n = 0; i < data.len; i++) {
        const int got = vg_ttd_take(&bits, data.at[i], &target);
        if (got < 0)
            break;
        if (got && n++)
            vg_out_char(out, ',');
        if (got)
            put_target(out, &target);
    }
    vg_out_char(out, ']');
}

bool vg_radar_json(const char *line, size_t len, uint64_t number, struct vg_out *out)
{
    struct vg_radar_fields f;
    const char *end = line + len, *at = find_sentence(line, end), *star;
    for (; at; at = find_sentence(star, end)) {
        star = memchr(at, '*', (size_t)(end - at));
        star = star ? star : end;
        while (star == end && star > at && (star[-1] == '\r' || star[-1] == '\n' || star[-1] == ' '))
            end = --star;
        if (vg_radar_split(at, (size_t)(star - at), &f) != VG_REFUSAL_OTHER_SENTENCE)
            break;
    }
    if (!at)
        return false;
    vg_out_printf(out, "{\"line\":%llu,\"checksum_ok\":%s,\"talker\":\"%.2s\",\"type\":\"%.3s\"",
                  (unsigned long long)number, is_right(at, star, line + len) ? "true" : "false", at + 1, at + 3);
    put_fields(out, &f);
    if (table[f.kind].named)
        put_names(out, "named", &f);
    else
        vg_out_text(out, ",\"named\":null");
    if (f.kind == VG_RADAR_TLB_SENTENCE)
        put_labels(out, &f);
    else if (f.kind == VG_RADAR_TTD_SENTENCE)
        put_targets(out, &f);
    else if (!table[f.kind].named)
        put_names(out, "values", &f);
    vg_out_char(out, '}');
    return true;
}
