using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Decisions;

/// <summary>The verdict that a watch came to last, kept in the state folder as what it follows from (S33).</summary>
internal sealed record KeptVerdict
{
    private const string FileName = "last-verdict.json";

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
        var file = FileOf(context);
        try
        {
            Directory.CreateDirectory(context.Store.Location);
            var half = $"{file}.{System.Environment.ProcessId}";
            File.WriteAllBytes(half, JsonSerializer.SerializeToUtf8Bytes(kept, RollbackJson.Compact.KeptVerdict));
            File.Move(half, file, overwrite: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The verdict could not be kept in {file}: {failure.Message}";
        }
    }

    /// <summary>The verdict that was kept last, from its inputs.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.NoInput"/>: none is kept, or it cannot be read.</exception>
    public static RollbackDecision Read(RollbackContext context)
    {
        var file = FileOf(context);
        try
        {
            var kept = JsonSerializer.Deserialize(File.ReadAllBytes(file), RollbackJson.Compact.KeptVerdict)!;
            return DecisionRule.Decide(kept.Project, kept.Environment, kept.Inputs);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                failure is FileNotFoundException or DirectoryNotFoundException
                    ? $"No verdict is kept in {context.Store.Location}."
                    : $"The verdict kept in {file} cannot be read: {failure.Message}",
                "Judge anew with Test-RollbackNeeded; -Watch keeps what it comes to.", inner: failure);
        }
    }

    private static string FileOf(RollbackContext context) =>
        Path.Combine(context.Store.Location, $"{context.Settings.Environment}-{FileName}");
}
