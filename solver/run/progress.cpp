// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "widelimit/run/meter.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

class Progress : public Observer {
public:
    Progress(const std::string& name, double interval) : meter_(name, interval) {}

    void observe(Clock& clock, const Field&) override
    {
        if (meter_.due()) {
            meter_.show(clock.time() / clock.end(),
                        fmt::format("t = {:.4g} of {:.4g}, step {}, dt {:.2g}", clock.time(), clock.end(),
                                    clock.step(), clock.last_dt()));
        }
    }

private:
    Meter meter_;
};

}  // namespace

std::unique_ptr<Observer> make_progress(const std::string& name, double interval)
{
    return std::make_unique<Progress>(name, interval);
}

}  // namespace widelimit
