// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/atomic_file.hpp"

#include "widelimit/io/output_file.hpp"

#include <system_error>
#include <utility>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

void write_whole(const fs::path& path, const fs::path& reported_as, std::string_view text)
{
    OutputFile file = OutputFile::create(path, reported_as);
    file.write(text);
    file.close();
}

}  // namespace

Replacement::Replacement(fs::path path) : path_(std::move(path)), temporary_(path_)
{
    temporary_ += ".partial";
}

Replacement::~Replacement()
{
    if (!committed_) {
        std::error_code ignored;
        fs::remove(temporary_, ignored);
    }
}

void Replacement::commit()
{
    sync_to_disk(temporary_, path_);
    rename_over(temporary_, path_);
    committed_ = true;
    sync_to_disk(directory_of(path_), path_);
}

fs::path directory_of(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void write_atomically(const fs::path& path, std::string_view text)
{
    std::error_code ignored;
    const fs::file_type type = fs::status(path, ignored).type();
    const bool special = type == fs::file_type::character || type == fs::file_type::fifo ||
                         type == fs::file_type::block || type == fs::file_type::socket;
    if (special) {
        write_whole(path, path, text);
        return;
    }
    Replacement next(path);
    write_whole(next.temporary(), path, text);
    next.commit();
}

}  // namespace widelimit
