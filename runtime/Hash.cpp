#include "runtime/Hash.h"

#ifndef XXH_INLINE_ALL
#error "no second copy of xxhash: the build defines XXH_INLINE_ALL"
#endif
#include <xxhash.h>

namespace mixq {

uint64_t hashBytes(absl::Span<const uint8_t> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

} // namespace mixq
