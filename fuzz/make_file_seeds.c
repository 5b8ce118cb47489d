/*
 * Seeds for fuzz_reader (a small file of each form that is unpacked or turned into text) and fuzz_capture (packets of
 * UDP and TCP). make_file_seeds FOLDER, which has the folders reader and capture.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LINE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"

static const char *folder;

static void save(const char *name, const void *bytes, size_t len)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, len, file) != len)
        perror(path);
    if (file)
        fclose(file);
}

static void add(struct archive *a, const char *name, const char *text)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, 1700000000, 0);
    archive_entry_set_size(e, (int64_t)strlen(text));
    archive_write_header(a, e);
    archive_write_data(a, text, strlen(text));
    archive_entry_free(e);
}

static void pack(const char *name, int format, int filter)
{
    static uint8_t bytes[1 << 16];
    size_t len = 0;
    struct archive *a = archive_write_new();
    archive_write_set_format(a, format);
    archive_write_add_filter(a, filter);
    archive_write_set_bytes_in_last_block(a, 1);
    archive_write_open_memory(a, bytes, sizeof bytes, &len);
    add(a, "a.txt", LINE "\n");
    if (format != ARCHIVE_FORMAT_RAW) {
        add(a, ".hidden", "x");
        add(a, "b/b.txt", "1430438400 " LINE);
    }
    archive_write_close(a);
    archive_write_free(a);
    save(name, bytes, len);
}

static void widen(const char *name, int big)
{
    uint8_t bytes[2 * sizeof LINE];
    size_t n = 0;
    bytes[n++] = big ? 0xFE : 0xFF;
    bytes[n++] = big ? 0xFF : 0xFE;
    for (const char *p = LINE; *p; p++) {
        bytes[n + (size_t)big] = (uint8_t)*p;
        bytes[n + (size_t)!big] = 0;
        n += 2;
    }
    save(name, bytes, n);
}

/* ---- packets ---- */

/* A packet as fuzz_capture takes it, of raw IP; returns its length. */
static size_t packet(uint8_t *out, uint8_t protocol, const char *text, uint8_t flags)
{
    size_t text_len = strlen(text), head = protocol == 17 ? 8 : 20, len = 20 + head + text_len;
    memset(out, 0, 3 + 20 + head);
    out[0] = (uint8_t)(len >> 8);
    out[1] = (uint8_t)len;
    out[2] = 1;
    uint8_t *ip = out + 3, *inner = ip + 20;
    ip[0] = 0x45;
    ip[2] = (uint8_t)(len >> 8);
    ip[3] = (uint8_t)len;
    ip[6] = flags;
    ip[9] = protocol;
    ip[12] = ip[16] = 10;
    inner[1] = inner[3] = 99;
    if (protocol == 17)
        inner[5] = (uint8_t)(8 + text_len);
    else
        inner[12] = 5 << 4;
    memcpy(inner + head, text, text_len);
    return 3 + len;
}

static void captures(void)
{
    static const uint8_t pcap[] = {0xd4, 0xc3, 0xb2, 0xa1, 2,    0,    4, 0, 0,   0, 0, 0,
                                   0,    0,    0,    0,    0xff, 0xff, 0, 0, 101, 0, 0, 0};
    static const struct {
        const char *name;
        uint8_t protocol, flags;
    } seeds[] = {{"capture/udp", 17, 0}, {"capture/tcp", 6, 0}, {"capture/fragment", 17, 0x20}};
    uint8_t bytes[1024];
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        size_t n = 0;
        bytes[n++] = 1;
        n += packet(bytes + n, seeds[i].protocol, LINE "\n", seeds[i].flags);
        n += packet(bytes + n, seeds[i].protocol, LINE "\n" LINE, 0);
        save(seeds[i].name, bytes, n);
    }
    memcpy(bytes, pcap, sizeof pcap);
    size_t len = packet(bytes + sizeof pcap + 13, 17, LINE "\n", 0) - 3;
    const uint8_t head[16] = {0, 0, 0, 0x65, 1, 0, 0, 0, (uint8_t)len, 0, 0, 0, (uint8_t)len, 0, 0, 0};
    memcpy(bytes + sizeof pcap, head, sizeof head); /* over the packet's own three bytes */
    save("reader/udp.pcap", bytes, sizeof pcap + sizeof head + len);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_file_seeds FOLDER\n", stderr);
        return 2;
    }
    folder = argv[1];
    pack("reader/two.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE);
    pack("reader/two.7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE);
    pack("reader/two.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
    pack("reader/two.pax.gz", ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_GZIP);
    pack("reader/one.xz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ);
    pack("reader/one.bz2", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2);
    widen("reader/utf16le", 0);
    widen("reader/utf16be", 1);
    captures();
    return 0;
}
