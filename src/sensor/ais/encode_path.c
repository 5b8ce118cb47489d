/* Where a value goes: empty fields, fields by path, arrays that grow, messages that get longer or shorter. */
#include <stdlib.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

static void clear_from(struct vg_ais *msg, unsigned bit)
{
    if (bit % 8)
        msg->payload[bit / 8] &= (uint8_t)(0xFF00 >> bit % 8);
    size_t whole = (bit + 7) / 8;
    memset(msg->payload + whole, 0, sizeof msg->payload - whole);
}

enum vg_err vg_ais_set_length(struct vg_ais *msg, unsigned bits)
{
    if (bits < 38 || bits > VG_AIS_BITS_MAX)
        return VG_RANGE;
    clear_from(msg, bits < msg->bits ? bits : msg->bits);
    msg->bits = (uint16_t)bits;
    return VG_OK;
}

enum vg_err vg_ais_end_at(struct vg_ais *msg, unsigned bit)
{
    unsigned tail = msg->type == 26 ? 20 : 0, end = msg->bits >= tail ? msg->bits - tail : 0;
    if (bit + tail > VG_AIS_BITS_MAX)
        return VG_RANGE;
    uint32_t state = tail ? vg_ais_uint(msg, end, tail) : 0;
    clear_from(msg, bit < end ? bit : end);
    msg->bits = (uint16_t)(bit + tail);
    if (tail)
        vg_ais_put_bits(msg, bit, tail, state);
    return VG_OK;
}

static enum vg_err reach(struct vg_ais *msg, unsigned bit)
{
    unsigned end = msg->type == 26 ? msg->bits - 20u : msg->bits;
    return bit <= end ? VG_OK : vg_ais_end_at(msg, bit);
}

/* "Not available" where a field knows it, 0 elsewhere. Arrays that lie wholly before `end` too. */
void vg_ais_blank_fields(struct vg_ais *msg, const struct vg_ais_layout *layout, unsigned base, unsigned end)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        unsigned start = base + f->start, n = f->kind == VG_AIS_REPEAT ? vg_ais_elements(msg, f, base, end) : 0;
        for (unsigned k = 0; k < n; k++) {
            const struct vg_ais_layout *e = vg_ais_element(f);
            vg_ais_blank_fields(msg, e, start + k * e->bits, start + (k + 1) * e->bits);
        }
        if (f->kind == VG_AIS_ETA) /* hour 24, minute 60 */
            vg_ais_put_bits(msg, start, f->width, 24u << 6 | 60u);
        else if (f->kind == VG_AIS_TIME) /* hour 24, minute 60, second 60 */
            vg_ais_put_bits(msg, start + 23u, 17, 24u << 12 | 60u << 6 | 60u);
        else if (f->none != VG_AIS_NO_NONE && f->width)
            vg_ais_put_bits(msg, start, f->width, (uint32_t)f->none);
        const struct vg_ais_layout *chosen = f->kind == VG_AIS_CHOICE ? vg_ais_chosen(msg, f, base) : NULL;
        if (chosen)
            vg_ais_blank_fields(msg, chosen, base, end);
    }
}

enum vg_err vg_ais_begin_choice(struct vg_ais *msg, const struct vg_ais_field *f, unsigned base)
{
    const struct vg_ais_layout *chosen = vg_ais_chosen(msg, f, base);
    if (!chosen)
        return VG_OK;
    unsigned end = base + vg_ais_needed_bits(chosen);
    enum vg_err err = reach(msg, end);
    if (!err)
        vg_ais_blank_fields(msg, chosen, base, end);
    return err;
}

