// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/literal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <utility>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

bool is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::string utf8(unsigned code)
{
    if (code < 0x80) {
        return {static_cast<char>(code)};
    }
    if (code < 0x800) {
        return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    }
    return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
}

class LiteralReader {
public:
    explicit LiteralReader(const std::string& text) : text_(text) {}

    Value whole()
    {
        Value value = any();
        blanks();
        check(at_ == text_.size(), "nothing more");
        return value;
    }

    std::vector<std::string> parts()
    {
        std::vector<std::string> all;
        while (at_ < text_.size()) {
            check(all.empty() || take('.'), "'.'");
            all.push_back(key());
        }
        return all;
    }

private:
    void check(bool good, const std::string& expected) const
    {
        if (!good) {
            throw std::logic_error("literal '" + text_ + "' at " + std::to_string(at_ + 1) + ": expected " +
                                   expected);
        }
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c)
    {
        const bool there = at_ < text_.size() && text_[at_] == c;
        at_ += there ? 1 : 0;
        return there;
    }

    void blanks()
    {
        while (peek() == ' ') {
            ++at_;
        }
    }

    Value any()
    {
        blanks();
        switch (peek()) {
            case '"':
            case '\'':
                return string();
            case '[':
                return list();
            case '{':
                return table();
            default:
                return scalar();
        }
    }

    std::string string()
    {
        const char quote = text_[at_++];
        std::string content;
        while (!take(quote)) {
            check(at_ < text_.size(), "a closing quote");
            const char c = text_[at_++];
            content += c == '\\' && quote == '"' ? escaped() : std::string{c};
        }
        return content;
    }

    std::string escaped()
    {
        static const std::string letters = "\"\\nt", meanings = "\"\\\n\t";
        const auto which = letters.find(peek());
        if (at_ < text_.size() && which != std::string::npos) {
            ++at_;
            return {meanings[which]};
        }
        check(take('u') && at_ + 4 <= text_.size(), "an escape sequence");
        unsigned code = 0;
        const char* const first = text_.data() + at_;
        check(std::from_chars(first, first + 4, code, 16).ptr == first + 4, "four hexadecimal digits");
        at_ += 4;
        return utf8(code);
    }

    Value list()
    {
        take('[');
        std::vector<Value> items;
        for (blanks(); !take(']'); blanks()) {
            check(items.empty() || take(','), "',' or ']'");
            items.push_back(any());
        }
        return items;
    }

    Value table()
    {
        take('{');
        Value whole = Value::table();
        for (blanks(); !take('}'); blanks()) {
            check(whole.entries().empty() || take(','), "',' or '}'");
            blanks();
            const std::string name = key();
            blanks();
            check(take('='), "'='");
            check(whole.find(name) == nullptr, "every key once");
            whole.set(name, any());
        }
        return whole;
    }

    std::string key()
    {
        if (peek() == '"' || peek() == '\'') {
            return string();
        }
        const std::size_t start = at_;
        while (is_bare(peek()) || peek() == '*') {
            ++at_;
        }
        check(at_ > start, "a key");
        return text_.substr(start, at_ - start);
    }

    Value scalar()
    {
        const std::size_t start = at_;
        while (is_bare(peek()) || peek() == '+' || peek() == '.') {
            ++at_;
        }
        const std::string word = text_.substr(start, at_ - start);
        if (word == "true" || word == "false") {
            return word == "true";
        }
        return numeric(word.substr(word.starts_with('+') && !word.starts_with("+-") ? 1 : 0));
    }

    Value numeric(const std::string& word) const
    {
        const char* const end = word.data() + word.size();
        Index integer = 0;
        if (const auto [stop, error] = std::from_chars(word.data(), end, integer);
            stop == end && error == std::errc()) {
            return integer;
        }
        double number = 0.0;
        const auto [stop, error] = std::from_chars(word.data(), end, number);
        check(!word.empty() && stop == end && error == std::errc(), "a value");
        return number;
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

std::string print_list(const Value& list)
{
    std::string all;
    for (const Value& item : list.list()) {
        all += (all.empty() ? "" : ", ") + print_literal(item);
    }
    return "[" + all + "]";
}

std::string print_table(const Value& table)
{
    std::string all;
    for (const Value::Entry& entry : table.entries()) {
        all += (all.empty() ? " " : ", ") + quoted_key(entry.key) + " = " + print_literal(entry.value);
    }
    return all.empty() ? "{}" : "{" + all + " }";
}

}  // namespace

Value parse_literal(const std::string& text)
{
    return LiteralReader(text).whole();
}

std::string print_literal(const Value& value)
{
    switch (value.kind()) {
        case Value::Kind::flag:
            return value.flag() ? "true" : "false";
        case Value::Kind::integer:
            return std::to_string(value.integer());
        case Value::Kind::number:
            return print_number(value.number());
        case Value::Kind::text:
            return quoted(value.text());
        case Value::Kind::list:
            return print_list(value);
        case Value::Kind::table:
            return print_table(value);
        case Value::Kind::none:
            break;
    }
    throw std::logic_error("a value without content cannot be printed");
}

std::string print_number(double number)
{
    if (!std::isfinite(number)) {
        return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    char buffer[32];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, number);
    std::string text(buffer, result.ptr);
    const auto exponent = text.find('e');
    if (exponent == std::string::npos) {
        return text.find('.') == std::string::npos ? text + ".0" : text;
    }
    const bool negative = text[exponent + 1] == '-';
    const auto digits = text.find_first_not_of("+-0", exponent + 1);
    return text.substr(0, exponent) + (negative ? "e-" : "e") + text.substr(digits);
}

std::string quoted(const std::string& text)
{
    std::string all = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            all += std::string("\\") + c;
        } else if (c == '\n' || c == '\t') {
            all += c == '\n' ? "\\n" : "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            char code[8];
            std::snprintf(code, sizeof code, "\\u%04X", static_cast<unsigned>(c));
            all += code;
        } else {
            all += c;
        }
    }
    return all + "\"";
}

std::string quoted_key(const std::string& key)
{
    return !key.empty() && std::all_of(key.begin(), key.end(), is_bare) ? key : quoted(key);
}

std::vector<std::string> key_parts(const std::string& dotted)
{
    return LiteralReader(dotted).parts();
}

std::string joined(const std::string& path, const std::string& part)
{
    return (path.empty() ? "" : path + ".") + quoted_key(part);
}

}  // namespace widelimit
