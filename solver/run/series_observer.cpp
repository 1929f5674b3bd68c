// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <optional>

#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/series.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

class SeriesObserver : public Observer {
public:
    SeriesObserver(const std::string& directory, std::vector<double> times, std::vector<std::string> metrics,
                   RowOf row)
        : path_(directory + "/series.csv"),
          times_(std::move(times)),
          metrics_(std::move(metrics)),
          row_(std::move(row))
    {}

    double next_event(double time) const override { return next_after(times_, time); }

    void start(Clock& clock, const Field& state) override
    {
        if (!writer_) {
            writer_.emplace(path_, columns());
            write(clock, state);
        }
    }
    void observe(Clock& clock, const Field& state) override
    {
        if (std::binary_search(times_.begin(), times_.end(), clock.time())) {
            write(clock, state);
        }
    }
    /// A run that settled ends with a row of its own; one that was interrupted goes on where it stopped.
    void finish(Clock& clock, const Field& state) override
    {
        if (last_ != clock.time() && interrupted() == 0) {
            write(clock, state);
        }
    }
    void close() override { writer_->close(); }
    void save(Checkpoint& checkpoint) const override
    {
        writer_->sync();
        checkpoint.integers["series.rows"] = writer_->rows();
        checkpoint.numbers["series.last"] = last_;
    }
    void restore(const Checkpoint& checkpoint) override
    {
        const Index rows = checkpoint.integers.at("series.rows");
        writer_.emplace(SeriesWriter::reopen(path_, rows));
        if (writer_->columns() != columns()) {
            writer_->close();
            write_anew(read_series(path_));
            writer_.emplace(SeriesWriter::reopen(path_, rows));
        }
        last_ = checkpoint.numbers.at("series.last");
    }

private:
    std::vector<std::string> columns() const
    {
        std::vector<std::string> names = {"time", "step", "dt"};
        names.insert(names.end(), metrics_.begin(), metrics_.end());
        return names;
    }

    /// Columns that were asked for since then are NaN in the rows there are.
    void write_anew(const Series& before) const
    {
        Replacement next(path_);
        SeriesWriter writer(next.temporary(), columns());
        for (Index row = 0; row < before.columns.rows(); ++row) {
            std::vector<double> numbers;
            for (const std::string& name : columns()) {
                const auto found = std::find(before.names.begin(), before.names.end(), name);
                numbers.push_back(found == before.names.end()
                                      ? std::nan("")
                                      : before.columns(row, found - before.names.begin()));
            }
            writer.append(numbers);
        }
        writer.close();
        next.commit();
    }

    void write(const Clock& clock, const Field& state)
    {
        std::vector<double> row = {clock.time(), static_cast<double>(clock.step()), clock.last_dt()};
        const std::vector<double> measured = row_(clock, state);
        row.insert(row.end(), measured.begin(), measured.end());
        writer_->append(row);
        writer_->flush();
        last_ = clock.time();
    }

    std::string path_;
    std::vector<double> times_;
    std::vector<std::string> metrics_;
    RowOf row_;
    mutable std::optional<SeriesWriter> writer_;
    double last_ = -1.0;
};

}  // namespace

std::unique_ptr<Observer> make_series(const std::string& directory, std::vector<double> times,
                                      std::vector<std::string> metrics, RowOf row)
{
    return std::make_unique<SeriesObserver>(directory, std::move(times), std::move(metrics), std::move(row));
}

std::unique_ptr<Observer> make_series(const Case& c, GridFlow& flow, const ClassicalClock* classical,
                                      const KernelRegime* kernel, const std::string& directory)
{
    std::vector<std::string> metrics = series_columns();
    metrics.insert(metrics.end(), c.output.metrics.begin(), c.output.metrics.end());
    const auto row = [&c, &flow, classical, kernel, metrics](const Clock& clock, const Field& state) {
        flow.prepare(state, clock.time());
        Look look{flow, state, clock.time()};
        if (classical != nullptr) {
            look.log_classical_time = classical->log_time();
        }
        look.kernel = kernel;
        look.of = &c;
        std::vector<double> values;
        for (const std::string& metric : metrics) {
            values.push_back(measure(metric, look));
        }
        return values;
    };
    return make_series(directory, c.output.series.times(c.time.limits.end), metrics, row);
}

}  // namespace widelimit
