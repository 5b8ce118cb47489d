#include "ingest/track_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "journal/name.h"
#include "journal/reader.h"
#include "situation/situation.h"
#include "situation/state_file.h"

#define FACTS_MOST 80

/* A row with its texts. */
struct row {
    struct vg_track_point point;
    char sensors[VG_TRACK_WORDS_MOST + 1], facts[FACTS_MOST];
};

struct vg_track_rows {
    struct vg_sites sites;
    bool data_clock;
    uint64_t journal; /* its number */
    char journal_name[VG_KEY_NAME];
    struct vg_situation *situation;
    struct vg_track *seen; /* room for all tracks */
    struct row *row;
    size_t count, room;
    uint64_t taken, left_out;
    struct vg_report *report; /* a record's, with the situation's sources */
    size_t report_room;
    uint16_t source[VG_SOURCE_MAX]; /* the situation's, by that of a feed; 0: not yet */
    bool silent;                    /* rows are not wanted */
    bool no_memory;
};

static enum vg_err make_situation(const struct vg_track_rows *r, struct vg_situation **ret)
{
    struct vg_picture_limits limits = VG_PICTURE_LIMITS_DEFAULT;
    struct vg_situation *s;
    limits.trail_points = 0;
    limits.trail_bytes = 0;
    enum vg_err err = vg_situation_new(&limits, r->data_clock, &s);
    if (err)
        return err;
    err = vg_situation_set_sites(s, &r->sites);
    if (err) {
        vg_situation_free(s);
        return err;
    }
    vg_situation_set_journal(s, r->journal_name);
    *ret = s;
    return VG_OK;
}

enum vg_err vg_track_rows_new(const struct vg_track_rows_options *o, struct vg_track_rows **ret_rows)
{
    if (!o->sites || !o->sites->count)
        return VG_ARG;
    struct vg_track_rows *r = calloc(1, sizeof *r);
    if (!r)
        return VG_NOMEM;
    r->sites = *o->sites;
    r->data_clock = o->data_clock;
    vg_journal_name(NULL, o->journal_dir, r->journal_name); /* else: "" */
    r->journal = vg_journal_number(r->journal_name);
    r->seen = calloc(VG_TRACKS_MAX, sizeof *r->seen);
    enum vg_err err = r->seen ? make_situation(r, &r->situation) : VG_NOMEM;
    if (err)
        vg_track_rows_free(r);
    else
        *ret_rows = r;
    return err;
}

void vg_track_rows_free(struct vg_track_rows *r)
{
    if (!r)
        return;
    vg_situation_free(r->situation);
    free(r->seen);
    free(r->row);
    free(r->report);
    free(r);
}

size_t vg_track_rows_count(const struct vg_track_rows *r)
{
    return r->count;
}

const struct vg_track_point *vg_track_rows_get(struct vg_track_rows *r, size_t i)
{
    struct row *row = &r->row[i];
    row->point.sensors = (struct vg_parquet_text){row->sensors, (uint32_t)strlen(row->sensors)};
    row->point.facts = (struct vg_parquet_text){row->facts, (uint32_t)strlen(row->facts)};
    return &row->point;
}

uint64_t vg_track_rows_taken(const struct vg_track_rows *r)
{
    return r->taken;
}

uint64_t vg_track_rows_left_out(const struct vg_track_rows *r)
{
    return r->left_out;
}

/* ---- a step ---- */

/* A word behind the others, if it has room; else the list ends. False: it ended. */
static bool put_word(char *text, size_t size, const char *between, const char *word)
{
    const size_t len = strlen(text), more = strlen(word) + (len ? strlen(between) : 0);
    if (len + more >= size)
        return false;
    snprintf(text + len, size - len, "%s%s", len ? between : "", word);
    return true;
}

static void put_sensors(const struct vg_sites *sites, uint64_t seen_by, struct row *row)
{
    row->sensors[0] = 0;
    for (size_t i = 0; i <= sites->count; i++)
        if (seen_by >> i & 1 && !put_word(row->sensors, sizeof row->sensors, ", ", i ? sites->site[i].name : "ais"))
            return;
}

static void put_facts(uint16_t facts, struct row *row)
{
    static const struct {
        uint16_t fact;
        const char *word;
    } words[] = {{VG_TRACK_UNSEEN, "unseen"},
                 {VG_TRACK_DARK, "dark"},
                 {VG_TRACK_TWO_CLAIMS, "two-claims"},
                 {VG_TRACK_TWO_ECHOES, "two-echoes"},
                 {VG_TRACK_KEPT, "kept"}};
    row->facts[0] = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (facts & words[i].fact)
            put_word(row->facts, sizeof row->facts, " ", words[i].word);
}

