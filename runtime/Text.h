// Text from a file that ends up on a terminal.

#ifndef MIXQ_RUNTIME_TEXT_H
#define MIXQ_RUNTIME_TEXT_H

#include "absl/strings/string_view.h"

namespace mixq {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates) and
/// free of control characters (C0, DEL, C1).
bool isCleanText(absl::string_view text);

} // namespace mixq

#endif // MIXQ_RUNTIME_TEXT_H
