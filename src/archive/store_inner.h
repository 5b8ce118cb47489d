/*
 * What the parts of the store share: where things lie, the state file, listings, and the merged reading of an hour.
 *
 * A compaction takes a number as a commit does: the part it writes counts from the moment the state reaches its LAST,
 * and whoever lists an hour sees by the state's number that something changed meanwhile. So no reader can find neither
 * the new part nor the old ones.
 */
#ifndef VG_ARCHIVE_STORE_INNER_H
#define VG_ARCHIVE_STORE_INNER_H

#include "archive/store.h"
#include "archive/table.h"

#define VG_STORE_PARTS_MAX  512                  /* of one hour and table that are read together */
#define VG_STORE_NUMBER_MAX UINT64_C(9999999999) /* of a commit: ten digits */
#define VG_STORE_STATE_MAX  4096                 /* bytes of a state file */

struct vg_store_state {
    uint64_t commit, mark;
    bool emptied; /* the commit may have left parts without rows: they stood for those that it took away */
    char note[VG_STORE_NOTE];
};

/* The state's text and back. VG_CORRUPT: not one; VG_UNSUPPORTED: of a newer version. */
enum vg_err vg_store_state_parse(const char *bytes, size_t len, struct vg_store_state *ret_state);
/* Its length; 0: it doesn't fit. */
size_t vg_store_state_text(const struct vg_store_state *state, char ret_text[static VG_STORE_STATE_MAX]);
/* VG_NOT_FOUND, VG_CORRUPT, VG_UNSUPPORTED, VG_IO. */
enum vg_err vg_store_state_read(const char *dir, struct vg_store_state *ret_state);
enum vg_err vg_store_state_write(const char *dir, const struct vg_store_state *state);

/* A part by its numbers, as they stand in its name. */
struct vg_store_part {
    uint64_t first, last;
};

struct vg_store_parts {
    struct vg_store_part *items;
    size_t count, room;
};

struct vg_store_hours {
    int64_t *items; /* when they begin */
    size_t count, room;
};

extern const struct vg_table *const vg_store_tables[VG_STORE_TABLES];
static inline const struct vg_table *vg_store_table(enum vg_store_table table)
{
    return vg_store_tables[table];
}

/* `part-0000000001-0000000002.parquet`; false if the name isn't one. */
bool vg_store_part_parse(const char *name, struct vg_store_part *ret_part);

/* Paths; VG_RANGE if too long. `part` NULL: the hour's folder. */
enum vg_err vg_store_path(const char *dir, enum vg_store_table table, int64_t hour_us, const struct vg_store_part *part,
                          char ret_path[static VG_ATOMIC_PATH]);
/* Takes a part away. True: there is none of that name now (a path that can't be is none). */
bool vg_store_remove_part(const char *dir, enum vg_store_table table, int64_t hour_us,
                          const struct vg_store_part *part);
/*
 * Takes a part without rows away, and folders that are empty then. False: it stays, for a part that it stands for is
 * still there, or the system refuses.
 */
bool vg_store_remove_empty(const char *dir, enum vg_store_table table, int64_t hour_us,
                           const struct vg_store_part *part);
/* Makes the hour's folder and those above it as far as they are missing, and syncs all that they stand in. */
enum vg_err vg_store_make_folder(const char *dir, enum vg_store_table table, int64_t hour_us);

/* The hours that have a folder and meet [from_us, to_us), added to *hours, sorted. VG_IO, VG_NOMEM. */
enum vg_err vg_store_list_hours(const char *dir, enum vg_store_table table, int64_t from_us, int64_t to_us,
                                struct vg_store_hours *hours);

/*
 * The parts of an hour that count, by number: those up to `commit` that lie within no other. The others, and temporary
 * files, are removed if `clean`. VG_IO, VG_NOMEM; no folder: no parts.
 */
enum vg_err vg_store_list_parts(const char *dir, enum vg_store_table table, int64_t hour_us, uint64_t commit,
                                bool clean, struct vg_store_parts *ret_parts);

/*
 * Several files, each sorted, as one sequence sorted by key; equal keys in the order of the files. A range that can't
 * be read is told to on_damage with the number of its file and passed over, or ends the reading if on_damage is NULL.
 * Scans are lent: `count` of them.
 */
typedef enum vg_err vg_merge_on_row(void *arg, const struct vg_table *table, const void *row);
typedef void vg_merge_on_damage(void *arg, size_t file, enum vg_err err);
enum vg_err vg_merge(struct vg_table_file **files, size_t count, struct vg_scan *scans,
                     const struct vg_positions_query *query, vg_merge_on_row *on_row, vg_merge_on_damage *on_damage,
                     void *arg, struct vg_positions_work *work);

/*
 * The rows that a query finds in some tables (bits of enum vg_store_table): hour by hour, within an hour as vg_merge()
 * gives them, files in the order of the tables. `work` may be NULL.
 */
enum vg_err vg_store_ask(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                         vg_merge_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                         struct vg_positions_work *work);

/* Asks for large pages of memory, as far as a block has room for them: random reading is faster so. */
void vg_store_large_pages(void *memory, size_t size);

/* When the hour of a time begins. */
int64_t vg_store_hour_of(int64_t time_us);

