#include "cli/book.h"

#include <unistd.h>

#include "cli/cli.h"

bool vg_cli_book_open(const char *data, bool to_read, struct vg_cli_book *ret)
{
    char why[VG_DB_WHY], segments[VG_IO_PATH];
    const char *dir = data ? data : ".";
    *ret = (struct vg_cli_book){.book = NULL};
    if (!vg_io_path(ret->path, "%s/alerts.sqlite", dir) || access(ret->path, F_OK)) {
        if (data)
            vg_cli_error("%s: there are no alerts in it (alerts.sqlite): is it a folder of 'vigia watch --data'?", dir);
        else
            vg_cli_error("--data DIR is missing, and there are no alerts here (alerts.sqlite)");
        return false;
    }
    const struct vg_alert_book_options options = {.path = ret->path, .to_read = to_read};
    if (vg_alert_book_open(&options, &ret->book, why)) {
        vg_cli_error("%s: %s", ret->path, why);
        return false;
    }
    ret->of.book = ret->book;
    if (vg_io_path(ret->journal_dir, "%s/journal", dir) && vg_io_path(segments, "%s/segments", ret->journal_dir) &&
        access(segments, F_OK) == 0)
        ret->of.journal_dir = ret->journal_dir;
    return true;
}

void vg_cli_book_close(struct vg_cli_book *book)
{
    vg_alert_book_close(book->book);
    book->book = NULL;
}
