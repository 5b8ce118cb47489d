#include "ingest/first_frame.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "intake/clock.h"
#include "journal/segment.h"

#define ASIDE "journal.aside-"

static void raise_to(uint64_t *first, uint64_t number)
{
    if (number < VG_FRAME_NUMBER_END / 2 && number > *first) /* greater ones are nobody's: a damaged name */
        *first = number;
}

/* The frame behind the one where an offset stands. */
static uint64_t behind(uint64_t journal_offset)
{
    return journal_offset ? vg_journal_offset_frame(journal_offset) + 1 : 0;
}

/* Behind the last frame that its last segment can have: it is damaged, so nothing in it is counted. */
static enum vg_err look_aside(const char *dir, uint64_t *first)
{
    uint64_t *firsts;
    size_t count, strange;
    enum vg_err err = vg_segments_list(vg_io_posix(), dir, &firsts, &count, &strange);
    if (err) /* no journal, or none that can be read */
        return err == VG_NOMEM ? err : VG_OK;
    if (count)
        raise_to(first, firsts[count - 1] + VG_SEGMENT_FRAMES);
    free(firsts);
    return VG_OK;
}

static enum vg_err look_beside(const char *dir, uint64_t *first)
{
    char path[VG_IO_PATH];
    enum vg_err err = VG_OK;
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT ? VG_OK : VG_IO;
    for (const struct dirent *e; !err && (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, ASIDE, strlen(ASIDE)) != 0)
            continue;
        err = vg_io_path(path, "%s/%s", dir, e->d_name) ? look_aside(path, first) : VG_LIMIT;
    }
    closedir(d);
    return err;
}

enum vg_err vg_first_frame(const char *dir, uint64_t *ret_first)
{
    char path[VG_IO_PATH];
    struct vg_clock_turns turns;
    uint64_t mark = 0, first = 0;
    if (!vg_io_path(path, "%s/archive", dir))
        return VG_LIMIT;
    enum vg_err err = vg_store_mark(path, &mark);
    if (err && err != VG_NOMEM) /* behind the rows that can be read, then: others lead nowhere */
        err = vg_store_last_place(path, &mark);
    if (!err)
        err = look_beside(dir, &first);
    if (err)
        return err;
    raise_to(&first, behind(mark));
    if (vg_clock_turns_load(dir, &turns) == VG_OK && turns.count) /* else: told where the clock is taken up */
        raise_to(&first, behind(turns.turn[turns.count - 1].from));
    *ret_first = (first + VG_FIRST_FRAME_STEP - 1) / VG_FIRST_FRAME_STEP * VG_FIRST_FRAME_STEP;
    return VG_OK;
}

void vg_time_in_name(int64_t time_us, char ret_text[static VG_TIME_TEXT])
{
    vg_time_text(time_us / VG_SECOND_US * VG_SECOND_US, ret_text);
    for (char *c = ret_text; *c; c++)
        if (*c == ':')
            *c = '-';
}

enum vg_err vg_set_journal_aside(const char *dir, int64_t now_us, char ret_path[static VG_IO_PATH])
{
    char path[VG_IO_PATH], time[VG_TIME_TEXT];
    vg_time_in_name(now_us, time);
    if (!vg_io_path(path, "%s/journal", dir) || !vg_io_path(ret_path, "%s/" ASIDE "%s", dir, time))
        return VG_LIMIT;
    return rename(path, ret_path) ? VG_IO : VG_OK;
}
