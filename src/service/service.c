#include "service/service.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/thread.h"
#include "journal/io.h"
#include "picture/snapshot.h"
#include "service/alerting.h"
#include "service/areas_file.h"
#include "service/data_folder.h"
#include "service/flood_lines.h"
#include "service/host_clock_read.h"
#include "service/notice.h"
#include "service/station.h"
#include "situation/notice_budget.h"

#define WHY             1024
#define TICK_MS_DEFAULT 250

struct service {
    const struct vg_service_options *options;
    uv_loop_t loop;
    uv_timer_t tick, second;
    uv_poll_t signals; /* SIGINT and SIGTERM, held back from all threads while it listens */
    int signals_fd;
    sigset_t signals_before;
    uv_async_t question;
    bool data_clock;
    struct vg_situation *situation;
    struct vg_sameness *sameness;       /* of all feeds */
    struct vg_data_folder *data_folder; /* NULL: nothing is kept */
    struct vg_behaviours_options looked_for;
    struct vg_alerting *alerting;
    struct vg_areas_file areas;
    struct vg_api_areas areas_hook;
    bool exercise[VG_SOURCE_MAX]; /* by a feed's source: what it tells is of an exercise */
    struct vg_notice_budget *budget;
    struct vg_storage_status storage; /* as it was shown last */
    struct vg_flood_lines floods;
    struct vg_api *serve;
    struct vg_api_hand hand;
    bool started;
    size_t stations;
    struct vg_station *station[VG_FEED_MAX];
    uint16_t source[VG_FEED_MAX]; /* of the stations */
    struct vg_feed_board board[VG_FEED_MAX];
    struct vg_sensor_board sensor[VG_SITES_MAX];
    struct vg_host_clock host_clock;
    bool clock_told;                      /* how it was at the start */
    uint32_t feed_vessels[VG_SOURCE_MAX]; /* by the feed's source */
    char why[WHY];
};

static void say(struct service *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct service *s, const char *format, ...)
{
    char line[512];
    va_list args;
    if (!s->options->log)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    s->options->log(s->options->log_arg, line);
}

/* ---- the way of the data ---- */

/* What was found goes to the desk, which takes it once the journal has what it rests on. */
static void flush_alerts(struct service *s)
{
    vg_alerting_flush(s->alerting, s->data_folder ? vg_data_folder_end(s->data_folder) : 0, vg_clock_wall_us());
}

/* First the journal, then the situation: what a replay of the journal does again. */
static void on_bytes(void *arg, struct vg_feed *feed, const struct vg_feed_bytes *bytes)
{
    struct service *s = arg;
    size_t i = 0;
    while (i < s->stations && vg_station_feed(s->station[i]) != feed)
        i++;
    if (i == s->stations)
        return;
    uint64_t journal_offset = s->data_folder
                                  ? vg_data_folder_bytes(s->data_folder, vg_feed_spec(feed)->name, s->source[i], bytes)
                                  : VG_JOURNAL_OFFSET_NONE;
    const struct vg_report *reports = NULL;
    size_t count = 0;
    vg_station_take(s->station[i], bytes, journal_offset, &reports,
                    &count); /* no memory: counted, and the time goes on */
    vg_situation_take(s->situation, bytes->received_us, reports, count);
    flush_alerts(s);
}

/* ---- the operator's hand ---- */

