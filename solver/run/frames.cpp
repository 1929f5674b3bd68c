// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/frames.hpp"

#include <fmt/format.h>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// A record of a variable; nothing if it should have no numbers.
Field record(const NetcdfReader& file, Index frame, const std::string& variable, Index size)
{
    Field values = size > 0 ? file.read(variable, frame) : Field();
    if (values.size() != size) {
        throw ConfigError(
            fmt::format("fields.nc: '{}' holds {} numbers a frame, the case of this run {}: it is of "
                        "another grid; run the case again with --force",
                        variable, values.size(), size));
    }
    return values;
}

}  // namespace

Field state_of_frame(const NetcdfReader& file, Index frame, const Grid& grid, const Layout& layout)
{
    const Field density = record(file, frame, "density", layout.channels * layout.cells);
    const Field atoms = record(file, frame, "atom", layout.channels * layout.points);
    Field state = Field::Zero(layout.size());
    for (Index c = 0; c < layout.channels; ++c) {
        auto channel = layout.channel(state, c);
        channel.head(layout.cells) =
            density.segment(c * layout.cells, layout.cells).cwiseProduct(grid.volumes().head(layout.cells));
        if (layout.points > 0) {
            channel.tail(layout.points) = atoms.segment(c * layout.points, layout.points);
        }
    }
    return state;
}

}  // namespace widelimit
