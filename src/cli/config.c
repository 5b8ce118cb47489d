#include "cli/config.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "serve/serve.h"
#include "service/webhook.h"

struct vg_kept_text {
    struct vg_kept_text *next;
    char text[];
};

/* ---- values that need more than bounds ---- */

static bool number(const char *text, double low, double high, double *ret)
{
    const struct vg_option o = {.kind = VG_OPTION_NUMBER, .low = low, .high = high};
    char why[VG_OPTION_WHY];
    return vg_option_take(&o, text, ret, why);
}

static bool read_limit(const char *text, double low, double high, double *ret)
{
    return number(text, 0, 0, ret) || number(text, low, high, ret);
}

static bool read_keep_days(const char *text, void *target)
{
    return read_limit(text, 0.01, 36500, &((struct vg_settings *)target)->keep_days);
}

static bool read_keep_gib(const char *text, void *target)
{
    return read_limit(text, 0.1, 1e6, &((struct vg_settings *)target)->keep_gib);
}

/* A number with a letter behind it: of 1024, as disks are shown. */
static bool read_keep_bytes(const char *text, void *target)
{
    static const char letters[] = "KMGT";
    char digits[32];
    size_t len = strlen(text);
    const char *letter = len ? strchr(letters, text[len - 1]) : NULL;
    double value, unit = letter ? (double)(UINT64_C(1) << 10 * (letter - letters + 1)) : 1;
    if (!len || len >= sizeof digits)
        return false;
    memcpy(digits, text, len + 1);
    if (letter)
        digits[len - 1] = 0;
    if (!number(digits, 0, 1e18, &value) || (value > 0 && (value * unit < 1 << 20 || value * unit > 1e6 * (1ll << 40))))
        return false;
    ((struct vg_settings *)target)->keep_bytes = value * unit;
    return true;
}

static bool read_speed(const char *text, void *target)
{
    struct vg_settings *s = target;
    if (strcmp(text, "max") == 0)
        s->speed = 0;
    return strcmp(text, "max") == 0 || number(text, 0.001, 1e6, &s->speed);
}

static bool read_view(const char *text, void *target)
{
    struct vg_map_view v = {.given = true};
    char rest;
    int n = sscanf(text, "%lf,%lf,%lf%c", &v.lon_deg, &v.lat_deg, &v.zoom, &rest);
    if (n != 3 || !(fabs(v.lon_deg) <= 180) || !(fabs(v.lat_deg) <= 85) || !(v.zoom >= 0 && v.zoom <= 22))
        return false;
    ((struct vg_settings *)target)->view = v;
    return true;
}

/* A name, or several with commas between. Each --host adds to those before. */
static bool read_host(const char *text, void *target)
{
    struct vg_settings *s = target;
    size_t used = strlen(s->hosts);
    struct vg_authority one;
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ",");
        if (!vg_host_take(p, n, &one) || one.port_given)
            return false;
        p += n;
        if (!*p)
            break;
    }
    if (used + 1 + strlen(text) >= sizeof s->hosts)
        return false;
    snprintf(s->hosts + used, sizeof s->hosts - used, "%s%s", used ? "," : "", text);
    return true;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct vg_settings, member)
#define SETTING(n, l, k, member, lowest, highest, v, first, u, h)                                                      \
    {.name = n,                                                                                                        \
     .letter = l,                                                                                                      \
     .kind = VG_OPTION_##k,                                                                                            \
     .at = AT(member),                                                                                                 \
     .low = lowest,                                                                                                    \
     .high = highest,                                                                                                  \
     .value = v,                                                                                                       \
     .initial = first,                                                                                                 \
     .unit = u,                                                                                                        \
     .help = h},
#define READING(n, member, reader, wanted, v, first, u, h)                                                             \
    {.name = n,                                                                                                        \
     .kind = VG_OPTION_READ,                                                                                           \
     .at = AT(member),                                                                                                 \
     .read = reader,                                                                                                   \
     .expected = wanted,                                                                                               \
     .value = v,                                                                                                       \
     .initial = first,                                                                                                 \
     .unit = u,                                                                                                        \
     .help = h},

#define OF_THE_CALL 2 /* rows that only a command line can say */

static const struct vg_option rows[] = {
    SETTING("config", 'c', TEXT, config, 1, 0, "FILE", NULL, NULL,
            "read this instead of " VG_CONFIG_FILE ", and the files of conf.d beside it")
        SETTING("no-config", 0, FLAG, no_config, 0, 0, NULL, NULL, NULL, "read no configuration file")
#include "cli/config.def"
};

#define ROWS (sizeof rows / sizeof *rows)
_Static_assert(ROWS <= VG_SETTINGS_MAX && ROWS <= VG_OPTIONS_MAX, "one origin a row");

const struct vg_option *vg_settings_rows(size_t *ret_count)
{
    *ret_count = ROWS - OF_THE_CALL;
    return rows + OF_THE_CALL;
}

