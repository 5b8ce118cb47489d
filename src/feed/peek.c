#include "feed/peek.h"

#include <string.h>

static void fill_head(struct vg_peek *p)
{
    size_t room = sizeof p->head - p->head_len, n = p->rest_len < room ? p->rest_len : room;
    if (n)
        memcpy(p->head + p->head_len, p->rest, n);
    p->head_len += n;
    p->rest += n;
    p->rest_len -= n;
}

void vg_peek_add(struct vg_peek *p, const void *bytes, size_t len)
{
    if (p->rest_len) /* the block goes away; it is short, or no more would be needed */
        fill_head(p);
    p->rest = bytes;
    p->rest_len = len;
    if (p->head_len)
        fill_head(p);
}

void vg_peek_fill(struct vg_peek *p)
{
    while (!vg_peek_is_full(p)) {
        const void *bytes;
        size_t len;
        if (p->rest_len)
            fill_head(p);
        p->err = p->under.next(p->under.arg, &bytes, &len, &p->why);
        if (!p->err)
            vg_peek_add(p, bytes, len);
    }
}

size_t vg_peek_len(const struct vg_peek *p)
{
    return p->head_len + p->rest_len;
}

bool vg_peek_is_full(const struct vg_peek *p)
{
    return p->err || vg_peek_len(p) >= VG_FILE_HEAD;
}

struct vg_file_kind vg_peek_kind(const struct vg_peek *p)
{
    bool whole = vg_peek_is_full(p);
    return p->head_len ? vg_file_kind_of(p->head, p->head_len, whole) : vg_file_kind_of(p->rest, p->rest_len, whole);
}

bool vg_peek_is_binary(const struct vg_peek *p)
{
    return (!p->head_len || vg_file_is_binary(p->head, p->head_len)) &&
           (!p->rest_len || vg_file_is_binary(p->rest, p->rest_len)) && p->head_len + p->rest_len > 0;
}

void vg_peek_drop(struct vg_peek *p, size_t len)
{
    if (p->head_len) {
        p->head_len -= len;
        memmove(p->head, p->head + len, p->head_len);
    } else {
        p->rest += len;
        p->rest_len -= len;
    }
}

bool vg_peek_take(struct vg_peek *p, const void **ret_bytes, size_t *ret_len)
{
    if (!p->head_len && !p->rest_len)
        return false;
    *ret_bytes = p->head_len ? p->head : p->rest;
    *ret_len = p->head_len ? p->head_len : p->rest_len;
    if (p->head_len)
        p->head_len = 0;
    else
        p->rest_len = 0;
    return true;
}

static enum vg_err next_bytes(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct vg_peek *p = arg;
    if (vg_peek_take(p, ret_bytes, ret_len))
        return VG_OK;
    if (p->err) {
        *ret_why = p->why;
        return p->err;
    }
    return p->under.next(p->under.arg, ret_bytes, ret_len, ret_why);
}

struct vg_byte_stream vg_peek_bytes(struct vg_peek *p)
{
    return (struct vg_byte_stream){.next = next_bytes, .arg = p};
}
