//===- MatrixEmulator.cpp - AMX on CPUs that lack it ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/transforms/MatrixEmulator.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <ucontext.h>
#include <unistd.h>

namespace mixq {
namespace {

constexpr int64_t kRows = 16, kRowBytes = 64, kRegisters = 8;

/// No stdio in a signal handler.
[[noreturn]] void refuse(const char *why) {
  for (const char *text : {"matrix emulator: ", why, "\n"})
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
      break;
  std::abort();
}

//===----------------------------------------------------------------------===//
// The registers
//===----------------------------------------------------------------------===//

struct MatrixRegister {
  int64_t rows, rowBytes; ///< 0 and 0 until they are configured
  uint8_t bytes[kRows][kRowBytes];
};

/// Of this thread. Initial-exec: a handler may not allocate what it reads.
thread_local MatrixRegister registers[kRegisters]
    __attribute__((tls_model("initial-exec")));

MatrixRegister &configured(int64_t index) {
  MatrixRegister &matrix = registers[index];
  if (matrix.rows == 0)
    refuse("a register that was not configured");
  return matrix;
}

void release() { memset(registers, 0, sizeof(registers)); }

/// Byte 0: palette; 1: row to start at; from 16: bytes a row, two each; from
/// 48: rows.
void configure(const uint8_t *memory) {
  if (memory[0] != 1 || memory[1] != 0)
    refuse("expects palette 1 and start row 0");
  release();
  for (int64_t i = 0; i < kRegisters; ++i) {
    uint16_t rowBytes;
    memcpy(&rowBytes, memory + 16 + 2 * i, sizeof(rowBytes));
    int64_t rows = memory[48 + i];
    if (rows > kRows || rowBytes > kRowBytes || (rows == 0) != (rowBytes == 0))
      refuse("a shape of no register");
    registers[i].rows = rows;
    registers[i].rowBytes = rowBytes;
  }
}

void clear(MatrixRegister &matrix) {
  memset(matrix.bytes, 0, sizeof(matrix.bytes));
}

void load(MatrixRegister &matrix, const uint8_t *memory, int64_t distance) {
  clear(matrix);
  for (int64_t r = 0; r < matrix.rows; ++r)
    memcpy(matrix.bytes[r], memory + r * distance, matrix.rowBytes);
}

void store(const MatrixRegister &matrix, uint8_t *memory, int64_t distance) {
  for (int64_t r = 0; r < matrix.rows; ++r)
    memcpy(memory + r * distance, matrix.bytes[r], matrix.rowBytes);
}

/// sums[m][n] += a[m][4 k + i] * b[k][4 n + i] over k and i, u8 by s8, modulo
/// 2^32.
void multiplyAdd(MatrixRegister &sums, const MatrixRegister &a,
                 const MatrixRegister &b) {
  if (a.rows != sums.rows || b.rowBytes != sums.rowBytes ||
      a.rowBytes != 4 * b.rows || sums.rowBytes % 4 != 0)
    refuse("shapes that do not fit each other");
  for (int64_t m = 0; m < sums.rows; ++m)
    for (int64_t n = 0; n < sums.rowBytes / 4; ++n) {
      uint32_t sum;
      memcpy(&sum, sums.bytes[m] + 4 * n, sizeof(sum));
      for (int64_t k = 0; k < b.rows; ++k)
        for (int i = 0; i < 4; ++i)
          sum += static_cast<uint32_t>(
              int32_t(a.bytes[m][4 * k + i]) *
              int32_t(static_cast<int8_t>(b.bytes[k][4 * n + i])));
      memcpy(sums.bytes[m] + 4 * n, &sum, sizeof(sum));
    }
}

//===----------------------------------------------------------------------===//
// The instructions
//===----------------------------------------------------------------------===//

/// A general register by its number in an encoding.
int64_t valueOf(const greg_t *general, int number) {
  constexpr int kPlaces[] = {
      REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  return general[kPlaces[number]];
}

/// Registers hold addresses as integers.
uint8_t *pointerOf(int64_t address) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<uint8_t *>(address);
}

enum Prefix { kNone = 0, k66 = 1, kF3 = 2, kF2 = 3 };

/// VEX.128.0F38.W0, with three bytes of prefix.
struct Instruction {
  int opcode, prefix;
  int reg, rm, vvvv; ///< of matrix registers
  bool isMemory;
  uint8_t *address;  ///< of memory, without the index register
  int64_t index = 0; ///< the scaled index register, 0 without one
  int length = 5;

