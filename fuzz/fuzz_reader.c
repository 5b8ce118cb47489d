/* Any bytes as a file, and its lines' times. The output of one input is cut off at 64 MiB: a small file can hold much.
 */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct vg_file_reader *reader;
    const char *why = NULL;
    const void *bytes;
    size_t len, total = 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (vg_file_reader_open(path, &reader, &why))
        abort();
    enum vg_err err = VG_OK;
    while (total < 64 << 20 && !(err = vg_file_reader_next(reader, &bytes, &len, &why))) {
        if (len == 0 || vg_file_reader_progress(reader) < 0 || vg_file_reader_progress(reader) > 1)
            abort();
        read_times(bytes, len);
        total += len;
    }
    if (err && err != VG_EOF && !why)
        abort();
    vg_file_reader_close(reader);
    close(fd);
    return 0;
}
