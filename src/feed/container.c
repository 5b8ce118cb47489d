#include "feed/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/time.h"
#include "feed/member_name.h"

#define WHY 512

struct vg_container {
    struct vg_byte_stream under;
    struct archive *archive;
    enum vg_file_form form;
    uint64_t entries, passed_over;
    bool opened;           /* libarchive knows the form: before that it can't be asked about encryption */
    int64_t offset;        /* in the member */
    bool wrong;            /* its bytes so far are not what its checksum says */
    enum vg_err under_err; /* of the bytes below: the cause, whatever libarchive says then */
    const char *under_why;
    enum vg_err err; /* the archive's: nothing more can be read */
    char why[WHY];
};

/* ---- bytes for libarchive ---- */

static la_ssize_t read_under(struct archive *archive, void *arg, const void **ret_bytes)
{
    struct vg_container *c = arg;
    size_t len;
    enum vg_err err = c->under.next(c->under.arg, ret_bytes, &len, &c->under_why);
    if (!err)
        return (la_ssize_t)len;
    if (err == VG_EOF)
        return 0;
    c->under_err = err;
    archive_set_error(archive, EIO, "the bytes below can't be read");
    return -1;
}

static la_int64_t seek_under(struct archive *archive, void *arg, la_int64_t offset, int whence)
{
    struct vg_container *c = arg;
    (void)archive;
    int64_t at = c->under.seek(c->under.arg, offset, whence);
    return at < 0 ? ARCHIVE_FATAL : at;
}

static la_int64_t skip_under(struct archive *archive, void *arg, la_int64_t bytes)
{
    struct vg_container *c = arg;
    (void)archive;
    int64_t before = c->under.seek(c->under.arg, 0, SEEK_CUR);
    int64_t end = before < 0 ? -1 : c->under.seek(c->under.arg, 0, SEEK_END);
    if (end < 0)
        return 0;
    int64_t to = bytes < end - before ? before + bytes : end; /* a cut archive is found by reading on */
    int64_t at = c->under.seek(c->under.arg, to, SEEK_SET);
    return at < 0 ? 0 : at - before;
}

/* ---- errors ---- */

static const char *form_name(enum vg_file_form form)
{
    switch (form) {
    case VG_FORM_ZIP:
        return "zip archive";
    case VG_FORM_TAR:
        return "tar archive";
    case VG_FORM_7Z:
        return "7z archive";
    case VG_FORM_GZIP:
        return "gzip data";
    case VG_FORM_ZSTD:
        return "zstd data";
    case VG_FORM_BZIP2:
        return "bzip2 data";
    default:
        return "xz data";
    }
}

/* What went wrong, as a sentence in c->why. */
static enum vg_err failed(struct vg_container *c, const char **ret_why)
{
    enum vg_err err = VG_CORRUPT;
    const char *text = archive_error_string(c->archive);
    text = text ? text : "no reason told";
    if (c->under_err) {
        err = c->under_err;
        snprintf(c->why, sizeof c->why, "%s", c->under_why ? c->under_why : vg_err_text(err));
    } else if (archive_errno(c->archive) == ENOMEM) {
        err = VG_NOMEM;
        snprintf(c->why, sizeof c->why, "%s", vg_err_text(err));
    } else if (c->opened && archive_read_has_encrypted_entries(c->archive) > 0) {
        err = VG_UNSUPPORTED;
        snprintf(c->why, sizeof c->why, "the %s is encrypted: unpack it first", form_name(c->form));
    } else {
        snprintf(c->why, sizeof c->why, "the %s is damaged or cut short (%.200s)", form_name(c->form), text);
    }
    *ret_why = c->why;
    return err;
}

static enum vg_err failed_for_good(struct vg_container *c, const char **ret_why)
{
    c->err = failed(c, ret_why);
    return c->err;
}

/* ---- opening ---- */

#define ZIP_END 22 /* bytes of the record at a zip's end, without the remark behind it (APPNOTE 4.3.16) */

/* Fills a buffer with what stands at the end of the bytes. */
static size_t read_tail(const struct vg_byte_stream *under, uint8_t *tail, size_t cap)
{
    size_t have = 0, len;
    const void *bytes;
    const char *why;
    int64_t end = under->seek(under->arg, 0, SEEK_END);
    int64_t from = end > (int64_t)cap ? end - (int64_t)cap : 0;
    if (end < 0 || under->seek(under->arg, from, SEEK_SET) != from)
        return 0;
    while (have < cap && !under->next(under->arg, &bytes, &len, &why)) {
        size_t n = len < cap - have ? len : cap - have;
        memcpy(tail + have, bytes, n);
        have += n;
    }
    return have;
}

