// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace widelimit {

/// Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`.
std::size_t edit_distance(const std::string& a, const std::string& b);

/// The candidate nearest to `word` if at most two edits away, and not merely because both are short (the
/// distance stays below the length of the longer one, neither has more than 100 characters); the first one at
/// a tie, "" if there is none.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b, c", every word in `quote`s.
std::string enumerated(const std::vector<std::string>& words, const std::string& quote = "");

/// The end of a message about an unknown word: "did you mean 'relu'?", or, if nothing is near,
/// "`known` are relu, tanh", or "there are no `known`".  As in suggestion("rleu", names, "activations").
std::string suggestion(const std::string& word, const std::vector<std::string>& candidates,
                       const std::string& known);

}  // namespace widelimit
