#include "cli/input.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "feed/file_reader.h"
#include "ingest/source.h"
#include "nmea/nmea.h"

const char *vg_cli_other_input(const char *head, size_t len)
{
    if (len >= 4 && memcmp(head, "PAR1", 4) == 0)
        return "a Parquet file";
    if (vg_nmea_has_sentence(head, len))
        return NULL;
    size_t blank = 0;
    while (blank < len && isspace((unsigned char)head[blank]))
        blank++;
    if (blank < len && (head[blank] == '{' || head[blank] == '['))
        return "a JSON log";
    return vg_ingest_looks_like_table(head, len) ? "a table" : NULL;
}

void vg_cli_other_input_error(const char *path, const char *kind)
{
    vg_cli_error("%s: %s, no log of AIS sentences: 'vigia ingest --data DIR %s' takes it, 'vigia watch --data DIR' "
                 "shows it in its past",
                 path, kind, path);
}

bool vg_cli_is_other_input(const char *path)
{
    struct stat st;
    struct vg_file_reader *reader;
    const void *head;
    size_t len;
    const char *why, *kind = NULL;
    if (stat(path, &st) || !S_ISREG(st.st_mode) || vg_file_reader_open(path, &reader, &why))
        return false;
    enum vg_err err = vg_file_reader_next(reader, &head, &len, &why);
    if (err == VG_UNSUPPORTED)
        vg_cli_error("%s: %s", path, why);
    else if (!err && (kind = vg_cli_other_input(head, len)))
        vg_cli_other_input_error(path, kind);
    vg_file_reader_close(reader);
    return err == VG_UNSUPPORTED || kind;
}
