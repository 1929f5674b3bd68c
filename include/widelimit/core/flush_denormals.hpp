// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace widelimit {

/// While it lives, its thread takes denormals as zero and makes none: FTZ and DAZ on x86, FPCR.FZ on aarch64,
/// nothing elsewhere.  Arithmetic with denormals is up to a hundred times slower, and a mode that differed
/// between threads would let results depend on who computed them.
class FlushDenormals {
public:
    FlushDenormals();
    /// The mode is again what it was.
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

    /// False where there is no such mode.
    static bool available();

private:
    unsigned long long before_;
};

}  // namespace widelimit
