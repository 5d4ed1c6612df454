// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saying no, and making sure that nothing else can be said by accident.

#ifndef ENACT_REFUSAL_H
#define ENACT_REFUSAL_H

#include <signal.h>

enum { NO = 2 };  // the exit code that stops a tool call in every agent measured

#define FIX_INSTALL "enactctl init"
#define FIX_REPEAT "repeat the call"
#define FIX_START "enactd start"
#define FIX_STATUS "enactctl status"
#define FIX_SYSTEM "sudo enactctl init --system-wide"

// True until the command line names an event that only observes: then refuse() exits with 0.
extern volatile sig_atomic_t gating;

// The only end besides a delivered answer: one line on stderr, nothing on stdout. Safe in a signal
// handler. The parts of the cause follow the fix and end with NULL.
_Noreturn void refuse(const char *fix, ...);

// A killed hook lets the tool run in most agents: every signal that can be caught becomes a refusal.
void catch_signals(void);

#endif
