/* What a feed's URL says. */
#include <arpa/inet.h>
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "feed/adapter.h"
#include "feed/feed.h"

#define DEFAULT_STALL_US (60 * VG_SECOND_US)
#define DEFAULT_BAUD     38400 /* IEC 61162-2, which AIS receivers speak */
#define MAX_STALL_S      1e7
#define MIN_SPEED        1e-3
#define MAX_SPEED        1e6

struct span {
    const char *at;
    size_t len;
};

/* One kind of URL: what it starts with, how the rest is read, which words its name starts with. */
struct scheme {
    const char *prefix;
    enum vg_feed_kind kind;
    const char *label;
    bool whole; /* the prefix is all there is before the options */
    enum vg_err (*rest)(struct span rest, struct vg_feed_spec *spec, const char **ret_why);
};

static bool starts(struct span s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.len >= n && memcmp(s.at, prefix, n) == 0;
}

static bool is_whole(struct span s, const char *text)
{
    size_t n = strlen(text);
    return starts(s, text) && (s.len == n || s.at[n] == '?');
}

static struct span after(struct span s, size_t n)
{
    return (struct span){s.at + n, s.len - n};
}

static enum vg_err refuse(enum vg_err err, const char *why, const char **ret_why)
{
    *ret_why = why;
    return err;
}

/* ---- text and numbers ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Copies text with %hh undone. Control characters have no place in a name or path, escaped or not. */
static enum vg_err decode(struct span s, char *out, size_t size, const char **ret_why)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex(s.at[i + 1]) : -1, low = i + 2 < s.len ? hex(s.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return refuse(VG_SYNTAX, "a % must be followed by two hexadecimal digits", ret_why);
            c = (unsigned char)(high * 16 + low);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f)
            return refuse(VG_SYNTAX, "control characters are not allowed", ret_why);
        if (n + 1 >= size)
            return refuse(VG_RANGE, "a name, path or address is too long", ret_why);
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return VG_OK;
}

/* digits[.digits], whatever the locale says about decimal points. */
static bool number(struct span s, double *ret)
{
    double value = 0, unit = 1;
    bool point = false, digit = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            digit = true;
            value = value * 10 + (c - '0');
            unit = point ? unit * 10 : unit;
        } else {
            return false;
        }
    }
    value /= unit;
    if (!digit || !isfinite(value) || s.len > 32)
        return false;
    *ret = value;
    return true;
}

/* ---- options: ?key=value&… ---- */

static enum vg_err option_name(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    if (value.len == 0)
        return refuse(VG_SYNTAX, "the name is empty", ret_why);
    enum vg_err err = decode(value, spec->name, sizeof spec->name, ret_why);
    if (!err && strchr(spec->name, '/')) /* FEED/STATION is the name of a station behind a feed */
        return refuse(VG_SYNTAX, "a feed's name has no /: Manta/stA is the station stA of the feed Manta", ret_why);
    return err;
}

static enum vg_err option_stall(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    double seconds;
    if (!number(value, &seconds))
        return refuse(VG_SYNTAX, "stall must be a number of seconds", ret_why);
    if (seconds > MAX_STALL_S)
        return refuse(VG_RANGE, "stall is too long", ret_why);
    spec->stall_us = (int64_t)llround(seconds * 1e6);
    spec->stall_given = true;
    return VG_OK;
}

static enum vg_err option_speed(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    double speed = 0;
    bool max = value.len == 3 && starts(value, "max");
    if (!max && !number(value, &speed))
        return refuse(VG_SYNTAX, "speed must be a number or max", ret_why);
    if (speed > MAX_SPEED || (speed > 0 && speed < MIN_SPEED))
        return refuse(VG_RANGE, "speed must be from 0.001 to a million, or max", ret_why);
    spec->speed = speed;
    spec->speed_given = true;
    return VG_OK;
}

static enum vg_err option_baud(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    double baud;
    speed_t speed;
    if (!number(value, &baud) || baud != floor(baud))
        return refuse(VG_SYNTAX, "baud must be a whole number", ret_why);
    if (baud > 1e9 || !vg_serial_speed((uint32_t)baud, &speed))
        return refuse(VG_RANGE, "not a standard baud rate", ret_why);
    spec->baud = (uint32_t)baud;
    return VG_OK;
}

