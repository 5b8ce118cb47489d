#include "archive/thrift.h"

#include <assert.h>

void vg_varint_put(struct vg_out *out, uint64_t value)
{
    uint8_t bytes[10];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    vg_out_bytes(out, bytes, n);
}

void vg_thrift_begin(struct vg_thrift_out *t)
{
    assert(t->depth < VG_THRIFT_DEPTH);
    t->last[t->depth++] = 0;
}

void vg_thrift_end(struct vg_thrift_out *t)
{
    t->depth--;
    vg_out_char(t->out, 0);
}

static void head(struct vg_thrift_out *t, int16_t id, enum vg_thrift_type type)
{
    int16_t *last = &t->last[t->depth - 1];
    assert(id > *last && id - *last <= 15);
    vg_out_char(t->out, (char)((id - *last) << 4 | (int)type));
    *last = id;
}

void vg_thrift_struct(struct vg_thrift_out *t, int16_t id)
{
    head(t, id, VG_THRIFT_STRUCT);
    vg_thrift_begin(t);
}

void vg_thrift_i8(struct vg_thrift_out *t, int16_t id, int8_t value)
{
    head(t, id, VG_THRIFT_I8);
    vg_out_char(t->out, (char)value);
}

void vg_thrift_i16(struct vg_thrift_out *t, int16_t id, int16_t value)
{
    head(t, id, VG_THRIFT_I16);
    vg_varint_put(t->out, vg_zigzag(value));
}

void vg_thrift_i32(struct vg_thrift_out *t, int16_t id, int32_t value)
{
    head(t, id, VG_THRIFT_I32);
    vg_varint_put(t->out, vg_zigzag(value));
}

void vg_thrift_i64(struct vg_thrift_out *t, int16_t id, int64_t value)
{
    head(t, id, VG_THRIFT_I64);
    vg_varint_put(t->out, vg_zigzag(value));
}

void vg_thrift_bool(struct vg_thrift_out *t, int16_t id, bool value)
{
    head(t, id, value ? VG_THRIFT_TRUE : VG_THRIFT_FALSE);
}

void vg_thrift_binary(struct vg_thrift_out *t, int16_t id, const void *bytes, size_t len)
{
    head(t, id, VG_THRIFT_BINARY);
    vg_thrift_element_binary(t, bytes, len);
}

void vg_thrift_list(struct vg_thrift_out *t, int16_t id, enum vg_thrift_type type, size_t count)
{
    head(t, id, VG_THRIFT_LIST);
    if (count < 15) {
        vg_out_char(t->out, (char)(count << 4 | type));
    } else {
        vg_out_char(t->out, (char)(0xf0 | type));
        vg_varint_put(t->out, count);
    }
}

void vg_thrift_element_int(struct vg_thrift_out *t, int64_t value)
{
    vg_varint_put(t->out, vg_zigzag(value));
}

void vg_thrift_element_bool(struct vg_thrift_out *t, bool value)
{
    vg_out_char(t->out, value ? VG_THRIFT_TRUE : VG_THRIFT_FALSE);
}

void vg_thrift_element_binary(struct vg_thrift_out *t, const void *bytes, size_t len)
{
    vg_varint_put(t->out, len);
    vg_out_bytes(t->out, bytes, len);
}

static int fail(struct vg_thrift_in *t)
{
    t->bad = true;
    t->p = t->end;
    return 0;
}

static uint8_t byte(struct vg_thrift_in *t)
{
    return t->p < t->end ? *t->p++ : (uint8_t)fail(t);
}

uint64_t vg_varint_get(struct vg_thrift_in *t)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t b = byte(t);
        if (shift == 63 && b > 1)
            break;
        value |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return t->bad ? 0 : value;
    }
    return (uint64_t)fail(t);
}

bool vg_thrift_field(struct vg_thrift_in *t, struct vg_thrift_field *field)
{
    uint8_t b = byte(t);
    if (t->bad || b == 0)
        return false;
    field->type = b & 15;
    int64_t id = b >> 4 ? field->id + (b >> 4) : vg_unzigzag(vg_varint_get(t));
    if (t->bad || id < INT16_MIN || id > INT16_MAX || field->type == 0 || field->type > VG_THRIFT_STRUCT)
        return fail(t);
    field->id = (int16_t)id;
    return true;
}

