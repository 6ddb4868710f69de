using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Signals;

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
[JsonSerializable(typeof(DecisionInputs))]
[JsonSerializable(typeof(KeptVerdict))]
[JsonSerializable(typeof(LeaseHolder))]
[JsonSerializable(typeof(PromotionPin))]
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
[JsonSerializable(typeof(EvidenceSavedData))]
[JsonSerializable(typeof(WindowVerifiedData))]
[JsonSerializable(typeof(Notifications.TeamToldData))]
[JsonSerializable(typeof(WatchNotedData))]
[JsonSerializable(typeof(IncidentData))]
[JsonSerializable(typeof(Escalations.EscalationStep))]
[JsonSerializable(typeof(SyntheticResults))]
[JsonSerializable(typeof(Incidents.EvidenceManifest))]
[JsonSerializable(typeof(Databases.BackupManifest))]
[JsonSerializable(typeof(Databases.BackupTakenData))]
[JsonSerializable(typeof(Databases.BackupTestedData))]
[JsonSerializable(typeof(Databases.RestoreStartedData))]
[JsonSerializable(typeof(Databases.RestoreStepData))]
[JsonSerializable(typeof(Databases.RestoreFinishedData))]
[JsonSerializable(typeof(Databases.LostChangesManifest))]
[JsonSerializable(typeof(Drills.DrillResult))]
internal sealed partial class RollbackJson : JsonSerializerContext
{
    /// <summary>One line, for the journal.</summary>
    public static RollbackJson Compact { get; } = new(Configured(indented: false));

    /// <summary>For files that people read.</summary>
    public static RollbackJson Indented { get; } = new(Configured(indented: true));

    /// <summary>A plan in one line.</summary>
    /// <remarks>
    /// This and the records that are written before the switch is asked for are written by the generated code alone: the
    /// serializer builds its tables of types first, which takes a tenth of a rollback's own time. A test holds the two
    /// against each other, to the byte.
    /// </remarks>
    public static byte[] Write(RollbackPlan plan) => Written(writer => Compact.RollbackPlanSerializeHandler(writer, plan));

    /// <summary>A step as a record's content.</summary>
    public static JsonElement ToElement(StepData data) =>
        Parsed(Written(writer => Compact.StepDataSerializeHandler(writer, data)));

    /// <summary>The begin of a rollback as a record's content.</summary>
    public static JsonElement ToElement(RollbackStartedData data) =>
        Parsed(Written(writer => Compact.RollbackStartedDataSerializeHandler(writer, data)));

    /// <summary>
    /// Makes what writing a plan takes once in a process: to be done beside the reading of the configuration, which takes
    /// as long.
    /// </summary>
    public static void Prepare()
    {
        foreach (var type in (ReadOnlySpan<Type>)[typeof(DeploymentState), typeof(DeploymentHealth), typeof(PlanKind), typeof(StepKind),
            typeof(RollbackStrategy), typeof(SchemaGateStatus), typeof(CheckStatus), typeof(TimeSpan), typeof(LeaseHolder)])
        {
            JsonSerializer.SerializeToUtf8Bytes(RuntimeHelpers.GetUninitializedObject(type), Compact.GetTypeInfo(type)!);
        }
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Compact.Options.Encoder }))
        {
            write(writer);
        }

        return buffer.ToArray();
    }

    private static JsonElement Parsed(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static JsonSerializerOptions Configured(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new EnumNameConverter<CheckStatus>(),
            new EnumNameConverter<DeploymentHealth>(),
            new EnumNameConverter<DeploymentState>(),
            new EnumNameConverter<Drills.DrillChaosKind>(),
            new EnumNameConverter<Drills.DrillFailureKind>(),
            new EnumNameConverter<Drills.DrillMarkKind>(),
            new EnumNameConverter<Drills.DrillMarkStatus>(),
            new EnumNameConverter<Drills.DrillStatus>(),
            new EnumNameConverter<ErrorId>(),
            new EnumNameConverter<Escalations.EscalationStepKind>(),
            new EnumNameConverter<Incidents.EvidenceKind>(),
            new EnumNameConverter<HardSignal>(),
            new EnumNameConverter<Incidents.Improvement>(),
            new EnumNameConverter<HumanItem>(),
            new EnumNameConverter<InFlightPolicy>(),
            new EnumNameConverter<MarkKind>(),
            new EnumNameConverter<PlanKind>(),
            new EnumNameConverter<RollbackStatus>(),
            new EnumNameConverter<RollbackStrategy>(),
            new EnumNameConverter<SchemaGateStatus>(),
            new EnumNameConverter<ServedIdentity>(),
            new EnumNameConverter<Severity>(),
            new EnumNameConverter<StepKind>(),
            new EnumNameConverter<StepStatus>(),
            new EnumNameConverter<Incidents.TimelineKind>(),
            new EnumNameConverter<Verdict>(),
            new EnumNameConverter<VerificationStatus>(),
            new EnumNameConverter<VerificationWindow>(),
            new EnumNameConverter<Watching.WatchPhase>(),
        },
    };
}
