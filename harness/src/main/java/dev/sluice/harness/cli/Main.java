package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.scorers.NearestName;
import dev.sluice.scorers.PrerequisiteException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the command line. */
public final class Main {
  private Main() {}

  /** The root command: it only holds the others. */
  @Command(
      name = "sluice",
      description = "Finds out, sublayer by sublayer, what can be cut from a language model.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Exit codes: 0 done; 1 a defect; 2 something you can repair, said in the message;",
        "            130 stopped, 'sluice resume NAME' continues."
      })
  static final class Root {}

  public static void main(String[] arguments) {
    System.exit(run(utf8(System.out), utf8(System.err), arguments));
  }

  /** Reports are UTF-8, as their HTML says, whatever the locale. */
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, UTF_8);
  }

  /** Run one command; the exit code. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return commands(new Console(out, err, System.getenv())).execute(arguments);
  }

  /** All commands, as the parser knows them. */
  static CommandLine commands(Console console) {
    CommandLine line = new CommandLine(new Root());
    line.addSubcommand("demo", new DemoCommand(console));
    line.addSubcommand("run", RunCommand.line(console));
    line.addSubcommand("resume", new ResumeCommand(console));
    line.addSubcommand("list", new ListCommand(console));
    line.addSubcommand("report", new ReportCommand(console));
    line.addSubcommand("inspect", new InspectCommand(console));
    line.addSubcommand("forward", new ForwardCommand(console));
    line.addSubcommand("profile", ProfileCommand.line(console));
    line.addSubcommand("eval", new EvalCommand(console));
    line.addSubcommand("divergence", new DivergenceCommand(console));
    line.addSubcommand("compare", new CompareCommand(console));
    line.addSubcommand("export", new ExportCommand(console));
    line.addSubcommand("verify", new VerifyCommand(console));
    line.addSubcommand("serve", new ServeCommand(console));
    line.addSubcommand("fetch", FetchCommand.line(console));
    line.setOut(new PrintWriter(console.out(), true, UTF_8));
    line.setErr(new PrintWriter(console.err(), true, UTF_8));
    line.setParameterExceptionHandler((e, args) -> usageError(console, e, args));
    line.setExecutionExceptionHandler((e, l, parsed) -> failure(console, e));
    return line;
  }

  private static int usageError(Console console, ParameterException e, String... arguments) {
    if (arguments.length == 0) {
      e.getCommandLine().usage(console.err());
      return ExitCode.PREREQUISITE;
    }
    String hint = e instanceof UnmatchedArgumentException unmatched ? meant(unmatched) : "";
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = ". See '" + command + " --help' for what can be given";
    console.err().println("sluice: " + e.getMessage() + (hint.isEmpty() ? help : hint));
    return ExitCode.PREREQUISITE;
  }

  /** The option or command that was probably meant by a word that is none. */
  private static String meant(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst().split("=", 2)[0];
    CommandSpec command = e.getCommandLine().getCommandSpec();
    return NearestName.hint(
        word,
        word.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet());
  }

  private static int failure(Console console, Exception e) {
    if (e instanceof PrerequisiteException) {
      return refusal(console, String.valueOf(e.getMessage()));
    }
    if (e instanceof InvalidPathException path) {
      return refusal(
          console,
          "path '%s': %s. Check it, or set a locale that has its characters, such as LC_ALL=C.UTF-8"
              .formatted(path.getInput(), path.getReason()));
    }
    e.printStackTrace(console.err());
    return ExitCode.FAILED;
  }

  private static int refusal(Console console, String message) {
    Arrays.stream(message.split("\n", -1)).forEach(l -> console.err().println("sluice: " + l));
    return ExitCode.PREREQUISITE;
  }
}
