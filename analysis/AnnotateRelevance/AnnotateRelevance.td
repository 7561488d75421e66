//===- AnnotateRelevance.td - Writes how much units matter ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATERELEVANCE_TD
#define MIXQ_ANALYSIS_ANNOTATERELEVANCE_TD

include "mlir/Pass/PassBase.td"

def AnnotateRelevance : Pass<"mixq-annotate-relevance", "::mlir::ModuleOp"> {
  let summary = "write each unit's share of the relevance";
  let description = [{
    Propagates relevance from a class of the first result of `@main` back to its
    images, in double, by the rules of `docs/method.md`, and sets on every unit
    `mixq.relevance`: the score of its output as a share of all units' scores.

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    ```

    becomes, where the head is the only unit,

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head" {mixq.relevance = 1.000000e+00 : f64}
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    ```

    | `score` | of the relevance R of an output, summed over its elements, the mean over the images |
    |---|---|
    | `positive` | max(R, 0) |
    | `absolute` | abs(R) |
    | `gradient` | max(G R, 0) with the gradient G of the class's logit |
    | `signed` | R. Rules conserve this sum, so units in series tie: for comparison only |

    `by-type` divides scores by their mean over units of one type, the last
    component of their name (`qkv`, `fc1`), before they are made shares:
    |R| grows through products of activations, which would otherwise rank units
    by depth. `images` is a safetensors archive with a tensor `input`, f32,
    [N, C, H, W]. The result does not depend on `threads`.

    Constraints:
    - (AR1) `@main` returns logits [1, classes] first.
    - (AR2) `target` is a class, or -1 for the one that each image is given.
    - (AR3) all ops between the image and the logits are of the graph level.
  }];
  let dependentDialects = ["::mixq::MixqDialect"];
  let options = [
    Option<"images", "images", "std::string", /*default=*/"",
           "safetensors archive with the images as tensor `input`">,
    Option<"score", "score", "::mixq::RelevanceScore",
           /*default=*/"::mixq::RelevanceScore::Positive",
           "what of the relevance counts", [{::llvm::cl::values(
             clEnumValN(::mixq::RelevanceScore::Positive, "positive",
                        "its positive part"),
             clEnumValN(::mixq::RelevanceScore::Absolute, "absolute",
                        "its absolute value"),
             clEnumValN(::mixq::RelevanceScore::GradientWeighted, "gradient",
                        "the positive part of its product with the gradient"),
             clEnumValN(::mixq::RelevanceScore::Signed, "signed",
                        "the plain sum"))}]>,
    Option<"byType", "by-type", "bool", /*default=*/"true",
           "divide by the mean over units of one type">,
    Option<"target", "target", "int64_t", /*default=*/"-1",
           "the class to explain; -1: the predicted one">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "how many images at a time; 0: as many as the machine has cores">];
}

#endif // MIXQ_ANALYSIS_ANNOTATERELEVANCE_TD
