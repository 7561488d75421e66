//===- CommandTest.cpp - Tests of the commands ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The subcommands of mixq, run in this process: what they print, write and
// return. The module computes 2 * (input + bias); see TestModule.h.
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Command.h"

#include <filesystem>
#include <fstream>

#include "runtime/File.h"
#include "runtime/Npy.h"
#include "test/runtime/TestModule.h"
#include "test/runtime/image/TestImages.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::elements;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

struct Result {
  int code;
  std::string out, err;
};

Result run(int (*command)(Arguments), const std::vector<std::string> &words) {
  std::vector<const char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(word.c_str());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = command(arguments);
  Result result{code, ::testing::internal::GetCapturedStdout(), ""};
  result.err = ::testing::internal::GetCapturedStderr();
  return result;
}

class Command : public ::testing::Test {
protected:
  /// A 4 x 2 image, which the module takes as it is.
  std::string putImage(const std::string &name, uint8_t value) {
    return put(name, test::encodeRgbPng(4, 2, std::vector<uint8_t>(24, value)));
  }

  std::string put(const std::string &name, const std::vector<uint8_t> &bytes) {
    const std::string path = folder + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    return path;
  }

  /// labels.tsv and images; the module's answer is always class 23.
  void putDataset(const std::vector<int> &labels) {
    std::string list = "file\tclass\n";
    for (size_t i = 0; i < labels.size(); ++i) {
      const std::string name = "i" + std::to_string(i) + ".png";
      putImage("data/" + name, static_cast<uint8_t>(i));
      list += name + "\t" + std::to_string(labels[i]) + "\n";
    }
    put("data/labels.tsv", {list.begin(), list.end()});
  }

  static schema::HeaderT makeHeader() {
    schema::HeaderT header = test::makeHeader();
    header.signature->height = 2;
    header.preprocessing->resize = 4; // 4 x 2 becomes 8 x 4
    return header;
  }

  std::string text(const std::string &name) {
    auto bytes = readFile(folder + "/" + name, 1 << 20).value();
    return {bytes.begin(), bytes.end()};
  }

  const std::string folder = test::scratchFolder();
  const std::string module = put("m.mixq", test::assemble(makeHeader()));
  const std::string data = folder + "/data";
};

void expectFailure(const Result &result, const std::string &part) {
  EXPECT_EQ(result.code, exitFailure);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err,
              AllOf(StartsWith("error: "), EndsWith("\n"), HasSubstr(part)));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

void expectUsage(const Result &result, const std::string &part) {
  EXPECT_EQ(result.code, exitUsage);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(StartsWith("error: "), HasSubstr(part),
                                HasSubstr("\nusage: mixq ")));
}