const char *vg_feed_language_key(enum vg_feed_language language)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_FEED_LANGUAGE_LIST(X)
#undef X
    };
    return (unsigned)language < VG_FEED_LANGUAGES ? keys[language] : "unknown";
}

static enum vg_err option_as(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    for (int i = 0; i < VG_FEED_LANGUAGES; i++) {
        const char *key = vg_feed_language_key((enum vg_feed_language)i);
        if (value.len == strlen(key) && starts(value, key)) {
            spec->language = (enum vg_feed_language)i;
            return VG_OK;
        }
    }
    return refuse(VG_SYNTAX, "as must be nmea or asterix", ret_why);
}

static bool is_ipv4(const char *host)
{
    struct in_addr a;
    return inet_pton(AF_INET, host, &a) == 1;
}

static enum vg_err option_interface(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    enum vg_err err = decode(value, spec->interface, sizeof spec->interface, ret_why);
    if (!err && !is_ipv4(spec->interface))
        return refuse(VG_SYNTAX,
                      "interface must be an IPv4 address of this machine; for IPv6 write %NAME behind the group",
                      ret_why);
    return err;
}

static enum vg_err option_exercise(struct span value, struct vg_feed_spec *spec, const char **ret_why)
{
    spec->exercise = value.len == 4 && starts(value, "true");
    if (!spec->exercise && !(value.len == 5 && starts(value, "false")))
        return refuse(VG_SYNTAX, "exercise must be true or false", ret_why);
    return VG_OK;
}

#define BIT(kind) (1u << VG_FEED_##kind)

static const struct option {
    const char *key;
    unsigned kinds;
    enum vg_err (*read)(struct span value, struct vg_feed_spec *spec, const char **ret_why);
} options[] = {
    {"name=", ~0u, option_name},
    {"stall=", ~0u, option_stall},
    {"as=", ~0u, option_as},
    {"exercise=", ~0u, option_exercise},
    {"speed=", BIT(FILE) | BIT(STDIN), option_speed}, /* standard input is live: accepted, and changes nothing */
    {"baud=", BIT(SERIAL), option_baud},
    {"interface=", BIT(UDP), option_interface},
};

static const struct option *find_option(struct span s)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (starts(s, options[i].key))
            return &options[i];
    return NULL;
}

static enum vg_err read_options(struct span s, struct vg_feed_spec *spec, const char **ret_why)
{
    while (s.len > 0) {
        const char *amp = memchr(s.at, '&', s.len);
        struct span one = {s.at, amp ? (size_t)(amp - s.at) : s.len};
        s = after(s, amp ? one.len + 1 : one.len);
        const struct option *option = find_option(one);
        if (!option)
            return refuse(VG_SYNTAX, "unknown option: name, stall, as, exercise, speed, baud and interface are known",
                          ret_why);
        if (!(option->kinds & 1u << spec->kind))
            return refuse(VG_SYNTAX, "this kind of feed does not have that option", ret_why);
        enum vg_err err = option->read(after(one, strlen(option->key)), spec, ret_why);
        if (err)
            return err;
    }
    return VG_OK;
}

/* ---- HOST:PORT ---- */

static enum vg_err read_port(struct span s, struct vg_feed_spec *spec, const char **ret_why)
{
    double port;
    if (memchr(s.at, '.', s.len) || !number(s, &port))
        return refuse(VG_SYNTAX, "the port must be a number", ret_why);
    if (port > 65535 || (port == 0 && spec->kind == VG_FEED_TCP))
        return refuse(VG_RANGE, "the port must be from 1 to 65535", ret_why);
    spec->port = (uint16_t)port;
    return VG_OK;
}

