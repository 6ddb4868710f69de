namespace RollbackOps.Adapters.Probes;

/// <summary>
/// Shows what an answer says: what was sent in a header and comes back is taken out (S40), the rest is cut and made
/// inert (S43).
/// </summary>
internal sealed class ForeignText
{
    private const int LeastSecretLength = 8;

    private readonly IReadOnlyList<string> _sent;

    /// <param name="sent">The values of the headers that were sent; short ones are no secrets and stay.</param>
    public ForeignText(IEnumerable<string> sent) =>
        _sent = [.. sent.Where(value => value.Length >= LeastSecretLength).OrderByDescending(value => value.Length)];

    public string Show(string text, int limit)
    {
        var shown = _sent.Aggregate(text, (left, value) => left.Replace(value, "***", StringComparison.Ordinal));
        return Inert.Line(shown.Length > limit ? shown[..limit] + "…" : shown);
    }
}
