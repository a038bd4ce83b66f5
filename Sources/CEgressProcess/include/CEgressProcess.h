#ifndef EGRESS6_PROCESS_H
#define EGRESS6_PROCESS_H

/// The number of words of the command line, or 0 where the C library does not hand them to constructors.
int egress6_argument_count(void);

/// A word of the command line.
const char *egress6_argument(int index);

/// The number of variables of the environment that the process was started with.
int egress6_variable_count(void);

/// A variable of that environment, as NAME=VALUE; what the process set since is not in it.
const char *egress6_variable(int index);

/// Replaces the process by a program, which gets open files, signals and limits as this process got them.
///
/// What the program inherits is put back: the signal mask, ignored signals, and the number of files that may be open. Files
/// that were opened since are closed.
/// Returns the error number, only where the program cannot be run; the process then goes on.
int egress6_replace(const char *program, char *const arguments[], char *const environment[]);

#endif
