// SPDX-License-Identifier: GPL-3.0-or-later
//
// enact-hook: carries one hook of an agent to the daemon and the daemon's answer back.
//
// It starts as "no". Only a whole answer of the daemon, written whole, changes that; every failing
// call, every signal that can be caught and the deadline end in refuse(). It does not look into the
// agent's message, reads no environment variable and has no opinion of its own. For events that only
// observe, a failure is a line on stderr and exit 0: there is nothing left to stop.
//
// This file is the whole course of a call; the others say no (refusal), wait (deadline), know the places
// (place), connect (reach) and start the daemon (spawn). The frames are specified in enactd/WIRE.md.
// enact-hook.py is the same program in Python, for machines without a C compiler: change both,
// tests/hookshim runs both.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "events.h"
#include "place.h"
#include "reach.h"
#include "refusal.h"

#ifndef ENACT_VERSION
#error "build with hookshim/build_shim.py, which passes -DENACT_VERSION"
#endif

enum {
    WIRE_VERSION = 1,
    MAX_INPUT = 16 * 1024 * 1024,
    MAX_REPLY = 1024 * 1024,
    MAX_WORD = 64,
    DEFAULT_DEADLINE_MS = 8000,
    MAX_DEADLINE_MS = 3600 * 1000,
    HEADER_ROOM = 4 + 1 + 1 + 4 + 3 * (1 + MAX_WORD),
};

static const char HELP[] =
    "usage: enact-hook AGENT [EVENT] [--home DIR | --system DIR] [--deadline SECONDS] [--hold SECONDS]\n"
    "\n"
    "Carries a hook's message from stdin to enactd and answers what the daemon decides.\n"
    "Agents run it; `enactctl init` registers it.\n"
    "\n"
    "  AGENT               the dialect: claude-code, codex, gemini-cli, copilot-cli, cursor, ...\n"
    "  EVENT               default: the event that asks before a tool runs\n"
    "  --home DIR          absolute; the daemon listens at DIR/run/enactd.sock\n"
    "  --system DIR        absolute; the machine's daemon for this user listens at DIR/UID/enactd.sock\n"
    "  --deadline SECONDS  refuse after that long without an answer (default 8)\n"
    "  --hold SECONDS      wait so much longer while the daemon says that a person is asked (default 0)\n"
    "\n"
    "exit code: what the daemon says; 2 = refused, also when nobody answers\n";

struct call {
    const char *agent;
    const char *event;
    const char *home;    // NULL: the user's usual places
    const char *system;  // NULL: the daemon is this user's own
    int64_t wait_ms;
    int64_t hold_ms;
};

static unsigned char request[HEADER_ROOM + MAX_INPUT + 1];
static unsigned char answer[MAX_REPLY];

static bool is_word(const char *text) {
    size_t length = strlen(text);
    return length >= 1 && length <= MAX_WORD &&
           length == strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+-");
}

static bool only_observes(const char *event) {
    for (size_t i = 0; i < sizeof OBSERVING / sizeof OBSERVING[0]; i++)
        if (strcmp(event, OBSERVING[i]) == 0)
            return true;
    return false;
}

static const char *default_event(const char *agent) {
    for (size_t i = 0; i < sizeof DEFAULT_EVENTS / sizeof DEFAULT_EVENTS[0]; i++)
        if (strcmp(agent, DEFAULT_EVENTS[i][0]) == 0)
            return DEFAULT_EVENTS[i][1];
    return "PreToolUse";
}

// Seconds with up to three decimals, as milliseconds; -1 if it is anything else or out of bounds.
static int64_t milliseconds(const char *text) {
    int64_t value = 0;
    int decimals = -1, digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && decimals < 0 && digits > 0) {
            decimals = 0;
        } else if (*text >= '0' && *text <= '9' && decimals < 3 && value <= MAX_DEADLINE_MS) {
            value = value * 10 + (*text - '0');
            decimals += decimals >= 0;
            digits++;
        } else {
            return -1;
        }
    }
    if (digits == 0 || decimals == 0)
        return -1;
    for (int scale = decimals < 0 ? 0 : decimals; scale < 3; scale++)
        value *= 10;
    return value >= 10 && value <= MAX_DEADLINE_MS ? value : -1;
}

