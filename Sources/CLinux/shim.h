// The Linux calls and constants that the Glibc module does not export.
//
// _GNU_SOURCE must not be defined here: it would give types shared with the Glibc module another
// shape. What glibc hides behind it is declared by hand.
#ifndef SINDRI_CLINUX_SHIM_H
#define SINDRI_CLINUX_SHIM_H

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

/// open(2): a descriptor that only names a file; it needs no permission to read it.
static const int sindri_O_PATH = 010000000;
/// open(2): a file without a name in the given directory.
static const int sindri_O_TMPFILE = 020000000 | O_DIRECTORY;

/// fcntl(2): takes or gives up a lease on an open file.
static const int sindri_F_SETLEASE = 1024;

extern int renameat2(int old_directory, const char *old_path, int new_directory,
                     const char *new_path, unsigned int flags);
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions,
                                                const char *path);

/// Reads directory records into `buffer`; the raw system call, because readdir(3) allocates and
/// copies per stream. Returns the bytes read, 0 at the end, or -1 with errno set.
static inline long sindri_getdents64(int directory, void *buffer, size_t size) {
  return syscall(SYS_getdents64, directory, buffer, size);
}

/// pidfd_open(2), Linux 5.3: a descriptor that becomes readable when the process ends. It is
/// close-on-exec by itself. Returns -1 with errno set on failure.
static inline int sindri_pidfd_open(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

/// pidfd_send_signal(2), Linux 5.1: a signal for exactly this process, whoever has its number by
/// now. Returns -1 with errno set on failure.
static inline int sindri_pidfd_send_signal(int process, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, process, signal, NULL, 0);
}

/// posix_spawnattr_setflags(3): the child starts a session of its own.
static const short sindri_POSIX_SPAWN_SETSID = 0x80;

/// accept4(2): the next connection, non-blocking and close-on-exec, or -1 with errno set.
static inline int sindri_accept(int listener) {
  return (int)syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/// SO_PEERCRED of unix(7): who is at the other end of a connected socket. Returns -1 with errno set
/// on failure.
static inline int sindri_peer(int connection, pid_t *process, uid_t *user) {
  struct {
    pid_t process;
    uid_t user;
    gid_t group;
  } peer = {0};
  socklen_t length = sizeof peer;
  int result = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length);
  *process = peer.process;
  *user = peer.user;
  return result;
}

// Where the linker put the program's first byte and the end of its code.
extern const char __executable_start[];
extern const char etext[];

/// Takes the program's code and constants out of its resident memory; what is used again comes back
/// from the page cache by itself. Only pages that are never written lie between the two symbols.
static inline int sindri_release_code(void) {
  const uintptr_t page = 4095;
  uintptr_t start = ((uintptr_t)__executable_start + page) & ~page;
  uintptr_t end = (uintptr_t)etext & ~page;
  return end > start ? madvise((void *)start, end - start, MADV_DONTNEED) : 0;
}

#endif
