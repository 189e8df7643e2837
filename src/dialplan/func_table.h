/* Func_table: the functions, for the table in func.c. */
#ifndef TANDEM_DIALPLAN_FUNC_TABLE_H
#define TANDEM_DIALPLAN_FUNC_TABLE_H

#include "dialplan/func.h"

extern const struct func func_callerid, func_channel, func_exists, func_global, func_if, func_isnull, func_len;

#endif
