namespace RollbackOps.Configuration;

/// <summary>The redaction section: what else is masked in whatever leaves the process (S40).</summary>
public sealed record RedactionSettings
{
    internal RedactionSettings()
    {
    }

    /// <summary>
    /// Regular expressions for secrets that nothing names and that look like nothing known. What a group named <c>secret</c>
    /// matches is masked, or without one the whole match. A text that a pattern cannot look through within 250 ms is masked
    /// as a whole.
    /// </summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}
