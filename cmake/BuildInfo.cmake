# SPDX-License-Identifier: BSD-3-Clause
# widelimit_build_info(target): what the binary can say about its own making.
# The commit is asked for at every build; the file is rewritten, and compiled, only when it has changed.

function(widelimit_build_info target)
    get_directory_property(options COMPILE_OPTIONS)
    string(TOUPPER ${CMAKE_BUILD_TYPE} type)
    list(JOIN options " " options)
    string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${options}" flags)
    set(source_figures ${PROJECT_SOURCE_DIR}/validation/figures)
    set(installed_figures ${CMAKE_INSTALL_FULL_DATADIR}/widelimit/figures)

    set(folder ${PROJECT_BINARY_DIR}/generated)
    configure_file(${PROJECT_SOURCE_DIR}/solver/run/build_info.cpp.in ${folder}/build_info.cpp @ONLY)
    add_custom_target(widelimit_commit BYPRODUCTS ${folder}/commit.hpp VERBATIM COMMENT "Asking for the commit"
        COMMAND ${CMAKE_COMMAND} -D source=${PROJECT_SOURCE_DIR} -D output=${folder}/commit.hpp
            -P ${PROJECT_SOURCE_DIR}/cmake/Commit.cmake)
    add_dependencies(${target} widelimit_commit)
    target_sources(${target} PRIVATE ${folder}/build_info.cpp)
    target_include_directories(${target} PRIVATE ${folder})
endfunction()
