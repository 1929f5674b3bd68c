# SPDX-License-Identifier: BSD-3-Clause
# Everything comes from the distribution; nothing is downloaded. Imported targets are SYSTEM includes.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

find_package(Boost 1.74 REQUIRED)
if(BUILD_TESTING)
    find_package(Boost 1.74 REQUIRED COMPONENTS unit_test_framework)
endif()
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(tomlplusplus 3.3 REQUIRED)  # the shared library: header-only with assertions aborts on '[~a'
find_package(CLI11 2.1 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
pkg_check_modules(NETCDF REQUIRED IMPORTED_TARGET netcdf>=4.9)
pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3>=3.3 fftw3f>=3.3)  # the distribution has no CMake package of it

find_path(GLPK_INCLUDE_DIR glpk.h REQUIRED)
find_library(GLPK_LIBRARY glpk REQUIRED)
mark_as_advanced(GLPK_INCLUDE_DIR GLPK_LIBRARY)
add_library(GLPK::GLPK INTERFACE IMPORTED)
target_include_directories(GLPK::GLPK INTERFACE ${GLPK_INCLUDE_DIR})
target_link_libraries(GLPK::GLPK INTERFACE ${GLPK_LIBRARY})

find_path(LEMON_INCLUDE_DIR lemon/network_simplex.h REQUIRED)
find_library(LEMON_LIBRARY lemon REQUIRED)
mark_as_advanced(LEMON_INCLUDE_DIR LEMON_LIBRARY)
add_library(LEMON::LEMON INTERFACE IMPORTED)
target_include_directories(LEMON::LEMON INTERFACE ${LEMON_INCLUDE_DIR})
target_link_libraries(LEMON::LEMON INTERFACE ${LEMON_LIBRARY})

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
mark_as_advanced(RANDOM123_INCLUDE_DIR)
add_library(Random123::Random123 INTERFACE IMPORTED)
target_include_directories(Random123::Random123 INTERFACE ${RANDOM123_INCLUDE_DIR})

# Figures and house tests. The first python3 on PATH is often not the distribution's, and lacks the modules.
if(NOT Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 3.9 COMPONENTS Interpreter)

set(figure_packages python3 python3-numpy python3-matplotlib python3-xarray python3-netcdf4)
set(look_up "import sys, importlib.util as u
sys.exit(' '.join(m for m in ('numpy', 'matplotlib', 'xarray', 'netCDF4') if u.find_spec(m) is None))")
if(Python3_FOUND)
    execute_process(COMMAND ${Python3_EXECUTABLE} -c "${look_up}" ERROR_VARIABLE missing_modules
        ERROR_STRIP_TRAILING_WHITESPACE)
else()
    set(missing_modules "no Python 3.9 or newer at all")
endif()
if(missing_modules)
    list(JOIN figure_packages " " figure_packages)
    message(WARNING "No figures: ${Python3_EXECUTABLE} lacks: ${missing_modules}. The solver works without. "
        "Debian packages: ${figure_packages}; or name another interpreter by -DPython3_EXECUTABLE=...")
endif()

if(WIDELIMIT_BENCHMARKS)
    find_package(benchmark 1.7)
endif()
