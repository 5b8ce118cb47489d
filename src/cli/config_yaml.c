/*
 * What stands in a configuration file: one mapping of settings, and in it a list of feeds. libyaml gives events with
 * lines; every problem is told and its value passed over, so that one run shows them all.
 */
#include <stdio.h>
#include <string.h>

#include "cli/config.h"
#include "site/yaml_events.h"

struct reading {
    struct vg_settings *settings;
    const char *name; /* of the file */
    vg_config_problem *problem;
    void *arg;
    struct vg_yaml yaml;
    bool good;
    bool sensors, sensors_again; /* there is a list of them; the key stands there twice */
};

static void on_wrong(void *arg, unsigned line, const char *key, const char *what)
{
    struct reading *r = arg;
    const struct vg_origin origin = {r->name, line};
    r->good = vg_config_wrong(&origin, key, r->problem, r->arg, "%s", what);
}

/* A copy of the scalar that stands here; NULL, told, if it is none or has a zero byte. */
static const char *scalar(struct reading *r, const char *key, const char *expected)
{
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    const char *kept = text ? vg_settings_keep(r->settings, text, strlen(text)) : NULL;
    if (text && !kept)
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "out of memory");
    return kept;
}

/* ---- feeds ---- */

struct feeds {
    const char *url[VG_FEED_MAX];
    struct vg_origin origin[VG_FEED_MAX];
    size_t count;
};

static const struct vg_option feed_keys[] = {
    {.name = "url"}, {.name = "name"}, {.name = "stall"}, {.name = "as"}, {.name = "speed"}, {.name = "baud"}};
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
        vg_yaml_wrong(&r->yaml, line, "feeds", out.err ? "feed '%.200s': its options are too long" : "out of memory",
                      value[0]);
    return kept;
}

static void unknown(struct reading *r, const char *key, const struct vg_option *rows, size_t count)
{
    const struct vg_option *near = vg_option_nearest(rows, count, key);
    if (near)
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "there is no such setting; did you mean '%s'?",
                      near->name);
    else
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "there is no such setting");
}

/* {url: …, name: …}; NULL, told, if it is not right. */
static const char *read_feed_mapping(struct reading *r)
{
    const char *value[FEED_KEYS] = {0};
    unsigned line = vg_yaml_line(&r->yaml);
    bool good = true;
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_MAPPING_END_EVENT)) {
        const char *key = scalar(r, "feeds", "a key");
        const struct vg_option *row = key ? vg_option_find(feed_keys, FEED_KEYS, key) : NULL;
        if (key && !row)
            unknown(r, key, feed_keys, FEED_KEYS);
        else if (!key)
            vg_yaml_skip(&r->yaml);
        good &= row != NULL;
        if (!vg_yaml_next(&r->yaml))
            return NULL;
        if (!row) {
            vg_yaml_skip(&r->yaml);
            continue;
        }
        size_t i = (size_t)(row - feed_keys);
        if (value[i])
            vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "it stands there twice");
        value[i] = scalar(r, key, "a value");
        good &= value[i] != NULL;
        if (!value[i])
            vg_yaml_skip(&r->yaml);
    }
    if (good && !value[0])
        vg_yaml_wrong(&r->yaml, line, "feeds", "expected a feed with a url, found none");
    return good && value[0] && !r->yaml.stopped ? join_feed(r, line, value) : NULL;
}

/* One feed of the list. */
static void read_feed(struct reading *r, struct feeds *feeds)
{
    struct vg_feed_spec spec;
    const char *why, *url = NULL;
    unsigned line = vg_yaml_line(&r->yaml);
    bool mapping = vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT);
    if (mapping)
        url = read_feed_mapping(r);
    else if (!(url = scalar(r, "feeds", "a URL or a mapping with a url")))
        vg_yaml_skip(&r->yaml);
    if (!url)
        return;
    if (vg_feed_parse(url, &spec, &why))
        vg_yaml_wrong(&r->yaml, line, "feeds", "feed '%.200s': %s", url, why);
    else if (feeds->count == VG_FEED_MAX)
        vg_yaml_wrong(&r->yaml, line, "feeds", "more than %d feeds", VG_FEED_MAX);
    else {
        feeds->origin[feeds->count] = (struct vg_origin){r->name, line};
        feeds->url[feeds->count++] = url;
    }
}

