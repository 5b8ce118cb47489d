/* Archives and packed files, made by libarchive in memory or on the disk. */
#ifndef VG_TESTS_PACKING_H
#define VG_TESTS_PACKING_H

#include "test.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#define PACK_MOST (1 << 20)

struct packed_member {
    const char *name, *text; /* text NULL: a folder */
    int64_t changed_s;       /* 0: not said */
    const char *link;        /* where a symbolic link leads to; NULL: it is none */
    size_t len;              /* of the text; 0: it ends with its terminator */
};

struct pack {
    uint8_t bytes[PACK_MOST];
    size_t len;
};

static inline void pack_entry_(struct archive *a, const struct packed_member *m)
{
    struct archive_entry *e = archive_entry_new();
    size_t len = !m->text ? 0 : m->len ? m->len : strlen(m->text);
    archive_entry_set_pathname(e, m->name);
    archive_entry_set_filetype(e, m->link ? AE_IFLNK : m->text ? AE_IFREG : AE_IFDIR);
    archive_entry_set_perm(e, 0644);
    if (m->link)
        archive_entry_set_symlink(e, m->link);
    if (m->changed_s)
        archive_entry_set_mtime(e, m->changed_s, 0);
    archive_entry_set_size(e, m->link ? 0 : (int64_t)len);
    assert_true(archive_write_header(a, e) >= ARCHIVE_WARN);
    if (len && !m->link)
        assert_int_equal(archive_write_data(a, m->text, len), len);
    archive_entry_free(e);
}

/* format: ARCHIVE_FORMAT_…; filter: ARCHIVE_FILTER_…; options as archive_write_set_options(), or NULL. */
static inline void pack_members(struct pack *pack, int format, int filter, const char *options,
                                const struct packed_member *members, size_t count)
{
    struct archive *a = archive_write_new();
    assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
    if (options)
        assert_int_equal(archive_write_set_options(a, options), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    assert_int_equal(archive_write_open_memory(a, pack->bytes, sizeof pack->bytes, &pack->len), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        pack_entry_(a, &members[i]);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

/* One packed file, no archive. */
static inline void pack_bytes(struct pack *pack, int filter, const void *bytes, size_t len)
{
    const struct packed_member one = {.name = "data", .text = bytes, .len = len};
    pack_members(pack, ARCHIVE_FORMAT_RAW, filter, NULL, &one, 1);
}

static inline void pack_save(const struct pack *pack, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pack->bytes, pack->len), (ssize_t)pack->len);
    close(fd);
}

#endif
