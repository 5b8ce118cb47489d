#include "service/webhook.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/thread.h"

struct text {
    char *bytes;
    size_t len;
};

struct vg_webhook {
    char *url;
    unsigned pause_ms;
    pthread_mutex_t lock;
    pthread_cond_t news;
    pthread_t thread;
    bool started, stopping;
    size_t first;
    struct text queue[VG_WEBHOOK_QUEUE];
    struct vg_webhook_counts counts;
};

const char *vg_webhook_refuses(const char *url)
{
    const bool tls = strncasecmp(url, "https://", 8) == 0;
    if (!tls && strncasecmp(url, "http://", 7) != 0)
        return "expected a URL that begins with http:// or https://";
    if (!url[tls ? 8 : 7] || strlen(url) > 2000)
        return "expected a URL of at most 2000 bytes with a host";
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= 0x20 || *p == 0x7F)
            return "expected a URL without blanks and controls";
    return NULL;
}

/* ---- one try ---- */

/* The answer is of no interest: it is read, so that the connection can be used again, up to some bytes. */
static size_t on_answer(char *bytes, size_t size, size_t count, void *arg)
{
    size_t *left = arg;
    (void)bytes;
    if (size * count > *left)
        return 0;
    *left -= size * count;
    return size * count;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct vg_webhook *w = arg;
    (void)a, (void)b, (void)c, (void)d;
    pthread_mutex_lock(&w->lock);
    int stop = w->stopping;
    pthread_mutex_unlock(&w->lock);
    return stop;
}

/* Redirections aren't followed: what is posted goes where the owner said, and nowhere else. */
static bool try_post(struct vg_webhook *w, CURL *curl, struct curl_slist *headers, const struct text *text)
{
    size_t left = 65536;
    long code = 0;
    curl_easy_setopt(curl, CURLOPT_URL, w->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text->bytes);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)text->len);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)VG_WEBHOOK_WAIT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &left);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, w);
    CURLcode done = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return (done == CURLE_OK || done == CURLE_WRITE_ERROR) && code >= 200 && code < 300;
}

/* ---- the thread; under lock where it touches the queue ---- */

static void wait_ms(struct vg_webhook *w, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (!w->stopping && pthread_cond_clockwait(&w->news, &w->lock, CLOCK_MONOTONIC, &until) == 0) {
        /* news of others: they wait, too */
    }
}

/* Under lock, which is let go during a try. */
static bool post_one(struct vg_webhook *w, CURL *curl, struct curl_slist *headers, const struct text *text)
{
    for (unsigned i = 0; i < VG_WEBHOOK_TRIES && !w->stopping; i++) {
        if (i) {
            w->counts.retried++;
            wait_ms(w, w->pause_ms << (i - 1));
            if (w->stopping)
                break;
        }
        pthread_mutex_unlock(&w->lock);
        bool done = try_post(w, curl, headers, text);
        pthread_mutex_lock(&w->lock);
        w->counts.failing = !done;
        if (done)
            return true;
    }
    return false;
}

static void *run(void *arg)
{
    struct vg_webhook *w = arg;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    pthread_mutex_lock(&w->lock);
    while (!w->stopping && curl && headers) {
        if (!w->counts.waiting) {
            pthread_cond_wait(&w->news, &w->lock);
            continue;
        }
        struct text text = w->queue[w->first];
        bool done = post_one(w, curl, headers, &text);
        w->counts.posted += done;
        w->counts.dropped += !done;
        w->first = (w->first + 1) % VG_WEBHOOK_QUEUE;
        w->counts.waiting--;
        free(text.bytes);
    }
    pthread_mutex_unlock(&w->lock);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return NULL;
}

/* ---- the calls ---- */

enum vg_err vg_webhook_open(const char *url, unsigned pause_ms, struct vg_webhook **ret)
{
    if (vg_webhook_refuses(url))
        return VG_ARG;
    struct vg_webhook *w = calloc(1, sizeof *w);
    if (!w)
        return VG_NOMEM;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->news, NULL);
    w->pause_ms = pause_ms ? pause_ms : VG_WEBHOOK_PAUSE_MS;
    w->url = strdup(url);
    enum vg_err err = !w->url || curl_global_init(CURL_GLOBAL_DEFAULT) ? VG_NOMEM : VG_OK;
    if (!err && vg_thread_start(&w->thread, run, w))
        err = VG_LIMIT;
    w->started = !err;
    if (err)
        vg_webhook_close(w);
    else
        *ret = w;
    return err;
}

void vg_webhook_close(struct vg_webhook *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->news);
    pthread_mutex_unlock(&w->lock);
    if (w->started)
        pthread_join(w->thread, NULL);
    for (; w->counts.waiting; w->counts.waiting--, w->first = (w->first + 1) % VG_WEBHOOK_QUEUE)
        free(w->queue[w->first].bytes);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    free(w->url);
    free(w);
}

bool vg_webhook_post(struct vg_webhook *w, const char *json, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy)
        memcpy(copy, json, len);
    pthread_mutex_lock(&w->lock);
    bool room = copy && w->counts.waiting < VG_WEBHOOK_QUEUE;
    if (room)
        w->queue[(w->first + w->counts.waiting++) % VG_WEBHOOK_QUEUE] = (struct text){copy, len};
    else
        w->counts.overflowed++;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    if (!room)
        free(copy);
    return room;
}

void vg_webhook_counts(struct vg_webhook *w, struct vg_webhook_counts *ret)
{
    pthread_mutex_lock(&w->lock);
    *ret = w->counts;
    pthread_mutex_unlock(&w->lock);
}
