using System.Text.Json;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>The incident report that a drill left.</summary>
internal static class DrillReport
{
    /// <summary>Finds it: in the result itself, or beside the drill in the history.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RollbackNotFound"/>: it came to none, or its files are gone.</exception>
    public static IncidentReport Of(DrillResult drill)
    {
        if (drill.Report is { } report)
        {
            return report;
        }

        var file = drill.Files.FirstOrDefault(path => Path.GetExtension(path) == ".json");
        try
        {
            return file is not null && JsonSerializer.Deserialize(File.ReadAllBytes(file), RollbackJson.Compact.IncidentReport) is { } read
                ? read
                : throw Missing(drill, inner: null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw Missing(drill, failure);
        }
    }

    private static RollbackOpsException Missing(DrillResult drill, Exception? inner) => new(ErrorId.RollbackNotFound,
        $"The drill {Inert.Line(drill.Id)} has no incident report: it came to no rollback and no restore, or its files are gone.",
        "Run the drill again with Start-RollbackDrill.", drill, inner);
}
