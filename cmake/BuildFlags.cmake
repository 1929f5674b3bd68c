# SPDX-License-Identifier: BSD-3-Clause
# Flags of the whole build. They are set for every target at once: Eigen's alignment depends on the instruction
# set, so objects built with different -march must never meet in one binary.

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# No fused multiply-add behind our back: results are bit-reproducible on one machine and build.
add_compile_options(-ffp-contract=off)
# Nothing here reads the flags of floating-point operations or errno after them; loops with a choice in them become
# vector code only without. No bit depends on it.
add_compile_options(-fno-trapping-math -fno-math-errno)
# Arrays start where a line of the cache does: of what AVX2 loads from arrays that start elsewhere, as those of malloc
# do, every second vector lies across two lines.
add_compile_definitions(EIGEN_MAX_ALIGN_BYTES=64)

# One binary for every x86-64, whose hot loops come a second time for AVX2 (core/instructions.hpp); or for one
# instruction set only, so that every machine that has it gives the same bits from these loops.
set(WIDELIMIT_ISA dispatch CACHE STRING "dispatch, baseline, or what -march takes: native, x86-64-v3, ...")
if(WIDELIMIT_ISA STREQUAL baseline)
    add_compile_definitions(WIDELIMIT_ONE_ISA)
elseif(NOT WIDELIMIT_ISA STREQUAL dispatch)
    add_compile_options(-march=${WIDELIMIT_ISA})
    add_compile_definitions(WIDELIMIT_ONE_ISA)
endif()

set_property(CACHE WIDELIMIT_SANITIZE PROPERTY STRINGS OFF address thread)
if(WIDELIMIT_SANITIZE STREQUAL address)
    set(sanitizers address,undefined)
elseif(WIDELIMIT_SANITIZE STREQUAL thread)
    set(sanitizers thread)
elseif(WIDELIMIT_SANITIZE)
    message(FATAL_ERROR "WIDELIMIT_SANITIZE: expected OFF, address or thread, got '${WIDELIMIT_SANITIZE}'")
endif()
if(WIDELIMIT_SANITIZE)
    add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    if(WIDELIMIT_SANITIZE STREQUAL address)
        # AddressSanitizer sees what the first three would see; with all of these Eigen takes more than twice as long
        # to compile, for a check of every access and of every call.
        add_compile_options(-fno-sanitize=null,object-size,pointer-overflow,alignment,vptr)
    endif()
    add_link_options(-fsanitize=${sanitizers})
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

find_program(WIDELIMIT_CCACHE ccache)
mark_as_advanced(WIDELIMIT_CCACHE)
if(WIDELIMIT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${WIDELIMIT_CCACHE})
    if(WIDELIMIT_PRECOMPILE)
        list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER
            ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros)
    endif()
endif()
if(WIDELIMIT_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")  # else ccache never finds what it has
endif()
