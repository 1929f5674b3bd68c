// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// Processors that this process may use at a time, at least 1: those that it may run on, and no more than the
/// quota of its control group (versions 1 and 2) allows, rounded up.
int processors();

/// What the control group of this folder allows: microseconds of processors over those of a period, from
/// cpu.max (version 2, `second`) or cpu.cfs_quota_us and cpu.cfs_period_us; infinite without a quota.
double processor_quota(const std::string& folder, bool second);

}  // namespace widelimit
