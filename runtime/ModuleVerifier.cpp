//===- ModuleVerifier.cpp - Verification of modules -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/ModuleVerifier.h"

#include <algorithm>
#include <cmath>

#include "runtime/CpuFeatures.h"
#include "runtime/ModuleChecks.h"

namespace mixq {
namespace {

using namespace checks;
using schema::ElementType;
using schema::Space;

class Verifier {
public:
  explicit Verifier(const Container &container)
      : container(container), header(*container.header),
        signature(*header.signature()) {}

  absl::Status verify() const {
    for (auto check : {&Verifier::checkTexts, &Verifier::checkFeatures,
                       &Verifier::checkSignature, &Verifier::checkPreprocessing,
                       &Verifier::checkClassNames, &Verifier::checkArena,
                       &Verifier::checkLayers, &Verifier::checkKernels,
                       &Verifier::checkSteps})
      MIXQ_CHECK_STATUS((this->*check)());
    return absl::OkStatus();
  }

private:
  absl::Status checkTexts() const;
  absl::Status checkFeatures() const;
  absl::Status checkSignature() const;
  absl::Status checkPreprocessing() const;
  absl::Status checkClassNames() const;
  absl::Status checkArena() const;
  absl::Status checkLayers() const;
  absl::Status checkLayer(absl::string_view where,
                          const schema::Layer &layer) const;
  absl::Status checkKernels() const;
  absl::Status checkKernel(absl::string_view where,
                           const schema::Kernel &kernel) const;
  absl::Status checkSteps() const;
  absl::Status checkStep(absl::string_view where,
                         const schema::Step &step) const;
  absl::Status checkArgument(absl::string_view where,
                             const schema::Argument &argument) const;
  uint64_t inputBytes() const {
    return uint64_t{4} * signature.channels() * signature.height() *
           signature.width();
  }

