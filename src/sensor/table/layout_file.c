/* Layout files: YAML, by a schema. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "base/time.h"
#include "base/time_scan.h"
#include "sensor/table/cell.h"
#include "sensor/table/layout.h"

struct file_column {
    char *column;
    unsigned field;
    unsigned unit;
};

struct file {
    char *name, *delimiter, *quote, *decimal, *time, *date, *other_time, *eta, *letter_o, *zone;
    bool *header, *wraps;
    unsigned *longitudes;
    struct file_column *columns;
    unsigned columns_count;
};

static const cyaml_strval_t fields[] = {
#define X(name, key, what) {key, VG_CELL_##name},
    VG_CELL_LIST(X)
#undef X
};

static const cyaml_strval_t units[] = {
#define X(name, key, sort, num, den) {key, VG_UNIT_##name},
    VG_UNIT_LIST(X)
#undef X
};

#define OPTIONAL (CYAML_FLAG_POINTER_NULL | CYAML_FLAG_OPTIONAL)

static const cyaml_schema_field_t column_schema[] = {
    CYAML_FIELD_STRING_PTR("column", CYAML_FLAG_POINTER, struct file_column, column, 1, VG_COLUMN_NAME - 1),
    CYAML_FIELD_ENUM("field", CYAML_FLAG_STRICT, struct file_column, field, fields, VG_CELL_COUNT),
    CYAML_FIELD_ENUM("unit", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, struct file_column, unit, units, VG_UNIT_COUNT),
    CYAML_FIELD_END};

static const cyaml_schema_value_t column_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_column, column_schema)};

static const cyaml_schema_field_t file_schema[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct file, name, 1, VG_LAYOUT_NAME - 1),
    CYAML_FIELD_STRING_PTR("delimiter", OPTIONAL, struct file, delimiter, 1, 3),
    /* An empty text, not a missing one, says that there is no quote. */
    CYAML_FIELD_STRING_PTR("quote", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, quote, 0, 1),
    CYAML_FIELD_STRING_PTR("decimal", OPTIONAL, struct file, decimal, 1, 1),
    CYAML_FIELD_STRING_PTR("time", OPTIONAL, struct file, time, 1, VG_TIME_PATTERN - 1),
    CYAML_FIELD_STRING_PTR("date", OPTIONAL, struct file, date, 1, VG_TIME_PATTERN - 1),
    CYAML_FIELD_STRING_PTR("other_time", OPTIONAL, struct file, other_time, 1, VG_TIME_PATTERN - 1),
    CYAML_FIELD_STRING_PTR("eta", OPTIONAL, struct file, eta, 1, VG_TIME_PATTERN - 1),
    CYAML_FIELD_STRING_PTR("zone", OPTIONAL, struct file, zone, 1, VG_TIME_PATTERN - 1),
    CYAML_FIELD_STRING_PTR("letter_o", OPTIONAL, struct file, letter_o, 1, 4),
    CYAML_FIELD_UINT_PTR("longitudes", OPTIONAL, struct file, longitudes),
    CYAML_FIELD_BOOL_PTR("header", OPTIONAL, struct file, header),
    CYAML_FIELD_BOOL_PTR("wraps", OPTIONAL, struct file, wraps),
    CYAML_FIELD_SEQUENCE("columns", CYAML_FLAG_POINTER, struct file, columns, &column_value, 1, VG_LAYOUT_COLUMNS),
    CYAML_FIELD_END};

static const cyaml_schema_value_t file_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file, file_schema)};

/* The parser tells its mistakes as a log: the first line says what, the last ones where. */
struct layout_error {
    char *text;
    size_t len, size;
};

__attribute__((format(printf, 3, 0))) static void on_log(cyaml_log_t level, void *arg, const char *format, va_list args)
{
    struct layout_error *c = arg;
    if (level < CYAML_LOG_ERROR || c->len + 1 >= c->size)
        return;
    if (c->len && c->text[c->len - 1] == '\n')
        c->text[c->len - 1] = ';';
    int n = vsnprintf(c->text + c->len, c->size - c->len, format, args);
    c->len = n < 0 ? c->len : c->len + (size_t)n < c->size ? c->len + (size_t)n : c->size - 1;
}

__attribute__((format(printf, 3, 4))) static enum vg_err wrong(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    return VG_SYNTAX;
}

/* A whole character that no number and no name needs. */
static bool take_delimiter(const char *text, char *ret)
{
    static const char allowed[] = ",;|:\t ";
    *ret = strcmp(text, "tab") == 0 ? '\t' : *text;
    return strchr(allowed, *ret) && (strcmp(text, "tab") == 0 || !text[1]);
}

static bool take_zone(const char *text, int *ret_minutes)
{
    const char *end = text + strlen(text);
    return vg_time_scan_zone(&text, end, ret_minutes) && text == end;
}

static void take_pattern(const char *text, char ret[static VG_TIME_PATTERN])
{
    if (text && strcmp(text, "iso") != 0)
        snprintf(ret, VG_TIME_PATTERN, "%s", text);
}