const struct vg_option *vg_settings_options(size_t *ret_count)
{
    *ret_count = ROWS;
    return rows;
}

void vg_settings_init(struct vg_settings *s)
{
    *s = (struct vg_settings){.speed = -1};
    vg_options_initial(rows, ROWS, s);
}

void vg_settings_free(struct vg_settings *s)
{
    while (s->kept) {
        struct vg_kept_text *next = s->kept->next;
        free(s->kept);
        s->kept = next;
    }
    free(s->rules);
    vg_watch_list_free(s->watched);
    *s = (struct vg_settings){0};
}

const char *vg_settings_keep(struct vg_settings *s, const char *text, size_t len)
{
    struct vg_kept_text *kept = malloc(sizeof *kept + len + 1);
    if (!kept)
        return NULL;
    memcpy(kept->text, text, len);
    kept->text[len] = '\0';
    kept->next = s->kept;
    s->kept = kept;
    return kept->text;
}

void vg_settings_on_value(void *settings, const struct vg_option *option, const char *text)
{
    struct vg_settings *s = settings;
    size_t row = (size_t)(option - rows);
    s->text[row] = text;
    s->origin[row] = (struct vg_origin){.file = "command line"};
}

/* ---- whether it fits together ---- */

bool vg_config_wrong(const struct vg_origin *origin, const char *key, vg_config_problem *problem, void *arg,
                     const char *format, ...)
{
    char what[512], where[512] = "", sentence[1152];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (origin->line)
        snprintf(where, sizeof where, "%s:%u: ", origin->file, origin->line);
    snprintf(sentence, sizeof sentence, "%s%s%s%s", where, key ? key : "", key ? ": " : "", what);
    for (char *p = sentence; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = '?';
    problem(arg, sentence);
    return false;
}

static bool check_feeds(const struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    static struct vg_feed_spec spec[VG_FEED_MAX];
    const char *why;
    bool good = true;
    for (size_t i = 0; i < s->feed_count; i++) {
        if (vg_feed_parse(s->feed[i], &spec[i], &why)) {
            good = vg_config_wrong(&s->feed_origin[i], "feeds", problem, arg, "feed '%.200s': %s", s->feed[i], why);
            *spec[i].name = '\0';
        }
        for (size_t k = 0; k < i; k++)
            if (*spec[i].name && strcmp(spec[i].name, spec[k].name) == 0)
                good = vg_config_wrong(&s->feed_origin[i], "feeds", problem, arg,
                                       "two feeds are called '%s': give one a name", spec[i].name);
    }
    return good;
}

static const struct vg_origin *origin_of(const struct vg_settings *s, const char *name)
{
    return &s->origin[vg_option_find(rows, ROWS, name) - rows];
}

bool vg_settings_check(const struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    bool good = check_feeds(s, problem, arg);
    const char *limit = s->keep_days > 0 ? "keep-days" : s->keep_bytes > 0 ? "keep-bytes" : "keep-gib";
    if (!s->data && (s->keep_days > 0 || s->keep_bytes > 0 || s->keep_gib > 0))
        good = vg_config_wrong(origin_of(s, limit), limit, problem, arg,
                               "it says how long the journal is kept, and needs a data folder (data)");
    const char *why = s->alert_webhook ? vg_webhook_refuses(s->alert_webhook) : NULL;
    if (why)
        good = vg_config_wrong(origin_of(s, "alert-webhook"), "alert-webhook", problem, arg, "%s", why);
    if (vg_serve_is_reached(s->listen) && !s->trust_network)
        good = vg_config_wrong(origin_of(s, "listen"), "listen", problem, arg, "%s " VG_SERVE_REACHED, s->listen);
    return good;
}

/* ---- whether what it names is here ---- */

static const char *miss_feed(const struct vg_feed_spec *spec)
{
    struct stat st;
    if (spec->kind != VG_FEED_FILE && spec->kind != VG_FEED_SERIAL)
        return NULL;
    if (stat(spec->path, &st))
        return strerror(errno);
    if (S_ISDIR(st.st_mode))
        return "a folder, where a file was expected";
    if (spec->kind == VG_FEED_FILE && !S_ISREG(st.st_mode))
        return "not a regular file: serial: reads devices, stdin: pipes";
    return access(spec->path, R_OK) ? strerror(errno) : NULL;
}

enum place { NOTHING, FOLDER, OTHER };

/* What stands at the first n bytes of a path; none of them: the present folder. */
static enum place look(const char *path, size_t n)
{
    struct stat st;
    char text[4096]; /* longer ones lead nowhere */
    if (n >= sizeof text)
        return NOTHING;
    snprintf(text, sizeof text, "%.*s", n ? (int)n : 1, n ? path : ".");
    return stat(text, &st) ? NOTHING : S_ISDIR(st.st_mode) ? FOLDER : OTHER;
}

/* A path's length without the slashes at its end; that of the root stays. */
static size_t trimmed(const char *path, size_t n)
{
    while (n > 1 && path[n - 1] == '/') /* FILE/ is not there; FILE is, and no folder */
        n--;
    return n;
}

/* The service makes the last folder of the path, and no other. */
static const char *miss_data(const char *path)
{
    size_t n = trimmed(path, strlen(path));
    enum place here = look(path, n);
    if (here != NOTHING)
        return here == FOLDER ? NULL : "a file, where a folder was expected";
    while (n && path[n - 1] != '/')
        n--;
    enum place around = look(path, trimmed(path, n));
    if (around == NOTHING)
        return "neither it nor the folder around it is there";
    return around == FOLDER ? NULL : "the path leads through a file";
}

/* FEED, or FEED/STATION. */
static bool has_feed(const struct vg_settings *s, const char *feed)
{
    const size_t n = strcspn(feed, "/");
    for (size_t i = 0; i < s->feed_count; i++) {
        struct vg_feed_spec spec;
        const char *why;
        if (!vg_feed_parse(s->feed[i], &spec, &why) && strlen(spec.name) == n && memcmp(spec.name, feed, n) == 0)
            return true;
    }
    return false;
}

bool vg_settings_check_paths(const struct vg_settings *s, vg_config_problem *problem, void *arg)
{
    bool good = true;
    const char *why = s->data ? miss_data(s->data) : NULL;
    if (why)
        good = vg_config_wrong(origin_of(s, "data"), "data", problem, arg, "%.200s: %s", s->data, why);
    for (size_t i = 0; i < s->feed_count; i++) {
        struct vg_feed_spec spec;
        if (!vg_feed_parse(s->feed[i], &spec, &why) && (why = miss_feed(&spec)))
            good = vg_config_wrong(&s->feed_origin[i], "feeds", problem, arg, "feed '%.200s': %s", s->feed[i], why);
    }
    const struct vg_origin *told = s->sensors ? origin_of(s, "sensors") : &s->sites_origin;
    for (size_t i = 1; i <= s->sites.count; i++)
        if (!has_feed(s, s->sites.site[i].feed))
            good = vg_config_wrong(told, "sensors", problem, arg, "no feed is called '%s', which brings '%s'",
                                   s->sites.site[i].feed, s->sites.site[i].name);
    return good;
}

/* ---- as text ---- */

static void put_origin(struct vg_out *out, const struct vg_origin *o)
{
    vg_out_text(out, " # ");
    vg_out_text(out, o->file ? o->file : "default");
    if (o->line)
        vg_out_printf(out, ":%u", o->line);
    vg_out_char(out, '\n');
}

/* In quotes, as YAML reads it; characters that mislead are escaped. */
static void put_text(struct vg_out *out, const char *text)
{
    const uint8_t *p = (const uint8_t *)text;
    vg_out_char(out, '"');
    for (size_t i = 0, len = strlen(text), n; i < len; i += n ? n : 1) {
        n = vg_utf8_length(p + i, len - i);
        if (p[i] == '"' || p[i] == '\\')
            vg_out_printf(out, "\\%c", p[i]);
        else if (!n)
            vg_out_text(out, "\xEF\xBF\xBD");
        else if (vg_utf8_is_harmful(vg_utf8_code_point(p + i, n)))
            vg_out_printf(out, "\\u%04x", (unsigned)vg_utf8_code_point(p + i, n));
        else
            vg_out_bytes(out, p + i, n);
    }
    vg_out_char(out, '"');
}

static void put_value(struct vg_out *out, const struct vg_option *o, const char *text)
{
    if (o->kind == VG_OPTION_FLAG || strspn(text, "0123456789.") == strlen(text))
        vg_out_text(out, text);
    else
        put_text(out, text);
}

void vg_settings_show(const struct vg_settings *s, struct vg_out *out)
{
    for (size_t i = OF_THE_CALL; i < ROWS; i++) {
        if (rows[i].at == AT(sensors) && !s->sensors && s->sites.count)
            continue;
        const char *text = s->text[i] ? s->text[i] : rows[i].initial;
        if (text && rows[i].read == read_host)
            text = s->hosts; /* all that were said */
        vg_out_printf(out, text ? "%s: " : "# %s:", rows[i].name);
        if (text)
            put_value(out, &rows[i], text);
        put_origin(out, &s->origin[i]);
    }
    if (s->sites.count && !s->sensors) { /* a list in a file */
        vg_sites_write(&s->sites, out);
        put_origin(out, &s->sites_origin);
    }
    vg_out_text(out, s->feed_count ? "feeds:" : "# feeds:");
    put_origin(out, &s->feeds_origin);
    for (size_t i = 0; i < s->feed_count; i++) {
        vg_out_text(out, "  - ");
        put_text(out, s->feed[i]);
        vg_out_char(out, '\n');
    }
}
