/*
 * How much a message looks like noise.
 *
 * The rules are rows (suspicion.def); at first use they are sorted by layout, so that a message is held against its own
 * rows only: some tens of nanoseconds.
 */
#include <pthread.h>
#include <string.h>

#include "report/mmsi.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

static const struct {
    const char *layout;
    uint16_t low, high, step;
    uint8_t weight;
} lengths[] = {
#define LENGTH(layout, low, high, step, weight) {layout, low, high, step, weight},
#define FORBIDDEN(type, key, low, high, weight, reason)
#define MMSI_FIELD(key)
#include "sensor/ais/suspicion.def"
#undef LENGTH
#undef FORBIDDEN
};

static const struct {
    uint8_t type;
    const char *key;
    int64_t low, high;
    uint8_t weight, reason;
} forbidden[] = {
#define LENGTH(layout, low, high, step, weight)
#define FORBIDDEN(type, key, low, high, weight, reason) {type, #key, low, high, weight, VG_SUSPECT_##reason},
#include "sensor/ais/suspicion.def"
#undef FORBIDDEN
#undef MMSI_FIELD
};

static const char *const mmsi_keys[] = {
#define FORBIDDEN(type, key, low, high, weight, reason)
#define MMSI_FIELD(key) #key,
#include "sensor/ais/suspicion.def"
#undef LENGTH
#undef FORBIDDEN
#undef MMSI_FIELD
};

enum check_kind { RANGE, COORDINATE, OTHER_MMSI, COUNTRY, CLOCK, WORDS };

struct check {
    const struct vg_ais_field *field;
    int64_t low, high;
    uint8_t kind, weight, reason;
};

/* Most checks ask whether some bits lie in a range. The bits are [byte × 8 + left, end); right: what is to be shifted
 * out. */
struct quick {
    uint16_t byte, end;
    uint8_t left, right;
    uint32_t low, span; /* in doubt: value − low <= span, unsigned. Then `check` says how much */
    struct check check;
};

#define LAYOUTS_MAX 64
#define CHECKS_MAX  28
#define LENGTHS_MAX 4
#define MASK_BYTES  64 /* of every fixed part; the longest is that of type 5 */

static struct {
    pthread_once_t once;
    uint8_t country[1000 / 8]; /* a bit for each MID that a country has */
    uint64_t usual[2];         /* a bit for each 6-bit character that people write: in names, in free text */
    struct prepared {
        uint8_t quicks, checks, lengths, spare_from, spare_end;
        uint8_t length[LENGTHS_MAX]; /* rows of lengths[] */
        struct quick quick[CHECKS_MAX];
        struct check check[CHECKS_MAX]; /* the others */
        uint8_t spare[MASK_BYTES];      /* bits that mean nothing; none outside of bytes [spare_from, spare_end) */
    } layout[LAYOUTS_MAX];
} all = {.once = PTHREAD_ONCE_INIT};

static void add(struct prepared *p, struct check check)
{
    const struct vg_ais_field *f = check.field;
    bool range = check.kind == RANGE && f->kind == VG_AIS_UINT, coordinate = check.kind == COORDINATE;
    if ((range || coordinate) && p->quicks < CHECKS_MAX) {
        int64_t last = coordinate ? (INT64_C(1) << f->width) + check.low - 1 : check.high; /* two's complement */
        int64_t low = coordinate ? check.high + 1 : check.low;
        p->quick[p->quicks++] = (struct quick){(uint16_t)(f->start / 8),
                                               (uint16_t)(f->start + f->width),
                                               (uint8_t)(f->start % 8),
                                               (uint8_t)(64 - f->width),
                                               (uint32_t)low,
                                               (uint32_t)(last - low),
                                               check};
    } else if (p->checks < CHECKS_MAX) {
        p->check[p->checks++] = check;
    }
}