static struct vg_thrift_list list(struct vg_thrift_in *t)
{
    uint8_t b = byte(t);
    uint64_t count = b >> 4 == 15 ? vg_varint_get(t) : b >> 4;
    if (count > (size_t)(t->end - t->p) || count > UINT32_MAX)
        fail(t);
    return t->bad ? (struct vg_thrift_list){0} : (struct vg_thrift_list){b & 15, (uint32_t)count};
}

static void skip_bytes(struct vg_thrift_in *t, uint64_t n)
{
    if (n > (uint64_t)(t->end - t->p))
        fail(t);
    else
        t->p += n;
}

static void skip_list(struct vg_thrift_in *t)
{
    struct vg_thrift_list l = list(t);
    for (uint32_t i = 0; i < l.count && !t->bad; i++)
        if (l.type == VG_THRIFT_TRUE || l.type == VG_THRIFT_FALSE)
            byte(t); /* alone in a list, a boolean is a byte */
        else
            vg_thrift_skip(t, l.type);
}

void vg_thrift_skip(struct vg_thrift_in *t, enum vg_thrift_type type)
{
    struct vg_thrift_field field = {0};
    if (t->depth >= VG_THRIFT_DEPTH) {
        fail(t);
        return;
    }
    t->depth++;
    switch (type) {
    case VG_THRIFT_TRUE:
    case VG_THRIFT_FALSE:
        break;
    case VG_THRIFT_I8:
        byte(t);
        break;
    case VG_THRIFT_I16:
    case VG_THRIFT_I32:
    case VG_THRIFT_I64:
        vg_varint_get(t);
        break;
    case VG_THRIFT_DOUBLE:
        skip_bytes(t, 8);
        break;
    case VG_THRIFT_BINARY:
        skip_bytes(t, vg_varint_get(t));
        break;
    case VG_THRIFT_LIST:
    case VG_THRIFT_SET:
        skip_list(t);
        break;
    case VG_THRIFT_STRUCT:
        while (vg_thrift_field(t, &field))
            vg_thrift_skip(t, field.type);
        break;
    default: /* maps, too: Parquet's metadata has none */
        fail(t);
    }
    t->depth--;
}

int64_t vg_thrift_get_int(struct vg_thrift_in *t, enum vg_thrift_type type)
{
    if (type == VG_THRIFT_I8)
        return (int8_t)byte(t);
    if (type < VG_THRIFT_I16 || type > VG_THRIFT_I64)
        return fail(t);
    return vg_unzigzag(vg_varint_get(t));
}

bool vg_thrift_get_bool(struct vg_thrift_in *t, enum vg_thrift_type type)
{
    if (type != VG_THRIFT_TRUE && type != VG_THRIFT_FALSE)
        fail(t);
    return type == VG_THRIFT_TRUE;
}

struct vg_thrift_bytes vg_thrift_get_binary(struct vg_thrift_in *t, enum vg_thrift_type type)
{
    struct vg_thrift_bytes none = {0};
    if (type != VG_THRIFT_BINARY) {
        fail(t);
        return none;
    }
    uint64_t len = vg_varint_get(t);
    const uint8_t *bytes = t->p;
    if (len > UINT32_MAX)
        fail(t);
    skip_bytes(t, len);
    return t->bad ? none : (struct vg_thrift_bytes){bytes, (uint32_t)len};
}

struct vg_thrift_list vg_thrift_get_list(struct vg_thrift_in *t, enum vg_thrift_type type, enum vg_thrift_type element)
{
    struct vg_thrift_list l = {0};
    if (type != VG_THRIFT_LIST) {
        fail(t);
        return l;
    }
    l = list(t);
    bool both_bool = element == VG_THRIFT_TRUE && l.type == VG_THRIFT_FALSE; /* writers differ in the code they use */
    if (l.count && l.type != element && !both_bool)
        fail(t);
    return t->bad ? (struct vg_thrift_list){0} : l;
}

bool vg_thrift_element_is_true(struct vg_thrift_in *t)
{
    return byte(t) == VG_THRIFT_TRUE;
}
