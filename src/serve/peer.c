/*
 * Those who connect, by address (struct vg_net): how many connections one has, and, for the fair shares of job.c, when
 * it had its last turn. A peer is there as long as a connection or a job of it is.
 *
 * With loopback_unlimited each connection from this machine is a peer of its own: behind a reverse proxy all come from
 * one address, and what is shared is shared by connection then.
 */
#include <stdlib.h>

#include "serve/inner.h"

static size_t bucket_of(const struct vg_net *net)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < sizeof net->bytes; i++)
        h = (h ^ net->bytes[i]) * 16777619u;
    return h % VG_PEER_BUCKETS;
}

static bool is_alone(const struct vg_serve *s, const struct vg_net *net)
{
    return s->loopback_unlimited && vg_net_is_loopback(net);
}

static struct vg_peer *find(const struct vg_serve *s, const struct vg_net *net)
{
    struct vg_peer *peer = s->peers[bucket_of(net)];
    while (peer && !vg_net_is_same(&peer->net, net))
        peer = peer->next;
    return peer;
}

struct vg_peer *vg_peer_take(struct vg_serve *s, const struct sockaddr *address)
{
    struct vg_net net = vg_net_of(address);
    bool alone = is_alone(s, &net);
    struct vg_peer *peer = alone ? NULL : find(s, &net);
    if (!peer) {
        peer = calloc(1, sizeof *peer);
        if (!peer)
            return NULL;
        peer->net = net;
        peer->alone = alone;
        if (!alone) {
            struct vg_peer **bucket = &s->peers[bucket_of(&net)];
            peer->next = *bucket;
            *bucket = peer;
        }
    }
    peer->holders++;
    return peer;
}

void vg_peer_let_go(struct vg_serve *s, struct vg_peer *peer)
{
    if (--peer->holders)
        return;
    struct vg_peer **at = &s->peers[bucket_of(&peer->net)];
    while (!peer->alone && *at != peer)
        at = &(*at)->next;
    if (!peer->alone)
        *at = peer->next;
    free(peer);
}

bool vg_peer_may_connect(struct vg_serve *s, const struct sockaddr *address)
{
    struct vg_net net = vg_net_of(address);
    if (is_alone(s, &net))
        return true;
    pthread_mutex_lock(&s->lock);
    const struct vg_peer *peer = find(s, &net);
    bool may = !peer || peer->connections < s->per_address + VG_PEER_OVER;
    pthread_mutex_unlock(&s->lock);
    if (!may)
        vg_count(&s->connections_closed);
    return may;
}
