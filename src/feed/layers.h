/*
 * What makes text of a member's bytes: at most one unpacking, and a capture's or UTF-16's reader upon it. Within feed;
 * one thread for each.
 */
#ifndef VG_FEED_LAYERS_H
#define VG_FEED_LAYERS_H

#include "feed/byte_stream.h"
#include "feed/capture.h"
#include "feed/container.h"
#include "feed/peek.h"
#include "feed/utf16.h"

#define VG_UTF16_STEP 8192 /* bytes converted at once */

/* All zero: nothing is open. Must not move while it is open. */
struct vg_layers {
    struct vg_peek bytes;          /* as they lie in the file or member */
    struct vg_container *unpacked; /* NULL: they are not packed */
    struct vg_peek unpacked_bytes; /* then */
    struct vg_byte_stream top;     /* text; .next NULL: none, for `err` */
    struct vg_capture *capture;    /* NULL: it is none */
    struct vg_byte_stream wide;    /* UTF-16 comes from here … */
    const uint8_t *wide_at;        /* … the block that is being converted … */
    size_t wide_left;              /* … what is left of it … */
    struct vg_utf16 utf16;         /* … and how far it is */
    bool wide_ended;
    bool payloads;   /* bytes as they are, and a capture's payloads */
    enum vg_err err; /* nothing can be read */
    char why[512];
    char narrow[3 * (VG_UTF16_STEP / 2 + 2)];
};

/*
 * Finds out what the bytes in layers->bytes are, which begin to be known, and sets the layers up. True: an archive,
 * whose bytes are *ret_bytes (VG_FORM_ZIP, TAR or 7Z); nothing is set up then. False: layers->top, or layers->err.
 * `strict`: bytes of no known form are refused.
 */
bool vg_layers_open(struct vg_layers *layers, bool strict, enum vg_file_form *ret_form,
                    struct vg_byte_stream *ret_bytes);

/* The next block of text. */
enum vg_err vg_layers_next(struct vg_layers *layers, const void **ret_bytes, size_t *ret_len, const char **ret_why);

/* Closes what is open and begins anew, with all zero but bytes.under. */
void vg_layers_reset(struct vg_layers *layers, const struct vg_byte_stream *under);

#endif
