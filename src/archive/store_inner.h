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
#define VG_STORE_MISSING    4                    /* ranges of a repair that was interrupted */

/* Which list of parts counts, and how many bytes of it (store_list.h). number 0: none, every part that is there does.
 */
struct vg_store_list_at {
    uint64_t number, bytes;
};

/*
 * Rows of hours that have few rows go together into mixed parts, which cover many hours: an hour each would be a file
 * for every row of a table with a row an hour, or of a clock that goes wrong. The "hour" of the mixed parts stands
 * before all others. They lie in the folder of 1970-01-01 00:00, so that other programs read a day and an hour of the
 * same types, and have a name of their own. Their rows are sorted by hour, and within the hour as in any part.
 */
#define VG_STORE_MIXED          INT64_MIN
#define VG_STORE_MIXED_FOLDER   0                 /* the hour whose folder they lie in */
#define VG_STORE_MIXED_MOST     ((size_t)1 << 20) /* rows of one that compaction makes */
#define VG_STORE_MIXED_PARTS    32                /* that one compaction joins */
#define VG_STORE_HOUR_ROWS      512               /* with so many rows an hour has a part of its own … */
#define VG_STORE_HOUR_ROWS_MORE 64 /* … and with so many more another one, when compaction moves them */
#define VG_STORE_COMMIT_HOURS   64 /* that a commit, or a compaction, gives a part, of one table */
#define VG_STORE_FEW_HOURS      8  /* a commit of no more hours gives each a part, whatever its rows … */
#define VG_STORE_FEW_FOLDERS    24 /* … as long as that made no more folders of one table */

struct vg_store_state {
    uint64_t commit, mark;
    bool mixed;   /* there may be mixed parts */
    bool sensors; /* there may be parts of detections and tracks */
    bool emptied; /* the commit may have left parts without rows: they stood for those that it took away */
    char note[VG_STORE_NOTE];
    struct vg_store_list_at list;
    /* What a repair took out of the archive and has not yet brought back: journal offsets before the mark. */
    struct vg_offset_range missing[VG_STORE_MISSING];
    size_t missing_count;
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
/* The same of the parts of an hour, or of the mixed ones (VG_STORE_MIXED): `mixed-0000000001-0000000002.parquet`. */
bool vg_store_part_of(int64_t hour_us, const char *name, struct vg_store_part *ret_part);

/* `positions/day=2026-11-22/hour=07/part-….parquet`, as in an archive's folder; false if it is none. */
bool vg_store_path_parse(const char *path, enum vg_store_table *ret_table, int64_t *ret_hour_us,
                         struct vg_store_part *ret_part);

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

/*
 * The hours that have a folder and meet [from_us, to_us), added to *hours, sorted. VG_STORE_MIXED is the first of them
 * if from_us is INT64_MIN and there may be mixed parts. VG_NOMEM; VG_IO: a folder can't be read, and the hours of the
 * others are there.
 */
enum vg_err vg_store_list_hours(const char *dir, enum vg_store_table table, int64_t from_us, int64_t to_us,
                                struct vg_store_hours *hours);

/*
 * The parts of an hour that count, by number: those up to `commit` that lie within no other. The others, and temporary
 * files, are removed if `clean`. VG_IO, VG_NOMEM; no folder: no parts.
 */
enum vg_err vg_store_list_parts(const char *dir, enum vg_store_table table, int64_t hour_us, uint64_t commit,
                                bool clean, struct vg_store_parts *ret_parts);

/* Who is told the rows of a merge, and what can't be read. `on_damage` NULL: that ends it. */
typedef enum vg_err vg_merge_on_row(void *arg, const struct vg_table *table, const void *row);
typedef void vg_merge_on_damage(void *arg, size_t file, enum vg_err err);
struct vg_merging {
    vg_merge_on_row *on_row;
    vg_merge_on_damage *on_damage;
    void *arg;
    struct vg_positions_work *work;
};

/* The rows of one file that a query finds, one after another. scan and file are set, the rest starts as zeros. */
struct vg_stream {
    struct vg_scan *scan;
    size_t file;      /* its number, for on_damage; of equal rows the one of the least number comes first */
    bool mixed;       /* sorted by hour first */
    size_t at, count; /* row `at` of `count` in memory comes next; count 0: there is none */
};

/* Goes to the first row. `file` must outlive the stream. */
enum vg_err vg_stream_start(const struct vg_merging *m, struct vg_stream *stream, struct vg_table_file *file,
                            const struct vg_positions_query *query);
/* When the hour of the row that comes next begins; INT64_MAX: there is none. */
int64_t vg_stream_hour(const struct vg_stream *stream);
/* The rows of one hour, sorted by key: all of streams that aren't mixed, and of the others those of that hour. */
enum vg_err vg_merge_hour(const struct vg_merging *m, struct vg_stream **streams, size_t count, int64_t hour_us);

/*
 * Several files, each sorted, as one sequence sorted by key; equal keys in the order of the files. A range that can't
 * be read is told to on_damage with the number of its file and passed over, or ends the reading if on_damage is NULL.
 * Scans are lent: `count` of them.
 */
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

/* How many rows each hour has in a file: by time bounds of groups and pages where those suffice. Starts as zeros. */
struct vg_hour_count {
    int64_t hour_us;
    uint64_t rows;
};
struct vg_hour_counts {
    struct vg_hour_count *items; /* sorted, each hour once; free()d by whoever has it */
    size_t count, room;
};
/* Adds a file's rows. VG_NOMEM, vg_parquet_read_page()'s errors; the counts are of no use then. */
enum vg_err vg_hour_counts_add(struct vg_hour_counts *counts, struct vg_table_file *file);
/* Notes that the hour of a time has rows. */
enum vg_err vg_hour_counts_note(struct vg_hour_counts *counts, int64_t time_us);

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

struct vg_store_list;
struct vg_store_text;
#define VG_STORE_TEXTS 4096 /* places for different texts of rows that wait: half of them are given */

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
    struct vg_store_text *texts[VG_STORE_TEXTS]; /* of rows of tracks, by a hash; NULL: free */
    size_t text_count;
    char sensor[VG_STORE_SENSORS][VG_STORE_SENSOR_NAME]; /* by vg_report.site; "": not described */
    struct vg_store_hours due[VG_STORE_TABLES];          /* hours that compaction may have work with, sorted */
    struct vg_store_bad bad[VG_STORE_BAD_MAX];
    size_t bad_count;
    struct vg_store_retraction retraction;
    struct vg_store_counters counters;
    struct vg_store_hours synced[VG_STORE_TABLES]; /* hours whose folders are there for sure */
    size_t few_folders[VG_STORE_TABLES];           /* that were made for hours with few rows */
    vg_store_is_stopped *is_stopped;               /* NULL: never */
    void *is_stopped_arg;
    struct vg_out lines; /* of the list of parts, for the next state */
    uint32_t lines_added, lines_removed;
    uint32_t list_lines, list_dead;    /* of the list, at least */
    uint64_t list_last;                /* the greatest number that a list had */
    struct vg_store_list *known;       /* at opening */
    struct vg_store_list *extent_list; /* as vg_store_extent() read it last; NULL: not yet */
    struct vg_hour_counts mixed_hours; /* of the mixed parts, as it found them last … */
    uint64_t mixed_sign;               /* … when they were these */
    bool list_lost;                    /* it can't be read: it is made anew */
    bool repaired;                     /* the next commit says that nothing is missing */
    bool stuck; /* a part that must not be there could not be removed: no number can be given before it is */
    char why[VG_ATOMIC_PATH + 128];
};

