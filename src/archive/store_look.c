/* What an archive's folder says and holds: its state, its list of parts, its hours. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_read_inner.h"

/* ---- state and list ---- */

enum vg_err vg_store_look(struct vg_store *store)
{
    enum vg_err err = VG_OK;
    for (int i = 0; i < LISTINGS; i++) {
        const struct vg_store_list_at before = store->state.list;
        store->state_err = vg_store_state_read(store->dir, &store->state);
        if (store->state_err == VG_NOMEM)
            return VG_NOMEM;
        if (store->state_err)
            store->state = (struct vg_store_state){.commit = VG_STORE_NUMBER_MAX};
        store->seen = store->seen || !store->state_err;
        if (i && before.number == store->state.list.number)
            return VG_OK; /* the list it names is still the one that can't be read */
        store->list_err = err = vg_store_list_read(store->dir, &store->state.list, &store->list);
        if (!err || err == VG_NOMEM)
            return err;
    }
    return VG_OK;
}

enum vg_err vg_store_look_hour(struct vg_store *store, enum vg_store_table table, int64_t hour_us, bool *ret_steady)
{
    enum vg_err err = store->fresh ? VG_OK : vg_store_look(store);
    *ret_steady = store->fresh = false;
    for (int i = 0; i < LISTINGS && !err; i++) {
        uint64_t commit = store->state.commit;
        enum vg_err listed = vg_store_list_parts(store->dir, table, hour_us, commit, false, &store->parts);
        if (listed && listed != VG_IO)
            return listed;
        if (listed)
            store->parts.count = 0;
        err = vg_store_look(store);
        if (!err && store->state.commit == commit) {
            *ret_steady = true;
            return listed;
        }
    }
    return err ? err : VG_IO;
}

bool vg_store_is_missed(const struct vg_store *store, const struct vg_store_listed *listed)
{
    for (size_t i = 0; i < store->parts.count; i++)
        if (store->parts.items[i].first == listed->part.first && store->parts.items[i].last == listed->part.last)
            return false;
    return listed->file.rows != 0;
}

enum vg_err vg_store_look_hours(const struct vg_store *store, enum vg_store_table table, int64_t from_us, int64_t to_us,
                                struct vg_store_hours *hours, bool *ret_unread)
{
    enum vg_err err = vg_store_list_hours(store->dir, table, from_us, to_us, hours);
    *ret_unread = err == VG_IO;
    if (err && err != VG_IO)
        return err;
    return vg_store_list_hours_of(&store->list, table, from_us, to_us, hours);
}
