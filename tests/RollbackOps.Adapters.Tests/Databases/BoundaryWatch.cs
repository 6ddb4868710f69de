using System.Diagnostics;
using RollbackOps.Diagnostics;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Sees the boundaries of what is called where it was made, and may act there.</summary>
internal sealed class BoundaryWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    // Other tests run meanwhile: theirs are left alone.
    private static readonly AsyncLocal<BoundaryWatch?> s_current = new();

    private readonly Action<BoundaryWatch, string, string> _act;
    private readonly List<string> _seen = [];
    private readonly List<IDisposable> _subscriptions = [];

    /// <param name="act">Is called with each boundary's name and detail, on the thread that came to it.</param>
    public BoundaryWatch(Action<BoundaryWatch, string, string> act)
    {
        _act = act;
        s_current.Value = this;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>The boundaries so far, in order.</summary>
    public IReadOnlyList<string> Seen => _seen;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == RollbackEvents.ListenerName)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (s_current.Value == this)
        {
            _seen.Add($"{value.Key} {value.Value}");
            _act(this, value.Key, $"{value.Value}");
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        s_current.Value = null;
        _subscriptions.ForEach(subscription => subscription.Dispose());
    }
}