/* Bytes of the zip's table of contents; −1: there is none to find. */
static int64_t zip_index_bytes(const struct vg_byte_stream *under)
{
    size_t cap = ZIP_END + UINT16_MAX;
    uint8_t *tail = malloc(cap);
    size_t have = tail ? read_tail(under, tail, cap) : 0;
    int64_t found = -1;
    for (size_t i = 0; i + ZIP_END <= have; i++)
        if (memcmp(tail + i, "PK\5\6", 4) == 0)
            found = (int64_t)vg_get_u32(tail + i + 12);
    free(tail);
    return found;
}

/* Bytes of the 7z's header, by the archive's beginning (7zFormat.txt, "SignatureHeader"). */
static uint64_t index_bytes_7z(const struct vg_byte_stream *under)
{
    const void *bytes;
    size_t len;
    const char *why;
    if (under->seek(under->arg, 0, SEEK_SET) != 0 || under->next(under->arg, &bytes, &len, &why) || len < 28)
        return 0; /* libarchive will tell */
    return vg_get_u64((const uint8_t *)bytes + 20);
}

/* Whether libarchive may read in any order. Rewinds. */
static enum vg_err allow_seeking(struct vg_container *c, bool *ret_seek, const char **ret_why)
{
    bool can = c->under.seek != NULL;
    *ret_seek = can;
    if (c->form == VG_FORM_7Z && !can) {
        *ret_why = "a 7z archive is read from a file only, not from a pipe or within another";
        return VG_UNSUPPORTED;
    }
    if (c->form == VG_FORM_7Z && index_bytes_7z(&c->under) > VG_CONTAINER_INDEX) {
        *ret_why = "the 7z archive's table of contents has more than 64 MiB";
        return VG_LIMIT;
    }
    if (c->form == VG_FORM_ZIP && can) {
        int64_t index = zip_index_bytes(&c->under);
        *ret_seek = index >= 0 && index <= VG_CONTAINER_INDEX; /* else from front to end, as from a pipe */
    }
    if (can && c->under.seek(c->under.arg, 0, SEEK_SET) != 0) {
        *ret_why = "the file can't be read from its beginning";
        return VG_IO;
    }
    return VG_OK;
}

static int ask_for(struct archive *a, enum vg_file_form form)
{
    switch (form) {
    case VG_FORM_ZIP:
        return archive_read_support_format_zip(a);
    case VG_FORM_TAR:
        return archive_read_support_format_tar(a);
    case VG_FORM_7Z:
        return archive_read_support_format_7zip(a);
    case VG_FORM_GZIP:
        return archive_read_support_filter_gzip(a);
    case VG_FORM_ZSTD:
        return archive_read_support_filter_zstd(a);
    case VG_FORM_BZIP2:
        return archive_read_support_filter_bzip2(a);
    default:
        return archive_read_support_filter_xz(a);
    }
}

/* ARCHIVE_WARN would mean that a program must do it. */
static enum vg_err set_up(struct vg_container *c, bool raw, const char **ret_why)
{
    int filter = c->form == VG_FORM_GZIP    ? ARCHIVE_FILTER_GZIP
                 : c->form == VG_FORM_ZSTD  ? ARCHIVE_FILTER_ZSTD
                 : c->form == VG_FORM_BZIP2 ? ARCHIVE_FILTER_BZIP2
                                            : ARCHIVE_FILTER_XZ;
    bool ok = ask_for(c->archive, c->form) == ARCHIVE_OK;
    if (ok && raw)
        ok = archive_read_append_filter(c->archive, filter) == ARCHIVE_OK && /* this one, once */
             archive_read_support_format_raw(c->archive) == ARCHIVE_OK &&
             archive_read_support_format_empty(c->archive) == ARCHIVE_OK;
    if (ok)
        return VG_OK;
    *ret_why = "libarchive was built without this form";
    return VG_UNSUPPORTED;
}

static enum vg_err open_form(const struct vg_byte_stream *under, enum vg_file_form form, bool raw,
                             struct vg_container **ret_container, const char **ret_why)
{
    struct vg_container *c = calloc(1, sizeof *c);
    bool seek = false;
    enum vg_err err = VG_NOMEM;
    *ret_why = vg_err_text(VG_NOMEM);
    if (!c || !(c->archive = archive_read_new()))
        goto fail;
    c->under = *under;
    c->form = form;
    err = set_up(c, raw, ret_why);
    if (!err && !raw)
        err = allow_seeking(c, &seek, ret_why);
    if (err)
        goto fail;
    if (seek)
        archive_read_set_seek_callback(c->archive, seek_under);
    int result = archive_read_open2(c->archive, c, NULL, read_under, seek ? skip_under : NULL, NULL);
    c->opened = result == ARCHIVE_OK;
    if (!c->opened || (raw && archive_errno(c->archive))) /* what is damaged from its beginning passes for empty */
        failed_for_good(c, ret_why);                      /* told with the first member */
    *ret_container = c;
    return VG_OK;
fail:
    vg_container_close(c);
    return err;
}

