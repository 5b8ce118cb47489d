#include <stdio.h>
#include <string.h>

#include "api/filter.h"

/* Calls `item` for each part between commas. */
static enum vg_err each(const char *list, enum vg_err (*item)(const char *word, struct vg_filter *f),
                        struct vg_filter *f)
{
    char word[32];
    for (;;) {
        size_t n = strcspn(list, ",");
        if (n == 0 || n >= sizeof word)
            return VG_SYNTAX;
        memcpy(word, list, n);
        word[n] = '\0';
        enum vg_err err = item(word, f);
        if (err || !list[n])
            return err;
        list += n + 1;
    }
}

static enum vg_err add_class(const char *word, struct vg_filter *f)
{
    for (unsigned i = 0; i < VG_CLASS_COUNT; i++)
        if (strcmp(word, vg_class_key((enum vg_class)i)) == 0) {
            f->classes |= 1u << i;
            return VG_OK;
        }
    return VG_RANGE;
}

static enum vg_err add_status(const char *word, struct vg_filter *f)
{
    uint64_t v;
    enum vg_err err = vg_uint_parse(word, 15, &v);
    if (!err)
        f->statuses |= 1u << v;
    return err;
}

static enum vg_err add_flag(const char *word, struct vg_filter *f)
{
    if (strlen(word) != 2)
        return VG_SYNTAX;
    for (int i = 0; i < 2; i++)
        if ((word[i] & ~0x20) < 'A' || (word[i] & ~0x20) > 'Z')
            return VG_SYNTAX;
    if (f->flags == sizeof f->flag / sizeof *f->flag)
        return VG_LIMIT;
    f->flag[f->flags][0] = (char)(word[0] & ~0x20);
    f->flag[f->flags++][1] = (char)(word[1] & ~0x20);
    return VG_OK;
}

static enum vg_err add_type(const char *word, struct vg_filter *f)
{
    char first[32];
    size_t n = strcspn(word, "-");
    memcpy(first, word, n);
    first[n] = '\0';
    uint64_t from, to;
    enum vg_err err = vg_uint_parse(first, 255, &from);
    if (err)
        return err;
    to = from;
    if (word[n] && (err = vg_uint_parse(word + n + 1, 255, &to)))
        return err;
    if (from > to)
        return VG_RANGE;
    for (uint64_t i = from; i <= to; i++)
        f->types[i / 64] |= UINT64_C(1) << i % 64;
    f->typed = true;
    return VG_OK;
}

static enum vg_err speed(const char *text, bool *has, double *ret)
{
    double v;
    if (vg_number_parse(text, &v))
        return VG_SYNTAX;
    if (v < 0 || v > 1000)
        return VG_RANGE;
    *has = true;
    *ret = v;
    return VG_OK;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static enum vg_err set_text(const char *text, struct vg_filter *f)
{
    size_t n = strlen(text);
    if (n >= sizeof f->text)
        return VG_LIMIT;
    for (size_t i = 0; i <= n; i++)
        f->text[i] = upper(text[i]);
    return VG_OK;
}

static enum vg_err set_box(const char *text, struct vg_filter *f)
{
    f->boxed = true;
    return vg_box_parse(text, &f->box);
}
static enum vg_err set_class(const char *text, struct vg_filter *f)
{
    return each(text, add_class, f);
}
static enum vg_err set_status(const char *text, struct vg_filter *f)
{
    return each(text, add_status, f);
}
static enum vg_err set_flag(const char *text, struct vg_filter *f)
{
    return each(text, add_flag, f);
}
static enum vg_err set_type(const char *text, struct vg_filter *f)
{
    return each(text, add_type, f);
}
static enum vg_err set_min_speed(const char *text, struct vg_filter *f)
{
    return speed(text, &f->has_min_speed, &f->min_speed_kn);
}
static enum vg_err set_max_speed(const char *text, struct vg_filter *f)
{
    return speed(text, &f->has_max_speed, &f->max_speed_kn);
}
static enum vg_err set_limit(const char *text, struct vg_filter *f)
{
    return vg_uint_parse(text, UINT32_MAX, &f->limit);
}

static const struct {
    const char *name;
    enum vg_err (*set)(const char *text, struct vg_filter *f);
    const char *expect; /* ends "NAME must be …" */
} fields[] = {
    {"bbox", set_box, "four degrees W,S,E,N with S at most N; W greater than E crosses the antimeridian"},
    {"class", set_class, "classes from unknown,a,b,base,aton,sar,sart,mob,epirb,aux,handheld"},
    {"status", set_status, "navigational statuses 0 to 15, with commas between"},
    {"flag", set_flag, "at most 16 country codes of two letters (ISO 3166-1), with commas between"},
    {"type", set_type, "ship types 0 to 255 or ranges such as 70-79, with commas between"},
    {"min_speed", set_min_speed, "knots, 0 to 1000"},
    {"max_speed", set_max_speed, "knots, 0 to 1000"},
    {"q", set_text, "at most 63 bytes"},
    {"limit", set_limit, "a whole number"},
};

enum vg_err vg_filter_parse(const struct vg_target *target, struct vg_filter *ret, char *why, size_t why_size)
{
    struct vg_filter f = {.limit = UINT64_MAX};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *value = vg_target_get(target, fields[i].name);
        if (!value)
            continue;
        enum vg_err err = fields[i].set(value, &f);
        if (err) {
            snprintf(why, why_size, "%s must be %s", fields[i].name, fields[i].expect);
            return err;
        }
    }
    *ret = f;
    return VG_OK;
}

static bool has_text(const char *text, const char *folded)
{
    for (; *text; text++) {
        size_t i = 0;
        while (folded[i] && upper(text[i]) == folded[i])
            i++;
        if (!folded[i])
            return true;
    }
    return false;
}

/* Name, call sign or destination contain it, or MMSI or IMO number begin with it. */
static bool text_match(const struct vg_contact *v, const char *folded, int64_t now_us)
{
    char number[12];
    size_t n = strlen(folded);
    if (has_text(v->name, folded) || has_text(v->callsign, folded) ||
        (vg_contact_holds(v, VG_FIELD_DESTINATION, now_us) && has_text(v->destination, folded)))
        return true;
    snprintf(number, sizeof number, "%09u", v->mmsi);
    if (strncmp(number, folded, n) == 0)
        return true;
    snprintf(number, sizeof number, "%u", v->imo);
    return v->imo && strncmp(number, folded, n) == 0;
}

bool vg_filter_match(const struct vg_filter *f, const struct vg_contact *v, int64_t now_us)
{
    if (f->classes && !(f->classes >> (v->class & 31) & 1))
        return false;
    if (f->boxed && !vg_box_contains(&f->box, v->pos))
        return false;
    if (f->statuses && (!vg_contact_holds(v, VG_FIELD_STATUS, now_us) || !(f->statuses >> (v->status & 31) & 1)))
        return false;
    if (f->typed && !(f->types[v->shiptype / 64] >> v->shiptype % 64 & 1))
        return false;
    if ((f->has_min_speed || f->has_max_speed) && !vg_contact_holds(v, VG_FIELD_SOG, now_us))
        return false;
    if (f->has_min_speed && v->sog_dkn < f->min_speed_kn * 10)
        return false;
    if (f->has_max_speed && v->sog_dkn > f->max_speed_kn * 10)
        return false;
    bool flagged = !f->flags;
    for (unsigned i = 0; i < f->flags && !flagged; i++)
        flagged = memcmp(f->flag[i], v->flag, 2) == 0;
    return flagged && (!*f->text || text_match(v, f->text, now_us));
}
