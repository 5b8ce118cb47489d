/*
 * The picture written down and taken up again: all that decides what it shows and what it will do. A picture that was
 * loaded has the hash of the one that was saved (picture/picture.h) and goes on as it would have.
 *
 * Every value is little-endian, field by field (picture/save_rows.c); it stands in a section of the state's file
 * (situation/state_file.h) that has its version. What doesn't fit is refused, and the journal tells it all again. No
 * checksum is in it: that is the file's.
 */
#ifndef VG_PICTURE_SAVE_H
#define VG_PICTURE_SAVE_H

#include "base/out.h"
#include "picture/picture.h"

/* Of what is written. Read as well: 1, contacts have no share and no first arrival; 2, there are no tracks. */
#define VG_PICTURE_SAVE_VERSION 3

/* How many bytes vg_picture_save() writes. */
uint64_t vg_picture_save_size(const struct vg_picture *picture);

/*
 * Writes the picture. Only reads it: the owner, or a child process after fork(). VG_NOMEM (8 bytes a vessel are
 * needed), or out->err.
 */
enum vg_err vg_picture_save(const struct vg_picture *picture, struct vg_out *out);

/* Gives exactly `len` bytes. VG_EOF: so many aren't left. */
typedef enum vg_err vg_picture_source(void *arg, void *bytes, size_t len);

/*
 * Fills a picture just made, of perhaps other limits: vessels over them, unheard for longest, are left out and counted
 * as evicted. Any bytes may be given. VG_CORRUPT, VG_UNSUPPORTED, VG_NOMEM. After an error the picture is good for
 * vg_picture_free() only.
 */
enum vg_err vg_picture_load(struct vg_picture *picture, vg_picture_source *source, void *arg);
/* The same of bytes that a program of an earlier version wrote, 1 to VG_PICTURE_SAVE_VERSION. */
enum vg_err vg_picture_load_version(struct vg_picture *picture, uint32_t version, vg_picture_source *source, void *arg);

#endif
