//===- MixqAttributes.cpp - Attributes of the mixq dialect ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mixq;

/// DenseF64ArrayAttr's own printer keeps six digits; these round-trip.
static ParseResult parseDoubles(AsmParser &parser, DenseF64ArrayAttr &result) {
  llvm::SmallVector<double> values;
  auto parseValue = [&] { return parser.parseFloat(values.emplace_back()); };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseValue))
    return failure();
  result = DenseF64ArrayAttr::get(parser.getContext(), values);
  return success();
}

static void printDoubles(AsmPrinter &printer, DenseF64ArrayAttr values) {
  printer << "[";
  llvm::interleaveComma(values.asArrayRef(), printer, [&](double value) {
    printer.printFloat(llvm::APFloat(value));
  });
  printer << "]";
}

/// "256", "[256, 320]" or "cover [256, 320]". A width of 0 stands for none.
static ParseResult parseResize(AsmParser &parser, unsigned &resize,
                               unsigned &width, bool &keepRatio) {
  width = 0;
  keepRatio = succeeded(parser.parseOptionalKeyword("cover"));
  if (!keepRatio && failed(parser.parseOptionalLSquare()))
    return parser.parseInteger(resize);
  if (keepRatio && parser.parseLSquare())
    return failure();
  SMLoc loc;
  if (parser.parseInteger(resize) || parser.parseComma() ||
      parser.getCurrentLocation(&loc) || parser.parseInteger(width) ||
      parser.parseRSquare())
    return failure();
  if (width == 0)
    return parser.emitError(loc, "expects a width that is positive, got 0");
  return success();
}

static void printResize(AsmPrinter &printer, unsigned resize, unsigned width,
                        bool keepRatio) {
  if (width == 0)
    printer << resize;
  else
    printer << (keepRatio ? "cover " : "") << "[" << resize << ", " << width
            << "]";
}

#include "dialect/MixqEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialect/MixqAttributes.cpp.inc"

void MixqDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/MixqAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// PreprocessingAttr
//===----------------------------------------------------------------------===//

LogicalResult
PreprocessingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          unsigned resize, unsigned resizeWidth, bool keepRatio,
                          Interpolation interpolation, DenseF64ArrayAttr mean,
                          DenseF64ArrayAttr std) {
  // (A1)
  if (mean.empty() || mean.size() != std.size())
    return emitError() << "expects mean and std of equal, positive length, got "
                       << mean.size() << " and " << std.size() << " elements";
  for (double value : mean.asArrayRef())
    if (!std::isfinite(value))
      return emitError() << "expects mean to be finite, got " << value;
  for (double value : std.asArrayRef())
    if (!std::isfinite(value) || value <= 0)
      return emitError() << "expects std to be positive and finite, got "
                         << value;
  // (A2)
  if (resize == 0)
    return emitError() << "expects resize to be positive, got " << resize;
  if (keepRatio && resizeWidth == 0)
    return emitError() << "expects a width to cover, got none";
  return success();
}

//===----------------------------------------------------------------------===//
// UniformAttr
//===----------------------------------------------------------------------===//

static llvm::APFloat toSingle(llvm::APFloat value) {
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value;
}

static LogicalResult verifyScale(function_ref<InFlightDiagnostic()> emitError,
                                 const llvm::APFloat &scale) {
  llvm::APFloat single = toSingle(scale);
  if (!single.isNormal() || single.isNegative())
    return emitError() << "expects scale to be positive, finite and normal in "
                          "fp32, got "
                       << scale.convertToDouble();
  return success();
}

LogicalResult UniformAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  QuantizedType type, llvm::APFloat scale,
                                  int32_t zeroPoint) {
  // (A3)
  if (failed(verifyScale(emitError, scale)))
    return failure();
  // (A4)
  if (type.getAxis())
    return emitError() << "expects a type without axis, got " << type;
  return success();
}

