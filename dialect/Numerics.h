//===- Numerics.h - The constants that define exact arithmetic --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantized modules are bit-exact: exp, gelu and the sums of fp32 have one
// definition each, made of IEEE operations in a fixed order. The interpreter
// (analysis/Numerics.h) and the code generator (transforms/codegen) both read
// the constants from here; docs/design/numerics.md is the text.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_NUMERICS_H
#define MIXQ_DIALECT_NUMERICS_H

#include <array>
#include <cstdint>

namespace mixq::numerics {

/// Lanes of a float sum: lane l adds the elements whose index is l modulo 16,
/// in order, from 0; then lanes l and l + 8, l + 4, l + 2, l + 1 are added.
constexpr int64_t kSumLanes = 16;

/// exp(x), x <= 0, in fp32:
///   x' = x > -87 ? x : -87;  n = roundeven(x' * log2e)
///   r = fma(n, -ln2High, x');  r = fma(n, -ln2Low, r)
///   p = Horner of `coefficients` (highest first) in r, by fma
///   result = p with n added to its exponent field
/// The coefficients are those of the Cephes library's expf with 1 + r appended.
namespace exp {
constexpr float kLowest = -87.0f;
constexpr float kLog2e = 1.44269504088896341f;
constexpr float kLn2High = 0.693359375f;
constexpr float kLn2Low = -2.12194440e-4f;
constexpr std::array<float, 8> kCoefficients = {1.9875691500e-4f,
                                                1.3981999507e-3f,
                                                8.3334519073e-3f,
                                                4.1665795894e-2f,
                                                1.6666665459e-1f,
                                                5.0000001201e-1f,
                                                1.0f,
                                                1.0f};
} // namespace exp

/// gelu(x) = x * Phi(x) in fp32:
///   b = x > -5.2 ? x : -5.2;  t = b < 5.2 ? b : 5.2
///   u = t * t;  v = fma(u, 2 / 5.2^2, -1)
///   p = Horner of `coefficients` (highest first) in v, by fma
///   result = b * fma(t, p, 0.5)
/// The polynomial is a weighted minimax fit of (Phi(t) - 1/2) / t over [0, 5.2]
/// in the variable v; |error of gelu| < 1.5e-6 for every x.
namespace gelu {
constexpr float kBound = 5.2f;
constexpr float kSquareScale = 2.0f / (5.2f * 5.2f);
constexpr std::array<float, 13> kCoefficients = {
    0.000858780462294817f,  -0.002503723604604602f, 0.002853575861081481f,
    -0.003505701432004571f, 0.007557863835245371f,  -0.01310335285961628f,
    0.018387150019407272f,  -0.024593403562903404f, 0.03190726414322853f,
    -0.039941299706697464f, 0.050030168145895004f,  -0.06774340569972992f,
    0.13594993948936462f};
} // namespace gelu

/// The same with (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 for Phi and
/// another bound, 5; |error of gelu| < 1.2e-6 for every |x| < 12.
namespace gelu_tanh {
constexpr float kBound = 5.0f;
constexpr float kSquareScale = 2.0f / (5.0f * 5.0f);
constexpr std::array<float, 13> kCoefficients = {
    0.0006248118006624281f, -0.002036916790530086f, 0.002684109378606081f,
    -0.003061607945710421f, 0.005713622085750103f,  -0.01043611578643322f,
    0.01607178337872028f,   -0.02303162030875683f,  0.03134069591760635f,
    -0.04053898528218269f,  0.05165765061974525f,   -0.07036592811346054f,
    0.1413785070180893f};
} // namespace gelu_tanh

/// Both forms where the result becomes codes: of degree 10, |error| < 4.7e-6
/// and 3.7e-6 for |x| < 12.
namespace gelu_codes {
constexpr float kBound = 4.8f;
constexpr float kSquareScale = 2.0f / (4.8f * 4.8f);
constexpr std::array<float, 11> kCoefficients = {
    0.0014434537151828408f,  -0.0041945422999560833f, 0.0053927474655210972f,
    -0.0074432571418583393f, 0.013863900676369667f,   -0.022187788039445877f,
    0.030720863491296768f,   -0.040565822273492813f,  0.052904099225997925f,
    -0.072979770600795746f,  0.14721278846263885f};
} // namespace gelu_codes

namespace gelu_tanh_codes {
constexpr float kBound = 4.6f;
constexpr float kSquareScale = 2.0f / (4.6f * 4.6f);
constexpr std::array<float, 11> kCoefficients = {
    0.0010975192999467254f, -0.0033606409560889006f, 0.0044784191995859146f,
    -0.005974894855171442f, 0.011329464614391327f,   -0.019533513113856316f,
    0.029069315642118454f,  -0.040377289056777954f,  0.054260168224573135f,
    -0.075865179300308228f, 0.15357227623462677f};
} // namespace gelu_tanh_codes

} // namespace mixq::numerics

#endif // MIXQ_DIALECT_NUMERICS_H
