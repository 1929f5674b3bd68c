// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/fft.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <thread>

#include "../support/random.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(transforms)

namespace {

const std::vector<std::vector<Index>> shapes = {{1},    {2},    {7},       {16},     {5, 6},
                                                {6, 5}, {1, 4}, {3, 4, 5}, {4, 3, 2}};

Field values_of(RealTransform& transform)
{
    return Eigen::Map<const Field>(transform.values(), transform.size());
}

void fill(RealTransform& transform, const Field& values)
{
    std::copy(values.begin(), values.end(), transform.values());
}

/// The sum that defines the transform, for all modes kept.
Eigen::VectorXcd definition(const std::vector<Index>& shape, const Field& values)
{
    const std::size_t rank = shape.size();
    Index modes = shape.back() / 2 + 1;
    for (std::size_t a = 0; a + 1 < rank; ++a) {
        modes *= shape[a];
    }
    Eigen::VectorXcd spectrum = Eigen::VectorXcd::Zero(modes);
    for (Index k = 0; k < modes; ++k) {
        for (Index i = 0; i < values.size(); ++i) {
            double turns = 0.0;
            for (Index a = static_cast<Index>(rank) - 1, mode = k, cell = i; a >= 0; --a) {
                const Index n = shape[static_cast<std::size_t>(a)];
                const Index kept = a + 1 == static_cast<Index>(rank) ? n / 2 + 1 : n;
                turns +=
                    static_cast<double>(mode % kept) * static_cast<double>(cell % n) / static_cast<double>(n);
                mode /= kept;
                cell /= n;
            }
            spectrum[k] += values[i] * std::polar(1.0, -2.0 * std::numbers::pi * turns);
        }
    }
    return spectrum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_transform_is_its_definition)
{
    for (const std::vector<Index>& shape : shapes) {
        RealTransform transform(shape);
        const Field values = random_field(transform.size(), -1.0, 1.0, 1);
        const Eigen::VectorXcd expected = definition(shape, values);
        BOOST_REQUIRE(transform.modes() == expected.size());
        BOOST_TEST(transform.row_modes() == shape.back() / 2 + 1);
        fill(transform, values);
        transform.forward();
        const Eigen::Map<const Eigen::VectorXcd> spectrum(transform.spectrum(), transform.modes());
        // The angles of the definition are off by up to 60 units of round-off.
        BOOST_TEST((spectrum - expected).cwiseAbs().maxCoeff() < 1e-13);
        BOOST_TEST((values_of(transform) == values));
    }
}

BOOST_AUTO_TEST_CASE(there_and_back_is_multiplication_by_the_size)
{
    for (const std::vector<Index>& shape : shapes) {
        RealTransform transform(shape);
        const Field values = random_field(transform.size(), -1.0, 1.0, 2);
        fill(transform, values);
        transform.forward();
        transform.backward();
        const double size = static_cast<double>(transform.size());
        BOOST_TEST((values_of(transform) / size - values).cwiseAbs().maxCoeff() < 1e-15);
    }
}

BOOST_AUTO_TEST_CASE(a_plane_wave_is_one_mode)
{
    RealTransform transform({6, 10});
    Field wave(60);
    for (Index i = 0; i < 60; ++i) {
        const double turns =
            4.0 * static_cast<double>(i / 10) / 6.0 + 3.0 * static_cast<double>(i % 10) / 10.0;
        wave[i] = std::cos(2.0 * std::numbers::pi * turns);
    }
    fill(transform, wave);
    transform.forward();
    for (Index k = 0; k < transform.modes(); ++k) {
        BOOST_TEST(std::abs(transform.spectrum()[k] - (k == 4 * 6 + 3 ? 30.0 : 0.0)) < 1e-13);
    }
}

BOOST_AUTO_TEST_CASE(squares_add_up_to_the_same)
{
    RealTransform transform({3, 4, 6});
    const Field values = random_field(transform.size(), -1.0, 1.0, 3);
    fill(transform, values);
    transform.forward();
    double sum = 0.0;
    for (Index k = 0; k < transform.modes(); ++k) {
        const Index last = k % 4;
        sum += (last == 0 || last == 3 ? 1.0 : 2.0) * std::norm(transform.spectrum()[k]);
    }
    BOOST_TEST(std::abs(sum / 72.0 - values.squaredNorm()) < 1e-14 * values.squaredNorm());
}

/// In single precision too, against the transform of whole arrays; odd rows, rows of fewer numbers than a
/// vector has, and long ones go other ways.
template <class Real>
void transforms_rows(Index size, double round_off)
{
    const Index modes = size / 2 + 1, pitch = modes + 3;
    const RowTransform<Real> transform(size, pitch);
    const Index most = transform.together();
    const Field values = random_field(most * size, -1.0, 1.0, 9);
    const auto in = new_reals<Real>(most * size), out = new_reals<Real>(most * size);
    const auto spectrum = new_modes<Real>(most * pitch), own = new_modes<Real>(most * pitch);
    RealTransform expected({size});
    for (const Index rows : {Index{1}, most}) {
        std::copy(values.begin(), values.end(), in.get());
        transform.forward(in.get(), spectrum.get(), rows);
        double error = 0.0;
        for (Index r = 0; r < rows; ++r) {
            std::copy_n(values.data() + r * size, size, expected.values());
            expected.forward();
            for (Index k = 0; k < modes; ++k) {
                const std::complex<double> mode(spectrum[r * pitch + k]);
                error = std::max(error, std::abs(mode - expected.spectrum()[k]));
            }
        }
        const double unit = round_off * std::sqrt(static_cast<double>(size));
        BOOST_TEST((most == 1 || (size % 2 == 0 && most == (sizeof(Real) == 8 ? 2 : 4))));
        BOOST_TEST((most > 1 || size % 2 == 1 || size >= 128));
        BOOST_TEST(error <= 8.0 * unit, "modes of " << rows << " rows of " << size);
        const std::vector<std::complex<Real>> before(spectrum.get(), spectrum.get() + rows * pitch);
        transform.backward(spectrum.get(), out.get(), own.get(), rows);
        BOOST_TEST(std::memcmp(before.data(), spectrum.get(), before.size() * sizeof before[0]) == 0);
        error = 0.0;
        for (Index i = 0; i < rows * size; ++i) {
            BOOST_TEST_REQUIRE(in[i] == static_cast<Real>(values[i]));
            error = std::max(error, std::abs(out[i] / static_cast<double>(size) - values[i]));
        }
        BOOST_TEST(error <= 16.0 * round_off, "values of " << rows << " rows of " << size);
    }
}

BOOST_AUTO_TEST_CASE(rows_alone_and_together)
{
    for (Index size = 1; size <= 70; ++size) {
        transforms_rows<double>(size, 1.2e-16);
        transforms_rows<float>(size, 6e-8);
    }
    for (const Index size : {256, 300, 1000, 4096, 4098}) {
        transforms_rows<double>(size, 1.2e-16);
        transforms_rows<float>(size, 6e-8);
    }
}

BOOST_AUTO_TEST_CASE(objects_in_several_threads_have_the_same_bits)
{
    const Field values = random_field(240 * 240, -1.0, 1.0, 4);
    std::vector<Field> results(4);
    std::vector<std::thread> threads;
    for (Field& result : results) {
        threads.emplace_back([&result, &values] {
            for (int repeat = 0; repeat < 5; ++repeat) {
                RealTransform first({240, 240});
                RealTransform transform = std::move(first);
                fill(transform, values);
                transform.forward();
                transform.backward();
                result = values_of(transform);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    BOOST_TEST((results[0] / values.size() - values).cwiseAbs().maxCoeff() < 1e-14);
    for (const Field& result : results) {
        BOOST_TEST((result == results[0]));
    }
}

BOOST_AUTO_TEST_CASE(plans_are_made_and_forgotten_in_several_threads)
{
    // Without a lock around the planner this crashes within the first hundred plans or so.
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([number] {
            for (Index size = 1; size <= 150; ++size) {
                RealTransform({1 + (size + 7 * number) % 31, size});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

BOOST_AUTO_TEST_CASE(smooth_sizes)
{
    std::vector<Index> smooth;
    for (Index a = 1; a <= 1024; a *= 2) {
        for (Index b = a; b <= 1024; b *= 3) {
            for (Index c = b; c <= 1024; c *= 5) {
                for (Index d = c; d <= 1024; d *= 7) {
                    smooth.push_back(d);
                }
            }
        }
    }
    std::sort(smooth.begin(), smooth.end());
    for (Index least = 1; least <= 1024; ++least) {
        BOOST_TEST(smooth_size(least) == *std::lower_bound(smooth.begin(), smooth.end(), least));
    }
    BOOST_CHECK_THROW(smooth_size(0), std::logic_error);
    BOOST_CHECK_THROW(RealTransform({}), std::logic_error);
    BOOST_CHECK_THROW(RealTransform({2, 2, 2, 2}), std::logic_error);
    BOOST_CHECK_THROW(RealTransform({0}), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
