namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Makes the product fail at one of its boundaries, once, with what nobody foresaw, or has something else happen there.</summary>
internal sealed class BrokenBoundary : IDisposable
{
    public const string Message = "the unforeseen";

    private readonly BoundaryWatch _watch;

    /// <param name="name">The boundary's name.</param>
    /// <param name="detail">Its detail, or how that ends; null for any that begins with the root.</param>
    /// <param name="root">The root of what is to fail.</param>
    /// <param name="act">What happens there; null for the failure.</param>
    public BrokenBoundary(string name, string? detail, string root, Action? act = null) => _watch = new BoundaryWatch((_, seen, value) =>
    {
        if (!WasReached && seen == name
            && (detail is null ? value.StartsWith(root, StringComparison.Ordinal) : value.EndsWith(detail, StringComparison.Ordinal)))
        {
            WasReached = true;
            (act ?? (() => throw new FormatException(Message)))();
        }
    });

    public bool WasReached { get; private set; }

    public void Dispose() => _watch.Dispose();
}