enum vg_err vg_container_open(const struct vg_byte_stream *under, enum vg_file_form form,
                              struct vg_container **ret_container, const char **ret_why)
{
    return open_form(under, form, false, ret_container, ret_why);
}

void vg_container_close(struct vg_container *c)
{
    if (!c)
        return;
    archive_read_free(c->archive);
    free(c);
}

/* ---- members ---- */

static enum vg_err next_entry(struct vg_container *c, struct archive_entry **ret_entry, const char **ret_why)
{
    int result;
    do
        result = archive_read_next_header(c->archive, ret_entry);
    while (result == ARCHIVE_RETRY);
    if (result == ARCHIVE_EOF && c->under_err)
        return failed_for_good(c, ret_why);
    if (result == ARCHIVE_EOF)
        return c->err = VG_EOF;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) /* WARN: a name in no known characters */
        return failed_for_good(c, ret_why);
    c->entries++;
    c->offset = 0;
    c->wrong = false;
    return VG_OK;
}

static void describe(const struct vg_container *c, struct archive_entry *entry, struct vg_member *ret)
{
    const char *name = archive_entry_pathname_utf8(entry);
    name = name ? name : archive_entry_pathname(entry);
    vg_member_name(name ? name : "", ret->name);
    if (!ret->name[0])
        snprintf(ret->name, sizeof ret->name, "member %llu", (unsigned long long)c->entries);
    ret->number = c->entries;
    ret->changed_us = VG_TIME_NONE;
    int64_t changed_s = archive_entry_mtime(entry);
    if (archive_entry_mtime_is_set(entry) && changed_s > 0 && changed_s < INT64_MAX / VG_SECOND_US)
        ret->changed_us = changed_s * VG_SECOND_US + archive_entry_mtime_nsec(entry) / 1000;
    ret->encrypted = archive_entry_is_encrypted(entry);
}

static bool is_passed_over(struct archive_entry *entry, const struct vg_member *member)
{
    return archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
           (archive_entry_size_is_set(entry) && archive_entry_size(entry) == 0) ||
           vg_member_name_is_hidden(member->name);
}

enum vg_err vg_container_next_member(struct vg_container *c, struct vg_member *ret_member, const char **ret_why)
{
    *ret_why = c->why;
    while (!c->err) {
        struct archive_entry *entry;
        struct vg_member member;
        if (c->entries == VG_CONTAINER_MEMBERS) {
            snprintf(c->why, sizeof c->why, "more than %d members: the others were not read", VG_CONTAINER_MEMBERS);
            return c->err = VG_LIMIT;
        }
        if (next_entry(c, &entry, ret_why))
            break;
        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        describe(c, entry, &member);
        if (!is_passed_over(entry, &member)) {
            *ret_member = member;
            return VG_OK;
        }
        c->passed_over++;
    }
    return c->err;
}

static enum vg_err next_bytes(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct vg_container *c = arg;
    *ret_why = c->why;
    while (!c->err) {
        la_int64_t offset = 0;
        if (c->wrong)
            return VG_CORRUPT;
        int result = archive_read_data_block(c->archive, ret_bytes, ret_len, &offset);
        if (result == ARCHIVE_EOF)
            return VG_EOF;
        if (result == ARCHIVE_FATAL)
            return failed_for_good(c, ret_why);
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return failed(c, ret_why);
        c->wrong = result == ARCHIVE_WARN; /* told behind these bytes */
        if (c->wrong)
            failed(c, ret_why);
        if (*ret_len == 0)
            continue;
        if (offset != c->offset) {
            snprintf(c->why, sizeof c->why, "it has holes (a sparse file): unpack the archive first");
            return VG_UNSUPPORTED; /* filling them would be work without bound */
        }
        c->offset += (int64_t)*ret_len;
        return VG_OK;
    }
    return c->err;
}

struct vg_byte_stream vg_container_bytes(struct vg_container *c)
{
    return (struct vg_byte_stream){.next = next_bytes, .arg = c};
}

uint64_t vg_container_passed_over(const struct vg_container *c)
{
    return c->passed_over;
}

enum vg_err vg_container_unpack(const struct vg_byte_stream *under, enum vg_file_form form,
                                struct vg_container **ret_container, const char **ret_why)
{
    struct archive_entry *entry;
    enum vg_err err = open_form(under, form, true, ret_container, ret_why);
    if (!err && !(*ret_container)->err)
        next_entry(*ret_container, &entry, ret_why); /* an error comes with the first bytes */
    return err;
}
