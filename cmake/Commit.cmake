# SPDX-License-Identifier: BSD-3-Clause
# cmake -D source=... -D output=... -P Commit.cmake: a header with the commit, empty without git or history.
cmake_minimum_required(VERSION 3.25)

find_program(git git)
set(commit "")
if(git AND EXISTS ${source}/.git)
    execute_process(COMMAND ${git} -C ${source} describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#pragma once
#define WIDELIMIT_COMMIT "@commit@"
]])
