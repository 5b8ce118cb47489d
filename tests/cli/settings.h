/* Settings read from a text, and the problems that were told meanwhile. */
#ifndef VG_TESTS_CLI_SETTINGS_H
#define VG_TESTS_CLI_SETTINGS_H

#include "test.h"

#include "cli/config.h"

struct told {
    char text[16384];
    size_t len;
    unsigned count;
};

static inline void on_problem(void *arg, const char *sentence)
{
    struct told *t = arg;
    t->count++;
    t->len += (size_t)snprintf(t->text + t->len, sizeof t->text - t->len, "%s\n", sentence);
    assert_true(t->len < sizeof t->text);
}

static struct told told;

static inline bool read_text(struct vg_settings *s, const char *text)
{
    told = (struct told){0};
    vg_settings_init(s);
    bool good = vg_config_read(s, "v.yaml", text, strlen(text), on_problem, &told);
    assert_true(good == !told.count);
    return good;
}

/* The text has exactly this one problem. */
static inline void has_problem(const char *text, const char *sentence)
{
    struct vg_settings s;
    char want[1024];
    assert_false(read_text(&s, text));
    snprintf(want, sizeof want, "%s\n", sentence);
    assert_string_equal(told.text, want);
    vg_settings_free(&s);
}

#endif
