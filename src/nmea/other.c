#include "nmea/other.h"

#include <string.h>

#include "base/time_text.h"

/* What a field holds: digits with a sign and a point, a time of day, or text (the last text takes the rest). */
enum form { END, NUMBER, CLOCK, TEXT };

static const struct {
    char name[5];
    uint8_t needed; /* fields that must be there */
    struct {
        const char *key;
        enum form form;
    } field[VG_OTHER_FIELDS];
} table[VG_OTHER_KINDS] = {
    [VG_OTHER_VSI] = {"VSI",
                      5,
                      {{"station", TEXT},
                       {"link", NUMBER},
                       {"time", CLOCK},
                       {"slot", NUMBER},
                       {"signal_dbm", NUMBER},
                       {"snr_db", NUMBER}}},
    [VG_OTHER_FSR] = {"FSR",
                      4,
                      {{"station", TEXT},
                       {"time", CLOCK},
                       {"channel", TEXT},
                       {"slots_recv", NUMBER},
                       {"slots_self", NUMBER},
                       {"crc_fails", NUMBER},
                       {"slots_reserved", NUMBER},
                       {"slots_reserved_self", NUMBER},
                       {"noise_dbm", NUMBER},
                       {"slots_above_noise", NUMBER}}},
    [VG_OTHER_ABK] =
        {"ABK", 5, {{"mmsi", NUMBER}, {"channel", TEXT}, {"message", NUMBER}, {"seqno", NUMBER}, {"ack_type", NUMBER}}},
    [VG_OTHER_ALR] = {"ALR",
                      4,
                      {{"time", CLOCK}, {"id", NUMBER}, {"condition", TEXT}, {"acknowledged", TEXT}, {"text", TEXT}}},
    [VG_OTHER_TXT] = {"TXT", 4, {{"count", NUMBER}, {"number", NUMBER}, {"id", NUMBER}, {"text", TEXT}}},
    [VG_OTHER_ADS] = {"ADS",
                      3,
                      {{"station", TEXT},
                       {"time", CLOCK},
                       {"alarm", TEXT},
                       {"sync", NUMBER},
                       {"position_source", TEXT},
                       {"time_source", TEXT}}},
    [VG_OTHER_ZDA] = {"ZDA",
                      4,
                      {{"time", CLOCK},
                       {"day", NUMBER},
                       {"month", NUMBER},
                       {"year", NUMBER},
                       {"zone_hours", NUMBER},
                       {"zone_minutes", NUMBER}}},
    [VG_OTHER_PGHP] = {"PGHP",
                       8,
                       {{"kind", NUMBER},
                        {"year", NUMBER},
                        {"month", NUMBER},
                        {"day", NUMBER},
                        {"hour", NUMBER},
                        {"minute", NUMBER},
                        {"second", NUMBER},
                        {"millisecond", NUMBER},
                        {"country", NUMBER},
                        {"region", NUMBER},
                        {"transponder", NUMBER},
                        {"online", NUMBER},
                        {"checksum", TEXT}}},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_number(struct vg_span s, unsigned decimals, int64_t *ret)
{
    const char *p = s.at, *end = s.at + s.len;
    bool negative = p < end && *p == '-', point = false, digits = false;
    int64_t v = 0;
    unsigned after = 0;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*p) || v > INT64_C(1000000000000))
            return false;
        digits = true;
        if (point && after == decimals)
            continue;
        v = v * 10 + (*p - '0');
        after += point;
    }
    for (; after < decimals; after++)
        v *= 10;
    *ret = negative ? -v : v;
    return digits;
}

/* hhmmss with any fraction. 60 s may be a leap second, 24 h is not a time of day. */
static bool read_clock(struct vg_span s, int64_t *ret_us)
{
    int64_t value;
    if (s.len < 6 || !is_digit(s.at[5]) || !read_number(s, 6, &value) || value < 0)
        return false;
    int64_t whole = value / VG_SECOND_US, hour = whole / 10000, minute = whole / 100 % 100, second = whole % 100;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_us = hour * VG_HOUR_US + minute * VG_MINUTE_US + second * VG_SECOND_US + value % VG_SECOND_US;
    return true;
}

static enum vg_other_kind kind_of(const struct vg_sentence *s)
{
    if (s->text.len > 6 && memcmp(s->text.at, "$PGHP,", 6) == 0)
        return VG_OTHER_PGHP;
    for (int k = VG_OTHER_UNKNOWN + 1; k < VG_OTHER_PGHP; k++)
        if (s->formatter[0] && strcmp(s->formatter, table[k].name) == 0)
            return (enum vg_other_kind)k;
    return VG_OTHER_UNKNOWN;
}

static bool well_formed(struct vg_span s, enum form form)
{
    int64_t value;
    return s.len == 0 || form == TEXT || (form == NUMBER ? read_number(s, 0, &value) : read_clock(s, &value));
}

