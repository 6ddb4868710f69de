using System.Management.Automation;
using System.Management.Automation.Runspaces;
using RollbackTools.Shell.Hosting;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Sessions;

/// <summary>A PowerShell session that runs one thing at a time and can be stopped from a signal's thread.</summary>
internal sealed class ShellSession(ShellHost host, TerminalOutput output, LineReader reader) : IDisposable
{
    private readonly Lock _gate = new();
    private Runspace? _runspace;
    private PowerShell? _running;
    private int _endingCode;

    /// <summary>The host.</summary>
    public ShellHost Host => host;

    /// <summary>The open runspace.</summary>
    public Runspace Runspace => _runspace ?? throw new InvalidOperationException("The session is not open.");

    /// <summary>Stands for what runs now; null when nothing does.</summary>
    public object? Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>The exit code of the signal that ends the session, or zero.</summary>
    public int EndingCode => Volatile.Read(ref _endingCode);

    /// <summary>Opens the session and loads the module.</summary>
    /// <exception cref="SessionException">The module cannot be loaded.</exception>
    public void Open(string module)
    {
        _runspace = Engine.CreateRunspace(host, module);
        try
        {
            _runspace.Open();
        }
        catch (RuntimeException failure)
        {
            throw new SessionException(
                $"the module '{module}' cannot be loaded: {failure.Message} If it is not built yet, build it first.",
                failure);
        }
    }

    /// <summary>Runs a command and shows all it gives; returns when it has really ended.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">What it gets as <c>$input</c>.</param>
    public RunOutcome Run(Command command, IEnumerable<string>? input = null)
    {
        using var powershell = PowerShell.Create(Runspace);
        command.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        powershell.Commands.AddCommand(command).AddCommand("Out-Default");
        if (!TryBegin(powershell))
        {
            return RunOutcome.Stopped;
        }

        try
        {
            powershell.Invoke(input, new PSInvocationSettings { AddToHistory = true });
            return RunOutcome.Completed;
        }
        catch (PipelineStoppedException)
        {
            return RunOutcome.Stopped;
        }
        catch (RuntimeException failure)
        {
            output.ResetProgress();
            Report(failure);
            return RunOutcome.Failed;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Gives what a short command of the shell's own returns, unseen; the default when it fails.</summary>
    public T? Ask<T>(string script)
    {
        using var powershell = PowerShell.Create(Runspace);
        powershell.AddScript(script);
        if (!TryBegin(powershell))
        {
            return default;
        }

        try
        {
            return powershell.Invoke<T>().FirstOrDefault();
        }
        catch (RuntimeException)
        {
            return default;
        }
        finally
        {
            End();
        }
    }

    /// <summary>
    /// Asks what runs to stop, and does not wait: whoever runs it waits. A question that waits for its answer is
    /// withdrawn.
    /// </summary>
    /// <param name="endingCode">The exit code when the session is to end as well, otherwise zero.</param>
    /// <returns>Whether anything ran or waited for input.</returns>
    public bool Interrupt(int endingCode)
    {
        lock (_gate)
        {
            if (endingCode != 0)
            {
                Volatile.Write(ref _endingCode, endingCode);
            }

            // The pipeline before the question: else the withdrawn question would look like an answer to a running one.
            _running?.BeginStop(callback: null, state: null);
            var waited = reader.Cancel();
            return waited || _running is not null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace?.Dispose();

    private bool TryBegin(PowerShell powershell)
    {
        lock (_gate)
        {
            if (EndingCode != 0)
            {
                return false;
            }

            _running = powershell;
            return true;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _running = null;
        }

        host.ForgetPending();
        output.ResetProgress();
    }

    // The engine's own view of an error, on standard error.
    private void Report(RuntimeException failure)
    {
        using var powershell = PowerShell.Create(Runspace);
        powershell.AddCommand("Out-Default").AddParameter("InputObject", failure.ErrorRecord);
        var before = output.WriteCount;
        using (output.RouteToError())
        {
            try
            {
                powershell.Invoke();
            }
            catch (RuntimeException)
            {
                // Said below: an error is never lost because its view failed.
            }
        }

        // The engine's view shows nothing at all for a text that is cut off in the middle of a statement.
        if (output.WriteCount == before)
        {
            output.WriteError($"{failure.Message}\n");
        }
    }
}