/* First the journal, then the situation, by the very line that a replay reads. */
static enum vg_err act(void *arg, struct vg_hand_action *action, const char **ret_why)
{
    struct service *s = arg;
    char line[VG_HAND_LINE];
    struct vg_out out = vg_out_fixed(line, sizeof line);
    vg_hand_write(&out, action);
    const int64_t now_us = s->data_clock ? vg_situation_time_us(s->situation) : vg_clock_wall_us();
    const struct vg_feed_bytes bytes = {
        .at = line, .len = out.len, .received_us = now_us, .stream = VG_HAND_STREAM, .datagram = true};
    struct vg_hand_action again;
    if (out.err || vg_hand_parse(line, out.len, &again, ret_why) || now_us == VG_TIME_NONE)
        return VG_ARG;
    if (s->data_folder) {
        const uint16_t source = vg_source_feed(vg_situation_sources(s->situation), VG_HAND_SOURCE);
        again.journal_offset = vg_data_folder_bytes(s->data_folder, VG_HAND_SOURCE, source, &bytes);
        if (again.journal_offset == VG_JOURNAL_OFFSET_NONE) {
            *ret_why = "the journal does not take it: nothing is done without a record";
            return VG_LIMIT;
        }
    }
    enum vg_err err = vg_situation_hand(s->situation, now_us, &again, ret_why);
    if (!err)
        *action = again;
    return err;
}

static size_t list_actions(void *arg, uint64_t contact, struct vg_hand_action *ret, size_t cap)
{
    const struct service *s = arg;
    return vg_hand_list(vg_situation_hand_of(s->situation), contact, ret, cap);
}

/* ---- events ---- */

static void tell(struct service *s, const struct vg_notice *event)
{
    char line[VG_NOTICE_LINE];
    vg_notice_line(event, line);
    if (*line)
        say(s, "%s", line);
    if (s->serve)
        vg_api_notice(s->serve, event);
}

/* Input can make as many events as it likes: people are told so many one by one, the rest in groups. */
static bool is_told_now(struct service *s, struct vg_notice *event)
{
    return vg_notice_budget_take(s->budget, event, vg_clock_monotonic_us(), vg_situation_time_us(s->situation));
}

static void on_event(void *arg, const struct vg_notice *event)
{
    struct service *s = arg;
    struct vg_notice told = *event;
    if (is_told_now(s, &told))
        tell(s, &told);
}

static void show_storage_now(struct service *s, const struct vg_storage_status *now)
{
    s->storage = *now;
    vg_api_storage(s->serve, now);
}

/* A disk that fails and works by turns: what is shown of it turns so many times a minute at most. */
static void show_storage(struct service *s)
{
    struct vg_storage_status now;
    struct vg_storage_damage damage[VG_STORAGE_DAMAGES];
    struct vg_notice event;
    size_t count = s->serve ? vg_api_damage(s->serve, damage, VG_STORAGE_DAMAGES) : 0;
    for (size_t i = 0; i < count; i++)
        vg_data_folder_damage(s->data_folder, &damage[i]);
    vg_data_folder_status(s->data_folder, &now);
    vg_notice_of_storage(&now, &event);
    if (!vg_storage_has_turned(&s->storage, &now) || is_told_now(s, &event))
        show_storage_now(s, &now);
}

/* What was held back and is due. */
static void tell_groups(struct service *s)
{
    const uint32_t calling = vg_picture_calling(vg_situation_picture(s->situation));
    struct vg_notice event;
    struct vg_storage_status storage;
    vg_api_notices_grouped(s->serve, vg_notice_budget_grouped(s->budget));
    while (
        vg_notice_budget_due(s->budget, vg_clock_monotonic_us(), vg_situation_time_us(s->situation), calling, &event)) {
        if (event.kind != VG_NOTICE_STORAGE) {
            tell(s, &event);
            continue;
        }
        vg_data_folder_status(s->data_folder, &storage); /* as it is by now */
        show_storage_now(s, &storage);
    }
}

static uint64_t unnamed(const struct service *s)
{
    return atomic_load_explicit(&vg_situation_sources(s->situation)->overflowed, memory_order_relaxed);
}

static void tell_floods(struct service *s)
{
    const int64_t now_us = vg_clock_monotonic_us();
    char line[VG_NOTICE_LINE];
    struct vg_turned_away_sums turned;
    vg_picture_turned_away(vg_situation_picture(s->situation), &turned);
    if (vg_flood_line_full(&s->floods, &turned, s->options->limits.vessels, now_us, line))
        say(s, "%s", line);
    if (vg_flood_line_unnamed(&s->floods, unnamed(s), now_us, line))
        say(s, "%s", line);
    if (vg_flood_line_forgotten(&s->floods, vg_sameness_forgotten(s->sameness), now_us, line))
        say(s, "%s", line);
}

