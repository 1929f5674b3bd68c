// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/products.hpp"

#include <boost/test/unit_test.hpp>

#include "support/random.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(products)

namespace {

Matrix random_matrix(Index rows, Index cols, unsigned seed)
{
    return test::random_field(rows * cols, -1.0, 1.0, seed).reshaped(rows, cols);
}

}  // namespace

/// Of parts of larger matrices too.
BOOST_AUTO_TEST_CASE(are_those_of_matrices)
{
    for (const Index rows : {1, 3, 16, 37}) {
        for (const Index columns : {0, 1, 2, 7, 8, 9, 23}) {
            const Matrix whole = random_matrix(rows + 5, columns, 1);
            const auto a = whole.middleRows(2, rows);
            const Field w = random_matrix(columns, 1, 2), c = random_matrix(rows, 1, 3);
            Field out = c;
            add_product(a, w, out);
            BOOST_TEST((out - (c + a * w)).cwiseAbs().maxCoeff() < 1e-14);
            Matrix sum = whole;
            add_outer_product(c, w, sum.middleRows(2, rows));
            Matrix expected = whole;
            expected.middleRows(2, rows) += c * w.transpose();
            BOOST_TEST((columns == 0 || (sum - expected).cwiseAbs().maxCoeff() < 1e-15));
            const Field across = transposed_product(a, c);
            BOOST_REQUIRE(across.size() == columns);
            BOOST_TEST((columns == 0 || (across - a.transpose() * c).cwiseAbs().maxCoeff() < 1e-14));
        }
        for (Index inner = 0; inner <= most_inner; ++inner) {
            const Matrix a = random_matrix(rows, inner, 4), whole = random_matrix(20, inner, 5);
            const auto b = whole.middleRows(3, 9);
            const Matrix product = a * b.transpose();
            BOOST_TEST((outer_product(a, b) - product).cwiseAbs().maxCoeff() < 1e-15 * 4.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(factors_have_to_fit)
{
    Field out = Field::Zero(3);
    BOOST_CHECK_THROW(add_product(Matrix::Zero(3, 2), Field::Zero(3), out), std::exception);
    BOOST_CHECK_THROW(transposed_product(Matrix::Zero(3, 2), Field::Zero(2)), std::exception);
    BOOST_CHECK_THROW(outer_product(Matrix::Zero(3, 5), Matrix::Zero(2, 5)), std::exception);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace widelimit
