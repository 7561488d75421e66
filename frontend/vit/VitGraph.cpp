//===- VitGraph.cpp - The graph of a vision transformer -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/VitGraph.h"

#include "absl/strings/str_cat.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

/// Row n of `tensor` times `factor(n)`, in fp32.
template <typename Factor> Tensor scaledRows(Tensor tensor, Factor factor) {
  const int64_t rows = tensor.dim(0), columns = tensor.size() / rows;
  float *values = tensor.mutableData<float>();
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t i = 0; i < columns; ++i)
      values[n * columns + i] *= factor(n);
  return tensor;
}

class VitGraph {
public:
  VitGraph(GraphBuilder &graph, const Checkpoint &checkpoint,
           const VitNetwork &network)
      : graph(graph), tensors(checkpoint.tensors()), network(network) {}

  Value run() {
    defineParameters();
    Value tokens = embed();
    for (int64_t i = 0; i < network.depth; ++i)
      tokens = block(tokens, absl::StrCat("blocks.", i));
    if (network.tokenNorm)
      tokens = graph.layerNorm(tokens, "norm", network.normEps);
    return classify(tokens);
  }

private:
  /// The IR describes one image: the leading 1 of the token tensors goes.
  void defineParameters() {
    for (const auto &[name, tensor] : tensors)
      graph.define(name, tensor.rank() == 3
                             ? tensor.reshaped({tensor.dim(1), tensor.dim(2)})
                             : tensor);
    defineMissingBias("patch_embed.proj");
    for (int64_t i = 0; i < network.depth; ++i) {
      const std::string name = absl::StrCat("blocks.", i);
      for (const char *linear :
           {".attn.qkv", ".attn.proj", ".mlp.fc1", ".mlp.fc2"})
        defineMissingBias(name + linear);
      if (network.layerScale) {
        foldLayerScale(name + ".attn.proj", name + ".ls1.gamma");
        foldLayerScale(name + ".mlp.fc2", name + ".ls2.gamma");
      }
    }
    if (network.distillationHead)
      for (const char *head : {"head", "head_dist"})
        foldFactor(head, [](int64_t) { return 0.5f; });
  }

  const Tensor &checkpointTensor(const std::string &name) const {
    return tensors.find(name)->second;
  }

  void defineMissingBias(const std::string &linear) {
    const int64_t outputs = checkpointTensor(linear + ".weight").dim(0);
    if (tensors.count(linear + ".bias") == 0)
      graph.define(linear + ".bias", Tensor(DataType::F32, {outputs}));
  }

  /// gamma (W x + b) = (gamma W) x + gamma b, gamma a factor a row.
  template <typename Factor>
  void foldFactor(const std::string &linear, Factor factor) {
    for (const char *part : {".weight", ".bias"})
      if (const auto found = tensors.find(linear + part);
          found != tensors.end())
        graph.define(found->first, scaledRows(found->second, factor));
  }

  void foldLayerScale(const std::string &linear, const std::string &gamma) {
    const float *factors = checkpointTensor(gamma).data<float>();
    foldFactor(linear, [=](int64_t n) { return factors[n]; });
  }

  Value embed() {
    Value tokens =
        graph.patchEmbed(graph.image(), "patch_embed.proj", "patch_embed");
    if (!network.prefixPositions)
      tokens = addPositions(tokens);
    tokens = joinPrefix(tokens);
    if (network.prefixPositions)
      tokens = addPositions(tokens);
    return network.preNorm
               ? graph.layerNorm(tokens, "norm_pre", network.normEps)
               : tokens;
  }

  Value joinPrefix(Value patches) {
    SmallVector<Value> parts;
    if (network.classToken)
      parts.push_back(graph.parameter("cls_token"));
    if (network.distillationToken)
      parts.push_back(graph.parameter("dist_token"));
    if (network.registers)
      parts.push_back(graph.parameter("reg_token"));
    if (parts.empty())
      return patches;
    parts.push_back(patches);
    return graph.concat(parts, "tokens");
  }

  Value addPositions(Value tokens) {
    if (!network.positions)
      return tokens;
    return graph.add(tokens, graph.parameter("pos_embed"), "embed");
  }

  Value block(Value tokens, const std::string &name) {
    const Value attended =
        attention(graph.layerNorm(tokens, name + ".norm1", network.normEps),
                  name + ".attn");
    tokens = graph.add(tokens, attended, name + ".attn.residual");
    const Value mixed =
        mlp(graph.layerNorm(tokens, name + ".norm2", network.normEps),
            name + ".mlp");
    return graph.add(tokens, mixed, name + ".mlp.residual");
  }

  Value attention(Value input, const std::string &name) {
    const Value projected = graph.linear(input, name + ".qkv");
    SplitQkvOp heads =
        graph.splitQkv(projected, network.heads, name + ".split");
    Value query = heads.getQuery(), key = heads.getKey();
    if (network.qkNorm) {
      query = graph.layerNorm(query, name + ".q_norm", network.normEps);
      key = graph.layerNorm(key, name + ".k_norm", network.normEps);
    }
    const double scale = 1.0 / std::sqrt(static_cast<double>(network.headDim));
    const Value scores =
        graph.matmulTransposed(query, key, scale, name + ".qk");
    const Value weights = graph.softmax(scores, name + ".softmax");
    const Value mixed = graph.matmul(weights, heads.getValue(), name + ".av");
    return graph.linear(graph.mergeHeads(mixed, name + ".merge"),
                        name + ".proj");
  }

  Value mlp(Value input, const std::string &name) {
    const Value hidden = graph.linear(input, name + ".fc1");
    return graph.linear(graph.gelu(hidden, network.activation, name + ".act"),
                        name + ".fc2");
  }

  Value classify(Value tokens) {
    Value pooled = pool(tokens);
    if (network.poolNorm)
      pooled = graph.layerNorm(pooled, "fc_norm", network.normEps);
    const Value logits = graph.linear(pooled, "head");
    if (!network.distillationHead)
      return logits;
    const Value distilled = graph.slice(tokens, 1, 1, "pool_dist");
    return graph.add(logits, graph.linear(distilled, "head_dist"), "logits");
  }

  Value pool(Value tokens) {
    if (network.pooling == VitPooling::ClassToken)
      return graph.slice(tokens, 0, 1, "pool");
    if (network.pooling == VitPooling::Patches && network.prefixTokens() > 0)
      tokens = graph.slice(tokens, network.prefixTokens(), network.patches(),
                           "patches");
    return graph.pool(tokens, "pool");
  }

  GraphBuilder &graph;
  const std::map<std::string, Tensor> &tensors;
  const VitNetwork &network;
};

} // namespace

Value buildNetwork(GraphBuilder &graph, const Checkpoint &checkpoint,
                   const VitNetwork &network) {
  return VitGraph(graph, checkpoint, network).run();
}

} // namespace mixq
