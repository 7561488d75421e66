// The version of the compiler and the runtime.

#ifndef MIXQ_RUNTIME_VERSION_H
#define MIXQ_RUNTIME_VERSION_H

namespace mixq {

constexpr const char version[] = "0.1.0";

} // namespace mixq

#endif // MIXQ_RUNTIME_VERSION_H
