#include "intake/described.h"

#include <stdlib.h>

#include "journal/io.h"

#define TEXT_MAX ((size_t)1 << 20)

enum vg_err vg_described_load(const char *dir, struct vg_sites *ret)
{
    char path[VG_IO_PATH], *text;
    struct vg_site_error error;
    size_t len;
    if (!vg_io_path(path, "%s/sensors.yaml", dir))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(vg_io_posix(), path, TEXT_MAX, &text, &len);
    if (err == VG_NOT_FOUND) {
        ret->count = 0;
        return VG_OK;
    }
    if (err)
        return err == VG_LIMIT ? VG_CORRUPT : err;
    err = vg_sites_read(text, len, ret, &error);
    free(text);
    return !err || err == VG_NOMEM ? err : VG_CORRUPT;
}

enum vg_err vg_described_check(const char *dir)
{
    struct vg_sites *sites = calloc(1, sizeof *sites);
    const enum vg_err err = sites ? vg_described_load(dir, sites) : VG_NOMEM;
    free(sites);
    return err == VG_NOMEM ? VG_OK : err; /* then nobody knows */
}

enum vg_err vg_described_save(const char *dir, const struct vg_sites *sites)
{
    char path[VG_IO_PATH];
    if (!sites || !sites->count)
        return VG_OK;
    struct vg_sites *had = calloc(1, sizeof *had);
    struct vg_out out = vg_out_growing(TEXT_MAX);
    enum vg_err err = !had ? VG_NOMEM : vg_io_path(path, "%s/sensors.yaml", dir) ? VG_OK : VG_LIMIT;
    if (!err && (vg_described_load(dir, had) || vg_sites_hash(had) != vg_sites_hash(sites))) {
        vg_sites_write(sites, &out);
        err = out.err ? out.err : vg_io_put(vg_io_posix(), path, out.buf, out.len, 0644, true) ? VG_IO : VG_OK;
    }
    vg_out_free(&out);
    free(had);
    return err;
}
