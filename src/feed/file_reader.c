/* Layers upon layers: a descriptor's bytes, gzip or zstd (packed.c); an archive's members (container.c); text
 * (layers.c). A file that is text from its beginning, or gzip or zstd of such, goes straight through. */
#include "feed/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "feed/adapter.h"
#include "feed/layers.h"
#include "feed/packed.h"

enum state {
    OPENING,  /* what the file is has to be found out */
    STRAIGHT, /* blocks of the packed layer, after what the peek holds */
    LAYERED,  /* text comes out of `whole` */
    MEMBERS,  /* and here out of `inside`, of one member behind the other */
};

struct vg_file_reader {
    struct vg_packed *packed;
    enum state state;
    bool singly;  /* members are taken by vg_file_reader_next_member() */
    bool is_open; /* a member, or a file that is its own one */
    bool ended;   /* the last member was */
    bool unended_line;
    bool payloads;
    bool fresh;                 /* the next block is the first one of a file or member */
    struct vg_file_block block; /* of bytes that are in no capture */
    struct vg_layers whole, inside;
    struct vg_container *container;
    struct vg_member member;
    uint64_t troubles; /* members that could not be read */
    enum vg_err err;   /* at the end of all members */
    char why[1024];
    char note[256];
    struct vg_capture_counts noted; /* of captures that are closed */
};

/* ---- opening ---- */

static enum vg_err next_packed(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    return vg_packed_next(arg, ret_bytes, ret_len, ret_why);
}

static int64_t seek_packed(void *arg, int64_t offset, int whence)
{
    return vg_packed_seek(arg, offset, whence);
}

enum vg_err vg_file_reader_adopt(int fd, struct vg_file_reader **ret_reader, const char **ret_why)
{
    struct vg_file_reader *reader = malloc(sizeof *reader);
    if (!reader) {
        close(fd);
        *ret_why = vg_err_text(VG_NOMEM);
        return VG_NOMEM;
    }
    memset(reader, 0, sizeof *reader);
    enum vg_err err = vg_packed_adopt(fd, &reader->packed, ret_why);
    if (err) {
        free(reader);
        return err;
    }
    reader->whole.bytes.under = (struct vg_byte_stream){.next = next_packed, .arg = reader->packed};
    *ret_reader = reader;
    return VG_OK;
}

enum vg_err vg_file_reader_open(const char *path, struct vg_file_reader **ret_reader, const char **ret_why)
{
    bool input = strcmp(path, "-") == 0;
    int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        int error = errno;
        *ret_why = vg_feed_why("%s: %s", input ? "standard input" : path, vg_feed_errno_text(error));
        return error == ENOENT ? VG_NOT_FOUND : VG_IO;
    }
    const char *why;
    enum vg_err err = vg_file_reader_adopt(fd, ret_reader, &why);
    if (err)
        *ret_why = vg_feed_why("%s: %s", input ? "standard input" : path, why);
    return err;
}

void vg_file_reader_close(struct vg_file_reader *reader)
{
    static const struct vg_byte_stream none;
    if (!reader)
        return;
    vg_layers_reset(&reader->inside, &none);
    vg_container_close(reader->container);
    vg_layers_reset(&reader->whole, &none);
    vg_packed_close(reader->packed);
    free(reader);
}

double vg_file_reader_progress(const struct vg_file_reader *reader)
{
    return vg_packed_progress(reader->packed);
}

bool vg_file_reader_is_live(const struct vg_file_reader *reader)
{
    return vg_packed_is_live(reader->packed);
}

void vg_file_reader_as_payloads(struct vg_file_reader *reader)
{
    reader->payloads = reader->whole.payloads = reader->inside.payloads = reader->fresh = true;
}

const struct vg_file_block *vg_file_reader_block(struct vg_file_reader *reader)
{
    const struct vg_layers *l = reader->state == MEMBERS ? &reader->inside : &reader->whole;
    if (l->capture && vg_capture_block(l->capture))
        return vg_capture_block(l->capture);
    reader->block = (struct vg_file_block){.fresh = reader->fresh, .time_us = VG_TIME_NONE};
    reader->fresh = false;
    return &reader->block;
}

