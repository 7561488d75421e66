//===- SwinGraph.cpp - The graph of a Swin Transformer --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/SwinGraph.h"

#include "absl/strings/str_cat.h"
#include "frontend/swin/Swin.h"
#include "frontend/swin/WindowBias.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

/// One block: its stage, and how its windows lie on the map.
struct Block {
  std::string name;
  const SwinStage &stage;
  bool isShifted;

  int64_t shiftHeight() const { return isShifted ? stage.shiftHeight : 0; }
  int64_t shiftWidth() const { return isShifted ? stage.shiftWidth : 0; }
  bool pads() const {
    return stage.paddedHeight() != stage.mapHeight ||
           stage.paddedWidth() != stage.mapWidth;
  }
  SmallVector<int64_t> map() const { return {stage.mapHeight, stage.mapWidth}; }
  SmallVector<int64_t> padded() const {
    return {stage.paddedHeight(), stage.paddedWidth()};
  }
  SmallVector<int64_t> window() const {
    return {stage.windowHeight, stage.windowWidth};
  }
  SmallVector<int64_t> grid() const {
    return {stage.paddedHeight() / stage.windowHeight,
            stage.paddedWidth() / stage.windowWidth};
  }
};

class SwinGraph {
public:
  SwinGraph(GraphBuilder &graph, const Checkpoint &checkpoint,
            const SwinNetwork &network)
      : graph(graph), tensors(checkpoint.tensors()), network(network) {}

  Value run() {
    for (const auto &[name, tensor] : tensors)
      graph.define(name, tensor.rank() == 3
                             ? tensor.reshaped({tensor.dim(1), tensor.dim(2)})
                             : tensor);
    Value tokens = embed();
    for (size_t i = 0; i < network.stages.size(); ++i)
      tokens = stage(tokens, i);
    tokens = graph.layerNorm(tokens, "norm", network.blockEps);
    return graph.linear(graph.pool(tokens, "pool"), "head.fc");
  }

private:
  Value embed() {
    Value tokens =
        graph.patchEmbed(graph.image(), "patch_embed.proj", "patch_embed");
    tokens = graph.layerNorm(tokens, "patch_embed.norm", network.otherEps);
    if (network.absolutePositions)
      tokens =
          graph.add(tokens, graph.parameter("absolute_pos_embed"), "embed");
    return tokens;
  }

  Value stage(Value tokens, size_t index) {
    if (index > 0)
      tokens = merge(tokens, network.stages[index - 1],
                     absl::StrCat("layers.", index, ".downsample"));
    for (int64_t i = 0; i < network.stages[index].depth; ++i)
      tokens = block(tokens, {swinBlockName(index, i), network.stages[index],
                              /*isShifted=*/i % 2 == 1});
    return tokens;
  }

  /// From the map of the stage before.
  Value merge(Value tokens, const SwinStage &before, const std::string &name) {
    defineMissingBias(name + ".reduction");
    tokens = graph.patchMerge(tokens, {before.mapHeight, before.mapWidth},
                              name + ".merge");
    tokens = graph.layerNorm(tokens, name + ".norm", network.otherEps);
    return graph.linear(tokens, name + ".reduction");
  }

  void defineMissingBias(const std::string &linear) {
    const int64_t outputs = tensors.find(linear + ".weight")->second.dim(0);
    if (tensors.count(linear + ".bias") == 0)
      graph.define(linear + ".bias", Tensor(DataType::F32, {outputs}));
  }

  Value block(Value tokens, const Block &block) {
    const std::string &name = block.name;
    Value input = graph.layerNorm(tokens, name + ".norm1", network.blockEps);
    input = attention(toWindows(input, block), block);
    tokens = graph.add(tokens, toMap(input, block), name + ".attn.residual");
    const Value mixed =
        mlp(graph.layerNorm(tokens, name + ".norm2", network.blockEps),
            name + ".mlp");
    return graph.add(tokens, mixed, name + ".mlp.residual");
  }

  Value toWindows(Value tokens, const Block &block) {
    if (network.padsBeforeRoll)
      tokens = roll(pad(tokens, block), block, block.padded(), -1);
    else
      tokens = pad(roll(tokens, block, block.map(), -1), block);
    return graph.windowPartition(tokens, block.padded(), block.window(),
                                 block.name + ".attn.partition");
  }

  Value toMap(Value tokens, const Block &block) {
    tokens = graph.windowReverse(tokens, block.padded(), block.window(),
                                 block.name + ".attn.reverse");
    if (network.padsBeforeRoll)
      return crop(roll(tokens, block, block.padded(), 1), block);
    return roll(crop(tokens, block), block, block.map(), 1);
  }

  /// By as much as is left of whole turns: a window that is kept larger than
  /// its map can shift further than the map goes.
  Value roll(Value tokens, const Block &block, ArrayRef<int64_t> map,
             int64_t sign) {
    const int64_t down = sign * block.shiftHeight() % map[0];
    const int64_t right = sign * block.shiftWidth() % map[1];
    if (!down && !right)
      return tokens;
    return graph.roll(tokens, map, {down, right},
                      block.name +
                          (sign < 0 ? ".attn.shift" : ".attn.unshift"));
  }

  Value pad(Value tokens, const Block &block) {
    if (!block.pads())
      return tokens;
    return graph.padMap(tokens, block.map(), block.padded(),
                        block.name + ".attn.pad");
  }

  Value crop(Value tokens, const Block &block) {
    if (!block.pads())
      return tokens;
    return graph.cropMap(tokens, block.padded(), block.map(),
                         block.name + ".attn.crop");
  }

  Value attention(Value input, const Block &block) {
    const std::string name = block.name + ".attn";
    const SwinStage &stage = block.stage;
    const int64_t windows = block.grid()[0] * block.grid()[1];
    defineMissingBias(name + ".qkv");
    const Value projected = graph.linear(input, name + ".qkv");
    SplitQkvOp heads =
        graph.splitQkv(projected, stage.heads, name + ".split", windows);
    const double scale = 1.0 / std::sqrt(static_cast<double>(stage.headDim));
    Value scores = graph.matmulTransposed(heads.getQuery(), heads.getKey(),
                                          scale, name + ".qk");
    scores = graph.windowBias(scores, windowBias(block), block.grid(),
                              name + ".bias");
    const Value weights = graph.softmax(scores, name + ".softmax");
    const Value mixed = graph.matmul(weights, heads.getValue(), name + ".av");
    return graph.linear(graph.mergeHeads(mixed, name + ".merge", windows),
                        name + ".proj");
  }

  Value windowBias(const Block &block) {
    const std::string table = block.name + ".attn.relative_position_bias_table";
    const std::string name = block.name + ".attn.window_bias";
    graph.define(name, makeWindowBias(tensors.find(table)->second, block.stage,
                                      block.isShifted));
    return graph.parameter(name);
  }

  Value mlp(Value input, const std::string &name) {
    const Value hidden = graph.linear(input, name + ".fc1");
    return graph.linear(graph.gelu(hidden, network.activation, name + ".act"),
                        name + ".fc2");
  }

  GraphBuilder &graph;
  const std::map<std::string, Tensor> &tensors;
  const SwinNetwork &network;
};

} // namespace

Value buildNetwork(GraphBuilder &graph, const Checkpoint &checkpoint,
                   const SwinNetwork &network) {
  return SwinGraph(graph, checkpoint, network).run();
}

} // namespace mixq
