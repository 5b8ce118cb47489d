/* One line → its sentences, with tag blocks and what receivers put before and after. */
#include <string.h>

#include "base/time_text.h"
#include "nmea/line_text.h"
#include "nmea/sentence_head.h"

/* The first of up to four characters, or `end`. Inline, so that `set` is known where it is called. */
static inline __attribute__((always_inline)) const char *find_any(const char *p, const char *end, const char *set)
{
    const size_t n = strlen(set);
    const char a = set[0], b = set[n > 1 ? 1 : 0], c = set[n > 2 ? 2 : 0], d = set[n > 3 ? 3 : 0];
    while (p < end && *p != a && *p != b && *p != c && *p != d)
        p++;
    return p;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint8_t xor_of(const char *p, const char *end)
{
    uint8_t sum = 0;
    while (p < end)
        sum ^= (uint8_t)*p++;
    return sum;
}

/* Digits only, at most 15 of them. */
static bool parse_uint(const char *p, const char *end, uint64_t *ret)
{
    uint64_t v = 0;
    if (p == end || end - p > 15)
        return false;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return false;
        v = v * 10 + (uint64_t)(*p - '0');
    }
    *ret = v;
    return true;
}

static struct vg_span span(const char *p, const char *end)
{
    return (struct vg_span){p, (uint32_t)(end - p)};
}

/* g:part-count-id */
static bool parse_group(const char *p, const char *end, struct vg_sentence *s)
{
    const char *a = find_any(p, end, "-"), *b = a < end ? find_any(a + 1, end, "-") : end;
    uint64_t part, count, id;
    if (b == end || !parse_uint(p, a, &part) || !parse_uint(a + 1, b, &count) || !parse_uint(b + 1, end, &id))
        return false;
    if (part < 1 || part > count || count > UINT8_MAX || id > UINT32_MAX)
        return false;
    s->group_part = (uint8_t)part;
    s->group_count = (uint8_t)count;
    s->group_id = (uint32_t)id;
    return true;
}

static bool parse_tag(char code, const char *value, const char *end, struct vg_sentence *s)
{
    uint64_t number;
    switch (code | 0x20) { /* some senders write capitals */
    case 'c':
        s->tagged = vg_time_text_read(value, end, &s->time_us);
        s->time_refused = !s->tagged; /* a number that can't be a time says nothing */
        return s->tagged || parse_uint(value, end, &number);
    case 's':
        s->station = span(value, end);
        return value < end;
    case 'g':
        return parse_group(value, end, s);
    case 'n':
        return parse_uint(value, end, &s->line_count);
    case 'd':
        s->destination = span(value, end);
        return true;
    case 't':
    case 'i':
        s->note = span(value, end);
        return true;
    default:
        return true; /* codes that later editions add */
    }
}

/* The inside of a tag block. On any doubt *s is left as it was. */
static bool parse_tag_block(const char *p, const char *end, struct vg_sentence *s)
{
    const char *star = end - 3;
    if (end - p < 6 || *star != '*')
        return false;
    int high = hex_value(star[1]), low = hex_value(star[2]);
    if (high < 0 || low < 0 || xor_of(p, star) != high * 16 + low)
        return false;
    struct vg_sentence told = *s;
    while (p < star) {
        const char *comma = find_any(p, star, ",");
        if (comma - p < 2 || p[1] != ':' || !parse_tag(p[0], p + 2, comma, &told))
            return false;
        p = comma < star ? comma + 1 : star;
    }
    *s = told;
    return true;
}

/*
 * What the US Coast Guard's receivers append: `,rSTATION,…,EPOCH` in any order; or what a logger writes behind. Tag
 * blocks overrule it.
 */
