/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The portal: the door for customers and visitors.
 */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include "app/ctx.h"

extern const struct route portal_routes[];
extern const struct door portal_door;

enum err portal_home(struct ctx *c);	/* GET / */
enum err portal_privacy(struct ctx *c);	/* GET /privacy */
enum err portal_accessibility(struct ctx *c);	/* GET /accessibility */
enum err portal_security_txt(struct ctx *c);	/* GET /.well-known/security.txt */
enum err portal_health(struct ctx *c);	/* GET /healthz: the process is alive */
enum err portal_ready(struct ctx *c);	/* GET /readyz: database and journal too */

#endif
