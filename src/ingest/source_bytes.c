/* The bytes of a recording, from a file, a member of an archive, or a Parquet table as text. */
#include <string.h>

#include "ingest/source_inner.h"
#include "nmea/nmea.h"

enum vg_err source_next_block(struct vg_ingest_source *s, const char **ret_why)
{
    const void *bytes;
    enum vg_err err = s->rows ? vg_parquet_rows_next(s->rows, &bytes, &s->block_len, ret_why)
                              : vg_file_reader_next(*s->reader, &bytes, &s->block_len, ret_why);
    s->block = bytes;
    if (err)
        s->block_len = 0;
    if (err == VG_IO && s->stop && *s->stop) {
        s->interrupted = true; /* what came is taken */
        err = VG_EOF;
    }
    s->no_more = err == VG_EOF;
    return err;
}

/* CR alone ends the lines of old spreadsheets' tables: LF does so for all who read them. */
static void end_lines(char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] == '\r')
            p[i] = '\n';
}

/* Behind the *len bytes that are there, up to `cap`; fewer only at the end. */
enum vg_err source_take_blocks(struct vg_ingest_source *s, char *to, size_t cap, size_t *len, const char **ret_why)
{
    enum vg_err err = VG_OK;
    while (*len < cap && !s->no_more && !err) {
        if (!s->block_len)
            err = source_next_block(s, ret_why);
        size_t take = s->block_len < cap - *len ? s->block_len : cap - *len;
        if (take) { /* nothing after an error */
            memcpy(to + *len, s->block, take);
            if (s->cr_ends)
                end_lines(to + *len, take);
            s->block += take;
            s->block_len -= take;
            *len += take;
        }
    }
    return err == VG_EOF ? VG_OK : err;
}

enum vg_err source_read_bytes(struct vg_ingest_source *s, char *to, size_t cap, size_t *ret_len, const char **ret_why)
{
    size_t n = s->head_len - s->head_at < cap ? s->head_len - s->head_at : cap;
    memcpy(to, s->head + s->head_at, n);
    s->head_at += n;
    *ret_len = n;
    return source_take_blocks(s, to, cap, ret_len, ret_why);
}

enum vg_err source_read_head(struct vg_ingest_source *s, const char **ret_why)
{
    size_t n;
    enum vg_err err = source_read_bytes(s, s->head, HEAD_LINES, &n, ret_why);
    s->head_len = n;
    s->head_at = 0;
    s->cr_ends = n && !memchr(s->head, '\n', n) && memchr(s->head, '\r', n) && !vg_nmea_has_sentence(s->head, n);
    if (s->cr_ends)
        end_lines(s->head, n);
    s->head_err = err;
    return n ? VG_OK : err; /* what stands before the damage is taken; the error comes again */
}

/* The file, or its member, from its beginning. */
enum vg_err source_open_reader(struct vg_ingest_source *s, const char *path, const char **ret_why)
{
    vg_file_reader_close(*s->reader);
    *s->reader = NULL;
    vg_parquet_rows_close(s->rows);
    s->rows = NULL;
    s->block_len = s->head_len = s->head_at = 0;
    s->no_more = s->cr_ends = false;
    s->hashed = 0;
    sha256_init(&s->sum);
    if (s->parquet)
        return vg_parquet_rows_open(path, &s->rows, ret_why);
    enum vg_err err = vg_file_reader_open(path, s->reader, ret_why);
    if (err)
        return err;
    vg_file_reader_stop_by(*s->reader, s->stop);
    return vg_file_reader_go_to(*s->reader, s->member, ret_why);
}