static double within(double value, double most)
{
    return isfinite(value) && value > 0 ? value < most ? value : most : 0;
}

/* The contact that a track is shown on: of the vessel that it is bound to, or its own. */
static uint64_t contact_of(const struct vg_track_rows *r, const struct vg_track_row *shown)
{
    const struct vg_picture *picture = vg_situation_picture(r->situation);
    const struct vg_contact *c = shown->track.mmsi ? vg_picture_find(picture, shown->track.mmsi) : NULL;
    return c && c->slot == shown->slot ? c->id : shown->track.id;
}

static void fill(const struct vg_track_rows *r, const struct vg_track *t, const struct vg_track_row *shown,
                 int64_t step_us, struct row *ret)
{
    const struct vg_pos pos = vg_pos_from_deg(t->lon_deg, t->lat_deg);
    const double turn = fmod(t->orientation_deg + 360, 180);
    ret->point = (struct vg_track_point){
        .time_us = step_us,
        .journal_offset = t->journal_offset,
        .mmsi = shown->track.mmsi,
        .pos = pos,
        .contact = contact_of(r, shown),
        .track = t->id,
        .major_dm = (uint32_t)lround(within(t->sigma_major_m * 10, VG_TRACK_SIGMA_MOST_DM)),
        .minor_dm = (uint32_t)lround(within(t->sigma_minor_m * 10, VG_TRACK_SIGMA_MOST_DM)),
        .direction_deg = (uint16_t)(lround(within(turn, 180)) % 180),
        .sog_dkn = (uint16_t)lround(within(t->speed_kn * 10, VG_TRACK_SOG_MOST_DKN)),
        .cog_ddeg = (uint16_t)(lround(within(t->course_deg * 10, 3600)) % 3600),
        .existence_permille = (uint16_t)lround(within(t->existence * 1000, 1000)),
        .length_m = (uint16_t)lround(within(t->length_m, UINT16_MAX)),
        .airborne = t->airborne,
    };
    put_sensors(&r->sites, t->seen_by, ret);
    put_facts(shown->facts, ret);
}

static bool make_room(struct vg_track_rows *r)
{
    if (r->count < r->room)
        return true;
    const size_t room = r->room ? 2 * r->room : 64;
    struct row *more = realloc(r->row, room * sizeof *more);
    if (!more) {
        r->no_memory = true;
        return false;
    }
    r->row = more;
    r->room = room;
    return true;
}

/* What is shown of tracks at a step. */
static void tell_step(struct vg_track_rows *r, int64_t step_us)
{
    const struct vg_picture *picture = vg_situation_picture(r->situation);
    if (r->silent || !vg_picture_tracks(picture))
        return;
    size_t count = vg_tracker_tracks(vg_situation_tracker(r->situation), step_us, 0, r->seen, VG_TRACKS_MAX);
    for (size_t i = 0; i < count && i < VG_TRACKS_MAX; i++) {
        const struct vg_track_row *shown = vg_picture_track_row(picture, r->seen[i].id);
        if (!shown || shown->facts & VG_TRACK_OVER)
            continue;
        if (r->count == VG_TRACK_ROWS_MOST)
            r->left_out++;
        else if (make_room(r))
            fill(r, &r->seen[i], shown, step_us, &r->row[r->count++]);
    }
}

static int64_t step_of(int64_t time_us)
{
    const int64_t within_us = time_us % VG_TRACK_STEP_US;
    return time_us - (within_us < 0 ? within_us + VG_TRACK_STEP_US : within_us);
}

/* The situation's clock went on from `before_us` by what it took: the last step that it passed. */
static void tell_passed(struct vg_track_rows *r, int64_t before_us)
{
    const int64_t now_us = vg_situation_time_us(r->situation);
    if (now_us != VG_TIME_NONE && before_us != VG_TIME_NONE && step_of(now_us) > step_of(before_us))
        tell_step(r, step_of(now_us));
}