static enum vg_err read_host(struct span host, bool bracketed, struct vg_feed_spec *spec, const char **ret_why)
{
    /* In brackets a zone's % is written as it is, or as %25 (RFC 6874). */
    const char *zone = bracketed ? memchr(host.at, '%', host.len) : NULL;
    size_t until = zone ? (size_t)(zone - host.at) : host.len;
    enum vg_err err = decode((struct span){host.at, until}, spec->host, sizeof spec->host, ret_why);
    if (err)
        return err;
    if (zone) {
        struct span name = after(host, until + (starts(after(host, until), "%25") ? 3 : 1));
        int n = snprintf(spec->host + until, sizeof spec->host - until, "%%%.*s", (int)name.len, name.at);
        if (n < 0 || (size_t)n >= sizeof spec->host - until)
            return refuse(VG_RANGE, "a name, path or address is too long", ret_why);
    }
    if (bracketed)
        return vg_host_is_ipv6(spec->host) ? VG_OK : refuse(VG_SYNTAX, "not an IPv6 address in [ ]", ret_why);
    if (strchr(spec->host, ':'))
        return refuse(VG_SYNTAX, "an IPv6 address must stand in [ ]", ret_why);
    if (spec->kind == VG_FEED_TCP)
        return vg_host_is_name(spec->host) ? VG_OK : refuse(VG_SYNTAX, "not a host name or address", ret_why);
    if (!*spec->host)
        memcpy(spec->host, "0.0.0.0", sizeof "0.0.0.0"); /* udp://:10110 */
    return is_ipv4(spec->host)
               ? VG_OK
               : refuse(VG_SYNTAX, "listening needs a numeric address, 0.0.0.0 or [::] for all", ret_why);
}

static enum vg_err rest_network(struct span rest, struct vg_feed_spec *spec, const char **ret_why)
{
    if (rest.len > 0 && rest.at[rest.len - 1] == '/')
        rest.len--;
    struct span host = rest;
    const char *colon;
    bool bracketed = starts(rest, "[");
    if (bracketed) {
        const char *close = memchr(rest.at, ']', rest.len);
        if (!close)
            return refuse(VG_SYNTAX, "a ] is missing", ret_why);
        host = (struct span){rest.at + 1, (size_t)(close - rest.at) - 1};
        colon = close + 1 < rest.at + rest.len && close[1] == ':' ? close + 1 : NULL;
    } else {
        colon = memrchr(rest.at, ':', rest.len);
        host.len = colon ? (size_t)(colon - rest.at) : 0;
    }
    if (!colon)
        return refuse(VG_SYNTAX, "a :PORT is missing", ret_why);
    enum vg_err err = read_host(host, bracketed, spec, ret_why);
    return err ? err : read_port(after(rest, (size_t)(colon - rest.at) + 1), spec, ret_why);
}

/* ---- paths ---- */

static enum vg_err rest_path(struct span rest, struct vg_feed_spec *spec, const char **ret_why)
{
    if (starts(rest, "//")) { /* file:///var/log/ais.nmea */
        if (rest.len < 3 || rest.at[2] != '/')
            return refuse(VG_SYNTAX, "a path takes no host: write file:/PATH", ret_why);
        rest = after(rest, 2);
    }
    if (rest.len == 0)
        return refuse(VG_SYNTAX, "the path is empty", ret_why);
    return decode(rest, spec->path, sizeof spec->path, ret_why);
}

/* Just PATH: taken literally, a % is a %. What was meant for a network isn't looked for on the disk. */
static enum vg_err rest_bare(struct span rest, struct vg_feed_spec *spec, const char **ret_why)
{
    if (rest.len == 0)
        return refuse(VG_SYNTAX, "the URL is empty", ret_why);
    if (starts(rest, "udp:") || starts(rest, "tcp:") || starts(rest, "tcp-listen:"))
        return refuse(VG_SYNTAX, "// is missing: write udp://ADDRESS:PORT, tcp://HOST:PORT", ret_why);
    for (size_t i = 0; i < rest.len; i++) {
        if ((unsigned char)rest.at[i] < 0x20 || rest.at[i] == 0x7f)
            return refuse(VG_SYNTAX, "control characters are not allowed", ret_why);
        if (starts(after(rest, i), "://"))
            return refuse(VG_SYNTAX, "unknown kind of feed: udp, tcp, tcp-listen, serial, file and stdin are known",
                          ret_why);
    }
    _Static_assert(sizeof spec->path >= sizeof spec->url, "a path is a part of the URL");
    memcpy(spec->path, rest.at, rest.len);
    spec->path[rest.len] = '\0';
    return VG_OK;
}

