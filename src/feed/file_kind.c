#include "feed/file_kind.h"

#include <stdint.h>
#include <string.h>

#include "base/out.h"
#include "nmea/nmea.h"

#define TAR_SUM      148 /* of the header's bytes, in octal; itself counted as eight spaces */
#define TAR_SUM_SIZE 8
#define ZIP_NAME     30 /* of the first member, in its local header */
#define UTF16_UNITS  8  /* so many without a mark tell */

/* Sources: the formats' own documents, as collected in file(1)'s and IANA's lists of media types. */
static const struct {
    const char *magic;
    size_t len, at;
    enum vg_file_form form;
    const char *name;
} kinds[] = {
    {"\x1f\x8b", 2, 0, VG_FORM_GZIP, "a gzip file"},
    {"\x28\xb5\x2f\xfd", 4, 0, VG_FORM_ZSTD, "a zstd file"},
    {"BZh", 3, 0, VG_FORM_BZIP2, "a bzip2 file"},
    {"\xfd"
     "7zXZ\0",
     6, 0, VG_FORM_XZ, "an xz file"},
    {"7z\xbc\xaf\x27\x1c", 6, 0, VG_FORM_7Z, "a 7z archive"},
    {"PK\x03\x04", 4, 0, VG_FORM_ZIP, "a zip archive"},
    {"PK\x05\x06", 4, 0, VG_FORM_REFUSED, "an empty zip archive"},
    {"PK\x07\x08", 4, 0, VG_FORM_REFUSED, "a part of a split zip archive: join it first"},
    {"\xd4\xc3\xb2\xa1", 4, 0, VG_FORM_CAPTURE, "a pcap capture"},
    {"\xa1\xb2\xc3\xd4", 4, 0, VG_FORM_CAPTURE, "a pcap capture"},
    {"\x4d\x3c\xb2\xa1", 4, 0, VG_FORM_CAPTURE, "a pcap capture"},
    {"\xa1\xb2\x3c\x4d", 4, 0, VG_FORM_CAPTURE, "a pcap capture"},
    {"\x0a\x0d\x0d\x0a", 4, 0, VG_FORM_CAPTURE, "a pcapng capture"},
    {"\xff\xd8\xff", 3, 0, VG_FORM_REFUSED, "a JPEG picture"},
    {"\x89PNG", 4, 0, VG_FORM_REFUSED, "a PNG picture"},
    {"GIF8", 4, 0, VG_FORM_REFUSED, "a GIF picture"},
    {"II*\0", 4, 0, VG_FORM_REFUSED, "a TIFF picture"},
    {"MM\0*", 4, 0, VG_FORM_REFUSED, "a TIFF picture"},
    {"%PDF-", 5, 0, VG_FORM_REFUSED, "a PDF document: its tables must be saved as CSV"},
    {"\x7f"
     "ELF",
     4, 0, VG_FORM_REFUSED, "a program"},
    {"MZ\x90\0", 4, 0, VG_FORM_REFUSED, "a Windows program"},
    {"\xcf\xfa\xed\xfe", 4, 0, VG_FORM_REFUSED, "a macOS program"},
    {"SQLite format 3\0", 16, 0, VG_FORM_REFUSED, "an SQLite database: export its tables as CSV"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, VG_FORM_REFUSED, "an old Excel or Office file: save it as CSV"},
    {"Rar!\x1a\x07", 6, 0, VG_FORM_REFUSED, "a RAR archive: unpack it first"},
    {"MSCF\0\0\0\0", 8, 0, VG_FORM_REFUSED, "a Windows cabinet: unpack it first"},
    {"\x04\x22\x4d\x18", 4, 0, VG_FORM_REFUSED, "an lz4 file: unpack it first"},
    {"LZIP", 4, 0, VG_FORM_REFUSED, "an lzip file: unpack it first"},
    {"\x1f\x9d", 2, 0, VG_FORM_REFUSED, "a compress (.Z) file: unpack it first"},
    {"\xff\x06\0\0sNaPpY", 10, 0, VG_FORM_REFUSED, "a snappy file: unpack it first"},
    {"PAR1", 4, 0, VG_FORM_REFUSED, "a Parquet table: give the file itself to vigia ingest"},
    {"ORC", 3, 0, VG_FORM_REFUSED, "an ORC table: save it as CSV or Parquet"},
    {"ARROW1\0\0", 8, 0, VG_FORM_REFUSED, "an Arrow table: save it as CSV or Parquet"},
    {"Obj\x01", 4, 0, VG_FORM_REFUSED, "an Avro table: save it as CSV or Parquet"},
    {"\x89HDF\r\n\x1a\n", 8, 0, VG_FORM_REFUSED, "an HDF5 or NetCDF file: save it as CSV"},
    {"CDF\x01", 4, 0, VG_FORM_REFUSED, "a NetCDF file: save it as CSV"},
    {"CDF\x02", 4, 0, VG_FORM_REFUSED, "a NetCDF file: save it as CSV"},
    {"CDF\x05", 4, 0, VG_FORM_REFUSED, "a NetCDF file: save it as CSV"},
    {"GRIB", 4, 0, VG_FORM_REFUSED, "a GRIB weather file"},
    {"WAVE", 4, 8, VG_FORM_REFUSED, "a WAV recording of sound: a receiver program makes sentences of it"},
    {"AVI ", 4, 8, VG_FORM_REFUSED, "an AVI film"},
    {"WEBP", 4, 8, VG_FORM_REFUSED, "a WebP picture"},
    {"ftyp", 4, 4, VG_FORM_REFUSED, "an MP4 film or HEIC picture"},
    {"OggS", 4, 0, VG_FORM_REFUSED, "an Ogg recording of sound"},
    {"fLaC", 4, 0, VG_FORM_REFUSED, "a FLAC recording of sound"},
    {"ID3\x03", 4, 0, VG_FORM_REFUSED, "an MP3 recording of sound"},
    {"ID3\x04", 4, 0, VG_FORM_REFUSED, "an MP3 recording of sound"},
    {"\x1a\x45\xdf\xa3", 4, 0, VG_FORM_REFUSED, "a Matroska film"},
    {"FGB\x03", 4, 0, VG_FORM_REFUSED, "a FlatGeobuf table: save it as CSV"},
    {"\xff\xfe\0\0", 4, 0, VG_FORM_REFUSED, "a UTF-32 text: save it as UTF-8"},
    {"\xff\xfe", 2, 0, VG_FORM_UTF16_LE, "a UTF-16 text"},
    {"\xfe\xff", 2, 0, VG_FORM_UTF16_BE, "a UTF-16 text"},
};

