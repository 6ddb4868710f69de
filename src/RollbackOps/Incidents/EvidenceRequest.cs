using RollbackOps.Configuration;

namespace RollbackOps.Incidents;

/// <summary>What an archive is to be made of, besides what the journal and the platform know.</summary>
internal sealed record EvidenceRequest
{
    /// <summary>The rollback it is about; null for the last one in the log.</summary>
    public string? RollbackId { get; init; }

    /// <summary>A deployment that was no rollback's, and whose log is to be saved; null for none.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Log files besides the configured ones, absolute; the last part may be a pattern.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Objects that came down the pipeline, each as a line of JSON.</summary>
    public IReadOnlyList<EvidenceInput> Inputs { get; init; } = [];

    /// <summary>The effective settings.</summary>
    public required IReadOnlyList<EffectiveSetting> Configuration { get; init; }
}

/// <summary>An object that came down the pipeline.</summary>
/// <param name="Name">The file it goes into.</param>
/// <param name="Kind">What sort of evidence it is.</param>
/// <param name="Json">The object, in one line.</param>
internal sealed record EvidenceInput(string Name, EvidenceKind Kind, string Json);
