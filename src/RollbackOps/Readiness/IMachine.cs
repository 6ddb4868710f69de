namespace RollbackOps.Readiness;

/// <summary>This machine, as far as a rollback depends on it. A port.</summary>
public interface IMachine
{
    /// <summary>The bytes that are free where a folder is, or will be; null where that cannot be told.</summary>
    long? FreeSpace(string folder);

    /// <summary>The programs that the configuration needs, as they were found.</summary>
    /// <exception cref="RollbackOpsException">What they have to fit cannot be asked.</exception>
    Task<IReadOnlyList<ToolFinding>> FindToolsAsync(CancellationToken cancellationToken);
}

/// <summary>A program, as it was found.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Version">Its version; null where it was not found.</param>
/// <param name="Fault">Why it does not do, as a sentence without its end; null where it does.</param>
/// <param name="NextStep">How to mend that, or null.</param>
public sealed record ToolFinding(string Program, string? Version, string? Fault, string? NextStep)
{
    /// <summary>The program with its version in a few words.</summary>
    public override string ToString() => Fault is null ? $"{Program} {Version}" : $"{Program}: {Fault}";
}
