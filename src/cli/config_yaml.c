/*
 * What stands in a configuration file: one mapping of settings, and in it a list of feeds. libyaml gives events with
 * lines; every problem is told and its value passed over, so that one run shows them all.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "cli/config.h"

struct reading {
    struct vg_settings *settings;
    const char *name; /* of the file */
    vg_config_problem *problem;
    void *arg;
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    bool good, broken;  /* broken: it is no YAML, and nothing more comes */
};

/* ---- telling ---- */

static unsigned line_of(const struct reading *r)
{
    return (unsigned)r->event.start_mark.line + 1;
}

__attribute__((format(printf, 4, 5))) static void wrong(struct reading *r, unsigned line, const char *key,
                                                        const char *format, ...)
{
    const struct vg_origin origin = {r->name, line};
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    r->good = vg_config_wrong(&origin, key, r->problem, r->arg, "%s", what);
}

/* What stands here, for "found …". */
static const char *found(const struct reading *r)
{
    static char text[72];
    switch (r->event.type) {
    case YAML_SCALAR_EVENT:
        snprintf(text, sizeof text, "'%.64s'", (const char *)r->event.data.scalar.value);
        return text;
    case YAML_SEQUENCE_START_EVENT:
        return "a list";
    case YAML_MAPPING_START_EVENT:
        return "a mapping";
    case YAML_ALIAS_EVENT:
        return "an alias (*), which isn't supported";
    default:
        return "nothing";
    }
}

/* ---- events ---- */

/* The next event; false at the end, or where the text is no YAML. */
static bool next(struct reading *r)
{
    if (r->broken)
        return false;
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event))
        return r->event.type != YAML_STREAM_END_EVENT;
    r->broken = true;
    memset(&r->event, 0, sizeof r->event);
    wrong(r, (unsigned)r->parser.problem_mark.line + 1, NULL, "expected YAML, found this: %s",
          r->parser.problem ? r->parser.problem : "out of memory");
    return false;
}

/* To the end of the node that begins here. */
static void skip(struct reading *r)
{
    int depth = 0;
    do {
        yaml_event_type_t t = r->event.type;
        depth += t == YAML_SEQUENCE_START_EVENT || t == YAML_MAPPING_START_EVENT;
        depth -= t == YAML_SEQUENCE_END_EVENT || t == YAML_MAPPING_END_EVENT;
    } while (depth > 0 && next(r));
}

/* A copy of the scalar that stands here; NULL, told, if it is none or has a zero byte. */
static const char *scalar(struct reading *r, const char *key, const char *expected)
{
    if (r->event.type != YAML_SCALAR_EVENT) {
        wrong(r, line_of(r), key, "expected %s, found %s", expected, found(r));
        return NULL;
    }
    const char *text = (const char *)r->event.data.scalar.value;
    if (strlen(text) != r->event.data.scalar.length) {
        wrong(r, line_of(r), key, "expected %s, found a zero byte", expected);
        return NULL;
    }
    const char *kept = vg_settings_keep(r->settings, text, strlen(text));
    if (!kept)
        wrong(r, line_of(r), key, "out of memory");
    return kept;
}

/* ---- feeds ---- */

struct feeds {
    const char *url[VG_FEED_MAX];
    struct vg_origin origin[VG_FEED_MAX];
    size_t count;
};

static const struct vg_option feed_keys[] = {
    {.name = "url"}, {.name = "name"}, {.name = "stall"}, {.name = "speed"}, {.name = "baud"}};
#define FEED_KEYS (sizeof feed_keys / sizeof *feed_keys)

/* Letters that mean something in a URL become %hh. */
static void put_escaped(struct vg_out *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c > 0x20 && c != 0x7F && !strchr("%&?#", c)) {
            vg_out_char(out, *text);
        } else {
            vg_out_char(out, '%');
            vg_out_char(out, hex[c >> 4]);
            vg_out_char(out, hex[c & 15]);
        }
    }
}

/* The URL with its options behind it; NULL, told, if there is no room for it. */
static const char *join_feed(struct reading *r, unsigned line, const char *const value[FEED_KEYS])
{
    char url[1024];
    struct vg_out out = vg_out_fixed(url, sizeof url);
    bool first = !strchr(value[0], '?');
    vg_out_text(&out, value[0]);
    for (size_t i = 1; i < FEED_KEYS; i++) {
        if (!value[i])
            continue;
        vg_out_printf(&out, "%c%s=", first ? '?' : '&', feed_keys[i].name);
        put_escaped(&out, value[i]);
        first = false;
    }
    const char *kept = out.err ? NULL : vg_settings_keep(r->settings, url, out.len);
    if (!kept)
        wrong(r, line, "feeds", out.err ? "feed '%.200s': its options are too long" : "out of memory", value[0]);
    return kept;
}

static void unknown(struct reading *r, const char *key, const struct vg_option *rows, size_t count)
{
    const struct vg_option *near = vg_option_nearest(rows, count, key);
    if (near)
        wrong(r, line_of(r), key, "there is no such setting; did you mean '%s'?", near->name);
    else
        wrong(r, line_of(r), key, "there is no such setting");
}

