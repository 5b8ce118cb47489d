/* Areas and gates for commands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/areas.h"
#include "cli/cli.h"

#define FILE_MOST ((size_t)64 << 20)

bool vg_cli_areas(const char *path, struct vg_areas **ret_areas)
{
    FILE *file = fopen(path, "r");
    struct vg_out text = vg_out_growing(FILE_MOST);
    char *error = NULL;
    bool good = file != NULL;
    while (good && !feof(file) && !ferror(file) && !text.err) {
        char *room = vg_out_room(&text, 65536);
        if (room)
            text.len -= 65536 - fread(room, 1, 65536, file);
    }
    if (!good || ferror(file))
        good = false, vg_cli_error("%s: %s", path, strerror(errno));
    else if (text.err)
        good = false, vg_cli_error("%s: %s", path, text.err == VG_NOMEM ? "out of memory" : "more than 64 MiB");
    if (good && vg_areas_read((const char *)text.buf, text.len, path, ret_areas, &error))
        good = false, vg_cli_error("%s", error ? error : "out of memory");
    free(error);
    vg_out_free(&text);
    if (file)
        fclose(file);
    return good;
}
