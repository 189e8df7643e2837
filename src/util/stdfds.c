#include "util/stdfds.h"

#include <fcntl.h>
#include <unistd.h>

void stdfds_open(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_NOCTTY); /* gets the lowest number that is free */
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		close(fd);
	}
}