static void parse_trailer(const char *p, const char *end, struct vg_sentence *s)
{
    if (s->time_us == VG_TIME_NONE && p < end) {
        struct vg_time_found found = vg_line_text_behind(p, end, NULL);
        if (found.kind == VG_TIME_KIND_WHOLE && vg_time_text_is_within(found.time_us))
            s->time_us = found.time_us;
    }
    while (!s->station.len && p < end && *p == ',') {
        const char *comma = find_any(++p, end, ",");
        const char *stop = comma;
        while (stop > p && (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r'))
            stop--;
        if (stop - p > 1 && (*p == 'r' || *p == 'b' || *p == 'B'))
            s->station = span(p, stop);
        p = comma;
    }
}

/* VDM/VDO: ,count,number,sequence,channel,payload,fill */
static enum vg_refusal parse_vdm(const char *p, const char *end, struct vg_sentence *s)
{
    struct vg_span f[6];
    for (int i = 0; i < 6; i++) {
        if (p == end || *p != ',')
            return i ? VG_REFUSAL_FIELDS : VG_REFUSAL_TRUNCATED;
        const char *comma = find_any(++p, end, ",");
        f[i] = span(p, comma);
        p = comma;
    }
    if (p != end || f[3].len > 1)
        return VG_REFUSAL_FIELDS;
    if (f[0].len != 1 || f[1].len != 1 || f[2].len > 1 || !is_digit(*f[0].at) || !is_digit(*f[1].at) ||
        (f[2].len && !is_digit(*f[2].at)))
        return VG_REFUSAL_FRAGMENT_NUMBERS;
    s->fragments = (uint8_t)(*f[0].at - '0');
    s->fragment = (uint8_t)(*f[1].at - '0');
    if (s->fragment < 1 || s->fragment > s->fragments)
        return VG_REFUSAL_FRAGMENT_NUMBERS;
    s->sequence = f[2].len ? (int8_t)(*f[2].at - '0') : -1;
    s->channel = f[3].len ? *f[3].at : '\0';
    s->payload = f[4];
    if (f[5].len != 1 || !is_digit(*f[5].at))
        return VG_REFUSAL_FIELDS;
    if (*f[5].at > '5')
        return VG_REFUSAL_FILL_BITS;
    s->fill_bits = (uint8_t)(*f[5].at - '0');
    return VG_REFUSAL_NONE;
}

/* Address, checksum, fields. `p` at ! or $; *ret_end behind the checksum. */
static enum vg_refusal parse_sentence(const char *p, const char *end, struct vg_sentence *s, const char **ret_end)
{
    const char *star = find_any(p + 1, end, "*!$\\");
    for (const char *c = p; c < star; c++)
        if ((uint8_t)*c < 0x20 || (uint8_t)*c > 0x7E) {
            *ret_end = star;
            return VG_REFUSAL_BINARY;
        }
    *ret_end = star;
    if (star == end || *star != '*')
        return star - p < 14 ? VG_REFUSAL_TRUNCATED : VG_REFUSAL_NO_CHECKSUM;
    *ret_end = star + 1;
    if (end - star < 3)
        return VG_REFUSAL_TRUNCATED;
    int high = hex_value(star[1]), low = hex_value(star[2]);
    if (high < 0 || low < 0)
        return VG_REFUSAL_NO_CHECKSUM;
    *ret_end = star + 3;
    if (xor_of(p + 1, star) != high * 16 + low)
        return VG_REFUSAL_CHECKSUM;
    s->text = span(p, star + 3);
    const char *comma = find_any(p, star, ",");
    if (comma - p != 6)
        return comma - p < 3 ? VG_REFUSAL_FIELDS : VG_REFUSAL_OTHER_SENTENCE;
    memcpy(s->talker, p + 1, 2);
    memcpy(s->formatter, p + 3, 3);
    s->vdo = memcmp(s->formatter, "VDO", 3) == 0;
    if (*p != '!' || (!s->vdo && memcmp(s->formatter, "VDM", 3) != 0))
        return VG_REFUSAL_OTHER_SENTENCE;
    return parse_vdm(comma, star, s);
}

static bool has_binary(const char *p, const char *end)
{
    for (; p < end; p++)
        if (((uint8_t)*p < 0x20 && *p != '\t' && *p != '\r') || (uint8_t)*p > 0x7E)
            return true;
    return false;
}

static bool blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p == end;
}

bool vg_sentence_head_read(const char *p, const char *end, struct vg_sentence_head *ret)
{
    const char *start = find_any(p, end, "!$\\");
    if (start == end)
        return false;
    ret->told = (struct vg_sentence){.time_us = VG_TIME_NONE, .line_count = UINT64_MAX, .sequence = -1};
    ret->tags_damaged = false;
    ret->prefix_us = VG_TIME_NONE;
    if (start > p)
        ret->prefix_us = vg_line_text_whole_time(p, start);
    while (start < end && *start == '\\') {
        const char *close = find_any(start + 1, end, "\\!$");
        if (close < end && *close == '\\') {
            ret->tags_damaged |= !parse_tag_block(start + 1, close, &ret->told);
            start = close + 1;
        } else { /* never closed */
            ret->tags_damaged = true;
            start = close;
        }
        start = find_any(start, end, "!$\\");
    }
    ret->start = start;
    return true;
}

bool vg_nmea_next(const char *line, size_t len, size_t *pos, struct vg_sentence *ret, enum vg_refusal *ret_refusal)
{
    const char *p = line + *pos, *end = line + len;
    struct vg_sentence_head head;
    if (!vg_sentence_head_read(p, end, &head)) {
        *pos = len;
        if (p > line || blank(p, end)) /* what stands behind the last sentence is no sentence either */
            return false;
        *ret_refusal = has_binary(p, end) ? VG_REFUSAL_BINARY : VG_REFUSAL_NO_SENTENCE;
        return true;
    }
    *ret = head.told;
    if (head.start == end) {
        *pos = len;
        *ret_refusal = VG_REFUSAL_TAG_BLOCK;
        return true;
    }
    const char *after;
    enum vg_refusal refusal = parse_sentence(head.start, end, ret, &after);
    const char *next = find_any(after, end, "!$\\");
    if (refusal == VG_REFUSAL_NONE || refusal == VG_REFUSAL_OTHER_SENTENCE)
        parse_trailer(after, next, ret);
    if (ret->time_us == VG_TIME_NONE)
        ret->time_us = head.prefix_us;
    *pos = (size_t)((next < end ? next : end) - line);
    *ret_refusal = refusal == VG_REFUSAL_NONE && head.tags_damaged ? VG_REFUSAL_TAG_BLOCK : refusal;
    return true;
}