void vg_file_reader_stop_by(struct vg_file_reader *reader, const atomic_bool *stop)
{
    vg_packed_stop_by(reader->packed, stop);
}

/* ---- what it is ---- */

static void fail(struct vg_file_reader *reader, enum vg_err err, const char *why)
{
    reader->whole.err = err;
    snprintf(reader->whole.why, sizeof reader->whole.why, "%s", why);
}

static void open_archive(struct vg_file_reader *reader, enum vg_file_form form, struct vg_byte_stream *bytes)
{
    const char *why;
    struct vg_byte_stream file = {.next = next_packed, .seek = seek_packed, .arg = reader->packed};
    bool straight = !reader->whole.unpacked && vg_packed_seek(reader->packed, 0, SEEK_SET) == 0;
    enum vg_err err = vg_container_open(straight ? &file : bytes, form, &reader->container, &why);
    if (err)
        fail(reader, err, why);
    else
        reader->state = MEMBERS;
}

/* The first bytes in the peek tell enough. `waits`: the caller may not be made to wait for
 * more. */
static void settle(struct vg_file_reader *reader, const struct vg_file_kind *kind, bool waits)
{
    bool live = vg_packed_is_live(reader->packed);
    enum vg_file_form form;
    struct vg_byte_stream bytes;
    if (kind->form == VG_FORM_TEXT && live && !reader->singly) {
        reader->state = STRAIGHT;
        return;
    }
    reader->state = LAYERED;
    if (live && waits && kind->name && kind->form != VG_FORM_REFUSED) {
        fail(reader, VG_UNSUPPORTED, vg_feed_why("this is %s, which can't be read as it arrives", kind->name));
        return;
    }
    if (vg_layers_open(&reader->whole, true, &form, &bytes))
        open_archive(reader, form, &bytes);
    else if (!reader->whole.err && (kind->form == VG_FORM_TEXT || kind->form == VG_FORM_UTF8_MARKED))
        reader->state = STRAIGHT;
}

/* Takes one block more to find out what the file is. VG_OK: perhaps it is settled now; else no block came. */
static enum vg_err look(struct vg_file_reader *reader, enum vg_err err, const void *bytes, size_t len, const char *why,
                        bool waits)
{
    struct vg_peek *peek = &reader->whole.bytes;
    if (err == VG_IO && !vg_packed_has_failed(reader->packed))
        return err; /* interrupted: it may be asked again */
    if (err) {
        peek->err = err;
        peek->why = why;
    } else if (len) {
        vg_peek_add(peek, bytes, len);
    }
    bool enough = vg_peek_is_full(peek) || vg_packed_is_live(reader->packed); /* a live line is not held back */
    struct vg_file_kind kind = vg_peek_kind(peek);
    if (enough && kind.form != VG_FORM_UNSETTLED)
        settle(reader, &kind, waits);
    return VG_OK;
}

static enum vg_err find_out(struct vg_file_reader *reader, const char **ret_why)
{
    enum vg_err err = VG_OK;
    while (reader->state == OPENING && !err) {
        const void *bytes = NULL;
        const char *why = NULL;
        size_t len = 0;
        err = vg_packed_next(reader->packed, &bytes, &len, &why);
        err = look(reader, err, bytes, len, why, false);
        if (err)
            *ret_why = why;
    }
    return err;
}

/* ---- members ---- */

static void add_counts(struct vg_capture_counts *to, const struct vg_capture *capture)
{
    static const struct vg_capture_counts none;
    const struct vg_capture_counts *c = capture ? vg_capture_counts(capture) : &none;
    to->packets += c->packets;
    to->other_packets += c->other_packets;
    to->lost_fragments += c->lost_fragments;
    to->gaps += c->gaps;
    to->lines += c->lines;
    to->other_lines += c->other_lines;
    to->cut_lines += c->cut_lines;
}

