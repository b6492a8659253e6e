/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent-portal(8): a worker of the portal.
 */
#include "app/worker.h"
#include "portal/portal.h"

int
main(int argc, char **argv)
{
	return worker_main(&portal_door, KEYS_PORTAL, argc, argv);
}
