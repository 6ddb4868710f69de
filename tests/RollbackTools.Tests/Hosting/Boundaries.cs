using System.Diagnostics;
using RollbackOps.Diagnostics;

namespace RollbackTools.Tests.Hosting;

/// <summary>Listens to the product's own diagnostic events.</summary>
internal sealed class Boundaries : IDisposable, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly List<string> _seen = [];
    private readonly Action<string> _reached;
    private readonly List<IDisposable> _subscriptions = [];

    /// <summary>Subscribes.</summary>
    /// <param name="reached">Is called at every boundary with its name and detail, on the thread that works.</param>
    public Boundaries(Action<string>? reached = null)
    {
        _reached = reached ?? (static _ => { });
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>What was reached, in order.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == RollbackEvents.ListenerName)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        var boundary = $"{value.Key} {value.Value}";
        lock (_seen)
        {
            _seen.Add(boundary);
        }

        _reached(boundary);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