/* Makes the array long enough for element `index`; *ret_at is where that begins. */
static enum vg_err grow(struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, unsigned index,
                        unsigned *ret_at)
{
    const struct vg_ais_layout *e = vg_ais_element(f);
    unsigned start = base + f->start, end = vg_ais_application_end(msg);
    if (index >= f->max)
        return VG_NOT_FOUND;
    unsigned there = end > start ? (end - start) / e->bits : 0;
    enum vg_err err = reach(msg, start + (index + 1) * e->bits);
    for (; !err && there <= index; there++)
        vg_ais_blank_fields(msg, e, start + there * e->bits, start + (there + 1) * e->bits);
    if (!err && f->first && vg_ais_uint(msg, start - f->first, f->first) <= index)
        vg_ais_put_bits(msg, start - f->first, f->first, index + 1);
    *ret_at = start + index * e->bits;
    return err;
}

struct search {
    struct vg_ais *msg;
    const struct vg_ais_field *field;
    unsigned base;
};

static enum vg_err find_in(struct search *s, const struct vg_ais_layout *layout, unsigned base, const char *path)
{
    size_t key = strcspn(path, "[.");
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        bool named = strlen(f->key) == key && memcmp(f->key, path, key) == 0;
        if (named && f->kind == VG_AIS_REPEAT && path[key] == '[') {
            char *behind;
            unsigned long index = strtoul(path + key + 1, &behind, 10);
            unsigned at;
            if (behind[0] != ']' || behind[1] != '.' || index > UINT8_MAX)
                return VG_NOT_FOUND;
            enum vg_err err = grow(s->msg, f, base, (unsigned)index, &at);
            return err ? err : find_in(s, vg_ais_element(f), at, behind + 2);
        }
        if (named && f->kind != VG_AIS_REPEAT && path[key] == '\0') {
            s->field = f;
            s->base = base;
            return VG_OK;
        }
        const struct vg_ais_layout *chosen = f->kind == VG_AIS_CHOICE ? vg_ais_chosen(s->msg, f, base) : NULL;
        enum vg_err err = chosen ? find_in(s, chosen, base, path) : VG_NOT_FOUND;
        if (err != VG_NOT_FOUND)
            return err;
    }
    return VG_NOT_FOUND;
}

enum vg_err vg_ais_locate(struct vg_ais *msg, const char *path, const struct vg_ais_field **ret_field,
                          unsigned *ret_base)
{
    struct search s = {msg, vg_ais_field(msg->layout, path), 0};
    enum vg_err err = s.field ? VG_OK : VG_NOT_FOUND;
    if (err && msg->application)
        err = find_in(&s, msg->application, msg->application_start, path);
    if (!err) {
        *ret_field = s.field;
        *ret_base = s.base;
    }
    return err;
}

/* Of the layouts of an identifier the one that a message with nothing else in it gets. */
static const struct vg_ais_layout *encoded_layout(unsigned dac, unsigned fid)
{
    size_t rows, layouts;
    const struct vg_ais_application *row = vg_ais_applications(&rows);
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < rows; i++)
        if (row[i].dac == dac && row[i].fid == fid && vg_ais_needed_bits(&layout[row[i].layout]) >= row[i].min_bits)
            return &layout[row[i].layout];
    return NULL;
}

enum vg_err vg_ais_set_application(struct vg_ais *msg, unsigned dac, unsigned fid)
{
    const struct vg_ais_field *dac_field = vg_ais_field(msg->layout, "dac"), *data = vg_ais_field(msg->layout, "data");
    const struct vg_ais_layout *layout = encoded_layout(dac, fid);
    if (!layout || !data || !dac_field)
        return VG_NOT_FOUND;
    unsigned end = data->start + vg_ais_needed_bits(layout);
    enum vg_err err = vg_ais_end_at(msg, data->start);
    if (!err)
        err = reach(msg, end);
    if (err)
        return err;
    vg_ais_put_bits(msg, dac_field->start, 16, dac << 6 | fid); /* the FI stands behind the DAC in every type */
    msg->application = layout;
    msg->application_start = data->start;
    vg_ais_blank_fields(msg, layout, data->start, end);
    return VG_OK;
}