static void add_field(struct prepared *p, const struct vg_ais_layout *l, const struct vg_ais_field *f)
{
    if (f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT) {
        int64_t most = f->kind == VG_AIS_LON ? 108000000 : 54000000;
        for (unsigned d = 0; d < f->decimals; d++)
            most /= 10;
        add(p, (struct check){f, -most, most, COORDINATE, 3, VG_SUSPECT_POSITION});
    }
    if (f->kind == VG_AIS_TIME || f->kind == VG_AIS_ETA)
        add(p, (struct check){f, 0, 0, CLOCK, f->kind == VG_AIS_TIME ? 3 : 1, VG_SUSPECT_TIME});
    if (f->kind == VG_AIS_TEXT || f->kind == VG_AIS_NAME_EXT)
        add(p, (struct check){f, 0, 0, WORDS, 1, VG_SUSPECT_TEXT});
    if (strcmp(f->key, "dac") == 0)
        add(p, (struct check){f, 0, 0, COUNTRY, 2, VG_SUSPECT_VALUE});
    for (size_t i = 0; i < sizeof mmsi_keys / sizeof *mmsi_keys; i++)
        if (strcmp(mmsi_keys[i], f->key) == 0)
            add(p, (struct check){f, 0, 0, OTHER_MMSI, 2, VG_SUSPECT_MMSI});
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if ((!forbidden[i].type || forbidden[i].type == l->type) && strcmp(forbidden[i].key, f->key) == 0)
            add(p, (struct check){f, forbidden[i].low, forbidden[i].high, RANGE, forbidden[i].weight,
                                  forbidden[i].reason});
}

