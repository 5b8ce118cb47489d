/* The page's files, and the chart layers of --layers. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/inner.h"
#include "serve/files.h"

#define LAYERS_MAX 64
#define LAYER_NAME 64

bool vg_handle_page(struct vg_request *rq)
{
    const char *dir = vg_api_of(rq)->web_dir, *path = vg_request_target(rq)->path;
    if (!dir)
        return vg_reply_error(rq, 404, "not_found",
                              "this server has no page; /api/v1/openapi.json lists what there is");
    struct vg_reply_file file = {.dir = dir,
                                 .path = path,
                                 .type = vg_file_type(path),
                                 .cache = vg_file_is_hashed(path) ? "public, max-age=31536000, immutable" : "no-cache",
                                 .packs = true};
    bool sent, result = vg_reply_file(rq, &file, &sent);
    return sent ? result : vg_reply_error(rq, 404, "not_found", "no such file");
}

/* ---- layers ---- */

static bool layer_name_ok(const char *name, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return len && len < LAYER_NAME && strspn(name, allowed) >= len;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

struct layer {
    char name[LAYER_NAME];
    bool hidden; /* NAME.off.geojson: there, but not shown at first */
};

static bool layer_of_file(const char *file, struct layer *ret)
{
    static const char shown[] = ".geojson", hidden[] = ".off.geojson";
    size_t len = strlen(file);
    bool off = len >= sizeof hidden && strcmp(file + len - (sizeof hidden - 1), hidden) == 0;
    size_t ending = (off ? sizeof hidden : sizeof shown) - 1;
    if (len <= ending || strcmp(file + len - ending, off ? hidden : shown) != 0 || !layer_name_ok(file, len - ending))
        return false;
    snprintf(ret->name, sizeof ret->name, "%.*s", (int)(len - ending), file);
    ret->hidden = off;
    return true;
}

/* The layers in a folder, sorted. More than LAYERS_MAX are cut off. */
static size_t list_layers(const char *dir, struct layer layers[LAYERS_MAX])
{
    size_t count = 0;
    DIR *d = dir ? opendir(dir) : NULL;
    for (struct dirent *e; d && (e = readdir(d)) && count < LAYERS_MAX;)
        if (e->d_type != DT_LNK && layer_of_file(e->d_name, &layers[count]))
            count++;
    if (d)
        closedir(d);
    qsort(layers, count, sizeof *layers, compare);
    return count;
}

bool vg_handle_layers(struct vg_request *rq)
{
    struct layer layers[LAYERS_MAX];
    size_t count = list_layers(vg_api_of(rq)->layers_dir, layers);
    struct vg_out out = vg_out_growing(65536);
    vg_out_text(&out, "{\"layers\":[");
    for (size_t i = 0; i < count; i++)
        vg_out_printf(&out, "%s{\"id\":\"%s\",\"title\":\"%s\",\"url\":\"/api/v1/layers/%s\",\"shown\":%s}",
                      i ? "," : "", layers[i].name, layers[i].name, layers[i].name,
                      layers[i].hidden ? "false" : "true");
    vg_out_text(&out, "]}\n");
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

bool vg_handle_layer(struct vg_request *rq)
{
    static const char *const endings[] = {".geojson", ".off.geojson"};
    const char *name = vg_request_argument(rq), *dir = vg_api_of(rq)->layers_dir;
    for (size_t i = 0; dir && layer_name_ok(name, strlen(name)) && i < sizeof endings / sizeof *endings; i++) {
        char path[LAYER_NAME + 16];
        snprintf(path, sizeof path, "/%s%s", name, endings[i]);
        struct vg_reply_file file = {
            .dir = dir, .path = path, .type = "application/geo+json", .cache = "no-cache", .packs = true};
        bool sent, result = vg_reply_file(rq, &file, &sent);
        if (sent)
            return result;
    }
    return vg_reply_error(rq, 404, "not_found", "no such layer; /api/v1/layers lists them");
}
