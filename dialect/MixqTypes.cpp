//===- MixqTypes.cpp - Types of the mixq dialect --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mixq;

#define GET_TYPEDEF_CLASSES
#include "dialect/MixqTypes.cpp.inc"

void MixqDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/MixqTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// QuantizedType
//===----------------------------------------------------------------------===//

LogicalResult
QuantizedType::verify(function_ref<InFlightDiagnostic()> emitError,
                      bool isSigned, unsigned bits,
                      std::optional<unsigned> axis) {
  // (T1)
  if (bits < 2 || bits > 8)
    return emitError() << "expects a code of 2 to 8 bits, got " << bits;
  // (T2)
  if (axis && *axis > INT32_MAX)
    return emitError() << "expects an axis below 2^31, got " << *axis;
  return success();
}

ParseResult QuantizedType::parseCode(AsmParser &parser, bool &isSigned,
                                     unsigned &bits) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  isSigned = keyword.starts_with("s");
  if ((!isSigned && !keyword.starts_with("u")) ||
      keyword.drop_front().getAsInteger(10, bits))
    return parser.emitError(loc)
           << "expects a code like 'u8' or 's4', got '" << keyword << "'";
  return success();
}

static ParseResult parseAxis(AsmParser &parser, std::optional<unsigned> &axis) {
  if (parser.parseOptionalComma())
    return success();
  int64_t value = 0;
  SMLoc loc;
  if (parser.parseKeyword("axis") || parser.parseEqual() ||
      parser.getCurrentLocation(&loc) || parser.parseInteger(value))
    return failure();
  // (T2)
  if (value < 0 || value > INT32_MAX)
    return parser.emitError(loc)
           << "expects an axis in [0, 2^31), got " << value;
  axis = value;
  return success();
}

Type QuantizedType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  bool isSigned = false;
  unsigned bits = 0;
  std::optional<unsigned> axis;
  if (parser.parseLess() || parseCode(parser, isSigned, bits) ||
      parseAxis(parser, axis) || parser.parseGreater())
    return {};
  return parser.getChecked<QuantizedType>(loc, parser.getContext(), isSigned,
                                          bits, axis);
}

void QuantizedType::printCode(AsmPrinter &printer) const {
  printer << (getIsSigned() ? "s" : "u") << getBits();
}

void QuantizedType::print(AsmPrinter &printer) const {
  printer << "<";
  printCode(printer);
  if (getAxis())
    printer << ", axis = " << *getAxis();
  printer << ">";
}

//===----------------------------------------------------------------------===//
// CodebookType
//===----------------------------------------------------------------------===//

LogicalResult CodebookType::verify(function_ref<InFlightDiagnostic()> emitError,
                                   unsigned bits) {
  // (T3)
  if (bits < 2 || bits > 8)
    return emitError() << "expects a codebook of 2 to 8 bits, got " << bits;
  return success();
}

Type CodebookType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation(), entryLoc;
  bool isSigned = false, isEntrySigned = false;
  unsigned bits = 0, entryBits = 0;
  if (parser.parseLess() || QuantizedType::parseCode(parser, isSigned, bits) ||
      parser.parseComma() || parser.getCurrentLocation(&entryLoc) ||
      QuantizedType::parseCode(parser, isEntrySigned, entryBits) ||
      parser.parseGreater())
    return {};
  if (isSigned) {
    parser.emitError(loc, "expects an unsigned code, like 'u4'");
    return {};
  }
  // (T4)
  if (isEntrySigned || entryBits != 8) {
    parser.emitError(entryLoc, "expects entries of u8");
    return {};
  }
  return parser.getChecked<CodebookType>(loc, parser.getContext(), bits);
}

void CodebookType::print(AsmPrinter &printer) const {
  printer << "<u" << getBits() << ", u8>";
}
