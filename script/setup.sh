# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the scripts beside it: install_packages [group...] makes sure that the tools are there.
# On Debian 12 missing packages are installed by apt-get (sudo only if not root); elsewhere it only checks.

build_packages=(
    g++ cmake ninja-build pkg-config ccache
    libboost-dev libboost-test-dev libeigen3-dev libfftw3-dev libnetcdf-dev libtomlplusplus-dev
    libcli11-dev nlohmann-json3-dev libfmt-dev libspdlog-dev librandom123-dev
    libglpk-dev liblemon-dev valgrind
)
figure_packages=(python3 python3-numpy python3-matplotlib python3-xarray python3-netcdf4 python3-scipy)
clang_packages=(clang-14 libclang-rt-14-dev)
benchmark_packages=(libbenchmark-dev)

say() { printf '\n== %s\n' "$*"; }

is_debian_12() {
    [[ -r /etc/os-release ]] && (. /etc/os-release && [[ "${ID:-} ${VERSION_ID:-}" == "debian 12" ]])
}

# Those of the arguments that dpkg does not know as installed, one per line.
missing_packages() {
    local package
    for package in "$@"; do
        [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] ||
            echo "$package"
    done
}

apt_get() {
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || { echo "neither root nor sudo: install the packages yourself" >&2; return 1; }
        as_root=(sudo)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 "$@"
}

install_on_debian() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) && return
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    apt_get update
    apt_get install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

# require TOOL VERSION: one line with what was found; fails if the tool is absent or older.
require() {
    local found=none
    if command -v "$1" >/dev/null; then
        found="$("$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1 || true)"
    fi
    printf '  %-12s needs %-6s found %s\n' "$1" "$2" "$found"
    [[ "$found" != none && "$(printf '%s\n' "$2" "$found" | sort --version-sort | head -n 1)" == "$2" ]]
}

# require_library NAME VERSION, as pkg-config knows it.
require_library() {
    local found
    found="$(pkg-config --modversion "$1" 2>/dev/null || echo none)"
    printf '  %-12s needs %-6s found %s\n' "$1" "$2" "$found"
    [[ "$found" != none && "$(printf '%s\n' "$2" "$found" | sort --version-sort | head -n 1)" == "$2" ]]
}

# check_tools [clang]
check_tools() {
    local failed=0
    say "This is not Debian 12: nothing will be installed, only checked"
    require g++ 12.2 || failed=1
    require cmake 3.25 || failed=1
    require ninja 1.10 || failed=1
    require pkg-config 0.29 || failed=1
    require python3 3.9 || failed=1
    require_library eigen3 3.4 || failed=1
    require_library fftw3 3.3 || failed=1
    require_library netcdf 4.9 || failed=1
    require_library tomlplusplus 3.3 || failed=1
    require_library fmt 9.1 || failed=1
    [[ "${1:-}" != clang ]] || require clang++-14 14.0 || failed=1
    ((failed == 0)) && return
    echo "Please install what is missing; the Debian packages are:" >&2
    echo "  ${build_packages[*]} ${figure_packages[*]}" >&2
    return 2
}

# install_packages [clang|benchmarks]
install_packages() {
    local packages=("${build_packages[@]}" "${figure_packages[@]}")
    [[ "${1:-}" == clang ]] && packages+=("${clang_packages[@]}")
    [[ "${1:-}" == benchmarks ]] && packages+=("${benchmark_packages[@]}")
    if is_debian_12; then
        install_on_debian "${packages[@]}"
    else
        check_tools "$@"
    fi
}
