/* What all questions to the archive share: whether to go on, which hours there are, what is counted. */
#include <stdio.h>
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

static uint64_t hash_path(const char *path)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *path; path++)
        h = (h ^ (uint8_t)*path) * UINT64_C(1099511628211);
    return h;
}

static bool is_among(const uint64_t *hashes, size_t count, uint64_t hash)
{
    for (size_t i = 0; i < count; i++)
        if (hashes[i] == hash)
            return true;
    return false;
}

/* What stands in a path behind a folder: "/…". */
static const char *below(const char *dir, const char *path)
{
    size_t len = strlen(dir);
    return strncmp(path, dir, len) == 0 ? path + len : path;
}

/* For the service, which tells it once. */
static void keep_damage(struct vg_history *h, const char *path, uint64_t hash, enum vg_err err)
{
    pthread_mutex_lock(&h->lock);
    if (!is_among(h->told, h->told_count, hash) && h->told_count < VG_HISTORY_TOLD &&
        h->damage_count < VG_STORAGE_DAMAGES) { /* full: the next answer that meets it tells it */
        struct vg_storage_damage *d = &h->damage[h->damage_count++];
        h->told[h->told_count++] = hash;
        *d = (struct vg_storage_damage){.what = "archive"};
        snprintf(d->path, sizeof d->path, "archive%s", below(h->dir, path));
        snprintf(d->error, sizeof d->error, "%s", err == VG_NOT_FOUND ? "it is missing" : vg_err_text(err));
    }
    pthread_mutex_unlock(&h->lock);
}

void vg_history_damage(struct vg_history_job *job, const char *path, enum vg_err err)
{
    uint64_t hash = hash_path(path);
    size_t known = job->unread < VG_HISTORY_UNREAD ? (size_t)job->unread : VG_HISTORY_UNREAD;
    if (is_among(job->met, known, hash))
        return;
    if (job->unread < VG_HISTORY_UNREAD)
        job->met[job->unread] = hash;
    job->unread++;
    job->broken = job->broken || job->begun;
    vg_count(&job->api->history->damaged);
    keep_damage(job->api->history, path, hash, err);
}

size_t vg_api_damage(struct vg_api *api, struct vg_storage_damage *ret, size_t cap)
{
    struct vg_history *h = api->history;
    if (!h)
        return 0;
    pthread_mutex_lock(&h->lock);
    size_t count = h->damage_count < cap ? h->damage_count : cap;
    memcpy(ret, h->damage, count * sizeof *ret);
    memmove(h->damage, h->damage + count, (h->damage_count - count) * sizeof *ret);
    h->damage_count -= count;
    pthread_mutex_unlock(&h->lock);
    return count;
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
    bool check = !fresh && now_us - h->checked_us >= VG_HISTORY_CHECK_US;
    if (check)
        h->checked_us = now_us;
    if (fresh) {
        count = h->hour_count;
        copy = copy_hours(h->hours, count);
    }
    pthread_mutex_unlock(&h->lock);
    if (check)
        vg_store_look_again(store);
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
            h->unread = vg_store_unread(store);
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

uint64_t vg_history_unread(struct vg_history_job *job)
{
    struct vg_history *h = job->api->history;
    pthread_mutex_lock(&h->lock);
    uint64_t unread = h->unread;
    pthread_mutex_unlock(&h->lock);
    return unread;
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
