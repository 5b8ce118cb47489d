#include "cli/ingest_files.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time.h"
#include "cli/cli.h"
#include "ingest/ingest.h"

static bool add(struct vg_cli_files *f, const char *path, const char *name, const struct stat *st)
{
    if (f->count == VG_INGEST_FILES_MAX) {
        vg_cli_error("more than %d files", VG_INGEST_FILES_MAX);
        return false;
    }
    if (f->count == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 64;
        struct vg_cli_file *more = realloc(f->file, cap * sizeof *more);
        if (!more) {
            vg_cli_error("out of memory");
            return false;
        }
        f->file = more;
        f->cap = cap;
    }
    struct vg_cli_file one = {.path = strdup(path), .name = strdup(name)};
    one.bytes = st && S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
    one.changed_us = st && S_ISREG(st->st_mode)
                         ? (int64_t)st->st_mtim.tv_sec * VG_SECOND_US + st->st_mtim.tv_nsec / 1000
                         : vg_clock_wall_us();
    f->bytes += one.bytes;
    f->file[f->count++] = one;
    if (!one.path || !one.name)
        vg_cli_error("out of memory");
    return one.path && one.name;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool add_folder(struct vg_cli_files *f, char *path)
{
    char *roots[] = {path, NULL};
    size_t root = strlen(path);
    bool ok = true;
    FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    for (FTSENT *e; ok && walk && (e = fts_read(walk));) {
        if (e->fts_level > 0 && e->fts_name[0] == '.') {
            fts_set(walk, e, FTS_SKIP);
        } else if (e->fts_info == FTS_F) {
            const char *name = e->fts_path + root;
            while (*name == '/')
                name++;
            ok = add(f, e->fts_path, name, e->fts_statp);
        } else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR) {
            vg_cli_error("%s: %s", e->fts_path, strerror(e->fts_errno));
            ok = false;
        }
    }
    if (walk)
        fts_close(walk);
    return ok && walk;
}

bool vg_cli_files_list(struct vg_cli_files *f, char **paths, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        struct stat st;
        bool there = strcmp(paths[i], "-") != 0 && stat(paths[i], &st) == 0;
        const char *slash = strrchr(paths[i], '/');
        if (there && S_ISDIR(st.st_mode))
            ok = add_folder(f, paths[i]);
        else if (strcmp(paths[i], "-") == 0)
            ok = add(f, "-", "stdin", NULL);
        else
            ok = add(f, paths[i], slash && slash[1] ? slash + 1 : paths[i], there ? &st : NULL);
    }
    return ok;
}

void vg_cli_files_free(struct vg_cli_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->file[i].path);
        free(f->file[i].name);
    }
    free(f->file);
}
