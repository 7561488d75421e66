// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (T1)
// expected-error @+1 {{expects a code of 2 to 8 bits, got 9}}
func.func private @wide(!mixq.q<u9>)

// -----

// (T1)
// expected-error @+1 {{expects a code of 2 to 8 bits, got 1}}
func.func private @narrow(!mixq.q<s1>)

// -----

// (T1): a number of bits that no unsigned holds
// expected-error @+1 {{expects a code like 'u8' or 's4', got 'u99999999999999999999'}}
func.func private @huge(!mixq.q<u99999999999999999999>)

// -----

// expected-error @+1 {{expects a code like 'u8' or 's4', got 'x8'}}
func.func private @sign(!mixq.q<x8>)

// -----

// (T2)
// expected-error @+1 {{expects an axis in [0, 2^31), got -1}}
func.func private @negative_axis(!mixq.q<u8, axis = -1>)

// -----

// (T2)
// expected-error @+1 {{expects an axis in [0, 2^31), got 4294967296}}
func.func private @large_axis(!mixq.q<u8, axis = 4294967296>)

// -----

// (A1)
// expected-error @+1 {{expects mean and std of equal, positive length, got 2 and 1 elements}}
#lengths = #mixq.preprocessing<resize = 8, interpolation = bilinear, mean = [0.5, 0.5], std = [0.5]>

// -----

// (A1)
// expected-error @+1 {{expects mean and std of equal, positive length, got 0 and 0 elements}}
#empty = #mixq.preprocessing<resize = 8, interpolation = bilinear, mean = [], std = []>

// -----

// (A1)
// expected-error @+1 {{expects std to be positive and finite, got 0.0}}
#zero = #mixq.preprocessing<resize = 8, interpolation = bilinear, mean = [0.5], std = [0.0]>

// -----

// (A1): 1e999 is infinite
// expected-error @+1 {{expects mean to be finite, got INF}}
#infinite = #mixq.preprocessing<resize = 8, interpolation = bilinear, mean = [1.0e999], std = [1.0]>

// -----

// (A2)
// expected-error @+1 {{expects resize to be positive, got 0}}
#resize = #mixq.preprocessing<resize = 0, interpolation = bilinear, mean = [0.5], std = [0.5]>

// -----

// (A2)
// expected-error @+1 {{expects a width that is positive, got 0}}
#width = #mixq.preprocessing<resize = cover [8, 0], interpolation = bilinear, mean = [0.5], std = [0.5]>

// -----

// (A2)
// expected-error @+1 {{expects resize to be positive, got 0}}
#height = #mixq.preprocessing<resize = [0, 8], interpolation = bilinear, mean = [0.5], std = [0.5]>

// -----

// (A3)
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got -1.0}}
#negative = #mixq.uniform<u8, scale = -1.0, zero_point = 0>

// -----

// (A3)
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got 0.0}}
#zero = #mixq.uniform<u8, scale = 0.0, zero_point = 0>

// -----

// (A3)
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got INF}}
#infinite = #mixq.uniform<u8, scale = 1.0e999, zero_point = 0>

// -----

// (A3): zero in fp32
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got}}
#tiny = #mixq.uniform<u8, scale = 1.0e-300, zero_point = 0>

// -----

// (A3): denormal in fp32
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got}}
#denormal = #mixq.uniform<u8, scale = 1.0e-40, zero_point = 0>

// -----

// (A3): infinite in fp32
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got}}
#huge = #mixq.uniform<u8, scale = 1.0e300, zero_point = 0>

// -----

// (A4): the format has no place for an axis
// expected-error @+1 {{expected 'scale'}}
#axis = #mixq.uniform<u8, axis = 0, scale = 1.0, zero_point = 0>

// -----

// expected-error @+1 {{expected floating point literal}}
#word = #mixq.uniform<u8, scale = one, zero_point = 0>

// -----

// (T3)
// expected-error @+1 {{expects a codebook of 2 to 8 bits, got 9}}
func.func private @wide_codebook(!mixq.codebook<u9, u8>)

// -----

// (T4)
// expected-error @+1 {{expects entries of u8}}
func.func private @wide_entries(!mixq.codebook<u4, u16>)

// -----

// expected-error @+1 {{expects an unsigned code, like 'u4'}}
func.func private @signed_codebook(!mixq.codebook<s4, u8>)

// -----

// (A5)
// expected-error @+1 {{expects scale to be positive, finite and normal in fp32, got 0.0}}
#scale = #mixq.codebook<u2, scale = 0.0, offset = 0.0, table = [0, 1, 2, 3]>

// -----

// (A6)
// expected-error @+1 {{expects offset to be finite in fp32, got}}
#offset = #mixq.codebook<u2, scale = 1.0, offset = 1.0e300, table = [0, 1, 2, 3]>

// -----

// (A7)
// expected-error @+1 {{expects a table of 4 entries, got 3}}
#length = #mixq.codebook<u2, scale = 1.0, offset = 0.0, table = [0, 1, 2]>

// -----

// (A7)
// expected-error @+1 {{expects entries of the table in [0, 255], in non-decreasing order, got 256}}
#entry = #mixq.codebook<u2, scale = 1.0, offset = 0.0, table = [0, 1, 2, 256]>

// -----

// (A7)
// expected-error @+1 {{expects entries of the table in [0, 255], in non-decreasing order, got 1}}
#order = #mixq.codebook<u2, scale = 1.0, offset = 0.0, table = [0, 2, 1, 3]>
