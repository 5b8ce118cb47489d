#include <stdlib.h>
#include <string.h>

#include "archive/table.h"

#define INDEX_LEAST 65536 /* rows: a smaller file is read as fast as its index */

enum { MMSI, TIME, LON, LAT, KEYS }; /* the first columns of every table; LON and LAT of located ones */

static size_t key_count(const struct vg_table *table)
{
    return table->located ? KEYS : LON;
}

/* Files may have more columns, in another order; those of the table must be of its types. */
enum vg_err vg_table_file_init(struct vg_table_file *file, const struct vg_table *table,
                               struct vg_parquet_file *parquet)
{
    *file = (struct vg_table_file){.parquet = parquet, .table = table};
    for (size_t c = 0; c < table->count; c++) {
        const struct vg_parquet_column *want = &table->columns[c];
        size_t at = vg_parquet_find(parquet, want->name);
        const struct vg_parquet_column *have = at < VG_PARQUET_COLUMNS ? vg_parquet_column(parquet, at) : NULL;
        if (!have && want->optional) {
            file->columns[c] = VG_TABLE_MISSING;
            continue;
        }
        if (!have || have->type != want->type || have->logical != want->logical || have->bits != want->bits ||
            have->scale != want->scale) {
            vg_table_file_close(file);
            return VG_UNSUPPORTED;
        }
        file->columns[c] = at;
    }
    return VG_OK;
}

void vg_table_file_close(struct vg_table_file *file)
{
    vg_parquet_close(file->parquet);
    free(file->vessels);
    *file = (struct vg_table_file){0};
}

void vg_scan_start(struct vg_scan *scan, struct vg_table_file *file, const struct vg_positions_query *query)
{
    scan->file = file;
    scan->query = query;
    scan->group = scan->page = scan->page_count = scan->mmsi_at = 0;
    scan->in_group = scan->started = scan->spanned = false;
    scan->group_first = 0;
    scan->span_at = scan->span_count = 0;
}

void vg_scan_free(struct vg_scan *scan)
{
    for (size_t c = 0; c < VG_TABLE_COLUMNS; c++)
        vg_parquet_page_free(&scan->pages[c]);
    free(scan->hits);
    free(scan->rows);
    free(scan->spans);
    *scan = (struct vg_scan){0};
}

static bool box_possible(const struct vg_box *box, const struct vg_parquet_bounds b[KEYS])
{
    /* One unit of slack: a stored value is up to 1/3 off the broadcast one that the box is compared with. */
    double west = box->west_deg * 1e6 - 1, east = box->east_deg * 1e6 + 1;
    double min = (double)b[LON].min, max = (double)b[LON].max;
    if (b[LAT].known &&
        ((double)b[LAT].max < box->south_deg * 1e6 - 1 || (double)b[LAT].min > box->north_deg * 1e6 + 1))
        return false;
    if (!b[LON].known)
        return true;
    bool across = box->west_deg > box->east_deg;
    return across ? !(min > east && max < west) : !(max < west || min > east);
}

