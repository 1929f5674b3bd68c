# SPDX-License-Identifier: BSD-3-Clause
# One function per kind of target. Sources are found by name: a new file needs no edit here.
include(DiscoverBoostTests)

function(widelimit_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow
        $<$<BOOL:${WIDELIMIT_WERROR}>:-Werror>)
    # g++ 12 sees overlapping copies in "literal" + std::string (GCC bug 105651).
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        target_compile_options(${target} PRIVATE -Wno-restrict)
    endif()
endfunction()

# From a precompiled header g++ 12 takes the libraries for ours and warns of their inner flow (GCC bug 105651).
function(widelimit_no_false_warnings target)
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-maybe-uninitialized
            -Wno-stringop-overflow -Wno-stringop-overread)
    endif()
endfunction()

function(widelimit_precompile target)
    if(WIDELIMIT_PRECOMPILE)
        target_precompile_headers(${target} PRIVATE <Eigen/Core> <algorithm> <cmath> <filesystem> <functional>
            <map> <memory> <optional> <sstream> <string> <vector> ${ARGN})
        widelimit_no_false_warnings(${target})
    endif()
endfunction()

# Many sources at a time, if asked for. A unit of 40 takes two thirds of the time of three of 13: much of it goes into
# Eigen's templates, the same in every unit. g++ gains nothing from larger ones, clang a seventh.
function(widelimit_unite target)
    if(NOT WIDELIMIT_UNITY)
        return()
    endif()
    set(most 40)
    if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
        set(most 100)
    endif()
    get_target_property(sources ${target} SOURCES)
    list(LENGTH sources count)
    math(EXPR units "(${count} + ${most} - 1) / ${most}")
    math(EXPR sources_of_unit "(${count} + ${units} - 1) / ${units}")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${sources_of_unit})
    # Names of one source may shadow those of another here; builds of single sources see what matters.
    # g++ 12 takes the sources within for headers and sees too far into the libraries (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-shadow
        $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endfunction()

# Units, or a precompiled header, which few units gain less from than it takes.
function(widelimit_compile_together target)
    widelimit_unite(${target})
    if(NOT WIDELIMIT_UNITY)
        widelimit_precompile(${target})
    endif()
endfunction()

function(widelimit_part_properties target)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${target}
        PUBLIC Eigen3::Eigen Boost::headers fmt::fmt nlohmann_json::nlohmann_json Threads::Threads
        PRIVATE ${ARGN})
    widelimit_warnings(${target})
    widelimit_compile_together(${target})
endfunction()

# Everything is made of three parts: `widelimit` computes, the drop-ins register themselves with it, and `widelimit_run`
# reads, runs and writes cases. They are linked as objects, because nothing refers to a drop-in, and in this order:
# templates that several parts share are taken from the first, which is optimised. With WIDELIMIT_SHARED every test
# links in no time, and each part takes them from itself.
set(widelimit_parts widelimit widelimit_drop_in widelimit_run)
set(WIDELIMIT_PART OBJECT)
if(WIDELIMIT_SHARED)
    set(WIDELIMIT_PART SHARED)
    add_link_options(-Wl,--no-as-needed -Wl,-Bsymbolic-functions)
endif()

# What is tested are the parts as users build them; the tests themselves take longer to optimise than to run.
function(widelimit_compile_quickly target)
    target_compile_options(${target} PRIVATE -O0)
endfunction()

# What leaves its loops over cells, neurons and data to `widelimit`: a hundredth of the time of a run.
function(widelimit_optimise_little target)
    if(WIDELIMIT_SANITIZE)
        widelimit_compile_quickly(${target})
    else()
        target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
endfunction()

function(widelimit_library)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/solver/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/solver/(apps|drop_in|io|run)/")
    if(WIDELIMIT_SANITIZE STREQUAL thread)  # what the tests of widelimit_thread_tests need, and no more
        list(FILTER sources EXCLUDE REGEX "/solver/(certificate|weights)/")
    endif()
    add_library(widelimit ${WIDELIMIT_PART} ${sources})
    widelimit_part_properties(widelimit PkgConfig::FFTW Random123::Random123 GLPK::GLPK LEMON::LEMON)