/* No row waits any more: their texts go. */
void vg_store_forget_texts(struct vg_store_writer *w);

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
    struct vg_store_hours moves; /* of mixed parts: whose rows go into parts of their own */
};

/* How it went. Starts as zeros. */
struct vg_store_joining {
    struct vg_table_out *out;
    const struct vg_offset_ranges *without;
    struct vg_table_written written;
    uint64_t kept, left_out, moved; /* rows */
    int64_t before_us;              /* rows before are left out as well, if … */
    bool cuts;                      /* … this */
    struct vg_store_writer *writer;
    const struct vg_store_job *job;
    int64_t hour_us;
    struct vg_table_out *hour_out; /* of the hour that moves, instead of `out`; NULL: none does */
    struct vg_store_hours hours;   /* that were moved; free()d by whoever joins */
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

/* What was joined is there: it counts from the state's next number on, and the old parts go. On failure nothing is. */
enum vg_err vg_store_switch_over(struct vg_store_writer *w, const struct vg_store_job *job,
                                 struct vg_store_joining *joining);

/* Takes the parts of the hours that a join moved away again. */
void vg_store_unmove(struct vg_store_writer *w, struct vg_store_joining *joining);

/* Makes the hour's folder, once for each, unless somebody has taken it away. */
enum vg_err vg_store_hour_folder(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us);

/* Whether what is being written is to be given up: asked at each part, and each few thousand rows. */
static inline bool vg_store_is_given_up(const struct vg_store_writer *w)
{
    return w->is_stopped && w->is_stopped(w->is_stopped_arg);
}
#define VG_STORE_GIVE_UP_ROWS 4096 /* a power of two */

/* Which of a commit's hours (with their rows, sorted) have a part of their own. VG_NOMEM. */
enum vg_err vg_store_choose_hours(struct vg_store_writer *w, enum vg_store_table table,
                                  const struct vg_hour_count *hours, size_t count, struct vg_store_hours *ret_own);

/*
 * Which of the mixed parts are made one: the last and those before it that are not much larger; and which hours move to
 * parts of their own, into the job. *ret_found false: there is nothing to do. A part that can't be read is told in
 * `joining`. VG_EOF: given up.
 */
typedef bool vg_store_is_bad(const struct vg_store_writer *w, const struct vg_store_job *job,
                             struct vg_store_part part);
enum vg_err vg_store_mixed_run(struct vg_store_writer *w, struct vg_store_job *job, vg_store_is_bad *is_bad,
                               struct vg_store_joining *joining, bool *ret_found);

/* All rows of mixed files, hour by hour; on_hour is told each before its rows. */
typedef enum vg_err vg_store_on_hour(void *arg, int64_t hour_us);
enum vg_err vg_store_merge_mixed(const struct vg_merging *m, struct vg_table_file **files, size_t count,
                                 struct vg_scan *scans, vg_store_on_hour *on_hour);

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
/* The same of one hour, behind a compaction that left no row in its part. */
void vg_store_settle_one(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us, bool settled);
/* The same at opening, of any hour, if the state says that there may be such. */
void vg_store_settle_all(struct vg_store_writer *w);
void vg_store_retraction_free(struct vg_store_retraction *retraction); /* nothing is taken away then */

/* True if a number can be given: a part that counts as none yet, and could not be removed, is tried again. */
bool vg_store_can_number(struct vg_store_writer *w);

#endif
