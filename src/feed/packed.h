/*
 * Blocks of bytes from a descriptor whose content may be plain, gzip or zstd (told by its first bytes). The lowest
 * layer of a file reader (feed/file_reader.h). Within feed; one thread for each.
 */
#ifndef VG_FEED_PACKED_H
#define VG_FEED_PACKED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vg_packed; /* opaque; two buffers of 256 KiB and the decompressor's window (zstd: at most 128 MiB) */

/* Takes over a descriptor (also one that doesn't block); closes it with the layer, and on failure. */
enum vg_err vg_packed_adopt(int fd, struct vg_packed **ret_packed, const char **ret_why);
void vg_packed_close(struct vg_packed *packed); /* NULL is fine */

/* As vg_file_reader_next(), and vg_file_reader_step() in feed/adapter.h. */
enum vg_err vg_packed_next(struct vg_packed *packed, const void **ret_bytes, size_t *ret_len, const char **ret_why);
enum vg_err vg_packed_step(struct vg_packed *packed, const void **ret_bytes, size_t *ret_len, bool *ret_wait,
                           const char **ret_why);

/* Goes to an offset of a plain file, as lseek(). −1: it can't be, nothing changed. */
int64_t vg_packed_seek(struct vg_packed *packed, int64_t offset, int whence);

/* A pipe, a device, a socket: bytes may come later. */
bool vg_packed_is_live(const struct vg_packed *packed);

/* Its last error comes again; another one was only a wait that was interrupted. */
bool vg_packed_has_failed(const struct vg_packed *packed);

/* As vg_file_reader_progress() and vg_file_reader_stop_by(). */
double vg_packed_progress(const struct vg_packed *packed);
void vg_packed_stop_by(struct vg_packed *packed, const atomic_bool *stop);

#endif
