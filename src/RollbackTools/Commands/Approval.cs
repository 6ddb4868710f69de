using System.Management.Automation;
using RollbackOps;

namespace RollbackTools.Commands;

/// <summary>Where nobody can answer, nothing prompts (S38).</summary>
internal static class Approval
{
    private const string ConsoleHost = "ConsoleHost";

    /// <summary>Stops a cmdlet that would ask for confirmation where nobody can be asked.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ApprovalMissing"/>.</exception>
    public static void RequireSomebody(PSCmdlet command, ConfirmImpact impact)
    {
        if (IsPreview(command) || !WouldAsk(command, impact) || CanAsk(command))
        {
            return;
        }

        throw new RollbackOpsException(ErrorId.ApprovalMissing,
            $"{command.MyInvocation.MyCommand?.Name} would ask for approval, and nobody can be asked here: the session is not interactive or its input is redirected. Nothing was changed. -Confirm:$false approves it in advance.",
            "Add -Confirm:$false, or run it at a prompt.");
    }

    /// <summary>Whether the cmdlet only shows what it would do. For the pipeline thread.</summary>
    public static bool IsPreview(PSCmdlet command) =>
        command.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf)
            ? IsOn(whatIf)
            : IsOn(command.GetVariableValue("WhatIfPreference"));

    /// <summary>Whether ShouldProcess will ask somebody. For the pipeline thread.</summary>
    public static bool WouldAsk(PSCmdlet command, ConfirmImpact impact)
    {
        var bound = command.MyInvocation.BoundParameters;
        if (bound.TryGetValue("Confirm", out var confirm))
        {
            return IsOn(confirm);
        }

        var preference = LanguagePrimitives.TryConvertTo<ConfirmImpact>(command.GetVariableValue("ConfirmPreference"), out var set)
            ? set
            : ConfirmImpact.High;
        return preference != ConfirmImpact.None && impact >= preference;
    }

    /// <summary>Whether there is somebody who can be asked. For the pipeline thread.</summary>
    public static bool CanAsk(PSCmdlet command)
    {
        var host = command.Host;
        if (host?.UI is null || host.Name == "Default Host")
        {
            return false;
        }

        if (host.PrivateData?.Properties["NonInteractive"]?.Value is { } stated && IsOn(stated))
        {
            return false;
        }

        return host.Name != ConsoleHost || (!Console.IsInputRedirected && !IsStartedNonInteractive());
    }

    /// <summary>pwsh tells nobody that it was started with <c>-NonInteractive</c> (or any unambiguous beginning of it).</summary>
    private static bool IsStartedNonInteractive() => Environment.GetCommandLineArgs().Any(argument =>
        argument.Length >= 5 && argument[0] is '-' or '/'
        && "NonInteractive".StartsWith(argument[1..], StringComparison.OrdinalIgnoreCase));

    private static bool IsOn(object? value) => value switch
    {
        SwitchParameter given => given.IsPresent,
        bool given => given,
        PSObject wrapped => IsOn(wrapped.BaseObject),
        _ => LanguagePrimitives.IsTrue(value),
    };
}
