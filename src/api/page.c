/* The page's files, and the chart layers of --layers. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "serve/files.h"
#include "serve/inner.h"

#define LAYERS_MAX 64
#define LAYER_NAME 64

struct file {
    int fd;
    struct stat stat;
    const char *type, *cache;
    bool packed;
};

/* Sends and closes. The ETag is that of nginx: time and size; a deployment that keeps both keeps the content. */
static enum MHD_Result send_file(struct vg_request *rq, const struct file *f, bool vary)
{
    char etag[80];
    snprintf(etag, sizeof etag, "\"%llx-%lx-%llx%s\"", (unsigned long long)f->stat.st_mtim.tv_sec,
             (unsigned long)f->stat.st_mtim.tv_nsec, (unsigned long long)f->stat.st_size, f->packed ? "-gz" : "");
    bool has = vg_request_has(rq, etag);
    struct MHD_Response *response;
    if (has) {
        close(f->fd);
        response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    } else {
        response = MHD_create_response_from_fd64((uint64_t)f->stat.st_size, f->fd); /* closes it */
        if (!response)
            close(f->fd);
    }
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag);
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, f->cache);
        if (vary)
            MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
        if (!has)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, f->type);
        if (f->packed && !has)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    }
    return vg_reply_send(rq, has ? 304 : 200, response);
}

enum MHD_Result vg_handle_page(struct vg_request *rq)
{
    const char *dir = rq->serve->web_dir, *path = rq->target.path;
    if (!dir)
        return vg_reply_error(rq, 404, "not_found",
                              "this server has no page; /api/v1/openapi.json lists what there is");
    struct file f = {.type = vg_file_type(path),
                     .cache = vg_file_is_hashed(path) ? "public, max-age=31536000, immutable" : "no-cache"};
    char packed[VG_TARGET_MAX + 16];
    snprintf(packed, sizeof packed, "%s%s.gz", path, path[strlen(path) - 1] == '/' ? "index.html" : "");
    f.packed = vg_request_takes_gzip(rq) && vg_file_open(dir, packed, &f.fd, &f.stat) == VG_OK;
    if (!f.packed && vg_file_open(dir, path, &f.fd, &f.stat))
        return vg_reply_error(rq, 404, "not_found", "no such file");
    return send_file(rq, &f, true);
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

enum MHD_Result vg_handle_layers(struct vg_request *rq)
{
    struct layer layers[LAYERS_MAX];
    size_t count = list_layers(rq->serve->layers_dir, layers);
    struct vg_out out = vg_out_growing(65536);
    vg_out_text(&out, "{\"layers\":[");
    for (size_t i = 0; i < count; i++)
        vg_out_printf(&out, "%s{\"id\":\"%s\",\"title\":\"%s\",\"url\":\"/api/v1/layers/%s\",\"shown\":%s}",
                      i ? "," : "", layers[i].name, layers[i].name, layers[i].name,
                      layers[i].hidden ? "false" : "true");
    vg_out_text(&out, "]}\n");
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

enum MHD_Result vg_handle_layer(struct vg_request *rq)
{
    char path[LAYER_NAME + 16];
    struct file f = {.type = "application/geo+json", .cache = "no-cache"};
    if (!layer_name_ok(rq->argument, strlen(rq->argument)) || !rq->serve->layers_dir)
        return vg_reply_error(rq, 404, "not_found", "no such layer; /api/v1/layers lists them");
    snprintf(path, sizeof path, "/%s.geojson", rq->argument);
    if (vg_file_open(rq->serve->layers_dir, path, &f.fd, &f.stat) == VG_OK)
        return send_file(rq, &f, false);
    snprintf(path, sizeof path, "/%s.off.geojson", rq->argument);
    if (vg_file_open(rq->serve->layers_dir, path, &f.fd, &f.stat) == VG_OK)
        return send_file(rq, &f, false);
    return vg_reply_error(rq, 404, "not_found", "no such layer; /api/v1/layers lists them");
}
