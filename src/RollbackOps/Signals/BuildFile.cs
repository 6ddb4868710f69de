using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>
/// A build file's content as two deployments serve it at the same path (S23): where the application states no version,
/// it tells which of them answers.
/// </summary>
public sealed record BuildFile
{
    [JsonConstructor]
    internal BuildFile()
    {
    }

    /// <summary>The health check that reads it.</summary>
    public required string Check { get; init; }

    /// <summary>What the deployment to be served has there, read at its own address; null when that cannot be told.</summary>
    public string? Expected { get; init; }

    /// <summary>What the deployment served before has there; null when that cannot be told.</summary>
    public string? Before { get; init; }

    /// <summary>Why it proves nothing, as the end of a sentence; null when it tells the two apart.</summary>
    public string? ProvesNothingBecause { get; init; }

    /// <summary>
    /// Whether a content that is served is the expected deployment's: no where it is the one before's; null where it is
    /// neither's, as after something on the way changed it, or where the file proves nothing.
    /// </summary>
    internal bool? Tells(string content) => ProvesNothingBecause is not null ? null
        : content == Expected ? true
        : content == Before ? false
        : null;

    /// <summary>The same file, looked at from the way back.</summary>
    internal BuildFile Reversed() => this with { Expected = Before, Before = Expected };

    /// <summary>The file in one line.</summary>
    public override string ToString() => ProvesNothingBecause is { } reason
        ? $"{Check}: proves nothing, {reason}"
        : $"{Check}: {Short(Expected)}, before {Short(Before)}";

    private static string? Short(string? content) => content is { Length: > 19 } ? content[..19] : content;
}
