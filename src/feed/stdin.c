/*
 * Standard input: a pipe, a terminal, a file, a socket or /dev/null; live bytes, unpacked if they are compressed.
 *
 * What can be polled is polled. Reading in the thread pool was rejected: a read that waits for a silent pipe can't be
 * cancelled, and would keep the program from ending. O_NONBLOCK belongs to the open file, which we share with the
 * shell and perhaps with our own standard output: so a pipe or terminal is opened anew, and where that can't be done
 * the flag is put back when we close.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed/adapter.h"

struct stdin_feed {
    struct vg_feed feed;
    struct vg_file_reader *reader;
    uv_idle_t turn; /* there may be more to read now */
    uv_poll_t poll; /* waits until there is */
    bool pollable;
    bool begun;
    int flags; /* to put back; −1: nothing to put back */
};

static void on_turn(uv_idle_t *idle);

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct stdin_feed *f = poll->data;
    (void)status; /* whatever happened, reading will say what */
    (void)events;
    uv_poll_stop(poll);
    uv_idle_start(&f->turn, on_turn);
}

static void finish(struct stdin_feed *f, enum vg_err err, const char *why)
{
    uv_idle_stop(&f->turn);
    vg_feed_unwatch(&f->feed);
    if (f->begun && !vg_feed_hand(&f->feed, (struct vg_feed_bytes){.received_us = VG_TIME_NONE, .ends = true}))
        return;
    vg_feed_become(&f->feed, VG_FEED_ENDED, err == VG_EOF ? NULL : why);
}

/* One block; the loop sees to the others before the next. */
static void on_turn(uv_idle_t *idle)
{
    struct stdin_feed *f = idle->data;
    const void *at;
    size_t len;
    bool wait;
    const char *why = NULL;
    enum vg_err err = vg_file_reader_step(f->reader, &at, &len, &wait, &why);
    if (err) {
        finish(f, err, why);
        return;
    }
    f->feed.status.progress = vg_file_reader_progress(f->reader);
    if (len > 0) {
        bool begins = !f->begun;
        f->begun = true;
        struct vg_feed_bytes bytes = {.at = at, .len = len, .received_us = VG_TIME_NONE, .begins = begins};
        if (f->feed.spec.language != VG_FEED_LANGUAGE_NMEA)
            vg_feed_as_block(&bytes, vg_file_reader_block(f->reader));
        if (!vg_feed_hand(&f->feed, bytes))
            return;
    }
    if (wait && f->pollable) {
        uv_idle_stop(&f->turn);
        uv_poll_start(&f->poll, UV_READABLE | UV_DISCONNECT, on_readable);
    }
}

/* A descriptor of our own for what standard input is. */
static int own_descriptor(const struct stat *st)
{
    if (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode)) {
        int fd = open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (fd >= 0)
            return fd;
    }
    return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3); /* a file: with the offset where others left it */
}

static enum vg_err open_stdin(struct vg_feed *feed, const char **ret_why)
{
    struct stdin_feed *f = (struct stdin_feed *)feed;
    struct stat st;
    f->flags = -1;
    int fd = fstat(STDIN_FILENO, &st) ? -1 : own_descriptor(&st);
    if (fd < 0) {
        *ret_why = vg_feed_why("standard input: %s", vg_feed_errno_text(errno));
        return VG_IO;
    }
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    const char *why;
    enum vg_err err = vg_file_reader_adopt(fd, &f->reader, &why);
    if (err) {
        *ret_why = vg_feed_why("standard input: %s", why);
        return err;
    }
    if (feed->spec.language != VG_FEED_LANGUAGE_NMEA)
        vg_file_reader_as_payloads(f->reader);
    /* Files and /dev/null can't be polled, and needn't be. This sets O_NONBLOCK. */
    f->pollable = uv_poll_init(feed->loop, &f->poll, fd) == 0;
    if (f->pollable) {
        vg_feed_own(feed, (uv_handle_t *)&f->poll);
        if (flags >= 0 && !(flags & O_NONBLOCK))
            f->flags = flags;
    }
    uv_idle_init(feed->loop, &f->turn);
    vg_feed_own(feed, (uv_handle_t *)&f->turn);
    uv_idle_start(&f->turn, on_turn); /* at once: a named pipe whose writer has left would never be readable */
    return VG_OK;
}

static void close_stdin(struct vg_feed *feed)
{
    struct stdin_feed *f = (struct stdin_feed *)feed;
    if (f->pollable)
        vg_feed_drop(feed, (uv_handle_t *)&f->poll);
    if (f->turn.data)
        vg_feed_drop(feed, (uv_handle_t *)&f->turn);
    if (f->flags >= 0)
        fcntl(STDIN_FILENO, F_SETFL, f->flags);
}

static void release_stdin(struct vg_feed *feed)
{
    vg_file_reader_close(((struct stdin_feed *)feed)->reader);
}

const struct vg_feed_adapter vg_feed_stdin = {.size = sizeof(struct stdin_feed),
                                              .awaits = true,
                                              .open = open_stdin,
                                              .close = close_stdin,
                                              .release = release_stdin};
