/*
 * JSON and CSV at speed: the same bytes as the plain writer (write.c), which does what is rare.
 *
 * Room for a whole message is asked for once. Keys stand ready in the tables with their quotes and comma; numbers are
 * written eight digits at a time; 6-bit text is unpacked in place and looked through for what must be escaped.
 */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/digits.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

/* A message that needs more goes to the plain writer; so does one whose writer has less room. */
#define MESSAGE_ROOM (16 * 1024)
/* The longest field: text to the end of the longest message, every character escaped, with key and quotes. */
#define FIELD_ROOM (2 * VG_PAYLOAD_CHARS + 2 * VG_AIS_LABEL_SIZE + 64)

struct pen {
    char *p, *end;
};

#define PUT(p, literal) (memcpy((p), (literal), sizeof(literal) - 1), (p) + sizeof(literal) - 1)

/* ---- values ---- */

VG_INLINE char *put_degrees(char *p, int64_t e4min)
{
    uint64_t micro = ((uint64_t)(e4min < 0 ? -e4min : e4min) * 10 + 3) / 6; /* as vg_out_e4min_deg() */
    *p = '-';
    p += e4min < 0;
    p = vg_digits_small(p, (uint32_t)(micro / 1000000));
    return vg_digits_fraction(p, (uint32_t)(micro % 1000000), 6);
}

VG_INLINE char *put_scaled(char *p, int64_t value, unsigned decimals)
{
    static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    uint64_t v = (uint64_t)(value < 0 ? -value : value);
    *p = '-';
    p += value < 0;
    if (!decimals)
        return vg_digits_uint(p, v);
    if (decimals == 1 && v < 10000) { /* speed, course, draught */
        p = vg_digits_small(p, (uint32_t)v / 10);
        return vg_digits_fraction(p, (uint32_t)v % 10, 1);
    }
    p = vg_digits_uint(p, v / power[decimals]);
    return vg_digits_fraction(p, (uint32_t)(v % power[decimals]), decimals);
}

/* As put_turn() of the plain writer. */
static char *put_turn(char *p, int64_t raw, bool json)
{
    if (raw == 127 || raw == -127)
        return json ? PUT(p, "null") : p;
    if (raw == 0)
        return PUT(p, "0.0");
    double root = (double)raw / 4.733;
    int64_t tenths = (int64_t)lround(root * root * 10);
    return put_scaled(p, raw < 0 ? -tenths : tenths, 1);
}

VG_INLINE char *put_number(char *p, const struct vg_ais_field *f, int64_t raw, bool json)
{
    static const int32_t power[] = {1, 10, 100, 1000};
    switch (f->kind) {
    case VG_AIS_LON:
    case VG_AIS_LAT:
        return put_degrees(p, raw * power[f->decimals & 3]);
    case VG_AIS_BOOL:
        if (json)
            return raw ? PUT(p, "true") : PUT(p, "false");
        *p = (char)('0' + raw);
        return p + 1;
    case VG_AIS_TURN:
        return put_turn(p, raw, json);
    default:
        return put_scaled(p, raw, f->decimals);
    }
}

/* A field of a message, written by the short way here: the table says so by giving it a label. */
VG_INLINE bool is_number(const struct vg_ais_field *f)
{
    switch (f->kind) {
    case VG_AIS_UINT:
    case VG_AIS_INT:
    case VG_AIS_BOOL:
    case VG_AIS_LON:
    case VG_AIS_LAT:
    case VG_AIS_TURN:
        return f->label_len && f->width && f->width <= 32 && f->decimals <= 8;
    default:
        return false;
    }
}

VG_INLINE int64_t number_of(const struct vg_ais *msg, const struct vg_ais_field *f)
{
    uint64_t word = bits_word(msg->payload + f->start / 8) << f->start % 8;
    return is_signed(f) ? (int64_t)word >> (64 - f->width) : (int64_t)(word >> (64 - f->width));
}