/* A table that comes through standard input would end as quietly as a log. */
static void tell_if_without_sentences(struct service *s, const struct vg_feed *feed)
{
    struct vg_station_counters c = {0};
    for (size_t i = 0; i < s->stations; i++)
        if (vg_station_feed(s->station[i]) == feed)
            vg_station_counters(s->station[i], &c);
    if (c.lines && !c.sentences)
        say(s, "feed %s: no sentence in its %llu line%s; tables and JSON logs go in with 'vigia ingest --data DIR'",
            vg_feed_spec(feed)->name, (unsigned long long)c.lines, vg_plural(c.lines, "", "s"));
}

static void on_state(void *arg, struct vg_feed *feed, const struct vg_feed_status *status)
{
    struct vg_notice event;
    vg_notice_of_feed(vg_feed_spec(feed)->name, status, NULL, &event);
    on_event(arg, &event);
    if (status->state == VG_FEED_ENDED)
        tell_if_without_sentences(arg, feed);
}

/* ---- timers and wake-ups ---- */

static void publish(struct service *s)
{
    vg_situation_tick(s->situation, vg_clock_wall_us());
    if (s->data_folder)
        vg_alert_desk_synced(vg_alerting_desk(s->alerting), vg_data_folder_synced(s->data_folder));
    flush_alerts(s);
    if (vg_situation_publish(s->situation) == VG_OK && s->serve)
        vg_api_published(s->serve); /* out of memory: readers keep the last picture, and their clocks show its age */
}

/* Which feed told each vessel's position. */
static void count_vessels(struct service *s)
{
    memset(s->feed_vessels, 0, sizeof s->feed_vessels);
    const struct vg_sources *sources = vg_situation_sources(s->situation);
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(vg_situation_picture(s->situation));
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (v && vg_contact_said(v, VG_FIELD_POS))
            s->feed_vessels[vg_source_get(sources, v->prov[VG_FIELD_POS].source)->feed]++;
    }
    vg_snapshot_release(snapshot);
}

static void show_feeds(struct service *s)
{
    for (size_t i = 0; i < s->stations; i++) {
        vg_station_board(s->station[i], &s->board[i]);
        s->board[i].source = s->source[i];
        s->board[i].vessels = s->feed_vessels[s->source[i]];
    }
    vg_api_feeds(s->serve, s->board, s->stations);
    if (!s->data_folder)
        return;
    show_storage(s);
}

/* How many tracks each sensor holds now: by the bits of seen_by. */
static void count_tracks(const struct vg_snapshot *snapshot, uint32_t ret[static VG_SITES_MAX + 1])
{
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS; slot++) {
        const struct vg_track_row *row = vg_snapshot_track(snapshot, slot);
        for (uint64_t bits = row ? row->track.seen_by : 0; bits; bits &= bits - 1)
            ret[__builtin_ctzll(bits)]++;
    }
}

static void show_sensors(struct service *s)
{
    const struct vg_sites *sites = vg_situation_sites(s->situation);
    const struct vg_tracker *tracker = vg_situation_tracker(s->situation);
    uint32_t tracks[VG_SITES_MAX + 1] = {0};
    if (!tracker)
        return;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(vg_situation_picture(s->situation));
    count_tracks(snapshot, tracks);
    vg_snapshot_release(snapshot);
    for (uint16_t i = 1; i <= sites->count; i++) {
        struct vg_sensor_board *board = &s->sensor[i - 1];
        board->site = sites->site[i];
        board->tracks = tracks[i];
        vg_tracker_site(tracker, i, &board->state);
    }
    vg_api_sensors(s->serve, s->sensor, sites->count, vg_tracker_counters(tracker));
}

