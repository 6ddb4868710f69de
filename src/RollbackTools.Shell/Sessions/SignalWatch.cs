using System.Runtime.InteropServices;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Sessions;

/// <summary>
/// Turns signals into a stopped pipeline. The process ends only when the pipeline has stopped, so that a rollback's
/// step is never abandoned; a second Ctrl+C is the user's own decision not to wait for that.
/// </summary>
internal sealed class SignalWatch : IDisposable
{
    // What stops sooner needs no words.
    private static readonly TimeSpan s_noticeAfter = TimeSpan.FromMilliseconds(500);

    private readonly ShellSession _session;
    private readonly TerminalOutput _output;
    private readonly int _interruptedCode;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly ITimer _notice;
    private object? _stopping;
    private object? _announced;

    /// <summary>Begins to watch.</summary>
    /// <param name="session">What is stopped.</param>
    /// <param name="output">Where it is announced.</param>
    /// <param name="atPrompt">Whether Ctrl+C ends only what runs, and not the session.</param>
    public SignalWatch(ShellSession session, TerminalOutput output, bool atPrompt)
    {
        _session = session;
        _output = output;
        _interruptedCode = atPrompt ? 0 : ExitCode.Interrupted;
        _notice = TimeProvider.System.CreateTimer(
            _ => Announce(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, ExitCode.HungUp)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _notice.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        // Only once it has been said that another Ctrl+C kills: a double tap is not a decision.
        if (_session.Running is { } running && running == Volatile.Read(ref _announced))
        {
            _output.WriteNotice("Killed.\n");
            Environment.Exit(ExitCode.Interrupted);
        }

        Stop(context, _interruptedCode);
    }

    private void Stop(PosixSignalContext context, int endingCode)
    {
        // With nothing to stop and no prompt to leave, the signal does what it does to any process. Between two lines
        // of a prompt nothing runs for an instant, and the session stays all the same.
        context.Cancel = _session.Interrupt(endingCode) || endingCode == 0;
        Volatile.Write(ref _stopping, _session.Running);
        _notice.Change(s_noticeAfter, Timeout.InfiniteTimeSpan);
    }

    private void Announce()
    {
        if (_session.Running is { } running && running == Volatile.Read(ref _stopping))
        {
            Volatile.Write(ref _announced, running);
            _output.WriteNotice("Stopping, as soon as it is safe. Ctrl+C once more kills it at once.\n");
        }
    }
}