/* By the wall clock time goes on between records, too. */
static void pass_silence(struct vg_track_rows *r, int64_t received_us)
{
    const int64_t before_us = vg_situation_time_us(r->situation);
    if (r->data_clock || before_us == VG_TIME_NONE)
        return;
    int64_t step_us = step_of(before_us) + VG_TRACK_STEP_US;
    if (step_us < received_us - VG_TRACK_STEPS_MOST * VG_TRACK_STEP_US)
        step_us = step_of(received_us) - (VG_TRACK_STEPS_MOST - 1) * VG_TRACK_STEP_US;
    for (; step_us <= received_us; step_us += VG_TRACK_STEP_US) {
        const int64_t was_us = vg_situation_time_us(r->situation);
        vg_situation_tick(r->situation, step_us);
        tell_passed(r, was_us);
    }
}

/* ---- taking ---- */

/* The situation knows feeds alone: names of stations would come and go by when commits are. */
static uint16_t source_of(struct vg_track_rows *r, const struct vg_sources *sources, uint16_t source)
{
    const uint16_t feed = vg_source_get(sources, source)->feed;
    if (feed < VG_SOURCE_MAX && !r->source[feed])
        r->source[feed] = vg_source_feed(vg_situation_sources(r->situation), vg_source_get(sources, feed)->name);
    return feed < VG_SOURCE_MAX ? r->source[feed] : 0;
}

static enum vg_err copy_reports(struct vg_track_rows *r, const struct vg_sources *sources,
                                const struct vg_journal_replay_item *item)
{
    if (item->count > r->report_room) {
        struct vg_report *more = realloc(r->report, item->count * sizeof *more);
        if (!more)
            return VG_NOMEM;
        r->report = more;
        r->report_room = item->count;
    }
    for (size_t i = 0; i < item->count; i++) {
        r->report[i] = item->reports[i];
        r->report[i].source = source_of(r, sources, r->report[i].source);
    }
    return VG_OK;
}

static void take_reports(struct vg_track_rows *r, const struct vg_journal_replay_item *item)
{
    int64_t before_us = vg_situation_time_us(r->situation);
    if (!item->count || !r->data_clock) {
        vg_situation_take(r->situation, item->received_us, r->report, item->count);
        tell_passed(r, before_us);
        return;
    }
    for (size_t i = 0; i < item->count; i++) { /* by the data's clock each may bring another time */
        before_us = vg_situation_time_us(r->situation);
        vg_situation_take(r->situation, item->received_us, &r->report[i], 1);
        tell_passed(r, before_us);
    }
}

enum vg_err vg_track_rows_take(struct vg_track_rows *r, const struct vg_sources *sources,
                               const struct vg_journal_replay_item *item)
{
    r->count = 0;
    if (item->end <= r->taken)
        return VG_OK;
    enum vg_err err = copy_reports(r, sources, item);
    if (err)
        return err;
    pass_silence(r, item->received_us);
    if (item->stream == VG_HAND_STREAM)
        vg_situation_hand_again(r->situation, item->received_us, item->journal_offset, item->bytes, item->len);
    else
        take_reports(r, item);
    r->taken = item->end;
    err = r->no_memory ? VG_NOMEM : VG_OK;
    r->no_memory = false;
    return err;
}

/* ---- from the middle of a journal ---- */

/* When the record before the mark was received; VG_TIME_NONE: there is none. */
static int64_t received_before(const char *dir, uint64_t mark)
{
    const char *why;
    struct vg_journal_reader *reader;
    struct vg_record record;
    int64_t time_us = VG_TIME_NONE;
    if (vg_journal_reader_open(dir, NULL, NULL, NULL, &reader, &why))
        return VG_TIME_NONE;
    if (!vg_journal_reader_seek_frame(reader, vg_journal_offset_frame(mark - 1)) &&
        !vg_journal_reader_next(reader, &record))
        time_us = record.time_us;
    vg_journal_reader_close(reader);
    return time_us;
}

static enum vg_err take_until(struct vg_track_rows *r, const struct vg_sources *sources,
                              struct vg_journal_replay *replay, const struct vg_journal_replay_options *options,
                              uint64_t mark)
{
    struct vg_journal_replay_item item;
    enum vg_err err = VG_OK;
    r->silent = true;
    while (!err && r->taken < mark && (err = vg_journal_replay_next(replay, &item)) == VG_OK) {
        if (item.end > mark)
            break;
        err = vg_track_rows_take(r, sources, &item);
        if (!err && options->is_stopped && options->is_stopped(options->is_stopped_arg))
            err = VG_NOT_FOUND;
    }
    r->silent = false;
    r->count = 0;
    memset(r->source, 0, sizeof r->source); /* the ids of the sources that follow are others */
    return err == VG_EOF ? VG_OK : err;
}

