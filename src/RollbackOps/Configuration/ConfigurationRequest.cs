namespace RollbackOps.Configuration;

/// <summary>Which configuration is wanted.</summary>
internal sealed record ConfigurationRequest
{
    /// <summary>The folder to look from, absolute: where the user stands.</summary>
    public required string StartFolder { get; init; }

    /// <summary>The configuration file, absolute; null to find it from the start folder upwards.</summary>
    public string? File { get; init; }

    /// <summary>The environment; null for the file's default.</summary>
    public string? Environment { get; init; }

    /// <summary>Dotted paths, each with the value that overrides the file's.</summary>
    public IReadOnlyDictionary<string, object?> Overrides { get; init; } = new Dictionary<string, object?>();
}
