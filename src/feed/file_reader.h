/*
 * Blocks of text from a file, or from standard input, whatever it is packed in. What it is, its first bytes tell, not
 * its name (feed/file_kind.h): gzip, zstd, bzip2, xz      unpacked zip, tar, 7z               their members, one behind
 * the other; a member may be packed once more pcap, pcapng               the lines of their UDP and TCP traffic, each
 * with its time in front (feed/capture.h) UTF-16                     as UTF-8 pictures, databases, …     refused by
 * name: VG_UNSUPPORTED else                       as it is Used by `vigia decode`, `vigia ingest` and the file feed.
 * One thread for each reader.
 */
#ifndef VG_FEED_FILE_READER_H
#define VG_FEED_FILE_READER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feed/byte_stream.h"

/* Opaque; bounded: some buffers of 256 KiB and the decompressors' windows (zstd: at most 128 MiB; see also
 * feed/container.h and feed/capture.h). */
struct vg_file_reader;

/* A file within an archive, or the file itself. */
struct vg_file_member {
    const char *name;   /* NULL: the file is no archive. Valid until the next member */
    int64_t changed_us; /* when it was last written, as the archive says; VG_TIME_NONE */
    uint64_t number;    /* for vg_file_reader_go_to() */
};

/* Opens PATH, or standard input for "-"; a named pipe before anybody writes to it. *ret_why: one sentence (with the
 * system's reason) until the next call in this thread. */
enum vg_err vg_file_reader_open(const char *path, struct vg_file_reader **ret_reader, const char **ret_why);

/*
 * The next block: VG_OK with *ret_len > 0, VG_EOF at the end; VG_UNSUPPORTED: no recording; VG_IO, VG_CORRUPT, VG_LIMIT
 * (*ret_why, valid until the next call). Blocks are valid until the next call. An archive's members come one behind the
 * other, each with an end of line; one that can't be read is told at the end of all, in place of VG_EOF.
 */
enum vg_err vg_file_reader_next(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                                const char **ret_why);

/*
 * For who takes each member as a file of its own: opens the first or next one, and from then on vg_file_reader_next()
 * gives that member's blocks and errors only, with VG_EOF at its end. A file that is no archive is its only member.
 * VG_EOF: no more. Anything else: the archive can't be read any further (*ret_why).
 */
enum vg_err vg_file_reader_next_member(struct vg_file_reader *reader, struct vg_file_member *ret_member,
                                       const char **ret_why);

/* The same for the member of this number, which must be behind the one that is open. VG_NOT_FOUND: there is none. */
enum vg_err vg_file_reader_go_to(struct vg_file_reader *reader, uint64_t number, const char **ret_why);

/* One sentence on what was passed over in the capture so far (of the member, if they are taken singly); NULL: nothing.
 * Valid until the next call. */
const char *vg_file_reader_note(struct vg_file_reader *reader);

/* Members that were passed over so far: links, hidden and empty ones. */
uint64_t vg_file_reader_passed_over(const struct vg_file_reader *reader);

/* Share of the file (as it lies on disk) that was read, 0–1; below 0 if its size is not known. */
double vg_file_reader_progress(const struct vg_file_reader *reader);

/*
 * Once *stop is true, vg_file_reader_next() waits no longer for a pipe or a device that has nothing to give: VG_IO,
 * "interrupted". NULL, as at first: it waits as long as it takes.
 */
void vg_file_reader_stop_by(struct vg_file_reader *reader, const atomic_bool *stop);

/*
 * From now on bytes as they were sent, for what is no text: a capture gives its payloads one by one, anything else its
 * bytes as they are, unpacked. Before the first block only.
 */
void vg_file_reader_as_payloads(struct vg_file_reader *reader);

/* What the block that came last is, until the next call. A file that is no capture is one stream; so is each member of
 * an archive. */
const struct vg_file_block *vg_file_reader_block(struct vg_file_reader *reader);

/* A pipe, a device, a socket: whoever writes it may write more. */
bool vg_file_reader_is_live(const struct vg_file_reader *reader);

void vg_file_reader_close(struct vg_file_reader *reader);

#endif
