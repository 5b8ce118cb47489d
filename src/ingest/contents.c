#include "ingest/contents.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/out.h"
#include "journal/io.h"

#define TEXT_MAX 1024

static const struct {
    const char *name, *what;
    bool is_folder;
} rows[VG_CONTENTS] = {
#define X(id, name, what, is_folder) {name, what, is_folder},
    VG_CONTENTS_LIST(X)
#undef X
};

const char *vg_content_name(enum vg_content content)
{
    return rows[content].name;
}

const char *vg_content_what(enum vg_content content)
{
    return rows[content].what;
}

void vg_contents_load(const char *dir, struct vg_contents *ret)
{
    char path[VG_IO_PATH], *text, name[32];
    size_t len;
    int used = 0;
    int64_t bytes;
    *ret = (struct vg_contents){0};
    enum vg_err err =
        vg_io_path(path, "%s/contents", dir) ? vg_io_load(vg_io_posix(), path, TEXT_MAX, &text, &len) : VG_NOT_FOUND;
    ret->damaged = err && err != VG_NOT_FOUND && err != VG_NOMEM;
    if (err)
        return;
    const char *p = text;
    for (; sscanf(p, "%31[a-z.] %" SCNd64 "%n", name, &bytes, &used) == 2 && p[used] == '\n'; p += used + 1)
        for (int i = 0; i < VG_CONTENTS; i++)
            if (strcmp(name, rows[i].name) == 0) {
                ret->had[i] = true;
                ret->bytes[i] = bytes;
            }
    ret->damaged = p == text || p != text + len;
    free(text);
}

/* VG_NOT_FOUND: nothing of that name, or nothing in it. */
static enum vg_err look(const char *dir, enum vg_content content, struct stat *ret_st)
{
    char path[VG_IO_PATH];
    if (!vg_io_path(path, "%s/%s", dir, rows[content].name))
        return VG_LIMIT;
    if (stat(path, ret_st))
        return errno == ENOENT ? VG_NOT_FOUND : VG_IO;
    return rows[content].is_folder == (S_ISDIR(ret_st->st_mode) != 0) ? VG_OK : VG_CORRUPT;
}

static bool is_empty_folder(const char *dir, const char *name)
{
    char path[VG_IO_PATH];
    DIR *folder = vg_io_path(path, "%s/%s", dir, name) ? opendir(path) : NULL;
    size_t entries = 0;
    if (!folder)
        return false;
    while (entries < 3 && readdir(folder))
        entries++;
    closedir(folder);
    return entries < 3; /* itself and the one above */
}

const char *vg_contents_lack(const char *dir, const struct vg_contents *c, enum vg_content content)
{
    struct stat st;
    enum vg_err err = look(dir, content, &st);
    if (err == VG_CORRUPT)
        return rows[content].is_folder ? "a file stands in its place" : "a folder stands in its place";
    if (err == VG_IO)
        return "it can't be read";
    if (!c->had[content])
        return NULL;
    if (err)
        return "it is missing";
    if (rows[content].is_folder ? is_empty_folder(dir, rows[content].name) : !st.st_size)
        return "it is empty";
    if (content == VG_CONTENT_LEDGER && st.st_size < c->bytes[content])
        return "it is shorter than it was";
    return NULL;
}

enum vg_err vg_contents_note(const char *dir, enum vg_contents_change change)
{
    char path[VG_IO_PATH], text[TEXT_MAX];
    struct vg_out out = vg_out_fixed(text, sizeof text);
    struct vg_contents had, now = {0};
    struct stat st;
    vg_contents_load(dir, &had);
    if (had.damaged && change != VG_CONTENTS_ANEW)
        return VG_OK;
    if (change != VG_CONTENTS_ANEW)
        now = had;
    for (int i = 0; i < VG_CONTENTS; i++) {
        if (look(dir, (enum vg_content)i, &st) == VG_OK &&
            (rows[i].is_folder ? !is_empty_folder(dir, rows[i].name) : st.st_size > 0)) {
            now.had[i] = true;
            if (i == VG_CONTENT_LEDGER)
                now.bytes[i] = change == VG_CONTENTS_OPENING ? 0
                               : st.st_size > now.bytes[i]   ? st.st_size
                                                             : now.bytes[i];
        }
        if (now.had[i])
            vg_out_printf(&out, "%s %" PRId64 "\n", rows[i].name, now.bytes[i]);
    }
    if (!had.damaged && !memcmp(had.had, now.had, sizeof had.had) &&
        had.bytes[VG_CONTENT_LEDGER] == now.bytes[VG_CONTENT_LEDGER])
        return VG_OK;
    if (!vg_io_path(path, "%s/contents", dir))
        return VG_LIMIT;
    return vg_io_put(vg_io_posix(), path, out.buf, out.len, 0644, true) ? VG_IO : VG_OK;
}
