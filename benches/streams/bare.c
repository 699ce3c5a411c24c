/* The floor of what fanning out can cost: one epoll loop that accepts, reads a request and writes a head.
 * The body of a POST goes to every other connection as it is, with one write() each; nothing else happens. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536

static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";
static const char DONE[] = "HTTP/1.1 204 No Content\r\n\r\n";

static char request[1 << 20];
static char reads_along[MOST];
static int last;

static void hang_up(int peer) {
    reads_along[peer] = 0;
    close(peer);
}

static void tell(const char *frame, size_t length) {
    for (int peer = 0; peer <= last; peer++) {
        if (!reads_along[peer]) continue;
        /* A reader that does not keep up would need a queue, and is none of this program's business. */
        if (write(peer, frame, length) != (ssize_t)length) {
            fprintf(stderr, "a reader was too slow\n");
            hang_up(peer);
        }
    }
}

/* Reads until `wanted` bytes are there; answers how many are. */
static size_t fill(int peer, size_t have, size_t wanted) {
    while (have < wanted) {
        struct pollfd readable = {.fd = peer, .events = POLLIN};
        poll(&readable, 1, 1000);
        ssize_t got = read(peer, request + have, sizeof request - 1 - have);
        if (got <= 0) break;
        have += (size_t)got;
    }
    return have;
}

static void take(int peer) {
    ssize_t got = read(peer, request, sizeof request - 1);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) hang_up(peer);
        return;
    }
    size_t have = (size_t)got;
    request[have] = 0;
    char *body = strstr(request, "\r\n\r\n");
    if (!body) {
        hang_up(peer);
        return;
    }
    body += 4;
    if (!strncmp(request, "GET ", 4)) {
        if (write(peer, HEAD, sizeof HEAD - 1) > 0) reads_along[peer] = 1;
        return;
    }
    const char *length = strcasestr(request, "content-length:");
    size_t wanted = length ? strtoul(length + 15, NULL, 10) : 0;
    size_t head = (size_t)(body - request);
    if (head + wanted > sizeof request - 1 || fill(peer, have, head + wanted) < head + wanted) {
        hang_up(peer);
        return;
    }
    tell(body, wanted);
    if (write(peer, DONE, sizeof DONE - 1) < 0) hang_up(peer);
}

int main(void) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), loop = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct epoll_event waiting = {.events = EPOLLIN, .data.fd = listener}, ready[512];
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &waiting);
    for (;;) {
        int count = epoll_wait(loop, ready, 512, -1);
        for (int i = 0; i < count; i++) {
            int peer = ready[i].data.fd;
            if (peer != listener) {
                take(peer);
                continue;
            }
            while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (peer >= MOST) {
                    close(peer);
                    continue;
                }
                if (peer > last) last = peer;
                setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct epoll_event reading = {.events = EPOLLIN, .data.fd = peer};
                epoll_ctl(loop, EPOLL_CTL_ADD, peer, &reading);
            }
        }
    }
}
