//===- DatasetTest.cpp - Tests of datasets --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Dataset.h"

#include <filesystem>
#include <fstream>

#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DatasetTest : public ::testing::Test {
protected:
  void put(const std::string &name, const std::string &content = "") {
    fs::create_directories((fs::path(folder) / name).parent_path());
    std::ofstream(fs::path(folder) / name, std::ios::binary) << content;
  }

  /// "path:label" of each sample.
  std::vector<std::string> samples() {
    auto dataset = openDataset(folder);
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    std::vector<std::string> found;
    if (dataset.ok())
      for (const Sample &sample : dataset->samples)
        found.push_back(fs::relative(sample.path, folder).string() + ":" +
                        std::to_string(sample.label));
    return found;
  }

  std::string failure() {
    return std::string(openDataset(folder).status().message());
  }

  const std::string folder = test::scratchFolder();
};

TEST_F(DatasetTest, ListInItsOrder) {
  put("labels.tsv", "file\tclass\tname\nimages/b.png\t1\tx\n\nimages/a.JPEG\t0"
                    "\n");
  EXPECT_THAT(samples(), ElementsAre("images/b.png:1", "images/a.JPEG:0"));
}

TEST_F(DatasetTest, ListWithWindowsLineEnds) {
  put("labels.tsv", "file\tclass\r\na.png\t3\r\n");
  EXPECT_THAT(samples(), ElementsAre("a.png:3"));
}

TEST_F(DatasetTest, MalformedLists) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "no images"},
      {"\n", "labels.tsv:1: the header"},
      {"a.png\t1\n", "labels.tsv:1: the header"},
      {"file\tclasses\n", "labels.tsv:1: the header"},
      {"file\tclass\n", "no images"},
      {"file\tclass\na.png\n", "labels.tsv:2: expected file<tab>class"},
      {"file\tclass\na.png\tcat\n", "labels.tsv:2: class 'cat'"},
      {"file\tclass\na.png\t-1\n", "class '-1'"},
      {"file\tclass\na.png\t1\nb.png\t65536\n", "labels.tsv:3: class '65536'"},
      {"file\tclass\n\t1\n", "labels.tsv:2: file ''"},
      {"file\tclass\n/etc/passwd\t1\n", "not a path inside"},
      {"file\tclass\na/../../b.png\t1\n", "not a path inside"}};
  for (const auto &c : cases) {
    put("labels.tsv", c.first);
    EXPECT_THAT(failure(), HasSubstr(c.second)) << c.first;
  }
}

TEST_F(DatasetTest, ImageFolder) {
  for (const char *name : {"dog/2.png", "dog/10.jpg", "cat/deep/x.jpeg",
                           "cat/a.PNG", "cat/notes.txt", "cat/.hidden.png",
                           "cat/.cache/b.png", ".git/c.png", "README"})
    put(name);
  EXPECT_THAT(samples(), ElementsAre("cat/a.PNG:0", "cat/deep/x.jpeg:0",
                                     "dog/10.jpg:1", "dog/2.png:1"));
  EXPECT_THAT(openDataset(folder)->classNames, ElementsAre("cat", "dog"));
  EXPECT_TRUE(openDataset(folder)->labelled());
}

TEST_F(DatasetTest, FlatFolder) {
  for (const char *name : {"b.png", "a.jpg", "c.txt"})
    put(name);
  EXPECT_THAT(samples(), ElementsAre("a.jpg:-1", "b.png:-1"));
  EXPECT_FALSE(openDataset(folder)->labelled());
}

TEST_F(DatasetTest, ImagesBesideFoldersAreAmbiguous) {
  put("a.png");
  put("cat/b.png");
  EXPECT_THAT(failure(), HasSubstr("beside sub-folders (cat)"));
}

TEST_F(DatasetTest, NothingThere) {
  EXPECT_THAT(failure(), HasSubstr("no images"));
  put("cat/notes.txt");
  EXPECT_THAT(failure(), HasSubstr("no images"));
  EXPECT_THAT(std::string(openDataset(folder + "/none").status().message()),
              HasSubstr("No such file"));
  EXPECT_FALSE(openDataset(folder + "/cat/notes.txt").ok());
}

} // namespace
} // namespace mixq
