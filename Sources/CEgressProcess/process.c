// Keeps what the process was started with: it hands the command line to a program without /proc, and gives a program that
// replaces this one everything as it was.
//
// The Swift runtime reads its own path and the command line from /proc on Linux: without the path it aborts before main, and
// without the command line there are no arguments.
#include "CEgressProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef NSIG
#define NSIG 65
#endif

extern char **environ;

static int count;
static char **arguments;

static int variable_count;
static char **variables;
static sigset_t mask;
static char is_ignored[NSIG];
static struct rlimit open_files;
// What this process opens gets the lowest free numbers, so more of them need not be looked at.
static char was_open[1024];

static int ignores(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_IGN;
}

static void remember(void) {
  // setenv() changes the array in place, so a copy of the pointers is kept; the texts stay.
  while (environ && environ[variable_count]) variable_count++;
  variables = calloc((size_t)variable_count + 1, sizeof *variables);
  if (!variables) variable_count = 0;
  if (variable_count) memcpy(variables, environ, (size_t)variable_count * sizeof *variables);
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  for (int number = 1; number < NSIG; number++) is_ignored[number] = (char)ignores(number);
  for (int file = 3; file < (int)sizeof was_open; file++) was_open[file] = fcntl(file, F_GETFD) != -1;
  if (getrlimit(RLIMIT_NOFILE, &open_files) != 0) open_files.rlim_max = 0;
}

#ifdef __GLIBC__
// glibc hands argc, argv and envp to constructors. This one runs before those of the Swift runtime.
__attribute__((constructor(101))) static void start(int argc, char **argv, char **environment) {
  (void)environment;
  count = argc;
  arguments = argv;
  remember();
  // Where the runtime looks for its helper programs; there are none.
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}
#else
__attribute__((constructor)) static void start(void) { remember(); }
#endif

int egress6_argument_count(void) { return count; }

const char *egress6_argument(int index) { return index >= 0 && index < count ? arguments[index] : NULL; }

int egress6_variable_count(void) { return variable_count; }

const char *egress6_variable(int index) { return index >= 0 && index < variable_count ? variables[index] : NULL; }

int egress6_replace(const char *program, char *const words[], char *const environment[]) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  for (int number = 1; number < NSIG; number++) {
    if (ignores(number) == is_ignored[number]) continue;
    action.sa_handler = is_ignored[number] ? SIG_IGN : SIG_DFL;
    sigaction(number, &action, NULL);
  }
  // Libraries leave files open to programs.
  for (int file = 3; file < (int)sizeof was_open; file++) {
    if (!was_open[file]) fcntl(file, F_SETFD, FD_CLOEXEC);
  }
  if (open_files.rlim_max != 0) setrlimit(RLIMIT_NOFILE, &open_files);
  // Threads of libraries block all signals, and the mask of the calling thread is inherited.
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  execve(program, words, environment);
  return errno;
}
