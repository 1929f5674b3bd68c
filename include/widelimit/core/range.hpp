// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace widelimit {

/// Which numbers and which texts a key accepts, from a small language:
///     ""  every finite number and every text;
///     "> 0"  ">= 0"  "< 1"  "<= 1";  intervals "[0, 1]"  "(0, 1]"  "[0, inf)";
///     "in square, logistic"  "in 2, 4"  one of these words or numbers;
///     "inf"  "nan"  infinity or NaN as well (nothing else admits NaN; infinity also passes "[0, inf]");
/// joined by " or ", as in "> 0 or inf" or "> 0 or in auto, off".  Parts about numbers leave texts alone and
/// the other way round.  A malformed range throws std::logic_error.
class Range {
public:
    explicit Range(const std::string& text = "");

    bool holds(double number) const;
    bool holds(const std::string& text) const;

    /// "> 0 or one of 'auto', 'off'", for messages; "a finite number" if there is no limit.
    std::string expected() const;
    /// The words listed by "in", for suggestions.
    const std::vector<std::string>& words() const { return words_; }
    /// A number that lies inside, a whole one if `whole`.
    double example(bool whole) const;

private:
    struct Interval {
        double low, high;
        bool with_low, with_high;
        bool holds(double number) const;
    };
    void read_part(const std::string& part);
    static Interval bracket(const std::string& part);

    std::vector<Interval> intervals_;
    std::vector<double> numbers_;
    std::vector<std::string> words_;
    std::vector<std::string> expected_;
    bool infinite_ = false;
    bool nan_ = false;
};

}  // namespace widelimit