static void close_member(struct vg_file_reader *reader)
{
    struct vg_byte_stream bytes = vg_container_bytes(reader->container);
    if (reader->singly)
        memset(&reader->noted, 0, sizeof reader->noted);
    else
        add_counts(&reader->noted, reader->inside.capture);
    vg_layers_reset(&reader->inside, &bytes);
    reader->is_open = false;
}

/* What can't be read of it is told with its first bytes. */
static void open_member(struct vg_file_reader *reader)
{
    struct vg_layers *l = &reader->inside;
    enum vg_file_form form;
    struct vg_byte_stream bytes;
    reader->is_open = true;
    if (strcmp(reader->member.name, "[Content_Types].xml") == 0) {
        l->err = VG_UNSUPPORTED;
        snprintf(l->why, sizeof l->why, "an Excel workbook or Office document: save it as CSV");
    } else if (reader->member.encrypted) {
        l->err = VG_UNSUPPORTED;
        snprintf(l->why, sizeof l->why, "it is encrypted: unpack the archive first");
    } else {
        vg_peek_fill(&l->bytes);
        if (vg_layers_open(l, true, &form, &bytes)) {
            l->err = VG_UNSUPPORTED;
            snprintf(l->why, sizeof l->why, "an archive inside an archive: unpack it first");
        }
    }
}

static enum vg_err next_member(struct vg_file_reader *reader, const char **ret_why)
{
    close_member(reader);
    enum vg_err err = vg_container_next_member(reader->container, &reader->member, ret_why);
    if (!err)
        open_member(reader);
    return err;
}

/* ---- members one behind the other ---- */

static void note_trouble(struct vg_file_reader *reader, enum vg_err err, const char *why)
{
    if (reader->troubles++ == 0) {
        reader->err = err;
        snprintf(reader->why, sizeof reader->why, "%s: %s", reader->member.name, why);
    }
}

static enum vg_err end_members(struct vg_file_reader *reader, enum vg_err err, const char *why)
{
    size_t len = strlen(reader->why);
    if (err != VG_EOF && reader->troubles == 0) {
        reader->err = err;
        snprintf(reader->why, sizeof reader->why, "%s", why);
    } else if (reader->member.number == 0 && err == VG_EOF) {
        reader->err = VG_UNSUPPORTED;
        snprintf(reader->why, sizeof reader->why, "the archive holds no files");
    } else if (reader->troubles == 0) {
        reader->err = VG_EOF;
    } else if (err != VG_EOF && len < sizeof reader->why) {
        snprintf(reader->why + len, sizeof reader->why - len, "; then %s", why);
    } else if (reader->troubles > 1 && len < sizeof reader->why) {
        unsigned long long more = reader->troubles - 1;
        snprintf(reader->why + len, sizeof reader->why - len, " (and %llu more member%s)", more, more == 1 ? "" : "s");
    }
    reader->ended = true;
    return reader->err;
}

static enum vg_err next_of_all(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                               const char **ret_why)
{
    *ret_why = reader->why;
    while (!reader->ended) {
        const char *why = NULL;
        enum vg_err err = VG_OK;
        if (!reader->is_open && (err = next_member(reader, &why)))
            return end_members(reader, err, why);
        err = vg_layers_next(&reader->inside, ret_bytes, ret_len, &why);
        if (!err) {
            reader->unended_line = ((const char *)*ret_bytes)[*ret_len - 1] != '\n';
            return VG_OK;
        }
        if (err != VG_EOF)
            note_trouble(reader, err, why);
        reader->is_open = false;
        reader->fresh = true;
        if (reader->unended_line && !reader->payloads) { /* no sentence spans two members */
            reader->unended_line = false;
            *ret_bytes = "\n";
            *ret_len = 1;
            return VG_OK;
        }
    }
    return reader->err;
}

/* ---- members as files of their own ---- */

