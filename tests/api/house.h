/*
 * A running server with a picture and an owner. The owner's thread answers questions; the test changes the picture
 * while it holds `lock`.
 */
#ifndef VG_TESTS_SERVE_HOUSE_H
#define VG_TESTS_SERVE_HOUSE_H

#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "http.h"
#include "serve/serve.h"
#include "world.h"

struct house {
    struct vg_picture *picture;
    struct vg_sources sources;
    struct vg_serve *serve;
    const char *address;
    pthread_t owner;
    pthread_mutex_t lock;
    sem_t woken;
    atomic_bool deaf, closing; /* deaf: the owner does not answer */
};

static inline void house_wake(void *arg)
{
    sem_post(&((struct house *)arg)->woken);
}

static inline void *house_owner(void *arg)
{
    struct house *h = arg;
    for (;;) {
        sem_wait(&h->woken);
        if (h->closing)
            return NULL;
        if (h->deaf)
            continue;
        pthread_mutex_lock(&h->lock);
        vg_serve_answer(h->serve);
        pthread_mutex_unlock(&h->lock);
    }
}

static inline struct vg_serve_options house_options(void)
{
    return (struct vg_serve_options){.listen = "127.0.0.1:0",
                                     .max_vessels = 4000,
                                     .epoch = 0xABCDEF0123456789,
                                     .started_us = START_US,
                                     .tick_ms = 250};
}

static inline struct house *house_open(const struct vg_serve_options *options)
{
    struct house *h = calloc(1, sizeof *h);
    const char *why = NULL;
    h->picture = world_new(4000);
    assert_int_equal(vg_sources_init(&h->sources), VG_OK);
    vg_source_feed(&h->sources, "Manta");
    pthread_mutex_init(&h->lock, NULL);
    sem_init(&h->woken, 0, 0);
    enum vg_err err = vg_serve_start(options, h->picture, &h->sources, house_wake, h, &h->serve, &why);
    if (err)
        fail_msg("the server does not start: %s", why);
    h->address = vg_serve_address(h->serve);
    pthread_create(&h->owner, NULL, house_owner, h);
    return h;
}

static inline void house_publish(struct house *h)
{
    assert_int_equal(vg_picture_publish(h->picture), VG_OK);
    vg_serve_published(h->serve);
}

static inline void house_apply(struct house *h, struct vg_report r)
{
    pthread_mutex_lock(&h->lock);
    vg_picture_apply(h->picture, &r, NULL);
    pthread_mutex_unlock(&h->lock);
}

static inline void house_close(struct house *h)
{
    h->closing = true;
    sem_post(&h->woken);
    pthread_join(h->owner, NULL);
    vg_serve_stop(h->serve);
    vg_picture_free(h->picture);
    vg_sources_free(&h->sources);
    free(h);
}

/* The answer as JSON; fails the test if the status differs or jansson refuses it. */
static inline json_t *house_json(struct house *house, const char *target, int status)
{
    struct http *h = http_get(house->address, target);
    json_error_t error;
    if (h->status != status)
        fail_msg("%s: %d: %s", target, h->status, h->body);
    json_t *json = json_loadb(h->body, h->body_len, 0, &error);
    if (!json)
        fail_msg("%s: %s at %d: %s", target, error.text, error.position, h->body);
    http_close(h);
    return json;
}

static inline const char *text_of(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

#endif
