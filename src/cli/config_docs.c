/* docs/configuration.md, made of the table. */
#include "cli/config.h"

static const char head[] =
    "# Configuration\n"
    "\n"
    "`vigia watch` takes its settings from files and from its command line. This page is made by `vigia config docs` "
    "from\n"
    "the table that reads them (`src/cli/config.def`).\n"
    "\n"
    "Later words win:\n"
    "\n"
    "1. the defaults below;\n"
    "2. `" VG_CONFIG_FILE "`, or the file of `--config FILE`; `--no-config` reads no file;\n"
    "3. the files `conf.d/*.yaml` beside it, in the order of their names;\n"
    "4. the command line.\n"
    "\n"
    "    vigia config check [FILE]     # what is wrong, with file and line; exit status 0 if nothing is\n"
    "    vigia config show [options]   # the values in force, and where each was said; options as for watch\n"
    "\n"
    "A file is YAML: one mapping of settings. A key that doesn't exist, a key twice, a value out of bounds stop the\n"
    "start. When it runs as root, it refuses files and a `conf.d` that others than root can write.\n"
    "Paths are relative to the folder where the program is started.\n"
    "\n"
    "    listen: 127.0.0.1:8080\n"
    "    data: /var/lib/vigia\n"
    "    keep-days: 90\n"
    "    feeds:\n"
    "      - udp://0.0.0.0:10110\n"
    "      - url: tcp://192.168.1.20:5631\n"
    "        name: Manta\n"
    "        stall: 120\n"
    "    sensors:\n"
    "      - name: Manta radar\n"
    "        feed: Manta\n"
    "        position: {lat: -0.93, lon: -80.72}\n"
    "        range_m: 90000\n"
    "\n"
    "## Settings\n"
    "\n"
    "Each is an option of `vigia watch`, too: `keep-days: 90` is `--keep-days 90`, `demo: true` is `--demo`.\n"
    "\n"
    "| setting | value | default | unit | meaning |\n"
    "| --- | --- | --- | --- | --- |\n";

static const char feeds[] = "\n"
                            "## Feeds\n"
                            "\n"
                            "`feeds` is a list; one of a later file, or those named on the command line, replace it as "
                            "a whole. Each is a URL (see\n"
                            "`vigia watch --help`), or a mapping:\n"
                            "\n"
                            "| key | value |\n"
                            "| --- | --- |\n"
                            "| `url` | the feed's URL, without the options below |\n"
                            "| `name` | what sources are called by; else made of the URL |\n"
                            "| `stall` | seconds of silence after which it is called stalled |\n"
                            "| `as` | what its bytes are: `nmea` (the default), `asterix` |\n"
                            "| `speed` | of a file: 1 keeps its own times; `max` |\n"
                            "| `baud` | of a serial line |\n";

/* A | would end a table's cell. */
static void put_cell(struct vg_out *out, const char *text)
{
    for (; *text; text++)
        vg_out_printf(out, *text == '|' ? "\\|" : "%c", *text);
}

static void put_setting(struct vg_out *out, const struct vg_option *o)
{
    char expected[VG_OPTION_WHY];
    vg_option_expected(o, expected);
    vg_out_printf(out, "| `%s` | ", o->name);
    put_cell(out, expected);
    vg_out_printf(out, o->initial ? " | `%s` | " : " |%s | ", o->initial ? o->initial : "");
    vg_out_text(out, o->unit ? o->unit : "");
    vg_out_text(out, o->unit ? " | " : "| ");
    put_cell(out, o->help);
    vg_out_text(out, " |\n");
}

void vg_config_docs(struct vg_out *out)
{
    size_t count;
    const struct vg_option *o = vg_settings_rows(&count);
    vg_out_text(out, head);
    for (size_t i = 0; i < count; i++)
        put_setting(out, &o[i]);
    vg_out_text(out, feeds);
}
