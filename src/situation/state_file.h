/*
 * The file of a saved state: tagged sections, each written and read by the room that owns what is in it.
 *
 *     "VIGSTAT2"                                      8 bytes
 *     then sections:  tag, version (u32 each), length (u64), payload of so many bytes
 *     last            tag "END.", version 0, length 0
 *
 * Every value is little-endian, written field by field. Around all of it is one zstd frame with a checksum. A reader
 * skips sections that it doesn't know; one that it needs and that is missing, damaged or of a later version is an error
 * with the section's name. Nothing is taken before the whole file was read and its checksum is right.
 *
 * Any thread; nothing is shared.
 */
#ifndef VG_SITUATION_STATE_FILE_H
#define VG_SITUATION_STATE_FILE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/out.h"
#include "journal/io.h"
#include "picture/save.h"

#define VG_STATE_TAG(a, b, c, d)                                                                                       \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24) /* VG_STATE_TAG('C', 'L', … ) */
#define VG_STATE_SECTIONS_MAX 32 /* that one program writes or reads */
#define VG_STATE_WHY          160

struct vg_state_input; /* the payload of one section, being read */

struct vg_state_section {
    const char *name; /* in errors */
    uint32_t tag;
    uint32_t version;                 /* that is written; up to it, from 1, is read */
    void *of;                         /* what is written, or read into */
    uint64_t (*size)(const void *of); /* of the payload: exactly what `write` then writes */
    enum vg_err (*write)(const void *of, struct vg_out *out);
    enum vg_err (*read)(void *of, struct vg_state_input *in); /* must take the whole payload */
    bool may_lack;                                            /* files of earlier versions have none */
};

/* For a section's `size`: how many bytes its `write` writes, counted. */
uint64_t vg_state_size_of(enum vg_err (*write)(const void *of, struct vg_out *out), const void *of);

/* ---- for a section's `read` ---- */

/* Exactly len bytes of the payload. VG_CORRUPT: it has no more. */
enum vg_err vg_state_take(struct vg_state_input *in, void *bytes, size_t len);
uint64_t vg_state_left(const struct vg_state_input *in); /* bytes of the payload that were not taken yet */
uint32_t vg_state_version(const struct vg_state_input *in);

/* VG_UNSUPPORTED, and the error says `detail`, a constant, instead of that the section is damaged. */
enum vg_err vg_state_refuse(struct vg_state_input *in, const char *detail);

/* ---- the file ---- */

/*
 * Writes and syncs it, readable by its owner only. VG_IO (a part of it may be there), VG_NOMEM; VG_CORRUPT: a section
 * has not the size that it said.
 */
enum vg_err vg_state_file_write(const struct vg_io *io, const char *path, const struct vg_state_section *sections,
                                size_t count);

/*
 * Reads it into the sections' `of`. VG_NOT_FOUND, VG_IO, VG_NOMEM; VG_UNSUPPORTED: an earlier or later version of this
 * program wrote it; VG_CORRUPT. After an error what they are `of` is good for being freed only, and `why` is a
 * sentence.
 */
enum vg_err vg_state_file_read(const struct vg_io *io, const char *path, const struct vg_state_section *sections,
                               size_t count, char why[static VG_STATE_WHY]);

/* The same of bytes that are not compressed, from magic to the last section. VG_EOF of `source` is their end. */
enum vg_err vg_state_read(vg_picture_source *source, void *arg, const struct vg_state_section *sections, size_t count,
                          char why[static VG_STATE_WHY]);

#endif
