/*
 * Members of zip, tar and 7z archives, and the content of bzip2, xz, gzip and zstd files within them, by libarchive.
 * Only these formats and filters are asked for, and none that starts a program. Within feed; one thread for each.
 *
 * Memory: libarchive's buffers and the decompressor's window; a zip's table of contents is read up front only if it has
 * at most VG_CONTAINER_INDEX bytes, and a 7z's likewise.
 */
#ifndef VG_FEED_CONTAINER_H
#define VG_FEED_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "feed/byte_stream.h"
#include "feed/file_kind.h"

#define VG_CONTAINER_INDEX   (64 << 20) /* bytes of a table of contents */
#define VG_CONTAINER_MEMBERS 1000000    /* of one archive; what follows is not read */
#define VG_MEMBER_NAME       512        /* with its terminator; a longer name is cut */

struct vg_member {
    char name[VG_MEMBER_NAME]; /* valid UTF-8 without control characters; never begins with / or ./ */
    int64_t changed_us;        /* when it was last written, by the archive; VG_TIME_NONE */
    uint64_t number;           /* among all of the archive's entries, from 1 */
    bool encrypted;
};

struct vg_container; /* opaque */

/*
 * `under` gives the archive's bytes, from its first one on; it is used until the container is closed. VG_UNSUPPORTED:
 * the form needs a file that can be read in any order. *ret_why is one sentence, until the next call.
 */
enum vg_err vg_container_open(const struct vg_byte_stream *under, enum vg_file_form form,
                              struct vg_container **ret_container, const char **ret_why);
void vg_container_close(struct vg_container *container); /* NULL is fine */

/*
 * The next member that is a file and not hidden. VG_EOF: no more. Anything else: the rest can't be read (*ret_why).
 * Folders are left out; links, empty and hidden members (.name, __MACOSX/) are counted.
 */
enum vg_err vg_container_next_member(struct vg_container *container, struct vg_member *ret_member,
                                     const char **ret_why);

/* The bytes of the member. An error that is the archive's, too, comes again with the next member. */
struct vg_byte_stream vg_container_bytes(struct vg_container *container);

uint64_t vg_container_passed_over(const struct vg_container *container);

/* A bzip2, xz, gzip or zstd file within `under`: one member without a name, open for reading. */
enum vg_err vg_container_unpack(const struct vg_byte_stream *under, enum vg_file_form form,
                                struct vg_container **ret_container, const char **ret_why);

#endif
