#include "iax2/iax2.h"

const char *iax2_version(void)
{
	return "0.1.0";
}
