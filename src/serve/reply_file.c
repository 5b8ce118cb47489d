/* Files as answers. */
#include <stdio.h>
#include <unistd.h>

#include "serve/files.h"
#include "serve/inner.h"

struct file {
    int fd;
    struct stat stat;
    bool packed;
};

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* The packed form, made beforehand beside the file; not one that is older than the file: that was changed since. */
static bool open_file(struct vg_request *rq, const struct vg_reply_file *file, struct file *ret)
{
    char name[VG_TARGET_MAX + 16];
    const char *path = file->path;
    struct file packed = {.packed = true};
    bool there = vg_file_open(file->dir, path, &ret->fd, &ret->stat) == VG_OK;
    ret->packed = false;
    snprintf(name, sizeof name, "%s%s.gz", path, path[strlen(path) - 1] == '/' ? "index.html" : "");
    if (!file->packs || !vg_request_takes_gzip(rq) || vg_file_open(file->dir, name, &packed.fd, &packed.stat))
        return there;
    /* An empty one is what a build that broke off left: gzip of nothing has bytes. */
    bool stale = there && (is_newer(&ret->stat.st_mtim, &packed.stat.st_mtim) || packed.stat.st_size == 0);
    if (stale || there)
        close(stale ? packed.fd : ret->fd);
    if (!stale)
        *ret = packed;
    return true;
}

static struct MHD_Response *response_of(const struct file *f, bool unchanged)
{
    if (unchanged) {
        close(f->fd);
        return MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    }
    struct MHD_Response *response = MHD_create_response_from_fd64((uint64_t)f->stat.st_size, f->fd); /* closes it */
    if (!response)
        close(f->fd);
    return response;
}

/* The ETag is that of nginx: time and size; a deployment that keeps both keeps the content. */
bool vg_reply_file(struct vg_request *rq, const struct vg_reply_file *file, bool *ret_sent)
{
    struct file f;
    char etag[80];
    *ret_sent = file->dir && *file->path && open_file(rq, file, &f);
    if (!*ret_sent)
        return true;
    snprintf(etag, sizeof etag, "\"%llx-%lx-%llx%s\"", (unsigned long long)f.stat.st_mtim.tv_sec,
             (unsigned long)f.stat.st_mtim.tv_nsec, (unsigned long long)f.stat.st_size, f.packed ? "-gz" : "");
    bool has = vg_request_has(rq, etag);
    rq->answer_bytes = has ? 0 : (size_t)f.stat.st_size;
    struct MHD_Response *response = response_of(&f, has);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag);
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, file->cache);
        if (file->packs)
            MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
        if (!has)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, file->type);
        if (f.packed && !has)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    }
    return vg_reply_send(rq, has ? 304 : 200, response);
}
