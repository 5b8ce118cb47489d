/* Starting and stopping the interface. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/history.h"
#include "api/inner.h"
#include "serve/serve.h"

static bool copy_text(char **to, const char *from)
{
    *to = from ? strdup(from) : NULL;
    return !from || *to;
}

static enum vg_err copy_options(struct vg_api *api, const struct vg_api_options *options)
{
    struct vg_api_options *o = &api->options;
    *o = *options;
    if (!o->max_streams)
        o->max_streams = 256;
    if (!o->max_vessels)
        o->max_vessels = VG_PICTURE_LIMITS_DEFAULT.vessels;
    if (!o->wall_us)
        o->wall_us = vg_clock_wall_us;
    if (!o->tick_ms)
        o->tick_ms = 250;
    if (!copy_text(&api->web_dir, o->web_dir) || !copy_text(&api->layers_dir, o->layers_dir) ||
        !copy_text(&api->journal_dir, o->journal_dir) || !copy_text(&api->title, o->title ? o->title : "Vigía"))
        return VG_NOMEM;
    if (o->areas && o->areas->text) {
        api->areas_text = malloc(o->areas->len + 1);
        if (!api->areas_text)
            return VG_NOMEM;
        memcpy(api->areas_text, o->areas->text, o->areas->len);
        api->areas_len = o->areas->len;
    }
    o->listen = o->hosts = o->web_dir = o->layers_dir = o->archive_dir = o->journal_dir = o->title =
        NULL; /* theirs, may go */
    return VG_OK;
}

/* What is left when the transport has stopped. */
static void free_api(struct vg_api *api)
{
    vg_notices_free(api->notices);
    vg_history_free(api->history);
    if (api->board)
        vg_board_release(api->board);
    vg_sensors_release(api->sensors);
    pthread_mutex_destroy(&api->lock);
    free(api->web_dir);
    free(api->layers_dir);
    free(api->journal_dir);
    free(api->title);
    free(api->openapi);
    free(api->areas_text);
    free(api);
}

static struct vg_app app_of(struct vg_api *api)
{
    return (struct vg_app){vg_routes, vg_params, VG_PARAM_COUNT, api};
}

static struct vg_api *new_api(const struct vg_api_options *options, struct vg_picture *picture,
                              const struct vg_sources *sources)
{
    struct vg_api *api = calloc(1, sizeof *api);
    if (!api)
        return NULL;
    struct vg_app app = app_of(api);
    pthread_mutex_init(&api->lock, NULL);
    api->picture = picture;
    api->sources = sources;
    api->begun_us = vg_clock_monotonic_us();
    atomic_store(&api->published_us, api->begun_us);
    api->board = calloc(1, sizeof *api->board);
    api->openapi = vg_openapi_text(&app, &api->openapi_len);
    if (api->board)
        atomic_store(&api->board->refs, 1);
    if (api->board && api->openapi && !copy_options(api, options))
        return api;
    free_api(api);
    return NULL;
}

static enum vg_err start_parts(struct vg_api *api, const char *archive_dir, vg_api_wake *wake, void *wake_arg)
{
    enum vg_err err = vg_questions_start(api, wake, wake_arg);
    if (!err)
        err = vg_answers_start(api);
    if (!err)
        err = vg_book_jobs_start(api);
    if (!err)
        err = vg_streams_start(api);
    if (!err)
        err = vg_notices_start(api);
    if (!err && archive_dir)
        err = vg_history_start(api, archive_dir);
    if (!err)
        err = vg_proof_jobs_start(api);
    return err;
}

enum vg_err vg_api_start(const struct vg_api_options *options, struct vg_picture *picture,
                         const struct vg_sources *sources, vg_api_wake *wake, void *wake_arg, struct vg_api **ret_api,
                         const char **ret_why)
{
    *ret_why = "out of memory";
    struct vg_api *api = new_api(options, picture, sources);
    if (!api)
        return VG_NOMEM;
    struct vg_app app = app_of(api);
    struct vg_serve_options transport = {.listen = options->listen,
                                         .max_connections = options->max_connections,
                                         .stuck_s = options->stuck_s,
                                         .per_address = options->per_address,
                                         .loopback_unlimited = options->loopback_unlimited,
                                         .hosts = options->hosts,
                                         .trust_network = options->trust_network};
    enum vg_err err = vg_serve_new(&transport, &app, &api->serve, ret_why);
    if (!err) {
        *ret_why = "out of memory";
        err = start_parts(api, options->archive_dir, wake, wake_arg);
    }
    if (!err)
        err = vg_serve_begin(api->serve, ret_why);
    if (err) {
        vg_api_stop(api);
        return err;
    }
    *ret_api = api;
    return VG_OK;
}

const char *vg_api_address(const struct vg_api *api)
{
    return vg_serve_address(api->serve);
}

void vg_api_published(struct vg_api *api)
{
    atomic_store_explicit(&api->published_us, vg_clock_monotonic_us(), memory_order_relaxed);
    vg_notices_published(api);
    vg_answers_published(api);
    vg_flows_wake(api->streams);
    vg_notices_beat(api->notices);
}

void vg_api_stop(struct vg_api *api)
{
    if (!api)
        return;
    pthread_mutex_lock(&api->lock);
    api->stopping = true;
    pthread_mutex_unlock(&api->lock);
    vg_answers_published(api);
    vg_serve_stop(api->serve);
    free_api(api);
}
