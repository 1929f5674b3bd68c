// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/range.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "widelimit/core/numbers.hpp"
#include "widelimit/core/suggestion.hpp"

namespace widelimit {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& separator)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, start)) {
        parts.push_back(text.substr(start, at - start));
        start = at + separator.size();
    }
    parts.push_back(text.substr(start));
    return parts;
}

bool read_number(const std::string& word, double& number)
{
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    return !word.empty() && stop == end && error == std::errc();
}

double bound(const std::string& word)
{
    double number = 0.0;
    if (!read_number(word, number)) {
        throw std::logic_error("range: expected a number, found '" + word + "'");
    }
    return number;
}

}  // namespace

Range::Range(const std::string& text)
{
    if (!text.empty()) {
        for (const std::string& part : split(text, " or ")) {
            read_part(part);
        }
    }
}

void Range::read_part(const std::string& part)
{
    if (part.starts_with("in ")) {
        const auto words = split(part.substr(3), ", ");
        double number = 0.0;
        for (const std::string& word : words) {
            read_number(word, number) ? numbers_.push_back(number) : words_.push_back(word);
        }
        expected_.push_back("one of " + enumerated(words, "'"));
        return;
    }
    expected_.push_back(part);
    if (part == "inf" || part == "nan") {
        (part == "inf" ? infinite_ : nan_) = true;
    } else if (part.starts_with(">= ") || part.starts_with("> ")) {
        intervals_.push_back({bound(part.substr(part.find(' ') + 1)), infinite, part[1] == '=', false});
    } else if (part.starts_with("<= ") || part.starts_with("< ")) {
        intervals_.push_back({-infinite, bound(part.substr(part.find(' ') + 1)), false, part[1] == '='});
    } else {
        intervals_.push_back(bracket(part));
    }
}

Range::Interval Range::bracket(const std::string& part)
{
    const bool opened = part.starts_with('[') || part.starts_with('(');
    const bool closed = part.ends_with(']') || part.ends_with(')');
    const auto ends = split(opened && closed ? part.substr(1, part.size() - 2) : "", ", ");
    if (ends.size() != 2) {
        throw std::logic_error("range: '" + part + "' is not understood");
    }
    return {bound(ends[0]), bound(ends[1]), part.front() == '[', part.back() == ']'};
}

bool Range::Interval::holds(double number) const
{
    return (number > low || (with_low && number == low)) && (number < high || (with_high && number == high));
}

bool Range::holds(double number) const
{
    if (std::isnan(number)) {
        return nan_;
    }
    const auto inside = [&](const Interval& interval) { return interval.holds(number); };
    if (std::any_of(intervals_.begin(), intervals_.end(), inside) ||
        std::find(numbers_.begin(), numbers_.end(), number) != numbers_.end()) {
        return true;
    }
    const bool limited = !intervals_.empty() || !numbers_.empty();
    if (std::isinf(number)) {
        // A one-sided interval still decides which of the two infinities "or inf" means.
        return infinite_ &&
               (!limited || std::any_of(intervals_.begin(), intervals_.end(), [&](const auto& i) {
                   return number > 0 ? i.high == infinite : i.low == -infinite;
               }));
    }
    return !limited;
}

bool Range::holds(const std::string& text) const
{
    return words_.empty() || std::find(words_.begin(), words_.end(), text) != words_.end();
}

std::string Range::expected() const
{
    std::string all;
    for (const std::string& part : expected_) {
        all += (all.empty() ? "" : " or ") + part;
    }
    return all.empty() ? "a finite number" : all;
}

double Range::example(bool whole) const
{
    if (!numbers_.empty()) {
        return numbers_.front();
    }
    if (intervals_.empty()) {
        return 1.0;
    }
    const Interval& inside = intervals_.front();
    if (std::isinf(inside.high)) {
        return std::isinf(inside.low) ? 1.0 : inside.low + 1.0;
    }
    if (std::isinf(inside.low)) {
        return inside.high - 1.0;
    }
    const double middle = 0.5 * (inside.low + inside.high);
    return whole ? std::ceil(middle) : middle;
}

}  // namespace widelimit
