/*
 * A running server with a picture and an owner. The owner's thread answers questions; the test changes the picture
 * while it holds `lock`.
 */
#ifndef VG_TESTS_API_SERVER_H
#define VG_TESTS_API_SERVER_H

#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "api/api.h"
#include "http_client.h"
#include "picture_fixture.h"

struct server {
    struct vg_picture *picture;
    struct vg_sources sources;
    struct vg_api *api;
    const char *address;
    pthread_t owner;
    pthread_mutex_t lock;
    sem_t woken;
    atomic_bool deaf, closing; /* deaf: the owner does not answer */
};

static inline void server_wake(void *arg)
{
    sem_post(&((struct server *)arg)->woken);
}

static inline void *server_owner(void *arg)
{
    struct server *h = arg;
    for (;;) {
        sem_wait(&h->woken);
        if (h->closing)
            return NULL;
        if (h->deaf)
            continue;
        pthread_mutex_lock(&h->lock);
        vg_api_answer(h->api);
        pthread_mutex_unlock(&h->lock);
    }
}

static inline struct vg_api_options server_options(void)
{
    return (struct vg_api_options){.listen = "127.0.0.1:0",
                                   .max_vessels = 4000,
                                   .epoch = 0xABCDEF0123456789,
                                   .started_us = START_US,
                                   .tick_ms = 250};
}

static inline struct server *server_open(const struct vg_api_options *options)
{
    struct server *h = calloc(1, sizeof *h);
    const char *why = NULL;
    h->picture = picture_new(4000);
    assert_int_equal(vg_sources_init(&h->sources), VG_OK);
    vg_source_feed(&h->sources, "Manta");
    pthread_mutex_init(&h->lock, NULL);
    sem_init(&h->woken, 0, 0);
    enum vg_err err = vg_api_start(options, h->picture, &h->sources, server_wake, h, &h->api, &why);
    if (err)
        fail_msg("the server does not start: %s", why);
    h->address = vg_api_address(h->api);
    pthread_create(&h->owner, NULL, server_owner, h);
    return h;
}

static inline void server_publish(struct server *h)
{
    assert_int_equal(vg_picture_publish(h->picture), VG_OK);
    vg_api_published(h->api);
}

static inline void server_apply(struct server *h, struct vg_report r)
{
    pthread_mutex_lock(&h->lock);
    vg_picture_apply(h->picture, &r, NULL);
    pthread_mutex_unlock(&h->lock);
}

static inline void server_close(struct server *h)
{
    h->closing = true;
    sem_post(&h->woken);
    pthread_join(h->owner, NULL);
    vg_api_stop(h->api);
    vg_picture_free(h->picture);
    vg_sources_free(&h->sources);
    free(h);
}

/* The answer as JSON; fails the test if the status differs or jansson refuses it. */
static inline json_t *server_json(struct server *server, const char *target, int status)
{
    struct http *h = http_get(server->address, target);
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

/* The page of metrics has a line with that name and value. */
static inline void metrics_show(const struct http *h, const char *name, double value)
{
    char line[160];
    snprintf(line, sizeof line, "\nvigia_%s ", name);
    const char *at = strstr(h->body, line);
    if (!at)
        fail_msg("%s is missing", name);
    if (strtod(at + strlen(line), NULL) != value)
        fail_msg("%s: %.20s", name, at + strlen(line));
}

#endif
