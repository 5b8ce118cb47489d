/*
 * The list of parts: which parts the archive must have, how large each is, and what its end must be. The folders alone
 * can't tell that a part has gone, is shorter than it was, or says of its pages what was never written.
 *
 *     DIR/parts-0000000003.list      lines, appended with each commit: "+ PATH …", "- PATH"
 *     DIR/state.json                 which list counts, and how many bytes of it
 *
 * A line is on the disk before the state counts it, so the list changes with a commit, wholly or not at all. A list
 * that has more dead lines than live ones is written anew, under the next number. An archive from before there was a
 * list, or that lost it, gets one of what lies there. Within archive; one thread for each struct.
 */
#ifndef VG_ARCHIVE_STORE_LIST_H
#define VG_ARCHIVE_STORE_LIST_H

#include <sys/stat.h>

#include "archive/store_inner.h"

#define VG_STORE_LIST_LINE    320                 /* bytes of a line */
#define VG_STORE_LIST_BYTES   (UINT64_C(1) << 30) /* of a list: some six million parts */
#define VG_STORE_ROWS_UNKNOWN UINT64_MAX          /* of a part that was there before the list */

/* A part that must be there. */
struct vg_store_listed {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_part part;
    struct vg_table_written file; /* bytes 0: not known; rows 0: it may have gone, for it says nothing */
    bool gone;                    /* a line "-": while lines are read */
    uint32_t line;
};

/* What a list says, sorted by table, hour and numbers. Starts as zeros. */
struct vg_store_list {
    struct vg_store_list_at at; /* so much of it was read */
    struct vg_store_listed *items;
    size_t count, room;
    uint32_t lines; /* that were read, dead ones too */
    /* Of the file, as it was read: an archive may be made anew under the same names. */
    uint32_t crc;
    ino_t inode;
    struct timespec changed;
};

/*
 * Brings *list to what counts at `at`: nothing is read while the file doesn't change, and no line twice. On failure it
 * is empty. `at`.number 0: an empty list, VG_OK. VG_NOT_FOUND, VG_CORRUPT (it is shorter, or a line is none), VG_IO,
 * VG_NOMEM.
 */
enum vg_err vg_store_list_read(const char *dir, const struct vg_store_list_at *at, struct vg_store_list *list);
void vg_store_list_free(struct vg_store_list *list);

/* The parts of an hour in a table: *ret_count of them. */
const struct vg_store_listed *vg_store_list_hour(const struct vg_store_list *list, enum vg_store_table table,
                                                 int64_t hour_us, size_t *ret_count);
const struct vg_store_listed *vg_store_list_find(const struct vg_store_list *list, enum vg_store_table table,
                                                 int64_t hour_us, const struct vg_store_part *part); /* NULL: none */
/* The hours that the list has in a table and that meet [from_us, to_us), added to *hours in order. VG_NOMEM. */
enum vg_err vg_store_list_hours_of(const struct vg_store_list *list, enum vg_store_table table, int64_t from_us,
                                   int64_t to_us, struct vg_store_hours *hours);

/*
 * Whether the file at `path` is the one that is listed, as far as its size and its end tell. VG_NOT_FOUND, VG_CORRUPT,
 * VG_IO, VG_NOMEM.
 */
enum vg_err vg_store_listed_check(const struct vg_store_listed *listed, const char *path);

/* `DIR/parts-0000000003.list`; VG_RANGE if too long. */
enum vg_err vg_store_list_path(const char *dir, uint64_t number, char ret_path[static VG_ATOMIC_PATH]);

/* ---- the writer's side ---- */

/* What the next state will say: a part is there, or has gone. VG_NOMEM. */
enum vg_err vg_store_list_add(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part, const struct vg_table_written *file);
enum vg_err vg_store_list_remove(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                                 const struct vg_store_part *part);
/* The job's part stands for those that were made one. */
enum vg_err vg_store_list_replace(struct vg_store_writer *w, const struct vg_store_job *job,
                                  const struct vg_table_written *written);
/* It won't, after all. */
void vg_store_list_drop(struct vg_store_writer *w);

/*
 * The one way to another state: writes the lines, syncs them, then writes the state that counts them, and makes it
 * w->state. On failure the state is the one before, and the lines are dropped. VG_IO, VG_NOMEM, VG_LIMIT, VG_RANGE.
 */
enum vg_err vg_store_switch(struct vg_store_writer *w, const struct vg_store_state *next);

/* At opening: lists that don't count are removed; one that is missing or damaged is made anew with the next switch. */
void vg_store_list_open(struct vg_store_writer *w);

/*
 * Opens a part of a job as vg_store_open_part() does, if it is what the list said at opening: what is made one of a
 * damaged part would hide the damage for good. Parts since then are this writer's own.
 */
enum vg_err vg_store_list_open_part(const struct vg_store_writer *w, const struct vg_store_job *job, size_t part,
                                    struct vg_table_file *ret_file);

#endif
