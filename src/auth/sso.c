/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom to believe about who has signed in elsewhere (GDPR 32).
 */
#include "auth/sso.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "keys/hash.h"

struct sso {
	char secret[SSO_SECRET_MAX + 1];
};

static const char *
file_fault(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return "cannot be read";
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
	    (st.st_uid != geteuid() && st.st_uid != 0))
		return "must be the program's own: chown it, and chmod 0400";
	return NULL;
}

/* The first line of the file. */
static const char *
read_secret(int fd, struct sso *sso)
{
	char text[SSO_SECRET_MAX + 2] = { 0 };
	ssize_t n = read(fd, text, sizeof(text) - 1);
	size_t len = strcspn(text, "\r\n");
	const char *fault = NULL;

	if (n < 0)
		fault = "cannot be read";
	else if (len < SSO_SECRET_MIN || len > SSO_SECRET_MAX)
		fault = "holds no secret of 32 to 128 characters: openssl rand -hex 32";
	else
		memcpy(sso->secret, text, len);
	secret_wipe(text, sizeof(text));
	return fault;
}

enum err
sso_open(const struct config_sso *config, struct sso **ret_sso)
{
	const char *fault;
	struct sso *sso;
	int fd;

	if (config->secret_file == NULL) {
		*ret_sso = NULL;
		return ERR_OK;
	}
	if ((sso = calloc(1, sizeof(*sso))) == NULL)
		abort();
	fd = open(config->secret_file, O_RDONLY | O_CLOEXEC);
	if ((fault = file_fault(fd)) == NULL)
		fault = read_secret(fd, sso);
	if (fd >= 0)
		(void)close(fd);
	if (fault != NULL) {
		log_fault("sso=open what=\"sso.secret_file %s\"", fault);
		sso_close(sso);
		return ERR_INVALID;
	}
	*ret_sso = sso;
	return ERR_OK;
}

void
sso_close(struct sso *sso)
{
	if (sso == NULL)
		return;
	secret_wipe(sso, sizeof(*sso));
	free(sso);
}

static bool
is_secret(const struct sso *sso, const char *sent)
{
	char text[sizeof(sso->secret)] = { 0 };
	size_t len = strlen(sent);
	bool is_so;

	if (len >= sizeof(text))
		return false;
	memcpy(text, sent, len);
	is_so = secret_equal(text, sso->secret, sizeof(text));
	secret_wipe(text, sizeof(text));
	return is_so;
}

enum err
sso_read(const struct sso *sso, struct arena *a,
    const struct http_request *req, struct address *ret_address)
{
	const char *fault = NULL;

	if (sso == NULL || *req->sso_user == '\0')
		return ERR_NOTFOUND;
	if (!is_secret(sso, req->sso_secret))
		fault = "nginx does not give the secret of sso.secret_file";
	else if (req->has_sso_header)
		fault = "nginx lets the visitor's own header through: clear it";
	else if (address_read(a, req->sso_user, ret_address) != ERR_OK)
		fault = "nginx names somebody by something that is no address";
	if (fault == NULL)
		return ERR_OK;
	log_fault("sso=refused what=\"%s\" hint=\"see assent.conf(5), and assent doctor\"",
	    fault);
	return ERR_DENIED;
}
