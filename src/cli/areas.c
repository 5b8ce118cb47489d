/* Areas, gates and watch lists for commands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/areas.h"
#include "cli/cli.h"

#define FILE_MOST ((size_t)64 << 20)
_Static_assert(FILE_MOST == VG_WATCH_FILE_MAX, "one limit for both");

static char *sentence(const char *path, const char *what)
{
    const size_t size = strlen(path) + strlen(what) + 3;
    char *text = malloc(size);
    if (text)
        snprintf(text, size, "%s: %s", path, what);
    return text;
}

/* The whole text of a file. False: *ret_error is a sentence, NULL: out of memory. Free text in any case. */
static bool read_file(const char *path, struct vg_out *text, char **ret_error)
{
    FILE *file = fopen(path, "re");
    const bool opened = file != NULL;
    while (file && !feof(file) && !ferror(file) && !text->err) {
        char *room = vg_out_room(text, 65536);
        if (room)
            text->len -= 65536 - fread(room, 1, 65536, file);
    }
    const bool good = opened && !ferror(file) && !text->err;
    if (!opened || ferror(file))
        *ret_error = sentence(path, strerror(errno));
    else if (text->err)
        *ret_error = text->err == VG_NOMEM ? NULL : sentence(path, "more than 64 MiB");
    if (file)
        fclose(file);
    return good;
}

/* Tells an error on standard error, and frees it. */
static bool told(bool good, char *error)
{
    if (!good)
        vg_cli_error("%s", error ? error : "out of memory");
    free(error);
    return good;
}

bool vg_cli_areas_read(const char *path, struct vg_areas **ret_areas, char **ret_error)
{
    struct vg_out text = vg_out_growing(FILE_MOST);
    *ret_error = NULL;
    const bool good = read_file(path, &text, ret_error) &&
                      !vg_areas_read(text.len ? text.buf : "", text.len, path, ret_areas, ret_error);
    vg_out_free(&text);
    return good;
}

bool vg_cli_areas(const char *path, struct vg_areas **ret_areas)
{
    char *error;
    const bool good = vg_cli_areas_read(path, ret_areas, &error);
    return told(good, error);
}

bool vg_cli_watch_list_read(const char *path, struct vg_watch_list **ret_list, char **ret_error)
{
    struct vg_out text = vg_out_growing(FILE_MOST);
    *ret_error = NULL;
    const bool good = read_file(path, &text, ret_error) &&
                      !vg_watch_list_read(text.len ? text.buf : "", text.len, path, ret_list, ret_error);
    vg_out_free(&text);
    return good;
}

bool vg_cli_watch_list(const char *path, struct vg_watch_list **ret_list)
{
    char *error;
    const bool good = vg_cli_watch_list_read(path, ret_list, &error);
    return told(good, error);
}
