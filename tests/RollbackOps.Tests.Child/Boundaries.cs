using System.Diagnostics;
using RollbackOps.Diagnostics;

namespace RollbackOps.Tests.Child;

/// <summary>
/// Follows the product's own diagnostic events: tells each, or ends this process at one of them as a power cut would,
/// with nothing flushed and nothing disposed.
/// </summary>
internal sealed class Boundaries : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly int _killAt;
    private int _seen;

    private Boundaries(int killAt) => _killAt = killAt;

    /// <summary>Follows them.</summary>
    /// <param name="killAt">The number of the event to be killed at, from 1; 0 tells them all instead.</param>
    public static void Follow(int killAt) => DiagnosticListener.AllListeners.Subscribe(new Boundaries(killAt));

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == RollbackEvents.ListenerName)
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        _seen++;
        if (_killAt == 0)
        {
            Console.Out.WriteLine($"event {value.Key} {value.Value}");
        }
        else if (_seen == _killAt)
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
