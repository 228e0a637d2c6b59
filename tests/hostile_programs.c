/* What a hostile program tries, one attack for each word; compiled and run by test_sandbox.py, always in the sandbox. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int report(long result) {
  puts(result >= 0 ? "granted" : errno == EPERM ? "refused" : errno == ENETUNREACH ? "unreachable" : strerror(errno));
  return 0;
}

static void *sleep_on(void *unused) {
  (void)unused;
  for (;;) sleep(60);
}

/* Starts processes (in sessions of their own if asked), counts those that started, and stays. */
static int bomb(int sessions) {
  int started = 1;
  for (int i = 0; i < 400; ++i) {
    pid_t child = fork();
    if (child == 0) {
      if (sessions) setsid();
      for (;;) sleep(60);
    }
    if (child > 0) ++started;
  }
  printf("%d\n", started);
  fflush(stdout);
  for (;;) fork();
}

static int threads(void) {
  int started = 1;
  for (int i = 0; i < 400; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, 0, sleep_on, 0) == 0) ++started;
  }
  printf("%d\n", started);
  fflush(stdout);
  for (;;) sleep(60);
}

static int hog(long most) {
  for (long have = 0; have < most; have += 1 << 20) {
    char *more = malloc(1 << 20);
    if (!more) {
      perror("malloc");
      sleep(1); /* to be looked at */
      return 1;
    }
    memset(more, 1, 1 << 20);
  }
  for (;;) sleep(60);
}

static int hogs(void) {
  for (int i = 0; i < 8; ++i)
    if (fork() == 0) hog(120L << 20);
  for (;;) sleep(60);
}

static int open_many(void) {
  for (int count = 0;; ++count)
    if (open("/dev/null", O_RDONLY) < 0) {
      printf("%d\n", count);
      perror("open");
      return 1;
    }
}

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int handle = socket(AF_INET, SOCK_STREAM, 0);
  if (handle < 0) return report(handle);
  int result = connect(handle, (struct sockaddr *)&address, sizeof address);
  if (result < 0 && errno == ECONNREFUSED) puts("unreachable: another loopback");
  else report(result);
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "abort")) abort();
  if (!strcmp(what, "bomb")) return bomb(0);
  if (!strcmp(what, "bomb-in-sessions")) return bomb(1);
  if (!strcmp(what, "threads")) return threads();
  if (!strcmp(what, "hog")) return hog(1L << 40);
  if (!strcmp(what, "hogs")) return hogs();
  if (!strcmp(what, "open")) return open_many();
  if (!strcmp(what, "connect")) return connect_to(atoi(words[2]));
  if (!strcmp(what, "shmget")) return report(shmget(IPC_PRIVATE, 1 << 30, IPC_CREAT | 0600));
  if (!strcmp(what, "memfd")) return report(syscall(SYS_memfd_create, "x", 0));
  if (!strcmp(what, "ptrace")) return report(ptrace(PTRACE_TRACEME, 0, 0, 0));
  if (!strcmp(what, "unshare")) return report(unshare(CLONE_NEWUSER));
  if (!strcmp(what, "clone-user")) return report(syscall(SYS_clone, CLONE_NEWUSER | 17, 0, 0, 0, 0));
  if (!strcmp(what, "socket")) return report(socket(AF_NETLINK, SOCK_RAW, 0));
  if (!strcmp(what, "keyctl")) return report(syscall(SYS_keyctl, 0, -3, 1));
  if (!strcmp(what, "mount")) return report(mount("x", "/tmp", "tmpfs", 0, ""));
  return 99;
}