static void prepare_spare(struct prepared *p, const struct vg_ais_layout *l)
{
    unsigned end = vg_ais_needed_bits(l);
    end = end < MASK_BYTES * 8 ? end : MASK_BYTES * 8;
    for (unsigned bit = 38; bit < end; bit++) {
        bool covered = false;
        for (size_t i = 0; i < l->fields; i++) {
            const struct vg_ais_field *f = &l->field[i];
            covered |= f->kind != VG_AIS_TAIL && bit >= f->start && (!f->width || bit < (unsigned)f->start + f->width);
        }
        if (!covered) {
            if (!p->spare_end)
                p->spare_from = (uint8_t)(bit / 8);
            p->spare[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
            p->spare_end = (uint8_t)(bit / 8 + 1);
        }
    }
}

static void prepare_usual(void)
{
    static const char *const signs[2] = {" .,-&'/()+_", " .,-&'/()+_:;!?=%"};
    for (unsigned i = 0; i < 2; i++)
        for (unsigned v = 0; v < 64; v++)
            if ((v >= 1 && v <= 26) || (v >= 48 && v <= 57) || strchr(signs[i], (int)(v < 32 ? v + 64 : v)))
                all.usual[i] |= UINT64_C(1) << v;
}

static void prepare(void)
{
    prepare_usual();
    size_t count;
    const struct vg_ais_layout *l = vg_ais_layouts(&count);
    for (size_t i = 0; i < count && i < LAYOUTS_MAX && l[i].type; i++) {
        for (size_t k = 0; k < l[i].fields; k++)
            add_field(&all.layout[i], &l[i], &l[i].field[k]);
        prepare_spare(&all.layout[i], &l[i]);
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
            if (strcmp(lengths[k].layout, l[i].name) == 0 && all.layout[i].lengths < LENGTHS_MAX)
                all.layout[i].length[all.layout[i].lengths++] = (uint8_t)k;
    }
    for (uint32_t mid = 200; mid < 800; mid++)
        if (vg_mmsi_country(mid * 1000000)[0])
            all.country[mid / 8] |= (uint8_t)(1 << mid % 8);
}

static bool has_country(unsigned mid)
{
    return mid < 1000 && all.country[mid / 8] >> mid % 8 & 1;
}

static void doubt(struct vg_suspicion *s, enum vg_suspect reason, unsigned weight)
{
    s->reasons |= (uint16_t)(1u << reason);
    s->score = (uint8_t)(s->score + weight > 100 ? 100 : s->score + weight);
}

static void check_length(struct vg_suspicion *s, const struct vg_ais *msg, const struct prepared *p)
{
    unsigned weight = msg->layout->bits ? 3 : 2;
    for (unsigned i = 0; i < p->lengths; i++) {
        unsigned low = lengths[p->length[i]].low, step = lengths[p->length[i]].step;
        if (msg->bits >= low && msg->bits <= lengths[p->length[i]].high &&
            (msg->bits == low || (msg->bits - low) % step == 0)) {
            weight = lengths[p->length[i]].weight;
            break;
        }
    }
    if (!p->lengths)
        doubt(s, VG_SUSPECT_TYPE, 3);
    else if (weight)
        doubt(s, VG_SUSPECT_LENGTH, weight);
}

/* 0: fine; 2: an MMSI that can't be given out, or of no country. */
static unsigned mmsi_doubt(uint32_t mmsi)
{
    if (mmsi >= 200000000 && mmsi < 800000000) /* a ship: nearly all */
        return has_country(mmsi / 1000000) ? 0 : 2;
    return vg_class_is_distress(vg_mmsi_class(mmsi)) || has_country(vg_mmsi_mid(mmsi)) ? 0 : 2;
}

/* Does the form of the MMSI go with the type? */
static bool fits_type(const struct vg_ais *msg, enum vg_class class)
{
    switch (msg->type) {
    case 1:
    case 2:
    case 3:
    case 5:
    case 18:
    case 19:
    case 24:
    case 27:
        return class != VG_CLASS_BASE && class != VG_CLASS_ATON;
    case 4:
    case 16:
    case 17:
    case 20:
    case 22:
    case 23:
        return class == VG_CLASS_BASE;
    case 9:
        return class == VG_CLASS_SAR;
    case 21:
        return class == VG_CLASS_ATON;
    default:
        return true;
    }
}

static unsigned sender_doubt(const struct vg_ais *msg)
{
    unsigned d = mmsi_doubt(msg->mmsi);
    if (!vg_mmsi_has_digits(msg->mmsi))
        return 3;
    if (!d)
        return fits_type(msg, vg_mmsi_class(msg->mmsi)) ? 0 : 1;
    /* Where the content may be anything, the sender is all there is to judge by. */
    bool free_content = msg->type == 6 || msg->type == 8 || msg->type == 12 || msg->type == 14 || msg->type >= 25;
    return free_content && msg->type != 27 ? 3 : d;
}

/* A date that is said whole and that no calendar has. */
static bool odd_date(const struct vg_ais *msg, unsigned at)
{
    uint32_t year = vg_ais_uint(msg, at, 14), month = vg_ais_uint(msg, at + 14, 4), day = vg_ais_uint(msg, at + 18, 5);
    return year && month && day && !vg_time_has_day(year, month, day);
}

static bool odd_time(const struct vg_ais *msg, const struct vg_ais_field *f)
{
    unsigned at = f->start;
    if (at + f->width > msg->bits)
        return false;
    if (f->kind == VG_AIS_TIME) {
        uint32_t year = vg_ais_uint(msg, at, 14);
        if (odd_date(msg, at) || vg_ais_uint(msg, at + 34, 6) > 60 || (year && (year < 1980 || year > 2100)))
            return true;
        at += 14;
    }
    return vg_ais_uint(msg, at, 4) > 12 || vg_ais_uint(msg, at + 9, 5) > 24 || vg_ais_uint(msg, at + 14, 6) > 60;
}

/* Characters behind the end of the text, or too many signs that names and text don't have: of names a quarter, of text
 * an eighth.
 */
static unsigned odd_words(const struct vg_ais *msg, const struct vg_ais_field *f)
{
    unsigned n = 0, odd = 0, behind = 0, end = f->width ? (unsigned)f->start + f->width : msg->bits;
    uint64_t usual = all.usual[f->width == 0];
    bool ended = false;
    for (unsigned at = f->start; at + 6 <= end && at + 6 <= msg->bits; at += 6) {
        uint32_t v = bits_uint(msg, at, 6);
        ended |= v == 0;
        behind += ended && v != 0 && v != 32;
        n += !ended;
        odd += !ended && !(usual >> v & 1);
    }
    unsigned often = f->width ? 4 : 8;
    return (behind > 1) + (n > 2 && odd * often > n ? 2u : 0u);
}

static unsigned weight_of(const struct vg_ais *msg, const struct check *c)
{
    const struct vg_ais_field *f = c->field;
    int64_t raw;
    if (c->kind == CLOCK)
        return odd_time(msg, f) ? c->weight : 0;
    if (c->kind == WORDS)
        return odd_words(msg, f);
    if (vg_ais_raw(msg, f, 0, &raw) != VG_AIS_PRESENT)
        return 0;
    switch (c->kind) {
    case COORDINATE:
        return raw < c->low || raw > c->high ? c->weight : 0;
    case OTHER_MMSI:
        return raw && raw != VG_MMSI_MAX ? mmsi_doubt((uint32_t)raw) : 0;
    case COUNTRY: /* an MID, or an international or test number below 10 or from 990 on */
        return raw >= 10 && raw < 990 && !has_country((unsigned)raw) ? c->weight : 0;
    default:
        return raw >= c->low && raw <= c->high ? c->weight : 0;
    }
}

static void weigh(struct vg_suspicion *s, const struct vg_ais *msg, const struct check *c)
{
    unsigned weight = weight_of(msg, c);
    if (weight)
        doubt(s, (enum vg_suspect)c->reason, weight);
}

struct vg_suspicion vg_ais_suspicion(const struct vg_ais *msg)
{
    struct vg_suspicion s = {0};
    pthread_once(&all.once, prepare);
    const struct prepared *p = &all.layout[msg->layout - vg_ais_layout_table];
    check_length(&s, msg, p);
    unsigned d = sender_doubt(msg);
    if (d)
        doubt(&s, VG_SUSPECT_MMSI, d);
    for (unsigned i = 0; i < p->quicks; i++) {
        const struct quick *q = &p->quick[i];
        uint32_t value = (uint32_t)(bits_word(msg->payload + q->byte) << q->left >> q->right);
        if (value - q->low <= q->span && q->end <= msg->bits)
            weigh(&s, msg, &q->check);
    }
    for (unsigned i = 0; i < p->checks; i++)
        weigh(&s, msg, &p->check[i]);
    uint8_t spare = 0;
    unsigned bytes = (msg->bits + 7u) / 8; /* payload far behind the end is not set */
    for (unsigned i = p->spare_from; i < p->spare_end && i < bytes; i++)
        spare |= p->spare[i] & msg->payload[i];
    if (spare)
        doubt(&s, VG_SUSPECT_SPARE, 1);
    return s;
}

bool vg_ais_suspect(const struct vg_ais *msg)
{
    return vg_ais_suspicion(msg).score >= VG_SUSPECT_SCORE;
}

unsigned vg_ais_extra_bits(const struct vg_ais *msg)
{
    unsigned book = msg->layout->bits;
    if (!book || msg->bits < book + 8)
        return 0;
    if (msg->type == 21 || strcmp(msg->layout->name, "24A") == 0)
        book += msg->type == 21 ? 88 : 8; /* a name's extension; part A is often sent as long as part B */
    return msg->bits >= book + 8 ? msg->bits - book : 0;
}

const char *vg_suspect_key(enum vg_suspect reason)
{
    static const char *const keys[] = {
#define X(name, key, text) key,
        VG_SUSPECT_LIST(X)
#undef X
    };
    return (unsigned)reason < VG_SUSPECT_COUNT ? keys[reason] : "unknown";
}

const char *vg_suspect_text(enum vg_suspect reason)
{
    static const char *const texts[] = {
#define X(name, key, text) text,
        VG_SUSPECT_LIST(X)
#undef X
    };
    return (unsigned)reason < VG_SUSPECT_COUNT ? texts[reason] : "unknown";
}
