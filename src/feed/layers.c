#include "feed/layers.h"

#include <stdio.h>
#include <string.h>

#define UTF8_MARK 3 /* bytes */

/* ---- UTF-16 ---- */

static enum vg_err next_narrow(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct vg_layers *l = arg;
    size_t n = 0;
    while (n == 0) {
        if (l->wide_left == 0) {
            const void *bytes;
            enum vg_err err = l->wide.next(l->wide.arg, &bytes, &l->wide_left, ret_why);
            if (err) {
                l->wide_left = 0;
                n = l->wide_ended ? 0 : vg_utf16_end(&l->utf16, l->narrow);
                l->wide_ended = true;
                if (n)
                    break;
                return err;
            }
            l->wide_at = bytes;
        }
        size_t take = l->wide_left < VG_UTF16_STEP ? l->wide_left : VG_UTF16_STEP;
        n = vg_utf16_push(&l->utf16, l->wide_at, take, l->narrow);
        l->wide_at += take;
        l->wide_left -= take;
    }
    *ret_bytes = l->narrow;
    *ret_len = n;
    return VG_OK;
}

/* ---- opening ---- */

static void refuse(struct vg_layers *l, enum vg_err err, const char *why)
{
    l->err = err;
    snprintf(l->why, sizeof l->why, "%s", why);
}

static void refuse_kind(struct vg_layers *l, const char *name)
{
    l->err = VG_UNSUPPORTED;
    snprintf(l->why, sizeof l->why, "this is %s", name);
}

static void open_text(struct vg_layers *l, struct vg_peek *peek, const struct vg_file_kind *kind, bool strict)
{
    const char *why;
    struct vg_byte_stream bytes = vg_peek_bytes(peek);
    if (l->payloads && kind->form != VG_FORM_CAPTURE) {
        l->top = bytes;
        return;
    }
    switch (kind->form) {
    case VG_FORM_CAPTURE:
        if ((l->err = vg_capture_open(&bytes, &l->capture, &why)))
            refuse(l, l->err, why);
        else
            l->top = vg_capture_bytes(l->capture);
        if (l->capture && l->payloads)
            vg_capture_as_payloads(l->capture);
        break;
    case VG_FORM_UTF16_LE:
    case VG_FORM_UTF16_BE:
        l->utf16.big_endian = kind->form == VG_FORM_UTF16_BE;
        l->wide = bytes;
        l->top = (struct vg_byte_stream){.next = next_narrow, .arg = l};
        break;
    case VG_FORM_UTF8_MARKED:
        vg_peek_drop(peek, UTF8_MARK);
        l->top = bytes;
        break;
    case VG_FORM_REFUSED:
        refuse_kind(l, kind->name);
        break;
    default:
        if (strict && vg_peek_is_binary(peek))
            refuse(l, VG_UNSUPPORTED, "bytes of no known form");
        else
            l->top = bytes;
    }
}

static bool is_packed(enum vg_file_form form)
{
    return form == VG_FORM_GZIP || form == VG_FORM_ZSTD || form == VG_FORM_BZIP2 || form == VG_FORM_XZ;
}

/* Bytes of the shortest file of a form: libarchive takes the beginning of one for an empty file. */
static size_t least_bytes(enum vg_file_form form)
{
    return form == VG_FORM_GZIP ? 18 : form == VG_FORM_BZIP2 ? 14 : form == VG_FORM_XZ ? 32 : 9;
}

static bool is_archive(enum vg_file_form form)
{
    return form == VG_FORM_ZIP || form == VG_FORM_TAR || form == VG_FORM_7Z;
}

bool vg_layers_open(struct vg_layers *l, bool strict, enum vg_file_form *ret_form, struct vg_byte_stream *ret_bytes)
{
    const char *why;
    struct vg_peek *peek = &l->bytes;
    struct vg_file_kind kind = vg_peek_kind(peek);
    if (is_packed(kind.form)) {
        struct vg_byte_stream packed = vg_peek_bytes(peek);
        if (vg_peek_len(peek) < least_bytes(kind.form)) {
            refuse(l, VG_CORRUPT, "the packed data ends too early");
            return false;
        }
        if ((l->err = vg_container_unpack(&packed, kind.form, &l->unpacked, &why))) {
            refuse(l, l->err, why);
            return false;
        }
        peek = &l->unpacked_bytes;
        peek->under = vg_container_bytes(l->unpacked);
        vg_peek_fill(peek);
        kind = vg_peek_kind(peek);
    }
    if (is_packed(kind.form)) {
        refuse(l, VG_UNSUPPORTED, "it is packed twice: unpack it first");
        return false;
    }
    if (is_archive(kind.form)) {
        *ret_form = kind.form;
        *ret_bytes = vg_peek_bytes(peek);
        return true;
    }
    open_text(l, peek, &kind, strict);
    return false;
}

enum vg_err vg_layers_next(struct vg_layers *l, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    *ret_why = l->why;
    return l->err ? l->err : l->top.next(l->top.arg, ret_bytes, ret_len, ret_why);
}

void vg_layers_reset(struct vg_layers *l, const struct vg_byte_stream *under)
{
    vg_capture_close(l->capture);
    vg_container_close(l->unpacked);
    bool payloads = l->payloads;
    memset(l, 0, offsetof(struct vg_layers, narrow));
    l->payloads = payloads;
    l->bytes.under = *under;
}
