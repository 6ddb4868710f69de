using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RollbackTools.Tests.Child;

/// <summary>Runs a script in a host that asks on standard input, whatever that is.</summary>
internal static class ApprovalRun
{
    public static object Gather(string manifest, string folder, string hostName, string script)
    {
        var host = new LineHost(hostName);
        using var runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(folder);
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddArgument(manifest).Invoke();
        shell.Commands.Clear();
        shell.AddScript(script);
        var errors = new List<ErrorRecord>();
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException terminating)
        {
            errors.Add(terminating.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new
        {
            host.Prompts,
            Errors = errors.Select(error => error.FullyQualifiedErrorId).ToList(),
            Messages = errors.Select(error => $"{error} {error.ErrorDetails?.RecommendedAction}").ToList(),
        };
    }
}
