#ifndef GATEKEEPER_CGIT2_SHIM_H
#define GATEKEEPER_CGIT2_SHIM_H

// Hides names that libgit2 keeps only for old callers.
#define GIT_DEPRECATE_HARD
#include <git2.h>
#include <git2/sys/repository.h>

#if LIBGIT2_VER_MAJOR != 1 || LIBGIT2_VER_MINOR < 5
#error "git gatekeeper needs libgit2 1.5 or newer in the 1.x series"
#endif

// `git_libgit2_opts` is variadic, and Swift cannot call variadics: one wrapper for each use.

/// Sets the directories libgit2 searches for configuration of one level; an empty path means nowhere.
static inline int gk_set_config_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/// Makes libgit2 check that an object's content has the id it was read by.
static inline int gk_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST instead of replacing.
static inline int gk_rename_noreplace(int from_dir, const char *from, int to_dir, const char *to) {
    return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 1u);
}

/// renameat2(2) with RENAME_EXCHANGE: both names exist before and after, atomically swapped.
static inline int gk_rename_exchange(int from_dir, const char *from, int to_dir, const char *to) {
    return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 2u);
}

/// memfd_create(2) with MFD_CLOEXEC: a file without a name, gone with its last descriptor.
static inline int gk_anonymous_file(void) {
    return (int)syscall(SYS_memfd_create, "gatekeeper", 1u);
}
#elif defined(__APPLE__)
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/// A file without a name, gone with its last descriptor.
static inline int gk_anonymous_file(void) {
    char name[] = "/tmp/gatekeeper.XXXXXX";
    int file = mkostemp(name, O_CLOEXEC);
    if (file >= 0) unlink(name);
    return file;
}

static inline int gk_rename_noreplace(int from_dir, const char *from, int to_dir, const char *to) {
    return renameatx_np(from_dir, from, to_dir, to, RENAME_EXCL);
}

static inline int gk_rename_exchange(int from_dir, const char *from, int to_dir, const char *to) {
    return renameatx_np(from_dir, from, to_dir, to, RENAME_SWAP);
}
#endif

#endif
