//===- AnalysisFileTest.cpp - Analyses as JSON ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/results/AnalysisFile.h"
#include "test/Replaced.h"
#include "test/analysis/plan/TestUnits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::HasSubstr;

namespace {

Analysis makeTestAnalysis() {
  Analysis analysis =
      makeAnalysis(makeTestUnits(), {32, 7, "00112233445566ff"});
  analysis.sensitivityMode = "exact";
  analysis.baseline = "w8a8";
  analysis.foldedAt = "w4a4";
  analysis.measuredOn = "views";
  analysis.relevanceOf = "label";
  analysis.joint = {{false, 3, 0.5, 0.25, 1.5, 0.75}, {true, 4, 0, 0, 0, 0}};
  analysis.conservation = {{"head", 1.0, 1.25}, {"q", 0.99999, 8.5}};
  analysis.relevanceEnds = {{"image", 0.75}, {"pos_embed", 0.25}};
  analysis.relevanceLosses = {{"linear", 1e-9}};
  analysis.units[1].relevance = {{"gradient", 0.25}, {"positive", 0.5}};
  analysis.units[1].operands[0].range = Extremes{-1.5, 2};
  analysis.units[1].operands[0].sensitivity[3] = {0.125, 0.75, 0.5};
  analysis.units[3].operands[1].sensitivity[8] = {0, 0, 1};
  return analysis;
}

TEST(AnalysisFile, RoundTrips) {
  const std::string text = writeAnalysis(makeTestAnalysis());
  auto read = parseAnalysis(text, "a.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(writeAnalysis(*read), text);
  EXPECT_EQ(read->units[1].operands[0].sensitivity.at(3).featureError, 0.75);
  EXPECT_EQ(read->units[1].operands[0].range->least, -1.5);
  EXPECT_EQ(read->model.units[4].boundary, Boundary::Output);
  EXPECT_EQ(read->relevanceEnds[1].name, "pos_embed");
  EXPECT_EQ(read->relevanceLosses[0].relevance, 1e-9);
  ASSERT_EQ(read->joint.size(), 2u);
  EXPECT_TRUE(!read->joint[0].isWeight && read->joint[1].isWeight);
  EXPECT_EQ(read->joint[0].bits, 3u);
  EXPECT_EQ(read->joint[0].divergenceSum, 0.25);
  EXPECT_EQ(read->joint[0].featureErrorSum, 0.75);
  EXPECT_EQ(read->measuredOn, "views");
  EXPECT_EQ(read->relevanceOf, "label");
  EXPECT_TRUE(read->calibration == makeTestAnalysis().calibration);
  EXPECT_THAT(text, HasSubstr(R"(
  {"name":"q","kind":"linear","parameters":100,"macs":1000,"relevance":{"gradient":0.25,"positive":0.5},
   "operands": [
    {"role":"activation","tensor":3,"range":[-1.5,2.0],"sensitivity":{"3":{"kl":0.125,"feature_error":0.75,"agreement":0.5}}},
    {"role":"weight","tensor":4}]},)"));
}

/// The error for an analysis in which one text is another.
std::string errorWith(const char *from, const char *to) {
  const std::string text =
      test::replaced(writeAnalysis(makeTestAnalysis()), from, to);
  return std::string(parseAnalysis(text, "a.json").status().message());
}

TEST(AnalysisFile, NamesTheEntryThatIsWrong) {
  EXPECT_EQ(errorWith("mixq-analysis", "mixq-plan"),
            "a.json: 'format' expects \"mixq-analysis\", found \"mixq-plan\"");
  EXPECT_THAT(errorWith("\"version\": 3", "\"version\": 2"),
              HasSubstr("'version' expects an integer in [3, 3], found 2"));
  EXPECT_THAT(errorWith("\"kl\":0.125", "\"kl\":-1"),
              HasSubstr("'units[q].operands[activation].sensitivity.3.kl' "
                        "expects a number in [0, "));
  EXPECT_THAT(errorWith("{\"3\":", "{\"1\":"),
              HasSubstr("key 'units[q].operands[activation].sensitivity.1' is "
                        "unknown"));
  EXPECT_THAT(errorWith("\"agreement\":0.5", "\"agreement\":1.5"),
              HasSubstr("agreement' expects a number in [0, 1], found 1.5"));
  EXPECT_THAT(errorWith("\"name\":\"k\"", "\"name\":\"q\""),
              HasSubstr("'units[q].name' expects each unit once"));
  EXPECT_THAT(errorWith("\"role\":\"lhs\"", "\"role\":\"weight\""),
              HasSubstr("'units[qk].operands' expects two, with roles"));
  EXPECT_THAT(errorWith("\"parameters\":0", "\"parameters\":5"),
              HasSubstr("'units[qk].parameters' expects a positive number "
                        "exactly with a weight"));
  EXPECT_THAT(errorWith("\"macs\":500", "\"macs\":-500"),
              HasSubstr("'units[qk].macs' expects an integer"));
  EXPECT_THAT(errorWith("\"boundary\":\"input\"", "\"boundary\":\"top\""),
              HasSubstr("'units[patch_embed].boundary' expects"));
  EXPECT_THAT(errorWith("0123456789abcdef", "0123"),
              HasSubstr("'model.hash' expects sixteen hexadecimal digits"));
  EXPECT_THAT(errorWith("\"images\":32", "\"images\":0"),
              HasSubstr("'calibration.images' expects"));
  EXPECT_THAT(errorWith("\"exact\"", "\"guess\""),
              HasSubstr("'sensitivity.mode': \"guess\" is not supported"));
  EXPECT_THAT(errorWith("\"gradient\":0.25", "\"gradient\":\"x\""),
              HasSubstr("'units[q].relevance.gradient' expects a number"));
  EXPECT_THAT(errorWith("\"tensor\":4", "\"tensor\":4.5"),
              HasSubstr("tensor' expects an integer"));
}

TEST(AnalysisFile, IsOfOneModel) {
  const Analysis analysis = makeTestAnalysis();
  EXPECT_TRUE(checkModel(analysis, analysis.model.model, "a.json").ok());
  EXPECT_EQ(
      checkModel(analysis, {"other", "ffffffffffffffff"}, "a.json").message(),
      "a.json: the analysis is of another model: expects 'other' with "
      "hash ffffffffffffffff, found 'tiny' with 0123456789abcdef");
}

} // namespace