enum vg_refusal vg_other_read(const struct vg_sentence *s, struct vg_other *ret)
{
    struct vg_other o = {.kind = kind_of(s)};
    if (o.kind == VG_OTHER_UNKNOWN)
        return VG_REFUSAL_OTHER_SENTENCE;
    const char *p = memchr(s->text.at, ',', s->text.len), *end = s->text.at + s->text.len - 3; /* in front of *hh */
    while (p && p < end && o.count < VG_OTHER_FIELDS && table[o.kind].field[o.count].form != END) {
        const char *comma = memchr(p + 1, ',', (size_t)(end - p - 1)), *stop = comma ? comma : end;
        bool last = o.count + 1 == VG_OTHER_FIELDS || table[o.kind].field[o.count + 1].form == END;
        if (last && table[o.kind].field[o.count].form == TEXT)
            stop = end;
        struct vg_span field = {p + 1, (uint32_t)(stop - p - 1)};
        if (!well_formed(field, table[o.kind].field[o.count].form))
            return VG_REFUSAL_FIELDS;
        o.field[o.count++] = field;
        p = stop;
    }
    if (o.count < table[o.kind].needed)
        return VG_REFUSAL_FIELDS;
    *ret = o;
    return VG_REFUSAL_NONE;
}

struct vg_span vg_other_text(const struct vg_other *o, const char *key)
{
    for (unsigned i = 0; i < o->count; i++)
        if (strcmp(table[o->kind].field[i].key, key) == 0)
            return o->field[i];
    return (struct vg_span){0};
}

bool vg_other_number(const struct vg_other *o, const char *key, unsigned decimals, int64_t *ret)
{
    struct vg_span s = vg_other_text(o, key);
    return s.len && read_number(s, decimals, ret);
}

bool vg_other_clock(const struct vg_other *o, int64_t *ret_us)
{
    struct vg_span s = vg_other_text(o, "time");
    return s.len && read_clock(s, ret_us);
}

int64_t vg_other_time(const struct vg_other *o)
{
    int64_t year, month, day, hour = 0, minute = 0, second = 0, ms = 0, clock_us = 0;
    if ((o->kind != VG_OTHER_ZDA && o->kind != VG_OTHER_PGHP) || !vg_other_number(o, "year", 0, &year) ||
        !vg_other_number(o, "month", 0, &month) || !vg_other_number(o, "day", 0, &day))
        return VG_TIME_NONE;
    if (o->kind == VG_OTHER_ZDA) {
        if (!vg_other_clock(o, &clock_us))
            return VG_TIME_NONE;
    } else if (!vg_other_number(o, "hour", 0, &hour) || !vg_other_number(o, "minute", 0, &minute) ||
               !vg_other_number(o, "second", 0, &second) || !vg_other_number(o, "millisecond", 0, &ms)) {
        return VG_TIME_NONE;
    }
    if (year < 1 || year > 9999 || !vg_time_has_day(year, month, day) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 60 || ms < 0 || ms > 999)
        return VG_TIME_NONE;
    struct vg_civil c = {.year = (int32_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    int64_t time_us = vg_time_from_civil(&c) + clock_us + hour * VG_HOUR_US + minute * VG_MINUTE_US +
                      second * VG_SECOND_US + ms * 1000;
    return vg_time_text_is_within(time_us) ? time_us : VG_TIME_NONE;
}

static void put_number(struct vg_out *out, struct vg_span s)
{
    unsigned decimals = 0;
    const char *point = memchr(s.at, '.', s.len);
    int64_t value = 0;
    if (point)
        decimals = (unsigned)(s.at + s.len - point - 1);
    decimals = decimals < 6 ? decimals : 6;
    if (read_number(s, decimals, &value) && decimals)
        vg_out_scaled(out, value, decimals);
    else
        vg_out_int(out, value);
}

/* ^hh stands for a character that has a meaning of its own (IEC 61162-1, §7.1.4). ^00 stands for none: left as it is.
 */
static void put_text(struct vg_out *out, struct vg_span s)
{
    char text[VG_LINE_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < s.len && n < sizeof text; i++) {
        static const char hex[] = "0123456789ABCDEF";
        const char *high = i + 2 < s.len && s.at[i] == '^' ? memchr(hex, s.at[i + 1], 16) : NULL;
        const char *low = high ? memchr(hex, s.at[i + 2], 16) : NULL;
        if (low && high == hex && low == hex)
            low = NULL;
        text[n++] = low ? (char)((high - hex) * 16 + (low - hex)) : s.at[i];
        i += low ? 2 : 0;
    }
    vg_out_json_plain(out, text, n);
}

void vg_other_json(const struct vg_other *o, const struct vg_sentence *s, uint64_t line, struct vg_out *out)
{
    vg_out_text(out, "{\"sentence\":\"");
    vg_out_text(out, table[o->kind].name);
    vg_out_text(out, "\",\"talker\":");
    vg_out_json_plain(out, s->talker, strlen(s->talker));
    for (unsigned i = 0; i < o->count; i++) {
        vg_out_text(out, ",\"");
        vg_out_text(out, table[o->kind].field[i].key);
        vg_out_text(out, "\":");
        if (!o->field[i].len)
            vg_out_text(out, "null");
        else if (table[o->kind].field[i].form == NUMBER)
            put_number(out, o->field[i]);
        else
            put_text(out, o->field[i]);
    }
    vg_out_text(out, ",\"line\":");
    vg_out_uint(out, line);
    vg_out_char(out, '}');
}
