using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Hosting;

/// <summary>The host of the PowerShell engine on a console.</summary>
internal sealed class ShellHost : PSHost
{
    private readonly TerminalOutput _output;
    private readonly ShellPrivateData _data;

    /// <summary>Makes the host.</summary>
    public ShellHost(TerminalOutput output, LineReader reader, bool nonInteractive)
    {
        _output = output;
        _data = new ShellPrivateData(nonInteractive, new PendingOutput(output));
        PrivateData = PSObject.AsPSObject(_data);
        UI = new ShellUserInterface(output, new Questions(output, reader, _data));
    }

    /// <summary>The version of the shell.</summary>
    public static Version ShellVersion { get; } =
        Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    /// <summary>The code of the script's <c>exit</c>, or null as long as none ran.</summary>
    public int? RequestedExitCode { get; private set; }

    /// <inheritdoc/>
    public override string Name => "RollbackShell";

    /// <inheritdoc/>
    public override Version Version => ShellVersion;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI { get; }

    /// <inheritdoc/>
    public override PSObject PrivateData { get; }

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>Drops what the formatter of a stopped pipeline still holds back.</summary>
    public void ForgetPending() => _data.Pending.Clear();

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
        _data.Pending.Flush();
        _output.SuspendProgress();
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication() => _output.ResumeProgress();

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new HostException(
        "This small shell has no nested prompt, so a question cannot be suspended; answer it, or use pwsh.",
        innerException: null, "NestedPromptNotSupported", ErrorCategory.NotImplemented);

    /// <inheritdoc/>
    public override void ExitNestedPrompt()
    {
    }
}
