#include "serve/target.h"

#include <math.h>
#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes [from, end) in place at *to, terminates it and moves *to behind that. False: a bad escape or a NUL. */
static bool decode(const char *from, const char *end, bool plus, char **to)
{
    char *out = *to;
    while (from < end) {
        char c = *from++;
        if (c == '%') {
            int high = end - from >= 2 ? hex_value(from[0]) : -1;
            int low = high >= 0 ? hex_value(from[1]) : -1;
            if (low < 0 || (high == 0 && low == 0))
                return false;
            c = (char)(high << 4 | low);
            from += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        *out++ = c;
    }
    *out++ = '\0';
    *to = out;
    return true;
}

static enum vg_err parse_params(const char *query, const char *end, char *to, struct vg_target *ret,
                                const char **ret_why)
{
    while (query < end) {
        const char *stop = memchr(query, '&', (size_t)(end - query));
        if (!stop)
            stop = end;
        const char *equals = memchr(query, '=', (size_t)(stop - query));
        const char *name_end = equals ? equals : stop, *value = equals ? equals + 1 : stop;
        if (stop > query) {
            if (ret->params == VG_PARAMS_MAX) {
                *ret_why = "more than 24 parameters";
                return VG_LIMIT;
            }
            struct vg_param *p = &ret->param[ret->params++];
            p->name = to;
            bool ok = decode(query, name_end, true, &to);
            p->value = to;
            if (!ok || !decode(value, stop, true, &to)) {
                *ret_why = "a percent-escape in the query is not two hexadecimal digits, or stands for NUL";
                return VG_SYNTAX;
            }
        }
        query = stop + 1;
    }
    return VG_OK;
}

enum vg_err vg_target_parse(const char *raw, struct vg_target *ret, const char **ret_why)
{
    ret->path = "/";
    ret->params = 0;
    size_t len = strnlen(raw, VG_TARGET_MAX + 1);
    if (len > VG_TARGET_MAX) {
        *ret_why = "the address is longer than 4096 bytes";
        return VG_LIMIT;
    }
    if (raw[0] != '/') {
        *ret_why = "the address does not begin with '/'";
        return VG_SYNTAX;
    }
    const char *end = raw + len, *query = memchr(raw, '?', len);
    char *to = ret->text;
    if (!decode(raw, query ? query : end, false, &to)) {
        *ret_why = "a percent-escape in the path is not two hexadecimal digits, or stands for NUL";
        return VG_SYNTAX;
    }
    ret->path = ret->text;
    return query ? parse_params(query + 1, end, to, ret, ret_why) : VG_OK;
}

const char *vg_target_get(const struct vg_target *target, const char *name)
{
    for (size_t i = 0; i < target->params; i++)
        if (strcmp(target->param[i].name, name) == 0)
            return target->param[i].value;
    return NULL;
}

#define FNV_PRIME UINT64_C(1099511628211) /* FNV-1a */

static uint64_t hash_text(uint64_t h, const char *text)
{
    do
        h = (h ^ (uint8_t)*text) * FNV_PRIME;
    while (*text++);
    return h;
}

uint64_t vg_target_hash(const struct vg_target *target, const char *but)
{
    uint64_t h = hash_text(UINT64_C(14695981039346656037), target->path);
    for (size_t i = 0; i < target->params; i++)
        if (!but || strcmp(target->param[i].name, but) != 0)
            h = hash_text(hash_text(h, target->param[i].name), target->param[i].value);
    return h;
}

/* ---- numbers ---- */

enum vg_err vg_uint_parse(const char *text, uint64_t max, uint64_t *ret)
{
    uint64_t v = 0;
    if (!*text)
        return VG_SYNTAX;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return VG_SYNTAX;
        uint64_t digit = (uint64_t)(*text - '0');
        if (v > (max - digit) / 10 || digit > max)
            return VG_RANGE;
        v = v * 10 + digit;
    }
    *ret = v;
    return VG_OK;
}

/* A finite decimal number, [+-]digits[.digits]; moves *text behind it. strtod() alone would take "nan", "0x1p3", " 1"
 * and would look at the locale. */
static enum vg_err number_parse(const char **text, double *ret)
{
    const char *p = *text + (**text == '-' || **text == '+');
    double v = 0, unit = 1;
    size_t digits = 0;
    for (; *p >= '0' && *p <= '9' && digits < 18; p++, digits++)
        v = v * 10 + (*p - '0');
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9' && digits < 18; p++, digits++) {
            v = v * 10 + (*p - '0');
            unit *= 10;
        }
    while (digits == 18 && *p >= '0' && *p <= '9' && unit > 1) /* more decimals than a double holds */
        p++;
    if (!digits)
        return VG_SYNTAX;
    *ret = (**text == '-' ? -v : v) / unit;
    *text = p;
    return VG_OK;
}

enum vg_err vg_number_parse(const char *text, double *ret)
{
    double v;
    enum vg_err err = number_parse(&text, &v);
    if (err || *text)
        return VG_SYNTAX;
    *ret = v;
    return VG_OK;
}

enum vg_err vg_box_parse(const char *text, struct vg_box *ret)
{
    double v[4];
    for (int i = 0; i < 4; i++) {
        if (number_parse(&text, &v[i]) || *text != (i < 3 ? ',' : '\0'))
            return VG_SYNTAX;
        text += i < 3;
    }
    if (v[1] > v[3] || fabs(v[1]) > 90 || fabs(v[3]) > 90 || fabs(v[0]) > 180 || fabs(v[2]) > 180)
        return VG_RANGE;
    *ret = (struct vg_box){.west_deg = v[0], .south_deg = v[1], .east_deg = v[2], .north_deg = v[3]};
    return VG_OK;
}
