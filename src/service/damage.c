#include "service/damage.h"

#include <stdio.h>
#include <string.h>

#include "archive/store.h"
#include "ingest/contents.h"
#include "ingest/ledger.h"
#include "intake/clock.h"
#include "intake/described.h"
#include "journal/check.h"

static uint64_t hash_path(const char *path)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *path; path++)
        h = (h ^ (uint8_t)*path) * UINT64_C(1099511628211);
    return h;
}

bool vg_damages_add(struct vg_damages *d, const struct vg_storage_damage *damage)
{
    uint64_t hash = hash_path(damage->path);
    for (uint64_t i = 0; i < d->total; i++)
        if (d->known[i] == hash)
            return false;
    if (d->total == VG_DAMAGES_KNOWN)
        return false;
    d->known[d->total++] = hash;
    if (d->count == VG_STORAGE_DAMAGES)
        memmove(d->item, d->item + 1, --d->count * sizeof *d->item);
    d->item[d->count++] = *damage;
    return true;
}

/* ---- looking through the folder ---- */

struct looking {
    const char *dir;
    vg_on_folder_damage *on_damage;
    void *arg;
};

static void tell(struct looking *l, const char *what, const char *path, const char *error)
{
    struct vg_storage_damage d = {0};
    size_t len = strlen(l->dir);
    if (strncmp(path, l->dir, len) == 0 && path[len] == '/')
        path += len + 1;
    snprintf(d.what, sizeof d.what, "%s", what);
    snprintf(d.path, sizeof d.path, "%s", path);
    snprintf(d.error, sizeof d.error, "%s", error);
    l->on_damage(l->arg, &d);
}

static void on_part(void *arg, const char *path, enum vg_err err)
{
    tell(arg, "archive", path, err == VG_NOT_FOUND ? "it is missing" : vg_err_text(err));
}

static void on_segment(void *arg, const struct vg_segment_damage *damage)
{
    char path[64];
    snprintf(path, sizeof path, "journal/segments/%s", damage->name);
    tell(arg, "journal", path, damage->text);
}

static void check_contents(struct looking *l)
{
    struct vg_contents had;
    vg_contents_load(l->dir, &had);
    if (had.damaged)
        tell(l, "contents", "contents", "it is damaged: what else is lost may not be known");
    for (int i = 0; i < VG_CONTENTS; i++) {
        const char *lack = vg_contents_lack(l->dir, &had, (enum vg_content)i);
        if (lack)
            tell(l, vg_content_what((enum vg_content)i), vg_content_name((enum vg_content)i), lack);
    }
}

void vg_folder_check(const char *dir, vg_on_folder_damage *on_damage, void *arg)
{
    struct looking l = {dir, on_damage, arg};
    struct vg_clock_turns turns;
    char path[VG_IO_PATH];
    check_contents(&l);
    if (vg_io_path(path, "%s/archive", dir))
        vg_store_check(path, false, on_part, &l); /* no memory: what is read is told then */
    enum vg_err err = vg_io_path(path, "%s/ingest.log", dir) ? vg_ledger_check(path) : VG_OK;
    if (err && err != VG_NOMEM)
        tell(&l, "ledger", "ingest.log", vg_err_text(err));
    err = vg_clock_turns_load(dir, &turns);
    if (err && err != VG_NOMEM)
        tell(&l, "clock", "clock", vg_err_text(err));
    if ((err = vg_described_check(dir)))
        tell(&l, "sensors", "sensors.yaml", vg_err_text(err));
}

void vg_folder_check_journal(const char *dir, vg_on_folder_damage *on_damage, void *arg)
{
    struct looking l = {dir, on_damage, arg};
    char path[VG_IO_PATH];
    if (vg_io_path(path, "%s/journal", dir))
        vg_journal_check(path, NULL, on_segment, &l);
}
