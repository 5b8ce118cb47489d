/* What all questions to the archive share: whether to go on, which hours there are, what is counted. */
#include <stdlib.h>
#include <string.h>

#include "api/history.h"
#include "base/time_text.h"

enum vg_err vg_history_check(struct vg_history_job *job)
{
    enum vg_err err = vg_job_check(job->job);
    if (err == VG_LIMIT)
        job->why = "this takes too long: ask for a smaller area or a shorter time";
    return err;
}

void vg_history_damage(struct vg_history_job *job)
{
    job->unread++;
    vg_count(&job->api->history->damaged);
}

static struct vg_store_hour *copy_hours(const struct vg_store_hour *hours, size_t count)
{
    struct vg_store_hour *copy = malloc((count ? count : 1) * sizeof *copy);
    if (copy && count)
        memcpy(copy, hours, count * sizeof *copy);
    return copy;
}

enum vg_err vg_history_hours(struct vg_history_job *job, struct vg_store *store, struct vg_store_hour **ret_hours,
                             size_t *ret_count)
{
    struct vg_history *h = job->api->history;
    int64_t now_us = vg_clock_monotonic_us();
    struct vg_store_hour *copy = NULL;
    size_t count = 0;
    pthread_mutex_lock(&h->lock);
    bool fresh = h->looked_us && now_us - h->looked_us < VG_HISTORY_LOOK_US;
    if (fresh) {
        count = h->hour_count;
        copy = copy_hours(h->hours, count);
    }
    pthread_mutex_unlock(&h->lock);
    if (!fresh) {
        count = vg_store_hours(store, NULL, 0);
        copy = malloc((count ? count : 1) * sizeof *copy);
        size_t found = copy ? vg_store_hours(store, copy, count) : 0;
        count = found < count ? found : count;
        struct vg_store_hour *kept = copy ? copy_hours(copy, count) : NULL;
        pthread_mutex_lock(&h->lock);
        if (kept) {
            free(h->hours);
            h->hours = kept;
            h->hour_count = count;
            h->looked_us = now_us;
        }
        pthread_mutex_unlock(&h->lock);
    }
    if (!copy)
        return VG_NOMEM;
    *ret_hours = copy;
    *ret_count = count;
    return VG_OK;
}

size_t vg_history_possible(const struct vg_store_hour *hours, size_t count, int64_t now_us, size_t *ret_first)
{
    size_t first = 0, end = count;
    while (first < count && hours[first].from_us < VG_TIME_TEXT_EARLIEST_US)
        first++;
    while (end > first && hours[end - 1].from_us > now_us)
        end--;
    *ret_first = first;
    return end - first;
}

int64_t vg_history_final(const struct vg_store_hour *hours, size_t count, int64_t now_us)
{
    size_t first, possible = vg_history_possible(hours, count, now_us, &first);
    return possible ? hours[first + possible - 1].from_us - VG_HISTORY_FINAL_US : VG_TIME_NONE;
}

bool vg_history_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t *ret_time_us)
{
    struct vg_history *h = api->history;
    pthread_mutex_lock(&h->lock);
    bool known = h->newest.parts == hour->parts && h->newest.bytes == hour->bytes && h->newest.from_us == hour->from_us;
    if (known)
        *ret_time_us = h->newest_us;
    pthread_mutex_unlock(&h->lock);
    return known;
}

void vg_history_set_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t time_us)
{
    struct vg_history *h = api->history;
    pthread_mutex_lock(&h->lock);
    h->newest = *hour;
    h->newest_us = time_us;
    pthread_mutex_unlock(&h->lock);
}
