#include "site/yaml_events.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

/* ---- telling ---- */

unsigned vg_yaml_line(const struct vg_yaml *y)
{
    return (unsigned)y->event.start_mark.line + 1;
}

bool vg_yaml_wrong(struct vg_yaml *y, unsigned line, const char *key, const char *format, ...)
{
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    y->on_wrong(y->arg, line, key, what);
    return false;
}

const char *vg_yaml_found(const struct vg_yaml *y, char text[static VG_YAML_FOUND])
{
    switch (y->event.type) {
    case YAML_SCALAR_EVENT:
        snprintf(text, VG_YAML_FOUND, "'%.64s'", (const char *)y->event.data.scalar.value);
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

bool vg_yaml_unexpected(struct vg_yaml *y, const char *key, const char *expected)
{
    char text[VG_YAML_FOUND];
    return vg_yaml_wrong(y, vg_yaml_line(y), key, "expected %s, found %s", expected, vg_yaml_found(y, text));
}

/* ---- events ---- */

bool vg_yaml_begin(struct vg_yaml *y, const char *text, size_t len, vg_yaml_on_wrong *on_wrong, void *arg)
{
    *y = (struct vg_yaml){.on_wrong = on_wrong, .arg = arg};
    if (!yaml_parser_initialize(&y->parser)) {
        y->stopped = y->no_memory = true;
        return false;
    }
    yaml_parser_set_input_string(&y->parser, (const unsigned char *)text, len);
    return true;
}

void vg_yaml_end(struct vg_yaml *y)
{
    yaml_event_delete(&y->event);
    yaml_parser_delete(&y->parser);
}

bool vg_yaml_next(struct vg_yaml *y)
{
    if (y->stopped)
        return false;
    yaml_event_delete(&y->event);
    if (yaml_parser_parse(&y->parser, &y->event))
        return y->event.type != YAML_STREAM_END_EVENT;
    y->stopped = true;
    y->no_memory = y->parser.error == YAML_MEMORY_ERROR;
    memset(&y->event, 0, sizeof y->event);
    return vg_yaml_wrong(y, (unsigned)y->parser.problem_mark.line + 1, NULL, "expected YAML, found this: %s",
                         y->parser.problem ? y->parser.problem : "out of memory");
}

void vg_yaml_skip(struct vg_yaml *y)
{
    int depth = 0;
    do {
        yaml_event_type_t t = y->event.type;
        depth += t == YAML_SEQUENCE_START_EVENT || t == YAML_MAPPING_START_EVENT;
        depth -= t == YAML_SEQUENCE_END_EVENT || t == YAML_MAPPING_END_EVENT;
    } while (depth > 0 && vg_yaml_next(y));
}

const char *vg_yaml_scalar(struct vg_yaml *y, const char *key, const char *expected)
{
    if (!vg_yaml_is(y, YAML_SCALAR_EVENT)) {
        vg_yaml_unexpected(y, key, expected);
        return NULL;
    }
    const char *text = (const char *)y->event.data.scalar.value;
    if (strlen(text) != y->event.data.scalar.length) {
        vg_yaml_wrong(y, vg_yaml_line(y), key, "expected %s, found a zero byte", expected);
        return NULL;
    }
    return text;
}

enum vg_err vg_yaml_number(struct vg_yaml *y, const char *key, double low, double high, double *ret)
{
    char expected[80];
    struct vg_decimal d;
    snprintf(expected, sizeof expected, "a number from %.10g to %.10g", low, high);
    const char *text = vg_yaml_scalar(y, key, expected);
    if (!text)
        return VG_SYNTAX;
    bool is_number = vg_decimal_read(text, strlen(text), '.', &d);
    double value = strtod(text, NULL);
    if (is_number && value >= low && value <= high) {
        *ret = value;
        return VG_OK;
    }
    vg_yaml_unexpected(y, key, expected);
    return is_number ? VG_RANGE : VG_SYNTAX;
}

bool vg_yaml_flag(struct vg_yaml *y, const char *key, bool *ret)
{
    const char *text = vg_yaml_scalar(y, key, "true or false");
    if (!text)
        return false;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return vg_yaml_unexpected(y, key, "true or false");
    *ret = *text == 't';
    return true;
}

/* An empty text has no document, or one with nothing in it. */
void vg_yaml_top(struct vg_yaml *y, const char *expected, vg_yaml_read *read, void *arg)
{
    for (int documents = 0; vg_yaml_next(y);) {
        if (vg_yaml_is(y, YAML_STREAM_START_EVENT) || vg_yaml_is(y, YAML_DOCUMENT_END_EVENT))
            continue;
        if (vg_yaml_is(y, YAML_DOCUMENT_START_EVENT)) {
            if (documents++)
                vg_yaml_wrong(y, vg_yaml_line(y), NULL, "expected one document, found another one (---)");
        } else if (documents > 1) {
            vg_yaml_skip(y);
        } else if (vg_yaml_is(y, YAML_MAPPING_START_EVENT)) {
            read(arg, y);
        } else if (!vg_yaml_is(y, YAML_SCALAR_EVENT) || y->event.data.scalar.length) {
            vg_yaml_unexpected(y, NULL, expected);
            vg_yaml_skip(y);
        }
    }
}