VG_INLINE bool is_none(const struct vg_ais_field *f, int64_t raw)
{
    return f->none != VG_AIS_NO_NONE && raw == f->none;
}

/* True if one of n characters, or of up to seven behind them, is c. */
VG_INLINE bool has_char(const char *p, size_t n, char c)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t found = 0;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, sizeof word);
        word ^= ones * (uint8_t)c;
        found |= (word - ones) & ~word & ones << 7;
    }
    return found;
}

VG_INLINE unsigned text_chars(const struct vg_ais *msg, const struct vg_ais_field *f)
{
    unsigned end = f->width && f->start + f->width < msg->bits ? f->start + f->width : msg->bits;
    return (end - f->start) / 6;
}

static char *put_json_text(char *p, char *end, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    size_t n = bits_text(msg, f->start, text_chars(msg, f), p + 1);
    if (has_char(p + 1, n, '"') || has_char(p + 1, n, '\\')) {
        char text[VG_PAYLOAD_CHARS + 1];
        memcpy(text, p + 1, n);
        struct vg_out out = vg_out_fixed(p, (size_t)(end - p));
        vg_out_json_string(&out, text, n);
        return p + out.len;
    }
    p[0] = '"';
    p[n + 1] = '"';
    return p + n + 2;
}

static char *put_csv_text(char *p, char *end, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    size_t n = bits_text(msg, f->start, text_chars(msg, f), p);
    if (!n)
        return p;
    if (p[0] == ' ' || strchr("=+-@", p[0]) || has_char(p, n, '"') || has_char(p, n, ',')) {
        char text[VG_PAYLOAD_CHARS + 1];
        memcpy(text, p, n);
        struct vg_out out = vg_out_fixed(p, (size_t)(end - p));
        vg_out_csv_string(&out, text, n);
        return p + out.len;
    }
    return p + n;
}

/* ---- JSON ---- */

VG_INLINE char *put_label(char *p, const struct vg_ais_field *f)
{
    memcpy(p, f->label, VG_AIS_LABEL_SIZE);
    return p + f->label_len;
}

VG_INLINE char *put_json_number(char *p, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    int64_t raw = number_of(msg, f);
    bool none = is_none(f, raw);
    p = put_label(p, f);
    p = none ? PUT(p, "null") : put_number(p, f, raw, true);
    if (f->kind == VG_AIS_TURN) {
        p = PUT(p, ",\"turn_raw\":");
        p = none ? PUT(p, "null") : put_scaled(p, raw, 0);
    }
    return p;
}

/* The message's own fields; false if there isn't room. */
static bool put_members(struct pen *pen, const struct vg_ais *msg)
{
    const struct vg_ais_field *f = msg->layout->field, *behind = f + msg->layout->fields;
    char *p = pen->p;
    bool cut = false;
    for (; f < behind; f++) {
        if (pen->end - p < FIELD_ROOM)
            return false;
        bool number = is_number(f);
        if (number && f->start + f->width <= msg->bits) {
            p = put_json_number(p, msg, f);
        } else if (f->kind == VG_AIS_TEXT && f->label_len) {
            if (f->start + 6u <= msg->bits)
                p = put_json_text(put_label(p, f), pen->end, msg, f);
            cut |= f->start + f->width > msg->bits;
        } else if (!number || f->start < msg->bits) {
            struct vg_out out = vg_out_fixed(p, (size_t)(pen->end - p));
            vg_ais_put_member(msg, f, 0, &out);
            if (out.err)
                return false;
            p += out.len;
            cut = true; /* or may be: it is looked at again */
        }
    }
    struct vg_out out = vg_out_fixed(p, (size_t)(pen->end - p));
    if (cut)
        vg_ais_put_partial(msg, msg->layout, 0, &out);
    if (msg->application)
        vg_ais_put_application(msg, &out);
    vg_ais_put_doubts(msg, &out);
    pen->p = p + out.len;
    return !out.err;
}

