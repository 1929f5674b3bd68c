// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/shape.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

using Kind = Value::Kind;

const std::map<std::string, std::string>& meanings()
{
    static const std::map<std::string, std::string> all = {
        {"number", "a number"},
        {"integer", "an integer"},
        {"flag", "true or false"},
        {"text", "a string"},
        {"numbers", "a list of numbers"},
        {"texts", "a list of strings"},
        {"matrix", "a list of equally long lists of numbers"},
        {"table", "a table"},
        {"tables", "a list of tables"},
        {"named", "a string or a table"},
        {"any", "anything"},
    };
    return all;
}

const std::string& element_of(const std::string& list)
{
    static const std::map<std::string, std::string> all = {
        {"numbers", "number"}, {"texts", "text"}, {"matrix", "numbers"}, {"tables", "table"}};
    static const std::string none;
    const auto found = all.find(list);
    return found == all.end() ? none : found->second;
}

bool fits_scalar(const std::string& alternative, const Value& value)
{
    switch (value.kind()) {
        case Kind::flag:
            return alternative == "flag";
        case Kind::integer:
            return alternative == "integer" || alternative == "number";
        case Kind::number:
            return alternative == "number";
        case Kind::text:
            return alternative == "text" || alternative == "named";
        case Kind::table:
            return alternative == "table" || alternative == "named";
        default:
            return false;
    }
}

const Value* misfit_of(const std::string& alternative, const Value& value)
{
    const std::string& element = element_of(alternative);
    if (alternative == "any") {
        return nullptr;
    }
    if (element.empty() || !value.is(Kind::list)) {
        return fits_scalar(alternative, value) ? nullptr : &value;
    }
    for (const Value& item : value.list()) {
        if (const Value* inner = misfit_of(element, item)) {
            return inner;
        }
        if (alternative == "matrix" && item.list().size() != value.list().front().list().size()) {
            return &item;
        }
    }
    return nullptr;
}

}  // namespace

Shape::Shape(const std::string& text)
{
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, '|');) {
        if (word.starts_with("named:")) {
            name_key_ = word.substr(6);
            word = "named";
        }
        if (!meanings().contains(word) || (word == "named" && name_key_.empty())) {
            throw std::logic_error("type '" + text + "' is not understood");
        }
        alternatives_.push_back(word);
    }
    expects(!alternatives_.empty(), "a type");
}

const Value* Shape::misfit(const Value& value) const
{
    const Value* found = &value;
    for (const std::string& alternative : alternatives_) {
        const Value* inner = misfit_of(alternative, value);
        if (inner == nullptr) {
            return nullptr;
        }
        // The element of a list says more than the list.
        found = inner == &value ? found : inner;
    }
    return found;
}

void Shape::normalise(Value& value) const
{
    if (name_key_.empty() || !value.is(Kind::text)) {
        return;
    }
    Value whole = Value::table();
    whole.place = value.place;
    whole.set(name_key_, std::move(value));
    value = std::move(whole);
}

bool Shape::admits(const std::string& alternative) const
{
    return std::find(alternatives_.begin(), alternatives_.end(), alternative) != alternatives_.end();
}

std::string Shape::expected() const
{
    std::string all;
    for (const std::string& alternative : alternatives_) {
        all += (all.empty() ? "" : " or ") + meanings().at(alternative);
    }
    return all;
}

std::string Shape::documented() const
{
    std::string all;
    for (const std::string& alternative : alternatives_) {
        all += all.empty() ? "" : " or ";
        all += alternative == "named" ? "text or table with `" + name_key_ + "`" : alternative;
    }
    return all;
}

}  // namespace widelimit
