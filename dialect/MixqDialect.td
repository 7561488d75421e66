//===- MixqDialect.td - The mixq dialect, its types and attributes --------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_TD
#define MIXQ_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Mixq_Dialect : Dialect {
  let name = "mixq";
  let cppNamespace = "::mixq";
  let summary = "Vision transformers, quantized and compiled ahead of time";
  let description = [{
    One function, `@main`, maps one image to one row of logits. It passes
    through three levels, all in this dialect:

    1. **Graph**: the network in fp32, op for op as the framework computes it.
    2. **Quantized graph**: the same graph with explicit `mixq.quantize` and
       `mixq.dequantize` on every operand of a quantized unit.
    3. **Kernels**: fused ops (`mixq.qlinear`, `mixq.qattention`, ...), each
       one loop nest of generated code. Here the arithmetic is exact: every
       float operation and its order is part of the op's meaning, so that the
       interpreter and all targets produce the same bits.

    A *unit* is an op with a `unit` name (`blocks.3.attn.qkv`): what gets
    bit-widths of its own. Shapes describe one image. Of every tensor operand and
    result of every op:

    - (D1) its shape is static, its extents are positive, and it has fewer than
      2^31 elements.

    Weights and scales live in the parameter store of the context, a
    safetensors archive beside the `.mlir` file; `mixq.parameter` binds them by
    name and content hash.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    /// The tensors that `mixq.parameter` ops of this context name.
    ParameterStore &getParameterStore() { return parameterStore; }

  private:
    void registerTypes();
    void registerAttributes();
    void promiseInterfaces();

    ParameterStore parameterStore;

  public:
  }];
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

def Mixq_QuantizedType : TypeDef<Mixq_Dialect, "Quantized"> {
  let mnemonic = "q";
  let summary = "quantized code";
  let description = [{
    `!mixq.q<u8>` and `!mixq.q<s8, axis = 0>`: the integer code of a uniform
    quantizer with `bits` bits. A code `q` stands for `scale * (q - zero_point)`; scale
    and zero-point are operands of `mixq.quantize` and `mixq.dequantize`, one
    pair for the tensor, or one pair for each index of dimension `axis`.

    | code range | type |
    |---|---|
    | `[0, 2^bits - 1]` | `u<bits>` |
    | `[-2^(bits-1), 2^(bits-1) - 1]` | `s<bits>` |

    Constraints:
    - (T1) `bits` is in [2, 8].
    - (T2) `axis`, where given, is in [0, 2^31).
  }];
  let parameters = (ins "bool":$isSigned, "unsigned":$bits,
                    "std::optional<unsigned>":$axis);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int32_t getMinCode() const {
      return getIsSigned() ? -(1 << (getBits() - 1)) : 0;
    }
    int32_t getMaxCode() const {
      return (1 << (getIsSigned() ? getBits() - 1 : getBits())) - 1;
    }

    /// The first item of the assembly format ("u8"), on its own.
    static ::mlir::ParseResult parseCode(::mlir::AsmParser &parser,
                                         bool &isSigned, unsigned &bits);
    void printCode(::mlir::AsmPrinter &printer) const;
  }];
}

def Mixq_CodebookType : TypeDef<Mixq_Dialect, "Codebook"> {
  let mnemonic = "codebook";
  let summary = "entry of a codebook";
  let description = [{
    `!mixq.codebook<u4, u8>`: a code of a non-uniform quantizer with 2^bits
    entries, held as the entry itself: one of the 2^bits bytes of a table `T`
    that `mixq.encode` is given. It stands for `scale * T[q] + offset`. So
    products need no look-up: they take the bytes as they are. A logarithm of
    any base is a way to fill the table.

    Constraints:
    - (T3) `bits` is in [2, 8].
    - (T4) the entries are u8.
  }];
  let parameters = (ins "unsigned":$bits);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static constexpr int32_t kMaxEntry = 255;
    int64_t getSize() const { return int64_t(1) << getBits(); }
  }];
}

/// (D1): every op of the dialect may multiply extents of one tensor, and any
/// two extents, without overflow.
class Mixq_TensorOf<list<Type> elements>
    : RankedTensorOf<elements, [CPred<"::mixq::hasSupportedShape($_self)">],
                     "static, non-empty tensor (fewer than 2^31 elements)">;

def Mixq_Float : Mixq_TensorOf<[F32]>;
def Mixq_Codes : Mixq_TensorOf<[Mixq_QuantizedType]>;
def Mixq_Entries : Mixq_TensorOf<[Mixq_CodebookType]>;
/// What u8 x s8 products take as their first operand, a byte an element.
def Mixq_Bytes : Mixq_TensorOf<[Mixq_QuantizedType, Mixq_CodebookType]>;
def Mixq_Integers : Mixq_TensorOf<[I32]>;
def Mixq_AnyTensor
    : Mixq_TensorOf<[F32, I32, Mixq_QuantizedType, Mixq_CodebookType]>;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Mixq_Interpolation : I32EnumAttr<"Interpolation", "resampling filter", [
    I32EnumAttrCase<"Bilinear", 0, "bilinear">,
    I32EnumAttrCase<"Bicubic", 1, "bicubic">]> {
  let cppNamespace = "::mixq";
  let genSpecializedAttr = 0;
}

