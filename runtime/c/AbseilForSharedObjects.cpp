//===- AbseilForSharedObjects.cpp - Debian's abseil in a .so --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Debian compiles abseil's archives as position-independent executables. Nearly
// all of their objects link into a shared object that exports none of their
// symbols; three do not (cord.cc, cordz_functions.cc, throw_delegate.cc),
// because they address thread-locals and libstdc++'s vtables directly. This
// file stands in for what the others need of those, so that the shared object
// needs no abseil on its user's machine.
//
// absl::Status refers to Cord only for payloads, which nothing here attaches.
// Linked into shared objects only; should abseil need more of Cord one day, the
// link fails.
//
//===----------------------------------------------------------------------===//

#include <cstdlib>
#include <stdexcept>

#include "absl/base/internal/throw_delegate.h"
#include "absl/strings/cord.h"

namespace absl {
ABSL_NAMESPACE_BEGIN

void Cord::DestroyCordSlow() { std::abort(); }
bool Cord::EqualsImpl(const Cord &, size_t) const { std::abort(); }
Cord::operator std::string() const { std::abort(); }
void Cord::InlineRep::UnrefTree() { std::abort(); }

namespace cord_internal {
void CordzInfo::MaybeTrackCordImpl(InlineData &, const InlineData &,
                                   CordzUpdateTracker::MethodIdentifier) {
  std::abort();
}
} // namespace cord_internal

namespace base_internal {
void ThrowStdOutOfRange(const char *what) { throw std::out_of_range(what); }
} // namespace base_internal

ABSL_NAMESPACE_END
} // namespace absl