/*
 * Pointers to rows by hour, vessel, time, journal offset. Those of hour h are rows[starts[h] … starts[h + 1]). Starts
 * as zeros; its memory is kept from one sorting to the next, for new pages cost more than the sorting.
 */
struct vg_store_sorted {
    const void **rows;
    size_t *starts, hours;
    void *entries; /* two for each row that there is room for */
    size_t room, starts_room;
};

/* Sorts `count` rows of `size` bytes. VG_NOMEM, VG_LIMIT: nothing is sorted. */
enum vg_err vg_store_sort(const void *rows, size_t size, size_t count, struct vg_store_sorted *sorted);
void vg_store_sorted_free(struct vg_store_sorted *sorted);

/* ---- the writer, of store_write.c, store_compact.c, store_join.c and store_retract.c ---- */

struct vg_store_bad {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_part part;
};
#define VG_STORE_BAD_MAX 256 /* parts known as unreadable that a writer remembers */

/* Rows that were added and not committed. */
struct vg_store_rows {
    void *items; /* table->row_size bytes each */
    size_t count, room;
};

/* What the next commit takes away. */
struct vg_store_retraction {
    struct vg_offset_ranges ranges;
    struct vg_store_hours hours[VG_STORE_TABLES]; /* that have such rows */
};

struct vg_store_writer {
    char *dir;
    struct vg_store_rules rules;
    const struct vg_sources *sources;
    struct vg_store_state state;
    char note[VG_STORE_NOTE]; /* of the next commit */
    struct vg_store_rows rows[VG_STORE_TABLES];
    struct vg_store_sorted sorted;      /* for commits */
    struct vg_parquet_text source_name; /* of `source`, that of the report before */
    uint16_t source;
    struct vg_store_hours due[VG_STORE_TABLES]; /* hours that compaction may have work with, sorted */
    struct vg_store_bad bad[VG_STORE_BAD_MAX];
    size_t bad_count;
    struct vg_store_retraction retraction;
    struct vg_store_counters counters;
    struct vg_store_hours synced[VG_STORE_TABLES]; /* hours whose folders are there for sure */
    bool stuck; /* a part that must not be there could not be removed: no number can be given before it is */
    char why[VG_ATOMIC_PATH + 128];
};

/* Adds an hour to a sorted list, once. VG_NOMEM. */
enum vg_err vg_store_hours_add(struct vg_store_hours *hours, int64_t hour_us);
bool vg_store_hours_have(const struct vg_store_hours *hours, int64_t hour_us);

/* Puts `what` and the error into w->why, unless something is told there. */
void vg_store_tell(struct vg_store_writer *w, const char *what, enum vg_err err);

/* What is made one: parts[from…from + count) of an hour, VG_STORE_PARTS_MAX at most. */
struct vg_store_job {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_parts parts;
    size_t from, count;
    struct vg_store_part target;
};

/* How it went. Starts as zeros. */
struct vg_store_joining {
    struct vg_table_out *out;
    const struct vg_offset_ranges *without;
    uint64_t kept, left_out; /* rows */
    bool damaged;
    size_t file;     /* which can't be read: of the job's parts, counted from `from` … */
    enum vg_err err; /* … and why */
};

/* Opens a part as a file of its table. vg_parquet_open()'s errors, and vg_table_file_init()'s. */
enum vg_err vg_store_open_part(const char *dir, enum vg_store_table table, int64_t hour_us,
                               const struct vg_store_part *part, struct vg_table_file *ret_file);

/* Whether a part has no rows: a retraction left it, and it will be removed. vg_store_open_part()'s errors. */
enum vg_err vg_store_is_empty(const char *dir, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part, bool *ret_empty);

/*
 * Writes the part job->target with the rows of the job's parts, but for those whose journal offset is in `without`
 * (NULL: all). It doesn't count before the state says so. On failure there is no such part, or w->stuck.
 */
enum vg_err vg_store_join(struct vg_store_writer *w, const struct vg_store_job *job,
                          const struct vg_offset_ranges *without, struct vg_store_joining *joining);

/* True if the next commit takes rows away. */
bool vg_store_retracts(const struct vg_store_writer *w);
/*
 * Writes the hours that the next commit takes rows from anew, with the number after the last commit's, and adds them to
 * written[table] before anything is there. *ret_rows[table]: rows that leave; *ret_emptied: an hour has none left. On
 * failure w->why tells.
 */
enum vg_err vg_store_write_retraction(struct vg_store_writer *w, struct vg_store_hours written[VG_STORE_TABLES],
                                      uint64_t ret_rows[VG_STORE_TABLES], bool *ret_emptied);
/*
 * Behind the commit: removes the parts that it replaced, and those without rows, and says so in the state. `settled`:
 * no other commit left such.
 */
void vg_store_conclude_retraction(struct vg_store_writer *w, bool settled);
/* The same at opening, of any hour, if the state says that there may be such. */
void vg_store_settle_all(struct vg_store_writer *w);
void vg_store_retraction_free(struct vg_store_retraction *retraction); /* nothing is taken away then */

/* True if a number can be given: a part that counts as none yet, and could not be removed, is tried again. */
bool vg_store_can_number(struct vg_store_writer *w);

#endif
