using System.Diagnostics;
using RollbackOps.Diagnostics;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Makes the product fail at one of its boundaries with what nobody foresaw.</summary>
internal sealed class BrokenBoundary : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    public const string Message = "the unforeseen";

    // Other tests run meanwhile: theirs are left alone.
    private static readonly AsyncLocal<BrokenBoundary?> s_current = new();

    private readonly string _name;
    private readonly string? _detail;
    private readonly string _root;
    private readonly List<IDisposable> _subscriptions = [];

    public BrokenBoundary(string name, string? detail, string root)
    {
        (_name, _detail, _root) = (name, detail, root);
        s_current.Value = this;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public bool WasReached { get; private set; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == RollbackEvents.ListenerName)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (s_current.Value == this && value.Key == _name && !WasReached
            && (_detail is null ? $"{value.Value}".StartsWith(_root, StringComparison.Ordinal) : $"{value.Value}" == _detail))
        {
            WasReached = true;
            throw new FormatException(Message);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
