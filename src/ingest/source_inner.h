/* A recording on its way in, from inside: its bytes (source_bytes.c), what it is (source_learn.c), whether it was here
 * before (source_known.c). */
#ifndef VG_INGEST_SOURCE_INNER_H
#define VG_INGEST_SOURCE_INNER_H

#include "ingest/parquet_rows.h"
#include "ingest/source.h"

#define HEAD_LINES (64 << 10) /* looked at to find out what the file is */
_Static_assert(HEAD_LINES == VG_FILE_CHUNK_BYTES, "a chunk empties the head, and what a chunk leaves fits into it");

struct vg_ingest_source {
    struct vg_file_reader **reader; /* the plan's, or … */
    struct vg_file_reader *own;     /* … this one */
    bool parquet;
    struct vg_parquet_rows *rows; /* instead, of a Parquet file */
    uint64_t member;
    const atomic_bool *stop;
    struct vg_ledger *ledger;
    uint32_t job;
    struct vg_ledger_file file;
    struct sha256_ctx sum;
    uint64_t hashed;  /* bytes that it is of, while the file is looked up … */
    char last_hashed; /* … the last one */
    uint64_t offset;  /* of the content: handed on so far */
    bool begun, ended;
    const char *block; /* what is left of the reader's block */
    size_t block_len;
    bool no_more;         /* the reader is at its end … */
    bool interrupted;     /* … because it is to stop, not because the file is */
    bool cr_ends;         /* the table's lines end with CR alone */
    size_t head_len;      /* bytes read ahead, from head_at on */
    enum vg_err head_err; /* why the head ends where it does, if not at the end */
    size_t head_at;
    char *header, *layout;
    struct vg_line_clock clock;
    char why[768];
    char head[HEAD_LINES];
};

/* The file, or its member, from its beginning. Its head isn't read yet. */
enum vg_err source_open_reader(struct vg_ingest_source *source, const char *path, const char **ret_why);
enum vg_err source_read_head(struct vg_ingest_source *source, const char **ret_why);

/* The reader's next block into `block`; VG_EOF: no more, or to stop. */
enum vg_err source_next_block(struct vg_ingest_source *source, const char **ret_why);

/* Up to `cap` bytes, fewer only at the end; from the head first. */
enum vg_err source_read_bytes(struct vg_ingest_source *source, char *to, size_t cap, size_t *ret_len,
                              const char **ret_why);
/* Behind the *len bytes that are there; past the head. */
enum vg_err source_take_blocks(struct vg_ingest_source *source, char *to, size_t cap, size_t *len,
                               const char **ret_why);

/* How many of the last bytes of a file that may still grow are a line that is cut; 0: none. */
size_t source_unfinished(const struct vg_ingest_source *source, const char *bytes, size_t len);

/* Finds out from the head what it is, and how it is dated. VG_UNSUPPORTED, VG_SYNTAX (*ret_why), VG_NOMEM. */
enum vg_err source_learn(struct vg_ingest_source *source, const struct vg_ingest_source_plan *plan,
                         const char **ret_why);

/* Finds it in the ledger. VG_EXISTS: all of it was taken; else the reader stands where it goes on. */
enum vg_err source_look_up(struct vg_ingest_source *source, const struct vg_ingest_source_plan *plan,
                           const char **ret_why);

#endif