enum vg_err vg_track_rows_catch_up(struct vg_track_rows *r, const struct vg_journal_replay_options *options,
                                   uint64_t mark)
{
    struct vg_journal_replay_options o = *options;
    struct vg_journal_replay *replay;
    struct vg_sources sources;
    struct vg_sameness *sameness = NULL;
    const char *why;
    const int64_t near_us = mark && !r->taken ? received_before(o.dir, mark) : VG_TIME_NONE;
    if (r->taken >= mark || (!r->taken && near_us == VG_TIME_NONE))
        return VG_OK;
    o.from = r->taken;
    o.from_us = r->taken ? VG_TIME_NONE : near_us - VG_TRACK_WARM_US;
    o.sites = &r->sites;
    o.actions = true;
    o.recordings = false;
    enum vg_err err = vg_sources_init(&sources);
    if (err)
        return err;
    o.sources = &sources;
    err = vg_sameness_new(VG_SAMENESS_FEEDS, &sameness);
    o.sameness = sameness;
    if (!err)
        err = vg_journal_replay_open(&o, &replay, &why);
    if (!err) {
        err = take_until(r, &sources, replay, &o, mark);
        vg_journal_replay_close(replay);
    }
    vg_sameness_free(sameness);
    vg_sources_free(&sources);
    return err;
}

/* ---- saved ---- */

#define HEAD_SIZE 24

static uint64_t head_size(const void *of)
{
    (void)of;
    return HEAD_SIZE;
}

static enum vg_err write_head(const void *of, struct vg_out *out)
{
    const struct vg_track_rows *r = of;
    uint8_t head[HEAD_SIZE];
    vg_put_u64(head, r->taken);
    vg_put_u64(head + 8, r->journal);
    vg_put_u64(head + 16, vg_sites_hash(&r->sites));
    vg_out_bytes(out, head, sizeof head);
    return out->err;
}

static enum vg_err read_head(void *of, struct vg_state_input *in)
{
    struct vg_track_rows *r = of;
    uint8_t head[HEAD_SIZE];
    enum vg_err err = vg_state_take(in, head, sizeof head);
    if (err)
        return err;
    if (vg_get_u64(head + 8) != r->journal || vg_get_u64(head + 16) != vg_sites_hash(&r->sites))
        return vg_state_refuse(in, "is of another journal or other sensors");
    r->taken = vg_get_u64(head);
    return VG_OK;
}

static void sections_of(struct vg_track_rows *r, struct vg_state_section *ret)
{
    ret[0] = (struct vg_state_section){
        "place", VG_STATE_TAG('T', 'R', 'O', 'W'), 1, r, head_size, write_head, read_head, false};
    vg_situation_sections(r->situation, ret + 1);
}

enum vg_err vg_track_rows_save(const struct vg_track_rows *r, const char *path)
{
    const struct vg_io *io = vg_io_posix();
    struct vg_state_section sections[VG_SITUATION_SECTIONS + 1];
    struct vg_track_rows only_read = *r;
    char made[VG_IO_PATH];
    if (!vg_io_path(made, "%s.tmp", path))
        return VG_LIMIT;
    sections_of(&only_read, sections);
    enum vg_err err = vg_state_file_write(io, made, sections, VG_SITUATION_SECTIONS + 1);
    if (!err && (io->rename(io->arg, made, path) < 0 || vg_io_sync_parent(io, path) < 0))
        err = VG_IO;
    if (err)
        io->unlink(io->arg, made);
    return err;
}

enum vg_err vg_track_rows_load(struct vg_track_rows *r, const char *path, uint64_t mark)
{
    struct vg_state_section sections[VG_SITUATION_SECTIONS + 1];
    struct vg_situation *fresh;
    char why[VG_STATE_WHY];
    sections_of(r, sections);
    enum vg_err err = vg_state_file_read(vg_io_posix(), path, sections, VG_SITUATION_SECTIONS + 1, why);
    if (!err && r->taken <= mark)
        return VG_OK;
    r->taken = 0;
    if (make_situation(r, &fresh)) /* what was read in part is good for being freed only */
        return VG_NOMEM;
    vg_situation_free(r->situation);
    r->situation = fresh;
    return err ? err : VG_UNSUPPORTED;
}
