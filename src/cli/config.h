/*
 * The service's configuration: one table of settings (config.def), read from files and from the command line.
 *
 * Later words win: the table's defaults < vigia.yaml < conf.d/NAME.yaml beside it, by name < the command line. A list
 * of feeds replaces the list before it. Of each value in force it is known where it was said. One thread.
 *
 *     vg_settings_init(&s);
 *     vg_config_load(&s, VG_CONFIG_FILE, false, on_problem, arg);
 *     …
 *     vg_settings_free(&s);
 */
#ifndef VG_CLI_CONFIG_H
#define VG_CLI_CONFIG_H

#include "alert/rules.h"
#include "base/out.h"
#include "behaviour/watch_list.h"
#include "cli/options.h"
#include "feed/feed.h"
#include "site/site.h"

#define VG_CONFIG_FILE  "/etc/vigia/vigia.yaml"
#define VG_CONFIG_BYTES (1 << 20) /* of one file */
#define VG_CONFIG_FILES 256       /* in conf.d */
#define VG_SETTINGS_MAX 48
#define VG_HOSTS_TEXT   1024 /* names of this service, together */

/* Where a value was said: a file and its line, the command line (line 0), or nowhere (`file` NULL: the default). */
struct vg_origin {
    const char *file;
    unsigned line;
};

struct vg_kept_text; /* texts of files, which values point to */

struct vg_settings {
    /* by the rows of config.def; a text is NULL until it is said */
    const char *listen, *data, *history, *web, *layers, *title, *sensors, *alert_rules, *alert_webhook, *areas,
        *watch_list;
    bool trust_network, allow_actions, loopback_unlimited, demo, quiet;
    char hosts[VG_HOSTS_TEXT];              /* all that were said, with commas between */
    double keep_days, keep_gib, keep_bytes; /* 0: no limit */
    struct vg_map_view {
        bool given;
        double lon_deg, lat_deg, zoom;
    } view;
    int clock;    /* enum vg_service_clock */
    double speed; /* 0: as fast as it goes; below 0: not said */
    double stall_s;
    int64_t vessels, trail_mib, max_streams, per_address, senders_per_address, tick_ms;

    const char *feed[VG_FEED_MAX]; /* URLs */
    struct vg_origin feed_origin[VG_FEED_MAX];
    size_t feed_count;
    struct vg_origin feeds_origin;

    struct vg_rules *rules;        /* of the file `alert-rules` once it was loaded; NULL: none */
    struct vg_watch_list *watched; /* of the file `watch-list` once it was loaded; NULL: none */
    struct vg_sites sites;         /* of a list in a file, or of the file `sensors` once it was loaded */
    struct vg_origin sites_origin;

    const char *config; /* of the command line: --config FILE, --no-config */
    bool no_config;

    const char *text[VG_SETTINGS_MAX]; /* as it was said, by row; NULL: nowhere */
    struct vg_origin origin[VG_SETTINGS_MAX];
    unsigned files; /* that were read */
    struct vg_kept_text *kept;
};

void vg_settings_init(struct vg_settings *settings);
void vg_settings_free(struct vg_settings *settings);

/* The rows of config.def. */
const struct vg_option *vg_settings_rows(size_t *ret_count);

/* The same, and --config and --no-config: the options of watch. */
const struct vg_option *vg_settings_options(size_t *ret_count);

/* For a form's `on_value`: remembers that the command line said it. */
void vg_settings_on_value(void *settings, const struct vg_option *option, const char *text);

/* A sentence: "/etc/vigia/vigia.yaml:7: keep-days: expected …, found 'x'". */
typedef void vg_config_problem(void *arg, const char *sentence);

/* Tells one: `origin` may be of no line, `key` NULL. What a terminal would obey becomes '?'. Returns false. */
bool vg_config_wrong(const struct vg_origin *origin, const char *key, vg_config_problem *problem, void *arg,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * Reads `path` and the files of conf.d beside it. Every problem is told, and what is right is taken. False if there was
 * one. `required`: a missing file is a problem. Root refuses files that others can write.
 */
bool vg_config_load(struct vg_settings *settings, const char *path, bool required, vg_config_problem *problem,
                    void *arg);

/* One file's text; `name` is kept. */
bool vg_config_read(struct vg_settings *settings, const char *name, const char *text, size_t len,
                    vg_config_problem *problem, void *arg);

/*
 * Reads the file that `sensors` names, if it names one, into `sites`. False if that can't be done; what is wrong is
 * told with its file and line.
 */
bool vg_settings_load_sensors(struct vg_settings *settings, vg_config_problem *problem, void *arg);

/* Likewise the file that `alert-rules` names, into `rules`. */
bool vg_settings_load_rules(struct vg_settings *settings, vg_config_problem *problem, void *arg);

/* Whether the file that `areas` names can be read as the service would read it. */
bool vg_settings_check_areas(const struct vg_settings *settings, vg_config_problem *problem, void *arg);

/* Likewise the file that `watch-list` names, into `watched`. */
bool vg_settings_load_watch_list(struct vg_settings *settings, vg_config_problem *problem, void *arg);

/* A file with `sensors:` in it. False, told, *ret untouched, if it can't be read or describes none. */
bool vg_config_sensors(const char *path, struct vg_sites *ret, vg_config_problem *problem, void *arg);

/* The same for commands over files, told on standard error: whoever it belongs to. */
bool vg_cli_sensors(const char *path, struct vg_sites *ret);

/* NULL if a process of this user may trust a file of this owner and mode, else a sentence. */
const char *vg_config_distrust(unsigned uid, unsigned owner, unsigned group, unsigned mode);

/* Whether the settings fit together: feeds' names, limits without a data folder, an open address. False if not. */
bool vg_settings_check(const struct vg_settings *settings, vg_config_problem *problem, void *arg);

/*
 * Whether what they name is here now, as the service would need it at its start: the files and devices of feeds, for
 * the data folder a place, for each sensor its feed. False if not.
 */
bool vg_settings_check_paths(const struct vg_settings *settings, vg_config_problem *problem, void *arg);

/* The values in force, as a configuration file, each with where it comes from. */
void vg_settings_show(const struct vg_settings *settings, struct vg_out *out);

/* docs/configuration.md. */
void vg_config_docs(struct vg_out *out);

/* A copy that lives as long as the settings; NULL: out of memory. */
const char *vg_settings_keep(struct vg_settings *settings, const char *text, size_t len);

#endif