/// The first item is what stands between the brackets of the type.
static ParseResult parseCodeType(AsmParser &parser, QuantizedType &type) {
  SMLoc loc = parser.getCurrentLocation();
  bool isSigned = false;
  unsigned bits = 0;
  if (QuantizedType::parseCode(parser, isSigned, bits))
    return failure();
  type = parser.getChecked<QuantizedType>(loc, parser.getContext(), isSigned,
                                          bits, std::optional<unsigned>());
  return success(type != nullptr);
}

Attribute UniformAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  QuantizedType type;
  llvm::APFloat scale(0.0);
  int32_t zeroPoint = 0;
  if (parser.parseLess() || parseCodeType(parser, type) ||
      parser.parseComma() || parser.parseKeyword("scale") ||
      parser.parseEqual() ||
      parser.parseFloat(llvm::APFloat::IEEEdouble(), scale) ||
      parser.parseComma() || parser.parseKeyword("zero_point") ||
      parser.parseEqual() || parser.parseInteger(zeroPoint) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<UniformAttr>(loc, parser.getContext(), type, scale,
                                        zeroPoint);
}

void UniformAttr::print(AsmPrinter &printer) const {
  printer << "<";
  getType().printCode(printer);
  printer << ", scale = ";
  // Shortest text from which the parser reads the same value.
  printer.printFloat(getScaleValue());
  printer << ", zero_point = " << getZeroPoint() << ">";
}

//===----------------------------------------------------------------------===//
// CodebookAttr
//===----------------------------------------------------------------------===//

LogicalResult CodebookAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   CodebookType type, llvm::APFloat scale,
                                   llvm::APFloat offset,
                                   DenseI32ArrayAttr table) {
  // (A5)
  if (failed(verifyScale(emitError, scale)))
    return failure();
  // (A6)
  if (!toSingle(offset).isFinite())
    return emitError() << "expects offset to be finite in fp32, got "
                       << offset.convertToDouble();
  // (A7)
  ArrayRef<int32_t> entries = table.asArrayRef();
  if (static_cast<int64_t>(entries.size()) != type.getSize())
    return emitError() << "expects a table of " << type.getSize()
                       << " entries, got " << entries.size();
  int32_t least = 0;
  for (int32_t entry : entries) {
    if (entry < least || entry > CodebookType::kMaxEntry)
      return emitError() << "expects entries of the table in [0, 255], in "
                            "non-decreasing order, got "
                         << entry;
    least = entry;
  }
  return success();
}

static ParseResult parseNumber(AsmParser &parser, StringRef name,
                               llvm::APFloat &value) {
  return failure(parser.parseKeyword(name) || parser.parseEqual() ||
                 parser.parseFloat(llvm::APFloat::IEEEdouble(), value) ||
                 parser.parseComma());
}

/// The first items are what stands between the brackets of the type.
Attribute CodebookAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  bool isSigned = false;
  unsigned bits = 0;
  llvm::APFloat scale(0.0), offset(0.0);
  SmallVector<int32_t> table;
  if (parser.parseLess() || QuantizedType::parseCode(parser, isSigned, bits) ||
      parser.parseComma() || parseNumber(parser, "scale", scale) ||
      parseNumber(parser, "offset", offset) || parser.parseKeyword("table") ||
      parser.parseEqual() ||
      parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square,
          [&] { return parser.parseInteger(table.emplace_back()); }) ||
      parser.parseGreater())
    return {};
  if (isSigned) {
    parser.emitError(loc, "expects an unsigned code, like 'u4'");
    return {};
  }
  auto type = parser.getChecked<CodebookType>(loc, parser.getContext(), bits);
  if (!type)
    return {};
  return parser.getChecked<CodebookAttr>(
      loc, parser.getContext(), type, scale, offset,
      DenseI32ArrayAttr::get(parser.getContext(), table));
}

void CodebookAttr::print(AsmPrinter &printer) const {
  printer << "<u" << getType().getBits() << ", scale = ";
  printer.printFloat(getScaleValue());
  printer << ", offset = ";
  printer.printFloat(getOffsetValue());
  printer << ", table = [";
  llvm::interleaveComma(getTable().asArrayRef(), printer);
  printer << "]>";
}
