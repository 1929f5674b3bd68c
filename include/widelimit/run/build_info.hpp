// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// How this binary was built and where its companions are.
struct BuildInfo {
    std::string version;   ///< "0.1.0"
    std::string commit;    ///< twelve digits, "-dirty" behind if files had changed; empty without git
    std::string compiler;  ///< "GNU 12.2.0"
    std::string flags;     ///< flags of every translation unit
    std::string isa;       ///< instruction set compiled for: "x86-64 sse2", "x86-64 avx2 fma", ...
    std::string python;    ///< interpreter for figures; empty if none was found at configure time
    std::string figures;   ///< folder of the figure scripts: the installed one, else the source tree's
};

const BuildInfo& build_info();

}  // namespace widelimit