// The whole line is read before anything is refused: an event that observes must not stop its agent
// because of a bad option behind it.
static struct call read_arguments(int argc, char **argv) {
    struct call call = {.wait_ms = DEFAULT_DEADLINE_MS};
    const char *wrong = NULL, *word = "";
    for (int i = 1; i < argc; i++) {
        bool home = strcmp(argv[i], "--home") == 0, deadline = strcmp(argv[i], "--deadline") == 0;
        bool hold = strcmp(argv[i], "--hold") == 0;
        bool system = strcmp(argv[i], "--system") == 0;
        const char *complaint = NULL;
        if ((home || system || deadline || hold) && i + 1 == argc)
            complaint = "a value is missing after ";
        else if (home && ((call.home = argv[++i])[0] != '/' || strlen(call.home) > MAX_HOME))
            complaint = "--home must be an absolute path, not ";
        else if (system && ((call.system = argv[++i])[0] != '/' || strlen(call.system) > MAX_HOME))
            complaint = "--system must be an absolute path, not ";
        else if (deadline && (call.wait_ms = milliseconds(argv[++i])) < 0)
            complaint = "--deadline must be 0.01 to 3600 seconds, not ";
        else if (hold && (call.hold_ms = milliseconds(argv[++i])) < 0)
            complaint = "--hold must be 0.01 to 3600 seconds, not ";
        else if (!home && !system && !deadline && !hold && (!is_word(argv[i]) || argv[i][0] == '-'))
            complaint = "not understood: ";
        else if (!home && !system && !deadline && !hold && call.event != NULL)
            complaint = "one argument too many: ";
        else if (!home && !system && !deadline && !hold)
            *(call.agent == NULL ? &call.agent : &call.event) = argv[i];
        if (complaint == NULL && call.home != NULL && call.system != NULL)
            complaint = "--home and --system exclude each other: ";
        if (complaint != NULL && wrong == NULL) {
            wrong = complaint;
            word = argv[i];
        }
    }
    gating = call.event == NULL || !only_observes(call.event);
    if (wrong != NULL)
        refuse("enact-hook --help", wrong, word, NULL);
    if (call.agent == NULL)
        refuse("enact-hook --help", "no agent is named", NULL);
    if (call.event == NULL)
        call.event = default_event(call.agent);
    return call;
}

// A descriptor that is closed would be given to the next file opened: the socket as stdout.
static void check_descriptors(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            refuse("start hooks with stdin, stdout and stderr open", "stdin, stdout or stderr is closed", NULL);
}

static size_t read_input(unsigned char *input) {
    size_t size = 0;
    for (;;) {
        await(STDIN_FILENO, POLLIN, "reading the agent's message");
        ssize_t count = read(STDIN_FILENO, input + size, MAX_INPUT + 1 - size);
        if (count == 0)
            return size;
        if (count < 0 && !try_again())
            refuse(FIX_REPEAT, "the agent's message cannot be read: ", strerror(errno), NULL);
        if (count > 0)
            size += (size_t)count;
        if (size > MAX_INPUT)
            refuse("split the call", "the agent's message is larger than 16 MiB", NULL);
    }
}

static unsigned char *put_number(unsigned char *at, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (unsigned char)(value >> shift);
    return at;
}

