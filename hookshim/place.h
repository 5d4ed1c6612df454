// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where this user's daemon listens. Nothing here depends on the environment.

#ifndef ENACT_PLACE_H
#define ENACT_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

enum { MAX_PATH = 4096, MAX_HOME = 2048 };

// Home of this user in /etc/passwd (HOME may come from a repository's settings); NULL if there is none.
const char *home_of_user(void);

// The session's runtime folder, "" where this user has none.
const char *runtime_folder(void);

// The folder of the socket: below `home` if that is not NULL, else in the user's usual places.
const char *socket_folder(const char *home);

// The folder of this user's socket below that of the machine's daemons.
const char *system_folder(const char *run);

// Whether only this user or root could have written what `found` describes.
bool is_private(const struct stat *found);

#endif