static enum vg_err rest_nothing(struct span rest, struct vg_feed_spec *spec, const char **ret_why)
{
    memcpy(spec->path, "-", 2);
    return rest.len == 0 ? VG_OK : refuse(VG_SYNTAX, "nothing may follow stdin:", ret_why);
}

/* ---- all of it ---- */

static const struct scheme schemes[] = {
    {"udp://", VG_FEED_UDP, "udp ", false, rest_network},
    {"tcp://", VG_FEED_TCP, "", false, rest_network},
    {"tcp-listen://", VG_FEED_TCP_LISTEN, "listen ", false, rest_network},
    {"serial:", VG_FEED_SERIAL, "serial ", false, rest_path},
    {"file:", VG_FEED_FILE, "", false, rest_path},
    {"stdin:", VG_FEED_STDIN, "stdin", false, rest_nothing},
    {"-", VG_FEED_STDIN, "stdin", true, rest_nothing},
    {"", VG_FEED_FILE, "", false, rest_bare},
};

/* A name of what the URL says; a long one is cut between characters. */
static void make_name(const struct scheme *scheme, struct vg_feed_spec *spec)
{
    char name[sizeof spec->path + sizeof spec->host + 16];
    const char *slash = strrchr(spec->path, '/');
    if (scheme->rest == rest_network)
        snprintf(name, sizeof name, strchr(spec->host, ':') ? "%s[%s]:%u" : "%s%s:%u", scheme->label, spec->host,
                 spec->port);
    else if (spec->kind == VG_FEED_STDIN)
        snprintf(name, sizeof name, "%s", scheme->label);
    else
        snprintf(name, sizeof name, "%s%s", scheme->label, slash && slash[1] ? slash + 1 : spec->path);
    for (char *c = name; (c = strchr(c, '/')) != NULL;) /* of a path that ends with one */
        *c = '_';
    size_t len = strlen(name), most = sizeof spec->name - 1;
    if (len > most) { /* between two characters; bytes that are no UTF-8 may be cut anywhere */
        for (len = most; len > most - 3 && ((unsigned char)name[len] & 0xc0) == 0x80;)
            len--;
        if (((unsigned char)name[len] & 0xc0) == 0x80)
            len = most;
    }
    memcpy(spec->name, name, len);
    spec->name[len] = '\0';
}

/* Where the options begin. In a bare path a ? is a letter unless an option's key follows. */
static const char *find_query(struct span s, const struct scheme *scheme)
{
    for (const char *p = s.at; (p = memchr(p, '?', s.len - (size_t)(p - s.at))); p++)
        if (scheme->rest != rest_bare || find_option(after(s, (size_t)(p - s.at) + 1)))
            return p;
    return NULL;
}

enum vg_err vg_feed_parse(const char *url, struct vg_feed_spec *ret, const char **ret_why)
{
    struct vg_feed_spec spec = {.stall_us = DEFAULT_STALL_US, .baud = DEFAULT_BAUD, .speed = 1};
    struct span s = {url, strlen(url)};
    if (s.len >= sizeof spec.url)
        return refuse(VG_RANGE, "the URL is longer than 255 bytes", ret_why);
    memcpy(spec.url, url, s.len + 1);
    const struct scheme *scheme = schemes;
    while (!(scheme->whole ? is_whole(s, scheme->prefix) : starts(s, scheme->prefix)))
        scheme++;
    spec.kind = scheme->kind;
    const char *query = find_query(s, scheme);
    size_t prefix = strlen(scheme->prefix), until = query ? (size_t)(query - s.at) : s.len;
    enum vg_err err = scheme->rest((struct span){url + prefix, until - prefix}, &spec, ret_why);
    if (!err && query)
        err = read_options(after(s, until + 1), &spec, ret_why);
    if (err)
        return err;
    if (!*spec.name)
        make_name(scheme, &spec);
    *ret = spec;
    return VG_OK;
}
