#include "journal/name.h"

#include <stdlib.h>
#include <string.h>

enum vg_err vg_journal_name(const struct vg_io *io, const char *dir, char ret_name[static VG_KEY_NAME])
{
    char path[VG_IO_PATH], *text;
    struct vg_key keys[VG_KEYS_MAX];
    size_t len, count;
    if (!vg_io_path(path, "%s/key.pub", dir))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(io ? io : vg_io_posix(), path, VG_KEYS_MAX * VG_KEY_TEXT, &text, &len);
    if (err)
        return err;
    err = vg_keys_parse(text, len, keys, &count);
    free(text);
    if (!err && !count)
        err = VG_SYNTAX;
    if (!err)
        memcpy(ret_name, keys[0].name, VG_KEY_NAME);
    return err;
}

uint64_t vg_journal_number(const char *name)
{
    uint8_t hash[VG_HASH];
    if (!*name)
        return 0;
    vg_hash(name, strlen(name), hash);
    return vg_get_u64(hash);
}
