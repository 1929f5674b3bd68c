# SPDX-License-Identifier: BSD-3-Clause
# discover_boost_tests(target [PREFIX text] [LABELS label...] [TIMEOUT seconds])
#
# After each link the executable is asked for its cases (--list_content) and every case becomes a CTest entry
# <prefix><suite>/<case>. Until it has been built once, CTest shows <prefix>NOT_BUILT, which fails.
#
# The file is also the script that runs after the link:
#   cmake -D executable=... -D output=... -D prefix=... -D labels=one,two -D timeout=... -P DiscoverBoostTests.cmake
cmake_minimum_required(VERSION 3.25)

function(discover_boost_tests target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX;TIMEOUT" "LABELS")
    list(JOIN arg_LABELS "," labels)
    set(entries ${PROJECT_BINARY_DIR}/tests/${target}.entries.cmake)
    set(gate ${PROJECT_BINARY_DIR}/tests/${target}.ctest.cmake)
    add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS ${entries} VERBATIM
        COMMAND ${CMAKE_COMMAND} -D executable=$<TARGET_FILE:${target}> -D output=${entries}
            -D prefix=${arg_PREFIX} -D labels=${labels} -D timeout=${arg_TIMEOUT}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
    file(CONFIGURE OUTPUT ${gate} @ONLY CONTENT [[
if(EXISTS "@entries@")
    include("@entries@")
else()
    add_test([==[@arg_PREFIX@NOT_BUILT]==] "@CMAKE_COMMAND@" -E false)
endif()
]])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${gate})
endfunction()

# Lines of the listing without descriptions, as a list. Boost 1.74 prints it on stderr, later ones on stdout.
function(list_content executable result)
    execute_process(COMMAND ${executable} --list_content=HRF --color_output=no
        OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE status TIMEOUT 60)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${executable} --list_content: ${status}\n${out}${err}")
    endif()
    string(REGEX REPLACE ": [^\n]*" "" lines "${out}${err}")
    string(REPLACE "\n" ";" lines "${lines}")
    set(${result} "${lines}" PARENT_SCOPE)
endfunction()

# 'name*', four blanks per level, '*' if enabled. A case is a line whose next line is not deeper.
function(parse_line line depth name enabled)
    string(STRIP "${line}x" text)
    string(LENGTH "${line}x" length)
    string(LENGTH "${text}" text_length)
    math(EXPR level "(${length} - ${text_length}) / 4")
    string(STRIP "${line}" text)
    string(REGEX MATCH "[*]$" star "${text}")
    string(REGEX REPLACE "[*]$" "" text "${text}")
    set(${depth} ${level} PARENT_SCOPE)
    set(${name} "${text}" PARENT_SCOPE)
    set(${enabled} "${star}" PARENT_SCOPE)
endfunction()

function(write_entries lines)
    set(text "# written by DiscoverBoostTests.cmake\n")
    set(path "")
    set(count 0)
    list(REMOVE_ITEM lines "")
    list(APPEND lines "end")
    list(POP_FRONT lines line)
    foreach(next IN LISTS lines)
        parse_line("${line}" depth name enabled)
        parse_line("${next}" next_depth next_name next_enabled)
        list(SUBLIST path 0 ${depth} path)
        list(APPEND path "${name}")
        if(NOT next_depth GREATER depth)
            list(JOIN path "/" case)
            math(EXPR count "${count} + 1")
            entry("${case}" "${enabled}" entry)
            string(APPEND text "${entry}")
        endif()
        set(line "${next}")
    endforeach()
    if(count EQUAL 0)
        message(FATAL_ERROR "${executable} contains no test case")
    endif()
    file(WRITE ${output} "${text}")
endfunction()

function(entry case enabled result)
    set(test "[==[${prefix}${case}]==]")
    string(REPLACE "," ";" label_list "${labels}")
    set(text "add_test(${test} [==[${executable}]==] [==[--run_test=${case}]==]\n")
    string(APPEND text "    --catch_system_errors=no --color_output=no)\n")
    string(APPEND text "set_tests_properties(${test} PROPERTIES LABELS [==[${label_list}]==] TIMEOUT ${timeout}")
    if(NOT enabled)
        string(APPEND text " DISABLED TRUE")
    endif()
    set(${result} "${text})\n" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    list_content(${executable} lines)
    write_entries("${lines}")
endif()
