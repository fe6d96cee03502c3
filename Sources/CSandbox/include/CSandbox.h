#ifndef GATEKEEPER_CSANDBOX_H
#define GATEKEEPER_CSANDBOX_H

/// Makes this process the one that orphans among its descendants are handed to; 0, or -1 with errno.
/// Where the system has no such thing it fails with ENOSYS.
int gk_adopt_orphans(void);

/// Lets everything else on the machine go first: this process and what it starts get time that nobody else wants.
/// As far as the system can; 0, or -1 with errno where it can do nothing.
int gk_give_way(void);

/// Whether a folder of an overlay's upper layer hides everything of that name below it: 1 or 0.
int gk_is_opaque(const char *path);

/// Columns that a character takes on a terminal of UTF-8, whatever the locale of the process is: 0, 1 or 2; -1 where the
/// system does not know it.
int gk_columns(unsigned int scalar);

#endif