static bool is_plain(char c)
{
    return (uint8_t)c >= 0x20 && (uint8_t)c < 0x7F && c != '"' && c != '\\';
}

static bool put_reception(struct pen *pen, const struct vg_payload *r)
{
    char *p = pen->p;
    bool common = r->channel && is_plain(r->channel) && is_plain(r->talker[0]) && is_plain(r->talker[1]) &&
                  !r->station[0] && r->time_us == VG_TIME_NONE && !r->known;
    if (pen->end - p < FIELD_ROOM)
        return false;
    if (!common) {
        struct vg_out out = vg_out_fixed(p, (size_t)(pen->end - p));
        vg_ais_put_reception(r, &out);
        pen->p = p + out.len;
        return !out.err;
    }
    p = PUT(p, ",\"line\":");
    p = vg_digits_uint(p, r->line);
    p = PUT(p, ",\"channel\":\"_\",\"talker\":\"__\"");
    p[-16] = r->channel;
    p[-3] = r->talker[0];
    p[-2] = r->talker[1];
    pen->p = r->vdo ? PUT(p, ",\"own\":true") : p;
    return true;
}

void vg_ais_json(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out)
{
    char *begin = vg_out_try(out, MESSAGE_ROOM), *p = begin;
    if (!p) {
        vg_ais_json_plain(msg, payload, out);
        return;
    }
    p = PUT(p, "{\"type\":");
    p = vg_digits_small(p, msg->type);
    p = PUT(p, ",\"repeat\":");
    p = vg_digits_small(p, msg->repeat);
    p = PUT(p, ",\"mmsi\":");
    struct pen pen = {vg_digits_uint(p, msg->mmsi), begin + MESSAGE_ROOM};
    if (!put_members(&pen, msg) || (payload && !put_reception(&pen, payload)) || pen.p == pen.end) {
        vg_ais_json_plain(msg, payload, out);
        return;
    }
    *pen.p++ = '}';
    out->len += (size_t)(pen.p - begin);
}

/* ---- CSV ---- */

/* Which column a field of a layout has; in the order of columns. */
struct cell {
    uint16_t column;
    uint8_t field;
    bool raw; /* of a turn: as it was sent */
};

#define CELLS_MAX 2048

static struct {
    pthread_once_t once;
    uint16_t first[256]; /* of a layout, in `cell`; the next one's is the end */
    bool complete;       /* false: more layouts or cells than there is room for; then all goes the plain way */
    uint16_t columns;
    struct cell cell[CELLS_MAX];
} cells = {.once = PTHREAD_ONCE_INIT};

static const struct vg_ais_field *cell_field(const struct vg_ais_layout *layout, const char *key, bool *ret_raw)
{
    const struct vg_ais_field *f = vg_ais_field(layout, key);
    *ret_raw = !f && strcmp(key, "turn_raw") == 0;
    return *ret_raw ? vg_ais_field(layout, "turn") : f;
}

static void collect_cells(void)
{
    size_t layouts, columns, n = 0;
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    const char *const *key = vg_ais_csv_columns(&columns);
    if (layouts >= sizeof cells.first / sizeof *cells.first)
        return;
    for (size_t i = 0; i < layouts; i++) {
        cells.first[i] = (uint16_t)n;
        for (size_t k = 0; k < columns && layout[i].type; k++) {
            bool raw;
            const struct vg_ais_field *f = cell_field(&layout[i], key[k], &raw);
            if (!f)
                continue;
            if (n == CELLS_MAX)
                return;
            cells.cell[n++] = (struct cell){(uint16_t)k, (uint8_t)(f - layout[i].field), raw};
        }
    }
    cells.first[layouts] = (uint16_t)n;
    cells.columns = (uint16_t)columns;
    cells.complete = true;
}