def Mixq_PreprocessingAttr : AttrDef<Mixq_Dialect, "Preprocessing"> {
  let mnemonic = "preprocessing";
  let summary = "how an image file becomes the network's input";
  let description = [{
    Resize (antialiased, as PIL does), centre crop to the input's height and
    width, then `(x / 255 - mean) / std` for each channel. It travels with the
    model into the compiled module.

    | `resize` | the resized image |
    |---|---|
    | `= 256` | has a shorter side of 256 pixels, and the proportions it had |
    | `= [256, 320]` | has this height and width |
    | `= cover [256, 320]` | covers this height and width, one of them exactly, and has the proportions it had |

    Constraints:
    - (A1) `mean` and `std` have as many elements, at least one; all are finite
      and every `std` is positive.
    - (A2) every extent of `resize` is positive.
  }];
  let parameters = (ins "unsigned":$resize, "unsigned":$resizeWidth,
                    "bool":$keepRatio,
                    EnumParameter<Mixq_Interpolation>:$interpolation,
                    "::mlir::DenseF64ArrayAttr":$mean,
                    "::mlir::DenseF64ArrayAttr":$std);
  let assemblyFormat = [{
    `<` `resize` `=` custom<Resize>($resize, $resizeWidth, $keepRatio) `,` `interpolation` `=` $interpolation `,`
    `mean` `=` custom<Doubles>($mean) `,`
    `std` `=` custom<Doubles>($std) `>`
  }];
  let genVerifyDecl = 1;
}

def Mixq_UniformAttr : AttrDef<Mixq_Dialect, "Uniform"> {
  let mnemonic = "uniform";
  let summary = "the quantizer that calibration chose for one tensor";
  let description = [{
    `#mixq.uniform<u8, scale = 2.0e-2, zero_point = 128>`: one scale and one
    zero-point for a whole tensor.

    Constraints:
    - (A3) `scale` is positive, finite and normal as fp32, which it becomes.
    - (A4) the type has no `axis`.
  }];
  let parameters = (ins "::mixq::QuantizedType":$type,
                    APFloatParameter<"in double precision">:$scaleValue,
                    "int32_t":$zeroPoint);
  let builders = [AttrBuilderWithInferredContext<
      (ins "::mixq::QuantizedType":$type, "double":$scale,
           "int32_t":$zeroPoint), [{
        return $_get(type.getContext(), type, ::llvm::APFloat(scale), zeroPoint);
      }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    double getScale() const { return getScaleValue().convertToDouble(); }
  }];
}

def Mixq_CodebookAttr : AttrDef<Mixq_Dialect, "Codebook"> {
  let mnemonic = "codebook";
  let summary = "the non-uniform quantizer that calibration chose for a tensor";
  let description = [{
    `#mixq.codebook<u2, scale = 1.0e-2, offset = -0.17, table = [0, 3, 30, 255]>`:
    the value of entry `T` is `scale * T + offset` (see `mixq.encode`).

    Constraints:
    - (A5) `scale` is positive, finite and normal as fp32, which it becomes.
    - (A6) `offset` is finite as fp32.
    - (A7) `table` has 2^bits entries in [0, 255], in non-decreasing order.
  }];
  let parameters = (ins "::mixq::CodebookType":$type,
                    APFloatParameter<"in double precision">:$scaleValue,
                    APFloatParameter<"in double precision">:$offsetValue,
                    "::mlir::DenseI32ArrayAttr":$table);
  let builders = [AttrBuilderWithInferredContext<
      (ins "::mixq::CodebookType":$type, "double":$scale, "double":$offset,
           "::llvm::ArrayRef<int32_t>":$table), [{
        return $_get(type.getContext(), type, ::llvm::APFloat(scale),
                     ::llvm::APFloat(offset),
                     ::mlir::DenseI32ArrayAttr::get(type.getContext(), table));
      }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    double getScale() const { return getScaleValue().convertToDouble(); }
    double getOffset() const { return getOffsetValue().convertToDouble(); }
  }];
}

def Mixq_Space : I32EnumAttr<"Space", "what an argument's offset counts from", [
    I32EnumAttrCase<"Input", 0, "input">,
    I32EnumAttrCase<"Arena", 1, "arena">,
    I32EnumAttrCase<"Constants", 2, "constants">]> {
  let cppNamespace = "::mixq";
  let genSpecializedAttr = 0;
}

def Mixq_ArgumentAttr : AttrDef<Mixq_Dialect, "Argument"> {
  let mnemonic = "argument";
  let summary = "a range of bytes that a kernel may touch";
  let parameters = (ins EnumParameter<Mixq_Space>:$space, "int64_t":$offset,
                    "int64_t":$size);
  let assemblyFormat = "`<` $space `,` $offset `,` $size `>`";
}

/// What happens to a product before it is stored.
def Mixq_Epilogue : I32EnumAttr<"Epilogue", "epilogue of a product", [
    I32EnumAttrCase<"Store", 0, "store">,
    I32EnumAttrCase<"Add", 1, "add">,
    I32EnumAttrCase<"Gelu", 2, "gelu">,
    I32EnumAttrCase<"Requantize", 3, "requantize">,
    I32EnumAttrCase<"GeluRequantize", 4, "gelu_requantize">]> {
  let cppNamespace = "::mixq";
  let genSpecializedAttr = 0;
}
def Mixq_EpilogueAttr : EnumAttr<Mixq_Dialect, Mixq_Epilogue, "epilogue">;

#endif // MIXQ_DIALECT_TD
