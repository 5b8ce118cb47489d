#include "service/areas_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/atomic.h"
#include "base/out.h"

/* False, `why` says it: not readable. */
static bool read_text(const char *path, struct vg_out *text, char why[static VG_AREAS_WHY])
{
    FILE *file = fopen(path, "re");
    size_t n = file ? 1 : 0;
    while (n && !text->err) {
        char *room = vg_out_room(text, 65536);
        n = room ? fread(room, 1, 65536, file) : 0;
        text->len -= room ? 65536 - n : 0;
    }
    bool failed = !file || ferror(file);
    if (failed || text->err)
        snprintf(why, VG_AREAS_WHY, "%.300s: %s", path, failed ? strerror(errno) : "more than 64 MiB");
    if (file)
        fclose(file);
    return !failed && !text->err;
}

enum vg_err vg_areas_file_load(const char *given, const char *data_dir, struct vg_areas_file *ret,
                               char why[static VG_AREAS_WHY])
{
    struct vg_areas_file f = {.len = 0};
    struct vg_out text = vg_out_growing(VG_AREAS_FILE_MAX);
    char *error = NULL;
    if (!given && !data_dir) {
        *ret = f;
        return VG_OK;
    }
    if (!(given ? vg_io_path(f.path, "%s", given) : vg_io_path(f.path, "%s/areas.geojson", data_dir))) {
        snprintf(why, VG_AREAS_WHY, "areas: the path is too long");
        return VG_RANGE;
    }
    errno = 0;
    bool good = read_text(f.path, &text, why), none = !good && errno == ENOENT && !given;
    enum vg_err err = good || none ? VG_OK : VG_IO;
    if (good && (err = vg_areas_read(text.buf ? text.buf : "", text.len, f.path, &f.areas, &error)))
        snprintf(why, VG_AREAS_WHY, "areas: %s", error ? error : vg_err_text(err));
    free(error);
    if (err || none) {
        vg_out_free(&text);
    } else {
        f.text = text.buf;
        f.len = text.len;
    }
    if (!err)
        *ret = f;
    return err;
}

void vg_areas_file_free(struct vg_areas_file *f)
{
    vg_areas_free(f->areas);
    free(f->text);
    *f = (struct vg_areas_file){.len = 0};
}

enum vg_err vg_areas_file_keep(const struct vg_areas_file *f, const char *text, size_t len)
{
    struct vg_atomic file;
    if (!*f->path)
        return VG_OK;
    enum vg_err err = vg_atomic_open(&file, f->path);
    if (err)
        return err;
    err = vg_atomic_write(&file, text, len);
    if (err) {
        vg_atomic_abandon(&file);
        return err;
    }
    return vg_atomic_commit(&file);
}
