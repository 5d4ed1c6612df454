// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same places as `Layout` in enactd/config.py.

#define _GNU_SOURCE
#include "place.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "refusal.h"

// The home in one entry of /etc/passwd if it is that of `uid`, else NULL. Cuts the entry into its fields.
static const char *home_in(char *entry, uid_t uid) {
    char *field[7] = {entry};
    size_t count = 1;
    for (char *at = entry; *at != '\0' && count < 7; at++) {
        if (*at == ':') {
            *at = '\0';
            field[count++] = at + 1;
        }
    }
    if (count < 6 || field[2][0] == '\0' || strlen(field[2]) > 10 || strspn(field[2], "0123456789") != strlen(field[2]))
        return NULL;
    uint64_t number = 0;
    for (const char *digit = field[2]; *digit != '\0'; digit++)
        number = number * 10 + (uint64_t)(*digit - '0');
    return number == uid && field[5][0] == '/' && strlen(field[5]) <= MAX_HOME ? field[5] : NULL;
}

const char *home_of_user(void) {
    static char passwd[256 * 1024];
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, passwd, sizeof passwd - 1);
    if (fd >= 0)
        close(fd);
    const char *home = NULL;
    for (char *entry = passwd, *end = passwd + (size > 0 ? size : 0); home == NULL && entry < end;) {
        char *line_end = memchr(entry, '\n', (size_t)(end - entry));
        if (line_end == NULL)
            line_end = end;
        *line_end = '\0';
        home = home_in(entry, geteuid());
        entry = line_end + 1;
    }
    return home;
}

// Appends this user's number to a path with room for it.
static char *with_uid(char *path) {
    char digits[12];
    size_t used = 0, end = strlen(path);
    for (uid_t uid = geteuid(); used == 0 || uid > 0; uid /= 10)
        digits[used++] = (char)('0' + uid % 10);
    while (used > 0)
        path[end++] = digits[--used];
    path[end] = '\0';
    return path;
}

const char *runtime_folder(void) {
    static char path[40];
    with_uid(strcpy(path, "/run/user/"));
    struct stat found;
    return lstat(path, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() ? path : "";
}

const char *socket_folder(const char *given) {
    static char folder[MAX_PATH];
    if (given != NULL)
        return strcat(strcpy(folder, given), "/run");
    if (runtime_folder()[0] != '\0')
        return strcat(strcpy(folder, runtime_folder()), "/enactd");
    const char *home = home_of_user();
    if (home == NULL)
        refuse(FIX_INSTALL, "this user has no home in /etc/passwd and --home is not given", NULL);
    return strcat(strcpy(folder, home), "/.local/state/enactd/run");
}

const char *system_folder(const char *run) {
    static char folder[MAX_PATH];
    return with_uid(strcat(strcpy(folder, run), "/"));
}

bool is_private(const struct stat *found) {
    return (found->st_uid == geteuid() || found->st_uid == 0) && (found->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}
