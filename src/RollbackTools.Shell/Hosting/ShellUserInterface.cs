using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using RollbackTools.Shell.Terminal;
using Spectre.Console;

namespace RollbackTools.Shell.Hosting;

/// <summary>What the engine writes and asks, on a console.</summary>
internal sealed class ShellUserInterface(TerminalOutput output, Questions questions)
    : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    private static readonly Style s_warning = new(Color.Yellow);
    private static readonly Style s_quiet = new(Color.Grey);

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface(output, questions);

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => output.IsAnsiTerminal;

    /// <inheritdoc/>
    public override void Write(string value) => output.Write(value ?? "");

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        output.Write(value ?? "", ColourStyle.Of(foregroundColor, backgroundColor));

    /// <inheritdoc/>
    public override void WriteLine() => output.Write("\n");

    /// <inheritdoc/>
    public override void WriteLine(string value) => output.Write(value + "\n");

    /// <inheritdoc/>
    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        output.Write(value + "\n", ColourStyle.Of(foregroundColor, backgroundColor));

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => output.WriteError(value + "\n");

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => output.Write($"WARNING: {message}\n", s_warning);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => output.Write($"VERBOSE: {message}\n", s_quiet);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => output.Write($"DEBUG: {message}\n", s_quiet);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record) => output.ShowProgress(sourceId, record);

    /// <inheritdoc/>
    public override string ReadLine() => questions.ReadLine();

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => questions.ReadSecureLine();

    /// <inheritdoc/>
    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        new ChoiceQuestion(questions, choices).AskOne(caption, message, defaultChoice);

    /// <inheritdoc/>
    public Collection<int> PromptForChoice(
        string? caption,
        string? message,
        Collection<ChoiceDescription> choices,
        IEnumerable<int>? defaultChoices) =>
        new ChoiceQuestion(questions, choices).AskSeveral(caption, message, defaultChoices);

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) =>
        new FieldQuestion(questions, this).Ask(caption, message, descriptions);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName) =>
        new CredentialQuestion(questions).Ask(caption, message, userName);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        new CredentialQuestion(questions).Ask(caption, message, userName);
}
