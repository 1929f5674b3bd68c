// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/run/case.hpp"

namespace widelimit {

// What can only be checked when the rest of the case is known; each throws ConfigError at the place of the
// key.

/// More than 1e7 rows or frames.
void check_rows(const Case& c, const Settings& root);

/// Times of [output] and of claims that this case does not reach.
void check_times(const Case& c, const Settings& root);

/// Steppers, starts and growth laws that finite networks do not have.
void check_networks(const Case& c, const Settings& root);

/// Flows whose fluctuations are not known, and columns that do not fit into memory.
void check_fluctuations(const Case& c, const Settings& root);

/// Metrics that no run of this case has.
void check_metrics(const Case& c, const Settings& root);
/// A closed form without the internal energy or reference law that the case has, or with one that it has not,
/// is that of another problem.
void forget_foreign_exact(Problem& problem);
/// Replaces the risk by the one with the same flow in the soft clock, if `time.clock` asks for it.
void soften(const Settings& root, Problem& problem);
/// Reads [output] baselines.
void read_baselines(const Settings& root, Case& c);
/// The modes of a kernel on circles that particles see: those of `particles.modes`, or those of the grid.
void choose_modes(const Settings& particles, Case& c);

/// States, features and predictions of grid and networks, against the memory of this machine.  Before the
/// grid is made.
void check_memory(const Case& c, const Settings& root);

/// The case of one level of a study, without [study].
Value level_tree(const Case& c, std::size_t level);

}  // namespace widelimit
