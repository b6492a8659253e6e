/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the process that reads a file can still do: compute, and write to its
 * one pipe.  The filter names the few calls of the system that this takes;
 * opening, executing, connecting and everything else answer "not permitted"
 * (GDPR 32(1)(b); RELIABILITY T17).
 */
#include "import/import_reader.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <errno.h>

#define MEMORY_MAX_BYTES	(256ul * 1024 * 1024)
#define WORK_MAX_SECONDS	10ul

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "name the architecture of the filter: linux/audit.h"
#endif

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
	(unsigned)offsetof(struct seccomp_data, member))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define ALLOW(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(call), 0, 1), \
	ANSWER(SECCOMP_RET_ALLOW)

static bool
limit(void)
{
	static const struct { int what; rlim_t most; } limits[] = {
#ifndef IS_SANITIZED	/* AddressSanitizer maps terabytes */
		{ RLIMIT_AS, MEMORY_MAX_BYTES },
#endif
		{ RLIMIT_CPU, WORK_MAX_SECONDS },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_NOFILE, 0 },
		{ RLIMIT_CORE, 0 },
	};
	struct rlimit l;
	size_t i;

	for (i = 0; i < LENGTH(limits); i++) {
		l = (struct rlimit){ limits[i].most, limits[i].most };
		if (setrlimit((__rlimit_resource_t)limits[i].what, &l) != 0)
			return false;
	}
	return true;
}

static bool
filter(void)
{
	struct sock_filter code[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		ANSWER(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		ALLOW(SYS_write),
		ALLOW(SYS_brk),
		ALLOW(SYS_mmap),
		ALLOW(SYS_munmap),
		ALLOW(SYS_mremap),
		ALLOW(SYS_madvise),
		ALLOW(SYS_mprotect),	/* malloc grows its heaps by it */
		ALLOW(SYS_futex),
		ALLOW(SYS_getrandom),
		ALLOW(SYS_clock_gettime),
		ALLOW(SYS_rt_sigreturn),
		ALLOW(SYS_exit),
		ALLOW(SYS_exit_group),
		ANSWER(SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog program = { LENGTH(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool
import_lock_up(void)
{
	return prctl(PR_SET_DUMPABLE, 0) == 0 && limit() && filter();
}
