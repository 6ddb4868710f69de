using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace RollbackTools.Tests.Hosting;

/// <summary>A runspace of the small shell's kind with the module imported through its manifest.</summary>
internal sealed class Session : IDisposable
{
    private readonly Runspace _runspace;

    public Session(string folder, PSHost? host = null)
    {
        var state = InitialSessionState.CreateDefault2();
        _runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
        _runspace.Open();
        _runspace.SessionStateProxy.Path.SetLocation(folder);
        Run("Import-Module $args[0]", Checkout.Manifest).Clean();
    }

    /// <summary>Sets a variable that scripts use.</summary>
    public void Set(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Reads a variable that a script set.</summary>
    public object? Get(string name) => _runspace.SessionStateProxy.GetVariable(name) is PSObject wrapped
        ? wrapped.BaseObject
        : _runspace.SessionStateProxy.GetVariable(name);

    /// <summary>Runs a script to its end.</summary>
    public Outcome Run(string script, params object[] arguments)
    {
        using var shell = NewShell(script, arguments);
        return Run(shell);
    }

    /// <summary>Prepares a script, so that something else can stop it.</summary>
    public PowerShell NewShell(string script, params object[] arguments)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (var argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    /// <summary>Runs what was prepared.</summary>
    public static Outcome Run(PowerShell shell)
    {
        var output = new PSDataCollection<PSObject>();
        RuntimeException? thrown = null;
        try
        {
            shell.Invoke(input: null, output);
        }
        catch (RuntimeException failure)
        {
            thrown = failure;
        }

        var errors = shell.Streams.Error.ToList();
        if (thrown is not null and not PipelineStoppedException)
        {
            errors.Add(thrown.ErrorRecord);
        }

        return new Outcome
        {
            Output = [.. output],
            Errors = errors,
            Warnings = [.. shell.Streams.Warning.Select(record => record.Message)],
            Verbose = [.. shell.Streams.Verbose.Select(record => record.Message)],
            Thrown = thrown,
        };
    }

    public void Dispose() => _runspace.Dispose();
}
