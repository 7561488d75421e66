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
// absl::Status refers to Cord only for payloads. The only Cord that can exist
// in such an object is an empty one: every constructor of another is in
// cord.cc, whose definitions of these functions would come with it, and the
// link would fail for having two. So these are right for the empty Cord, and no
// input reaches them while nothing in the runtime attaches a payload, which a
// test holds. Linked into shared objects only.
//
//===----------------------------------------------------------------------===//

#include <stdexcept>
#include <string>

#include "absl/base/internal/throw_delegate.h"
#include "absl/strings/cord.h"

namespace absl {
ABSL_NAMESPACE_BEGIN

void Cord::DestroyCordSlow() {} // an empty Cord owns nothing
bool Cord::EqualsImpl(const Cord &, size_t) const { return true; }
Cord::operator std::string() const { return std::string(); }
void Cord::InlineRep::UnrefTree() {}

namespace cord_internal {
/// Samples trees; there are none.
void CordzInfo::MaybeTrackCordImpl(InlineData &, const InlineData &,
                                   CordzUpdateTracker::MethodIdentifier) {}
} // namespace cord_internal

namespace base_internal {
void ThrowStdOutOfRange(const char *what) { throw std::out_of_range(what); }
} // namespace base_internal

ABSL_NAMESPACE_END
} // namespace absl
