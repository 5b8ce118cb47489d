/* Any bytes as a file, whatever it is packed in: all of it, then member by member; and its lines' times. The output of
 * one input is cut off at 16 MiB: a small file can hold much. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/time.h"
#include "feed/file_reader.h"
#include "nmea/line_time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_times(const char *bytes, size_t len)
{
    for (size_t begin = 0, i = 0; i <= len && i < 4096; i++)
        if (i == len || bytes[i] == '\n') {
            int64_t time_us = VG_TIME_NONE;
            if (vg_line_time_read(bytes + begin, i - begin, &time_us) == VG_LINE_TIMED && time_us < 0)
                abort();
            begin = i + 1;
        }
}

static size_t total;

/* Blocks until the end or an error. */
static enum vg_err read_blocks(struct vg_file_reader *reader, const char **ret_why)
{
    const void *bytes;
    size_t len;
    enum vg_err err = VG_OK;
    while (total < 16 << 20 && !(err = vg_file_reader_next(reader, &bytes, &len, ret_why))) {
        if (len == 0 || vg_file_reader_progress(reader) < 0 || vg_file_reader_progress(reader) > 1)
            abort();
        read_times(bytes, len);
        total += len;
    }
    if (err && err != VG_EOF && !*ret_why)
        abort();
    return err;
}

static void read_members(struct vg_file_reader *reader)
{
    struct vg_file_member member;
    const char *why = NULL;
    enum vg_err err;
    uint64_t last = 0;
    while (total < 16 << 20 && !(err = vg_file_reader_next_member(reader, &member, &why))) {
        if (member.name && (!member.name[0] || member.number <= last))
            abort();
        last = member.number;
        read_blocks(reader, &why);
        why = NULL;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (int singly = 0; singly < 2; singly++) {
        struct vg_file_reader *reader;
        const char *why = NULL;
        if (vg_file_reader_open(path, &reader, &why))
            abort();
        total = 0;
        if (singly)
            read_members(reader);
        else
            read_blocks(reader, &why);
        vg_file_reader_note(reader);
        vg_file_reader_close(reader);
    }
    close(fd);
    return 0;
}
