# SPDX-License-Identifier: BSD-3-Clause
# WIDELIMIT_FUZZ (clang only): the readers count their branches, and tests/fuzz/<reader>.cpp becomes fuzz_<reader>.

if(WIDELIMIT_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "WIDELIMIT_FUZZ needs clang, the compiler is ${CMAKE_CXX_COMPILER_ID}")
endif()

# The sources that read what users write become a part of their own, with their own options. Those that compute are not
# among them: they would instantiate Eigen's templates once more. A new reader is to be named here.
function(widelimit_fuzzed_readers)
    if(NOT WIDELIMIT_FUZZ)
        return()
    endif()
    set(readers core/literal core/range core/schedule core/schema core/schema_text core/settings core/shape
        core/suggestion core/value io/csv io/file io/toml io/toml_guard io/toml_text problem/law run/case
        run/case_checks run/case_grid run/case_networks run/case_schema run/case_text run/claim run/data_reader)
    list(TRANSFORM readers REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/solver/\\1.cpp")
    foreach(part widelimit widelimit_run)
        get_target_property(sources ${part} SOURCES)
        list(REMOVE_ITEM sources ${readers})
        set_target_properties(${part} PROPERTIES SOURCES "${sources}")
    endforeach()
    add_library(widelimit_readers ${WIDELIMIT_PART} ${readers})
    widelimit_part_properties(widelimit_readers tomlplusplus::tomlplusplus)
    target_compile_options(widelimit_readers PRIVATE -fsanitize=fuzzer-no-link)
    set(widelimit_parts ${widelimit_parts} widelimit_readers PARENT_SCOPE)
endfunction()

# Keys of the case file as a dictionary for libFuzzer, one "quoted" line each.
function(widelimit_fuzz_dictionary output)
    add_custom_command(OUTPUT ${output} VERBATIM COMMENT "Words for the fuzzers"
        COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/fuzz/dictionary.py
            $<TARGET_FILE:widelimit_app> ${output}
        DEPENDS widelimit_app ${PROJECT_SOURCE_DIR}/tests/fuzz/dictionary.py)
    add_custom_target(widelimit_fuzz_dictionary ALL DEPENDS ${output})
endfunction()

# fuzz_<reader>, and in CTest fuzz.<reader>: its corpus, then about 6 s of new inputs, which are thrown away.
function(widelimit_fuzz_test file)
    cmake_path(GET file STEM name)
    set(folder ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    add_executable(fuzz_${name} ${file})
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(fuzz_${name} PRIVATE ${widelimit_parts})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    widelimit_warnings(fuzz_${name})
    set(found ${PROJECT_BINARY_DIR}/fuzz/${name})
    file(MAKE_DIRECTORY ${found})
    add_test(NAME fuzz.${name} WORKING_DIRECTORY ${folder}
        COMMAND fuzz_${name} -max_total_time=6 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
            -dict=${PROJECT_BINARY_DIR}/fuzz/keys.dict -artifact_prefix=${found}/ ${found} ${folder})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()

function(widelimit_fuzz_tests)
    if(NOT WIDELIMIT_FUZZ OR NOT Python3_FOUND)
        return()
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*.cpp)
    widelimit_fuzz_dictionary(${PROJECT_BINARY_DIR}/fuzz/keys.dict)
    foreach(file IN LISTS files)
        widelimit_fuzz_test(${file})
    endforeach()
endfunction()