/* One cell; NULL if there isn't room. */
static char *put_cell(char *p, char *end, const struct vg_ais *msg, const struct cell *cell)
{
    const struct vg_ais_field *f = &msg->layout->field[cell->field];
    bool number = is_number(f) && f->start + f->width <= msg->bits;
    if (number) {
        int64_t raw = number_of(msg, f);
        if (is_none(f, raw))
            return p;
        return cell->raw ? put_scaled(p, raw, 0) : put_number(p, f, raw, false);
    }
    if (f->kind == VG_AIS_TEXT && f->label_len)
        return f->start + 6u <= msg->bits ? put_csv_text(p, end, msg, f) : p;
    struct vg_out out = vg_out_fixed(p, (size_t)(end - p));
    if (!cell->raw)
        vg_ais_put_value(msg, f, 0, &out, false);
    return out.err ? NULL : p + out.len;
}

/* The message's columns, each with a comma in front. */
static bool put_cells(struct pen *pen, const struct vg_ais *msg)
{
    size_t layout = (size_t)(msg->layout - vg_ais_layout_table), column = 0;
    char *p = pen->p;
    if (pen->end - p < cells.columns)
        return false;
    for (size_t i = cells.first[layout]; i < cells.first[layout + 1]; i++) {
        size_t commas = cells.cell[i].column + 1u - column;
        if (pen->end - p < FIELD_ROOM + (ptrdiff_t)commas)
            return false;
        memset(p, ',', commas);
        column += commas;
        p = put_cell(p + commas, pen->end, msg, &cells.cell[i]);
        if (!p)
            return false;
    }
    size_t empty = cells.columns - VG_AIS_LAST_COLUMNS - column;
    if (pen->end - p < (ptrdiff_t)empty)
        return false;
    memset(p, ',', empty);
    p += empty;
    struct vg_out out = vg_out_fixed(p, (size_t)(pen->end - p));
    vg_ais_put_last_cells(msg, &out);
    pen->p = p + out.len;
    return !out.err;
}

static bool put_csv_reception(struct pen *pen, const struct vg_payload *r)
{
    struct vg_out out = vg_out_fixed(pen->p, (size_t)(pen->end - pen->p));
    vg_out_uint(&out, r->line);
    vg_out_char(&out, ',');
    if (r->time_us != VG_TIME_NONE) {
        char text[VG_TIME_TEXT];
        vg_out_bytes(&out, text, vg_time_text(r->time_us, text));
    }
    vg_out_char(&out, ',');
    vg_out_csv_string(&out, r->station, strlen(r->station));
    vg_out_char(&out, ',');
    if (r->channel)
        vg_out_csv_string(&out, &r->channel, 1);
    vg_out_char(&out, ',');
    vg_out_text(&out, r->talker);
    pen->p += out.len;
    return !out.err;
}

static bool put_row(struct pen *pen, const struct vg_ais *msg, const struct vg_payload *payload)
{
    if (!payload)
        pen->p = PUT(pen->p, ",,,,");
    else if (!put_csv_reception(pen, payload))
        return false;
    if (pen->end - pen->p < FIELD_ROOM)
        return false;
    char *p = pen->p;
    *p++ = ',';
    p = vg_digits_small(p, msg->type);
    *p++ = ',';
    p = vg_digits_small(p, msg->repeat);
    *p++ = ',';
    pen->p = vg_digits_uint(p, msg->mmsi);
    if (!put_cells(pen, msg) || pen->end - pen->p < (ptrdiff_t)sizeof VG_CSV_END)
        return false;
    pen->p = PUT(pen->p, VG_CSV_END);
    return true;
}

void vg_ais_csv(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out)
{
    pthread_once(&cells.once, collect_cells);
    char *begin = cells.complete ? vg_out_try(out, MESSAGE_ROOM) : NULL;
    struct pen pen = {begin, begin ? begin + MESSAGE_ROOM : NULL};
    if (begin && put_row(&pen, msg, payload))
        out->len += (size_t)(pen.p - begin);
    else
        vg_ais_csv_plain(msg, payload, out);
}
