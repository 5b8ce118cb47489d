/* Suspended connections: see "Parking" in inner.h. */
#include "serve/inner.h"

void vg_parked_resume(struct vg_parked *parked)
{
    if (!parked->parked)
        return;
    parked->parked = false;
    MHD_resume_connection(parked->connection);
}

void vg_parked_list(struct vg_parked **list, struct vg_parked *parked)
{
    parked->prev = NULL;
    parked->next = *list;
    if (*list)
        (*list)->prev = parked;
    *list = parked;
    parked->listed = true;
}

void vg_parked_unlist(struct vg_parked **list, struct vg_parked *parked)
{
    if (!parked->listed)
        return;
    if (parked->prev)
        parked->prev->next = parked->next;
    else
        *list = parked->next;
    if (parked->next)
        parked->next->prev = parked->prev;
    parked->listed = false;
}
