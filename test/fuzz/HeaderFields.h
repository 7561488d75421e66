//===- HeaderFields.h - The fields of a module's header ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Visits the fields of an unpacked header, so that a test or a mutator can
// change each of them without naming it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_HEADERFIELDS_H
#define MIXQ_TEST_FUZZ_HEADERFIELDS_H

#include <string>

#include "runtime/schema/module_generated.h"

namespace mixq {
namespace fuzz {

/// Calls `visit` with a reference to every number: uint32, uint64, float or an
/// enum. The segment table is not among them: assembleModule() fills it.
template <typename Visit>
void forEachNumber(schema::HeaderT &header, Visit visit) {
  schema::SignatureT &signature = *header.signature;
  visit(signature.channels);
  visit(signature.height);
  visit(signature.width);
  visit(signature.classes);
  visit(signature.output_offset);
  visit(header.preprocessing->resize);
  visit(header.preprocessing->interpolation);
  for (float &mean : header.preprocessing->mean)
    visit(mean);
  for (float &std : header.preprocessing->std)
    visit(std);
  visit(header.arena_size);
  for (auto &layer : header.layers) {
    visit(layer->parameters);
    visit(layer->macs);
    visit(layer->packed_elements);
    visit(layer->weights_offset);
    visit(layer->weights_size);
  }
  for (auto &kernel : header.kernels) {
    visit(kernel->offset);
    visit(kernel->lhs);
    visit(kernel->rhs);
    visit(kernel->result);
  }
  for (auto &step : header.steps) {
    visit(step->kernel);
    visit(step->tasks);
    visit(step->macs);
    for (auto &argument : step->arguments) {
      visit(argument->space);
      visit(argument->offset);
      visit(argument->size);
    }
  }
}

/// Calls `visit` with a reference to every text.
template <typename Visit>
void forEachText(schema::HeaderT &header, Visit visit) {
  visit(header.producer);
  visit(header.model);
  visit(header.precision);
  visit(header.target);
  visit(header.provenance);
  for (std::string &feature : header.features)
    visit(feature);
  for (std::string &name : header.class_names)
    visit(name);
  for (auto &layer : header.layers) {
    visit(layer->name);
    visit(layer->kind);
  }
  for (auto &kernel : header.kernels) {
    visit(kernel->name);
    visit(kernel->op);
  }
  for (auto &step : header.steps)
    visit(step->name);
}

/// Calls `visit` with a reference to every table: vectors of texts, of floats
/// and of unique_ptr.
template <typename Visit>
void forEachTable(schema::HeaderT &header, Visit visit) {
  visit(header.features);
  visit(header.class_names);
  visit(header.preprocessing->mean);
  visit(header.preprocessing->std);
  visit(header.layers);
  visit(header.kernels);
  visit(header.steps);
  for (auto &step : header.steps)
    visit(step->arguments);
}

/// How often the visitor above calls `visit`.
template <typename ForEach> int countFields(ForEach forEach) {
  int count = 0;
  forEach([&](auto &) { ++count; });
  return count;
}

} // namespace fuzz
} // namespace mixq

#endif // MIXQ_TEST_FUZZ_HEADERFIELDS_H
