#include "cli/sim_script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static bool ends_in(const char *word, const char *end)
{
    size_t n = strlen(word), m = strlen(end);
    return n > m && strcmp(word + n - m, end) == 0;
}

bool vg_sim_script_is_file(const char *word)
{
    return strchr(word, '/') || ends_in(word, ".yaml") || ends_in(word, ".yml");
}

/* The whole file, at most one byte more than is allowed; NULL with errno. */
static char *read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rbe");
    char *text = file ? malloc(VG_SIM_SCRIPT_BYTES + 1) : NULL;
    if (text) {
        errno = 0;
        *ret_len = fread(text, 1, VG_SIM_SCRIPT_BYTES + 1, file);
        if (ferror(file)) {
            free(text);
            text = NULL;
        }
    }
    int why = errno;
    if (file)
        fclose(file);
    errno = why;
    return text;
}

/* A relative name is one beside the scenario. False: too long. */
static bool find_sensors(const char *path, struct vg_sim_script *s)
{
    const char *slash = strrchr(path, '/');
    char joined[sizeof s->sensors];
    if (!*s->sensors || *s->sensors == '/' || !slash)
        return true;
    int n = snprintf(joined, sizeof joined, "%.*s%s", (int)(slash + 1 - path), path, s->sensors);
    if (n < 0 || (size_t)n >= sizeof joined)
        return false;
    memcpy(s->sensors, joined, (size_t)n + 1);
    return true;
}

struct vg_sim_script *vg_sim_script_load(const char *path, int *ret_status)
{
    struct vg_sim_script_error error = {0};
    struct vg_sim_script *s = calloc(1, sizeof *s);
    size_t len = 0;
    char *text = s ? read_file(path, &len) : NULL;
    enum vg_err err = VG_OK;
    *ret_status = VG_EXIT_FAILED;
    if (!text) {
        vg_cli_error("%s: %s", path, strerror(errno));
    } else if (len > VG_SIM_SCRIPT_BYTES) {
        vg_cli_error("%s: more than 1 MiB", path);
    } else if ((err = vg_sim_script_read(text, len, s, &error)) == VG_NOMEM) {
        vg_cli_error("%s", vg_err_text(VG_NOMEM));
    } else if (err && error.line) {
        *ret_status = VG_EXIT_USAGE;
        vg_cli_error("%s:%u: %s", path, error.line, error.text);
    } else if (err) {
        *ret_status = VG_EXIT_USAGE;
        vg_cli_error("%s: %s", path, error.text);
    } else if (!find_sensors(path, s)) {
        vg_cli_error("%s: sensors: the path is too long", path);
    } else {
        free(text);
        return s;
    }
    free(text);
    free(s);
    return NULL;
}
