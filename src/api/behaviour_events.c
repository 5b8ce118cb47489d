/* /api/v1/events: behaviours that were observed. The stream of notices that had this address says where it is. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"
#include "behaviour/event_json.h"
#include "export/events.h"

#define EVENT_BYTES 2000 /* of JSON, a usual one */

enum { JSON_LIST, CSV, GEOJSON, PARQUET, FORMATS };

static const struct {
    const char *name, *type;
} formats[FORMATS] = {[JSON_LIST] = {"json", "application/json"},
                      [CSV] = {"csv", "text/csv; charset=utf-8"},
                      [GEOJSON] = {"geojson", "application/geo+json"},
                      [PARQUET] = {"parquet", VG_TYPE_PARQUET}};

/* ---- writing ---- */

/* The id stands first: it is where the next page goes on. */
static uint64_t id_of(const char *json, size_t len)
{
    char text[VG_CONTACT_ID_TEXT] = "";
    uint64_t id = 0;
    if (len > 7 + 16)
        memcpy(text, json + 7, 16); /* {"id":" */
    vg_contact_id_parse(text, &id);
    return id;
}

static enum vg_err put_event(void *arg, const char *json, size_t len)
{
    struct vg_book_job *job = arg;
    struct vg_event_read read;
    bool first = !job->is.events.count++;
    job->is.events.last = id_of(json, len);
    if (job->is.events.format == JSON_LIST) {
        vg_out_text(&job->out, first ? "\n" : ",\n");
        vg_out_bytes(&job->out, json, len);
        return job->out.err ? VG_EOF : VG_OK;
    }
    enum vg_err err = vg_event_read(json, len, &read);
    if (err)
        return VG_CORRUPT;
    if (job->is.events.format == PARQUET)
        return vg_events_parquet_row(job->is.events.parquet, &read.event, NULL);
    if (job->is.events.format == CSV)
        vg_export_csv_event(&job->out, &read.event);
    else
        vg_export_geojson_event(&job->out, &read.event, first);
    return job->out.err ? VG_EOF : VG_OK;
}

enum vg_err vg_parquet_to_out(void *out, const void *bytes, size_t len)
{
    vg_out_bytes(out, bytes, len);
    return ((struct vg_out *)out)->err;
}

static void begin(struct vg_book_job *job)
{
    if (job->is.events.format == CSV)
        vg_export_csv_events_head(&job->out);
    else if (job->is.events.format == GEOJSON)
        vg_export_geojson_events_begin(&job->out);
    else
        vg_out_text(&job->out, "{\"events\":[");
}

static void end(struct vg_book_job *job)
{
    if (job->is.events.format == GEOJSON)
        vg_export_geojson_events_end(&job->out);
    if (job->is.events.format != JSON_LIST)
        return;
    vg_out_printf(&job->out, "],\"count\":%llu,\"next\":", (unsigned long long)job->is.events.count);
    if (job->is.events.count == job->is.events.filter.limit)
        vg_json_contact_id(&job->out, job->is.events.last);
    else
        vg_out_text(&job->out, "null");
    vg_out_text(&job->out, "}\n");
}

static enum vg_err list_parquet(struct vg_alert_book *book, struct vg_book_job *job)
{
    enum vg_err err = vg_events_parquet_new(false, vg_parquet_to_out, &job->out, &job->is.events.parquet);
    if (err)
        return err;
    err = vg_alert_book_each_event(book, &job->is.events.filter, put_event, job);
    if (!err)
        err = vg_events_parquet_end(job->is.events.parquet);
    vg_events_parquet_free(job->is.events.parquet);
    return err;
}

static enum vg_err list(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    if (job->is.events.format == PARQUET)
        return list_parquet(book, job);
    begin(job);
    enum vg_err err = vg_alert_book_each_event(book, &job->is.events.filter, put_event, job);
    end(job);
    return err;
}

/* ---- the request ---- */