/* NULL, or the field that none of the layout's columns has. */
static const char *what_lacks(const bool have[static VG_CELL_COUNT])
{
    if (!have[VG_CELL_TIME] && !have[VG_CELL_DATE])
        return vg_cell_key(VG_CELL_TIME);
    if (!have[VG_CELL_MMSI] && !have[VG_CELL_TRACK] && !have[VG_CELL_SEGMENT])
        return vg_cell_key(VG_CELL_MMSI);
    if (have[VG_CELL_POSITION] || (have[VG_CELL_LON] && have[VG_CELL_LAT]))
        return NULL;
    return vg_cell_key(have[VG_CELL_LON] ? VG_CELL_LAT : VG_CELL_LON);
}

static enum vg_err take_columns(const struct file *f, struct vg_layout *l, char *why, size_t size)
{
    bool have[VG_CELL_COUNT] = {false};
    for (unsigned i = 0; i < f->columns_count; i++) {
        const struct file_column *c = &f->columns[i];
        if (!vg_unit_fits((enum vg_unit)c->unit, (enum vg_cell)c->field))
            return wrong(why, size, "column '%s': its field can't have this unit", c->column);
        if (l->headless &&
            (strspn(c->column, "0123456789") != strlen(c->column) || strtoul(c->column, NULL, 10) - 1 >= VG_ROW_CELLS))
            return wrong(why, size, "column '%s': without a header, columns are numbers from 1", c->column);
        snprintf(l->column[i].name, VG_COLUMN_NAME, "%s", c->column);
        l->column[i].cell = (uint8_t)c->field;
        l->column[i].unit = (uint8_t)c->unit;
        have[c->field] = true;
    }
    l->columns = f->columns_count;
    const char *lacking = what_lacks(have);
    return lacking ? wrong(why, size, "no column has the field '%s'", lacking) : VG_OK;
}

static enum vg_err take_file(const struct file *f, struct vg_layout *l, char *why, size_t size)
{
    snprintf(l->name, sizeof l->name, "%s", f->name);
    if (f->delimiter && !take_delimiter(f->delimiter, &l->delimiter))
        return wrong(why, size, "delimiter '%s': it is one of , ; : | tab or a space", f->delimiter);
    l->quote = f->quote ? *f->quote : '"';
    l->decimal = f->decimal ? *f->decimal : 0;
    if (f->decimal && l->decimal != '.' && l->decimal != ',')
        return wrong(why, size, "decimal '%s': it is . or ,", f->decimal);
    if (f->letter_o && strcmp(f->letter_o, "east") != 0 && strcmp(f->letter_o, "west") != 0)
        return wrong(why, size, "letter_o '%s': it is east or west", f->letter_o);
    if (f->longitudes && *f->longitudes != 180 && *f->longitudes != 360)
        return wrong(why, size, "longitudes %u: they go up to 180 or 360", *f->longitudes);
    if (f->zone && !take_zone(f->zone, &l->zone_minutes))
        return wrong(why, size, "zone '%s': it is as +02:00", f->zone);
    take_pattern(f->time, l->time);
    take_pattern(f->date, l->date);
    take_pattern(f->other_time, l->other_time);
    take_pattern(f->eta, l->eta);
    l->letter_o = !f->letter_o ? 0 : *f->letter_o == 'e' ? 'E' : 'W';
    l->within_180 = f->longitudes && *f->longitudes == 180;
    l->day_us = VG_TIME_NONE;
    l->headless = f->header && !*f->header;
    l->wraps = f->wraps && *f->wraps;
    return take_columns(f, l, why, size);
}

enum vg_err vg_layout_read(const char *text, size_t len, struct vg_layout *ret, char *why, size_t size)
{
    struct layout_error complaint = {why, 0, size};
    const cyaml_config_t config = {.log_fn = on_log,
                                   .log_ctx = &complaint,
                                   .mem_fn = cyaml_mem,
                                   .log_level = CYAML_LOG_ERROR,
                                   .flags = CYAML_CFG_NO_ALIAS};
    struct vg_layout layout = {0};
    struct file *file = NULL;
    *why = '\0';
    if (len > VG_LAYOUT_FILE)
        return wrong(why, size, "%s", "a layout file has at most 16 KiB");
    cyaml_err_t result =
        cyaml_load_data((const uint8_t *)text, len, &config, &file_value, (cyaml_data_t **)&file, NULL);
    if (result != CYAML_OK || !file) {
        while (complaint.len && why[complaint.len - 1] == '\n')
            why[--complaint.len] = '\0';
        if (!complaint.len)
            snprintf(why, size, "%s", result == CYAML_OK ? "it is empty" : cyaml_strerror(result));
        return result == CYAML_ERR_OOM ? VG_NOMEM : VG_SYNTAX;
    }
    enum vg_err err = take_file(file, &layout, why, size);
    cyaml_free(&config, &file_value, file, 0);
    if (!err)
        *ret = layout;
    return err;
}
