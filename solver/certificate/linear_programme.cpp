// SPDX-License-Identifier: BSD-3-Clause
#include "linear_programme.hpp"

#include <glpk.h>

#include <vector>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// Rational arithmetic takes seconds from twice as many on.
constexpr int most_exact_rows = 12;

}  // namespace

struct LinearProgramme::Handle {
    glp_prob* problem = glp_create_prob();
    ~Handle() { glp_delete_prob(problem); }
};

LinearProgramme::LinearProgramme(Goal goal) : handle_(std::make_unique<Handle>())
{
    glp_term_out(GLP_OFF);
    glp_set_obj_dir(handle_->problem, goal == Goal::least ? GLP_MIN : GLP_MAX);
}

LinearProgramme::~LinearProgramme() = default;

void LinearProgramme::add_row(RowKind kind, double bound)
{
    const int row = glp_add_rows(handle_->problem, 1);
    const int type = kind == RowKind::at_least ? GLP_LO : kind == RowKind::at_most ? GLP_UP : GLP_FX;
    glp_set_row_bnds(handle_->problem, row, type, bound, bound);
}

void LinearProgramme::add_column(const Field& coefficients, double cost, bool free)
{
    expects(coefficients.size() == glp_get_num_rows(handle_->problem), "a coefficient a row");
    const int column = glp_add_cols(handle_->problem, 1);
    glp_set_col_bnds(handle_->problem, column, free ? GLP_FR : GLP_LO, 0.0, 0.0);
    glp_set_obj_coef(handle_->problem, column, cost);
    std::vector<int> rows(1, 0);
    std::vector<double> values(1, 0.0);
    for (Index i = 0; i < coefficients.size(); ++i) {
        if (coefficients[i] != 0.0) {
            rows.push_back(static_cast<int>(i) + 1);
            values.push_back(coefficients[i]);
        }
    }
    glp_set_mat_col(handle_->problem, column, static_cast<int>(rows.size()) - 1, rows.data(), values.data());
}

bool LinearProgramme::solve(bool exactly)
{
    glp_smcp settings;
    glp_init_smcp(&settings);
    settings.msg_lev = GLP_MSG_OFF;
    // The simplex method may cycle where columns are nearly alike: then from the start, less strictly.
    settings.it_lim = 1000 + 20 * (glp_get_num_rows(handle_->problem) + glp_get_num_cols(handle_->problem));
    glp_factorize(handle_->problem);
    for (const double tolerance : {1e-11, 1e-9, 1e-7}) {
        settings.tol_bnd = settings.tol_dj = tolerance;
        if (glp_simplex(handle_->problem, &settings) == 0) {
            break;
        }
        glp_std_basis(handle_->problem);
    }
    if (exactly && glp_get_num_rows(handle_->problem) <= most_exact_rows) {
        glp_init_smcp(&settings);
        settings.msg_lev = GLP_MSG_OFF;
        glp_exact(handle_->problem, &settings);
    }
    return glp_get_prim_stat(handle_->problem) == GLP_FEAS;
}

Field LinearProgramme::columns() const
{
    Field values(glp_get_num_cols(handle_->problem));
    for (Index j = 0; j < values.size(); ++j) {
        values[j] = glp_get_col_prim(handle_->problem, static_cast<int>(j) + 1);
    }
    return values;
}

Field LinearProgramme::row_prices() const
{
    Field prices(glp_get_num_rows(handle_->problem));
    for (Index i = 0; i < prices.size(); ++i) {
        prices[i] = glp_get_row_dual(handle_->problem, static_cast<int>(i) + 1);
    }
    return prices;
}

}  // namespace widelimit
