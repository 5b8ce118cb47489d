/*
 * Blocks of bytes from a file that may be plain, gzip or zstd (told by its first bytes, not its name), or from standard
 * input. Used by `vigia decode` and by the file feed. One thread for each reader.
 */
#ifndef VG_FEED_FILE_READER_H
#define VG_FEED_FILE_READER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vg_file_reader; /* opaque; bounded: two buffers of 256 KiB and the decompressor's window (zstd: at most 128 MiB)
                        */

/* Opens PATH, or standard input for "-"; a named pipe before anybody writes to it. *ret_why: one sentence (with the
 * system's reason) until the next call in this thread. */
enum vg_err vg_file_reader_open(const char *path, struct vg_file_reader **ret_reader, const char **ret_why);

/* The next block: VG_OK with *ret_len > 0, VG_EOF at the end, VG_IO or VG_CORRUPT (*ret_why). Valid until the next
 * call. */
enum vg_err vg_file_reader_next(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                                const char **ret_why);

/* Share of the file (as it lies on disk) that was read, 0–1; below 0 if its size is not known. */
double vg_file_reader_progress(const struct vg_file_reader *reader);

/*
 * Once *stop is true, vg_file_reader_next() waits no longer for a pipe or a device that has nothing to give: VG_IO,
 * "interrupted". NULL, as at first: it waits as long as it takes.
 */
void vg_file_reader_stop_by(struct vg_file_reader *reader, const atomic_bool *stop);

void vg_file_reader_close(struct vg_file_reader *reader);

#endif
