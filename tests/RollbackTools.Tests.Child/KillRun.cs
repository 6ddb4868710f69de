using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RollbackTools.Tests.Child;

/// <summary>
/// Runs a script and ends this process at one of the module's diagnostic events as a power cut would; with 0, tells
/// how many there are.
/// </summary>
internal sealed class KillRun : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly int _killAt;
    private readonly List<string> _events = [];

    private KillRun(int killAt) => _killAt = killAt;

    public static object Gather(string manifest, string folder, int killAt, string script)
    {
        var run = new KillRun(killAt);
        using var subscription = DiagnosticListener.AllListeners.Subscribe(run);
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(folder);
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddArgument(manifest).Invoke();
        shell.Commands.Clear();
        shell.AddScript(script).Invoke();
        return new
        {
            Events = run._events,
            Errors = shell.Streams.Error.Select(error => error.FullyQualifiedErrorId).ToList(),
        };
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "RollbackOps")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        _events.Add($"{value.Key} {value.Value}");
        if (_events.Count == _killAt)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
