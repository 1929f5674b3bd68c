// SPDX-License-Identifier: BSD-3-Clause
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/run/build_info.hpp"

namespace widelimit {
namespace {

int run_program(const std::vector<std::string>& words)
{
    std::vector<char*> argv;
    for (const std::string& word : words) {
        argv.push_back(const_cast<char*>(word.c_str()));
    }
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        execv(argv[0], argv.data());
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return child < 0 || !WIFEXITED(status) ? 127 : WEXITSTATUS(status);
}

}  // namespace

int plot_command(const Arguments& arguments)
{
    const BuildInfo& build = build_info();
    if (build.python.empty()) {
        throw ConfigError(
            "no Python with numpy, xarray, netCDF4 and matplotlib was found when widelimit was built; "
            "install python3-matplotlib python3-xarray python3-netcdf4 and configure again");
    }
    std::vector<std::string> words = {build.python, build.figures + "/plot.py"};
    words.insert(words.end(), arguments.targets.begin(), arguments.targets.end());
    if (!arguments.kind.empty()) {
        words.insert(words.end(), {"--kind", arguments.kind});
    }
    if (!arguments.out.empty()) {
        words.insert(words.end(), {"--out", arguments.out});
    }
    if (arguments.json) {
        words.push_back("--json");
    }
    const int code = run_program(words);
    if (code == 127) {
        throw ConfigError("cannot start " + build.python + ": " + std::strerror(errno));
    }
    return code;
}

}  // namespace widelimit