/* All as it is now, for the next start. */
static void fill_saved(void *arg, struct vg_saved *saved)
{
    struct service *s = arg;
    saved->situation = s->situation;
    for (size_t i = 0; i < s->stations; i++) {
        struct vg_saved_feed *feed = vg_saved_feed(saved, vg_station_spec(s->station[i])->name);
        if (!feed)
            continue;
        vg_station_counters(s->station[i], &feed->counters);
        feed->own_us = vg_station_own_us(s->station[i]);
    }
}

static void on_tick(uv_timer_t *timer)
{
    publish(timer->data);
}

/* How the clock is that dates what comes. The first look is no change. */
static void watch_clock(struct service *s)
{
    struct vg_host_clock_change change;
    struct vg_notice event;
    const struct vg_host_clock_reading reading = vg_host_clock_read();
    if (vg_host_clock_look(&s->host_clock, &reading, &change)) {
        vg_notice_of_clock(&change, &event);
        if (!change.first)
            on_event(s, &event);
        if (s->data_folder)
            vg_data_folder_clock(s->data_folder, &change);
    }
    vg_api_host_clock(s->serve, &s->host_clock);
}

static void show_looking(struct service *s)
{
    const struct vg_behaviours *behaviours = vg_situation_behaviours(s->situation);
    struct vg_looking_board board = {.hooked = false};
    if (behaviours)
        board.behaviours = *vg_behaviours_counters(behaviours);
    vg_alerting_board(s->alerting, &board);
    vg_api_looking(s->serve, &board);
}

static void on_second(uv_timer_t *timer)
{
    struct service *s = timer->data;
    watch_clock(s);
    if (!s->clock_told && s->host_clock.synchronised == VG_SYNC_NO)
        say(s, "clock: the host's clock is NOT synchronised with others: what comes may be dated wrong");
    s->clock_told = true;
    for (size_t i = 0; i < s->stations; i++)
        vg_station_second(s->station[i]);
    if (s->data_folder)
        vg_data_folder_second(s->data_folder, fill_saved, s);
    count_vessels(s);
    show_feeds(s);
    show_sensors(s);
    tell_groups(s);
    tell_floods(s);
    show_looking(s);
    vg_alerting_second(s->alerting, vg_situation_time_us(s->situation), vg_clock_wall_us());
}

static void on_signal(uv_poll_t *poll, int status, int events)
{
    struct service *s = poll->data;
    (void)status, (void)events;
    int number = vg_thread_next_signal(s->signals_fd);
    if (!number)
        return;
    say(s, "signal %d: stopping", number);
    uv_stop(&s->loop);
}

static void on_question(uv_async_t *async)
{
    struct service *s = async->data;
    if (s->serve) /* a wake-up may come after its end */
        vg_api_answer(s->serve);
}

static void wake(void *arg)
{
    struct service *s = arg;
    uv_async_send(&s->question);
}

/* ---- from start to end ---- */

static bool is_replay(const struct vg_service_options *o)
{
    if (o->clock != VG_CLOCK_AUTO)
        return o->clock == VG_CLOCK_DATA;
    for (size_t i = 0; i < o->feed_count; i++)
        if (o->feeds[i].kind != VG_FEED_FILE)
            return false;
    return true;
}

static void init_loop(struct service *s)
{
    uv_loop_init(&s->loop);
    uv_timer_init(&s->loop, &s->tick);
    uv_timer_init(&s->loop, &s->second);
    uv_async_init(&s->loop, &s->question, on_question);
    s->tick.data = s->second.data = s->question.data = s;
}

static void set_why(struct service *s, const char *why)
{
    snprintf(s->why, sizeof s->why, "%s", why);
}

