// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/toml_guard.hpp"

#include <cctype>
#include <cstddef>

#include "widelimit/core/value.hpp"

namespace widelimit {
namespace {

/// Walks over a TOML text knowing only strings, comments and brackets.
class Guard {
public:
    Guard(const std::string& text, const std::string& name) : text_(text), name_(name) {}

    void walk()
    {
        skip_byte_order_mark();
        while (at_ < text_.size()) {
            step();
        }
    }

private:
    [[noreturn]] void fail(const std::string& message) const
    {
        int line = 1, column = 1;
        for (std::size_t i = 0; i < at_; ++i) {
            line += text_[i] == '\n' ? 1 : 0;
            column = text_[i] == '\n' ? 1 : column + 1;
        }
        refuse({name_, line, column}, message);
    }

    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }

    void skip_byte_order_mark() { at_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

    void step()
    {
        const char c = text_[at_];
        if (c == '#') {
            skip_line();
        } else if (c == '"' || c == '\'') {
            skip_string(c);
            line_start_ = false;
        } else {
            read(c);
            ++at_;
            line_start_ = c == '\n' || (line_start_ && (c == ' ' || c == '\t' || c == '\r'));
        }
    }

    void read(char c)
    {
        if (c == '\0') {
            fail("a NUL byte: not a text file");
        }
        if (c == '[' && line_start_ && depth_ == 0) {
            check_header();
        }
        depth_ += c == '[' || c == '{' ? 1 : 0;
        depth_ -= (c == ']' || c == '}') && depth_ > 0 ? 1 : 0;
        const bool separates =
            c == '\n' || c == '=' || c == ',' || c == '[' || c == '{' || c == ']' || c == '}';
        dots_ = separates ? 0 : dots_ + (c == '.' ? 1 : 0);
        if (depth_ > deepest_nesting || dots_ > deepest_nesting) {
            fail("nested deeper than " + std::to_string(deepest_nesting) + " levels");
        }
    }

    void check_header() const
    {
        std::size_t ahead = peek(1) == '[' ? 2 : 1;
        while (peek(ahead) == ' ' || peek(ahead) == '\t') {
            ++ahead;
        }
        const auto first = static_cast<unsigned char>(peek(ahead));
        if (std::isalnum(first) == 0 && first != '_' && first != '-' && first != '"' && first != '\'') {
            fail("expected the name of a section after '['");
        }
    }

    void skip_line()
    {
        while (at_ < text_.size() && text_[at_] != '\n') {
            check_nul();
            ++at_;
        }
    }

    void skip_string(char quote)
    {
        const bool multiline = peek(1) == quote && peek(2) == quote;
        const std::size_t width = multiline ? 3 : 1;
        at_ += width;
        while (at_ < text_.size() && !(text_[at_] == '\n' && !multiline)) {
            check_nul();
            if (text_.compare(at_, width, std::string(width, quote)) == 0) {
                at_ += width;
                return;
            }
            at_ += text_[at_] == '\\' && quote == '"' && peek(1) != '\n' ? 2 : 1;
        }
    }

    void check_nul() const
    {
        if (text_[at_] == '\0') {
            fail("a NUL byte: not a text file");
        }
    }

    const std::string& text_;
    const std::string& name_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int dots_ = 0;
    bool line_start_ = true;
};

}  // namespace

void refuse_hostile(const std::string& text, const std::string& name)
{
    Guard(text, name).walk();
}

}  // namespace widelimit