/* Index of the first MMSI asked for that is not less. */
static size_t first_from(const struct vg_positions_query *q, int64_t mmsi)
{
    size_t low = 0, high = q->mmsi_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (q->mmsis[middle] < mmsi)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* False only if no MMSI of [min, max] is asked for. */
static bool possible_mmsi(const struct vg_positions_query *q, const struct vg_parquet_bounds *b)
{
    if (q->mmsi && (q->mmsi < b->min || q->mmsi > b->max))
        return false;
    if (q->mmsi_last && (q->mmsi_last < b->min || q->mmsi_first > b->max))
        return false;
    size_t at = q->mmsis ? first_from(q, b->min) : 0;
    return !q->mmsis || (at < q->mmsi_count && q->mmsis[at] <= b->max);
}

/* False only if the bounds of the keys rule out every row. */
static bool possible(const struct vg_scan *scan, const struct vg_parquet_bounds b[KEYS])
{
    const struct vg_positions_query *q = scan->query;
    if (b[MMSI].known && !possible_mmsi(q, &b[MMSI]))
        return false;
    if (b[TIME].known && (b[TIME].max < q->from_us || b[TIME].min >= q->to_us))
        return false;
    return !q->box || !scan->file->table->located || box_possible(q->box, b);
}

/* True only if the bounds say that every row's time is asked for. */
static bool all_in_time(const struct vg_positions_query *q, const struct vg_parquet_bounds *time)
{
    return time->known && !time->nulls && time->min >= q->from_us && time->max < q->to_us;
}

/* The same of the box. One unit of slack, as in box_possible(), the other way. */
static bool all_in_box(const struct vg_box *box, const struct vg_parquet_bounds b[KEYS])
{
    return b[LON].known && b[LAT].known && !b[LON].nulls && !b[LAT].nulls &&
           (double)b[LON].min >= box->west_deg * 1e6 + 1 && (double)b[LON].max <= box->east_deg * 1e6 - 1 &&
           (double)b[LAT].min >= box->south_deg * 1e6 + 1 && (double)b[LAT].max <= box->north_deg * 1e6 - 1;
}

enum vg_err vg_scan_load(struct vg_scan *scan, size_t column)
{
    if (scan->loaded[column])
        return VG_OK;
    struct vg_parquet_page *page = &scan->pages[column];
    if (scan->file->columns[column] == VG_TABLE_MISSING) {
        enum vg_err none = vg_parquet_page_of_nulls(page, scan->range_rows);
        scan->loaded[column] = !none;
        return none;
    }
    enum vg_err err = vg_parquet_read_rows(scan->file->parquet, scan->range_group, scan->file->columns[column],
                                           scan->range_page, scan->from, scan->to, page);
    if (!err && page->rows != scan->range_rows)
        err = VG_UNSUPPORTED; /* our files have all pages' borders at the same rows */
    scan->loaded[column] = !err;
    return err;
}

enum vg_err vg_scan_load_all(struct vg_scan *scan)
{
    enum vg_err err = VG_OK;
    for (size_t c = 0; c < scan->file->table->count && !err; c++)
        err = vg_scan_load(scan, c);
    return err;
}

/* Asks the index of vessels, if the file has one, where to look for a box. */
static enum vg_err start(struct vg_scan *scan)
{
    struct vg_table_file *file = scan->file;
    scan->started = true;
    if (!scan->query->box || !file->table->located || vg_parquet_rows(file->parquet) < INDEX_LEAST)
        return VG_OK;
    if (!file->looked)
        file->vessels = vg_vessels_read(file->parquet);
    file->looked = true;
    if (!file->vessels)
        return VG_OK;
    if (scan->spans_room < file->vessels->count) {
        free(scan->spans);
        scan->spans = malloc(file->vessels->count * sizeof *scan->spans);
        scan->spans_room = scan->spans ? file->vessels->count : 0;
        if (!scan->spans)
            return VG_NOMEM;
    }
    scan->span_count = vg_vessels_find(file->vessels, scan->query->box, scan->spans);
    scan->spanned = true;
    return VG_OK;
}

/* Narrows rows [*first, *end) of the file to what the spans have of them; false if that is nothing. */
static bool narrow(struct vg_scan *scan, uint64_t *first, uint64_t *end)
{
    if (!scan->spanned)
        return true;
    while (scan->span_at < scan->span_count && scan->spans[scan->span_at].end <= *first)
        scan->span_at++;
    if (scan->span_at == scan->span_count || scan->spans[scan->span_at].first >= *end)
        return false;
    size_t last = scan->span_at;
    while (last + 1 < scan->span_count && scan->spans[last + 1].first < *end)
        last++;
    *first = scan->spans[scan->span_at].first > *first ? scan->spans[scan->span_at].first : *first;
    *end = scan->spans[last].end < *end ? scan->spans[last].end : *end;
    return true;
}

static void leave_group(struct vg_scan *scan)
{
    scan->in_group = false;
    scan->group_first += vg_parquet_group_rows(scan->file->parquet, scan->group++);
}

/* Opens the next row group that isn't ruled out. */
static enum vg_err enter_group(struct vg_scan *scan, struct vg_positions_work *work)
{
    struct vg_parquet_file *parquet = scan->file->parquet;
    struct vg_parquet_bounds bounds[KEYS] = {0};
    for (; scan->group < vg_parquet_groups(parquet); leave_group(scan)) {
        size_t keys = key_count(scan->file->table), other = 0;
        uint64_t first = scan->group_first, end = first + vg_parquet_group_rows(parquet, scan->group);
        enum vg_err err = VG_OK;
        work->groups++;
        for (size_t c = 0; c < keys; c++)
            bounds[c] = vg_parquet_group_bounds(parquet, scan->group, scan->file->columns[c]);
        if (!possible(scan, bounds) || !narrow(scan, &first, &end)) {
            work->groups_skipped++;
            continue;
        }
        for (size_t c = 0; c < keys && !err; c++) {
            err = vg_parquet_pages(parquet, scan->group, scan->file->columns[c], c ? &other : &scan->page_count);
            if (!err && c && other != scan->page_count)
                err = VG_UNSUPPORTED;
        }
        if (err) {
            leave_group(scan);
            return err;
        }
        scan->page = 0;
        scan->in_group = true;
        return VG_OK;
    }
    return VG_OK;
}

/* Moves to the next page of the group that isn't ruled out; false at its end. */
static bool next_page(struct vg_scan *scan, struct vg_positions_work *work)
{
    struct vg_parquet_file *parquet = scan->file->parquet;
    struct vg_parquet_bounds bounds[KEYS] = {0};
    while (scan->page < scan->page_count) {
        uint64_t first, end;
        size_t page = scan->page++;
        work->pages++;
        for (size_t c = 0; c < key_count(scan->file->table); c++)
            bounds[c] = vg_parquet_page_bounds(parquet, scan->group, scan->file->columns[c], page);
        vg_parquet_page_rows(parquet, scan->group, scan->file->columns[MMSI], page, &first, &end);
        uint64_t from = scan->group_first + first, to = scan->group_first + end;
        if (!possible(scan, bounds) || !narrow(scan, &from, &to)) {
            work->pages_skipped++;
            continue;
        }
        scan->range_group = scan->group;
        scan->range_page = page;
        scan->range_rows = (uint32_t)(end - first);
        scan->in_time = all_in_time(scan->query, &bounds[TIME]);
        scan->in_box = scan->query->box && all_in_box(scan->query->box, bounds);
        scan->from = (uint32_t)(from - scan->group_first - first);
        scan->to = (uint32_t)(to - scan->group_first - first);
        memset(scan->loaded, 0, sizeof scan->loaded);
        return true;
    }
    leave_group(scan);
    return false;
}

/* Rows are sorted by vessel: narrows the range to those of the one that is asked for. */
static enum vg_err find_vessel(struct vg_scan *scan)
{
    enum vg_err err = vg_scan_load(scan, MMSI);
    const int64_t *mmsi = scan->pages[MMSI].ints;
    while (!err && scan->from < scan->to && mmsi[scan->from] != scan->query->mmsi)
        scan->from++;
    while (!err && scan->to > scan->from && mmsi[scan->to - 1] != scan->query->mmsi)
        scan->to--;
    return err;
}

/* Rows are sorted by vessel, so the place in the list only goes on. */
static bool matches_mmsi(struct vg_scan *scan, int64_t mmsi)
{
    const struct vg_positions_query *q = scan->query;
    if ((q->mmsi && mmsi != q->mmsi) || (q->mmsi_last && (mmsi < q->mmsi_first || mmsi > q->mmsi_last)))
        return false;
    if (!q->mmsis)
        return true;
    size_t at = scan->mmsi_at;
    if (at < q->mmsi_count && q->mmsis[at] < mmsi)
        at = first_from(q, mmsi);
    else if (at == q->mmsi_count || (at && q->mmsis[at - 1] >= mmsi))
        at = first_from(q, mmsi); /* a file that isn't sorted */
    scan->mmsi_at = at;
    return at < q->mmsi_count && q->mmsis[at] == mmsi;
}

static enum vg_err make_room(struct vg_scan *scan)
{
    if (scan->hits_room >= scan->range_rows)
        return VG_OK;
    free(scan->hits);
    scan->hits = malloc(scan->range_rows * sizeof *scan->hits);
    scan->hits_room = scan->hits ? scan->range_rows : 0;
    return scan->hits ? VG_OK : VG_NOMEM;
}

/* ---- sieves: what is asked for, one column after another; the next is read only where the last left something ---- */

static bool asks_message(const struct vg_scan *scan)
{
    return scan->query->messages != 0 && scan->file->table->message != VG_TABLE_MISSING;
}

static bool passes_message(struct vg_scan *scan, size_t i)
{
    int64_t message = scan->pages[scan->file->table->message].ints[i];
    return message >= 0 && message < 32 && scan->query->messages >> message & 1;
}

static bool asks_mmsi(const struct vg_scan *scan)
{
    const struct vg_positions_query *q = scan->query;
    return q->mmsi || q->mmsi_last || q->mmsis;
}

static bool passes_mmsi(struct vg_scan *scan, size_t i)
{
    return matches_mmsi(scan, scan->pages[MMSI].ints[i]);
}

static bool asks_time(const struct vg_scan *scan)
{
    return !scan->in_time;
}

static bool passes_time(struct vg_scan *scan, size_t i)
{
    int64_t time_us = scan->pages[TIME].ints[i];
    return time_us >= scan->query->from_us && time_us < scan->query->to_us;
}

static bool asks_box(const struct vg_scan *scan)
{
    return scan->query->box && scan->file->table->located && !scan->in_box;
}

static bool passes_box(struct vg_scan *scan, size_t i)
{
    struct vg_pos pos = {.lon_e4min = vg_e4min_from_e6deg((int32_t)scan->pages[LON].ints[i]),
                         .lat_e4min = vg_e4min_from_e6deg((int32_t)scan->pages[LAT].ints[i])};
    return vg_box_contains(scan->query->box, pos);
}

#define OF_MESSAGE SIZE_MAX /* the column that the table names */

static const struct sieve {
    bool (*asks)(const struct vg_scan *scan);
    bool (*passes)(struct vg_scan *scan, size_t row);
    size_t first, last; /* columns that it needs */
} sieves[] = {
    {asks_message, passes_message, OF_MESSAGE, OF_MESSAGE}, /* cheap to read, and often all that is needed */
    {asks_mmsi, passes_mmsi, MMSI, MMSI},
    {asks_time, passes_time, TIME, TIME},
    {asks_box, passes_box, LON, LAT},
};

/* Drops the hits that the sieve holds back; the range shrinks to those that are left. */
static enum vg_err sift(struct vg_scan *scan, const struct sieve *sieve, size_t *count)
{
    size_t kept = 0, first = sieve->first == OF_MESSAGE ? scan->file->table->message : sieve->first;
    size_t last = sieve->last == OF_MESSAGE ? first : sieve->last;
    enum vg_err err = VG_OK;
    for (size_t c = first; c <= last && !err; c++)
        err = vg_scan_load(scan, c);
    if (err)
        return err;
    for (size_t n = 0; n < *count; n++)
        if (sieve->passes(scan, scan->hits[n]))
            scan->hits[kept++] = scan->hits[n];
    *count = kept;
    if (kept) {
        scan->from = scan->hits[0];
        scan->to = scan->hits[kept - 1] + 1;
    }
    return VG_OK;
}

/* ---- rows ---- */

/* The rows of which only the sender and the message type is asked for. */
static enum vg_err take_senders(struct vg_scan *scan, size_t count)
{
    const struct vg_table *table = scan->file->table;
    const bool typed = table->message != VG_TABLE_MISSING;
    enum vg_err err = vg_scan_load(scan, MMSI);
    if (!err && typed)
        err = vg_scan_load(scan, table->message);
    if (err)
        return err;
    memset(scan->rows, 0, count * table->row_size);
    for (size_t n = 0; n < count; n++) {
        char *row = (char *)scan->rows + n * table->row_size;
        struct vg_table_key *key = (void *)row;
        key->mmsi = (uint32_t)scan->pages[MMSI].ints[scan->hits[n]];
        if (typed)
            row[table->row_message] = (char)scan->pages[table->message].ints[scan->hits[n]];
    }
    return VG_OK;
}

/* Makes rows of the hits; the columns that are not loaded yet are read from the first hit to the last. */
static enum vg_err take_hits(struct vg_scan *scan, size_t count)
{
    size_t bytes = count * scan->file->table->row_size;
    if (scan->rows_room < bytes) {
        free(scan->rows);
        scan->rows = malloc(bytes);
        scan->rows_room = scan->rows ? bytes : 0;
        if (!scan->rows)
            return VG_NOMEM;
    }
    return scan->query->senders_only ? take_senders(scan, count) : scan->file->table->take(scan, count, scan->rows);
}

/* The rows of the range that are wanted. */
static enum vg_err read_range(struct vg_scan *scan, struct vg_positions_work *work, size_t *ret_count)
{
    enum vg_err err = make_room(scan);
    if (!err && scan->query->mmsi)
        err = find_vessel(scan);
    if (err || scan->from == scan->to)
        return err;
    size_t count = scan->to - scan->from;
    work->rows += count;
    for (size_t n = 0; n < count; n++)
        scan->hits[n] = scan->from + (uint32_t)n;
    for (size_t s = 0; s < sizeof sieves / sizeof *sieves && count && !err; s++)
        if (sieves[s].asks(scan))
            err = sift(scan, &sieves[s], &count);
    if (!err && count)
        err = take_hits(scan, count);
    if (!err)
        *ret_count = count;
    return err;
}

enum vg_err vg_scan_next(struct vg_scan *scan, struct vg_positions_work *work, size_t *ret_count)
{
    enum vg_err err = scan->started ? VG_OK : start(scan);
    size_t count = 0;
    while (!err && !count) {
        if (!scan->in_group) {
            err = enter_group(scan, work);
            if (err || !scan->in_group)
                break;
        }
        if (next_page(scan, work))
            err = read_range(scan, work, &count);
    }
    if (!err)
        *ret_count = count;
    return err;
}

bool vg_table_text(const struct vg_scan *scan, size_t column, size_t row, char *to, size_t size)
{
    if (!scan->pages[column].present[row])
        return false;
    struct vg_parquet_text text = scan->pages[column].texts[row];
    size_t len = text.len < size ? text.len : size - 1;
    while (len < text.len && len && ((uint8_t)text.bytes[len] & 0xc0) == 0x80)
        len--;
    memcpy(to, text.bytes, len);
    return true;
}

uint8_t vg_table_parts(const struct vg_scan *scan, size_t column, size_t row)
{
    if (scan->file->columns[column] == VG_TABLE_MISSING)
        return VG_PARTS_UNKNOWN;
    return (uint8_t)scan->pages[column].ints[row]; /* 0 where null */
}

static bool is_word(struct vg_parquet_text text, const char *word)
{
    return strlen(word) == text.len && !memcmp(word, text.bytes, text.len);
}

enum vg_class vg_table_class(const struct vg_scan *scan, size_t column, size_t row, enum vg_class unsaid)
{
    if (!scan->pages[column].present[row])
        return unsaid;
    for (unsigned class = 0; class < VG_CLASS_COUNT; class ++)
        if (is_word(scan->pages[column].texts[row], vg_class_key((enum vg_class) class)))
            return (enum vg_class) class;
    return VG_CLASS_UNKNOWN;
}

enum vg_time_source vg_table_time_source(const struct vg_scan *scan, size_t column, size_t row)
{
    for (unsigned s = 0; s < VG_TIME_SOURCE_COUNT && scan->pages[column].present[row]; s++)
        if (is_word(scan->pages[column].texts[row], vg_time_source_key((enum vg_time_source)s)))
            return (enum vg_time_source)s;
    return VG_TIME_SOURCE_UNKNOWN;
}