/* First members that only documents have. */
static const struct {
    const char *member, *name;
} documents[] = {
    {"[Content_Types].xml", "an Excel workbook or Office document: save it as CSV"},
    {"_rels/", "an Excel workbook or Office document: save it as CSV"},
    {"docProps/", "an Excel workbook or Office document: save it as CSV"},
    {"xl/", "an Excel workbook: save it as CSV"},
    {"mimetypeapplication/vnd.oasis", "an OpenDocument file: save it as CSV"},
    {"mimetypeapplication/epub", "an EPUB book"},
    {"META-INF/", "a Java or Android program"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct vg_file_kind text = {VG_FORM_TEXT, NULL}, unsettled = {VG_FORM_UNSETTLED, NULL};

/* RFC 8878: frames to skip begin with 5x 2a 4d 18. */
static bool is_skippable(const uint8_t *p, size_t len)
{
    return len >= 4 && (p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", 3) == 0;
}

/* The magic of pcapng is white space; its byte order stands behind. */
static bool is_section(const uint8_t *p, size_t len)
{
    return len >= 12 && (memcmp(p + 8, "\x1a\x2b\x3c\x4d", 4) == 0 || memcmp(p + 8, "\x4d\x3c\x2b\x1a", 4) == 0);
}

/* What the first three letters promise: a level, and the first block's mark or the last one's. */
static bool is_bzip2(const uint8_t *p, size_t len)
{
    return len >= 10 && p[3] >= '1' && p[3] <= '9' &&
           (memcmp(p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 || memcmp(p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool is_tar(const uint8_t *p, size_t len)
{
    unsigned sum = 0, told = 0, digits = 0;
    if (len < VG_FILE_HEAD || !p[0])
        return false;
    for (size_t i = 0; i < VG_FILE_HEAD; i++)
        sum += i >= TAR_SUM && i < TAR_SUM + TAR_SUM_SIZE ? ' ' : p[i];
    for (size_t i = TAR_SUM; i < TAR_SUM + TAR_SUM_SIZE; i++) {
        if (p[i] >= '0' && p[i] <= '7') {
            told = 8 * told + (p[i] - '0');
            digits++;
        } else if (digits) {
            break;
        }
    }
    return digits && told == sum;
}

static struct vg_file_kind zip_kind(const uint8_t *p, size_t len, const char *name)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        size_t n = strlen(documents[i].member);
        if (len >= ZIP_NAME + n && memcmp(p + ZIP_NAME, documents[i].member, n) == 0)
            return (struct vg_file_kind){VG_FORM_REFUSED, documents[i].name};
    }
    return (struct vg_file_kind){VG_FORM_ZIP, name};
}

/* Every second byte is zero, and the others are text: 1 little endian, 2 big endian. */
static enum vg_file_form plain_utf16(const uint8_t *p, size_t len)
{
    unsigned fits[2] = {0, 0}, units = 0;
    for (; units < UTF16_UNITS && 2 * units + 1 < len; units++)
        for (unsigned big = 0; big < 2; big++) {
            uint8_t high = p[2 * units + !big], low = p[2 * units + big];
            fits[big] += high == 0 && (low >= ' ' || low == '\t' || low == '\r' || low == '\n') && low < 0x7f;
        }
    if (units < UTF16_UNITS)
        return VG_FORM_TEXT;
    return fits[0] == units ? VG_FORM_UTF16_LE : fits[1] == units ? VG_FORM_UTF16_BE : VG_FORM_TEXT;
}

/* A log behind a mark begins with a time or a sentence; a table with a name, and its reader takes the mark. */
static bool is_marked_log(const uint8_t *p, size_t len)
{
    static const char begins[] = {'!', '$', '\\', '[', '(', '\n', '\r'};
    return len >= 4 && memcmp(p, "\xef\xbb\xbf", 3) == 0 &&
           (memchr(begins, p[3], sizeof begins) || (p[3] >= '0' && p[3] <= '9'));
}

/* Whether these may be the beginning of a kind's first bytes. */
static bool may_become(const uint8_t *p, size_t len)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    if (len < 4 && memcmp(p, mark, len < 3 ? len : 3) == 0)
        return true;
    if (len < 4 && (p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", len - 1) == 0)
        return true;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].at == 0 && len < kinds[i].len && memcmp(p, kinds[i].magic, len) == 0)
            return true;
    return false;
}

struct vg_file_kind vg_file_kind_of(const void *head, size_t len, bool whole)
{
    const uint8_t *p = head;
    if (len == 0 || (!whole && len < VG_FILE_HEAD && may_become(p, len)))
        return whole ? text : unsettled;
    if (is_skippable(p, len))
        return (struct vg_file_kind){VG_FORM_ZSTD, "a zstd file"};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (len < kinds[i].at + kinds[i].len || memcmp(p + kinds[i].at, kinds[i].magic, kinds[i].len) != 0)
            continue;
        if (kinds[i].form == VG_FORM_ZIP)
            return zip_kind(p, len, kinds[i].name);
        bool sure = p[0] == '\n' ? is_section(p, len) : kinds[i].form == VG_FORM_BZIP2 ? is_bzip2(p, len) : true;
        if (sure)
            return (struct vg_file_kind){kinds[i].form, kinds[i].name};
    }
    if (is_tar(p, len))
        return (struct vg_file_kind){VG_FORM_TAR, "a tar archive"};
    if (is_marked_log(p, len))
        return (struct vg_file_kind){VG_FORM_UTF8_MARKED, NULL};
    enum vg_file_form wide = plain_utf16(p, len);
    return wide == VG_FORM_TEXT ? text : (struct vg_file_kind){wide, "a UTF-16 text"};
}

/* Bytes of the character at p: 1–4, or 0 if it is no text. */
static size_t text_bytes(const uint8_t *p, const uint8_t *end)
{
    if (*p < 0x80)
        return (*p >= ' ' && *p < 0x7f) || (*p >= '\t' && *p <= '\r');
    return vg_utf8_length(p, (size_t)(end - p));
}

bool vg_file_is_binary(const void *bytes, size_t len)
{
    const uint8_t *p = bytes, *end = p + len;
    size_t other = 0;
    while (p < end) {
        size_t n = text_bytes(p, end);
        other += n == 0;
        p += n ? n : 1;
    }
    return 3 * other > len && !vg_nmea_has_sentence(bytes, len);
}
