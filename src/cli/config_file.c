/* Configuration files: which are read, and whether they may be trusted. What stands in them: config_yaml.c. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/areas.h"
#include "cli/cli.h"
#include "cli/config.h"

#define PATH_ROOM 4096

struct loading {
    struct vg_settings *settings; /* what the file is read into … */
    struct vg_sites *sites;       /* … or its sensors alone … */
    struct vg_rules *rules;       /* … or rules of alerts */
    bool anybodys;                /* no service obeys it: whose it is doesn't matter */
    vg_config_problem *problem;
    void *arg;
};

/* False, for the caller to hand on. */
static bool tell(const struct loading *l, const char *path, const char *what)
{
    return vg_config_wrong(&(struct vg_origin){0}, path, l->problem, l->arg, "%s", what);
}

const char *vg_config_distrust(unsigned uid, unsigned owner, unsigned group, unsigned mode)
{
    if (uid == 0 && owner != 0)
        return "it does not belong to root, who would obey it: change its owner to root";
    if (uid == 0 && (mode & S_IWOTH || (mode & S_IWGRP && group != 0)))
        return "others than root can write it, and root would obey it: take that right away (chmod go-w)";
    return NULL;
}

static const char *distrust(const struct stat *st)
{
    return vg_config_distrust((unsigned)geteuid(), st->st_uid, st->st_gid, st->st_mode);
}

