// SPDX-License-Identifier: GPL-3.0-or-later
//
// A daemon that a hook starts outlives the hook and its agent, and must owe them nothing: no variable,
// no descriptor, no signal mask, no working folder.

#define _GNU_SOURCE
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "refusal.h"

enum { MAX_SPAWN = 4096, MAX_WORDS = 32 };

static char *words[MAX_WORDS + 1];  // the command line of the daemon

static void close_from(unsigned first) {
    if (syscall(SYS_close_range, first, ~0U, 0) == 0)
        return;
    for (unsigned fd = first; fd < 65536; fd++)
        close((int)fd);
}

// In the child of the child: nothing of the agent's environment, files, signals or session remains.
_Noreturn static void become_daemon(const char *given, const char *home) {
    static char home_word[MAX_PATH] = "HOME=", runtime_word[64] = "XDG_RUNTIME_DIR=", enact_word[MAX_PATH] = "ENACT_HOME=";
    char *environment[6] = {strcat(home_word, home), (char *)"PATH=/usr/local/bin:/usr/bin:/bin", (char *)"LANG=C.UTF-8"};
    size_t used = 3;
    if (runtime_folder()[0] != '\0')
        environment[used++] = strcat(runtime_word, runtime_folder());
    if (given != NULL)
        environment[used++] = strcat(enact_word, given);
    for (int number = 1; number <= 64; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(077);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || chdir("/") != 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        _exit(127);
    close_from(3);
    execve(words[0], words, environment);
    _exit(127);
}

void start_daemon(const char *given) {
    const char *home = home_of_user();
    if (home == NULL)
        refuse(FIX_START, "the daemon is not running and this user has no home in /etc/passwd to start it in", NULL);
    if (access(words[0], X_OK) != 0)
        refuse(FIX_INSTALL, "the daemon is not running and ", words[0], " cannot be started: ", strerror(errno), NULL);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);  // a child must not answer for us
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() == 0)
            become_daemon(given, home);
        _exit(0);
    }
    int failure = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child < 0)
        refuse(FIX_START, "the daemon is not running and cannot be started: ", strerror(failure), NULL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}

// Opens `spawn` beside this program; -1 with *verdict set if it is missing or somebody else could have written it.
static int open_spawn_file(enum spawn *verdict) {
    static char folder[MAX_PATH];
    struct stat found;
    *verdict = NOT_ALLOWED;
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    char *slash = length > 0 ? strrchr(folder, '/') : NULL;
    if (slash == NULL)
        return -1;
    slash[slash == folder] = '\0';
    int directory = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return -1;
    int file = openat(directory, "spawn", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        *verdict = errno == ENOENT ? NOT_ALLOWED : NOT_PRIVATE;
    } else if (fstat(directory, &found) != 0 || !is_private(&found) || fstat(file, &found) != 0 || !is_private(&found) ||
               !S_ISREG(found.st_mode)) {
        *verdict = NOT_PRIVATE;
        close(file);
        file = -1;
    }
    close(directory);
    return file;
}

// Cuts the content of the spawn file into words; false if it is not as `enactctl init` writes it.
static bool read_words(int file) {
    static char text[MAX_SPAWN + 1];
    ssize_t size = read(file, text, sizeof text);
    if (size <= 0 || size > MAX_SPAWN || text[0] != '/' || memchr(text, '\0', (size_t)size) != NULL)
        return false;
    size_t count = 0;
    for (char *word = text, *end; *word != '\0'; word = end) {
        end = word + strcspn(word, "\n");
        if (end == word || count == MAX_WORDS)
            return false;
        words[count++] = word;
        if (*end == '\n')
            *end++ = '\0';
    }
    return true;
}

enum spawn claim_spawn(void) {
    static enum spawn state = UNREAD;
    static int file = -1;
    if (state == UNREAD) {
        file = open_spawn_file(&state);
        if (file >= 0)
            state = read_words(file) ? ELSEWHERE : NOT_PRIVATE;
    }
    if (state == ELSEWHERE && flock(file, LOCK_EX | LOCK_NB) == 0)
        state = CLAIMED;
    return state;
}
