//===- ReportTest.cpp - Tables and pages ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/report/HtmlReport.h"
#include "analysis/report/Tables.h"
#include "test/analysis/allocation/TestAnalysis.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

PlannedBits makePlanned(const Analysis &analysis) {
  return *planBits(analysis, requestOf(*parsePrecision("mp4")),
                   /*explain=*/true);
}

TEST(Tables, ColumnsAlign) {
  EXPECT_EQ(alignColumns({{"unit", "n"}, {"a", "10"}, {"long name", "3"}}),
            "unit        n\n"
            "a          10\n"
            "long name   3\n");
}

TEST(Tables, AnalysisSaysWhatIsMissing) {
  Analysis analysis = makeTestAnalysis();
  EXPECT_THAT(describeAnalysis(analysis),
              Not(HasSubstr("have no sensitivity yet")));
  analysis.units[1].operands[0].sensitivity.clear();
  analysis.units[1].relevance["positive"] = 0.5;
  EXPECT_THAT(describeAnalysis(analysis),
              AllOf(HasSubstr("1 operands have no sensitivity yet"),
                    HasSubstr("relevance, positive")));
}

TEST(Tables, PlanHasUnitsTotalsAndFront) {
  const Analysis analysis = makeTestAnalysis();
  EXPECT_THAT(describePlan(makePlanned(analysis)),
              AllOf(HasSubstr("patch_embed  w8 a8"), HasSubstr("\nsize "),
                    HasSubstr("\nBitOps "), HasSubstr(", binds"),
                    HasSubstr("Pareto front"), HasSubstr("x 1 ")));
}

TEST(HtmlReport, HasEveryPart) {
  Analysis analysis = makeTestAnalysis();
  analysis.model.model.name = "<b>&\"tiny\"";
  analysis.conservation = {{"head", 1, 1.25}};
  for (UnitResults &unit : analysis.units)
    unit.relevance["positive"] = 1;
  const PlannedBits planned = makePlanned(analysis);
  const std::string page =
      writeHtml({analysis, &planned, {{"fp32", 69.8, 5000, 1136, 3235840}}});
  EXPECT_THAT(page, AllOf(HasSubstr("&lt;b&gt;&amp;&quot;tiny&quot;"),
                          HasSubstr("<h2>Accuracy</h2>"), HasSubstr("69.80"),
                          HasSubstr("<h2>Pareto front</h2>"),
                          HasSubstr("<h2>Conservation of relevance</h2>"),
                          HasSubstr("</html>"), Not(HasSubstr("<b>"))));
}

TEST(HtmlReport, LeavesOutWhatIsNotThere) {
  const Analysis analysis = makeAnalysis(makeTestUnits(), {});
  const std::string page = writeHtml({analysis, nullptr, {}});
  EXPECT_THAT(page, AllOf(HasSubstr("<h2>Units</h2>"), Not(HasSubstr("nan")),
                          Not(HasSubstr("<h2>Totals</h2>")),
                          Not(HasSubstr("<h2>Accuracy</h2>"))));
}

} // namespace