/* A station, its source, what it counted in an earlier life, and then its feed. */
static enum vg_err open_feed(struct service *s, const struct vg_feed_spec *spec, struct vg_saved *saved)
{
    const struct vg_feed_events events = {.bytes = on_bytes, .state = on_state, .arg = s};
    const char *why = "out of memory";
    size_t i = s->stations;
    struct vg_feed *feed;
    const struct vg_saved_feed *before = vg_saved_feed(saved, spec->name);
    s->source[i] = vg_source_feed(vg_situation_sources(s->situation), spec->name);
    s->exercise[s->source[i]] = spec->exercise;
    const struct vg_intake_options intake = {.sources = vg_situation_sources(s->situation),
                                             .source = s->source[i],
                                             .clock = s->data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL,
                                             .sites = s->options->sites,
                                             .sameness = s->sameness};
    enum vg_err err = before ? vg_station_new(spec, &intake, &s->station[i]) : VG_NOMEM;
    if (!err) {
        s->stations++;
        vg_station_carry(s->station[i], &before->counters, before->own_us);
        err = vg_feed_open(&s->loop, spec, &events, &feed, &why);
    }
    if (err)
        set_why(s, why);
    else
        vg_station_set_feed(s->station[i], feed);
    return err;
}

static enum vg_err open_feeds(struct service *s, struct vg_saved *saved)
{
    const struct vg_service_options *o = s->options;
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < o->feed_count && !err; i++)
        err = open_feed(s, &o->feeds[i], saved);
    return err;
}

/*
 * Up to here, where a start may take long, a signal ends the program at once; from here on the loop ends it in order.
 * Threads that libraries start later hold the signals as this one does.
 */
static enum vg_err listen_to_signals(struct service *s)
{
    s->signals_fd = vg_thread_signals();
    if (s->signals_fd < 0) {
        set_why(s, "no descriptor is left for signals");
        return VG_IO;
    }
    vg_thread_hold_signals(&s->signals_before);
    uv_poll_init(&s->loop, &s->signals, s->signals_fd);
    s->signals.data = s;
    uv_poll_start(&s->signals, UV_READABLE, on_signal);
    return VG_OK;
}

static void leave_signals(struct service *s)
{
    if (s->signals_fd < 0)
        return;
    while (vg_thread_next_signal(s->signals_fd)) {
        /* asked twice: it ended in order all the same */
    }
    close(s->signals_fd);
    vg_thread_release_signals(&s->signals_before);
}

static enum vg_err keep_areas(void *arg, const char *text, size_t len)
{
    return vg_areas_file_keep(&((struct service *)arg)->areas, text, len);
}

static void use_areas(void *arg, struct vg_areas *areas)
{
    struct service *s = arg;
    vg_situation_set_areas(s->situation, areas);
    vg_areas_free(s->areas.areas);
    s->areas.areas = areas;
    if (s->data_folder)
        vg_data_folder_hurry(s->data_folder);
    say(s, "areas: %zu areas and gates from now on", vg_areas_count(areas));
}