TEST_F(Command, RunPrintsTheBestClasses) {
  const std::string a = putImage("a.png", 100), b = putImage("b.png", 0);
  const Result result = run(runMain, {module, a, b, "--threads", "2"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  EXPECT_THAT(result.out, StartsWith(a + "\n   63.21 %  name 23\n   23.25 %  "
                                         "name 22\n"));
  EXPECT_THAT(result.out, HasSubstr(b + "\n"));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 12);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(Command, RunTakesTensors) {
  const std::string input = folder + "/x.npy", output = folder + "/y.npy";
  ASSERT_TRUE(writeNpy(input, {2, 3, 2, 4}, std::vector<float>(48, 1)).ok());
  const Result batch =
      run(runMain, {module, "--input", input, "--output", output});
  ASSERT_EQ(batch.code, exitSuccess) << batch.err;
  EXPECT_THAT(batch.out, IsEmpty());
  auto logits = readNpy(output);
  EXPECT_EQ(logits->shape, (std::vector<uint64_t>{2, 24}));
  EXPECT_EQ(logits->data[25], 2 * 1.5f);
  ASSERT_TRUE(writeNpy(input, {3, 2, 4}, std::vector<float>(24)).ok());
  ASSERT_EQ(
      run(runMain, {module, "--input=" + input, "--output=" + output}).code,
      exitSuccess);
  EXPECT_EQ(readNpy(output)->shape, (std::vector<uint64_t>{24}));
}

TEST_F(Command, RunFailures) {
  const std::string image = putImage("a.png", 1);
  expectUsage(run(runMain, {}), "missing");
  expectUsage(run(runMain, {module}), "either images or --input");
  expectUsage(run(runMain, {module, image, "--input", "x"}), "either");
  expectUsage(run(runMain, {module, image, "--threads", "0"}), "--threads");
  expectUsage(run(runMain, {module, image, "--fast"}), "unknown flag");
  expectFailure(run(runMain, {folder + "/none", image}), "No such file");
  expectFailure(run(runMain, {image, image}), "a.png: (F1)");
  expectFailure(run(runMain, {module, folder + "/none.png"}), "none.png");
  const std::string bad = put("bad.jpg", {0xff, 0xd8, 0xff, 0xe0});
  expectFailure(run(runMain, {module, bad}), "bad.jpg: broken JPEG");
  const std::string input = folder + "/x.npy";
  ASSERT_TRUE(writeNpy(input, {3, 4, 2}, std::vector<float>(24)).ok());
  expectFailure(run(runMain, {module, "--input", input}),
                "shape [3, 4, 2], the module takes [3, 2, 4]");
  expectFailure(run(runMain, {module, image, "--output", "/none/y.npy"}),
                "/none/y.npy: cannot write");
}

TEST_F(Command, EvalCounts) {
  putDataset({23, 23, 22, 19, 18, 0, 23, 23, 23, 23}); // 10 > one batch
  const Result result =
      run(evalMain, {module, "--data", data, "--json", "-", "--threads", "3"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  const json found = json::parse(result.out);
  EXPECT_EQ(found.size(), 4);
  EXPECT_EQ(found["top1"], 60);
  EXPECT_EQ(found["top5"], 80);
  EXPECT_EQ(found["n"], 10);
  EXPECT_GT(found["images_per_second"], 0);
}

TEST_F(Command, EvalWritesFilesAndLimits) {
  putDataset({23, 0, 0});
  const Result result =
      run(evalMain, {module, "--data", data, "--json", folder + "/r.json",
                     "--predictions", folder + "/p.npy", "--limit", "2"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  EXPECT_THAT(result.out, StartsWith("top-1 50.00 %, top-5 50.00 %, 2 images"));
  EXPECT_EQ(json::parse(text("r.json"))["n"], 2);
  auto logits = readNpy(folder + "/p.npy");
  EXPECT_EQ(logits->shape, (std::vector<uint64_t>{2, 24}));
  EXPECT_EQ(logits->data[elements], 2 * ((1 / 255.0f - 0.5f) / 0.25f));
}

TEST_F(Command, EvalStopsAtABadImageOrSkipsIt) {
  putDataset({23, 23, 0});
  put("data/i1.png", {1, 2, 3});
  expectFailure(run(evalMain, {module, "--data", data}), "i1.png: neither");
  const Result result =
      run(evalMain, {module, "--data", data, "--skip-bad", "--json=-",
                     "--predictions", folder + "/p.npy"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  EXPECT_THAT(result.err, HasSubstr("skipped: " + data + "/i1.png"));
  const json found = json::parse(result.out);
  EXPECT_EQ(found["n"], 2);
  EXPECT_EQ(found["skipped"], 1);
  EXPECT_EQ(found["top1"], 50);
  auto logits = readNpy(folder + "/p.npy");
  EXPECT_TRUE(std::isnan(logits->data[elements]));
  EXPECT_FALSE(std::isnan(logits->data[2 * elements]));
}

TEST_F(Command, EvalFailures) {
  putDataset({23});
  expectUsage(run(evalMain, {module}), "--data is missing");
  expectUsage(run(evalMain, {module, "x", "--data", data}), "unexpected");
  expectUsage(run(evalMain, {module, "--data", data, "--json"}), "--json");
  expectFailure(run(evalMain, {module, "--data", folder + "/none"}), "none");
  fs::create_directory(folder + "/empty");
  expectFailure(run(evalMain, {module, "--data", folder + "/empty"}),
                "no images");
  putImage("flat/a.png", 1);
  expectFailure(run(evalMain, {module, "--data", folder + "/flat"}),
                "no labels");
  expectFailure(
      run(evalMain, {module, "--data", data, "--json", "/none/r.json"}),
      "/none/r.json");
  putDataset({24});
  expectFailure(run(evalMain, {module, "--data", data}),
                "class 24, the module has 24");
}

TEST_F(Command, BenchEndsWithTheMedian) {
  const Result result = run(benchMain, {module, "--seconds", "0.01", "--batch",
                                        "3", "--threads", "2", "--profile"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nmin_ms="));
  EXPECT_THAT(result.out, HasSubstr("head (mixq.add)"));
  const std::string last =
      result.out.substr(result.out.rfind('\n', result.out.size() - 2) + 1);
  EXPECT_THAT(last, MatchesRegex("median_ms=[0-9]+\\.[0-9]+\n"));
}

TEST_F(Command, BenchJson) {
  const Result result =
      run(benchMain, {"--json", module, "--seconds=0.01", "--profile"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  const json found = json::parse(result.out);
  EXPECT_GE(found["median_ms"], found["min_ms"]);
  EXPECT_GE(found["runs"], 5);
  EXPECT_EQ(found["steps"].size(), 2);
  const Result file =
      run(benchMain, {module, "--seconds=0.01", "--json", folder + "/b.json"});
  EXPECT_EQ(file.code, exitSuccess);
  EXPECT_THAT(file.out, HasSubstr("median_ms="));
  EXPECT_EQ(json::parse(text("b.json"))["model"], "tiny");
}

TEST_F(Command, BenchTracesEveryStepOfARun) {
  const Result result = run(
      benchMain, {module, "--seconds=0.01", "--trace", folder + "/trace.json"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  const json events = json::parse(text("trace.json"))["traceEvents"];
  ASSERT_GE(events.size(), 2 * 5);
  EXPECT_EQ(events.size() % 2, 0);
  for (size_t i = 0; i + 1 < events.size(); ++i)
    EXPECT_LE(events[i]["ts"], events[i + 1]["ts"]) << i;
  expectFailure(run(benchMain, {module, "--trace", "/none/t.json"}),
                "/none/t.json");
}

TEST_F(Command, BenchOfAModuleWithoutARoofKernelClaimsNoShare) {
  const Result result =
      run(benchMain, {module, "--seconds=0.01", "--profile", "--json"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  for (const json &step : json::parse(result.out)["steps"])
    EXPECT_EQ(step["roof_share"], 0);
}

TEST_F(Command, InspectText) {
  const Result result = run(inspectMain, {module});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  for (const char *part :
       {"input          f32 [3, 2, 4]", "shorter side to 4 (bilinear)",
        "centre crop 2 x 4", "features       sse2", "head (linear)",
        "f32 x f32 -> f32", "- -> f32"})
    EXPECT_THAT(result.out, HasSubstr(part));
}

TEST_F(Command, InspectJsonDerivesTheBits) {
  schema::HeaderT header = makeHeader();
  header.layers[0]->weights_size = 12; // 24 elements
  header.kernels[0]->lhs = schema::ElementType::U8;
  header.kernels[0]->rhs = schema::ElementType::S8;
  const std::string path = put("w4.mixq", test::assemble(header));
  const Result result =
      run(inspectMain, {path, "--json", "--extract-code", folder + "/code"});
  ASSERT_EQ(result.code, exitSuccess) << result.err;
  const json found = json::parse(result.out);
  EXPECT_EQ(found["layers"][0]["weight_bits"], 4);
  EXPECT_EQ(found["layers"][0]["operands"], "u8 x s8");
  EXPECT_EQ(found["steps"][0]["lhs"], "u8");
  EXPECT_EQ(found["steps"][1]["lhs"], "-");
  EXPECT_EQ(found["bytes"]["constants"], 96);
  const auto code = test::makeCode();
  EXPECT_EQ(text("code"), std::string(code.begin(), code.end()));
}

TEST_F(Command, InspectFailures) {
  expectUsage(run(inspectMain, {}), "missing");
  const std::string bad = put("bad.mixq", {1, 2, 3});
  expectFailure(run(inspectMain, {bad}), "bad.mixq: (F1)");
  expectFailure(run(inspectMain, {module, "--extract-code", folder}),
                "Is a directory");
}

TEST_F(Command, HelpGoesToStandardOutput) {
  for (auto command : {runMain, evalMain, benchMain, inspectMain}) {
    const Result result = run(command, {"--help"});
    EXPECT_EQ(result.code, exitSuccess);
    EXPECT_THAT(result.out, StartsWith("usage: mixq "));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST_F(Command, ErrorsStayOnOneLine) {
  const Result result = run(inspectMain, {"a\nb"});
  expectFailure(result, "a?b: cannot open");
  EXPECT_THAT(result.err, Not(HasSubstr("a\nb")));
}

} // namespace
} // namespace mixq
