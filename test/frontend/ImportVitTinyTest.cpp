//===- ImportVitTinyTest.cpp - The import of a real ViT-Tiny --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/Imported.h"

#include <cstdlib>

using namespace mlir;

namespace mixq {
namespace {

using test::Imported;
using test::typeOf;
using test::unitsOf;

TEST(Import, VitTiny) {
  const char *shared = std::getenv("MIXQ_SHARED");
  if (!shared || !*shared)
    GTEST_SKIP() << "SKIPPED: ../shared is not present";
  Imported tiny(std::string(shared) + "/models/vit_tiny_tiny_imagenet");
  ASSERT_TRUE(tiny.module);
  EXPECT_EQ(typeOf(*tiny.module),
            "(tensor<3x224x224xf32>) -> tensor<1x200xf32>");
  EXPECT_EQ(unitsOf(*tiny.module).size(), 12 * 6 + 2u);
  EXPECT_EQ(tiny.all<LayerNormOp>().size(), 25u);
  EXPECT_EQ(tiny.all<LayerNormOp>()[0].getEpsilon().convertToFloat(), 1e-12f);
  EXPECT_EQ(tiny.module->getOperation()
                ->getAttrOfType<PreprocessingAttr>("mixq.preprocessing")
                .getResize(),
            256u);
}

} // namespace
} // namespace mixq