static void read_feeds(struct reading *r, unsigned line)
{
    struct feeds feeds = {.count = 0};
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT)) {
        vg_yaml_unexpected(&r->yaml, "feeds", "a list of feeds");
        vg_yaml_skip(&r->yaml);
        return;
    }
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))
        read_feed(r, &feeds);
    if (r->yaml.stopped)
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
        vg_yaml_skip(&r->yaml);
    } else if (!vg_option_take(row, text, s, expected)) {
        vg_yaml_unexpected(&r->yaml, row->name, expected);
    } else {
        s->text[row - first] = text;
        s->origin[row - first] = (struct vg_origin){r->name, vg_yaml_line(&r->yaml)};
    }
}

/* True if the file has said this key, which exists, before: the second one is told. */
static bool is_again(struct reading *r, const char **keys, size_t *count, const char *key)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(keys[i], key) == 0) {
            vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "it stands there twice");
            return true;
        }
    keys[(*count)++] = key;
    return false;
}

/* A list of sensors is read once more, from the whole text; here its place is noted. A file's name is a setting. */
static bool read_sensors(struct reading *r, const struct vg_option *row)
{
    size_t options;
    struct vg_settings *s = r->settings;
    const size_t i = (size_t)(row - vg_settings_options(&options));
    if (vg_yaml_is(&r->yaml, YAML_SCALAR_EVENT) && r->yaml.event.data.scalar.length) {
        read_setting(r, row);
        return false;
    }
    s->sensors = s->text[i] = NULL; /* the later word wins */
    s->origin[i] = (struct vg_origin){r->name, vg_yaml_line(&r->yaml)};
    s->sites_origin = s->origin[i];
    vg_yaml_skip(&r->yaml);
    return true;
}

static void read_mapping(void *arg, struct vg_yaml *y)
{
    struct reading *r = arg;
    const char *keys[VG_SETTINGS_MAX + 1]; /* each row once, and feeds */
    size_t rows, count = 0;
    const struct vg_option *row, *first = vg_settings_rows(&rows);
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_MAPPING_END_EVENT)) {
        unsigned line = vg_yaml_line(y);
        const char *key = scalar(r, NULL, "a setting's name");
        bool feeds = key && strcmp(key, "feeds") == 0;
        row = key ? vg_option_find(first, rows, key) : NULL;
        if (!key)
            vg_yaml_skip(y);
        else if (!row && !feeds)
            unknown(r, key, first, rows);
        bool first_time = key && (row || feeds) && !is_again(r, keys, &count, key);
        r->sensors_again |= key && !first_time && strcmp(key, "sensors") == 0;
        if (!vg_yaml_next(y))
            return;
        if (first_time && feeds)
            read_feeds(r, line);
        else if (first_time && strcmp(key, "sensors") == 0)
            r->sensors |= read_sensors(r, row);
        else if (first_time)
            read_setting(r, row);
        else
            vg_yaml_skip(y);
    }
}

static void read_sites(struct reading *r, const char *text, size_t len)
{
    struct vg_site_error error;
    if (vg_sites_read(text, len, &r->settings->sites, &error))
        on_wrong(r, error.line, NULL, error.text);
}

bool vg_config_read(struct vg_settings *settings, const char *name, const char *text, size_t len,
                    vg_config_problem *problem, void *arg)
{
    struct reading r = {.settings = settings, .problem = problem, .arg = arg, .good = true};
    r.name = vg_settings_keep(settings, name, strlen(name));
    if (r.name && vg_yaml_begin(&r.yaml, text, len, on_wrong, &r)) {
        settings->files++;
        vg_yaml_top(&r.yaml, "settings (NAME: VALUE)", read_mapping, &r);
        if (r.sensors && !r.sensors_again && !r.yaml.stopped)
            read_sites(&r, text, len);
    } else {
        problem(arg, "out of memory");
        r.good = false;
    }
    if (r.name)
        vg_yaml_end(&r.yaml);
    return r.good;
}
