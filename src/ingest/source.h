/*
 * A recording on its way in: opened, known again if it was taken before, cut into chunks of whole lines, its content
 * hashed on the way. Reads files; one thread for each.
 */
#ifndef VG_INGEST_SOURCE_H
#define VG_INGEST_SOURCE_H

#include <nettle/sha2.h>

#include "feed/file_reader.h"
#include "ingest/ledger.h"
#include "nmea/line_clock.h"
#include "sensor/table/layout.h"

#define VG_FILE_CHUNK_BYTES (64 << 10)
#define VG_INGEST_NAME      1024 /* bytes of an archive's name and its member's, with the terminator */

struct vg_file_chunk {
    uint32_t job;    /* number of the file in this run; an archive's members have the same one */
    uint64_t offset; /* of bytes[0] in the content */
    size_t len;
    bool first, last;     /* of what is taken of the file in this run; a file may end with an empty chunk */
    enum vg_err failed;   /* an empty chunk: the file can't be read (first: not even opened; VG_EXISTS: is there) */
    char why[512];        /* then; of a last chunk: what was passed over in the file, or "" */
    uint64_t passed_over; /* nonzero: nothing but that so many of an archive's members were passed over */
    char name[VG_INGEST_NAME];  /* of the member of an archive; "": it is none */
    double share;               /* of the file that was read, as it lies on the disk; below 0: not known */
    uint64_t waiting;           /* last: bytes of an unfinished last line, which are not taken; an archive's are */
    struct vg_line_clock clock; /* first: for sentences, with what the file's first lines say */
    struct vg_ledger_file file; /* .bytes, .sure, .sum: once this chunk is taken. .from of what was before */
    char bytes[VG_FILE_CHUNK_BYTES];
};

/* What is told of a file by the caller, and what opening it found. */
struct vg_ingest_source_plan {
    const char *path;   /* "-": standard input */
    const char *name;   /* in the journal and the archive */
    const char *layout; /* NULL: found by the header; else a known layout's name or the text of a layout file */
    int64_t time_us;    /* the file's date, for lines without a time */
    int64_t begun_us;   /* now: no time in it is believed that is more than a day later; 0: any is */
    struct vg_ledger_told told;
    bool again;                     /* take it though it was taken; its rows of then leave the archive */
    const atomic_bool *stop;        /* as vg_file_reader_stop_by() */
    struct vg_file_reader **reader; /* has a member open; put to its beginning by opening `path` anew. NULL: none yet */
    uint64_t member;                /* its number; 0: the file is no archive */
    const char *shown;              /* what sentences about it begin with; NULL: the path */
};

struct vg_ingest_source; /* opaque, 400 KiB */

/*
 * Opens a file and looks it up. A reader in the plan stays the caller's, who may go on to the next member. VG_EXISTS:
 * all of it was taken before, told the same. VG_UNSUPPORTED: nothing in it is known, a table of no known layout, or
 * times that nobody can read or date without being told. VG_SYNTAX: the layout's text is none. Else as
 * vg_file_reader_open(); *ret_why is one sentence, until the next call.
 */
enum vg_err vg_ingest_source_open(const struct vg_ingest_source_plan *plan, uint32_t job, struct vg_ledger *ledger,
                                  struct vg_ingest_source **ret_source, const char **ret_why);

/* The next chunk; VG_EOF behind the last one. Once *stop is true, what a pipe gave so far is a chunk that is not last.
 * What else vg_file_reader_next() says (*ret_why). */
enum vg_err vg_ingest_source_next(struct vg_ingest_source *source, struct vg_file_chunk *ret, const char **ret_why);

void vg_ingest_source_close(struct vg_ingest_source *source); /* NULL is fine */

/* The first bytes of a file are those of a table: its first row has several cells. */
bool vg_ingest_looks_like_table(const char *head, size_t len);

/*
 * The layout that a ledger's file names, with what is told of its times: their form, their zone, and the first day,
 * which may also stand in the file's name. VG_OK with *ret_table false: sentences.
 */
enum vg_err vg_ingest_source_layout(const struct vg_ledger_file *file, struct vg_layout *ret_layout, bool *ret_table,
                                    char *why, size_t size);

/* The latest time that is believed in a file that was taken at begun_us; 0: that isn't known. */
int64_t vg_ingest_source_latest(int64_t begun_us);

#endif
