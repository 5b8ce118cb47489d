/*
 * What of the data folder was found lost or damaged since the start: the newest few to be shown, all counted, each file
 * once. Within service; the loop's thread.
 */
#ifndef VG_SERVICE_DAMAGE_H
#define VG_SERVICE_DAMAGE_H

#include "situation/status.h"

#define VG_DAMAGES_KNOWN 1024 /* files that are told apart; more are not told */

struct vg_damages {
    struct vg_storage_damage item[VG_STORAGE_DAMAGES]; /* the newest last */
    size_t count;
    uint64_t total;
    uint64_t known[VG_DAMAGES_KNOWN]; /* hashes of paths */
};

/* False: that file was told before, or there is no more room to know. */
bool vg_damages_add(struct vg_damages *damages, const struct vg_storage_damage *damage);

/*
 * Looks through a data folder before it is opened for work: what it had and has no more, the archive by its list of
 * parts, the ledger, the clock. Reads no rows and changes nothing.
 */
typedef void vg_on_folder_damage(void *arg, const struct vg_storage_damage *damage);
void vg_folder_check(const char *dir, vg_on_folder_damage *on_damage, void *arg);
/* The same of the journal, once it is open: one that was set aside is told in other words. */
void vg_folder_check_journal(const char *dir, vg_on_folder_damage *on_damage, void *arg);

#endif