static uint32_t get_number(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static unsigned char *put_word(unsigned char *at, const char *word) {
    size_t length = strlen(word);
    *at++ = (unsigned char)length;
    memcpy(at, word, length);
    return at + length;
}

// Puts the header right before the input, so that the frame is one piece; returns where it starts.
static unsigned char *put_header(const struct call *call, size_t input_size) {
    unsigned char header[HEADER_ROOM], *at = header + 4;
    *at++ = 'H';
    *at++ = WIRE_VERSION;
    at = put_number(at, (uint32_t)left_ms());
    at = put_word(put_word(put_word(at, call->agent), call->event), ENACT_VERSION);
    size_t size = (size_t)(at - header);
    put_number(header, (uint32_t)(size - 4 + input_size));
    return memcpy(request + HEADER_ROOM - size, header, size);
}

// False when the daemon stopped listening: it may have said why.
static bool send_call(int fd, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = send(fd, bytes, size, MSG_NOSIGNAL);
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        } else if (count < 0 && (errno == EPIPE || errno == ECONNRESET)) {
            return false;
        } else if (count < 0 && !try_again()) {
            refuse(FIX_REPEAT, "the call cannot be sent: ", strerror(errno), NULL);
        } else {
            await(fd, POLLOUT, "the daemon took the call");
        }
    }
    return true;
}

static void receive(int fd, unsigned char *bytes, size_t size) {
    while (size > 0) {
        await(fd, POLLIN, "the daemon was deciding");
        ssize_t count = recv(fd, bytes, size, 0);
        if (count == 0 || (count < 0 && errno == ECONNRESET))
            refuse(FIX_STATUS, "the daemon closed the connection before it had answered", NULL);
        if (count < 0 && !try_again())
            refuse(FIX_REPEAT, "the answer cannot be read: ", strerror(errno), NULL);
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
}

// The payload's size; the payload of the answer is in `answer`. Keep-alives before it are passed over.
static size_t await_answer(int fd) {
    for (;;) {
        unsigned char head[5];
        receive(fd, head, sizeof head);
        size_t size = get_number(head);
        if (size < 1 || size > MAX_REPLY)
            refuse(FIX_INSTALL, "the daemon's answer has an impossible length", NULL);
        if (head[4] != 'A' && head[4] != 'K')
            refuse(FIX_INSTALL, "the daemon's answer is of an unknown kind", NULL);
        if (head[4] == 'K' && size != 5)
            refuse(FIX_INSTALL, "the daemon's keep-alive has an impossible length", NULL);
        receive(fd, answer, size - 1);
        if (head[4] == 'A')
            return size - 1;
        if (left_ms() == 0)
            refuse(FIX_STATUS, "the deadline passed while the daemon was deciding", NULL);
    }
}

_Noreturn static void deliver(size_t size, bool whole_call) {
    size_t out_size = size < 5 ? 0 : get_number(answer + 1);
    if (size < 5 || out_size > size - 5)
        refuse(FIX_INSTALL, "the daemon's answer contradicts itself", NULL);
    int code = answer[0];
    if (code == 0 && gating && !whole_call)
        refuse(FIX_STATUS, "the daemon answered before it had read the whole call", NULL);
    write_all(STDOUT_FILENO, answer + 5, out_size, "writing the answer to stdout");
    write_all(STDERR_FILENO, answer + 5 + out_size, size - 5 - out_size, "writing the reason to stderr");
    _exit(code);
}

int main(int argc, char **argv) {
    catch_signals();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        _exit(write(STDOUT_FILENO, HELP, sizeof HELP - 1) < 0);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        _exit(write(STDOUT_FILENO, "enact-hook " ENACT_VERSION "\n", sizeof "enact-hook " ENACT_VERSION) < 0);
    struct call call = read_arguments(argc, argv);
    set_deadline(call.wait_ms);
    check_descriptors();
    size_t input_size = read_input(request + HEADER_ROOM);
    int fd = reach_daemon(call.home, call.system);
    if (call.hold_ms > 0)
        extend_deadline(call.hold_ms, call.wait_ms);
    unsigned char *frame = put_header(&call, input_size);
    bool whole_call = send_call(fd, frame, (size_t)(request + HEADER_ROOM - frame) + input_size);
    deliver(await_answer(fd), whole_call);
}
