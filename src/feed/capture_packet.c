/* From a captured frame to what IP carries: RFC 791, RFC 8200; link headers as in tcpdump.org's list of link types. */
#include <pcap/dlt.h>
#include <string.h>

#include "feed/capture_inner.h"

#define ETHER_IP4    0x0800
#define ETHER_IP6    0x86DD
#define ETHER_VLAN   0x8100
#define ETHER_QINQ   0x88A8
#define ETHER_QINQ1  0x9100
#define VLAN_TAGS    4
#define EXTENSIONS   16 /* headers of IPv6 in a row, at most */
#define IP4_HEADER   20
#define IP6_HEADER   40
#define NEXT_HOP     0
#define NEXT_ROUTE   43
#define NEXT_PART    44
#define NEXT_AUTH    51
#define NEXT_OPTIONS 60
#define NEXT_MOBILE  135

struct bytes {
    const uint8_t *p;
    size_t len;
};

static unsigned u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static bool skip(struct bytes *b, size_t n)
{
    if (b->len < n)
        return false;
    b->p += n;
    b->len -= n;
    return true;
}

/* Behind the type of Ethernet, and any VLAN tags after it. */
static bool skip_tags(struct bytes *b, unsigned type)
{
    for (int tags = 0; type == ETHER_VLAN || type == ETHER_QINQ || type == ETHER_QINQ1; tags++) {
        if (b->len < 4 || tags == VLAN_TAGS)
            return false;
        type = u16(b->p + 2);
        skip(b, 4);
    }
    return type == ETHER_IP4 || type == ETHER_IP6;
}

bool vg_link_is_known(int link_type)
{
    switch (link_type) {
    case DLT_EN10MB:
    case DLT_LINUX_SLL:
    case DLT_LINUX_SLL2:
    case DLT_NULL:
    case DLT_LOOP:
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        return true;
    default:
        return false;
    }
}

static bool skip_link(int link_type, struct bytes *b)
{
    const uint8_t *p = b->p;
    switch (link_type) {
    case DLT_EN10MB:
        return skip(b, 14) && skip_tags(b, u16(p + 12));
    case DLT_LINUX_SLL:
        return skip(b, 16) && skip_tags(b, u16(p + 14));
    case DLT_LINUX_SLL2:
        return skip(b, 20) && skip_tags(b, u16(p));
    case DLT_NULL: /* the family's number differs by system and byte order: the IP header tells as much */
    case DLT_LOOP:
        return skip(b, 4);
    default:
        return true;
    }
}

static bool read_ip4(struct bytes b, struct vg_ip_packet *ret)
{
    if (b.len < IP4_HEADER)
        return false;
    const uint8_t *p = b.p;
    size_t header = (size_t)(p[0] & 15) * 4, total = u16(p + 2);
    unsigned flags = u16(p + 6);
    if (header < IP4_HEADER || !skip(&b, header))
        return false;
    if (total == 0) /* cut into packets by the network card, after the capture */
        total = header + b.len;
    if (total < header)
        return false;
    ret->protocol = p[9];
    ret->id = u16(p + 4);
    ret->offset = (size_t)(flags & 0x1FFF) * 8;
    ret->more = flags & 0x2000;
    ret->fragment = ret->more || ret->offset;
    ret->full = total - header;
    memcpy(ret->from, p + 12, 4);
    memcpy(ret->to, p + 16, 4);
    ret->payload = b.p;
    ret->len = b.len < ret->full ? b.len : ret->full; /* Ethernet pads */
    return true;
}

/* Behind one header of an extension; *next is what follows it. */
static bool skip_extension(struct bytes *b, uint8_t *next, size_t *full, struct vg_ip_packet *ret)
{
    if (b->len < 8)
        return false;
    const uint8_t *p = b->p;
    size_t n = *next == NEXT_AUTH ? ((size_t)p[1] + 2) * 4 : *next == NEXT_PART ? 8 : ((size_t)p[1] + 1) * 8;
    if (*next == NEXT_PART) {
        ret->fragment = true;
        ret->offset = u16(p + 2) & 0xFFF8u;
        ret->more = p[3] & 1;
        ret->id = (uint32_t)u16(p + 4) << 16 | u16(p + 6);
    }
    *next = p[0];
    if (*full < n || !skip(b, n))
        return false;
    *full -= n;
    return true;
}

static bool read_ip6(struct bytes b, struct vg_ip_packet *ret)
{
    if (b.len < IP6_HEADER)
        return false;
    const uint8_t *p = b.p;
    uint8_t next = p[6];
    size_t full = u16(p + 4);
    memcpy(ret->from, p + 8, 16);
    memcpy(ret->to, p + 24, 16);
    skip(&b, IP6_HEADER);
    if (full == 0)
        full = b.len;
    for (int n = 0; next == NEXT_HOP || next == NEXT_ROUTE || next == NEXT_PART || next == NEXT_AUTH ||
                    next == NEXT_OPTIONS || next == NEXT_MOBILE;
         n++) {
        if (n == EXTENSIONS || !skip_extension(&b, &next, &full, ret))
            return false;
        if (ret->fragment && ret->offset) /* what follows is in the first fragment */
            break;
    }
    ret->v6 = true;
    ret->protocol = next;
    ret->full = full;
    ret->payload = b.p;
    ret->len = b.len < full ? b.len : full;
    return true;
}

bool vg_packet_read(int link_type, const uint8_t *frame, size_t len, struct vg_ip_packet *ret)
{
    struct bytes b = {frame, len};
    memset(ret, 0, sizeof *ret);
    if (!skip_link(link_type, &b) || b.len == 0)
        return false;
    return b.p[0] >> 4 == 4 ? read_ip4(b, ret) : b.p[0] >> 4 == 6 ? read_ip6(b, ret) : false;
}
