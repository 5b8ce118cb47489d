#include "cli/journal_dir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/store.h"
#include "cli/cli.h"
#include "service/damage.h"

bool vg_cli_journal_dir(const char *data, char out[static VG_IO_PATH])
{
    char segments[VG_IO_PATH];
    for (int i = 0; i < 2; i++) {
        bool fits = i == 0 ? vg_io_path(out, "%s/journal", data) : vg_io_path(out, "%s", data);
        if (fits && vg_io_path(segments, "%s/segments", out) && access(segments, F_OK) == 0)
            return true;
    }
    vg_cli_error("there is no journal in %s", data);
    return false;
}

bool vg_cli_archive_dir(const char *data, char out[static VG_IO_PATH])
{
    static const char *const parts[] = {"journal", "archive"};
    for (int i = 0; i < 2; i++)
        if (vg_io_path(out, "%s/%s", data, parts[i]) && access(out, F_OK) == 0)
            return vg_io_path(out, "%s/archive", data);
    return vg_io_path(out, "%s", data);
}

bool vg_cli_archive_open(const char *data, char dir[static VG_IO_PATH], struct vg_store **ret_store)
{
    const enum vg_err err = vg_cli_archive_dir(data, dir) ? vg_store_reader_open(dir, ret_store) : VG_LIMIT;
    if (err == VG_NOT_FOUND)
        vg_cli_error("there is no archive in %s", data);
    else if (err)
        vg_cli_error("%s: %s; 'vigia repair --data %s' tells what is lost and mends the rest", dir, vg_err_text(err),
                     data);
    return !err;
}

#define TOLD_MOST 16 /* files that are named */

struct telling {
    const char *data;
    uint64_t count;
};

static void on_damage(void *arg, const struct vg_storage_damage *d)
{
    struct telling *t = arg;
    if (t->count++ < TOLD_MOST)
        vg_cli_error("%s/%s: %s", t->data, d->path, d->error);
}

bool vg_cli_tell_damage(const char *data)
{
    struct telling t = {.data = data};
    vg_folder_check(data, on_damage, &t);
    vg_folder_check_journal(data, on_damage, &t);
    if (t.count)
        vg_cli_error(
            "%llu file%s of this data folder %s damaged or lost: 'vigia repair --data %s' tells what is lost and "
            "mends the rest",
            (unsigned long long)t.count, vg_cli_plural(t.count), vg_plural(t.count, "is", "are"), data);
    return t.count != 0;
}

bool vg_cli_keys(const char *given, struct vg_key ret_keys[static VG_KEYS_MAX], size_t *ret_count)
{
    char *text;
    size_t len;
    if (vg_keys_parse(given, strlen(given), ret_keys, ret_count) == VG_OK)
        return true;
    if (vg_cli_is_folder(given))
        return false;
    enum vg_err err = vg_io_load(vg_io_posix(), given, VG_KEYS_MAX * VG_KEY_TEXT, &text, &len);
    if (!err) {
        err = vg_keys_parse(text, len, ret_keys, ret_count);
        free(text);
    }
    if (err)
        vg_cli_error("%s is neither a public key nor a file of such: %s", given, vg_err_text(err));
    return !err;
}