static char *read_all(int fd, size_t *ret_len)
{
    char *text = malloc(VG_CONFIG_BYTES + 1);
    size_t len = 0;
    ssize_t n = text ? 1 : -1;
    while (n > 0 && len <= VG_CONFIG_BYTES) {
        n = read(fd, text + len, VG_CONFIG_BYTES + 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    if (n < 0) {
        free(text);
        return NULL;
    }
    *ret_len = len;
    return text;
}

static bool read_sensors(const struct loading *l, const char *path, const char *text, size_t len)
{
    struct vg_site_error error;
    struct vg_sites sites;
    if (vg_sites_read(text, len, &sites, &error))
        return vg_config_wrong(&(struct vg_origin){path, error.line}, NULL, l->problem, l->arg, "%s", error.text);
    if (!sites.count)
        return tell(l, path, "expected 'sensors:' with a list below it, found none");
    *l->sites = sites;
    return true;
}

static bool read_rules(const struct loading *l, const char *path, const char *text, size_t len)
{
    struct vg_rules_error error;
    if (!vg_rules_read(text, len, l->rules, &error))
        return true;
    return vg_config_wrong(&(struct vg_origin){path, error.line}, NULL, l->problem, l->arg, "%s", error.text);
}

static bool read_text(const struct loading *l, const char *path, const char *text, size_t len)
{
    if (len > VG_CONFIG_BYTES)
        return tell(l, path, "more than 1 MiB");
    if (l->sites)
        return read_sensors(l, path, text, len);
    if (l->rules)
        return read_rules(l, path, text, len);
    return vg_config_read(l->settings, path, text, len, l->problem, l->arg);
}

static bool load_open(const struct loading *l, const char *path, int fd)
{
    struct stat st;
    size_t len;
    if (fstat(fd, &st))
        return tell(l, path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return tell(l, path, "a folder, where a file was expected");
    if (!l->anybodys && distrust(&st))
        return tell(l, path, distrust(&st));
    char *text = read_all(fd, &len);
    if (!text)
        return tell(l, path, strerror(errno));
    bool good = read_text(l, path, text, len);
    free(text);
    return good;
}

static bool load_file(const struct loading *l, const char *path, bool required)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for ever */
    if (fd < 0)
        return errno == ENOENT && !required ? true : tell(l, path, strerror(errno));
    bool good = load_open(l, path, fd);
    close(fd);
    return good;
}

static int is_yaml(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

/* Bytes, not letters: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool load_folder(const struct loading *l, const char *dir)
{
    struct dirent **entry;
    struct stat st;
    if (stat(dir, &st))
        return errno == ENOENT || errno == ENOTDIR ? true : tell(l, dir, strerror(errno));
    if (distrust(&st))
        return tell(l, dir, distrust(&st));
    int n = scandir(dir, &entry, is_yaml, by_name);
    if (n < 0)
        return tell(l, dir, strerror(errno));
    bool good = n <= VG_CONFIG_FILES ? true : tell(l, dir, "more than 256 files");
    for (int i = 0; i < n; i++) {
        char path[PATH_ROOM + NAME_MAX + 2];
        snprintf(path, sizeof path, "%s/%s", dir, entry[i]->d_name);
        if (i < VG_CONFIG_FILES && !load_file(l, path, true))
            good = false;
        free(entry[i]);
    }
    free(entry);
    return good;
}

bool vg_config_load(struct vg_settings *settings, const char *path, bool required, vg_config_problem *problem,
                    void *arg)
{
    const struct loading l = {.settings = settings, .problem = problem, .arg = arg};
    char dir[PATH_ROOM];
    const char *slash = strrchr(path, '/');
    int n = snprintf(dir, sizeof dir, "%.*sconf.d", slash ? (int)(slash + 1 - path) : 0, path);
    if (n < 0 || (size_t)n >= sizeof dir)
        return tell(&l, path, "the path is too long");
    bool good = load_file(&l, path, required);
    return load_folder(&l, dir) && good;
}

bool vg_config_sensors(const char *path, struct vg_sites *ret, vg_config_problem *problem, void *arg)
{
    const struct loading l = {.sites = ret, .problem = problem, .arg = arg};
    return load_file(&l, path, true);
}

static void print_problem(void *arg, const char *sentence)
{
    (void)arg;
    vg_cli_error("%s", sentence);
}

bool vg_cli_sensors(const char *path, struct vg_sites *ret)
{
    const struct loading l = {.sites = ret, .problem = print_problem, .anybodys = true};
    return load_file(&l, path, true);
}

/* Whether there is such a file; if not, it is told with the line that names it. */
static bool is_there(const struct vg_settings *s, const char *setting, const char *path, vg_config_problem *problem,
                     void *arg)
{
    struct stat st;
    size_t count;
    const struct vg_option *rows = vg_settings_options(&count), *row = vg_option_find(rows, count, setting);
    return stat(path, &st) == 0 ||
           vg_config_wrong(&s->origin[row - rows], row->name, problem, arg, "%.200s: %s", path, strerror(errno));
}

bool vg_settings_load_sensors(struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    return !s->sensors ||
           (is_there(s, "sensors", s->sensors, problem, arg) && vg_config_sensors(s->sensors, &s->sites, problem, arg));
}

bool vg_settings_load_rules(struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    if (!s->alert_rules)
        return true;
    if (!is_there(s, "alert-rules", s->alert_rules, problem, arg))
        return false;
    if (!s->rules && !(s->rules = malloc(sizeof *s->rules)))
        return vg_config_wrong(&(struct vg_origin){0}, "alert-rules", problem, arg, "out of memory");
    const struct loading l = {.rules = s->rules, .problem = problem, .arg = arg};
    return load_file(&l, s->alert_rules, true);
}

bool vg_settings_check_areas(const struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    struct vg_areas *areas = NULL;
    char *error = NULL;
    if (!s->areas)
        return true;
    if (!is_there(s, "areas", s->areas, problem, arg))
        return false;
    if (vg_cli_areas_read(s->areas, &areas, &error)) {
        vg_areas_free(areas);
        return true;
    }
    vg_config_wrong(&(struct vg_origin){0}, NULL, problem, arg, "%s", error ? error : "areas: out of memory");
    free(error);
    return false;
}

bool vg_settings_load_watch_list(struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    char *error = NULL;
    if (!s->watch_list)
        return true;
    if (!is_there(s, "watch-list", s->watch_list, problem, arg))
        return false;
    vg_watch_list_free(s->watched);
    s->watched = NULL;
    if (vg_cli_watch_list_read(s->watch_list, &s->watched, &error))
        return true;
    vg_config_wrong(&(struct vg_origin){0}, NULL, problem, arg, "%s", error ? error : "watch-list: out of memory");
    free(error);
    return false;
}
