// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/io/netcdf.hpp"

#include <vector>

/// A file of frames whose every number follows from its place, so that reading can check all of them.
namespace frames {

using namespace widelimit;

constexpr Index angles = 1000;

inline Field angle()
{
    return Field::LinSpaced(angles, 0.0, 6.0);
}

inline Field density(Index frame)
{
    const auto first = static_cast<double>(frame);
    return Field::LinSpaced(2 * angles, first, first + 0.5);
}

inline void append(NetcdfWriter& file, Index frame)
{
    const Field values = density(frame);
    const auto number = static_cast<double>(frame);
    file.append({{"time", 0.1 * number}, {"step", 10.0 * number}, {"density", values}});
}

inline void define(NetcdfWriter& file)
{
    file.record_dimension("time");
    file.dimension("sign", 2);
    file.dimension("angle", angles);
    file.variable("time", {"time"}, {{"units", "1"}, {"axis", "T"}});
    file.variable("step", {"time"}, {}, NetcdfType::integer);
    file.variable("density", {"time", "sign", "angle"},
                  {{"long_name", "density of neurons"}, {"scale", 0.5}, {"order", 2}});
    file.variable("angle", {"angle"}, {{"units", "radian"}});
    file.variable("charge", {"sign"}, {}, NetcdfType::integer);
    file.variable("total", {});
    file.attribute("title", "two signs on a circle");
    file.attribute("seed", std::int64_t{1} << 60);
    file.end_definitions();
    const Field centres = angle();
    file.put("angle", centres);
    file.put("total", 0.75);
    file.put_integers("charge", std::vector<int>{1, -1});
}

inline NetcdfWriter write(const std::filesystem::path& path, Index count)
{
    NetcdfWriter file(path);
    define(file);
    for (Index frame = 0; frame < count; ++frame) {
        append(file, frame);
    }
    return file;
}

inline bool same(const Field& read, const Field& written)
{
    return read.size() == written.size() && read == written;
}

/// The number of frames, or -1 if anything in the file is not as written.
inline Index whole_frames(const std::filesystem::path& path)
{
    const NetcdfReader file(path);
    bool right = same(file.read("angle"), angle()) && same(file.read("total"), Field::Constant(1, 0.75)) &&
                 file.read_integers("charge") == std::vector<int>{1, -1};
    const Field times = file.read("time");
    const std::vector<int> steps = file.read_integers("step");
    for (Index frame = 0; frame < file.records(); ++frame) {
        right = right && same(file.read("density", frame), density(frame));
        right = right && times[frame] == 0.1 * static_cast<double>(frame);
        right = right && steps[static_cast<std::size_t>(frame)] == 10 * frame;
    }
    return right ? file.records() : -1;
}

}  // namespace frames
