#include "service/saver.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/thread.h"
#include "journal/frame.h"

/* The journal's tail since the last save is what the next start reads: some 64 MiB, a few seconds. */
#define SAVE_BYTES  (UINT64_C(64) << 20)
#define SAVE_US     (10 * VG_MINUTE_US)
#define FIRST_US    VG_MINUTE_US
#define CHILD_US    (5 * VG_MINUTE_US) /* then it hangs */
#define DESCRIPTORS 3                  /* standard ones are kept, and what is opened later */

void vg_saver_init(struct vg_saver *s, const struct vg_io *io, const char *path, int64_t now_us)
{
    *s = (struct vg_saver){.io = io, .saved_us = VG_TIME_NONE, .tried_us = now_us - SAVE_US + FIRST_US};
    vg_io_path(s->path, "%s", path);
    vg_io_path(s->made, "%s.tmp", path);
}

bool vg_saver_is_due(const struct vg_saver *s, int64_t now_us, uint64_t unsaved_bytes)
{
    if (s->child || s->written || !unsaved_bytes)
        return false;
    if (s->hurried)
        return true;
    if (now_us - s->tried_us < FIRST_US / 4)
        return false;
    return unsaved_bytes >= SAVE_BYTES || now_us - s->tried_us >= SAVE_US;
}

/*
 * In the child: nothing of the parent's may be touched. Its sockets and the journal's lock must not outlive it, its
 * signals are not ours to catch, and if it dies we do.
 */
static void write_and_exit(const struct vg_saver *s, const struct vg_saved *saved, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    signal(SIGINT, SIG_IGN); /* from a terminal it goes to all: the parent decides */
    signal(SIGTERM, SIG_DFL);
    vg_thread_release_signals(&none);
    close_range(DESCRIPTORS, ~0u, 0);
    if (setpriority(PRIO_PROCESS, 0, 10)) {
        /* it is written at the same clock then */
    }
    _exit(vg_saved_write(s->io, s->made, saved) ? 1 : 0);
}

bool vg_saver_begin(struct vg_saver *s, int64_t now_us, const struct vg_saved *saved)
{
    pid_t parent = getpid(), child = fork();
    s->tried_us = s->began_us = now_us;
    s->hurried = s->hurried && child < 0;
    if (child < 0) {
        s->failures++;
        return false;
    }
    if (child == 0)
        write_and_exit(s, saved, parent);
    s->child = child;
    s->journal_offset = saved->journal_offset;
    return true;
}

static enum vg_saver_event failed(struct vg_saver *s, const char *error)
{
    s->failures++;
    s->error = error;
    s->written = false;
    s->io->unlink(s->io->arg, s->made);
    return VG_SAVER_FAILED;
}

static enum vg_saver_event name_it(struct vg_saver *s)
{
    if (s->io->rename(s->io->arg, s->made, s->path) < 0 || vg_io_sync_parent(s->io, s->path) < 0)
        return failed(s, "it can't be renamed");
    s->written = false;
    s->saves++;
    s->saved_us = vg_clock_wall_us();
    return VG_SAVER_SAVED;
}

enum vg_saver_event vg_saver_second(struct vg_saver *s, int64_t now_us, uint64_t synced_frames)
{
    int status;
    if (s->child) {
        pid_t ended = waitpid(s->child, &status, WNOHANG);
        if (ended == 0 && now_us - s->began_us > CHILD_US)
            kill(s->child, SIGKILL); /* it ends at the next look */
        if (ended == 0)
            return VG_SAVER_NOTHING;
        s->child = 0;
        if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
            return failed(s, "the disk is full or fails, or memory ran out");
        s->written = true;
    }
    if (s->written && (!s->journal_offset || vg_journal_offset_frame(s->journal_offset - 1) < synced_frames))
        return name_it(s);
    return VG_SAVER_NOTHING;
}

const char *vg_saver_error(const struct vg_saver *s)
{
    return s->error;
}

void vg_saver_abandon(struct vg_saver *s)
{
    if (s->child) {
        kill(s->child, SIGKILL);
        waitpid(s->child, NULL, 0);
    }
    if (s->child || s->written)
        s->io->unlink(s->io->arg, s->made);
    s->child = 0;
    s->written = false;
}

/* A file system whose writing ends at a time: the caller can't wait longer. */
struct hurry {
    const struct vg_io *io;
    int64_t until_us;
    bool over;
};

static int hurry_open(void *arg, const char *path, int flags, unsigned mode)
{
    const struct hurry *h = arg;
    return h->io->open(h->io->arg, path, flags, mode);
}

static int hurry_close(void *arg, int fd)
{
    const struct hurry *h = arg;
    return h->io->close(h->io->arg, fd);
}

static ssize_t hurry_pwrite(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    struct hurry *h = arg;
    h->over = h->over || vg_clock_monotonic_us() >= h->until_us;
    return h->over ? -ECANCELED : h->io->pwrite(h->io->arg, fd, buf, len, at);
}

static int hurry_sync(void *arg, int fd)
{
    struct hurry *h = arg;
    h->over = h->over || vg_clock_monotonic_us() >= h->until_us;
    return h->over ? -ECANCELED : h->io->sync(h->io->arg, fd);
}

static void *hurry_alloc(void *arg, size_t size)
{
    const struct hurry *h = arg;
    return h->io->alloc(h->io->arg, size);
}

enum vg_err vg_saver_by(struct vg_saver *s, const struct vg_saved *saved, int64_t until_us)
{
    struct hurry hurry = {.io = s->io, .until_us = until_us};
    const struct vg_io io = {.arg = &hurry,
                             .open = hurry_open,
                             .close = hurry_close,
                             .pwrite = hurry_pwrite,
                             .sync = hurry_sync,
                             .alloc = hurry_alloc};
    enum vg_err err = vg_saved_write(&io, s->made, saved);
    if (!err && name_it(s) == VG_SAVER_FAILED)
        err = VG_IO;
    if (err)
        s->io->unlink(s->io->arg, s->made);
    return err && hurry.over ? VG_EOF : err;
}