  explicit Instruction(const greg_t *general) {
    uint8_t *code = pointerOf(general[REG_RIP]);
    if (code[0] != 0xc4 || (code[1] & 0x1f) != 2 || (code[2] & 0x84) != 0)
      refuse("not an instruction of AMX");
    opcode = code[3];
    prefix = code[2] & 3;
    vvvv = 15 - (code[2] >> 3 & 15);
    reg = code[4] >> 3 & 7;
    rm = code[4] & 7;
    isMemory = code[4] >> 6 != 3;
    address = isMemory ? decodeAddress(code, general) : code;
  }

private:
  /// The next bytes of the encoding.
  template <typename T> int64_t read(const uint8_t *code) {
    T value;
    memcpy(&value, code + length, sizeof(value));
    length += sizeof(value);
    return int64_t{value};
  }

  uint8_t *decodeAddress(const uint8_t *code, const greg_t *general) {
    const int mode = code[4] >> 6;
    const int highIndex = (code[1] & 0x40) == 0 ? 8 : 0;
    const int highBase = (code[1] & 0x20) == 0 ? 8 : 0;
    int base = rm;
    if (rm == 4) {
      const int sib = code[length++];
      const int number = (sib >> 3 & 7) | highIndex;
      if (number != 4)
        index = valueOf(general, number) << (sib >> 6);
      base = sib & 7;
    }
    int64_t displacement = 0;
    if (mode == 1)
      displacement = read<int8_t>(code);
    if (mode == 2 || (mode == 0 && base == 5))
      displacement = read<int32_t>(code);
    int64_t start = valueOf(general, base | highBase);
    if (mode == 0 && base == 5) // no base, or that of the next instruction
      start = rm == 4 ? 0 : reinterpret_cast<int64_t>(code + length);
    return pointerOf(start + displacement);
  }
};

void execute(const Instruction &at) {
  const int form = at.opcode << 4 | at.prefix << 1 | int(at.isMemory);
  constexpr int kMemory = 1;
  switch (form) {
  case 0x49 << 4 | kNone << 1 | kMemory:
    return configure(at.address + at.index);
  case 0x49 << 4 | kNone << 1:
    return release();
  case 0x49 << 4 | kF2 << 1:
    return clear(configured(at.reg));
  case 0x4b << 4 | kF2 << 1 | kMemory:
  case 0x4b << 4 | k66 << 1 | kMemory: // the hint of TILELOADDT1
    return load(configured(at.reg), at.address, at.index);
  case 0x4b << 4 | kF3 << 1 | kMemory:
    return store(configured(at.reg), at.address, at.index);
  case 0x5e << 4 | k66 << 1:
    if (at.reg == at.rm || at.rm == at.vvvv || at.vvvv == at.reg)
      refuse("one register twice in a product");
    return multiplyAdd(configured(at.reg), configured(at.rm),
                       configured(at.vvvv & 7));
  default:
    refuse("not an instruction of AMX that kernels use");
  }
}

void handle(int, siginfo_t *, void *context) {
  greg_t *general = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  Instruction instruction(general);
  execute(instruction);
  general[REG_RIP] += instruction.length;
}

} // namespace

void emulateMatrixRegisters() {
  struct sigaction action = {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGILL, &action, nullptr) != 0)
    refuse("no handler for SIGILL");
}

} // namespace mixq
