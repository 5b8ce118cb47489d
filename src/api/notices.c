/* /api/v1/notices: what happens, and how things stand when a reader comes. The ring is the transport's. */
#include "api/inner.h"
#include "situation/source_tally.h"

#define SINGLES VG_CALLS_AHEAD /* calls that are told one by one at the beginning: the newest */

/* ---- calls that came after the newest snapshot ---- */

/* Who comes between a call and the next snapshot finds it neither there nor, for it was told before, in the ring. */
static void keep_call(struct vg_api *api, const struct vg_notice *event)
{
    pthread_mutex_lock(&api->lock);
    api->call[api->calls++ % VG_CALLS_AHEAD] = *event;
    pthread_mutex_unlock(&api->lock);
}

void vg_notices_published(struct vg_api *api)
{
    pthread_mutex_lock(&api->lock);
    api->calls = 0;
    pthread_mutex_unlock(&api->lock);
}

/* Those that are kept, in their order. */
static size_t kept_calls(struct vg_api *api, struct vg_notice ret[static VG_CALLS_AHEAD])
{
    pthread_mutex_lock(&api->lock);
    size_t count = api->calls < VG_CALLS_AHEAD ? api->calls : VG_CALLS_AHEAD;
    for (size_t i = 0; i < count; i++)
        ret[i] = api->call[(api->calls - count + i) % VG_CALLS_AHEAD];
    pthread_mutex_unlock(&api->lock);
    return count;
}

/* ---- telling ---- */

void vg_api_notice(struct vg_api *api, const struct vg_notice *event)
{
    if (event->kind == VG_NOTICE_DISTRESS)
        keep_call(api, event);
    char buf[VG_NOTICE_SIZE + 1]; /* one more, so that the ring counts what is too long */
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_json_notice(&out, event);
    vg_notice(api->notices, vg_notice_kind_key(event->kind), buf, out.err ? sizeof buf : out.len);
}

void vg_api_notices_grouped(struct vg_api *api, uint64_t count)
{
    atomic_store_explicit(&api->notices_grouped, count, memory_order_relaxed);
}

void vg_api_storage(struct vg_api *api, const struct vg_storage_status *board)
{
    struct vg_notice event;
    if (!vg_storage_set(api, board))
        return;
    vg_notice_of_storage(board, &event);
    vg_api_notice(api, &event);
}

void vg_api_host_clock(struct vg_api *api, const struct vg_host_clock *clock)
{
    vg_host_clock_set(api, clock);
}

/* ---- how things stand ---- */

static void write_event(struct vg_out *out, const struct vg_notice *event)
{
    vg_notice_begin(out, vg_notice_kind_key(event->kind));
    vg_json_notice(out, event);
    vg_notice_end(out);
}

static void hello(void *context, struct vg_out *out)
{
    struct vg_api *api = context;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(api->picture);
    vg_out_printf(out, "\"epoch\":\"%016llx\",\"time\":", (unsigned long long)api->options.epoch);
    vg_out_json_time(out, snapshot->clock_us);
    vg_snapshot_release(snapshot);
}

/* Who is in distress in a snapshot: the newest, and how many there are. */
struct distress {
    const struct vg_contact *newest[SINGLES]; /* the newest first: those that call, then tests */
    uint32_t told, most;
    struct vg_notice_distress_group all;
    uint32_t from[VG_SOURCE_MAX]; /* how many, by source */
};

static bool is_newer(const struct vg_contact *a, const struct vg_contact *b)
{
    int call_a = a->flags & VG_CONTACT_DISTRESS, call_b = b->flags & VG_CONTACT_DISTRESS;
    return call_a != call_b ? call_a > call_b : a->heard_us > b->heard_us;
}

