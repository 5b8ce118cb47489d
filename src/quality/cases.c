#include "quality/cases.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/time.h"

static void say(char **ret_error, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(char **ret_error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vasprintf(ret_error, format, args) < 0)
        *ret_error = NULL;
    va_end(args);
    for (char *p = *ret_error; p && *p; p++) /* what the file holds may stand in it */
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = '?';
}

enum vg_err vg_quality_no_memory(const char *path, char **ret_error)
{
    if (!*ret_error)
        say(ret_error, "%s: %s", path, vg_err_text(VG_NOMEM));
    return VG_NOMEM;
}

/* The whole file, unpacked if it is gzip, or the job's bytes; and a terminator behind it. */
static enum vg_err read_all(const struct vg_quality_job *job, char **ret_text, size_t *ret_len, char **ret_error)
{
    const char *path = job->path;
    if (job->bytes) {
        *ret_len = job->len;
        if (!(*ret_text = calloc(job->len + 1, 1)))
            return vg_quality_no_memory(path, ret_error);
        memcpy(*ret_text, job->bytes, job->len);
        return VG_OK;
    }
    gzFile file = gzopen(path, "rb");
    char *text = NULL;
    size_t len = 0, room = 0;
    enum vg_err err = VG_OK;
    while (file) {
        if (len + 1 >= room) {
            room = room ? room * 2 : 65536;
            char *more = room <= 2 * (size_t)VG_QUALITY_JSON_MAX ? realloc(text, room) : NULL;
            if (!more) {
                err = room <= 2 * (size_t)VG_QUALITY_JSON_MAX ? VG_NOMEM : VG_LIMIT;
                break;
            }
            text = more;
        }
        const int n = gzread(file, text + len, (unsigned)(room - len - 1));
        if (n < 0)
            err = VG_IO;
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    if (!file)
        err = VG_IO;
    else if (gzclose(file) != Z_OK && !err)
        err = VG_IO; /* a gzip file that ends too early */
    if (err) {
        free(text);
        say(ret_error, "%s: cannot be read: %s", path, vg_err_text(err));
        return err;
    }
    text[len] = 0;
    *ret_text = text, *ret_len = len;
    return VG_OK;
}

/* An object a line. */
static enum vg_err read_lines(struct vg_quality_cases *c, const char *text, size_t len, char **ret_error)
{
    size_t line_no = 0, lines = 1;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    c->array = json_array();
    c->line = malloc(lines * sizeof *c->line);
    if (!c->array || !c->line)
        return vg_quality_no_memory(c->path, ret_error);
    for (const char *at = text, *end = text + len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t n = stop ? (size_t)(stop - at) : (size_t)(end - at);
        line_no++;
        if (strspn(at, " \t\r") < n) {
            json_error_t error;
            json_t *object = json_loadb(at, n, 0, &error);
            if (!json_is_object(object)) {
                json_decref(object);
                say(ret_error, "%s: line %zu: expected a JSON object%s%s", c->path, line_no, object ? "" : ": ",
                    object ? "" : error.text);
                return VG_SYNTAX;
            }
            c->line[json_array_size(c->array)] = line_no;
            if (json_array_append_new(c->array, object))
                return vg_quality_no_memory(c->path, ret_error);
        }
        at = stop ? stop + 1 : end;
    }
    return VG_OK;
}

static enum vg_err read_array(struct vg_quality_cases *c, const char *text, size_t len, char **ret_error)
{
    json_error_t error;
    c->array = json_loadb(text, len, 0, &error);
    if (!c->array) {
        say(ret_error, "%s: line %d: expected an array of JSON objects: %s", c->path, error.line, error.text);
        return VG_SYNTAX;
    }
    size_t i;
    json_t *value;
    json_array_foreach(c->array, i, value) if (!json_is_object(value))
    {
        say(ret_error, "%s: element %zu of the array: expected a JSON object", c->path, i + 1);
        return VG_SYNTAX;
    }
    return VG_OK;
}

/* An object that stands on several lines is one case. */
static bool read_object(struct vg_quality_cases *c, const char *text, size_t len)
{
    json_t *object = json_loadb(text, len, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return false;
    }
    c->array = json_array();
    return c->array && json_array_append_new(c->array, object) == 0;
}

enum vg_err vg_quality_cases_read(const struct vg_quality_job *job, struct vg_quality_cases *ret, char **ret_error)
{
    char *text;
    size_t len;
    enum vg_err err = read_all(job, &text, &len, ret_error);
    if (err)
        return err;
    struct vg_quality_cases c = {.path = job->path};
    const size_t blank = strspn(text, " \t\r\n");
    if (text[blank] == '[')
        err = read_array(&c, text, len, ret_error);
    else if (!read_object(&c, text, len))
        err = read_lines(&c, text, len, ret_error);
    free(text);
    if (err)
        vg_quality_cases_free(&c);
    else
        *ret = c;
    return err;
}

void vg_quality_cases_free(struct vg_quality_cases *cases)
{
    json_decref(cases->array);
    free(cases->line);
    *cases = (struct vg_quality_cases){0};
}

enum vg_err vg_quality_wrong(const struct vg_quality_cases *cases, size_t number, char **ret_error, const char *format,
                             ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (cases->line)
        say(ret_error, "%s: line %zu: %s", cases->path, cases->line[number], what);
    else
        say(ret_error, "%s: element %zu of the array: %s", cases->path, number + 1, what);
    return VG_SYNTAX;
}

bool vg_quality_key(const json_t *value, char ret[static VG_QUALITY_KEY])
{
    if (json_is_integer(value)) {
        snprintf(ret, VG_QUALITY_KEY, "%lld", (long long)json_integer_value(value));
        return true;
    }
    if (!json_is_string(value) || json_string_length(value) >= VG_QUALITY_KEY)
        return false;
    snprintf(ret, VG_QUALITY_KEY, "%s", json_string_value(value));
    return true;
}

#define TIME_MAX_S 1e11 /* the year 5138 */

bool vg_quality_time(const json_t *value, int64_t *ret_us)
{
    if (json_is_number(value) && fabs(json_number_value(value)) < TIME_MAX_S) {
        *ret_us = llround(json_number_value(value) * VG_SECOND_US);
        return true;
    }
    return json_is_string(value) && vg_time_parse(json_string_value(value), json_string_length(value), ret_us);
}

bool vg_quality_number(const json_t *object, const char *key, double *ret)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_null(value) && !json_is_number(value))
        return false;
    *ret = json_is_number(value) ? json_number_value(value) : NAN;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

