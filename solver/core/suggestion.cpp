// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace widelimit {

std::size_t edit_distance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates)
{
    constexpr std::size_t farthest = 2, longest = 100;
    std::string best;
    std::size_t least = farthest + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t longer = std::max(word.size(), candidate.size());
        if (longer > longest || longer - std::min(word.size(), candidate.size()) > farthest) {
            continue;
        }
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < std::min(least, longer)) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::string enumerated(const std::vector<std::string>& words, const std::string& quote)
{
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : ", ") + quote + word + quote;
    }
    return all;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates,
                       const std::string& known)
{
    const std::string near = nearest(word, candidates);
    if (!near.empty()) {
        return "did you mean '" + near + "'?";
    }
    return candidates.empty() ? "there are no " + known : known + " are " + enumerated(candidates);
}

}  // namespace widelimit
