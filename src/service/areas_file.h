/*
 * The areas and gates that behaviours know: of the file of the setting `areas`, or of the data folder,
 * DIR/areas.geojson, where people change them over the interface; without a folder in memory alone. Within service.
 */
#ifndef VG_SERVICE_AREAS_FILE_H
#define VG_SERVICE_AREAS_FILE_H

#include "journal/io.h"
#include "place/area.h"

#define VG_AREAS_FILE_MAX ((size_t)64 << 20)
#define VG_AREAS_WHY      512

struct vg_areas_file {
    char path[VG_IO_PATH]; /* "": nowhere */
    char *text;            /* as read; NULL: none */
    size_t len;
    struct vg_areas *areas; /* NULL: none */
};

/*
 * `given`: the setting, NULL: none, then that of `data_dir` (may be NULL, too), which need not be there. An error:
 * `why` is a sentence with file, line and what was expected; *ret is untouched. Free with vg_areas_file_free().
 */
enum vg_err vg_areas_file_load(const char *given, const char *data_dir, struct vg_areas_file *ret,
                               char why[static VG_AREAS_WHY]);
void vg_areas_file_free(struct vg_areas_file *file);

/* Puts another text there, whole or not at all. Nowhere: nothing to do. Any thread, one at a time. */
enum vg_err vg_areas_file_keep(const struct vg_areas_file *file, const char *text, size_t len);

#endif