size_t vg_quality_unique(char (*keys)[VG_QUALITY_KEY], size_t count)
{
    size_t n = 0;
    if (count)
        qsort(keys, count, sizeof *keys, by_text);
    for (size_t i = 0; i < count; i++)
        if (!n || strcmp(keys[n - 1], keys[i]) != 0)
            memmove(keys[n++], keys[i], sizeof *keys);
    return n;
}

size_t vg_quality_find(const char (*keys)[VG_QUALITY_KEY], size_t count, const char *key)
{
    const char(*found)[VG_QUALITY_KEY] = bsearch(key, keys, count, sizeof *keys, by_text);
    return (size_t)(found - keys);
}

enum vg_err vg_quality_cases_run(const struct vg_quality_case_kind *kind, const struct vg_quality_job *job, void *tally,
                                 struct vg_quality_result *ret, char **ret_error)
{
    struct vg_quality_cases cases;
    struct vg_quality_case_tally *t = tally;
    enum vg_err err = vg_quality_cases_read(job, &cases, ret_error);
    if (err)
        return err;
    *t = (struct vg_quality_case_tally){.cases = &cases, .job = job, .ret_error = ret_error};
    if (job->predictions)
        vg_out_text(job->predictions, kind->head);
    json_t *case_;
    json_array_foreach(cases.array, t->number, case_) if ((err = kind->run(t, case_)) != VG_OK) break;
    if (!err) {
        vg_quality_count(ret, "cases", json_array_size(cases.array));
        kind->count(t, ret);
        vg_quality_count(ret, "expected", t->wanted);
        vg_quality_count(ret, "found", t->right);
        vg_quality_count(ret, "missing", t->wanted - t->right);
        vg_quality_count(ret, "extra", t->found - t->right);
    }
    if (err == VG_NOMEM)
        vg_quality_no_memory(job->path, ret_error);
    vg_quality_cases_free(&cases);
    return err;
}