enum vg_err vg_file_reader_next_member(struct vg_file_reader *reader, struct vg_file_member *ret_member,
                                       const char **ret_why)
{
    bool first = !reader->singly;
    reader->singly = true;
    enum vg_err err = find_out(reader, ret_why);
    if (err)
        return err;
    if (reader->state != MEMBERS && !first)
        return VG_EOF;
    if (reader->state != MEMBERS) {
        *ret_member = (struct vg_file_member){.changed_us = VG_TIME_NONE};
        return VG_OK;
    }
    err = next_member(reader, ret_why);
    if (err == VG_EOF && reader->member.number == 0) {
        *ret_why = "the archive holds no files";
        return VG_UNSUPPORTED;
    }
    if (!err)
        *ret_member = (struct vg_file_member){reader->member.name, reader->member.changed_us, reader->member.number};
    return err;
}

enum vg_err vg_file_reader_go_to(struct vg_file_reader *reader, uint64_t number, const char **ret_why)
{
    struct vg_file_member member = {.number = 0};
    enum vg_err err = VG_OK;
    do
        err = vg_file_reader_next_member(reader, &member, ret_why);
    while (!err && member.number < number);
    if (err == VG_EOF || (!err && member.number != number)) {
        *ret_why = "the archive has changed";
        return VG_NOT_FOUND;
    }
    return err;
}

/* ---- blocks ---- */

static enum vg_err next_layered(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                                const char **ret_why)
{
    if (reader->state != MEMBERS)
        return vg_layers_next(&reader->whole, ret_bytes, ret_len, ret_why);
    return reader->singly ? vg_layers_next(&reader->inside, ret_bytes, ret_len, ret_why)
                          : next_of_all(reader, ret_bytes, ret_len, ret_why);
}

enum vg_err vg_file_reader_next(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                                const char **ret_why)
{
    enum vg_err err = find_out(reader, ret_why);
    if (err)
        return err;
    if (reader->state != STRAIGHT)
        return next_layered(reader, ret_bytes, ret_len, ret_why);
    if (vg_peek_take(&reader->whole.bytes, ret_bytes, ret_len))
        return VG_OK;
    return vg_packed_next(reader->packed, ret_bytes, ret_len, ret_why);
}

enum vg_err vg_file_reader_step(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len, bool *ret_wait,
                                const char **ret_why)
{
    bool wait = false;
    *ret_wait = false;
    if (reader->state == OPENING) {
        const void *bytes = NULL;
        const char *why = NULL;
        size_t len = 0;
        enum vg_err err = vg_packed_step(reader->packed, &bytes, &len, &wait, &why);
        look(reader, err, bytes, len, why, true);
        if (reader->state == OPENING) {
            *ret_len = 0;
            *ret_wait = wait;
            return VG_OK;
        }
    }
    if (reader->state != STRAIGHT)
        return next_layered(reader, ret_bytes, ret_len, ret_why);
    if (vg_peek_take(&reader->whole.bytes, ret_bytes, ret_len)) {
        *ret_wait = wait;
        return VG_OK;
    }
    return vg_packed_step(reader->packed, ret_bytes, ret_len, ret_wait, ret_why);
}

/* ---- notes ---- */

uint64_t vg_file_reader_passed_over(const struct vg_file_reader *reader)
{
    return reader->container ? vg_container_passed_over(reader->container) : 0;
}

const char *vg_file_reader_note(struct vg_file_reader *reader)
{
    struct vg_capture_counts c = reader->noted;
    add_counts(&c, reader->whole.capture);
    add_counts(&c, reader->inside.capture);
    if (!c.other_packets && !c.lost_fragments && !c.gaps && !c.other_lines && !c.cut_lines)
        return NULL;
    snprintf(
        reader->note, sizeof reader->note,
        "capture: packets %llu, of them neither UDP nor TCP %llu; lines without a sentence %llu; gaps in TCP %llu, "
        "lines cut %llu, IP fragments without the others %llu",
        (unsigned long long)c.packets, (unsigned long long)c.other_packets, (unsigned long long)c.other_lines,
        (unsigned long long)c.gaps, (unsigned long long)c.cut_lines, (unsigned long long)c.lost_fragments);
    return reader->note;
}