endfunction()

# widelimit_drop_ins([folder...]): solver/drop_in and the user's folders.
function(widelimit_drop_ins)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/solver/drop_in/*.cpp)
    if(WIDELIMIT_SANITIZE STREQUAL thread)
        list(FILTER sources EXCLUDE REGEX "/drop_in/(problems|weights)/")
    endif()
    foreach(folder IN LISTS ARGN)
        file(GLOB_RECURSE own CONFIGURE_DEPENDS ${folder}/*.cpp)
        if(NOT IS_ABSOLUTE ${folder} OR NOT own)
            message(FATAL_ERROR "WIDELIMIT_DROP_IN: expected an absolute folder with .cpp files, got '${folder}'")
        endif()
        set_source_files_properties(${own} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        list(APPEND sources ${own})
    endforeach()
    add_library(widelimit_drop_in ${WIDELIMIT_PART} ${sources})
    target_link_libraries(widelimit_drop_in PUBLIC widelimit)
    widelimit_part_properties(widelimit_drop_in)
    if(WIDELIMIT_SANITIZE STREQUAL thread)  # few of its tests use them; with the others -O0 costs more than it saves
        widelimit_compile_quickly(widelimit_drop_in)
    endif()
endfunction()

function(widelimit_runs)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/solver/io/*.cpp ${PROJECT_SOURCE_DIR}/solver/run/*.cpp)
    if(WIDELIMIT_SANITIZE STREQUAL thread)
        list(FILTER sources INCLUDE REGEX
            "/(io/.*|run/(continuation|ensemble|evolve|network_checkpoints|online_training|state_guard)\\.cpp)$")
    endif()
    add_library(widelimit_run ${WIDELIMIT_PART} ${sources})
    target_link_libraries(widelimit_run PUBLIC widelimit)
    widelimit_build_info(widelimit_run)
    widelimit_part_properties(widelimit_run PkgConfig::NETCDF tomlplusplus::tomlplusplus spdlog::spdlog)
    widelimit_optimise_little(widelimit_run)
endfunction()

function(widelimit_app)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/solver/apps/*.cpp)
    add_executable(widelimit_app ${sources})
    # Its own folder: in the build root the file 'widelimit' would clash with the library target of that name.
    set_target_properties(widelimit_app PROPERTIES OUTPUT_NAME widelimit
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
    target_link_libraries(widelimit_app PRIVATE ${widelimit_parts} CLI11::CLI11)
    widelimit_warnings(widelimit_app)
    widelimit_compile_together(widelimit_app)
    widelimit_optimise_little(widelimit_app)
endfunction()

# Tests that compute more than the library does.
set(widelimit_heavy_tests problem/plane_waves.cpp particles/raw_network.cpp)

# Tests of loops that several threads share: all that ThreadSanitizer sees.
set(widelimit_thread_tests core/parallel.cpp core/blocks.cpp core/spectral_filter.cpp properties/threads.cpp
    run/ensemble.cpp scheme/box_sweep.cpp)

# widelimit_folder_tests(core blocks.cpp grid.cpp ...): executable test_core, one CTest entry core.<suite>/<case> per
# case. Each source keeps its names in the namespace of its suite, so that all can be compiled as one.
function(widelimit_folder_tests folder)
    set(target test_${folder})
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/tests/${folder}/ OUTPUT_VARIABLE sources)
    add_executable(${target} ${sources})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(${target} PRIVATE widelimit_test_main ${widelimit_parts})
    widelimit_warnings(${target})
    widelimit_compile_quickly(${target})
    widelimit_unite(${target})
    if(WIDELIMIT_PRECOMPILE)
        target_precompile_headers(${target} REUSE_FROM widelimit_test_main)
        widelimit_no_false_warnings(${target})
    endif()
    foreach(source IN LISTS ARGN)
        if(${folder}/${source} IN_LIST widelimit_heavy_tests)
            set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/${folder}/${source} PROPERTIES COMPILE_OPTIONS -O1
                SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
        endif()
    endforeach()
    discover_boost_tests(${target} PREFIX ${folder}. LABELS unit TIMEOUT 300)
endfunction()

function(widelimit_tests)
    add_library(widelimit_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
    target_compile_definitions(widelimit_test_main PUBLIC BOOST_TEST_DYN_LINK)
    target_include_directories(widelimit_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(widelimit_test_main PUBLIC widelimit Boost::unit_test_framework)
    widelimit_warnings(widelimit_test_main)
    widelimit_compile_quickly(widelimit_test_main)
    widelimit_precompile(widelimit_test_main <Eigen/Dense> <boost/test/unit_test.hpp> <fmt/format.h>
        <nlohmann/json.hpp>)
    file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES ON RELATIVE ${PROJECT_SOURCE_DIR}/tests
        ${PROJECT_SOURCE_DIR}/tests/*)
    list(REMOVE_ITEM folders faults fuzz speed)
    foreach(folder IN LISTS folders)
        file(GLOB files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/tests/${folder}
            ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp)
        if(WIDELIMIT_SANITIZE STREQUAL thread)
            set(of_threads ${widelimit_thread_tests})
            list(FILTER of_threads INCLUDE REGEX "^${folder}/")
            list(TRANSFORM of_threads REPLACE "^${folder}/" "" OUTPUT_VARIABLE files)
        endif()
        if(files)
            widelimit_folder_tests(${folder} ${files})
        endif()
    endforeach()
endfunction()

# tests/house/*.py: rules of the source tree and of the documentation, which need no sanitizers.
function(widelimit_house_tests)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/house/*.py)
    if(NOT Python3_FOUND)
        return()
    endif()
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        if(WIDELIMIT_SANITIZE AND name MATCHES "^(docs|figures|tutorial)$")
            continue()
        endif()
        add_test(NAME house.${name} COMMAND ${Python3_EXECUTABLE} -B ${file}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(house.${name} PROPERTIES LABELS house TIMEOUT 120
            ENVIRONMENT "WIDELIMIT=${PROJECT_BINARY_DIR}/bin/widelimit")
    endforeach()
endfunction()

# A library for LD_PRELOAD, which sanitizers do not bear.
function(widelimit_failing_calls)
    add_library(failing_calls MODULE ${PROJECT_SOURCE_DIR}/tests/faults/failing_calls.cpp)
    set_target_properties(failing_calls PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(failing_calls PRIVATE ${CMAKE_DL_LIBS})
    widelimit_warnings(failing_calls)
endfunction()

# tests/faults/*.py: what the binary does when writing fails, when it is killed or stopped, on bad input. Those
# that measure times or preload a library leave the sanitizers out.
function(widelimit_fault_tests)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/faults/*.py)
    if(NOT Python3_FOUND)
        return()
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT WIDELIMIT_SANITIZE)
        widelimit_failing_calls()
    endif()
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        if(WIDELIMIT_SANITIZE AND name MATCHES "^(writing|directories|kill|signals|threads)$")
            continue()
        endif()
        add_test(NAME faults.${name} COMMAND ${Python3_EXECUTABLE} -B ${file}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(faults.${name} PROPERTIES LABELS faults TIMEOUT 300
            RUN_SERIAL $<STREQUAL:${name},signals>
            ENVIRONMENT "WIDELIMIT=${PROJECT_BINARY_DIR}/bin/widelimit")
    endforeach()
endfunction()

# tests/oracles/*.py: many random problems against another library; all of them with WIDELIMIT_SLOW.
function(widelimit_oracle_tests)
    if(NOT Python3_FOUND OR WIDELIMIT_SANITIZE)
        return()
    endif()
    execute_process(COMMAND ${Python3_EXECUTABLE} -c "import scipy" RESULT_VARIABLE no_scipy ERROR_QUIET)
    if(NOT no_scipy EQUAL 0)
        message(WARNING "No tests against other libraries: ${Python3_EXECUTABLE} lacks scipy (Debian package: python3-scipy)")
        return()
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/oracles/*.py)
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        add_test(NAME oracles.${name} COMMAND ${Python3_EXECUTABLE} -B ${file}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(oracles.${name} PROPERTIES LABELS oracles TIMEOUT $<IF:$<BOOL:${WIDELIMIT_SLOW}>,3600,300>
            ENVIRONMENT "WIDELIMIT=${PROJECT_BINARY_DIR}/bin/widelimit;WIDELIMIT_PROBLEMS=$<IF:$<BOOL:${WIDELIMIT_SLOW}>,1000,100>")
    endforeach()
endfunction()

# Value of the line `key = value` in a case file, without quotes; empty if there is none.
function(widelimit_case_entry file key result)
    file(STRINGS ${file} lines REGEX "^[ \t]*${key}[ \t]*=")
    string(REGEX REPLACE "^[^=]*=[ \t]*\"?([A-Za-z]*).*$" "\\1" value "${lines}")
    set(${result} "${value}" PARENT_SCOPE)
endfunction()

function(widelimit_case file)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/validation/cases OUTPUT_VARIABLE name)
    cmake_path(REMOVE_EXTENSION name LAST_ONLY)
    widelimit_case_entry(${file} cost cost)
    widelimit_case_entry(${file} sanitize sanitize)
    if(cost STREQUAL "")
        set(cost quick)  # as the case reference says
    elseif(NOT cost MATCHES "^(quick|slow)$")
        message(FATAL_ERROR "${file}: expected the line  cost = \"quick\"  or  cost = \"slow\"")
    endif()
    if((cost STREQUAL slow AND NOT WIDELIMIT_SLOW) OR (WIDELIMIT_SANITIZE AND NOT sanitize STREQUAL true))
        return()
    endif()
    string(REPLACE "/" "." test case.${name})
    add_test(NAME ${test} COMMAND widelimit_app validate ${file} --out ${PROJECT_BINARY_DIR}/cases/${name} --quiet)
    set_tests_properties(${test} PROPERTIES LABELS ${cost} TIMEOUT $<IF:$<STREQUAL:${cost},quick>,120,7200>)
endfunction()

# validation/cases/<topic>/<name>.toml: CTest entry case.<topic>.<name>.
function(widelimit_cases)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/validation/cases/*.toml)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
    foreach(file IN LISTS files)
        widelimit_case(${file})
    endforeach()
endfunction()

# tests/speed/guard.py: instructions of what must stay fast, next to those of FFTW and Eigen in the same binary.
function(widelimit_speed_guard)
    find_program(WIDELIMIT_VALGRIND valgrind)
    mark_as_advanced(WIDELIMIT_VALGRIND)
    if(NOT Python3_FOUND OR WIDELIMIT_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL Release)
        return()
    endif()
    if(NOT WIDELIMIT_VALGRIND)
        message(WARNING "No test of speed: valgrind not found (Debian package: valgrind)")
        return()
    endif()
    add_executable(speed_work ${PROJECT_SOURCE_DIR}/tests/speed/work.cpp)
    set_target_properties(speed_work PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(speed_work PRIVATE ${widelimit_parts} PkgConfig::FFTW)
    widelimit_warnings(speed_work)
    add_test(NAME speed.guard COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/speed/guard.py)
    set_tests_properties(speed.guard PROPERTIES LABELS speed TIMEOUT 600
        ENVIRONMENT "WIDELIMIT_SPEED_WORK=${PROJECT_BINARY_DIR}/tests/speed_work")
endfunction()

function(widelimit_benchmarks)
    if(NOT benchmark_FOUND)
        message(WARNING "WIDELIMIT_BENCHMARKS: Google Benchmark not found (Debian package: libbenchmark-dev)")
        return()
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/benchmarks/*.cpp)
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        add_executable(benchmark_${name} ${file})
        set_target_properties(benchmark_${name} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/benchmarks)
        target_link_libraries(benchmark_${name} PRIVATE ${widelimit_parts} benchmark::benchmark
            PkgConfig::FFTW)
        widelimit_warnings(benchmark_${name})
    endforeach()
endfunction()
