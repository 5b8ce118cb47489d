/* ASTERIX made item by item, and what a decoder says of it. */
#ifndef VG_TESTS_ASTERIX_BYTES_H
#define VG_TESTS_ASTERIX_BYTES_H

#include "test.h"

#include "sensor/asterix/asterix.h"
#include "sensor/asterix/asterix_slots.h"

#define BYTES_MOST 4096

struct bytes {
    uint8_t at[BYTES_MOST];
    size_t len;
};

static inline void add_hex(struct bytes *b, const char *hex)
{
    for (const char *p = hex; *p; p++) {
        unsigned value;
        if (*p == ' ')
            continue;
        assert_int_equal(sscanf(p, "%2x", &value), 1);
        assert_true(b->len < BYTES_MOST);
        b->at[b->len++] = (uint8_t)value;
        p++;
    }
}

/* An item of a record: where it stands in the presence bits, and its octets. */
struct given {
    int slot; /* −1: no more */
    const char *hex;
};

static inline void add_record(struct bytes *b, const struct given *item)
{
    uint8_t presence[10] = {0};
    size_t head = 1;
    for (const struct given *i = item; i->slot >= 0; i++) {
        presence[i->slot / 7] |= (uint8_t)(0x80 >> i->slot % 7);
        if ((size_t)i->slot / 7 + 1 > head)
            head = (size_t)i->slot / 7 + 1;
    }
    for (size_t i = 0; i < head; i++)
        b->at[b->len++] = (uint8_t)(presence[i] | (i + 1 < head));
    for (; item->slot >= 0; item++)
        add_hex(b, item->hex);
}

static inline size_t begin_block(struct bytes *b, uint8_t category)
{
    size_t at = b->len;
    b->at[at] = category;
    b->len += VG_ASTERIX_HEADER;
    return at;
}

static inline void end_block(struct bytes *b, size_t at)
{
    b->at[at + 1] = (uint8_t)((b->len - at) >> 8);
    b->at[at + 2] = (uint8_t)(b->len - at);
}

/* A block of one record. */
static inline void add_block(struct bytes *b, uint8_t category, const struct given *item)
{
    size_t at = begin_block(b, category);
    add_record(b, item);
    end_block(b, at);
}

#define RECORD(...) ((const struct given[]){__VA_ARGS__, {-1, NULL}})

/* ---- what is said of it ---- */

struct said {
    struct vg_asterix *asterix;
    struct vg_out out; /* a line of JSON a record */
    struct vg_report report[64];
    size_t records, reports;
    char text[64 * 1024];
};

static inline void on_said(void *arg, const struct vg_asterix_record *record)
{
    struct said *s = arg;
    s->records++;
    vg_asterix_json(record, &s->out);
    vg_out_char(&s->out, '\n');
    if (s->reports < 64)
        s->reports += vg_asterix_report(s->asterix, record, &s->report[s->reports]);
}

static inline void listen(struct said *s)
{
    s->out = vg_out_fixed(s->text, sizeof s->text - 1);
    s->records = s->reports = 0;
    assert_int_equal(vg_asterix_new(on_said, s, &s->asterix), VG_OK);
}

static inline const char *text_of(struct said *s)
{
    assert_int_equal(s->out.err, VG_OK);
    s->text[s->out.len] = '\0';
    return s->text;
}

static inline uint64_t refused(const struct said *s, enum vg_refusal why)
{
    return vg_asterix_refusals(s->asterix)->count[why];
}

#endif
