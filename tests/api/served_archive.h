/* One small archive for all tests of a file, and a server that answers about it. */
#ifndef VG_TESTS_API_SERVED_ARCHIVE_H
#define VG_TESTS_API_SERVED_ARCHIVE_H

#include "small_archive.h"

static struct small_archive archive;
static struct server *server;

/* The end of a set-up: the rows are added. */
static inline int serve_archive(void)
{
    archive_end(&archive);
    server = archive_server(&archive);
    return 0;
}

static inline int drop_served_archive(void **state)
{
    (void)state;
    server_close(server);
    archive_drop(&archive);
    return 0;
}

#endif
