// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (P1)
func.func @neither() {
  // expected-error @+1 {{'mixq.parameter' op expects either a name and a hash or a value, got neither}}
  %0 = mixq.parameter : tensor<1xf32>
  return
}

// -----

// (P1)
func.func @both() {
  // expected-error @+1 {{'mixq.parameter' op expects either a name and a hash or a value, got both}}
  %0 = mixq.parameter "w" hash "0123456789abcdef" dense<1.0> : tensor<1xf32> : tensor<1xf32>
  return
}

// -----

// (P1)
func.func @name_only() {
  // expected-error @+1 {{'mixq.parameter' op expects a name together with a hash, got only a name}}
  %0 = "mixq.parameter"() {name = "w"} : () -> tensor<1xf32>
  return
}

// -----

// (P1)
func.func @hash_only() {
  // expected-error @+1 {{'mixq.parameter' op expects a name together with a hash, got only a hash}}
  %0 = "mixq.parameter"() {hash = "0123456789abcdef"} : () -> tensor<1xf32>
  return
}

// -----

// (P2)
func.func @many() {
  // expected-error @+1 {{'mixq.parameter' op expects a value of at most 64 elements, got 65}}
  %0 = mixq.parameter dense<1.0> : tensor<65xf32> : tensor<65xf32>
  return
}

// -----

// (P3): shape
func.func @shape() {
  // expected-error @+1 {{'mixq.parameter' op expects a value of type 'tensor<1x2xf32>' for a result of 'tensor<1x2xf32>', got 'tensor<2xf32>'}}
  %0 = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<1x2xf32>
  return
}

// -----

// (P3): element type
func.func @element() {
  // expected-error @+1 {{'mixq.parameter' op expects a value of type 'tensor<2xi8>' for a result of 'tensor<2x!mixq.q<u8>>', got 'tensor<2xi32>'}}
  %0 = mixq.parameter dense<1> : tensor<2xi32> : tensor<2x!mixq.q<u8>>
  return
}

// -----

// (P3): no vectors
func.func @vector() {
  // expected-error @+1 {{'mixq.parameter' op expects a value of type 'tensor<2xf32>' for a result of 'tensor<2xf32>', got 'vector<2xf32>'}}
  %0 = mixq.parameter dense<1.0> : vector<2xf32> : tensor<2xf32>
  return
}

// -----

// (P4): length
func.func @short_hash() {
  // expected-error @+1 {{'mixq.parameter' op expects a hash of sixteen lower case hexadecimal digits, got "12"}}
  %0 = mixq.parameter "w" hash "12" : tensor<1xf32>
  return
}

// -----

// (P4): digits
func.func @upper_hash() {
  // expected-error @+1 {{'mixq.parameter' op expects a hash of sixteen lower case hexadecimal digits, got "0123456789ABCDEF"}}
  %0 = mixq.parameter "w" hash "0123456789ABCDEF" : tensor<1xf32>
  return
}

// -----

// (P5)
func.func @unsigned_code() {
  // expected-error @+1 {{'mixq.parameter' op expects codes in [0, 15] for '!mixq.q<u4>', got 16}}
  %0 = mixq.parameter dense<[15, 16]> : tensor<2xi8> : tensor<2x!mixq.q<u4>>
  return
}

// -----

// (P5)
func.func @signed_code() {
  // expected-error @+1 {{'mixq.parameter' op expects codes in [-8, 7] for '!mixq.q<s4>', got -9}}
  %0 = mixq.parameter dense<[7, -9]> : tensor<2xi8> : tensor<2x!mixq.q<s4>>
  return
}

// -----

// Elements whose bytes are not in the text
func.func @resource() {
  // expected-error @+1 {{'mixq.parameter' op attribute 'value' failed to satisfy constraint: dense integer or float elements}}
  %0 = mixq.parameter dense_resource<blob> : tensor<1xf32> : tensor<1xf32>
  return
}

// -----

func.func @sparse() {
  // expected-error @+1 {{'mixq.parameter' op attribute 'value' failed to satisfy constraint: dense integer or float elements}}
  %0 = "mixq.parameter"() {value = sparse<0, 1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  return
}
