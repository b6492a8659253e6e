/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent-office(8): a worker of the back-office.
 */
#include "app/worker.h"
#include "office/office.h"

int
main(int argc, char **argv)
{
	return worker_main(&office_door, KEYS_OFFICE, argc, argv);
}
