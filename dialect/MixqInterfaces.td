//===- MixqInterfaces.td - What an analysis may ask of an op --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The spine of the analysis. They are declared here and implemented as
// external models in analysis/ops/<Op>.cpp, one file an op, so that one file
// tells the mathematics of an op and nothing else asks which op it holds.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_INTERFACES_TD
#define MIXQ_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Mixq_EvaluateOpInterface : OpInterface<"EvaluateOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    Reference semantics of an op on the host. The interpreter is these, in
    order. Float operands are all fp32 or all fp64 and the results follow them;
    codes are u8 or s8 bytes. Ops of the kernel level are exact: their fp32
    results are defined bit for bit.
  }];
  let methods = [
    InterfaceMethod<[{
        The op's results for these operand values, whose shapes and element
        types agree with the operand types (a verified op and an interpreter
        see to that). Emits a diagnostic on failure.
      }],
      "::mlir::FailureOr<::llvm::SmallVector<::mixq::Tensor>>", "evaluate",
      (ins "::llvm::ArrayRef<::mixq::Tensor>":$operands)>];
}

def Mixq_CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::mixq";
  let description = "The static cost of one image through an op.";
  let methods = [
    InterfaceMethod<"Weights of the op, without its bias.",
      "int64_t", "getParameterCount", (ins)>,
    InterfaceMethod<"Multiplications with accumulation.",
      "int64_t", "getMacs", (ins)>,
    InterfaceMethod<[{
        Indices of the operands that have a bit-width of their own, the
        activations before the weight.
      }],
      "::llvm::SmallVector<unsigned>", "getQuantizableOperands", (ins)>];
}

def Mixq_ProductOpInterface : OpInterface<"ProductOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    How an error of one operand reaches the result. An op that multiplies
    matrices is, for each operand, a list of products `rows other^T`.
  }];
  let methods = [
    InterfaceMethod<[{
        For these fp32 operand values: pairs of `rows` [m, k], the values of
        operand number `operand` as the rows of a product, and `other` [n, k],
        what they are multiplied with. One pair for each head of a batch.
      }],
      "::llvm::SmallVector<::mixq::ProductMatrices>", "getProducts",
      (ins "::llvm::ArrayRef<::mixq::Tensor>":$operands,
           "unsigned":$operand)>];
}

def Mixq_GradientOpInterface : OpInterface<"GradientOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    The vector-Jacobian product of an op: reverse-mode differentiation is these,
    in reverse order. Ops of the kernel level have none.
  }];
  let methods = [
    InterfaceMethod<[{
        The gradients of a scalar with respect to the operands, where
        `gradients` are those with respect to the results, for the values that
        `evaluate` took and gave. Float operands are all fp32 or all fp64 and
        gradients follow them, those of codes too (as if codes were reals). One
        tensor an operand, of its shape; an empty one where `wanted` is false
        and for integers that are no codes. Emits a diagnostic on failure.
      }],
      "::mlir::FailureOr<::llvm::SmallVector<::mixq::Tensor>>", "backpropagate",
      (ins "::llvm::ArrayRef<::mixq::Tensor>":$operands,
           "::llvm::ArrayRef<::mixq::Tensor>":$results,
           "::llvm::ArrayRef<::mixq::Tensor>":$gradients,
           "::llvm::ArrayRef<bool>":$wanted)>];
}

def Mixq_RelevanceOpInterface : OpInterface<"RelevanceOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    The rule of Layer-wise Relevance Propagation for an op, in fp64. The
    equations and their source are in `docs/method.md`. Ops of the kernel level
    have none.
  }];
  let methods = [
    InterfaceMethod<[{
        The relevance that each operand receives, where `relevances` are those
        of the results, for the fp64 values that `evaluate` took and gave. One
        tensor an operand, of its shape; an empty one for an operand that can
        receive none (weights, biases, scales). Emits a diagnostic on failure.
      }],
      "::mlir::FailureOr<::llvm::SmallVector<::mixq::Tensor>>",
      "propagateRelevance",
      (ins "::llvm::ArrayRef<::mixq::Tensor>":$operands,
           "::llvm::ArrayRef<::mixq::Tensor>":$results,
           "::llvm::ArrayRef<::mixq::Tensor>":$relevances)>];
}

def Mixq_RowWiseOpInterface : OpInterface<"RowWiseOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    An op of one result [M, ...] that computes each row from the same row of
    some operands [M, ...], and from the other operands as a whole. So a slice
    of its result is the op on slices.
  }];
  let methods = [
    InterfaceMethod<[{
        Indices of the operands that are read row by row; none where another
        operand says which rows are read.
      }],
      "::llvm::SmallVector<unsigned>", "getRowOperands", (ins)>];
}

def Mixq_RowMapOpInterface : OpInterface<"RowMapOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    Ops of one operand and one result, both of rank 2, that only move rows. What
    they move is part of their meaning, so the dialect itself implements it.
  }];
  let methods = [
    InterfaceMethod<[{
        Where every row of the result comes from. With P = columns of the result
        / columns of the input, row i is the input's rows `sources[i * P]`, ...,
        `sources[i * P + P - 1]` side by side. -1 stands for a row of zeros; no
        other row occurs twice.
      }],
      "::llvm::SmallVector<int32_t>", "getSourceRows", (ins)>];
}

#endif // MIXQ_INTERFACES_TD
