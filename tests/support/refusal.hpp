// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/core/error.hpp"

/// The message of the ConfigError that `action` throws; "accepted" if it throws none.
template <typename Action>
std::string refusal(Action action)
{
    try {
        action();
    } catch (const widelimit::ConfigError& error) {
        return error.what();
    }
    return "accepted";
}
