using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Rollbacks;

/// <summary>
/// The written form of plans, results and journal records. Generated at build time: at the prompt the first call
/// counts, and reflection would triple it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RollbackPlan))]
[JsonSerializable(typeof(RollbackResult))]
[JsonSerializable(typeof(Incidents.IncidentReport))]
[JsonSerializable(typeof(Decisions.DecisionInputs))]
[JsonSerializable(typeof(Decisions.KeptVerdict))]
[JsonSerializable(typeof(LeaseHolder))]
[JsonSerializable(typeof(Deployments.PromotionPin))]
[JsonSerializable(typeof(RollbackStartedData))]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(VerifiedData))]
[JsonSerializable(typeof(RollbackFinishedData))]
[JsonSerializable(typeof(AttemptRefusedData))]
[JsonSerializable(typeof(DeploymentMarkedData))]
[JsonSerializable(typeof(DeploymentUnmarkedData))]
[JsonSerializable(typeof(LeaseTakenOverData))]
[JsonSerializable(typeof(TailRecoveredData))]
[JsonSerializable(typeof(NoteData))]
[JsonSerializable(typeof(ReportWrittenData))]
internal sealed partial class RollbackJson : JsonSerializerContext
{
    /// <summary>One line, for the journal.</summary>
    public static RollbackJson Compact { get; } = new(Configured(indented: false));

    /// <summary>For files that people read.</summary>
    public static RollbackJson Indented { get; } = new(Configured(indented: true));

    private static JsonSerializerOptions Configured(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