/* {url: …, name: …}; NULL, told, if it is not right. */
static const char *read_feed_mapping(struct reading *r)
{
    const char *value[FEED_KEYS] = {0};
    unsigned line = line_of(r);
    bool good = true;
    while (next(r) && r->event.type != YAML_MAPPING_END_EVENT) {
        const char *key = scalar(r, "feeds", "a key");
        const struct vg_option *row = key ? vg_option_find(feed_keys, FEED_KEYS, key) : NULL;
        if (key && !row)
            unknown(r, key, feed_keys, FEED_KEYS);
        else if (!key)
            skip(r);
        good &= row != NULL;
        if (!next(r))
            return NULL;
        if (!row) {
            skip(r);
            continue;
        }
        size_t i = (size_t)(row - feed_keys);
        if (value[i])
            wrong(r, line_of(r), key, "it stands there twice");
        value[i] = scalar(r, key, "a value");
        good &= value[i] != NULL;
        if (!value[i])
            skip(r);
    }
    if (good && !value[0])
        wrong(r, line, "feeds", "expected a feed with a url, found none");
    return good && value[0] && !r->broken ? join_feed(r, line, value) : NULL;
}

/* One feed of the list. */
static void read_feed(struct reading *r, struct feeds *feeds)
{
    struct vg_feed_spec spec;
    const char *why, *url = NULL;
    unsigned line = line_of(r);
    bool mapping = r->event.type == YAML_MAPPING_START_EVENT;
    if (mapping)
        url = read_feed_mapping(r);
    else if (!(url = scalar(r, "feeds", "a URL or a mapping with a url")))
        skip(r);
    if (!url)
        return;
    if (vg_feed_parse(url, &spec, &why))
        wrong(r, line, "feeds", "feed '%.200s': %s", url, why);
    else if (feeds->count == VG_FEED_MAX)
        wrong(r, line, "feeds", "more than %d feeds", VG_FEED_MAX);
    else {
        feeds->origin[feeds->count] = (struct vg_origin){r->name, line};
        feeds->url[feeds->count++] = url;
    }
}

static void read_feeds(struct reading *r, unsigned line)
{
    struct feeds feeds = {.count = 0};
    if (r->event.type != YAML_SEQUENCE_START_EVENT) {
        wrong(r, line_of(r), "feeds", "expected a list of feeds, found %s", found(r));
        skip(r);
        return;
    }
    while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT)
        read_feed(r, &feeds);
    if (r->broken)
        return;
    memcpy(r->settings->feed, feeds.url, feeds.count * sizeof *feeds.url);
    memcpy(r->settings->feed_origin, feeds.origin, feeds.count * sizeof *feeds.origin);
    r->settings->feed_count = feeds.count;
    r->settings->feeds_origin = (struct vg_origin){r->name, line};
}

/* ---- settings ---- */

static void read_setting(struct reading *r, const struct vg_option *row)
{
    size_t options;
    const struct vg_option *first = vg_settings_options(&options);
    char expected[VG_OPTION_WHY];
    struct vg_settings *s = r->settings;
    vg_option_expected(row, expected);
    const char *text = scalar(r, row->name, expected);
    if (!text) {
        skip(r);
    } else if (!vg_option_take(row, text, s, expected)) {
        wrong(r, line_of(r), row->name, "expected %s, found %s", expected, found(r));
    } else {
        s->text[row - first] = text;
        s->origin[row - first] = (struct vg_origin){r->name, line_of(r)};
    }
}

/* True if the file has said this key, which exists, before: the second one is told. */
static bool is_again(struct reading *r, const char **keys, size_t *count, const char *key)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(keys[i], key) == 0) {
            wrong(r, line_of(r), key, "it stands there twice");
            return true;
        }
    keys[(*count)++] = key;
    return false;
}

static void read_mapping(struct reading *r)
{
    const char *keys[VG_SETTINGS_MAX + 1]; /* each row once, and feeds */
    size_t rows, count = 0;
    const struct vg_option *row, *first = vg_settings_rows(&rows);
    while (next(r) && r->event.type != YAML_MAPPING_END_EVENT) {
        unsigned line = line_of(r);
        const char *key = scalar(r, NULL, "a setting's name");
        bool feeds = key && strcmp(key, "feeds") == 0;
        row = key ? vg_option_find(first, rows, key) : NULL;
        if (!key)
            skip(r);
        else if (!row && !feeds)
            unknown(r, key, first, rows);
        bool first_time = key && (row || feeds) && !is_again(r, keys, &count, key);
        if (!next(r))
            return;
        if (first_time && feeds)
            read_feeds(r, line);
        else if (first_time)
            read_setting(r, row);
        else
            skip(r);
    }
}

/* An empty file has no document, or one with nothing in it. */
static void read_documents(struct reading *r)
{
    for (int documents = 0; next(r);) {
        if (r->event.type == YAML_STREAM_START_EVENT || r->event.type == YAML_DOCUMENT_END_EVENT)
            continue;
        if (r->event.type == YAML_DOCUMENT_START_EVENT) {
            if (documents++)
                wrong(r, line_of(r), NULL, "expected one document, found another one (---)");
        } else if (documents > 1) {
            skip(r);
        } else if (r->event.type == YAML_MAPPING_START_EVENT) {
            read_mapping(r);
        } else if (r->event.type != YAML_SCALAR_EVENT || r->event.data.scalar.length) {
            wrong(r, line_of(r), NULL, "expected settings (NAME: VALUE), found %s", found(r));
            skip(r);
        }
    }
}

bool vg_config_read(struct vg_settings *settings, const char *name, const char *text, size_t len,
                    vg_config_problem *problem, void *arg)
{
    struct reading r = {.settings = settings, .problem = problem, .arg = arg, .good = true};
    r.name = vg_settings_keep(settings, name, strlen(name));
    if (!r.name || !yaml_parser_initialize(&r.parser)) {
        problem(arg, "out of memory");
        return false;
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    settings->files++;
    read_documents(&r);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return r.good;
}