static enum vg_err start_server(struct service *s)
{
    struct vg_api_options serve = s->options->serve;
    const char *why;
    char archive_dir[VG_IO_PATH], journal_dir[VG_IO_PATH];
    if (s->options->data_dir && vg_io_path(journal_dir, "%s/journal", s->options->data_dir))
        serve.journal_dir = journal_dir;
    if (!serve.archive_dir && s->options->data_dir && vg_io_path(archive_dir, "%s/archive", s->options->data_dir))
        serve.archive_dir = archive_dir;
    serve.archive_lost = s->data_folder && vg_data_folder_archive_is_lost(s->data_folder);
    s->hand = (struct vg_api_hand){.arg = s, .act = s->options->allow_actions ? act : NULL, .list = list_actions};
    serve.hand = &s->hand;
    serve.may_act = s->options->allow_actions;
    s->areas_hook = (struct vg_api_areas){
        .arg = s,
        .text = s->areas.text,
        .len = s->areas.len,
        .fixed = s->options->areas ? "the areas come from the file of the setting areas: change that" : NULL,
        .keep = keep_areas,
        .use = use_areas};
    serve.areas = &s->areas_hook;
    serve.alerts = vg_alerting_desk(s->alerting);
    serve.data_clock = s->data_clock;
    serve.started_us = vg_clock_wall_us();
    serve.epoch = (uint64_t)serve.started_us << 16 ^ (uint64_t)getpid();
    serve.tick_ms = serve.tick_ms ? serve.tick_ms : TICK_MS_DEFAULT;
    serve.max_vessels = s->options->limits.vessels;
    publish(s);
    enum vg_err err = listen_to_signals(s);
    if (err)
        return err;
    err = vg_api_start(&serve, vg_situation_picture(s->situation), vg_situation_sources(s->situation), wake, s,
                       &s->serve, &why);
    if (err) {
        set_why(s, why);
        return err;
    }
    vg_alerting_tell(s->alerting, s->serve);
    uv_timer_start(&s->tick, on_tick, serve.tick_ms, serve.tick_ms);
    uv_timer_start(&s->second, on_second, 1000, 1000);
    watch_clock(s);
    show_feeds(s);
    show_sensors(s);
    say(s, "listening on http://%s/", vg_api_address(s->serve));
    return VG_OK;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_all(struct service *s)
{
    uv_timer_stop(&s->tick); /* due by now, perhaps: ending the server takes a while */
    uv_timer_stop(&s->second);
    if (s->alerting)
        vg_alerting_stop(s->alerting);
    if (s->serve)
        vg_api_stop(s->serve);
    s->serve = NULL;
    for (size_t i = 0; i < s->stations; i++) {
        struct vg_feed *feed = vg_station_feed(s->station[i]);
        vg_station_part(s->station[i]);
        if (feed)
            vg_feed_close(feed);
    }
    uv_run(&s->loop, UV_RUN_NOWAIT); /* the feeds' own handles close themselves */
    uv_walk(&s->loop, close_handle, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    /* A start that failed has nothing to save. */
    vg_data_folder_close(s->data_folder, s->started ? fill_saved : NULL, s);
    for (size_t i = 0; i < s->stations; i++)
        vg_station_free(s->station[i]);
    vg_situation_free(s->situation);
    vg_areas_file_free(&s->areas);
    vg_alerting_close(s->alerting);
    vg_sameness_free(s->sameness);
    vg_notice_budget_free(s->budget);
}

static void log_data_folder(void *arg, const char *line)
{
    struct service *s = arg;
    if (s->options->log)
        s->options->log(s->options->log_arg, line);
}

static void on_behaviour(void *arg, const struct vg_event *event)
{
    vg_alerting_event(((struct service *)arg)->alerting, event);
}

/* Feeds are not open yet: those of exercises are known by their names. */
static void on_taken_again(void *arg, struct vg_situation *situation)
{
    struct service *s = arg;
    struct vg_sources *sources = vg_situation_sources(situation);
    for (size_t i = 0; i < s->options->feed_count; i++)
        if (s->options->feeds[i].exercise)
            s->exercise[vg_source_feed(sources, s->options->feeds[i].name)] = true;
    vg_alerting_watch(s->alerting, situation, s->exercise);
    vg_alerting_flush_waiting(s->alerting, vg_clock_wall_us());
}

static uint64_t count_told(void *arg)
{
    return vg_alert_desk_handed(vg_alerting_desk(((struct service *)arg)->alerting));
}

static bool is_told_kept(void *arg, uint64_t told)
{
    return vg_alert_desk_has(vg_alerting_desk(((struct service *)arg)->alerting), told);
}

static struct vg_looking looking_of(struct service *s)
{
    s->looked_for = (struct vg_behaviours_options){
        .vessels = s->options->limits.vessels, .areas = s->areas.areas, .watch_list = s->options->watch_list};
    return (struct vg_looking){.options = &s->looked_for, .on = on_behaviour, .arg = s};
}

static enum vg_err load_areas(struct service *s)
{
    char why[VG_AREAS_WHY];
    enum vg_err err = vg_areas_file_load(s->options->areas, s->options->data_dir, &s->areas, why);
    if (err)
        set_why(s, why);
    if (s->options->watch_list)
        say(s, "watch list: %zu rows", vg_watch_list_count(s->options->watch_list));
    return err;
}

static enum vg_err open_alerting(struct service *s)
{
    const struct vg_service_options *o = s->options;
    const struct vg_alerting_options options = {.data_dir = o->data_dir,
                                                .rules = o->alert_rules,
                                                .webhook = o->alert_webhook,
                                                .title = o->serve.title,
                                                .log = log_data_folder,
                                                .log_arg = s};
    const char *why;
    enum vg_err err = vg_alerting_open(&options, &s->alerting, &why);
    if (err)
        set_why(s, why);
    return err;
}

static enum vg_err open_data_folder(struct service *s)
{
    const struct vg_service_options *o = s->options;
    const struct vg_data_folder_options options = {.dir = o->data_dir,
                                                   .keep_us = o->keep_us,
                                                   .keep_bytes = o->keep_bytes,
                                                   .data_clock = s->data_clock,
                                                   .threads = o->restore_threads,
                                                   .sites = o->sites,
                                                   .looking = looking_of(s),
                                                   .on_taken = on_taken_again,
                                                   .count_told = count_told,
                                                   .is_told_kept = is_told_kept,
                                                   .arg = s,
                                                   .sameness = s->sameness,
                                                   .log = log_data_folder,
                                                   .log_arg = s};
    const char *why;
    enum vg_err err = vg_data_folder_open(&options, &s->data_folder, &why);
    if (err)
        set_why(s, why);
    return err;
}

/* The situation: that of an earlier life, if the data folder has one. saved->feed is to be free()d. */
static enum vg_err make_situation(struct service *s, struct vg_saved *saved)
{
    const struct vg_picture_limits *limits = &s->options->limits;
    const struct vg_looking looking = looking_of(s);
    enum vg_err err =
        s->data_folder ? vg_data_folder_restore(s->data_folder, limits, saved)
                       : vg_saved_new_situation(limits, s->data_clock, s->options->sites, &looking, &saved->situation);
    s->situation = saved->situation;
    vg_alerting_watch(s->alerting, s->situation, s->exercise);
    if (err)
        set_why(s, vg_err_text(err));
    else
        vg_situation_set_on_event(s->situation, on_event, s);
    if (!err)
        s->floods.unnamed = unnamed(s); /* those of an earlier life were told */
    return err;
}

static enum vg_err start(struct service *s)
{
    struct vg_saved saved = {0};
    enum vg_err err = vg_sameness_new(VG_SAMENESS_FEEDS, &s->sameness);
    if (!err)
        err = vg_notice_budget_new(&s->budget);
    if (err)
        set_why(s, vg_err_text(err));
    if (!err)
        err = load_areas(s);
    if (!err && s->options->data_dir)
        err = open_data_folder(s);
    if (!err)
        err = open_alerting(s); /* in the folder, which is there now */
    if (!err)
        err = make_situation(s, &saved);
    if (!err)
        err = open_feeds(s, &saved);
    free(saved.feed);
    if (!err && s->data_folder)
        vg_data_folder_follow(s->data_folder);
    return err ? err : start_server(s);
}

enum vg_err vg_service_run(const struct vg_service_options *options, const char **ret_why)
{
    static char why[WHY];
    struct service *s = calloc(1, sizeof *s);
    *ret_why = "out of memory";
    if (!s)
        return VG_NOMEM;
    s->options = options;
    s->data_clock = is_replay(options);
    s->signals_fd = -1;
    init_loop(s);
    enum vg_err err = start(s);
    s->started = !err;
    if (!err)
        uv_run(&s->loop, UV_RUN_DEFAULT);
    close_all(s);
    leave_signals(s);
    snprintf(why, sizeof why, "%s", s->why);
    *ret_why = why;
    free(s);
    return err;
}
