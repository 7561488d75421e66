#include "tools/mixq/Command.h"

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"
#include "runtime/File.h"

namespace mixq {

void printError(absl::string_view message) {
  std::string line(message);
  for (char &c : line) // a path may hold anything; this stays one line
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)))
      c = '?';
  std::fprintf(stderr, "error: %s\n", line.c_str());
}

absl::Status finishOutput() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return systemError("standard output", "write");
  return absl::OkStatus();
}

int runCommand(CommandLine &command, Arguments arguments,
               const std::function<absl::Status()> &check,
               const std::function<absl::Status()> &body) {
  absl::Status status = command.parse(arguments);
  if (status.ok() && !command.helpWanted)
    status = check();
  if (!status.ok()) {
    printError(status.message());
    std::fprintf(stderr, "%s\n", command.usageLine().c_str());
    return exitUsage;
  }
  if (command.helpWanted)
    std::fputs(command.help().c_str(), stdout);
  else
    status = body();
  if (status.ok())
    status = finishOutput();
  if (status.ok())
    return exitSuccess;
  printError(status.message());
  return exitFailure;
}

absl::StatusOr<std::unique_ptr<Context>>
loadContext(const std::string &path, const ContextOptions &options) {
  absl::StatusOr<std::shared_ptr<const Module>> module = Module::load(path);
  if (!module.ok())
    return module.status();
  return Context::create(*std::move(module), options);
}

absl::Status writeJson(const std::string &path,
                       const nlohmann::ordered_json &json) {
  using Json = nlohmann::ordered_json;
  const std::string text =
      json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (path != "-")
    return writeFile(path, text);
  std::fputs(text.c_str(), stdout);
  return absl::OkStatus();
}

Flag threadsFlag(Integer &threads) {
  return {"threads", "N",
          absl::StrCat("threads to compute with (default ", threads.value, ")"),
          &threads};
}

} // namespace mixq