static void add_distress(struct distress *d, const struct vg_contact *v)
{
    bool calls = v->flags & VG_CONTACT_DISTRESS;
    d->all.active += calls;
    d->all.test += !calls;
    d->all.calling += calls;
    if (d->all.since_us == VG_TIME_NONE || v->heard_us < d->all.since_us)
        d->all.since_us = v->heard_us;
    d->from[vg_notice_source_of(v) % VG_SOURCE_MAX]++;
    uint32_t k = d->told < d->most ? d->told++ : d->most;
    for (; k > 0 && is_newer(v, d->newest[k - 1]); k--)
        if (k < d->most)
            d->newest[k] = d->newest[k - 1];
    if (k < d->most)
        d->newest[k] = v;
}

/* Of a flood there are many: their events are not made, but those that are told. */
static void find_distress(const struct vg_snapshot *snapshot, struct distress *d)
{
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (v && v->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST))
            add_distress(d, v);
    }
}

static void write_left_out(struct vg_api *api, struct vg_out *out, const struct distress *d, int64_t time_us)
{
    struct vg_notice event = {.kind = VG_NOTICE_DISTRESS_GROUP, .time_us = time_us, .group = d->all};
    struct vg_source_tally tally = {0};
    for (uint32_t id = 0; id < VG_SOURCE_MAX; id++)
        if (d->from[id])
            vg_source_tally_add(&tally, vg_source_get(api->sources, (uint16_t)id)->name, d->from[id]);
    vg_source_tally_top(&tally, &event.group);
    write_event(out, &event);
    vg_notice_begin(out, "left_out");
    vg_out_printf(out, "{\"distress\":%llu}", (unsigned long long)(d->all.active + d->all.test - d->told));
    vg_notice_end(out);
}

/*
 * First what is newer than the snapshot, or a publication between the two would hide it; it is told last. Not more than
 * SINGLES in all: a reader who comes in a flood is told the whole in one event.
 */
static void calls(struct vg_api *api, struct vg_out *out)
{
    struct vg_notice event, kept[VG_CALLS_AHEAD];
    struct distress d = {.all.since_us = VG_TIME_NONE};
    size_t count = kept_calls(api, kept);
    d.most = (uint32_t)(SINGLES - count);
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(api->picture);
    find_distress(snapshot, &d);
    for (uint32_t i = d.told; i > 0; i--) /* in their order: the newest last */
        if (vg_notice_of_contact(d.newest[i - 1], api->sources, &event))
            write_event(out, &event);
    for (size_t i = 0; i < count; i++)
        write_event(out, &kept[i]);
    if (d.all.active + d.all.test > d.told)
        write_left_out(api, out, &d, snapshot->clock_us);
    vg_snapshot_release(snapshot);
}

/* Who calls for help, the feeds that are not live, and the data folder if its disk fails. */
static void state(void *context, struct vg_out *out)
{
    struct vg_api *api = context;
    struct vg_notice event;
    calls(api, out);
    const struct vg_board *board = vg_board_acquire(api);
    for (size_t i = 0; i < board->count; i++) {
        const struct vg_feed_board *f = &board->feed[i];
        if (f->status.state == VG_FEED_LIVE)
            continue;
        vg_notice_of_feed(f->spec.name, &f->status, f->error, &event);
        write_event(out, &event);
    }
    vg_board_release(board);
    struct vg_storage_status storage;
    vg_storage_read(api, &storage);
    if (storage.kept && (vg_storage_is_failing(&storage) || storage.damages || storage.disk.space > VG_SPACE_OK)) {
        vg_notice_of_storage(&storage, &event);
        write_event(out, &event);
    }
}

enum vg_err vg_notices_start(struct vg_api *api)
{
    int64_t started_us = api->options.started_us;
    struct vg_notice_rules rules = {hello, state, api, started_us > 0 ? (uint64_t)started_us / 1000 : 0};
    return vg_notices_new(api->serve, &rules, &api->notices);
}

bool vg_handle_notices(struct vg_request *rq)
{
    return vg_reply_notices(rq, vg_api_of(rq)->notices);
}