static bool state_word(const char *word, unsigned *ret)
{
    for (unsigned i = 0; i <= VG_EVENT_WITHDRAWN; i++)
        if (strcmp(vg_event_state_key((enum vg_event_state)i), word) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

static bool take_number(const char *text, uint64_t most, uint64_t *ret)
{
    char *rest;
    if (!*text || text[strspn(text, "0123456789")] || strlen(text) > 18)
        return false;
    *ret = strtoull(text, &rest, 10);
    return *ret >= 1 && *ret <= most;
}

/* NULL, or what is wrong. */
static const char *read_who(const struct vg_request *rq, struct vg_event_filter *f)
{
    const char *mmsi = vg_request_param(rq, "mmsi"), *contact = vg_request_param(rq, "contact");
    const char *after = vg_request_param(rq, "after");
    uint64_t number = 0;
    if (mmsi && !take_number(mmsi, 0x3FFFFFFF, &number))
        return "mmsi must be a number from 1 to 1073741823";
    f->mmsi = (uint32_t)number;
    if (contact && !vg_contact_id_parse(contact, &f->contact))
        return "a contact's id is 16 hexadecimal digits";
    if (after && !vg_contact_id_parse(after, &f->after))
        return "after is the id of an event, 16 hexadecimal digits";
    return NULL;
}

static bool read_where(const struct vg_request *rq, struct vg_event_filter *f, char *why, size_t size)
{
    struct vg_filter filter;
    if (vg_filter_parse(vg_request_target(rq), &filter, why, size))
        return false;
    if (filter.limit != UINT64_MAX && (filter.limit < 1 || filter.limit > VG_ALERT_LIST_MAX)) {
        snprintf(why, size, "limit must be from 1 to %d", VG_ALERT_LIST_MAX);
        return false;
    }
    f->boxed = filter.boxed;
    f->box = filter.box;
    f->limit = filter.limit == UINT64_MAX ? VG_ALERT_LIST_DEFAULT : (uint32_t)filter.limit;
    return true;
}

static bool read_format(const struct vg_request *rq, struct vg_book_job *job, char *why, size_t size)
{
    const char *text = vg_request_param(rq, "format");
    for (int i = 0; i < FORMATS; i++)
        if (!text || strcmp(text, formats[i].name) == 0) {
            job->is.events.format = i;
            job->type = formats[i].type;
            return true;
        }
    snprintf(why, size, "format must be json, csv, geojson or parquet");
    return false;
}

static bool read_filter(const struct vg_request *rq, struct vg_book_job *job, char *why, size_t size)
{
    struct vg_event_filter *f = &job->is.events.filter;
    const char *wrong = read_who(rq, f);
    if (wrong) {
        snprintf(why, size, "%s", wrong);
        return false;
    }
    return read_format(rq, job, why, size) && read_where(rq, f, why, size) &&
           vg_bits_of_param(rq, "kind", vg_kind_word, &f->kinds, why, size) &&
           vg_bits_of_param(rq, "state", state_word, &f->states, why, size) &&
           vg_span_of_params(rq, &f->timed, &f->from_us, &f->to_us, why, size) &&
           vg_exercise_of_param(rq, &f->exercise, why, size);
}

/* Readers of before open it as an EventSource, which would try again and again: it gives up at 410. */
static bool is_old_reader(const struct vg_request *rq)
{
    const char *accept = vg_request_header(rq, "Accept");
    return accept && strstr(accept, "text/event-stream");
}

bool vg_handle_events(struct vg_request *rq)
{
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    if (is_old_reader(rq))
        return vg_reply_error(rq, 410, "moved",
                              "the stream of notices is at /api/v1/notices; here are behaviours, as JSON");
    struct vg_book_job *job = vg_book_job_new(rq, list, &replied);
    if (!job)
        return replied;
    if (!read_filter(rq, job, why, sizeof why)) {
        vg_book_job_free(job);
        return vg_reply_error(rq, 400, "bad_parameter", why);
    }
    job->estimate = (size_t)job->is.events.filter.limit * EVENT_BYTES;
    return vg_book_job_ask(rq, job);
}

static enum vg_err show(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    return vg_alert_book_show_event(book, job->is.id, &job->out);
}

bool vg_handle_event(struct vg_request *rq)
{
    bool replied = false;
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = vg_book_job_new(rq, show, &replied);
    if (!job)
        return replied;
    if (!vg_contact_id_parse(vg_request_argument(rq), &job->is.id)) {
        vg_book_job_free(job);
        return vg_reply_error(rq, 400, "bad_id", "an event's id is 16 hexadecimal digits");
    }
    return vg_book_job_ask(rq, job);
}