  const Container &container;
  const schema::Header &header;
  const schema::Signature &signature;
};

absl::Status Verifier::checkTexts() const {
  MIXQ_CHECK_STATUS(
      checkText("M1", "producer", header.producer(), maxNameSize));
  MIXQ_CHECK_STATUS(checkText("M1", "model", header.model(), maxNameSize));
  MIXQ_CHECK_STATUS(
      checkText("M1", "precision", header.precision(), maxNameSize));
  MIXQ_CHECK_STATUS(checkText("M1", "target", header.target(), maxNameSize));
  return checkText("M1", "provenance", header.provenance(), maxTextSize);
}

absl::Status Verifier::checkFeatures() const {
  const auto &features = *header.features();
  MIXQ_CHECK_STATUS(checkRange<uint32_t>("M2", "features", "the count",
                                         features.size(), 0, maxFeatures));
  for (uint32_t i = 0; i < features.size(); ++i) {
    const std::string where = absl::StrCat("feature ", i);
    MIXQ_CHECK_STATUS(checkText("M2", where, features[i], maxNameSize));
    if (!isKnownCpuFeature(view(features[i])))
      return broken("M2", where, "'", view(features[i]), "' is not known");
    for (uint32_t j = 0; j < i; ++j)
      if (view(features[i]) == view(features[j]))
        return broken("M2", where, "'", view(features[i]), "' is repeated");
  }
  return absl::OkStatus();
}

absl::Status Verifier::checkSignature() const {
  const char *where = "signature";
  MIXQ_CHECK_STATUS(checkRange("M3", where, "channels", signature.channels(),
                               1U, maxChannels));
  MIXQ_CHECK_STATUS(
      checkRange("M3", where, "height", signature.height(), 1U, maxSide));
  MIXQ_CHECK_STATUS(
      checkRange("M3", where, "width", signature.width(), 1U, maxSide));
  MIXQ_CHECK_STATUS(
      checkRange("M3", where, "classes", signature.classes(), 1U, maxClasses));
  // The ranges above keep the product under 2^36: it cannot wrap.
  return checkRange<uint64_t>("M3", where, "bytes of the input", inputBytes(),
                              4, maxArenaSize);
}

absl::Status Verifier::checkPreprocessing() const {
  const char *where = "preprocessing";
  const schema::Preprocessing &preprocessing = *header.preprocessing();
  const bool hasWidth = preprocessing.resize_width() != 0;
  const uint32_t shortest = std::max(signature.height(), signature.width());
  MIXQ_CHECK_STATUS(checkRange("M4", where, "resize", preprocessing.resize(),
                               hasWidth ? signature.height() : shortest,
                               maxResize));
  if (hasWidth)
    MIXQ_CHECK_STATUS(checkRange("M4", where, "resize_width",
                                 preprocessing.resize_width(),
                                 signature.width(), maxResize));
  if (preprocessing.keep_ratio() && !hasWidth)
    return broken("M4", where, "keep_ratio is set without resize_width");
  if (preprocessing.interpolation() > schema::Interpolation::MAX)
    return broken("M4", where, "interpolation is ",
                  static_cast<int>(preprocessing.interpolation()));
  const auto &mean = *preprocessing.mean();
  const auto &std = *preprocessing.std();
  if (mean.size() != signature.channels() || std.size() != signature.channels())
    return broken("M5", where, mean.size(), " means and ", std.size(),
                  " stds, expected ", signature.channels());
  for (uint32_t i = 0; i < mean.size(); ++i)
    if (!std::isfinite(mean[i]) || !std::isnormal(std[i]) || std[i] < 0)
      return broken("M5", where, "channel ", i, " has mean ", mean[i],
                    " and std ", std[i], ", expected finite and positive");
  return absl::OkStatus();
}

absl::Status Verifier::checkClassNames() const {
  const auto &names = *header.class_names();
  if (names.size() != 0 && names.size() != signature.classes())
    return broken("M6", "class names", names.size(), " names, expected 0 or ",
                  signature.classes());
  for (uint32_t i = 0; i < names.size(); ++i)
    MIXQ_CHECK_STATUS(
        checkText("M6", absl::StrCat("class name ", i), names[i], maxTextSize));
  return absl::OkStatus();
}

absl::Status Verifier::checkArena() const {
  const uint64_t size = header.arena_size();
  if (size == 0 || size % bufferAlignment != 0 || size > maxArenaSize)
    return broken("M7", "arena", "size is ", size, ", expected a multiple of ",
                  bufferAlignment, " up to ", maxArenaSize);
  return checkPlace("M8", "output", signature.output_offset(),
                    uint64_t{4} * signature.classes(), size);
}

/// Runs `check` on the entries of one of the header's tables.
template <typename Table, typename Check>
absl::Status checkTable(const char *rule, const char *kind, const Table &table,
                        uint32_t least, Check check) {
  MIXQ_CHECK_STATUS(checkRange<uint32_t>(rule, absl::StrCat(kind, "s"),
                                         "the count", table.size(), least,
                                         maxTableEntries));
  for (uint32_t i = 0; i < table.size(); ++i) {
    std::string where = absl::StrCat(kind, " ", i);
    MIXQ_CHECK_STATUS(checkText(rule, where, table[i]->name(), maxNameSize));
    absl::StrAppend(&where, " '", view(table[i]->name()), "'");
    MIXQ_CHECK_STATUS(check(where, *table[i]));
  }
  return absl::OkStatus();
}

absl::Status Verifier::checkLayers() const {
  return checkTable("M9", "layer", *header.layers(), 0,
                    [this](const std::string &where, const auto &layer) {
                      return checkLayer(where, layer);
                    });
}

absl::Status Verifier::checkLayer(absl::string_view where,
                                  const schema::Layer &layer) const {
  MIXQ_CHECK_STATUS(checkText("M9", where, layer.kind(), maxNameSize));
  MIXQ_CHECK_STATUS(
      checkRange<uint64_t>("M9", where, "macs", layer.macs(), 0, maxMacs));
  MIXQ_CHECK_STATUS(checkPlace("M10", where, layer.weights_offset(),
                               layer.weights_size(),
                               container.constants.size()));
  if (layer.parameters() > layer.packed_elements())
    return broken("M11", where, layer.parameters(), " parameters in ",
                  layer.packed_elements(), " packed elements");
  if (layer.packed_elements() == 0 && layer.weights_size() == 0)
    return absl::OkStatus();
  const uint32_t bits = weightBits(layer);
  if ((bits < 2 || bits > 8) && bits != 32)
    return broken("M11", where, layer.weights_size(), " bytes of weights for ",
                  layer.packed_elements(),
                  " packed elements are not 2 to 8 or 32 bits each");
  return absl::OkStatus();
}

absl::Status Verifier::checkKernels() const {
  return checkTable("M12", "kernel", *header.kernels(), 1,
                    [this](const std::string &where, const auto &kernel) {
                      return checkKernel(where, kernel);
                    });
}

absl::Status Verifier::checkKernel(absl::string_view where,
                                   const schema::Kernel &kernel) const {
  MIXQ_CHECK_STATUS(checkText("M12", where, kernel.op(), maxNameSize));
  if (kernel.offset() >= container.code.size())
    return broken("M13", where, "offset ", kernel.offset(),
                  " lies outside the code of ", container.code.size(),
                  " bytes");
  for (ElementType type : {kernel.lhs(), kernel.rhs(), kernel.result()})
    if (type > ElementType::MAX)
      return broken("M14", where, "element type ", static_cast<int>(type),
                    " is not known");
  if ((kernel.lhs() == ElementType::None) !=
      (kernel.rhs() == ElementType::None))
    return broken("M14", where, "only one operand of its products has a type");
  return absl::OkStatus();
}

absl::Status Verifier::checkSteps() const {
  return checkTable("M15", "step", *header.steps(), 1,
                    [this](const std::string &where, const auto &step) {
                      return checkStep(where, step);
                    });
}

absl::Status Verifier::checkStep(absl::string_view where,
                                 const schema::Step &step) const {
  if (step.kernel() >= header.kernels()->size())
    return broken("M16", where, "kernel ", step.kernel(), " of ",
                  header.kernels()->size());
  MIXQ_CHECK_STATUS(
      checkRange("M17", where, "tasks", step.tasks(), 1U, maxTasks));
  MIXQ_CHECK_STATUS(
      checkRange<uint64_t>("M17", where, "macs", step.macs(), 0, maxMacs));
  const auto &arguments = *step.arguments();
  MIXQ_CHECK_STATUS(checkRange<uint32_t>("M18", where, "count of arguments",
                                         arguments.size(), 1, maxArguments));
  for (uint32_t i = 0; i < arguments.size(); ++i)
    MIXQ_CHECK_STATUS(
        checkArgument(absl::StrCat(where, " argument ", i), *arguments[i]));
  return absl::OkStatus();
}

absl::Status Verifier::checkArgument(absl::string_view where,
                                     const schema::Argument &argument) const {
  if (argument.space() > Space::MAX)
    return broken("M18", where, "space ", static_cast<int>(argument.space()),
                  " is not known");
  if (argument.size() == 0)
    return broken("M19", where, "size is 0");
  if (argument.space() == Space::Input) {
    if (argument.offset() != 0 || argument.size() != inputBytes())
      return broken("M19", where, argument.size(), " bytes at offset ",
                    argument.offset(), ", expected the whole input of ",
                    inputBytes(), " at 0");
    return absl::OkStatus();
  }
  const uint64_t limit = argument.space() == Space::Arena
                             ? header.arena_size()
                             : container.constants.size();
  return checkPlace("M19", where, argument.offset(), argument.size(), limit);
}

} // namespace

absl::StatusOr<Container> verifyModule(absl::Span<const uint8_t> file) {
  absl::StatusOr<Container> container = readContainer(file);
  if (!container.ok())
    return container.status();
  MIXQ_CHECK_STATUS(Verifier(*container).verify());
  return container;
}

uint32_t weightBits(const schema::Layer &layer) {
  const uint64_t elements = layer.packed_elements();
  // Compared by division: a product could wrap.
  if (elements == 0 || layer.weights_size() > UINT64_MAX / 8 ||
      layer.weights_size() * 8 % elements != 0)
    return 0;
  return static_cast<uint32_t>(
      std::min<uint64_t>(layer.weights_size() * 8 / elements, UINT32_MAX));
}

} // namespace mixq
