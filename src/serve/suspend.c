/* Suspended connections: see "Suspension" in inner.h. */
#include <errno.h>
#include <unistd.h>

#include "serve/inner.h"

void vg_worker_wake(struct vg_worker *w)
{
    const uint64_t one = 1;
    while (write(w->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void vg_suspend(struct vg_suspended *suspended)
{
    suspended->suspended = true;
    MHD_suspend_connection(suspended->connection);
}

void vg_suspended_resume(struct vg_suspended *suspended)
{
    if (!suspended->suspended)
        return;
    suspended->suspended = false;
    MHD_resume_connection(suspended->connection);
    vg_worker_wake(suspended->worker);
}

void vg_suspended_list(struct vg_suspended **list, struct vg_suspended *suspended)
{
    suspended->prev = NULL;
    suspended->next = *list;
    if (*list)
        (*list)->prev = suspended;
    *list = suspended;
    suspended->listed = true;
}

void vg_suspended_unlist(struct vg_suspended **list, struct vg_suspended *suspended)
{
    if (!suspended->listed)
        return;
    if (suspended->prev)
        suspended->prev->next = suspended->next;
    else
        *list = suspended->next;
    if (suspended->next)
        suspended->next->prev = suspended->prev;
    suspended->listed = false;
}
