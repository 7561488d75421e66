//===- PlanCommand.cpp - mixq plan ----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/PlanFlags.h"
#include "tools/mixq-compile/Report.h"

#include "absl/strings/str_cat.h"
#include "analysis/report/Tables.h"
#include "runtime/AtomicFile.h"

namespace mixq {
namespace {

struct PlanOptions {
  std::string output;
  PlanFlags plan;
  ReportFlags report;
  PlanRequest request; ///< set by the check of the flags
};

absl::Status checkFlags(PlanOptions &options) {
  if (options.output.empty())
    return absl::InvalidArgumentError("-o is missing: the plan to write");
  absl::StatusOr<PlanRequest> request = options.plan.request();
  if (!request.ok())
    return request.status();
  options.request = *std::move(request);
  return options.report.check();
}

absl::Status plan(const std::string &path, PlanOptions &options) {
  absl::Status status = checkWritable(options.output);
  if (status.ok())
    status = options.report.checkWritable();
  if (!status.ok())
    return status;
  absl::StatusOr<Analysis> analysis = readAnalysis(path);
  if (!analysis.ok())
    return analysis.status();
  if (!options.plan.costModel.empty()) {
    absl::StatusOr<CostModel> model = readCostModel(options.plan.costModel);
    if (!model.ok())
      return model.status();
    options.request.costModel = *std::move(model);
  }
  absl::StatusOr<PlannedBits> planned =
      planBits(*analysis, options.request, /*explain=*/true);
  if (!planned.ok())
    return planned.status();
  status = options.report.write(*analysis, &*planned);
  if (status.ok())
    status = writeFile(options.output, writePlan(planned->plan));
  if (status.ok())
    std::fputs(describePlan(*planned).c_str(), stdout);
  return status;
}

} // namespace

int planMain(Arguments arguments) {
  PlanOptions options;
  CommandLine command;
  command.usage = "mixq plan A.json -o P.json --like w4a4";
  command.summary =
      "Chooses the bits of every unit: the least damage to the output within "
      "the\n"
      "budgets, by an integer program. A.json is what `mixq analyze` wrote; "
      "P.json\n"
      "can be edited and goes to `mixq compile --plan`.\n\n"
      "  mixq plan a.json -o p.json --like w4a4\n"
      "  mixq plan a.json -o p.json --average-bits 2.5\n"
      "  mixq plan a.json -o p.json --size-budget 2.4MiB --bitops-budget 21.5G";
  command.minPositional = command.maxPositional = 1;
  command.flags = {{"o", "FILE", "the plan to write", &options.output}};
  for (const Flag &flag : options.plan.list())
    command.flags.push_back(flag);
  for (const Flag &flag : options.report.list())
    command.flags.push_back(flag);
  return runCommand(
      command, arguments, [&] { return checkFlags(options); },
      [&] { return plan(command.positional[0], options); });
}

} // namespace mixq
