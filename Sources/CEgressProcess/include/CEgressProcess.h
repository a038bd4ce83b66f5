#ifndef EGRESS6_PROCESS_H
#define EGRESS6_PROCESS_H

/// The number of words of the command line, or 0 where the C library does not hand them to constructors.
int egress6_argument_count(void);

/// A word of the command line.
const char *egress6_argument(int index);

#endif
