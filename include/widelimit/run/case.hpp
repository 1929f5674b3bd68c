// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "widelimit/core/fft.hpp"
#include "widelimit/core/grid.hpp"
#include "widelimit/core/schema.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/problem/problem.hpp"
#include "widelimit/run/claim.hpp"
#include "widelimit/run/ensemble.hpp"
#include "widelimit/time/clock.hpp"
#include "widelimit/time/stepper.hpp"
#include "widelimit/weights/descent.hpp"

namespace widelimit {

/// Every key that a case file may contain, drop-ins included.
Schema case_schema();

/// When something is written: at 0 and the end, at the times of `at`, and logarithmically (`per_decade` from
/// `first` on) or evenly (`every`).
struct Timetable {
    double per_decade = 0.0;
    double first = 0.01;
    double every = 0.0;
    std::vector<double> at;

    /// Increasing, within [0, end].
    std::vector<double> times(double end) const;
};

struct GridOptions {
    std::vector<Axis> axes;
    Index subdivision = 0;  ///< of the sphere, which has no axes
    Matrix places;          ///< that centres move onto, there
    std::string flux;
    Planning plans = Planning::guessed;

    Grid make() const { return subdivision > 0 ? make_sphere(subdivision, places) : make_grid(axes); }
    /// The same with half the cells along every direction.
    GridOptions half() const;
};

struct TimeOptions {
    Clock::Limits limits;
    std::string stepper;
    StepperOptions stepping;
    double settle = 0.0;  ///< 0: never
};

struct ParticleOptions {
    std::vector<Index> widths;
    Index seeds = 10;
    std::uint64_t first_seed = 1;
    std::vector<std::string> starts;
    double end = 0.0;
    double step = 0.02;
    bool fixed = false;  ///< every step is `step`, but for events
    bool paths = false;  ///< keep neurons at all times
    Index batch = 0;     ///< rows a step; 0: all of them
    double momentum = 0.0;
    bool step_gap = false;  ///< also train by the flow itself, to see what finite steps change
    double per_decade = 10.0;
    std::string stepper;
    StepperOptions stepping;
    std::vector<double> at;  ///< times at which distances to the grid are reported
    Index slope_from = 100;
    bool resolution = true;
    /// Given: full networks trained on fresh data, in place of the particles of the reduced problem.
    std::optional<OnlineOptions> online;
};

/// Predictions of what finite networks do around the solution on the grid.
struct FluctuationOptions {
    std::vector<double> at;
    bool bias = true;
    Index columns = 0;  ///< random ones for the bias; 0: as many as there are masses
    std::uint64_t seed = 1;
};

/// Seeds of a [descent].
struct DescentOptions {
    Index seeds = 1;
    std::uint64_t first_seed = 1;
};

/// First-order methods over frozen neurons, beside a flow.
struct BaselineOptions {
    std::vector<std::string> methods;
    Index passes = 200;
    double ridge = 0.0;
    std::uint64_t seed = 1;
};

struct OutputOptions {
    Timetable series, snapshots;
    std::vector<std::string> metrics;
    double checkpoint = 60.0, progress = 60.0;
    Index curve = 200, plane = 60;
    bool certificate = false, kernel = false;
    double kernel_penalty = 0.0;
    Index exact_width = 0;
    std::optional<BaselineOptions> baselines;
};

struct StudyOptions {
    std::vector<std::string> keys;
    std::vector<std::vector<Value>> levels;  ///< one value a key, level by level

    bool empty() const { return levels.empty(); }
};

/// The typed content of a case file.  Reading checks everything that can be checked before any computation.
class Case {
public:
    /// Reads the file and merges the overrides ("key=value").
    static Value tree(const std::string& path, const std::vector<std::string>& overrides);

    Case(Value tree, std::string case_name) : Case(std::move(tree), std::move(case_name), false) {}
    /// One level of the study, from 0; the constructor has read them all.
    Case level(std::size_t k) const;

    std::string name, title;
    bool slow = false;
    std::optional<Data> data, test;
    Problem problem;
    std::optional<GridOptions> grid;
    std::optional<ParticleOptions> particles;
    std::optional<FluctuationOptions> fluctuations;
    /// A training of weights in the place of problem, grid and particles; null: none.
    std::shared_ptr<const Descent> descent;
    DescentOptions descent_options;
    TimeOptions time;
    OutputOptions output;
    StudyOptions study;
    std::vector<Claim> claims;

    /// The whole case with every default, and what was derived from [network], as comments on top.
    std::string resolved() const;
    /// The same without comments, keys in alphabetical order: equal for cases that say the same.
    std::string canonical() const;
    /// What must not change over a restart: `canonical` without time.end, [output], [[claim]], [figure] and
    /// [case], and with a digest of the data in the place of the name of their file.
    std::string fingerprint() const;
    const Value& source() const { return source_; }

private:
    /// The claims of a level of a study are about the whole study.
    Case(Value tree, std::string case_name, bool of_level);

    void read_measure(const Settings& root);
    void read_descent(const Settings& root);
    void read_grid(const Settings& root);
    void read_time(const Settings& root);
    void read_particles(const Settings& root);
    void read_online(const Settings& section);
    void read_fluctuations(const Settings& root);
    void read_batch(const Settings& section);
    void read_momentum(const Settings& section);
    void read_step_gap(const Settings& section);
    void read_particle_stepper(const Settings& section);
    void read_output(const Settings& root);
    void read_study(const Settings& root);
    std::string derived() const;

    Value source_, resolved_;
};

/// Reads [data]: a CSV file or rows in the case itself.  Relative paths lie beside the case file.
Data read_data(const Settings& section);

/// Last component of a path without its extension.
std::string stem_of(const std::string& path);

}  // namespace widelimit
