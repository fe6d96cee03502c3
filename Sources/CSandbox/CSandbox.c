// What Swift cannot call: variadic system calls, and headers its own modules leave out.
#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <sys/resource.h>
#include <wchar.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

int gk_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int gk_give_way(void) {
    // Class 3 is "idle": the disk when nobody else wants it. glibc has no name for the call.
    syscall(SYS_ioprio_set, 1, 0, 3 << 13);
    return setpriority(PRIO_PROCESS, 0, 19);
}

int gk_is_opaque(const char *path) {
    char value[2];
    // Overlays mounted by users keep their marks in the user's own attributes.
    return lgetxattr(path, "user.overlay.opaque", value, sizeof value) > 0 && value[0] == 'y';
}
#else
int gk_give_way(void) { return setpriority(PRIO_PROCESS, 0, 19); }

int gk_adopt_orphans(void) {
    errno = ENOSYS;
    return -1;
}

int gk_is_opaque(const char *path) {
    (void)path;
    return 0;
}
#endif

static locale_t columns_locale;

static void make_columns_locale(void) {
    columns_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!columns_locale) columns_locale = newlocale(LC_CTYPE_MASK, "en_US.UTF-8", (locale_t)0);
}

int gk_columns(unsigned int scalar) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_columns_locale);
    if (!columns_locale) return -1;
    // glibc has no call that takes a locale; this one is the thread's own.
    locale_t former = uselocale(columns_locale);
    int columns = wcwidth((wchar_t)scalar);
    uselocale(former);
    return columns;
}
