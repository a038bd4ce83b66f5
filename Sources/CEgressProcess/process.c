// Lets the program start where /proc is not mounted, such as in a bare chroot. The Swift runtime reads its own path and the
// command line from /proc on Linux: without the path it aborts before main, and without the command line there are no arguments.
#include "CEgressProcess.h"

#include <stdlib.h>
#include <unistd.h>

static int count;
static char **arguments;

#ifdef __GLIBC__
// glibc hands argc, argv and envp to constructors. This one runs before those of the Swift runtime.
__attribute__((constructor(101))) static void start(int argc, char **argv, char **environment) {
  (void)environment;
  count = argc;
  arguments = argv;
  // Where the runtime looks for its helper programs; there are none.
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}
#endif

int egress6_argument_count(void) { return count; }

const char *egress6_argument(int index) { return index >= 0 && index < count ? arguments[index] : NULL; }
