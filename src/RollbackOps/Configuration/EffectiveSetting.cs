namespace RollbackOps.Configuration;

/// <summary>One effective value of the configuration, with where it comes from.</summary>
public sealed record EffectiveSetting
{
    internal EffectiveSetting()
    {
    }

    /// <summary>The dotted path, as <c>-Setting</c> takes it: <c>policy.planLifetime</c>.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The value in the notation of the file, or null where nothing is set. Of a secret it is the reference,
    /// never what lies behind it (S40).
    /// </summary>
    public required string? Value { get; init; }

    /// <summary>Where it comes from.</summary>
    public required SettingSource Source { get; init; }

    /// <summary>The line of the configuration file, or null when it does not come from there.</summary>
    public int? Line { get; init; }

    /// <summary>What it is, and which document or rule its default comes from.</summary>
    public required string Description { get; init; }
}
