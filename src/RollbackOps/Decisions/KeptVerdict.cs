using System.Text.Json;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;

namespace RollbackOps.Decisions;

/// <summary>The verdict that a watch came to last, kept in the state folder as what it follows from (S33).</summary>
internal sealed record KeptVerdict
{
    // As long as a tier that is not cleared (decisions.md §6).
    private static readonly TimeSpan s_carriesOver = TimeSpan.FromMinutes(30);

    /// <summary>The project judged.</summary>
    public required string Project { get; init; }

    /// <summary>The environment judged.</summary>
    public required string Environment { get; init; }

    /// <summary>Everything the verdict follows from.</summary>
    public required DecisionInputs Inputs { get; init; }

    /// <summary>Keeps a verdict; where it cannot be written, says why and goes on, for the verdict itself stands.</summary>
    /// <returns>Why it could not be kept; null when it was.</returns>
    public static string? Keep(RollbackContext context, RollbackDecision decision)
    {
        var kept = new KeptVerdict { Project = decision.Project, Environment = decision.Environment, Inputs = decision.Inputs };
        try
        {
            context.Store.KeepNote(NameOf(context), JsonSerializer.SerializeToUtf8Bytes(
                (KeptVerdict)ObjectTexts.Mask(kept, context.Redactor.Redact), RollbackJson.Compact.KeptVerdict));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The verdict could not be kept in {context.Store.Location}: {failure.Message}";
        }
    }

    /// <summary>
    /// What the verdict that was kept last has to tell the next look at a deployment; null where none is kept, it is of
    /// another deployment or too old, or it cannot be read: nothing depends on it for safety.
    /// </summary>
    /// <param name="context">Where it is kept.</param>
    /// <param name="currentId">What is live now.</param>
    public static PriorState? Prior(RollbackContext context, string? currentId)
    {
        try
        {
            var kept = Read(context);
            return kept.Current?.Id == currentId && (context.Clock.GetUtcNow() - kept.DecidedAt).Duration() <= s_carriesOver
                ? kept.Next
                : null;
        }
        catch (RollbackOpsException)
        {
            return null;
        }
    }

    /// <summary>The verdict that was kept last, from its inputs.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.NoInput"/>: none is kept, or it cannot be read.</exception>
    public static RollbackDecision Read(RollbackContext context)
    {
        const string NextStep = "Judge anew with Test-RollbackNeeded; -Watch keeps what it comes to.";
        try
        {
            var note = context.Store.ReadNote(NameOf(context))
                ?? throw new RollbackOpsException(ErrorId.NoInput, $"No verdict is kept in {context.Store.Location}.", NextStep);
            var kept = JsonSerializer.Deserialize(note, RollbackJson.Compact.KeptVerdict)
                ?? throw new JsonException("it is empty");
            return DecisionRule.Decide(kept.Project, kept.Environment, kept.Inputs);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                $"The verdict kept in {context.Store.Location} cannot be read: {failure.Message}", NextStep, inner: failure);
        }
    }

    /// <summary>The verdict that was kept last, as it is written; null where none is, or none can be read.</summary>
    public static byte[]? ReadNote(RollbackContext context)
    {
        try
        {
            return context.Store.ReadNote(NameOf(context));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NameOf(RollbackContext context) => $"last-verdict.{context.Settings.Environment}.json";
}
