/*
 * What a file is, told by its first bytes, never by its name. One table names every form that is read, unpacked or
 * refused. Pure; any thread.
 */
#ifndef VG_FEED_FILE_KIND_H
#define VG_FEED_FILE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#define VG_FILE_HEAD 512 /* bytes that tell every kind: a tar header */

enum vg_file_form {
    VG_FORM_UNSETTLED, /* more bytes are needed */
    VG_FORM_TEXT,      /* lines, or bytes of no known kind */
    VG_FORM_GZIP,
    VG_FORM_ZSTD,
    VG_FORM_BZIP2,
    VG_FORM_XZ,
    VG_FORM_ZIP,
    VG_FORM_TAR,
    VG_FORM_7Z,
    VG_FORM_CAPTURE, /* pcap, pcapng */
    VG_FORM_UTF16_LE,
    VG_FORM_UTF16_BE,
    VG_FORM_UTF8_MARKED, /* a byte order mark of UTF-8 before a log (a table's is its reader's) */
    VG_FORM_REFUSED,     /* known, and no recording */
};

struct vg_file_kind {
    enum vg_file_form form;
    const char *name; /* "a zip archive", "a JPEG picture: …"; constant, NULL for text */
};

/*
 * Looks at the first bytes. `whole`: there are no more, or at least VG_FILE_HEAD of them; the answer is then never
 * UNSETTLED. Without it a line that arrives byte by byte is text as soon as no kind of file begins so.
 */
struct vg_file_kind vg_file_kind_of(const void *head, size_t len, bool whole);

/* True if bytes are mostly neither ASCII nor UTF-8, and no sentence stands between them. */
bool vg_file_is_binary(const void *bytes, size_t len);

#endif
