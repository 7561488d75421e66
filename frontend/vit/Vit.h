//===- Vit.h - ViT and DeiT -----------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_VIT_VIT_H
#define MIXQ_FRONTEND_VIT_VIT_H

#include "absl/status/status.h"
#include "frontend/Family.h"

#include <vector>

namespace mixq {

const Family &vitFamily();

/// timm's registered names.
absl::Span<const TimmArchitecture> vitArchitectures();

/// What timm's VisionTransformer or VisionTransformerDistilled would be built
/// from; see Family.
Network readTimmVit(const TimmArchitecture &architecture,
                    const ModelConfig &config, JsonFields &arguments);

/// The state dict of timm's VisionTransformer or VisionTransformerDistilled.
std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const VitNetwork &network);

/// Columns of what the head reads.
inline int64_t headWidth(const VitNetwork &network) { return network.embedDim; }

/// OK if the sizes agree with each other and are within the limits of Config.h;
/// else an error without the file's name.
absl::Status checkNetwork(const ModelConfig &config, const VitNetwork &network);

} // namespace mixq

#endif // MIXQ_FRONTEND_VIT_VIT_H
